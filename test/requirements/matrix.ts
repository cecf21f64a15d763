// Joins what was asked with what a test run showed. Pure: no result is known here that a run did not give.
import type { Family, Level, Row } from './catalogue.ts'

/** One test that names a requirement, and how it ended. */
export interface Claim {
  id: string
  level: Level
  outcome: 'passed' | 'failed' | 'skipped'
  /** What a deployed check looked at; unknown is never a pass. */
  target?: 'simulator' | 'aws'
  test: string
}

/** The result of one level of one row. */
export type Seen = 'pass' | 'simulated pass' | 'AWS pass' | 'FAILED' | 'not run' | 'NO TEST' | '–'

/** The result of a row. Words in capitals make the run fail. */
export type Result =
  | 'static pass'
  | 'simulated pass'
  | 'AWS pass'
  | 'needs AWS (not run)'
  | 'no check, because'
  | 'not yet (system not built)'
  | 'not run'
  | 'NO TEST'
  | 'FAILED'

export interface Line {
  row: Row
  static: Seen
  deployed: Seen
  result: Result
}

export interface Matrix {
  families: { family: Family; lines: Line[] }[]
  /** Why the run is not good; empty when it is. */
  problems: string[]
}

/** Joins the catalogue with the claims of a run. */
export function matrixOf(families: Family[], claims: Claim[]): Matrix {
  const of = (row: Row): Claim[] => claims.filter(({ id }) => id === row.id)
  const lines = families.map((family) => ({
    family,
    lines: family.rows.map((row) => lineOf(row, family.built, of(row))),
  }))
  const known = new Set(families.flatMap(({ rows }) => rows.map(({ id }) => id)))
  return {
    families: lines,
    problems: [
      ...claims.filter(({ id }) => !known.has(id)).map(({ id, test }) => `${id}: not in the catalogue ("${test}")`),
      ...lines.flatMap(({ family, lines }) => lines.flatMap((line) => problemsOf(line, family.built, of(line.row)))),
    ],
  }
}

function lineOf(row: Row, built: boolean, claims: Claim[]): Line {
  const seen = { static: seenAt('static', row, claims), deployed: seenAt('deployed', row, claims) }
  return { row, ...seen, result: resultOf(row, built, claims, seen) }
}

/** A level passes when at least one test claims the row and every one that does passed. */
function seenAt(level: Level, row: Row, claims: Claim[]): Seen {
  const mine = claims.filter((claim) => claim.level === level)
  if (mine.some(({ outcome }) => outcome === 'failed')) return 'FAILED'
  if (mine.length === 0) return row.checks.includes(level) ? 'NO TEST' : '–'
  if (mine.some(({ outcome }) => outcome !== 'passed')) return 'not run'
  if (level === 'static') return 'pass'
  const targets = new Set(mine.map(({ target }) => target))
  if (targets.size !== 1) return 'not run'
  return targets.has('aws') ? 'AWS pass' : targets.has('simulator') ? 'simulated pass' : 'not run'
}

function resultOf(row: Row, built: boolean, claims: Claim[], seen: { static: Seen; deployed: Seen }): Result {
  const both = new Set([seen.static, seen.deployed])
  if (both.has('FAILED')) return 'FAILED'
  if (row.checks === 'none') return 'no check, because'
  if (!built && claims.length === 0) return 'not yet (system not built)'
  if (row.checks.every((check) => check === 'aws')) return 'needs AWS (not run)'
  if (both.has('NO TEST')) return 'NO TEST'
  if (seen.static === 'not run') return 'not run'
  if (seen.deployed === 'simulated pass' || seen.deployed === 'AWS pass') return seen.deployed
  return seen.static === 'pass' ? 'static pass' : 'not run'
}

function problemsOf(line: Line, built: boolean, claims: Claim[]): string[] {
  const { row } = line
  if (!built && claims.length === 0) return []
  const failed = claims.filter(({ outcome }) => outcome === 'failed')
  const unasked = claims.filter(({ level }) => !row.checks.includes(level))
  const missing = (['static', 'deployed'] as const).filter((level) => line[level] === 'NO TEST')
  return [
    ...failed.map(({ test }) => `${row.id}: failed: ${test}`),
    ...unasked.map(
      ({ level, test }) => `${row.id}: the catalogue has no ${level} check, but a test claims one: ${test}`,
    ),
    ...missing.map((level) => `${row.id}: no test claims its ${level} check`),
  ]
}
