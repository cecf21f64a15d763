// The roles of every system against the tables of what services do with a role: nothing is lacking, and each right that
// is taken away is missed.
import { beforeAll, describe, expect, test } from 'vitest'
import { acts } from '../../../src/simulator/rights/acts.ts'
import { code } from '../../../src/simulator/rights/code.ts'
import { isAllowed } from '../../../src/simulator/rights/policies.ts'
import { roleName } from '../../../src/simulator/resources/iam.ts'
import type { Cloud } from '../../../src/simulator/state.ts'
import { serviceRoles, usesIn, type Use } from './uses.ts'
import { systems, withEverything } from './deployed.ts'
import { inTables, mutantsIn, reasons } from '../../mutants/services.ts'
import { judgeAll } from '../../mutants/rights.ts'

const deployed: Record<string, Cloud> = {}
beforeAll(async () => {
  for (const system of systems) {
    deployed[system] = await withEverything(system)
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
  [/^AWSServiceRoleFor/, 'the policies of these are those of AWS'],
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

/** Roles of documents: each right is missed by a step of one, which `npm run mutate -- --only services` runs. */
const ofDocuments = /-(runbook|rewind|failover-notice)-/

describe('a right of a role that is taken away', () => {
  test.each(systems)('is missed in %s, or has a reason why not', (system) => {
    const cloud = cloudOf(system)
    const mutants = mutantsIn(cloud, inTables(cloud)).filter(({ subject }) => !ofDocuments.test(subject))
    expect(mutants.length).toBeGreaterThan(20)
    expect(judgeAll(mutants, reasons).survivors).toEqual([])
  })

  test('every row of the table is asked somewhere, or says why not', () => {
    const asked = new Set(systems.flatMap((system) => usesIn(cloudOf(system)).map(({ action }) => action)))
    const rows = [...Object.values(acts).flatMap((some) => Object.values(some)), ...Object.values(code)].flat()
    // No function reads by enhanced fan-out.
    const idle = new Set(['kinesis:SubscribeToShard'])
    expect([...new Set(rows.map(({ action }) => action))].filter((it) => !asked.has(it) && !idle.has(it))).toEqual([])
    for (const { source } of rows) expect(source).toMatch(/^https:\/\/(docs\.aws\.amazon\.com|github\.com)\//)
    expect(rows.length).toBeGreaterThan(40)
  })
})
