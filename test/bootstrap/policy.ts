// The rights of the execution role as bootstrap gives them, and whether they allow a call.
import { resolve } from 'node:path'

import type { Value } from '../../src/lib/core/model.ts'
import { evaluate } from '../../src/lib/templates/evaluate.ts'
import { packageTemplate } from '../../src/lib/templates/package.ts'
import { placeholderAccount } from '../../src/lib/templates/resolve.ts'

export interface Statement {
  /** Logical id of the policy. */
  policy: string
  actions: string[]
  resources: string[]
  conditions: Record<string, Record<string, Value>>
}

const texts = (value: unknown): string[] => [value].flat().filter((it) => typeof it === 'string')

/** All statements of the managed policies, resolved for an account. */
export async function executionRights(): Promise<Statement[]> {
  const { body } = await packageTemplate(resolve('cfn/bootstrap.yaml'))
  const parsed = JSON.parse(body) as Parameters<typeof evaluate>[0]
  const evaluation = evaluate(
    parsed,
    { CreateRoles: 'true' },
    {
      pseudo: { 'AWS::AccountId': placeholderAccount, 'AWS::Partition': 'aws', 'AWS::Region': 'us-west-2' },
      zones: () => [],
      ref: (id) => id,
      attribute: (id, name) => `${id}.${name}`,
    },
  )
  const policies = evaluation.resources.filter((id) => parsed.Resources[id]?.Type === 'AWS::IAM::ManagedPolicy')
  return policies.flatMap((policy) => {
    const document = evaluation.properties(policy)['PolicyDocument'] as { Statement: Record<string, Value>[] }
    return document.Statement.map(({ Action, Resource, Condition }) => ({
      policy,
      actions: texts(Action),
      resources: texts(Resource),
      conditions: (Condition ?? {}) as Statement['conditions'],
    }))
  })
}

const compiled = new Map<string, RegExp>()

/** IAM's wildcards; actions do not look at case. */
export function matches(pattern: string, text: string, flags = ''): boolean {
  const key = `${flags} ${pattern}`
  const known = compiled.get(key)
  if (known) return known.test(text)
  const escaped = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const made = new RegExp(`^${escaped}$`, flags)
  compiled.set(key, made)
  return made.test(text)
}

/** A condition holds if what the call says of itself is among the values; one that nothing is said about does not. */
const holds = ({ conditions }: Statement, context: Record<string, string>): boolean =>
  Object.values(conditions).every((keys) =>
    Object.entries(keys).every(([key, values]) =>
      texts(values).some((value) => context[key] !== undefined && matches(value, context[key])),
    ),
  )

/** Whether a call on a resource (`*` for calls that know none) is allowed. */
export const allows = (
  rights: Statement[],
  action: string,
  resource: string,
  context: Record<string, string> = {},
): boolean =>
  rights.some(
    (statement) =>
      statement.actions.some((pattern) => matches(pattern, action, 'i')) &&
      statement.resources.some((pattern) => matches(pattern, resource)) &&
      holds(statement, context),
  )
