// As test/simulation/crash.test.ts, for systems that come with dr.
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder } from '../cloud.ts'
import { crashes, told, type Trial, trials } from '../simulation/crash.ts'
import { shipped } from '../simulation/scenarios.ts'
import { crashing } from './amount.ts'

beforeAll(inEmptyFolder)

describe.each(crashing)('the %s system', (system) => {
  let all: Trial[]
  beforeAll(async () => {
    all = await trials(shipped(system))
  })

  test.each([0, 1, 2])('survives the death of a run before and after every change (trial %i)', async (index) => {
    const trial = all[index]!
    const { points, lost } = await crashes(trial)
    told(trial, points)
    expect(lost).toEqual([])
    expect(points).toBeGreaterThan(15)
  })
})
