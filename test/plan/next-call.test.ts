import { describe, expect, test } from 'vitest'
import type { InstanceState, StageState } from '../../src/lib/observe/observe.ts'
import { changes, isDefined, isGood, nextCall, unknownInputs } from '../../src/lib/plan/next-call.ts'
import { knownAfterApply, stateHash, type WantedStage } from '../../src/lib/plan/wanted.ts'

const definition = {
  templateUrl: 'https://bucket/cfn/a.json',
  parameters: { Size: '1' },
  tags: { System: 'transactions' },
  administrationRoleArn: 'arn:admin',
  executionRoleName: 'dr-execution',
}
const wanted = (edit: Partial<WantedStage> = {}): WantedStage => ({
  stage: 'data',
  set: 'dr-transactions-data-pr123',
  template: '{"a":1}',
  definition,
  steps: [
    { regions: ['us-west-2'], overrides: {} },
    { regions: ['us-east-1'], overrides: { PeeringConnectionId: 'pcx-1' } },
  ],
  ...edit,
})
const instance = (region: string, edit: Partial<InstanceState> = {}): InstanceState => ({
  account: '000000000000',
  region,
  status: 'CURRENT',
  detailedStatus: 'SUCCEEDED',
  reason: '',
  stackId: `stack-${region}`,
  lastOperationId: 'dr-x-1',
  driftStatus: undefined,
  overrides: region === 'us-east-1' ? { PeeringConnectionId: 'pcx-1' } : {},
  stack: {
    id: `stack-${region}`,
    name: 'StackSet-x',
    status: 'CREATE_COMPLETE',
    reason: '',
    outputs: {},
    parameters: {},
    tags: {},
    createdAt: 0,
    updatedAt: undefined,
  },
  ...edit,
})
const state = (instances: InstanceState[], set: Partial<NonNullable<StageState['set']>> = {}): StageState => ({
  set: { id: 'id', name: 'n', template: '{"a":1}', parameters: { Size: '1' }, tags: definition.tags, ...set },
  instances,
  running: [],
})
const whole = [instance('us-west-2'), instance('us-east-1')]

describe('the next call of a stage', () => {
  test('is none when set, instances, stacks and overrides are as wanted', () => {
    expect(nextCall(wanted(), state(whole))).toBeUndefined()
  })

  test('makes the set first, then the instances step by step', () => {
    expect(nextCall(wanted(), { set: undefined, instances: [], running: [] })).toEqual({ kind: 'create-set' })
    expect(nextCall(wanted(), state([]))).toEqual({ kind: 'create-instances', regions: ['us-west-2'], overrides: {} })
    expect(nextCall(wanted(), state([instance('us-west-2')]))).toEqual({
      kind: 'create-instances',
      regions: ['us-east-1'],
      overrides: { PeeringConnectionId: 'pcx-1' },
    })
  })

  test.each([
    ['another template', { template: '{"a":2}' }],
    ['another parameter', { parameters: { Size: '2' } }],
    ['a parameter that went', { parameters: { Size: '1', Old: 'x' } }],
    ['other tags', { tags: {} }],
  ])('updates the first step when the set holds %s', (_what, set) => {
    expect(nextCall(wanted(), state(whole, set))).toEqual({ kind: 'update-set', regions: ['us-west-2'] })
  })

  test('brings a later step along once the definition is stored', () => {
    const outdated = [instance('us-west-2'), instance('us-east-1', { status: 'OUTDATED' })]
    expect(nextCall(wanted(), state(outdated))).toEqual({ kind: 'update-set', regions: ['us-east-1'] })
  })

  test('gives whole overrides to an instance that has others', () => {
    const other = [instance('us-west-2'), instance('us-east-1', { overrides: {} })]
    expect(nextCall(wanted(), state(other))).toEqual({
      kind: 'update-instances',
      regions: ['us-east-1'],
      overrides: { PeeringConnectionId: 'pcx-1' },
    })
  })

  test('creates an instance again whose stack is gone, in that region only', () => {
    const dead = [instance('us-west-2'), instance('us-east-1', { status: 'OUTDATED', stack: undefined })]
    expect(nextCall(wanted(), state(dead))).toMatchObject({ kind: 'create-instances', regions: ['us-east-1'] })
  })

  test('takes a definition without instances as something to store', () => {
    expect(nextCall(wanted(), state([], { template: 'old' }))).toEqual({ kind: 'update-set', regions: [] })
  })

  test('updates the first step that has instances when an earlier one has none', () => {
    const later = state([instance('us-east-1')], { template: 'old' })
    expect(nextCall(wanted(), later)).toEqual({ kind: 'update-set', regions: ['us-east-1'] })
  })

  test('is refused when a region was not seen, and not decided as if its stack were gone', () => {
    const unseen = [instance('us-west-2', { unseen: true, stack: undefined }), instance('us-east-1')]
    expect(() => nextCall(wanted(), state(unseen))).toThrow('data was not seen everywhere')
  })

  test('takes a parameter that AWS masks for the wanted one, and no other', () => {
    const parameters = { Size: '1', Password: 'secret' }
    const masked = { ...definition, parameters }
    expect(isDefined(wanted({ definition: masked }), state([], { parameters: { Size: '1', Password: '****' } }))).toBe(
      true,
    )
    expect(isDefined(wanted({ definition: masked }), state([], { parameters: { Size: '1', Password: 'other' } }))).toBe(
      false,
    )
    expect(isDefined(wanted(), state([], { parameters: { Size: '1', Gone: '****' } }))).toBe(false)
  })
})

describe('an instance is good', () => {
  const statuses = ['CURRENT', 'OUTDATED', 'INOPERABLE', 'UNKNOWN', 'SOMETHING_NEW']
  const stacks = {
    CREATE_COMPLETE: true,
    UPDATE_COMPLETE: true,
    UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: true,
    UPDATE_ROLLBACK_COMPLETE: true,
    ROLLBACK_COMPLETE: false,
    CREATE_FAILED: false,
    UPDATE_ROLLBACK_FAILED: false,
    UPDATE_IN_PROGRESS: false,
    DELETE_FAILED: false,
    REVIEW_IN_PROGRESS: false,
    SOMETHING_NEW: false,
  }
  test.each(Object.entries(stacks))('only when CURRENT with a settled stack: %s', (status, settled) => {
    for (const own of statuses) {
      const it = instance('us-east-1', { status: own })
      const seen = { ...it, stack: it.stack && { ...it.stack, status } }
      expect(isGood(seen), `${own} with ${status}`).toBe(own === 'CURRENT' && settled)
    }
  })
})

test('an instance without a stack is not good, whatever its own status', () => {
  expect(isGood(instance('us-east-1', { stack: undefined }))).toBe(false)
})

describe('what a plan says', () => {
  test('create everywhere when there is no stack set yet', () => {
    const nothing = { set: undefined, instances: [], running: [] }
    expect(changes(wanted(), nothing)).toEqual({ 'us-west-2': 'create', 'us-east-1': 'create' })
  })

  test('create, update and no change are told apart by region', () => {
    const mixed = [instance('us-west-2')]
    expect(changes(wanted(), state(mixed))).toEqual({ 'us-west-2': 'none', 'us-east-1': 'create' })
    expect(changes(wanted(), state(whole, { template: 'old' }))).toEqual({
      'us-west-2': 'update',
      'us-east-1': 'update',
    })
  })
})

describe('a plan', () => {
  const change = (it: Partial<InstanceState>, more: Partial<StageState> = {}): unknown =>
    changes(wanted(), { ...state([instance('us-west-2'), instance('us-east-1', it)]), ...more })['us-east-1']
  const stack = (status: string) => ({ ...instance('us-east-1').stack, status }) as InstanceState['stack']

  test('says unknown of a region that was not seen', () => {
    expect(change({ unseen: true, stack: undefined })).toBe('unknown')
  })

  test('takes nothing for settled while an operation runs', () => {
    expect(change({})).toBe('none')
    expect(change({}, { running: [{}] as StageState['running'] })).toBe('update')
  })

  test('says create of a stack that is deleted first, and update of one that is repaired in its place', () => {
    expect(change({ status: 'OUTDATED', stack: stack('ROLLBACK_COMPLETE') })).toBe('create')
    expect(change({ status: 'OUTDATED', stack: stack('UPDATE_ROLLBACK_FAILED') })).toBe('update')
  })

  test('says update of an instance that is not good, or has other overrides', () => {
    expect(change({ status: 'OUTDATED' })).toBe('update')
    expect(change({ overrides: {} })).toBe('update')
  })
})

describe('the hash of a wanted state', () => {
  test('is the same for the same state, whatever the order of keys', () => {
    const turned = wanted({ definition: { ...definition, parameters: { B: '2', A: '1' } } })
    const straight = wanted({ definition: { ...definition, parameters: { A: '1', B: '2' } } })
    expect(stateHash(turned)).toBe(stateHash(straight))
  })

  test('differs for another template, parameter or tag', () => {
    const hashes = [
      wanted(),
      wanted({ template: '{"a":2}' }),
      wanted({ definition: { ...definition, parameters: { Size: '2' } } }),
      wanted({ definition: { ...definition, tags: {} } }),
    ].map(stateHash)
    expect(new Set(hashes).size).toBe(4)
  })
})

describe('a call that would give an unknown value', () => {
  const overrides: Record<string, string> = { Peering: knownAfterApply }
  const call = { kind: 'create-instances' as const, regions: ['us-east-1'], overrides }

  test('is named by its parameters, so that it is never made', () => {
    expect(unknownInputs(wanted(), call)).toEqual(['Peering'])
    const definitions = { ...definition, parameters: { VpcId: knownAfterApply, Size: '1' } }
    expect(unknownInputs(wanted({ definition: definitions }), { kind: 'create-set' })).toEqual(['VpcId'])
  })

  test('is not one when only a later step waits for the value', () => {
    const steps = [{ regions: ['us-east-1'], overrides: { Peering: knownAfterApply } }]
    expect(unknownInputs(wanted({ steps }), { ...call, overrides: {} })).toEqual([])
  })
})
