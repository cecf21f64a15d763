// Connections that are kept, beside those that are opened anew: what a pool adds to an outage is the clients' own.
import { describe, expect, test } from 'vitest'
import { functionsOff } from '../../src/lib/drill/actions/functions-off.ts'
import { instanceFailover } from '../../src/lib/drill/actions/instance-failover.ts'
import { actions } from '../../src/lib/drill/actions/index.ts'
import type { DrillPlan, ProbePlan, Step } from '../../src/lib/drill/drill.ts'
import { chosenDrill, drillFiles } from '../../src/lib/drill/file.ts'
import { measureGap } from '../../src/lib/drill/measure/gap.ts'
import { measureLoss } from '../../src/lib/drill/measure/loss.ts'
import { measureRecovery } from '../../src/lib/drill/measure/recovery.ts'
import { planDrill } from '../../src/lib/drill/plan.ts'
import { probeKinds } from '../../src/lib/drill/probes/index.ts'
import type { Account } from '../cloud.ts'
import { lived, outputs } from '../systems/lifetime.ts'
import { groundOf, minute, second, watched } from './ground.ts'

const [east, west] = ['us-east-1', 'us-west-2']

/** A drill of a system as it would run in that account, and what its probes work with. */
async function planned(it: Account, system: string, scenario: string) {
  const ground = await groundOf(it, system, outputs())
  const { folder } = ground.target.system
  const file = chosenDrill(drillFiles(folder), system, { scenario, mode: undefined })
  const place = { id: 'd-1', target: ground.target, values: { ...outputs(), 'secret.database': 'none-of-it' } }
  const plan: DrillPlan = planDrill(file, place, actions)
  const probe = (name: string): ProbePlan => plan.probes.find((one) => one.name === name) ?? expect.unreachable(name)
  return { ground, plan, probe }
}

const started = (plan: ProbePlan, ground: Awaited<ReturnType<typeof groundOf>>) => {
  const kind = probeKinds[plan.kind] ?? expect.unreachable(plan.kind)
  return { probe: kind.start(plan, ground), timeout: kind.timeout }
}

describe('transactions, whose name leaves a region by itself', () => {
  const { copy, value } = lived('transactions')

  test('a client with a pool stays where its connection leads, and a fresh one follows the name', async () => {
    const { ground, probe } = await planned(copy(), 'transactions', 'region')
    const step: Step = {
      name: 'off',
      action: 'functions-off',
      region: east,
      target: { functions: value('PrimaryFunctionName'), reserved: 'none' },
    }
    const both = [probe('ready'), probe('ready-pooled')].map((plan) => ({ plan, ...started(plan, ground) }))
    const [fresh, pooled] = await Promise.all(
      both.map(({ probe: one, timeout }, index) =>
        watched(ground, one, { interval: second, timeout, before: minute, after: 6 * minute }, async () =>
          index === 0 ? functionsOff.inject(step, ground) : undefined,
        ),
      ),
    )
    if (!fresh || !pooled) return expect.unreachable('both watched')
    expect(pooled.operations.filter(({ ended }) => ended < pooled.injected).every((one) => one.outcome === 'ok')).toBe(
      true,
    )
    expect(measureRecovery(fresh).recovered).toBeLessThan(3 * minute)
    expect(pooled.operations.at(-1)?.outcome).toBe('fail')
    const gap = measureGap(measureRecovery(fresh), measureRecovery(pooled))
    expect(gap?.from).toBeGreaterThan(2 * minute)
    expect(gap?.to).toBe(Number.POSITIVE_INFINITY)
    // Who renews its connections asks the name again.
    await both[1]?.probe.remove()
    expect(await both[1]?.probe.attempt(0, ground.signal)).toBe('ok')
  })

  test('a connection to a region that falls silent is given up, and the name is asked again', async () => {
    const { ground, probe } = await planned(
      copy([{ kind: 'region-gone', region: east, after: 30 }]),
      'transactions',
      'region',
    )
    const call = async () => (await ground.aws.functions(west)).concurrency(value('FailoverFunctionName'))
    await call()
    const { probe: one, timeout } = started(probe('ready-pooled'), ground)
    const watch = { interval: second, timeout, before: minute, after: 8 * minute }
    // Health checks look when somebody calls.
    const { operations } = await watched(ground, one, watch, call)
    expect(operations[0]?.outcome).toBe('ok')
    expect(operations.filter(({ outcome }) => outcome === 'unknown').length).toBeGreaterThan(5)
    expect(operations.at(-1)?.outcome).toBe('ok')
  })
})

describe('citizen, whose database is reached through a function', () => {
  const { copy, value } = lived('citizen')

  test('the row that a pooled connection had sent to the lost host is unknown, and no acknowledged one is gone', async () => {
    const { ground, plan, probe } = await planned(copy(), 'citizen', 'database')
    expect(plan.probes.map(({ name, beside, measures }) => ({ name, beside, measures }))).toEqual([
      { name: 'rows', beside: undefined, measures: ['RTO', 'RPO'] },
      { name: 'rows-pooled', beside: 'rows', measures: ['RPO'] },
    ])
    const { probe: one, timeout } = started(probe('rows-pooled'), ground)
    const step: Step = {
      name: 'one',
      action: 'instance-failover',
      region: value('PrimaryRegion'),
      target: { instance: value('DatabaseIdentifier') },
    }
    const watch = { interval: second, timeout, before: minute, after: 6 * minute }
    const history = await watched(ground, one, watch, () => instanceFailover.inject(step, ground))
    const unknown = history.operations.filter(({ outcome }) => outcome === 'unknown')
    expect(unknown).toHaveLength(1)
    expect((unknown[0]?.ended ?? 0) - (unknown[0]?.sent ?? 0)).toBeGreaterThanOrEqual(5 * second)
    const verify = await one.find?.()
    expect(measureLoss(history, { ...(verify && { verify }) })).toMatchObject({ lost: [] })
    expect(measureRecovery(history).recovered).toBeLessThan(3 * minute)
  })
})
