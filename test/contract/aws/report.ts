// The report of a run as lines of text.
import type { Outcome } from './rule.ts'
import type { Result, Shown } from './run.ts'
import type { Target } from './target.ts'

/** What came of one rule, in a line or three. */
export function lineOf({ rule, outcome }: Shown): string {
  const line = `${outcome.outcome.padEnd(9)}  ${rule.id}`
  if (outcome.outcome === 'held') return line
  return `${line}\n${' '.repeat(11)}${whyOf(outcome)}`
}

/** Why a rule did not hold; empty where it did. */
export function whyOf(outcome: Outcome): string {
  if (outcome.outcome === 'broken') return `${outcome.what}: expected ${outcome.expected}, seen ${outcome.seen}`
  return outcome.outcome === 'not shown' ? outcome.because : ''
}

/** What no source states, how many rules held, and what was left behind. */
export function closingLines({ shown, left }: Result, { name }: Target): string[] {
  const count = (outcome: Outcome['outcome']): number => shown.filter((one) => one.outcome.outcome === outcome).length
  const counts = `${count('held')} held, ${count('broken')} broken, ${count('not shown')} not shown`
  const unsourced = shown.filter(({ rule }) => rule.unsourced).map(({ rule }) => `[?] ${rule.id}: ${rule.unsourced}`)
  return [...unsourced, `${name}: ${shown.length} rules, ${counts}`, ...left.map((what) => `LEFT BEHIND: ${what}`)]
}
