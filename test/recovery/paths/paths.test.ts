// Every path of every automation document, executed on the simulator to its end: the world decides whether all is well.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Value } from '../../../src/lib/core/model.ts'
import { start } from '../../../src/simulator/automation/start.ts'
import type { Resource } from '../../../src/simulator/state.ts'
import { firstLife, outputs } from '../../systems/lifetime.ts'
import type { Step } from '../documents.ts'
import { openDrill, point } from './acts.ts'
import { edges, expectAllTaken } from './edges.ts'
import { east, inverted, minute, next, pass, placeOf, told, west, writers, type Place } from './place.ts'
import { documents, rehearseAll, type Deployed, type Document } from './rehearse.ts'

const both = ['preflight', 'verify', 'failover-test', 'dead-man', 'failover-notice']
const kinds: Record<string, string[]> = {
  payments: [...both, 'promote', 'switchover', 'failback', 'rewind'],
  transactions: both,
}
const systems = Object.keys(kinds)
const each = systems.flatMap((system) => kinds[system]?.map((kind) => [system, kind] as const) ?? [])

const deployed: Record<string, Deployed> = {}
beforeAll(async () => {
  for (const system of systems) {
    const { simulator } = await firstLife(system)
    deployed[system] = { cloud: simulator.inspect(), outputs: outputs() }
  }
}, 300_000)
const of = (system: string): Deployed => deployed[system] ?? expect.unreachable(system)
const document = (system: string, kind: string, region: string): Document =>
  documents(of(system)).find((one) => one.kind === kind && one.region === region) ?? expect.unreachable(kind)

describe('every document (PAY-26, TXN-57)', () => {
  test.each(systems)('of %s is known here, in both regions', (system) => {
    for (const region of [east, west]) {
      const found = documents(of(system)).filter((one) => one.region === region)
      expect(found.map(({ kind }) => kind).toSorted()).toEqual(kinds[system]?.toSorted())
    }
  })

  test.each(each)('%s: every way of %s ends in order or is known not to, with one writer', (system, kind) => {
    const here = document(system, kind, west)
    expectAllTaken(kind, here.content, rehearseAll(of(system), here))
  })

  test.each(each)('%s: every edge of %s is taken in the other region too', (system, kind) => {
    const here = document(system, kind, east)
    expectAllTaken(kind, here.content, rehearseAll(of(system), here, 'edges'))
  })
})

test('whoever stops a failover test has both checks back, though two minutes are too few for the name', () => {
  const place = placeOf(of('transactions').cloud, of('transactions').outputs)
  const execution = start(place.moment, east, 'transactions-failover-test-pr123', {})
  while (execution.runs.at(-1)?.name !== 'waitAway') next(place)
  place.call(east, 'StopAutomationExecution', { AutomationExecutionId: execution.id })
  point(place, west)
  pass(place, 3 * minute)
  const ended = execution.runs.slice(-4).map(({ name, status }) => `${name} ${status}`)
  const back = ['restorePrimary Success', 'restoreFailover Success', 'waitBack Cancelled']
  expect(ended).toEqual(['waitAway Cancelled', ...back])
  expect(execution.status).toBe('Cancelled')
  expect(inverted(place)).toEqual([false, false])
  expect(told(place)).toEqual([])
})

describe('while the primary region does not answer', () => {
  const run = (kind: string, given: Record<string, string[]>, prepare = (_: Place): void => undefined) => {
    const place = placeOf(of('payments').cloud, of('payments').outputs)
    prepare(place)
    place.moment.faults.push({ kind: 'region-gone', region: east })
    const { name } = document('payments', kind, west)
    const execution = start(place.moment, west, name, given)
    while (execution.endedAt === undefined) next(place)
    place.moment.faults.length = 0
    const { status, runs } = execution
    return { status, last: runs.at(-1)?.name, told: told(place), regions: writers(place).regions }
  }

  test('a promotion needs nothing of it', () => {
    const said = ['payments pr123: the writer has moved']
    expect(run('promote', {})).toEqual({ status: 'Success', last: 'tellDone', told: said, regions: [west] })
  })

  test('the dead man cannot take back what a drill did there, and says so', () => {
    const { value } = placeOf(of('payments').cloud, of('payments').outputs)
    const names = ['HostedZoneId', 'RecordName', 'PrimaryHealthCheckId', 'FailoverHealthCheckId']
    const asked = Object.fromEntries(names.map((name) => [name, [value(name)]]))
    const Functions = [`${east}:${value('PrimaryFunctionName')}:none`]
    const given = { ...asked, Drill: ['d-1'], Mode: ['restore'], Functions }
    const said = ['payments pr123: a drill that nobody ended is not taken back']
    const seen = run('dead-man', given, (place) => openDrill(place, west))
    expect(seen).toEqual({ status: 'Failed', last: 'tellFailed', told: said, regions: [east] })
  })
})

const policies = ({ properties }: Resource): Value[] => properties['Policies'] as Value[]
const grant = (Action: string): Value => ({
  PolicyName: 'more',
  PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] },
})

const tear = ({ promote }: Record<string, Step>): void =>
  void Object.assign(promote!, {
    action: 'aws:executeAwsApi',
    inputs: {
      Service: 'rds',
      Api: 'RemoveFromGlobalCluster',
      GlobalClusterIdentifier: 'payments-global-pr123',
      DbClusterIdentifier: '{{ TargetClusterArn }}',
    },
  })

describe('these tests see', () => {
  /** What they say of a document that is changed before it is deployed. */
  const broken = (kind: string, edit: (steps: Record<string, Step>) => void, allowed?: string): string => {
    const { cloud, outputs } = of('payments')
    const { name } = document('payments', kind, west)
    const resources = Object.entries(cloud.resources).map(([key, one]) => {
      const isIt = one.physicalId === name && one.region === west
      if (allowed !== undefined && one.physicalId === `payments-runbook-${west}-pr123`)
        return [
          key,
          { ...one, properties: { ...one.properties, Policies: [...policies(one), grant(allowed)] } },
        ] as const
      return [key, isIt ? structuredClone(one) : one] as const
    })
    const changed = { cloud: { ...cloud, resources: Object.fromEntries(resources) }, outputs }
    const here = documents(changed).find((one) => one.name === name && one.region === west)
    if (!here) return expect.unreachable(name)
    edit(Object.fromEntries(here.content.mainSteps.map((step) => [step.name, step])))
    try {
      expectAllTaken(kind, here.content, rehearseAll(changed, here, 'edges'))
      return 'nothing is wrong'
    } catch (error) {
      const { message, actual } = error as Error & { actual?: unknown }
      return `${message} ${JSON.stringify(actual)}`
    }
  }

  test('a step that its role does not allow', () => {
    expect(broken('promote', tear)).toMatch(/not authorized to perform: rds:RemoveFromGlobalCluster/)
  })

  test('a document as it is', () => {
    expect(broken('verify', () => undefined)).toBe('nothing is wrong')
  })

  test('a failure that leaves the check turned round', () => {
    expect(broken('failover-test', ({ waitAway }) => void delete waitAway!.onFailure)).toMatch(
      /waitAway:timeout \(denied\): a change is left behind, and nobody knows/,
    )
  })

  test('a way back that does not restore', () => {
    expect(broken('failover-test', ({ restoreFailover }) => void (restoreFailover!.inputs['Inverted'] = true))).toMatch(
      /tellDone:success \(denied\): a success without what it was for/,
    )
  })

  test('a promotion that tears the global database apart', () => {
    const seen = broken('promote', tear, 'rds:RemoveFromGlobalCluster')
    expect(seen).toMatch(/promote:success[^"]*to match object/)
  })

  test('a choice that nothing chooses', () => {
    const choose = (steps: Record<string, Step>): void => {
      const [choice] = steps['choose']!.inputs['Choices'] as Record<string, unknown>[]
      choice!['StringEquals'] = 'perhaps'
    }
    expect(broken('switchover', choose)).toMatch(/choose:success → verify:[^"]*expected 'assertReady' to be 'verify'/)
  })

  test('an edge that nobody took, and a listed one that somebody took', () => {
    const { content } = document('payments', 'verify', west)
    const all = edges(content)
    const [first = '', ...others] = all
    expect(() => expectAllTaken('verify', content, new Set(others))).toThrow(/toEqual|deeply equal/)
    expect(() => expectAllTaken('verify', content, new Set(others), { [`verify: ${first}`]: 'why' })).not.toThrow()
    expect(() => expectAllTaken('verify', content, new Set(all), { [`verify: ${first}`]: 'why' })).toThrow()
  })
})
