// One sentence says how a deploy ended; each of its forms, and what makes the difference.
import { describe, expect, test } from 'vitest'
import type { StageOutcome } from '../../src/lib/core/events.ts'
import type { Outcome } from '../../src/lib/execute/execute.ts'
import type { InstanceState } from '../../src/lib/observe/observe.ts'
import { deployVerdict } from '../../src/lib/report/verdict.ts'
import { unclear, unknownStatus } from '../../src/lib/observe/unknown-status.ts'

const stage = (name: string, outcome: StageOutcome): Outcome => ({ name, outcome, message: '', causes: [], seconds: 1 })
const good = {
  name: 'transactions · pr123',
  exit: 0 as const,
  outcomes: [stage('data', 'succeeded')],
  stages: 2,
  instances: 1,
  unlike: [],
  missing: [],
  release: undefined,
}
const failed = { ...good, exit: 4 as const, unlike: ['data'], outcomes: [stage('data', 'failed')] }

describe('the sentence about a deploy', () => {
  test('says up to date when nothing was to be done, and deployed when something was', () => {
    expect(deployVerdict({ ...good, outcomes: [] })).toBe('transactions · pr123 is up to date (2 stages, 1 instance)')
    expect(deployVerdict({ ...good, outcomes: [], release: 'r7' })).toContain('1 instance, release r7)')
    expect(deployVerdict(good)).toBe('transactions · pr123 is deployed')
    expect(deployVerdict({ ...good, release: 'r7' })).toBe('transactions · pr123 is deployed as release r7')
  })

  test('says first that the run was left, whatever failed', () => {
    expect(deployVerdict({ ...failed, exit: 5 })).toContain('left before the end')
  })

  test('names what failed, and what was skipped because of it', () => {
    expect(deployVerdict(failed)).toBe('transactions · pr123 is not deployed: data failed')
    const outcomes = ['data', 'app', 'dns'].map((name) => stage(name, 'failed'))
    expect(deployVerdict({ ...failed, outcomes: [...outcomes, stage('edge', 'skipped')] })).toBe(
      'transactions · pr123 is not deployed: data, app and dns failed, edge skipped',
    )
  })

  test('says that all is as wanted when a stage failed on the way only', () => {
    const onTheWay = 'stands as wanted, but data failed on the way'
    expect(deployVerdict({ ...failed, unlike: [] })).toContain(onTheWay)
    expect(deployVerdict(failed)).not.toContain(onTheWay)
    expect(deployVerdict({ ...failed, unlike: [], missing: ['ApiUrl'] })).not.toContain(onTheWay)
    expect(deployVerdict({ ...failed, missing: ['ApiUrl'] })).not.toContain(onTheWay)
  })

  test('does not say that it is not deployed when nobody knows', () => {
    expect(deployVerdict({ ...failed, exit: 7 })).toBe(
      'it is not known whether transactions · pr123 is deployed: data came to no end that dr knows',
    )
    expect(deployVerdict({ ...failed, exit: 7, outcomes: [stage('app', 'skipped')] })).toContain(
      'data came to no end that dr knows, app skipped',
    )
    expect(deployVerdict({ ...failed, exit: 7, outcomes: [stage('app', 'failed')] })).toContain('app came to no end')
  })

  test('names what is not as wanted, then what is lacking, when nothing failed', () => {
    const nothing = { ...failed, outcomes: [stage('data', 'succeeded')] }
    expect(deployVerdict({ ...nothing, outcomes: [] })).toContain('is not deployed: data not as wanted')
    expect(deployVerdict(nothing)).toContain('data not as wanted, though no operation failed')
    expect(deployVerdict({ ...nothing, unlike: [], missing: ['ApiUrl', 'Table'] })).toBe(
      'transactions · pr123 lacks outputs: ApiUrl and Table',
    )
  })
})

describe('an instance of which AWS says what nobody knows', () => {
  const instance = (status: string, stack?: string): InstanceState =>
    ({ region: 'us-east-1', status, stack: stack && { status: stack } }) as InstanceState

  test.each([
    ['CURRENT', 'CREATE_COMPLETE'],
    ['OUTDATED', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'],
    ['INOPERABLE', 'DELETE_FAILED'],
    ['OUTDATED', undefined],
    ['CURRENT', 'IMPORT_ROLLBACK_IN_PROGRESS'],
  ])('is not one with %s and %s', (status, stack) => {
    expect(unclear([instance(status, stack)])).toEqual([])
  })

  test.each([
    ['PAUSED', 'CREATE_COMPLETE', 'us-east-1 PAUSED (CREATE_COMPLETE)'],
    ['CURRENT_NOT', undefined, 'us-east-1 CURRENT_NOT (no stack)'],
    ['NOT_CURRENT', undefined, 'us-east-1 NOT_CURRENT (no stack)'],
    ['CURRENT', 'EXPRESS_COMPLETE', 'us-east-1 CURRENT (EXPRESS_COMPLETE)'],
    ['CURRENT', 'UPDATE_COMPLETE_SOMEHOW', 'us-east-1 CURRENT (UPDATE_COMPLETE_SOMEHOW)'],
    ['CURRENT', 'AN_UPDATE_COMPLETE', 'us-east-1 CURRENT (AN_UPDATE_COMPLETE)'],
  ])('is one with %s and %s', (status, stack, words) => {
    expect(unclear([instance('CURRENT', 'CREATE_COMPLETE'), instance(status, stack)])).toEqual([words])
  })

  test('ends a run with 7', () => {
    expect(unknownStatus('data').exit).toBe(7)
  })
})
