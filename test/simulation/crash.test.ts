// A run may die before or after each of its changes, lock and records included; the next one ends where it would have.
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder } from '../cloud.ts'
import { crashes, type Trial, trials } from './crash.ts'
import { miniature, shipped } from './scenarios.ts'

beforeAll(inEmptyFolder)

const told = (name: string, points: number, tried: number): void =>
  void process.stdout.write(`crash test: ${name}: ${tried} of ${points} crash points\n`)

describe('the miniature system', () => {
  let all: Trial[]
  beforeAll(async () => {
    all = await trials(miniature)
  })

  test.each([0, 1, 2])('survives the death of a run before and after every change (trial %i)', async (index) => {
    const trial = all[index]!
    const { points, tried, lost } = await crashes(trial)
    told(trial.name, points, tried)
    expect(lost).toEqual([])
    expect(points).toBeGreaterThan(20)
    expect(tried).toBe(points)
  })
})

// Every point takes minutes here: `npm run soak` has them all, for every system that comes with dr.
describe('the transactions system', () => {
  let all: Trial[]
  beforeAll(async () => {
    all = await trials(shipped('transactions'))
  })

  test.each([
    [0, 4],
    [1, 1],
    [2, 4],
  ])('survives the death of a run at a sample of its changes (trial %i, each %i-th)', async (index, stride) => {
    const trial = all[index]!
    const { points, tried, lost } = await crashes(trial, stride)
    told(trial.name, points, tried)
    expect(lost).toEqual([])
    expect(points).toBeGreaterThan(15)
  })
})
