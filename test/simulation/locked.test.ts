// The lease is renewed right before each change of an environment, repairs included: who lost the lock changes nothing.
import { beforeAll, expect, test } from 'vitest'
import type { Fault } from '../../src/simulator/index.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { live, type Work } from './life.ts'
import { demand, deployed, miniature, prepared } from './scenarios.ts'

const { flags, changed } = miniature
const update = { ...flags, parameter: [changed] }
const fails = (stage: string, logicalId: string, action: string, times = 1): Fault =>
  ({ kind: 'resource-fails', stage, logicalId, action, times, region: 'us-east-1', reason: 'no' }) as Fault

let ready: Account
let there: Account

beforeAll(async () => {
  inEmptyFolder()
  ready = await prepared(miniature)
  there = await deployed(ready, miniature)
})

/** The account after a run that these faults made fail. */
async function after(from: Account, faults: Fault[], given: typeof flags): Promise<Account> {
  const it = copyOf(from, faults)
  await live(it.simulator, 'deploy', given).end
  return copyOf(it)
}

/** Of what a run changes: what has no renewal of its own right before it, and which commands there were. */
async function unguarded(from: Account, verb: Work, given: typeof flags, faults: Fault[] = []) {
  const life = live(copyOf(from, faults).simulator, verb, given)
  demand(await life.end)
  const renews = (call: string | undefined): boolean => /^PutObject \S+ lock\//.test(call ?? '')
  // The first of all takes the lock, and is no renewal.
  const [, ...changes] = life.changes
  const ours = changes.filter((call) => !/ dr-artifacts-/.test(call))
  const bare = changes.filter((call, at) => ours.includes(call) && !renews(changes[at - 1]))
  return { bare, commands: new Set(ours.map((call) => call.split(' ')[0])) }
}

const creates = ['CreateStackSet', 'CreateStackInstances']
const deletes = ['DeleteStackInstances', 'DeleteStackSet']

test('a first deploy', async () => {
  expect(await unguarded(ready, 'deploy', flags)).toEqual({ bare: [], commands: new Set(creates) })
})

test('an update', async () => {
  expect(await unguarded(there, 'deploy', update)).toEqual({ bare: [], commands: new Set(['UpdateStackSet']) })
})

test('a rollback that is continued', async () => {
  const from = await after(there, [fails('link', 'Group', 'update'), fails('link', 'Group', 'rollback')], update)
  const { bare, commands } = await unguarded(from, 'deploy', update)
  expect([bare, [...commands]]).toEqual([[], expect.arrayContaining(['ContinueUpdateRollback', 'UpdateStackSet'])])
})

test('a failed creation that is deleted first', async () => {
  const from = await after(ready, [fails('base', 'Bucket', 'create')], flags)
  from.simulator.change(({ stacks }) => {
    for (const stack of Object.values(stacks))
      if (stack.name.startsWith('StackSet-dr-miniature-base-') && stack.region === 'us-east-1' && !stack.parentId)
        stack.status = 'ROLLBACK_COMPLETE'
  })
  const { bare, commands } = await unguarded(from, 'deploy', flags)
  expect([bare, [...commands]]).toEqual([[], expect.arrayContaining(['DeleteStack', 'CreateStackInstances'])])
})

test('a destroy, in order and past a stack set that cannot', async () => {
  const inOrder = await unguarded(there, 'destroy', flags)
  expect([inOrder.bare, [...inOrder.commands]]).toEqual([[], expect.arrayContaining(deletes)])
  const past = await unguarded(there, 'destroy', flags, [fails('link', 'Group', 'delete', 2)])
  expect([past.bare, [...past.commands]]).toEqual([[], expect.arrayContaining([...deletes, 'DeleteStack'])])
})
