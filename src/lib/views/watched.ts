// One screen of a terminal that looks again and again: what finds no room is cut below, so that the answer stays in sight.
import { stripVTControlCharacters } from 'node:util'
import type { Paint } from './paint.ts'
import { plural, wrap } from '../core/words.ts'

/** What a terminal has room for; 0 or nothing where it does not say. */
export interface Room {
  rows?: number
  columns?: number
}

/** The heading, a blank line, and the row below the last line where the cursor waits: else the first one scrolls away. */
const taken = 3

/**
 * `text` from its top on, and a last line that says what is cut and how to leave.
 * @param at when it was seen, ms since the epoch
 * @param every seconds until the next look
 */
export function watched(text: string, terminal: Room, at: number, every: number, paint: Paint): string {
  const [rows, columns] = [terminal.rows || 24, terminal.columns || 80]
  const room = rows - taken
  const foot = (what: string): string[] => wrap(`${what} · every ${every} s, Ctrl-C leaves`, columns)
  const dim = (lines: string[]): string[] => lines.map((line) => paint.dim(line))
  const all = text.split('\n')
  const seen = foot(`looked ${new Date(at).toISOString().slice(11, 19)}Z`)
  if (height(all, columns) + seen.length <= room) return [...all, ...dim(seen)].join('\n')
  const cut = (shown: number): string[] => {
    const less = all.length - shown
    return foot(`… ${plural(less, 'more line')}: a taller terminal shows ${less === 1 ? 'it' : 'them'}`)
  }
  const fits = (shown: number): boolean => height(all.slice(0, shown), columns) + cut(shown).length <= room
  const shown = all.findLastIndex((_, index) => fits(index)) // So many lines before it fit.
  const most = Math.max(1, shown)
  return [...all.slice(0, most), ...dim(cut(most))].join('\n')
}

/** Rows that lines take: a terminal breaks those that are too long. */
const height = (lines: string[], columns: number): number =>
  lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)), 0)
