// Whom the two roles of stack sets trust and what bounds them: what is asked for, merged with what is there.
import { isOptIn, regionalPrincipal } from '../aws/opt-in.ts'
import { DrError } from '../core/errors.ts'
import type { Region } from '../core/model.ts'
import { callerPatterns } from '../core/names.ts'

/** What `dr bootstrap` was given about the roles; what is not given stays as it is. */
export interface RoleOptions {
  /** ARN of a managed policy, or empty for none. */
  boundary?: string | undefined
  /** Who may become the execution role besides whoever runs this. */
  callers?: string[] | undefined
}

const boundaryForm = /^(arn:[\w-]+:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+)?$/
const callerForm = /^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/*-]+$/

/** Throws DrError (exit 2) for what IAM would refuse, or for a list that lets everyone in. */
export function checkRoleOptions({ boundary = '', callers = [] }: RoleOptions): void {
  if (!boundaryForm.test(boundary))
    throw new DrError(
      'IllegalBoundary',
      2,
      `"${boundary}" is not the ARN of a managed policy; nothing was changed`,
      'for example: --permissions-boundary arn:aws:iam::111122223333:policy/dr-boundary',
    )
  const bad = callers.find((it) => !callerForm.test(it) || /:(role|user)\/[*/]*$/.test(it))
  if (bad !== undefined)
    throw new DrError(
      'IllegalCaller',
      2,
      `"${bad}" does not name a role or user; nothing was changed`,
      'for example: --direct-caller arn:aws:iam::111122223333:role/break-glass',
    )
}

const listOf = (value: string | undefined): string[] => (value ?? '').split(',').filter(Boolean)

const joined = (...lists: string[][]): string => [...new Set(lists.flat())].join(',')

/**
 * The parameters of the stack that makes the roles.
 * @param regions every bootstrapped region: roles are global, and each opt-in region has a principal of its own
 * @param caller who runs this, by STS: may change the roles anyway, so naming it lets in no new caller
 * @param present the parameters that the stack has now
 */
export function roleParameters(
  regions: Region[],
  caller: string,
  present: Record<string, string>,
  { boundary, callers }: RoleOptions,
): Record<string, string> {
  const regional = regions.filter(isOptIn).sort().map(regionalPrincipal)
  return {
    CreateRoles: 'true',
    StackSetPrincipals: joined(['cloudformation.amazonaws.com'], listOf(present['StackSetPrincipals']), regional),
    PermissionsBoundary: boundary ?? present['PermissionsBoundary'] ?? '',
    DirectCallers: joined(callers ?? listOf(present['DirectCallers']), callerPatterns(caller)),
  }
}
