// What a drill has done, line by line, written before each act. The lines alone say how a drill stands, so a run that
// died is gone on with by reading them; each line holds the hash of the one before, so nobody can change the past.
import { createHash } from 'node:crypto'

export const phases = [
  'preflight',
  'steady-before',
  'arm',
  'inject',
  'detect',
  'recover',
  'verify',
  'failback',
  'steady-after',
  'reconcile',
  'disarm',
  'report',
] as const

export type Phase = (typeof phases)[number]

/** Why a drill goes no further and fails back. */
export type TurnBack = 'signal' | 'guard' | 'resumed' | 'step-failed' | 'two-writers'

export type Entry =
  /** Written before an act: from here on it may have happened. `step` where a phase has several acts. */
  | { kind: 'begin'; phase: Phase; step?: string }
  /** Written after it. `data` is what later phases and the report need. */
  | { kind: 'end'; phase: Phase; step?: string; outcome: 'done' | 'failed'; note: string; data?: unknown }
  | { kind: 'turn-back'; why: TurnBack; note: string }
  /** The last line of a drill whose environment is gone: there is nothing left to do, nor to restore. */
  | { kind: 'closed'; note: string }

export interface Line {
  n: number
  /** ms since the epoch. */
  at: number
  entry: Entry
  /** Hash of the line before; of the plan for the first one. */
  previous: string
  hash: string
}

const digest = (line: Omit<Line, 'hash'>): string =>
  createHash('sha256')
    .update(JSON.stringify([line.previous, line.n, line.at, line.entry]))
    .digest('hex')

/** The next line of a journal whose first line refers to `plan`, the hash of the drill's plan. */
export function nextLine(lines: readonly Line[], plan: string, at: number, entry: Entry): Line {
  const line = { n: lines.length, at, entry, previous: lines.at(-1)?.hash ?? plan }
  return { ...line, hash: digest(line) }
}

/** A journal as text, one JSON object per line. */
export const written = (lines: readonly Line[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('')

/**
 * Reads a journal. A last line that was cut off by a crash is dropped: what it announced had not begun.
 * @returns the lines up to the first that does not fit, and what is wrong with that one
 */
export function readJournal(text: string, plan: string): { lines: Line[]; broken?: string } {
  const raw = text.split('\n')
  const lines: Line[] = []
  for (const [index, row] of raw.slice(0, -1).entries()) {
    const line = parsed(row)
    if (!line) return { lines, broken: `line ${index + 1} is no journal line` }
    const { hash, ...rest } = line
    const chained = line.n === index && line.previous === (lines.at(-1)?.hash ?? plan) && digest(rest) === hash
    if (!chained) return { lines, broken: `line ${index + 1} does not follow from the lines before it` }
    lines.push(line)
  }
  return { lines }
}

function parsed(row: string): Line | undefined {
  try {
    const value = JSON.parse(row) as Line | null
    return value && typeof value === 'object' && 'entry' in value && 'hash' in value ? value : undefined
  } catch {
    return undefined
  }
}
