// A deployed system in virtual time as drills find it, and one probe watching an act.
import type { Outcome, History } from '../../src/lib/drill/measure/history.ts'
import type { Ground, Probe } from '../../src/lib/drill/drill.ts'
import { keepSchedule } from '../../src/lib/drill/probe.ts'
import type { Account } from '../cloud.ts'
import { outputs } from '../systems/lifetime.ts'

export const second = 1_000
export const minute = 60 * second

/** What actions and probes work with, in a system of which `outputs` lie in the current folder. */
export async function groundOf(it: Account, system: string, drill = 'd-1'): Promise<Ground> {
  const session = await it.target({ system })
  return {
    aws: session.aws,
    target: session.target,
    outputs: outputs(),
    drill,
    signal: new AbortController().signal,
    https: async () => undefined,
    resolve: async () => undefined,
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
