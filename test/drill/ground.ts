// A deployed system in virtual time as drills find it, and one probe watching an act.
import { expect } from 'vitest'
import type { Outcome, History } from '../../src/lib/drill/measure/history.ts'
import type { Ground, Probe } from '../../src/lib/drill/drill.ts'
import { measureRecovery } from '../../src/lib/drill/measure/recovery.ts'
import { keepSchedule } from '../../src/lib/drill/probe.ts'
import type { Databases } from '../../src/simulator/data/databases.ts'
import type { Account } from '../cloud.ts'

export const second = 1_000
export const minute = 60 * second

/** What actions and probes work with, in a deployed system. */
export async function groundOf(
  it: Account,
  system: string,
  outputs: Record<string, string>,
  drill = 'd-1',
): Promise<Ground> {
  const session = await it.target({ system })
  return {
    aws: session.aws,
    target: session.target,
    outputs,
    drill,
    signal: new AbortController().signal,
    ...it.simulator.net,
  }
}

interface Watch {
  interval: number
  timeout: number
  /** How long before and after the act, ms. */
  before: number
  after: number
}

/** Lets a probe run, acts in the middle, and gives what the probe saw; the act's end is the moment of injection. */
export async function watched(
  ground: Ground,
  probe: Probe,
  watch: Watch,
  act: () => Promise<unknown>,
): Promise<History> {
  const { clock } = ground.aws
  const stop = new AbortController()
  await probe.prepare()
  const attempt = (sequence: number, signal: AbortSignal): Promise<Outcome> => probe.attempt(sequence, signal)
  const schedule = { clock, interval: watch.interval, timeout: watch.timeout, stop: stop.signal }
  const running = keepSchedule(attempt, schedule)
  await clock.sleep(watch.before)
  await act()
  const injected = clock.now()
  await clock.sleep(watch.after)
  stop.abort()
  return { ...(await running), interval: watch.interval, injected, clockBound: 0 }
}

/** What really happened to the databases. */
export const truth = (it: Account): Databases => {
  const { databases } = it.simulator.inspect()
  if (!databases) throw new Error('nothing happened to any database')
  return databases
}

/** The time without a writer after the injection, as the probe bounds it and as it was. */
export function expectTruth(it: Account, history: History): { seconds: number } {
  const outage = truth(it).outages.at(-1)
  const real = (outage?.until ?? 0) - history.injected
  const { effect, bounds } = measureRecovery(history)
  expect(effect).toBeDefined()
  expect(bounds.from).toBeLessThanOrEqual(real)
  expect(bounds.to).toBeGreaterThanOrEqual(real)
  return { seconds: real / 1000 }
}
