import { describe, expect, test } from 'vitest'
import type { InstanceState, StageState } from '../../src/lib/observe/observe.ts'
import { dataIn, isAllowed, makesAnew, objection, repairs, table, tries, working } from '../../src/lib/plan/repair.ts'
import type { WantedStage } from '../../src/lib/plan/wanted.ts'
import { stageOfStack } from '../../src/lib/observe/lost.ts'

const stack = (status: string): InstanceState['stack'] => ({
  id: 'arn',
  name: 'StackSet-x',
  status,
  reason: '',
  outputs: {},
  parameters: {},
  tags: {},
  createdAt: 0,
  updatedAt: undefined,
})
const instance = (status: string, of: string, region = 'us-east-1'): InstanceState => ({
  account: '000000000000',
  region,
  status,
  detailedStatus: '',
  reason: '',
  stackId: 'arn',
  lastOperationId: undefined,
  driftStatus: undefined,
  overrides: {},
  stack: of === 'none' ? undefined : stack(of),
})
const wanted = { steps: [{ regions: ['us-east-1', 'us-west-2'], overrides: {} }] } as unknown as WantedStage
const state = (instances: InstanceState[], running: unknown[] = []): StageState =>
  ({ set: undefined, instances, running }) as StageState

describe('what a deploy does about a stuck instance', () => {
  test.each([
    ['OUTDATED', 'none', undefined],
    ['OUTDATED', 'UPDATE_ROLLBACK_COMPLETE', undefined],
    ['CURRENT', 'none', 'detach without'],
    ['CURRENT', 'UPDATE_COMPLETE', undefined],
    ['CURRENT', 'CREATE_COMPLETE', undefined],
    ['CURRENT', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', undefined],
    ['OUTDATED', 'A_STATUS_OF_TOMORROW', undefined],
    ['OUTDATED', 'ROLLBACK_COMPLETE', 'delete-stack data'],
    ['OUTDATED', 'ROLLBACK_FAILED', 'delete-stack data'],
    ['OUTDATED', 'CREATE_FAILED', 'delete-stack data'],
    ['OUTDATED', 'REVIEW_IN_PROGRESS', 'delete-stack without'],
    ['OUTDATED', 'UPDATE_ROLLBACK_IN_PROGRESS', 'wait without'],
    ['OUTDATED', 'UPDATE_ROLLBACK_FAILED', 'continue-rollback without'],
    ['OUTDATED', 'UPDATE_FAILED', 'roll-back without'],
    ['OUTDATED', 'DELETE_FAILED', 'delete-stack always'],
    ['INOPERABLE', 'none', 'detach without'],
    ['INOPERABLE', 'DELETE_FAILED', 'delete-stack always'],
    ['INOPERABLE', 'UPDATE_COMPLETE', 'delete-stack always'],
    ['INOPERABLE', 'UPDATE_ROLLBACK_FAILED', 'delete-stack always'],
    ['INOPERABLE', 'DELETE_IN_PROGRESS', 'wait without'],
  ])('%s × %s', (status, of, remedy) => {
    const [found] = repairs(wanted, state([instance(status, of)]))
    expect(found && `${found.remedy} ${found.allow}`).toBe(remedy)
  })

  test('concerns that instance alone, and none of a region that is not asked for or was not seen', () => {
    const [sick, well] = [
      instance('OUTDATED', 'UPDATE_ROLLBACK_FAILED'),
      instance('CURRENT', 'UPDATE_COMPLETE', 'us-west-2'),
    ]
    expect(repairs(wanted, state([sick, well])).map(({ region }) => region)).toEqual(['us-east-1'])
    expect(
      repairs(
        wanted,
        state([
          { ...sick, region: 'eu-west-1' },
          { ...sick, unseen: true },
        ]),
      ),
    ).toEqual([])
  })

  test('is nothing while an operation runs', () => {
    expect(repairs(wanted, state([instance('OUTDATED', 'UPDATE_ROLLBACK_FAILED')], [{}]))).toEqual([])
    expect(working(state([instance('OUTDATED', 'UPDATE_IN_PROGRESS')], [{}]))).toEqual([])
  })

  test('deletes data only when it is allowed', () => {
    const [left] = repairs(wanted, state([instance('OUTDATED', 'ROLLBACK_FAILED')]))
    if (!left) throw new Error('no repair')
    expect(objection(left, 'data', [])).toBeUndefined()
    const why = objection(left, 'data', dataIn([{ type: 'AWS::DynamoDB::GlobalTable', path: ['Documents', 'Table'] }]))
    expect(why).toContain('Documents/Table (AWS::DynamoDB::GlobalTable) would be lost')
    expect(objection({ ...left, allow: 'always' }, 'data', [])).toContain('data in us-east-1 is stuck')
    expect(dataIn([{ type: 'AWS::SNS::Topic', path: ['Topic'] }])).toEqual([])
  })

  test('needs no consent when nothing is deleted, whatever the stack holds', () => {
    const [back] = repairs(wanted, state([instance('OUTDATED', 'UPDATE_ROLLBACK_FAILED')]))
    if (!back) throw new Error('no repair')
    expect(objection(back, 'data', ['Documents/Table (AWS::DynamoDB::GlobalTable)'])).toBeUndefined()
  })

  test('names at most five of the things that would be lost, and none where there is none', () => {
    const [left] = repairs(wanted, state([instance('INOPERABLE', 'UPDATE_COMPLETE')]))
    if (!left) throw new Error('no repair')
    const why = objection(left, 'data', ['a', 'b', 'c', 'd', 'e', 'f'])
    expect(why).toContain('stuck (INOPERABLE, UPDATE_COMPLETE)')
    expect(why).toContain('; with it a, b, c, d, e would be lost')
    expect(objection(left, 'data', [])).not.toContain('would be lost')
    expect(objection({ ...left, instance: instance('INOPERABLE', 'none') }, 'data', [])).toContain('(INOPERABLE, none)')
  })

  test('makes a stack anew only where it deletes the old one or forgets that it is gone', () => {
    const anew = (status: string, of: string): boolean[] =>
      repairs(wanted, state([instance(status, of)])).map(makesAnew)
    expect([anew('OUTDATED', 'ROLLBACK_FAILED'), anew('INOPERABLE', 'none'), anew('CURRENT', 'none')]).toEqual([
      [true],
      [true],
      [true],
    ])
    expect([anew('OUTDATED', 'UPDATE_FAILED'), anew('OUTDATED', 'UPDATE_IN_PROGRESS')]).toEqual([[false], [false]])
  })

  test('is allowed by stage, or by stage and region, and by nothing else', () => {
    expect(isAllowed(['data'], 'data', 'us-east-1')).toBe(true)
    expect(isAllowed(['data/us-east-1'], 'data', 'us-east-1')).toBe(true)
    expect(isAllowed(['data/us-west-2', 'app', 'us-east-1', 'data/'], 'data', 'us-east-1')).toBe(false)
  })
})

describe('what a destroy does', () => {
  test('waits for a stack that works although no operation runs', () => {
    const busy = instance('INOPERABLE', 'DELETE_IN_PROGRESS')
    expect(working(state([busy, instance('OUTDATED', 'REVIEW_IN_PROGRESS')]))).toEqual([busy])
  })

  test('waits for none that was not seen, nor for one in a state that no row names', () => {
    expect(working(state([{ ...instance('INOPERABLE', 'DELETE_IN_PROGRESS'), unseen: true }]))).toEqual([])
    expect(working(state([instance('CURRENT', 'CREATE_COMPLETE')]))).toEqual([])
  })

  test('tries twice through the stack set, once where a deletion has failed before', () => {
    const both = state([instance('CURRENT', 'CREATE_COMPLETE'), instance('INOPERABLE', 'DELETE_FAILED', 'us-west-2')])
    expect([tries(both, ['us-east-1']), tries(both, ['us-west-2']), tries(both, ['us-east-1', 'us-west-2'])]).toEqual([
      2, 1, 1,
    ])
  })
})

test('a stack is ours by its whole name only', () => {
  const uuid = '0a1b2c3d-0000-1111-2222-0123456789ab'
  expect(stageOfStack(`StackSet-dr-transactions-data-pr1-${uuid}`, 'transactions', 'pr1')).toBe('data')
  expect(stageOfStack(`StackSet-dr-transactions-data-pr1-${uuid}-Documents-ABC`, 'transactions', 'pr1')).toBeUndefined()
  expect(stageOfStack(`StackSet-dr-transactions-data-pr1-x-${uuid}`, 'transactions', 'pr1')).toBeUndefined()
  expect(stageOfStack(`dr-transactions-data-pr1-${uuid}`, 'transactions', 'pr1')).toBeUndefined()
})

test('every row says why and where that is known from', () => {
  for (const { why, source } of table) expect([why.length > 20, /^\[\w+/.test(source)]).toEqual([true, true])
})
