// RTO: how long the service was gone for a client, from the injection of the fault on. Pure arithmetic over a history.
import type { History, Interval, Operation } from './history.ts'

/** So many successes in a row count as recovered, and fewer missing answers in a row may be chance. */
export const consecutive = 5

/** So long must the successes hold, ms. */
export const sustained = 60_000

export interface Recovery {
  /** First operation that went wrong after the injection, ms after it; undefined when none did. */
  effect?: number
  /** End of the first success of the recovery that held, ms after the injection; undefined when it never came. */
  recovered?: number
  /** Where the true recovery time lies, ms after the injection. */
  bounds: Interval
}

/**
 * Measures when service came back for good.
 *
 * A success shows that the service was there at some moment between `sent` and `ended`, a failure that it was not.
 * So the truth lies after the sending of the last failure and before the end of the first success of the recovery.
 * An answer that is missing proves nothing by itself: only `consecutive` of them in a row count as failures, and then
 * without the last `consecutive - 1`, which may have been lost on the way after the service was back.
 * @param hold how long the successes must hold, ms
 */
export function measureRecovery({ operations, injected, clockBound }: History, hold = sustained): Recovery {
  const after = operations.filter(({ ended }) => ended > injected)
  const effect = after.find(({ outcome, sent }) => outcome !== 'ok' && sent >= injected)
  const start = recoveredFrom(after, effect, hold)
  const before = start === undefined ? after : after.slice(0, start)
  const back = start === undefined ? undefined : after[start]
  const down = lastSeenDown(before)
  const since = (time: number): number => Math.max(0, time - injected)
  return {
    ...(effect && { effect: since(effect.sent) }),
    ...(back && { recovered: since(back.ended) }),
    bounds: {
      from: down === undefined ? 0 : Math.max(0, since(down) - clockBound),
      to: back ? since(back.ended) + clockBound : Number.POSITIVE_INFINITY,
    },
  }
}

/** Where the successes begin that hold until the end of what was watched. */
function recoveredFrom(after: readonly Operation[], effect: Operation | undefined, hold: number): number | undefined {
  const last = after.findLastIndex(({ outcome }) => outcome !== 'ok')
  const start = last + 1
  const [first, end] = [after[start], after.at(-1)]
  if (!effect || !first || !end) return undefined
  const enough = after.length - start >= consecutive && end.ended - first.ended >= hold
  return enough ? start : undefined
}

/** When an operation was sent that shows the service gone: the last one that does. */
function lastSeenDown(operations: readonly Operation[]): number | undefined {
  let seen: number | undefined
  let silent: Operation[] = []
  for (const operation of operations) {
    silent = operation.outcome === 'unknown' ? [...silent, operation] : []
    const witness = operation.outcome === 'fail' ? operation : silent.at(-consecutive)
    if (witness) seen = Math.max(seen ?? 0, witness.sent)
  }
  return seen
}
