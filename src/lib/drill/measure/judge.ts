// An objective against what was measured. No data is never a pass, and a figure whose bounds straddle the objective
// decides nothing.
import type { History, Interval } from './history.ts'
import type { Loss } from './loss.ts'
import type { Recovery } from './recovery.ts'

export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'not-tested'

export interface Judgement {
  verdict: Verdict
  /** What was measured, ms; missing where nothing was. */
  bounds?: Interval
  /** The objective, ms. */
  objective: number
  /** Why it is inconclusive or was not tested. */
  because?: string
}

/** A probe that sent less of its schedule than this proves nothing. */
export const enoughSent = 0.95

/** Clocks that may be further apart than this share of the objective prove nothing. */
export const clockShare = 0.1

/** Why a history proves nothing about an objective (ms), or undefined when it does. */
export function unfit(history: History, objective: number): string | undefined {
  const { operations, planned, clockBound, injected } = history
  if (planned === 0 || operations.length < planned * enoughSent) {
    return `the probe sent ${operations.length} of ${planned} planned operations`
  }
  if (clockBound > objective * clockShare) {
    const share = Number.isFinite(clockBound) ? `${Math.round(clockBound)} ms` : 'an unknown time'
    return `the clocks may be ${share} apart, more than a tenth of the objective`
  }
  const before = operations.filter(({ ended, outcome }) => outcome === 'ok' && ended <= injected)
  return before.length === 0 ? 'no operation succeeded before the fault' : undefined
}

/**
 * RTO against its objective (ms).
 * A fault that no probe saw proves nothing about recovery, however well everything went.
 */
export function judgeRecovery(history: History, recovery: Recovery, objective: number): Judgement {
  const { bounds, effect } = recovery
  const because = unfit(history, objective) ?? (effect === undefined ? 'no probe saw the fault' : undefined)
  if (because) return { verdict: 'inconclusive', bounds, objective, because }
  return within(bounds, objective, 'the service did not come back while the probes looked')
}

/** RPO against its objective (ms). */
export function judgeLoss(history: History, loss: Loss | undefined, objective: number): Judgement {
  if (!loss) return { verdict: 'inconclusive', objective, because: 'nobody could look for the writes' }
  const because = unfit(history, objective)
  if (because) return { verdict: 'inconclusive', bounds: loss.bounds, objective, because }
  return within(loss.bounds, objective, 'the end of the loss was not seen')
}

function within(bounds: Interval, objective: number, endless: string): Judgement {
  if (bounds.to <= objective) return { verdict: 'pass', bounds, objective }
  if (bounds.from > objective) return { verdict: 'fail', bounds, objective }
  const because = Number.isFinite(bounds.to) ? 'the objective lies within the error of the measurement' : endless
  return { verdict: 'inconclusive', bounds, objective, because }
}
