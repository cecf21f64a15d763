// RPO: which acknowledged writes are gone, counted one by one; no service of AWS measures that. Pure arithmetic.
import type { History, Interval, Operation } from './history.ts'

/** Where the writes were looked for. Each is a set of sequences, or undefined where nobody could look. */
export interface Found {
  /** On the surviving side, right after recovery. */
  verify?: ReadonlySet<number>
  /** Again after the failback: what came late is here. */
  failback?: ReadonlySet<number>
  /** In a snapshot of the lost side. */
  snapshot?: ReadonlySet<number>
}

export interface Loss {
  acknowledged: number
  /** No answer came: listed, never counted as lost nor as kept. */
  unknown: number[]
  /** Acknowledged and absent at verify: the union of the three below. */
  lost: number[]
  delayed: number[]
  recoverable: number[]
  lostForGood: number[]
  /** The last write of the longest prefix of acknowledged writes without a gap; undefined when the first is gone. */
  prefixEnd?: number
  /** The last acknowledged write that survived. */
  lastSurvivor?: number
  /**
   * Where the measured loss of time lies, ms: from the first lost write to the injection, or to the operation after the
   * last lost write where the lost side still acknowledged after it. Without a loss `to` still reaches back to the last write before
   * the injection: what would have been lost after that one, nobody wrote. Where nothing at all was kept `to` is
   * Infinity: the loss reaches back to before the probe, nobody knows how far.
   */
  bounds: Interval
}

/**
 * Counts lost writes.
 * @returns undefined when nobody could look at verify: without a look there is no figure
 */
export function measureLoss({ operations, injected, interval, clockBound }: History, found: Found): Loss | undefined {
  const { verify } = found
  if (!verify) return undefined
  const acknowledged = operations.filter(({ outcome }) => outcome === 'ok')
  const lost = acknowledged.filter(({ sequence }) => !verify.has(sequence))
  const numbers = lost.map(({ sequence }) => sequence)
  const delayed = numbers.filter((sequence) => found.failback?.has(sequence))
  const recoverable = numbers.filter((sequence) => !found.failback?.has(sequence) && found.snapshot?.has(sequence))
  const kept = prefix(acknowledged, lost[0])
  const survivor = acknowledged.findLast(({ sequence }) => verify.has(sequence))
  return {
    acknowledged: acknowledged.length,
    unknown: operations.filter(({ outcome }) => outcome === 'unknown').map(({ sequence }) => sequence),
    lost: numbers,
    delayed,
    recoverable,
    lostForGood: numbers.filter((sequence) => !delayed.includes(sequence) && !recoverable.includes(sequence)),
    ...(kept && { prefixEnd: kept.sequence }),
    ...(survivor && { lastSurvivor: survivor.sequence }),
    bounds: lossBounds(acknowledged, lost, {
      start: operations[0]?.sent ?? injected,
      end: endOfLoss(operations, lost.at(-1), injected, interval),
      injected,
      interval,
      clockBound,
    }),
  }
}

/** The last acknowledged write before the first lost one. */
const prefix = (acknowledged: readonly Operation[], firstLost: Operation | undefined): Operation | undefined =>
  firstLost ? acknowledged.findLast(({ sequence }) => sequence < firstLost.sequence) : acknowledged.at(-1)

/**
 * When the lost side took its last write at the latest: somewhere before the answer to what was sent after the last lost
 * one, since nothing was written in between that could tell.
 */
function endOfLoss(
  operations: readonly Operation[],
  last: Operation | undefined,
  injected: number,
  interval: number,
): number {
  if (!last || last.ended <= injected) return injected
  const next = operations.find(({ sequence }) => sequence > last.sequence)
  return next ? Math.max(last.ended, next.ended) : last.ended + interval
}

interface Times {
  start: number
  end: number
  injected: number
  interval: number
  clockBound: number
}

/** A write is committed between `sent` and `ended`; the first moment that is lost lies behind the last kept one. */
function lossBounds(acknowledged: readonly Operation[], lost: readonly Operation[], times: Times): Interval {
  const { end, injected, interval, clockBound } = times
  const first = lost[0]
  if (!first) {
    const before = acknowledged.findLast(({ sent }) => sent <= injected)
    return { from: 0, to: Math.max(interval, injected - (before?.sent ?? times.start)) + clockBound }
  }
  const kept = prefix(acknowledged, first)
  return {
    from: Math.max(0, injected - first.ended - clockBound),
    to: kept ? end - Math.min(kept.sent, injected) + clockBound : Number.POSITIVE_INFINITY,
  }
}
