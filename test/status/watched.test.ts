// The screen of `--watch` on a terminal: the answer stays in sight, however small the terminal is.
import { describe, expect, test } from 'vitest'
import { judge } from '../../src/lib/status/verdict.ts'
import { paint } from '../../src/lib/views/paint.ts'
import { readinessText } from '../../src/lib/views/readiness.ts'
import { watched } from '../../src/lib/views/watched.ts'
import { now, well } from './sample.ts'

const text = readinessText(well, judge(well), paint(false), 80)
const count = text.split('\n').length
const drawn = (rows: number, columns = 80, what = text): string[] =>
  watched(what, { rows, columns }, now, 5, paint(false)).split('\n')

describe('a screen that is looked at again and again', () => {
  test('is cut from below, and says how much is cut and how to leave', () => {
    const lines = drawn(24)
    expect(lines).toHaveLength(21) // Two rows are the heading's, one the cursor's.
    expect(lines[0]).toMatch(/^FAILOVER NOW\?/)
    expect(lines.slice(0, 20)).toEqual(text.split('\n').slice(0, 20))
    expect(lines.at(-1)).toBe(`… ${count - 20} more lines: a taller terminal shows them · every 5 s, Ctrl-C leaves`)
  })

  test('is whole where it finds room, and says when that was', () => {
    expect(drawn(count + 4)).toEqual([...text.split('\n'), 'looked 03:12:44Z · every 5 s, Ctrl-C leaves'])
  })

  test('that lacks one row is cut', () => {
    expect(drawn(count + 3).at(-1)).toMatch(/^… 1 more line: a taller terminal shows it/)
  })

  test.each([3, 10, 24, 31, 60])('never fills more than %i rows, even where a narrow terminal breaks lines', (rows) => {
    for (const columns of [40, 60, 80, 120]) {
      const taken = drawn(rows, columns).reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0)
      expect(taken).toBeLessThanOrEqual(Math.max(rows - 3, 4))
    }
  })

  test('keeps its first line in whatever terminal', () => {
    expect(drawn(1)[0]).toMatch(/^FAILOVER NOW\?/)
  })

  test('takes a terminal that does not tell its size for one of 24 rows', () => {
    expect(watched(text, {}, now, 5, paint(false))).toBe(watched(text, { rows: 24, columns: 80 }, now, 5, paint(false)))
  })

  test('is not cut for its colours', () => {
    const coloured = Array.from({ length: 5 }, () => paint(true).bad('x'.repeat(80))).join('\n')
    expect(drawn(9, 80, coloured)).toHaveLength(6)
  })
})
