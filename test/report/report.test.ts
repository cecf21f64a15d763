// The exit code of a run, from how its stages ended and from what was seen at its end.
import { describe, expect, test } from 'vitest'
import { DrError, type ExitCode } from '../../src/lib/core/errors.ts'
import type { StageOutcome } from '../../src/lib/core/events.ts'
import type { Outcome } from '../../src/lib/execute/execute.ts'
import { exitOf } from '../../src/lib/report/report.ts'

const stage = (outcome: StageOutcome, exit?: ExitCode): Outcome => ({
  name: 'data',
  outcome,
  message: '',
  causes: [],
  seconds: 1,
  ...(exit === undefined ? {} : { error: new DrError('Some', exit, 'what', 'hint') }),
})

describe('the exit code of a run', () => {
  test('is 0 when every stage went well and the end is as wanted', () => {
    expect(exitOf([stage('succeeded'), stage('unchanged')], true, 4)).toBe(0)
    expect(exitOf([], true, 4)).toBe(0)
  })

  test('is never 0 when the end is not as wanted', () => {
    expect(exitOf([stage('succeeded')], false, 4)).toBe(4)
    expect(exitOf([], false, 6)).toBe(6)
  })

  test('is never 0 when a stage was skipped', () => {
    expect(exitOf([stage('succeeded'), stage('skipped')], true, 4)).toBe(4)
  })

  test('is 7 when what is not good is only what AWS says in unknown words', () => {
    expect(exitOf([stage('succeeded')], false, 4, true)).toBe(7)
    expect(exitOf([stage('skipped')], true, 4, true)).toBe(7)
  })

  test('is that of a failure although the end is as wanted', () => {
    expect(exitOf([stage('failed'), stage('succeeded')], true, 4)).toBe(4)
    expect(exitOf([stage('failed')], true, 6, true)).toBe(6)
  })

  test('is 5 when somebody interrupted, whatever else failed', () => {
    expect(exitOf([stage('failed', 6), stage('interrupted')], false, 4)).toBe(5)
    expect(exitOf([stage('interrupted')], true, 4)).toBe(5)
  })

  test("is the error's own code, and counts nothing that did not fail", () => {
    expect(exitOf([stage('failed', 3)], false, 4)).toBe(3)
    expect(exitOf([stage('succeeded', 6)], true, 4)).toBe(0)
  })

  test('is the one that a person must know first when several stages failed', () => {
    const order: ExitCode[] = [5, 1, 6, 4, 3, 2, 7]
    for (const [at, first] of order.entries())
      for (const later of order.slice(at))
        expect(exitOf([stage('failed', later), stage('failed', first)], false, 4), `${later} and ${first}`).toBe(first)
  })

  test('is told as it is when no order names it', () => {
    expect(exitOf([stage('failed', 10)], false, 4)).toBe(10)
  })
})
