// What is granted for the shipped systems, against AWS's resource schemas and its service authorization reference.
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { linkedServices } from '../../src/lib/execute/actions/bootstrap.ts'
import type { Value } from '../../src/lib/core/model.ts'
import { rightsFile } from '../../src/lib/load/rights.ts'
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'
import { facts } from '../../src/lib/rights/facts.ts'
import { allows, fits, grantedBy } from '../../src/lib/rights/granted.ts'
import { account, grantsOf, needsOfUsed } from '../../src/lib/rights/grants.ts'
import { maxPolicies } from '../../src/lib/rights/statements.ts'
import { rightsOf } from '../../src/lib/rights/template.ts'
import { used, type Used } from '../../src/lib/rights/used.ts'
import { loadTemplate } from '../../src/lib/templates/load.ts'
import { placeholderAccount } from '../../src/lib/templates/resolve.ts'
import { formsOf, known } from './iam.ts'
import { insteadOf, permissionsOf, registry, withheld } from './registry.ts'

const systems = systemNames('cfn').map((name) => loadSystem('cfn', name))
const resources = new Map(systems.map((system) => [system.name, used(system)]))
const granted = new Map(systems.map((system) => [system.name, grantedBy(loadTemplate(rightsFile(system)).body)]))
/** What the execution role has for every system. */
const { Outputs: _outputs, ...bootstrap } = loadTemplate('cfn/bootstrap.yaml').body
const { ExecutionRole } = bootstrap.Resources
const forAll = grantedBy({ ...bootstrap, Resources: ExecutionRole ? { ExecutionRole } : {} }, { CreateRoles: 'true' })
const everything = [...granted.values(), forAll].flat()
const everyResource = [...resources.values()].flat()
const named = systems.map((system) => [system.name, system] as const)

const isGranted = (action: string): boolean =>
  everything.some(({ actions }) => actions.some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase())))

describe.each(named)('%s', (name, system) => {
  const own = granted.get(name) ?? []
  const all = resources.get(name) ?? []

  test('has the rights file that its templates need: dr rights execution --write makes it', () => {
    expect(load(readFileSync(rightsFile(system), 'utf8'))).toEqual(rightsOf(system).template)
  })

  test('uses only types of which something is known', () => {
    expect(grantsOf(system).unknown.map(({ type }) => type)).toEqual([])
  })

  test('is granted what each of its resources needs, under its resolved name', () => {
    const denied = all.flatMap((one) =>
      (needsOfUsed(one) ?? [])
        .map((need) => ({ ...need, on: inAccount(need.on), context: mapped(need.context) }))
        .filter((need) => !allows(own, need))
        .map(({ action, on }) => `${one.where}: ${action} on ${on}`),
    )
    expect([...new Set(denied)]).toEqual([])
  })

  test('is granted each action on every kind of resource that AWS requires of it', async () => {
    const lost: string[] = []
    for (const { action, on } of grantsOf(system).grants) {
      if (on === '*' || action.includes('*') || action.startsWith('ec2:')) continue
      const details = await known(action)
      const required = details?.resourceTypes.filter(({ required: must }) => must) ?? []
      if (required.length < 2) continue
      const forms = (await formsOf(action, true)).filter((form) => !otherBalancers.test(form))
      const patterns = own.filter((it) => allowsAction(it.actions, action)).flatMap((it) => it.resources)
      for (const form of forms)
        if (!patterns.some((pattern) => sameKind(pattern, form))) lost.push(`${action}: no grant on ${form}`)
    }
    expect([...new Set(lost)]).toEqual([])
  })

  test('is granted nothing that none of its resources needs', () => {
    const needs = all.flatMap((one) => needsOfUsed(one) ?? []).map((it) => ({ ...it, on: inAccount(it.on) }))
    const idle = own.flatMap(({ actions, resources: on, context }) => [
      ...actions
        .filter((action) => !needs.some((need) => fits(action.toLowerCase(), need.action.toLowerCase())))
        .map((action) => `action ${action}`),
      ...on
        .filter((pattern) => !needs.some((need) => allowsAction(actions, need.action) && fits(pattern, need.on)))
        .map((pattern) => `resource ${pattern}`),
      ...Object.entries(context).flatMap(([key, values]) =>
        values
          .filter((value) => !needs.some((need) => fits(value, mapped(need.context)[key] ?? '')))
          .map((value) => `${key} ${value}`),
      ),
    ])
    expect(idle).toEqual([])
  })

  test('is granted whole services only on names of its own', () => {
    const loose = own
      .filter(({ actions }) => actions.some((action) => action.endsWith(':*')))
      .flatMap(({ resources: on }) => on)
      .filter((pattern) => !new RegExp(`(^|[:/])${name}-\\*`).test(pattern.split(':').slice(5).join(':')))
    expect(loose).toEqual([])
  })

  test('is granted on everything only what describes, what takes no resource, and what a condition limits', async () => {
    const wide: string[] = []
    const looksBeyond = new Set(['cloudwatch:PutMetricData', 'elasticfilesystem:DescribeFileSystems'])
    for (const { actions, context } of own.filter((it) => it.resources.includes('*'))) {
      if (Object.keys(context).length > 0) continue
      for (const action of actions) {
        if (/:(Describe|List|Get)/.test(action) || looksBeyond.has(action)) continue
        const details = await known(action)
        if (details && !details.isWildcardOnly) wide.push(action)
      }
    }
    expect(wide).toEqual([])
  })
})

/** Load balancers of other kinds than the one at hand. */
const otherBalancers = /\/(gwy|net)\//

const inAccount = (arn: string): string =>
  arn
    .replaceAll('${AWS::Partition}', 'aws')
    .replaceAll(account, placeholderAccount)
    .replaceAll(/«[^«»]*»/g, '*')
const mapped = (context: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(context).map(([key, value]) => [key, inAccount(value)]))
const allowsAction = (patterns: string[], action: string): boolean =>
  patterns.some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase()))
/** Whether a pattern can be an ARN of that form: same service, and the same text before the first value. */
function sameKind(pattern: string, form: string): boolean {
  if (pattern === '*') return true
  const [, , service = '', , , ...rest] = pattern.split(':')
  const [ours, theirs] = [rest.join(':').replace(/\*.*/, ''), form.split(':').slice(3).join(':').replace(/\$.*/, '')]
  return form.startsWith(`${service}:`) && (ours.startsWith(theirs) || theirs.startsWith(ours))
}

describe.skipIf(registry === undefined)('AWS’s resource schemas (not checked without their copy)', () => {
  const types = [...new Set(everyResource.map(({ type }) => type))].filter((type) => facts[type] !== undefined)
  const instead = new Set(insteadOf.flatMap(({ actions }) => actions.map((it) => it.toLowerCase())))

  test('know every type in use, but those that CloudFormation handles itself', () => {
    const others = everyResource.map(({ type }) => type).filter((type) => registry?.[type] === undefined)
    expect([...new Set(others)].filter((type) => !type.startsWith('Custom::'))).toEqual([])
    expect(types.length).toBeGreaterThan(75)
  })

  test('list no permission that is not granted and not explained by a property that no template sets', () => {
    const explained = new Map<string, string>()
    const missing: string[] = []
    for (const type of types)
      for (const action of permissionsOf(type).keys()) {
        if (isGranted(action) || instead.has(action) || withheld.has(action)) continue
        const property = conditionOf(type, action)
        if (property === undefined) missing.push(`${type} ${action}`)
        else explained.set(`${type} ${property}`, action)
      }
    expect(missing).toEqual([])
    const set = [...explained.keys()].filter((it) => isSet(it))
    expect(set).toEqual([])
    expect(explained.size + insteadOf.length + withheld.size).toBeLessThanOrEqual(40)
  })
})

/** The property that a permission of a type depends on, by its facts. */
function conditionOf(type: string, action: string): string | undefined {
  const row = facts[type]?.find(([on, actions]) => {
    const service = /^[a-z]/.test(on) ? `${on.split(':')[0]}:` : ''
    return actions.split(/\s+/).some((it) => {
      const name = it.split('/')[0] ?? ''
      return (name.includes(':') ? name : service + name).toLowerCase() === action
    })
  })
  return row && (row[2]?.when ?? /^\$\{(\w+)/.exec(row[0])?.[1] ?? /\$\{(\w+)\./.exec(row[0])?.[1])
}

/** Whether a resource of the type sets the property, with the text that is looked for. */
function isSet(typeAndProperty: string): boolean {
  const [type, property = ''] = typeAndProperty.split(' ')
  const [name = '', text = ''] = property.split('=')
  const setIn = ({ properties }: Used): boolean =>
    properties[name] !== undefined && JSON.stringify(properties[name]).includes(text)
  return everyResource.some((one) => one.type === type && setIn(one))
}

describe('the execution role', () => {
  test('has room for the rights of all systems: ten policies, which is IAM’s default', () => {
    const policies = systems.flatMap((system) => Object.keys(rightsOf(system).template['Resources'] as object))
    expect(policies.length).toBeLessThanOrEqual(maxPolicies)
  })

  test('may pass a role only to a service that the role trusts, and each role that a service assumes', () => {
    const roles = everyResource.filter(({ type }) => type === 'AWS::IAM::Role')
    const passed = everyResource
      .flatMap((one) => needsOfUsed(one) ?? [])
      .filter(({ action }) => action === 'iam:PassRole')
    const trusting = new Map(roles.map(({ properties }) => [String(properties['RoleName']), principalsOf(properties)]))
    const wrong = passed.filter(
      ({ on, context }) =>
        !trusting.get(on.slice(on.lastIndexOf('/') + 1))?.includes(context['iam:PassedToService'] ?? ''),
    )
    expect(passed.length).toBeGreaterThan(30)
    expect(wrong.map(({ on, context }) => `${on} ${context['iam:PassedToService']}`)).toEqual([])
  })

  test.each(['dr-execution', 'dr-administration', 'Admin'])('cannot change or pass the role %s', (role) => {
    const on = `arn:aws:iam::${placeholderAccount}:role/${role}`
    for (const action of ['PutRolePolicy', 'PassRole', 'DeleteRole', 'UpdateAssumeRolePolicy'])
      for (const service of ['lambda', 'ec2', 'states', 'ssm', 'ecs-tasks']) {
        const context = { 'iam:PassedToService': `${service}.amazonaws.com` }
        expect(allows(everything, { action: `iam:${action}`, on, context })).toBe(false)
      }
  })

  test.each(['CreatePolicy', 'AttachRolePolicy', 'CreateUser', 'CreateAccessKey', 'DeleteRolePermissionsBoundary'])(
    'is not granted iam:%s',
    (action) => expect(isGranted(`iam:${action}`)).toBe(false),
  )

  test('cannot delete databases or alarms of others by what Application Auto Scaling asks for', () => {
    const place = `us-east-1:${placeholderAccount}`
    for (const name of ['other', 'otherpayments-1', 'non-existing-db2']) {
      const call = { context: {} }
      expect(
        allows(everything, { ...call, action: 'rds:DeleteDBInstance', on: `arn:aws:rds:${place}:db:${name}` }),
      ).toBe(false)
      expect(
        allows(everything, {
          ...call,
          action: 'cloudwatch:DeleteAlarms',
          on: `arn:aws:cloudwatch:${place}:alarm:${name}`,
        }),
      ).toBe(false)
    }
  })

  test('asks for no service-linked role that bootstrap does not make beforehand', () => {
    const asked = everything
      .filter(({ actions }) => actions.includes('iam:CreateServiceLinkedRole'))
      .flatMap(({ context }) => context['iam:AWSServiceName'] ?? [])
    expect(asked.length).toBeGreaterThan(0)
    expect([...new Set(asked)].filter((service) => !linkedServices.includes(service))).toEqual([])
  })
})

function principalsOf(properties: Record<string, Value>): string[] {
  const { Statement } = properties['AssumeRolePolicyDocument'] as { Statement: { Principal?: { Service?: Value } }[] }
  return Statement.flatMap(({ Principal }) => [Principal?.Service ?? []].flat(2).map(String))
}
