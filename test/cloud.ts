// A simulated account in memory, in virtual time, for tests that run whole verbs.
import { readSettings, type SettingFlags } from '../src/lib/config.ts'
import type { Event, Verb } from '../src/lib/events.ts'
import { startRun, type Run } from '../src/lib/run.ts'
import { openSession, type Session, targeted, type TargetSession } from '../src/lib/session.ts'
import { memorySimulator, type Simulator } from '../src/lib/simulator/index.ts'

export interface Account {
  simulator: Simulator
  open(flags?: SettingFlags): Promise<Session>
  /** A session about an environment, `pr123` unless said otherwise. */
  target(flags?: SettingFlags): Promise<TargetSession>
  /** A run whose events are kept; `answer` is what a person would type. */
  run(verb: Verb, options?: { signal?: AbortSignal; answer?: string }): Run & { events: Event[] }
}

/** A fresh account; faults as in `--local-faults`. */
export function account(options: Parameters<typeof memorySimulator>[0] = {}): Account {
  const simulator = memorySimulator(options)
  const open = (flags: SettingFlags = {}): Promise<Session> =>
    openSession(readSettings(flags, {}), { clock: simulator.clock, plug: (client) => simulator.plug(client) })
  return {
    simulator,
    open,
    target: async (flags = {}) => targeted(await open({ suffix: 'pr123', ...flags })),
    run: (verb, { signal = new AbortController().signal, answer } = {}) => {
      const events: Event[] = []
      const run = startRun(verb, simulator.clock, signal, [(event) => events.push(event)], async () => answer)
      return { ...run, events }
    },
  }
}
