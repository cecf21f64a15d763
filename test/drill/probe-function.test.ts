// Databases without a Data API, watched by the probe function inside their network: REC's cluster and CIT's instance.
import { beforeAll, describe, expect, test } from 'vitest'
import { clusterFailover } from '../../src/lib/drill/actions/cluster-failover.ts'
import { functionsOff } from '../../src/lib/drill/actions/functions-off.ts'
import { instanceFailover } from '../../src/lib/drill/actions/instance-failover.ts'
import type { ProbePlan, Step } from '../../src/lib/drill/drill.ts'
import { measureLoss } from '../../src/lib/drill/measure/loss.ts'
import { sqlFunction } from '../../src/lib/drill/probes/sql-function.ts'
import { type Account, copyOf } from '../cloud.ts'
import { firstLife, outputs } from '../systems/lifetime.ts'
import { expectTruth, groundOf, minute, second, truth, watched } from './ground.ts'

const watch = { interval: second, timeout: sqlFunction.timeout, before: 2 * minute, after: 8 * minute }

describe.each([
  { system: 'citizen', action: instanceFailover, least: 60, most: 120 },
  { system: 'records', action: clusterFailover, least: 10, most: 35 },
])('$system', ({ system, action, least, most }) => {
  let deployed: Account
  let values: Record<string, string>
  let region: string
  beforeAll(async () => {
    deployed = await firstLife(system)
    values = outputs()
    region = values['PrimaryRegion'] ?? ''
  })
  const begin = async () => {
    const it = copyOf(deployed)
    const ground = await groundOf(it, system, values)
    const target = { function: values['ProbeFunctionName'] ?? '' }
    const plan: ProbePlan = {
      name: 'rows',
      kind: 'sql-function',
      interval: second,
      measures: ['RTO', 'RPO'],
      from: region,
      to: region,
      target,
    }
    const id = values['DatabaseIdentifier'] ?? ''
    const writer = (await (await ground.aws.databases(region)).cluster(id))?.writer ?? ''
    const step: Step = { name: 'one', action: action.name, region, target: { instance: id, cluster: id, writer } }
    return { it, ground, plan, step }
  }

  test(`${action.name} interrupts writes for ${least} to ${most} s and loses no acknowledged row`, async () => {
    const { it, ground, plan, step } = await begin()
    const probe = sqlFunction.start(plan, ground)
    expect(await action.observe(step, ground)).toBe('normal')
    const history = await watched(ground, probe, watch, () => action.inject(step, ground))
    const { seconds } = expectTruth(it, history)
    expect(seconds).toBeGreaterThan(least)
    expect(seconds).toBeLessThan(most + 5)
    const verify = await probe.find?.()
    expect(measureLoss(history, { ...(verify && { verify }) })).toMatchObject({ lost: [] })
    const sorts = (outcome: string) => history.operations.filter((one) => one.outcome === outcome)
    // The row that was under way is there or not, and nobody was told.
    expect(sorts('unknown').length).toBeLessThanOrEqual(1)
    const known = history.operations.filter(
      ({ sequence }) => !sorts('unknown').some((one) => one.sequence === sequence),
    )
    expect(known.filter(({ sequence }) => verify?.has(sequence))).toEqual(sorts('ok'))
    await action.restore(step, ground)
    expect(await action.observe(step, ground)).toBe('normal')
    await probe.remove()
    expect(await probe.find?.()).toEqual(new Set())
  })

  test('the database is seen as injected while it fails over', async () => {
    const { ground, step } = await begin()
    await action.inject(step, ground)
    await ground.aws.clock.sleep(5 * second)
    expect(await action.observe(step, ground)).toBe('injected')
    await action.restore(step, ground)
    expect(await action.observe(step, ground)).toBe('normal')
  })

  test('a window of rows takes its time, and rows that are due while the database is gone are not there', async () => {
    const { it, ground, plan, step } = await begin()
    const functions = await ground.aws.functions(region)
    const ask = (request: object) =>
      functions.invoke(plan.target['function'] ?? '', { drill: 'd-1', writer: 'w', ...request })
    await ask({ action: 'prepare' })
    const began = ground.aws.clock.now()
    await action.inject(step, ground)
    const answer = await ask({ action: 'write', count: 20, interval: 10 * second, timeout: second })
    expect(ground.aws.clock.now() - began).toBeGreaterThanOrEqual(190 * second)
    const { operations } = answer as { operations: { sequence: number; sent: number; outcome: string }[] }
    const outage = truth(it).outages.at(-1)
    const isOut = (at: number): boolean => at >= (outage?.from ?? 0) && at < (outage?.until ?? 0)
    for (const { sent, outcome } of operations) {
      if (outcome !== 'unknown') expect(outcome).toBe(isOut(began + sent) ? 'fail' : 'ok')
    }
    const kept = operations.filter(({ outcome }) => outcome === 'ok')
    expect(kept.length).toBeLessThan(20)
    expect(await ask({ action: 'read' })).toMatchObject({ count: kept.length, highest: 19 })
    await expect(ask({ action: 'nonsense' })).rejects.toThrow(/There is no action/)
  })

  test('a probe function that may not run gives failures, and no look at the rows', async () => {
    const { ground, plan } = await begin()
    const probe = sqlFunction.start(plan, ground)
    await probe.prepare()
    const { signal } = new AbortController()
    expect(await probe.attempt(0, signal)).toBe('ok')
    const name = values['ProbeFunctionName'] ?? ''
    const off: Step = { name: 'off', action: 'functions-off', region, target: { functions: name, reserved: 'none' } }
    await functionsOff.inject(off, ground)
    expect(await probe.attempt(1, signal)).toBe('fail')
    expect(await probe.find?.()).toBeUndefined()
    await functionsOff.restore(off, ground)
    expect(await probe.find?.()).toEqual(new Set([0]))
  })
})

test('CIT: an instance failover swaps the zones, and RDS abandons the next one that comes too soon', async () => {
  const it = await firstLife('citizen')
  const values = outputs()
  const region = values['PrimaryRegion'] ?? ''
  const ground = await groundOf(it, 'citizen', values)
  const databases = await ground.aws.databases(region)
  const id = values['DatabaseIdentifier'] ?? ''
  const target = { instance: id }
  const step: Step = { name: 'one', action: 'instance-failover', region, target }
  const before = await databases.instance(id)
  await instanceFailover.inject(step, ground)
  await ground.aws.clock.sleep(3 * minute)
  expect(await databases.instance(id)).toMatchObject({ zone: before?.standby, standby: before?.zone })
  await expect(instanceFailover.inject(step, ground)).rejects.toMatchObject({ code: 'FailoverAbandoned', exit: 3 })
  await ground.aws.clock.sleep(10 * minute)
  await instanceFailover.inject(step, ground)
  const events = await databases.events('db-instance', id, ground.aws.clock.now() - 60 * minute)
  expect(events.map(({ message }) => message.split(/[ -]/)[0])).toContain('Abandoning')
})
