// What a drill has shown, as one value: every file of the evidence pack and the exit code are made from it.
import type { ExitCode } from '../../core/errors.ts'
import { span } from '../../core/words.ts'
import type { Phase } from '../journal.ts'
import type { Interval, Operation } from '../measure/history.ts'
import type { Judgement, Verdict } from '../measure/judge.ts'
import type { Loss } from '../measure/loss.ts'

/** What a drill may break, from nothing to data; computed from its steps, never claimed. */
export type DrillClass = 'L0' | 'L1' | 'L2' | 'L3' | 'L4'

export interface Objective extends Judgement {
  name: 'RTO' | 'RPO'
  /** The probe that measured it. */
  probe: string
  /** Where the objective is written down. */
  source: string
}

/** What one probe has seen. Times are ms after the injection. */
export interface ProbeRecord {
  name: string
  /** It tells when a name moves: until then its operations fail, and nothing is wrong. */
  tells?: 'switch'
  operations: readonly Operation[]
  loss?: Loss
  /** How late a write was seen on the other side: ms after the injection, ms of lag. */
  lags: readonly { at: number; lag: number }[]
}

/** A probe over pooled connections against the one beside it that opens a connection for each operation. */
export interface PooledGap {
  probe: string
  beside: string
  /** How much longer it was out, ms: see `measureGap`. Missing where that could not be told. */
  longer?: Interval
  /** Why it could not. */
  because?: string
}

export interface Guard {
  name: string
  /** It could have stopped the drill: its alarm had data, its probe ran. */
  armed: boolean
  /** What it did. */
  tripped: boolean
  detail: string
}

export interface Check {
  phase: Phase
  name: string
  verdict: Verdict
  detail: string
}

export interface DrillReport {
  version: 1
  id: string
  title: string
  system: string
  suffix: string
  scenario: string
  /** graceful or ungraceful, where the scenario knows both. */
  mode?: string
  class: DrillClass
  simulated: boolean
  /** Masked. */
  account: string
  regions: string[]
  software: string
  /** The release that was drilled. */
  release: string
  /** sha256 of the plan that was shown before. */
  plan: string
  /** Masked identity of whoever ran it. */
  by: string
  /** Who approved it before it began, as given by --approved-by. */
  approvedBy?: string
  /** When that was given, ms since the epoch: before anything was touched. */
  approvedAt?: number
  /** ms since the epoch. */
  started: number
  injected?: number
  ended: number
  objectives: Objective[]
  /** Parts of the recovery time in order, ms; `decide` is a person's time where promotion is not automatic. */
  parts: { name: string; ms: number }[]
  /** What clients with a pool add to the recovery time. */
  pooled: PooledGap[]
  phases: { phase: Phase; from: number; to: number }[]
  probes: ProbeRecord[]
  checks: Check[]
  guards: Guard[]
  timeline: { at: number; phase: Phase; what: string }[]
  /** Everything that was changed is as it was. */
  restored: boolean
  /** Why it turned back before its end. */
  turnedBack?: string
  /** A person or a signal did that. */
  interrupted?: boolean
  /** What this drill says nothing about. */
  notProven: string[]
  /** What a person must do. */
  actions: string[]
}

/** The exit code of a drill: what is not restored comes first, then what stopped it, then what it found. */
export function drillExit({ restored, turnedBack, interrupted, injected, objectives, checks }: DrillReport): ExitCode {
  if (!restored) return 6
  // Turned back before anything was injected: it was refused, unless a person left.
  if (turnedBack) return injected === undefined && !interrupted ? 3 : 5
  const verdicts = new Set([...objectives, ...checks].map(({ verdict }) => verdict))
  if (verdicts.has('fail')) return 4
  // A drill without a single pass has shown nothing.
  return verdicts.has('inconclusive') || !verdicts.has('pass') ? 7 : 0
}

const words: Record<Verdict, string> = {
  pass: 'PASS',
  fail: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
  'not-tested': 'NOT TESTED',
}

/** A verdict as reports print it. */
export const verdictWord = (verdict: Verdict): string => words[verdict]

/** What was measured for an objective, in a few words; never a bare zero. */
export function measured({ bounds, because }: Objective): string {
  const range = bounds ? `${span(bounds.from)} to ${span(bounds.to)}` : 'not measured'
  return because ? `${range}; ${because}` : range
}

/** `0 of 2,413 acknowledged writes lost`: the count says more than any time. */
export function lossSentence({ acknowledged, lost, delayed, recoverable, lostForGood, unknown }: Loss): string {
  const n = (value: number): string => value.toLocaleString('en-US')
  const kinds = [
    delayed.length > 0 && `${n(delayed.length)} came later`,
    recoverable.length > 0 && `${n(recoverable.length)} recoverable from a snapshot`,
    lost.length > 0 && `${n(lostForGood.length)} lost for good`,
    unknown.length > 0 && `${n(unknown.length)} without an answer, not counted`,
  ].filter(Boolean)
  const head = `${n(lost.length)} of ${n(acknowledged)} acknowledged writes lost`
  return kinds.length > 0 ? `${head} (${kinds.join(', ')})` : head
}

/** Whether clients with a pool were certainly out for longer. */
export const isLonger = ({ longer }: PooledGap): boolean => longer !== undefined && longer.from > 0

/** How pooled connections did against fresh ones, in a few words. */
export function gapSentence({ longer, because }: PooledGap): string {
  if (!longer) return `not told: ${because ?? 'nobody looked'}`
  const { from, to } = longer
  if (!Number.isFinite(to)) {
    const least = from > 0 ? `out at least ${span(from)} longer than fresh connections; ` : ''
    return `${least}not back when the drill failed back`
  }
  if (from > 0) return `out ${span(from)} to ${span(to)} longer than fresh connections`
  if (to < 0) return `out ${span(-to)} to ${span(-from)} shorter than fresh connections`
  return `out as long as fresh connections, within ${span(Math.max(-from, to))}`
}
