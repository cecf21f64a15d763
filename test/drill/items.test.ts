// Items of a global table in drills: what is counted as lost is what the other region really had not received.
import { beforeAll, expect, test } from 'vitest'
import type { Ground, Probe } from '../../src/lib/drill/drill.ts'
import { measureLoss } from '../../src/lib/drill/measure/loss.ts'
import { dynamodb } from '../../src/lib/drill/probes/dynamodb.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import { type Account, copyOf } from '../cloud.ts'
import { firstLife, outputs } from '../systems/lifetime.ts'
import { groundOf, minute, second, watched } from './ground.ts'

const [east, west] = ['us-east-1', 'us-west-2']
const watch = { interval: second, timeout: 5 * second, before: minute, after: 3 * minute }

let deployed: Account
let values: Record<string, string>
beforeAll(async () => {
  deployed = await firstLife('payments')
  values = outputs()
})

const begin = async (lag: number, faults: Fault[] = []): Promise<{ it: Account; ground: Ground; probe: Probe }> => {
  const it = copyOf(deployed, faults)
  it.simulator.change((cloud) => {
    for (const one of Object.values(cloud.resources))
      if (one.type === 'AWS::DynamoDB::GlobalTable') one.state = { ...one.state, lag }
  })
  const ground = await groundOf(it, 'payments', values)
  const target = { table: 'payments-sessions-pr123' }
  const plan = {
    name: 'items',
    kind: 'dynamodb',
    interval: second,
    measures: ['RPO'],
    from: east,
    to: west,
    target,
  } as const
  return { it, ground, probe: dynamodb.start(plan, ground) }
}

test('in a quiet time nothing is lost, the other region has it within its lag, and nothing stays behind', async () => {
  const { it, ground, probe } = await begin(400)
  const history = await watched(ground, probe, watch, async () => undefined)
  expect(history.operations.every(({ outcome }) => outcome === 'ok')).toBe(true)
  await ground.aws.clock.sleep(second)
  const verify = await probe.find?.()
  expect(verify?.size).toBe(history.planned)
  expect(measureLoss(history, { ...(verify && { verify }) })).toMatchObject({ lost: [], unknown: [] })
  await probe.remove()
  await ground.aws.clock.sleep(second)
  expect(await probe.find?.()).toEqual(new Set())
  const left = Object.values(it.simulator.inspect().items ?? {}).flatMap((table) => Object.values(table))
  expect(left.filter((writes) => writes.at(-1)?.item !== undefined)).toEqual([])
})

test('a region that falls silent takes with it exactly what it had not sent: acknowledged and lost', async () => {
  const { it, ground, probe } = await begin(10_500, [{ kind: 'region-gone', region: east, after: 90 }])
  const history = await watched(ground, probe, watch, async () => undefined)
  const { cloud, gone } = (() => {
    const now = it.simulator.inspect()
    return { cloud: now, gone: (Object.values(now.faults)[0]?.since ?? 0) + 90 * second }
  })()
  const really = Object.entries(Object.values(cloud.items ?? {})[0] ?? {})
    .filter(([, writes]) => writes.every(({ at, region, lag }) => region === east && at + lag > gone))
    .map(([key]) => Number(key.split('#').at(-1)))
  expect(really.length).toBeGreaterThanOrEqual(10)
  const verify = await probe.find?.()
  expect(measureLoss(history, { ...(verify && { verify }) })?.lost).toEqual(really)
  // The survivor took what came after.
  expect(history.operations.at(-1)?.outcome).toBe('ok')
})

test('a table that does not exist is no target', async () => {
  const { ground } = await begin(400)
  const plan = { name: 'items', kind: 'dynamodb', interval: second, measures: ['RPO'], from: east, to: west } as const
  await expect(dynamodb.start({ ...plan, target: { table: 'nothing' } }, ground).prepare()).rejects.toThrow(
    /no table nothing/,
  )
})
