// What the probes of a drill have seen: the raw material of every figure, kept apart from how figures are made.

/**
 * `ok`: acknowledged. `fail`: certainly not done. `unknown`: no answer, so it may or may not have been done;
 * such an operation is never counted as lost nor as kept.
 */
export type Outcome = 'ok' | 'fail' | 'unknown'

/** One operation of a probe. Times are ms of the probe's own clock, which never goes backwards. */
export interface Operation {
  /** From 0, one more for each planned operation; a missing number was never sent. */
  sequence: number
  sent: number
  ended: number
  outcome: Outcome
}

/** What one probe did from before the fault until the end of the drill. */
export interface History {
  /** ms between planned operations; they are sent on time even when earlier ones hang (open loop). */
  interval: number
  /** How many operations the schedule held until the probe was told to stop. */
  planned: number
  /** In order of sequence. */
  operations: readonly Operation[]
  /** When the fault was injected, ms of the same clock. */
  injected: number
  /** How far `injected` may be off against the operations' times, ms; 0 where one process measured both. */
  clockBound: number
}

/** What lies between two bounds, both included; `to` is Infinity while no end was seen. */
export interface Interval {
  from: number
  to: number
}

/** How far two clocks may be apart, ms: the largest offset seen plus half the round trip it was seen with. */
export const clockBound = (samples: readonly { offset: number; roundTrip: number }[]): number =>
  samples.length === 0
    ? Number.POSITIVE_INFINITY
    : Math.max(...samples.map(({ offset, roundTrip }) => Math.abs(offset) + roundTrip / 2))
