// As crash.test.ts, for a real system; `npm run soak` does the same with every system that comes with dr.
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder } from '../cloud.ts'
import { crashes, told, type Trial, trials } from './crash.ts'
import { shipped } from './scenarios.ts'

beforeAll(inEmptyFolder)

describe('the transactions system', () => {
  let all: Trial[]
  beforeAll(async () => {
    all = await trials(shipped('transactions'))
  })

  test.each([0, 1, 2])(
    'survives the death of a run before and after every change (trial %i)',
    async (index) => {
      const trial = all[index]!
      const { points, lost } = await crashes(trial)
      told(trial, points)
      expect(lost).toEqual([])
      expect(points).toBeGreaterThan(15)
    },
    600_000,
  )
})
