// A probe that keeps its schedule: one operation per interval, sent on time even while earlier ones hang. A probe that
// waits for answers falls silent in the outage it is to measure (coordinated omission).
import type { Clock } from '../core/clock.ts'
import type { Operation, Outcome } from './measure/history.ts'

export interface Schedule {
  /** Must go on evenly, as `steadyClock` does. */
  clock: Clock
  /** ms between operations. */
  interval: number
  /** ms after which an operation without an answer is `unknown`. */
  timeout: number
  /** Number of the first operation; 0 where none is given. */
  first?: number
  /** Ends the schedule; operations under way are waited for until their timeout. */
  stop: AbortSignal
  /** Hears of each operation when it has ended. */
  seen?(operation: Operation): void
}

/**
 * Does `attempt` once for each sequence from `first` on, until stopped.
 * An attempt that throws is `unknown`: whoever knows that nothing was done answers `fail`.
 * What was due while the process itself hung is left out, so that it shows as not sent.
 */
export async function keepSchedule(
  attempt: (sequence: number, signal: AbortSignal) => Promise<Outcome>,
  { clock, interval, timeout, first = 0, stop, seen }: Schedule,
): Promise<{ planned: number; operations: Operation[] }> {
  // A busy machine delays a real probe by moments, a simulated one by that times its speed.
  clock.evenly?.(stop)
  const start = clock.now()
  const running: Promise<Operation>[] = []
  let sequence = 0
  const one = async (number: number): Promise<Operation> => {
    const sent = clock.now()
    const outcome = await answered(attempt, number, clock, timeout)
    const operation = { sequence: number, sent, ended: clock.now(), outcome }
    seen?.(operation)
    return operation
  }
  while (!stop.aborted) {
    running.push(one(first + sequence))
    const due = Math.floor((clock.now() - start) / interval) + 1
    sequence = Math.max(sequence + 1, due)
    const wait = start + sequence * interval - clock.now()
    await clock.sleep(Math.max(0, wait), stop).catch(() => undefined)
  }
  return { planned: sequence, operations: await Promise.all(running) }
}

/** The outcome of an attempt, `unknown` when none came in time. */
async function answered(
  attempt: (sequence: number, signal: AbortSignal) => Promise<Outcome>,
  sequence: number,
  clock: Clock,
  timeout: number,
): Promise<Outcome> {
  const [done, late] = [new AbortController(), new AbortController()]
  const nobody = clock.sleep(timeout, done.signal).then(
    (): Outcome => {
      late.abort()
      return 'unknown'
    },
    (): Outcome => 'unknown',
  )
  const answer = attempt(sequence, late.signal).catch((): Outcome => 'unknown')
  const outcome = await Promise.race([answer, nobody])
  done.abort()
  return outcome
}
