// A run may die before or after each of its changes, lock and records included; the next one ends where it would have.
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder } from '../cloud.ts'
import { crashes, told, type Trial, trials } from './crash.ts'
import { miniature } from './scenarios.ts'

beforeAll(inEmptyFolder)

describe('the miniature system', () => {
  let all: Trial[]
  beforeAll(async () => {
    all = await trials(miniature)
  })

  test.each([0, 1, 2])('survives the death of a run before and after every change (trial %i)', async (index) => {
    const trial = all[index]!
    const { points, lost } = await crashes(trial)
    told(trial, points)
    expect(lost).toEqual([])
    expect(points).toBeGreaterThan(20)
  })
})
