// The roles of every system against the tables of what services do with a role: nothing is lacking, and each right that
// is taken away is missed.
import { beforeAll, describe, expect, test } from 'vitest'
import { list, record, texts } from '../../../src/simulator/existing.ts'
import { acts } from '../../../src/simulator/rights/acts.ts'
import { isAllowed } from '../../../src/simulator/rights/policies.ts'
import { roleName } from '../../../src/simulator/resources/iam.ts'
import type { Cloud, Resource } from '../../../src/simulator/state.ts'
import { firstLife } from '../../systems/lifetime.ts'
import { serviceRoles, usesIn, type Use } from './uses.ts'

const systems = ['transactions', 'payments', 'records', 'streaming', 'citizen']
const deployed: Record<string, Cloud> = {}
beforeAll(async () => {
  for (const system of systems) {
    const parameter = system === 'payments' ? ['AutomaticPromotion=true', 'FailoverWorkflow=true'] : []
    deployed[system] = (await firstLife(system, { parameter })).simulator.inspect()
  }
}, 300_000)

const cloudOf = (system: string): Cloud => deployed[system] ?? expect.unreachable(system)
const describeUse = ({ role, act, action, resource }: Use): string =>
  `${roleName(role)}: ${act}: ${action} on ${resource}`
const lackingIn = (cloud: Cloud, some: Use[]): string[] =>
  some.filter((it) => !isAllowed(cloud, it.role, it.action, it.resource, it.context)).map(describeUse)

/** Roles of services whose acts are in no table yet, each with the reason. */
const untold: [role: RegExp, why: string][] = [
  [/^dr-/, 'the roles of StackSets and CloudFormation: compared with the registry in test/bootstrap'],
  [/-(runbook|rewind|failover-notice)-/, 'every step of every document runs with them in test/recovery/paths'],
  [/-dr-automation-/, 'started by people with a document of their own'],
  [/-table-management-/, 'started by people with a document of their own'],
  [/-backup-/, 'AWS Backup: jobs do not run in the simulated account'],
  [/^AWSServiceRoleFor/, 'the policies of these are those of AWS'],
  [/^streaming-(start|service)-/, 'Amazon ECS'],
]

describe.each(systems)('%s', (system) => {
  test('lets each service do what it does with its role', () => {
    const cloud = cloudOf(system)
    expect(lackingIn(cloud, usesIn(cloud))).toEqual([])
  })

  test('has no role of a service of which nothing is known', () => {
    const cloud = cloudOf(system)
    const used = new Set(usesIn(cloud).map(({ role }) => roleName(role)))
    const silent = serviceRoles(cloud).filter(
      ({ role }) => !used.has(role) && !untold.some(([name]) => name.test(role)),
    )
    expect(silent).toEqual([])
  })
})

/** Each statement of the role with one action taken away. */
function without(role: Resource): { taken: string; changed: Resource }[] {
  return list(role.properties.Policies).flatMap((policy, at) =>
    list(record(policy.PolicyDocument).Statement).flatMap((statement, index) =>
      texts(statement.Action).map((action) => {
        const changed = structuredClone(role)
        const document = record(list(changed.properties.Policies)[at]?.PolicyDocument)
        const one = list(document.Statement)[index]
        if (one) one.Action = texts(statement.Action).filter((it) => it !== action)
        return { taken: `${action} on ${texts(statement.Resource).length} resources`, changed }
      }),
    ),
  )
}

/** Rights that no row of the tables asks for, by role and action, each with the reason. */
const extra: [role: RegExp, action: RegExp, why: string][] = [
  [/-replication-/, /^kms:GenerateDataKey /, 'for the bucket key of the destination; the page names kms:Encrypt alone'],
  [/-ship-logs-/, /^kinesis:PutRecords /, 'CloudWatch Logs is said to call PutRecord; PutRecords is harmless'],
]

describe('a right of a role that is taken away', () => {
  test.each(systems)('is missed in %s', (system) => {
    const cloud = cloudOf(system)
    const uses = usesIn(cloud)
    const ours = serviceRoles(cloud).filter(({ services }) => !services.includes('lambda.amazonaws.com'))
    const unmissed = ours.flatMap(({ role: name }) => {
      const mine = uses.filter(({ role }) => roleName(role) === name)
      const key = Object.keys(cloud.resources).find((it) => cloud.resources[it]?.physicalId === name) ?? ''
      const role = cloud.resources[key]
      if (mine.length === 0 || !role) return []
      return without(role)
        .filter(({ changed }) => {
          const less = { ...cloud, resources: { ...cloud.resources, [key]: changed } }
          return lackingIn(less, mine).length === 0
        })
        .filter(({ taken }) => !extra.some(([who, what]) => who.test(name) && what.test(taken)))
        .map(({ taken }) => `${name}: ${taken}`)
    })
    expect(unmissed).toEqual([])
  })

  test('every row of the table is asked somewhere, or says why not', () => {
    const asked = new Set(systems.flatMap((system) => usesIn(cloudOf(system)).map(({ action }) => action)))
    const rows = Object.values(acts).flatMap((some) => Object.values(some).flat())
    // No function reads by enhanced fan-out.
    const idle = new Set(['kinesis:SubscribeToShard'])
    expect([...new Set(rows.map(({ action }) => action))].filter((it) => !asked.has(it) && !idle.has(it))).toEqual([])
    for (const { source } of rows) expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//)
    expect(rows.length).toBeGreaterThan(40)
  })
})
