// What a deploy and a destroy do one after the other, and what they wait for, on the smallest system.
import { beforeAll, expect, test } from 'vitest'
import { unlessBusy } from '../../src/lib/execute/actions/operation-id.ts'
import type { Event } from '../../src/lib/core/events.ts'
import type { Simulator } from '../../src/simulator/index.ts'
import { schedule } from '../../src/simulator/tasks.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { live } from '../simulation/life.ts'
import { demand, deployed, miniature, prepared } from '../simulation/scenarios.ts'
import { remnants } from '../simulation/standing.ts'

const { environment, flags, changed } = miniature
let ready: Account
let stands: Account

beforeAll(async () => {
  inEmptyFolder()
  ready = await prepared(miniature)
  stands = await deployed(ready, miniature)
})

/** The regions of each operation of stage link that a run began, in the order in which they began. */
const regionsOf = (events: Event[]): string[][] =>
  events.flatMap((it) => (it.kind === 'operation-started' && it.stage === 'link' ? [it.regions] : []))

test('a destroy goes through the regions of a stage backwards: what was made last goes first', async () => {
  const { simulator } = copyOf(ready)
  const made = live(simulator, 'deploy', flags)
  demand(await made.end)
  const removed = live(simulator, 'destroy', flags)
  demand(await removed.end)
  expect(regionsOf(made.events)).toEqual([['us-west-2'], ['us-east-1']])
  expect(regionsOf(removed.events)).toEqual([['us-east-1'], ['us-west-2']])
})

/** Somebody else begins an operation on a stack set by hand; AWS is done with it a minute later. */
function meddle({ change }: Simulator, name: string): void {
  change((cloud) => {
    const set = Object.values(cloud.stackSets).find((it) => it.name === name && it.status === 'ACTIVE')
    if (!set) throw new Error(`there is no stack set ${name}`)
    const operation = { id: 'by-hand', action: 'UPDATE', status: 'RUNNING', createdAt: cloud.now } as const
    set.operations.push({ ...operation, parallel: true, tolerance: 0, request: '', results: [] })
    schedule(cloud, cloud.now + 60_000, 'stackset.end', { set: set.id, operation: operation.id })
  })
}

const meddled: { verb: 'deploy' | 'destroy'; call: string }[] = [
  { verb: 'deploy', call: 'UpdateStackSet' },
  { verb: 'destroy', call: 'DeleteStackInstances' },
  { verb: 'destroy', call: 'DeleteStackSet' },
]
test.each(meddled)(
  'an operation that somebody else begins right before the $call of a $verb is waited for, and is no failure',
  async ({ verb, call }) => {
    const { simulator } = copyOf(stands)
    const wanted = { deploy: { ...flags, parameter: [changed] }, destroy: flags }
    let times = 0
    const onChange = (what: string): void => {
      if (what.startsWith(`${call} `) && times++ === 0) meddle(simulator, 'dr-miniature-link-pr123')
    }
    demand(await live(simulator, verb, wanted[verb], { onChange }).end)
    expect(times).toBeGreaterThan(1)
    expect(remnants(simulator.inspect(), environment).length > 0).toBe(verb === 'deploy')
  },
)

const means = (name: string): Promise<boolean> => unlessBusy(Promise.reject(Object.assign(new Error(name), { name })))

test.each(['OperationInProgressException', 'OperationIdAlreadyExistsException', 'StaleRequestException'])(
  '%s means that something began meanwhile: it is looked at again',
  async (name) => expect(await means(name)).toBe(false),
)

test('any other refusal of a call is a failure', async () => {
  await expect(means('InvalidOperationException')).rejects.toThrow('InvalidOperationException')
})
