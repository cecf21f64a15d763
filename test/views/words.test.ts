import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes, duration, plural, roughly, span, spread, stopwatch, wrap } from '../../src/lib/core/words.ts'

describe('words', () => {
  test.each([
    [0, '0s'],
    [59.4, '59s'],
    [60, '1m00s'],
    [151, '2m31s'],
    [3900, '1h05m'],
  ])('%d seconds read %s', (seconds, text) => expect(duration(seconds)).toBe(text))

  test.each([
    [850, '850 ms'],
    [999.7, '1.0 s'],
    [41_230, '41.2 s'],
    [59_970, '1m00s'],
    [401_000, '6m41s'],
    [3_900_000, '1h05m'],
    [Number.POSITIVE_INFINITY, 'no end seen'],
  ])('%d ms that were measured read %s', (ms, text) => expect(span(ms)).toBe(text))

  test('an estimate is never worded to the second', () => {
    expect([roughly(45), roughly(1010), roughly(2400)]).toEqual(['45s', '17 min', '40 min'])
  })

  test('a stopwatch always has eight characters under 100 hours', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 359_999_999 }), (ms) => /^\d\d:\d\d:\d\d$/.test(stopwatch(ms))))
  })

  test('one thing has no plural', () =>
    expect([plural(1, 'stage'), plural(1204, 'object')]).toEqual(['1 stage', '1,204 objects']))

  test('wrapped text keeps its words and its width', () => {
    const text = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }).map((words) => words.join(' '))
    fc.assert(
      fc.property(text, (it) => {
        const lines = wrap(it, 20)
        return lines.join(' ') === it && lines.every((line) => line.length <= 20)
      }),
    )
  })

  test('both ends of a line stay readable when there is no room', () => {
    expect(spread('left', 'right', 12)).toBe('left   right')
    expect(spread('left', 'right', 4)).toBe('left  right')
  })

  test('bytes are rounded to what people read', () => {
    expect([bytes(0), bytes(999), bytes(41_200_000)]).toEqual(['0 B', '999 B', '41.2 MB'])
  })
})
