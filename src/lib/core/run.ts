// One run of a command: who listens, whether somebody asked us to leave, and how to ask a person.
import type { Clock } from './clock.ts'
import type { Event, EventBody, Listener, Tell, Verb } from './events.ts'

export interface Run {
  verb: Verb
  /** Its start as a name, e.g. `2026-11-20T23-41-07Z`. */
  id: string
  startedAt: number
  clock: Clock
  signal: AbortSignal
  tell: Tell
  /** Gives the person's answer, or undefined where nobody can be asked. */
  ask(question: string): Promise<string | undefined>
}

/** A run's start as a name, fit for a file. */
export const runId = (startedAt: number): string =>
  new Date(startedAt)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-')

/** Starts a run whose events go to all listeners, stamped with the clock's time. */
export function startRun(verb: Verb, clock: Clock, signal: AbortSignal, listeners: Listener[], ask: Run['ask']): Run {
  const startedAt = clock.now()
  const tell = (body: EventBody): void => {
    const event: Event = { at: clock.now(), ...body }
    for (const listen of listeners) listen(event)
  }
  return { verb, id: runId(startedAt), startedAt, clock, signal, tell, ask }
}
