import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { missing, ranges } from './sequence.ts'

describe('sequence numbers', () => {
  test('are told as ranges', () => {
    expect(ranges([0, 1, 2, 5, 7, 8])).toEqual([
      [0, 2],
      [5, 5],
      [7, 8],
    ])
    expect(ranges([])).toEqual([])
  })

  test('that are missing are gaps, also before the first and after the last', () => {
    expect(missing(ranges([2, 3, 6]), 8)).toEqual([
      [0, 1],
      [4, 5],
      [7, 8],
    ])
    expect(missing([], 2)).toEqual([[0, 2]])
    expect(missing(ranges([0, 1, 2]), 2)).toEqual([])
    expect(missing(ranges([0, 1, 5]), 3)).toEqual([[2, 3]])
  })

  test('are each either there or missing, and never both', () => {
    const numbers = fc.uniqueArray(fc.nat(60)).map((list) => list.toSorted((a, b) => a - b))
    fc.assert(
      fc.property(numbers, fc.nat(80), (list, until) => {
        const absent = missing(ranges(list), until)
        for (let number = 0; number <= until; number++) {
          const gone = absent.some(([from, to]) => from <= number && number <= to)
          expect(gone).toBe(!list.includes(number))
        }
      }),
    )
  })
})
