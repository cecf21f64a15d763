import { describe, expect, test } from 'vitest'

import { linkedServices } from '../../src/lib/actions/bootstrap.ts'
import type { Scale, System, Value } from '../../src/lib/model.ts'
import { loadSystem, systemNames } from '../../src/lib/system.ts'
import { loadTemplate } from '../../src/lib/templates/load.ts'
import { placeholderAccount, resolveSystem } from '../../src/lib/templates/resolve.ts'
import { calls } from './calls.ts'
import { dataCalls } from './calls-data.ts'
import { namedCalls } from './calls-named.ts'
import { allows, executionRights, matches } from './policy.ts'

const rights = await executionRights()
const table = { ...calls, ...dataCalls, ...namedCalls }
const systems = systemNames('cfn').map((name) => loadSystem('cfn', name))

interface Used {
  type: string
  where: string
  region: string
  properties: Record<string, Value>
}

/** One choice for every value that a parameter of a root may have: switches, topologies. */
const choices = (system: System): Record<string, string>[] =>
  system.stages.flatMap(({ name, template }) =>
    Object.entries(loadTemplate(template).body.Parameters ?? {}).flatMap(([parameter, { AllowedValues: values }]) =>
      [values ?? []].flat().map((value) => ({ [`${name}.${parameter}`]: String(value) })),
    ),
  )

/** Every different resource of a system: at both scales, and with every choice made once. */
function used(system: System): Used[] {
  const scales: Scale[] = ['small', 'large']
  const variants = scales.flatMap((scale) => [{}, ...choices(system)].map((parameters) => ({ scale, parameters })))
  const all = variants.flatMap(({ scale, parameters }) =>
    resolveSystem({ system, suffix: 'pr123', regions: system.regions, scale, parameters }, () => {}).flatMap(
      (template) =>
        Object.values(template.resources).map(({ logicalId, type, properties }) => ({
          type,
          where: [`${template.stage}.${template.role}`, ...template.path, logicalId].join('/'),
          region: template.region,
          properties,
        })),
    ),
  )
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
}

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
  (table[one.type] ?? []).flatMap(([resource, actions]) => {
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
    const denied = all.flatMap((one) =>
      callsOf(name, one)
        .filter(({ action, on }) => !allows(rights, action, on, context))
        .map(({ action, on }) => `${one.where}: ${action} on ${on}`),
    )
    expect([...new Set(denied)]).toEqual([])
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
    const every = Object.values(table).flatMap((rows) =>
      rows.filter(([resource]) => resource === '*').map(([, it]) => it),
    )
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
      Object.values(table).flatMap((rows) =>
        rows.flatMap(([resource, actions]) =>
          actions.split(' ').map((it) => (it.includes(':') ? it : `${resource.split(':')[0]}:${it}`)),
        ),
      ),
    )
    const besides = new Set(['iam:PassRole', 'iam:CreateServiceLinkedRole', 's3:GetObject', 's3:GetObjectVersion'])
    const listed = rights.flatMap(({ actions }) => actions).filter((action) => !action.endsWith(':*'))
    const idle = listed.filter((pattern) => ![...needed].some((action) => matches(pattern, action, 'i')))
    expect(idle.filter((action) => !besides.has(action)).sort()).toEqual([])
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
