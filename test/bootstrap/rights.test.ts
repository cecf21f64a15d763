import { describe, expect, test } from 'vitest'

import { linkedServices } from '../../src/lib/execute/actions/bootstrap.ts'
import type { Value } from '../../src/lib/core/model.ts'
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'
import { placeholderAccount } from '../../src/lib/templates/resolve.ts'
import { callerChecks } from '../../src/simulator/resources/caller-checks.ts'
import { calls } from './calls.ts'
import { dataCalls } from './calls-data.ts'
import { namedCalls } from './calls-named.ts'
import { allows, executionRights, matches } from './policy.ts'
import { used, type Used } from './used.ts'

const rights = await executionRights()
const table = { ...calls, ...dataCalls, ...namedCalls }
/** All rows: also what Application Auto Scaling tries with the rights of whoever registers a target. */
const rows = [...Object.values(table), ...Object.values(callerChecks)].flat()

/** The rows for one resource. */
const rowsOf = ({ type, properties }: Used): [resource: string, actions: string][] => [
  ...(table[type] ?? []),
  ...(type.endsWith('::ScalableTarget') ? (callerChecks[String(properties['ServiceNamespace'])] ?? []) : []),
]
const systems = systemNames('cfn').map((name) => loadSystem('cfn', name))

/** The ARN that a call of the table is made on, or `*`. */
function target(resource: string, system: string, { region, properties }: Used): string {
  if (resource === '*') return resource
  const extra: Record<string, Value> = {
    System: system,
    Topic: system === 'transactions' ? 'dr-alerts-pr123' : `${system}-alerts-pr123`,
    Bus: properties['EventBusName'] === undefined ? '' : `${system}-bus/`,
  }
  const named = resource.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = extra[name] ?? properties[name]
    return typeof value === 'string' ? value : `${system}-unnamed`
  })
  const place = `${region}:${placeholderAccount}`
  return `arn:aws:${named.replace(':@:', `:${place}:`).replace('::#:', `::${placeholderAccount}:`).replace(':!:', `:${region}::`)}`
}

interface Call {
  action: string
  on: string
}

const callsOf = (system: string, one: Used): Call[] =>
  rowsOf(one).flatMap(([resource, actions]) => {
    const on = target(resource, system, one)
    const service = resource.split(':')[0] ?? ''
    return actions.split(' ').map((action) => ({ action: action.includes(':') ? action : `${service}:${action}`, on }))
  })

/** What a call says of itself; mappings name their function. */
const contextOf = (system: string): Record<string, string> => ({
  'lambda:FunctionArn': `arn:aws:lambda:us-east-1:${placeholderAccount}:function:${system}-stream-consumer-pr123`,
})

const isOurs = (type: string): boolean => !type.startsWith('Custom::') && type !== 'AWS::CloudFormation::Stack'

describe.each(systems.map((system) => [system.name, system] as const))('%s', (name, system) => {
  const all = used(system)

  test('every resource type that it uses is in the table of calls', () => {
    const unknown = all.map(({ type }) => type).filter((type) => isOurs(type) && table[type] === undefined)
    expect([...new Set(unknown)]).toEqual([])
  })

  test('the execution role may make every call for every resource, under its resolved name', () => {
    const context = contextOf(name)
    // Both scales and every choice name the same resource again and again.
    const asked = new Map(
      all.flatMap((one) => callsOf(name, one).map((call) => [`${call.action} on ${call.on}`, { ...call, ...one }])),
    )
    const denied = [...asked].flatMap(([said, { action, on, where }]) =>
      allows(rights, action, on, context) ? [] : [`${where}: ${said}`],
    )
    expect(denied).toEqual([])
  })

  test('every service that a role of it trusts may be given that role', () => {
    const roles = all.filter(({ type }) => type === 'AWS::IAM::Role')
    const trusted = roles.flatMap(({ where, properties }) => {
      const { Statement } = properties['AssumeRolePolicyDocument'] as {
        Statement: { Principal?: { Service?: Value } }[]
      }
      return Statement.flatMap(({ Principal }) => [Principal?.Service ?? []].flat(2).map((it) => [where, String(it)]))
    })
    const role = `arn:aws:iam::${placeholderAccount}:role/dr/any`
    const denied = trusted.filter(
      ([, service = '']) => !allows(rights, 'iam:PassRole', role, { 'iam:PassedToService': service }),
    )
    expect(denied).toEqual([])
  })

  test('its own policy names nothing that it does not have', () => {
    const own = rights.filter(({ policy }) => policy.toLowerCase() === `${name}rights`)
    expect(own.length).toBeGreaterThan(0)
    const on = new Set(all.flatMap((one) => callsOf(name, one)).map((call) => call.on))
    const idle = own
      .flatMap(({ resources }) => resources)
      .filter((pattern) => ![...on].some((arn) => matches(pattern, arn)))
    expect(idle).toEqual([])
    const services = new Set([...on].map((arn) => arn.split(':')[2] ?? ''))
    const foreign = own.flatMap(({ actions }) => actions).filter((action) => !services.has(action.split(':')[0] ?? ''))
    expect(foreign).toEqual([])
  })
})

describe('least privilege', () => {
  test('only calls that know no resource, and mappings, are allowed on everything', () => {
    const every = rows.filter(([resource]) => resource === '*').map(([, it]) => it)
    const plain = new Set(every.flatMap((actions) => actions.split(' ')))
    const wide = rights.filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions)
    expect(wide.filter((pattern) => ![...plain].some((action) => matches(pattern, action, 'i')))).toEqual([])
    expect(wide.filter((pattern) => pattern.endsWith('*') && !pattern.endsWith(':Describe*'))).toEqual([])
  })

  test('whole services are allowed only on names of ours', () => {
    const own = /(^|[:/*])(transaction|records|streaming|citizen|payments|documents|dr-alerts|dr\/|StackSet-dr-)/
    const loose = rights
      .filter(({ actions }) => actions.some((action) => action.endsWith(':*')))
      .flatMap(({ resources }) => resources)
      .filter((resource) => !own.test(resource.split(':').slice(5).join(':')))
    expect(loose).toEqual([])
  })

  test('what is listed is needed: each action of the shared policies is in the table', () => {
    const needed = new Set(
      rows.flatMap(([resource, actions]) =>
        actions.split(' ').map((it) => (it.includes(':') ? it : `${resource.split(':')[0]}:${it}`)),
      ),
    )
    const besides = new Set(['iam:PassRole', 'iam:CreateServiceLinkedRole', 's3:GetObject', 's3:GetObjectVersion'])
    const listed = rights.flatMap(({ actions }) => actions).filter((action) => !action.endsWith(':*'))
    const idle = listed.filter((pattern) => ![...needed].some((action) => matches(pattern, action, 'i')))
    expect(idle.filter((action) => !besides.has(action)).sort()).toEqual([])
  })

  test('no database or alarm of others can be deleted by what Application Auto Scaling asks for', () => {
    const place = `us-east-1:${placeholderAccount}`
    for (const name of ['', 'payments-1'].map((it) => `other${it}`)) {
      expect(allows(rights, 'rds:DeleteDBInstance', `arn:aws:rds:${place}:db:${name}`)).toBe(false)
      expect(allows(rights, 'cloudwatch:DeleteAlarms', `arn:aws:cloudwatch:${place}:alarm:${name}`)).toBe(false)
    }
  })

  test('the role passes itself to CloudFormation, for stacks that keep it, and to no other service', () => {
    const arn = `arn:aws:iam::${placeholderAccount}:role/dr-execution`
    const passes = (service: string): boolean => allows(rights, 'iam:PassRole', arn, { 'iam:PassedToService': service })
    expect(passes('cloudformation.amazonaws.com')).toBe(true)
    expect(['lambda', 'ec2', 'states', 'ssm', 'ecs-tasks'].filter((it) => passes(`${it}.amazonaws.com`))).toEqual([])
  })

  test('no role outside of the path of dr, not itself, and no policy can be touched', () => {
    for (const role of ['dr-execution', 'dr-administration', 'Admin']) {
      const arn = `arn:aws:iam::${placeholderAccount}:role/${role}`
      for (const action of ['PutRolePolicy', 'PassRole', 'DeleteRole', 'UpdateAssumeRolePolicy']) {
        expect(allows(rights, `iam:${action}`, arn, { 'iam:PassedToService': 'lambda.amazonaws.com' })).toBe(false)
      }
    }
    for (const action of ['CreatePolicy', 'AttachRolePolicy', 'CreateUser', 'CreateAccessKey']) {
      expect(rights.some(({ actions }) => actions.some((pattern) => matches(pattern, `iam:${action}`, 'i')))).toBe(
        false,
      )
    }
  })

  test('a policy has at most 6,144 characters, a role at most ten policies (IAM quotas)', () => {
    const policies = new Set(rights.map(({ policy }) => policy))
    expect(policies.size).toBeLessThanOrEqual(10)
    for (const name of policies) {
      const text = JSON.stringify(rights.filter(({ policy }) => policy === name))
      expect([name, text.length < 6144]).toEqual([name, true])
    }
  })

  test('service-linked roles that handlers may ask for are those that bootstrap makes beforehand', () => {
    const asked = rights.find(({ actions }) => actions.includes('iam:CreateServiceLinkedRole'))
    expect(asked?.conditions['StringEquals']?.['iam:AWSServiceName']).toEqual([...linkedServices].sort())
  })
})
