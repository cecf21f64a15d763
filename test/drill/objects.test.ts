// Objects that replicate, in drills: what is counted as lost is what the other region really had not received (TXN-58).
import { beforeAll, expect, test } from 'vitest'
import type { Ground, Probe } from '../../src/lib/drill/drill.ts'
import { measureLoss } from '../../src/lib/drill/measure/loss.ts'
import { s3 } from '../../src/lib/drill/probes/s3.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import type { ObjectVersion } from '../../src/simulator/state.ts'
import { type Account, copyOf } from '../cloud.ts'
import { destroyAll, firstLife, outputs } from '../systems/lifetime.ts'
import { groundOf, minute, second, watched } from './ground.ts'

const [east, west] = ['us-east-1', 'us-west-2']
const watch = { interval: second, timeout: 5 * second, before: minute, after: 3 * minute }

let deployed: Account
let values: Record<string, string>
beforeAll(async () => {
  deployed = await firstLife('transactions')
  values = outputs()
})

const numberOf = ({ key }: ObjectVersion): number => Number(key.split('/').at(-1))

interface Begun {
  it: Account
  ground: Ground
  probe: Probe
  /** All that lies in a bucket or is on its way there. */
  in(region: string): ObjectVersion[]
}

const begin = async (lag: number, faults: Fault[] = [], target: Record<string, string> = {}): Promise<Begun> => {
  const it = copyOf(deployed, faults)
  const [bucket = '', replica = ''] = [values['PrimaryBucketName'], values['FailoverBucketName']]
  it.simulator.change((cloud) => {
    for (const one of Object.values(cloud.resources)) if (one.physicalId === bucket) one.state = { ...one.state, lag }
  })
  const ground = await groundOf(it, 'transactions', values)
  const where = { from: east, to: west, target: { bucket, replica, ...target } }
  const plan = { name: 'objects', kind: 's3', interval: second, measures: ['RPO'], ...where } as const
  const held = (region: string) => it.simulator.inspect().buckets[region === east ? bucket : replica]?.versions ?? []
  return { it, ground, probe: s3.start(plan, ground), in: held }
}

test('in a quiet time nothing is lost, and what is said of each object holds the time that it really took', async () => {
  const { ground, probe } = await begin(7_300)
  const history = await watched(ground, probe, watch, async () => undefined)
  expect(history.operations.every(({ outcome }) => outcome === 'ok')).toBe(true)
  await ground.aws.clock.sleep(8 * second)
  const verify = await probe.find?.()
  expect(verify?.size).toBe(history.planned)
  expect(measureLoss(history, { ...(verify && { verify }) })).toMatchObject({ lost: [], unknown: [] })
  const lags = [...(probe.lags?.() ?? [])]
  expect(lags).toHaveLength(history.planned)
  for (const [, { from, to }] of lags) {
    expect(from).toBeLessThanOrEqual(7_300)
    expect(to).toBeGreaterThanOrEqual(7_300)
  }
  // All but the last ones are known to the interval of the looks.
  expect(lags.filter(([, { from, to }]) => to - from <= second).length).toBeGreaterThan(200)
})

test('a region that falls silent takes with it exactly what it had not sent: acknowledged and lost', async () => {
  const fault: Fault = { kind: 'region-gone', region: east, after: 90 }
  const { it, ground, probe, in: held } = await begin(10_500, [fault])
  const history = await watched(ground, probe, watch, async () => undefined)
  const gone = (Object.values(it.simulator.inspect().faults)[0]?.since ?? 0) + 90 * second
  const really = held(west)
    .filter(({ replica }) => (replica?.arrives ?? 0) > gone)
    .map(numberOf)
  expect(really.length).toBeGreaterThanOrEqual(10)
  const verify = await probe.find?.()
  expect(measureLoss(history, { ...(verify && { verify }) })?.lost).toEqual(really)
  expect(await probe.find?.('from')).toBeUndefined()
  // It is not written elsewhere: what the survivor took itself would say nothing about replication.
  expect(history.operations.at(-1)?.outcome).toBe('unknown')
})

test('what came late is delayed and not lost: the other region has it once the first one is back', async () => {
  const fault: Fault = { kind: 'region-gone', region: east, after: 90, for: 60 }
  const { ground, probe } = await begin(10_500, [fault])
  const verify = async () => {
    await ground.aws.clock.sleep(40 * second)
    return probe.find?.()
  }
  let during: ReadonlySet<number> | undefined
  const history = await watched(ground, probe, watch, async () => (during = await verify()))
  await ground.aws.clock.sleep(minute)
  const back = await probe.find?.()
  const loss = measureLoss(history, { ...(during && { verify: during }), ...(back && { failback: back }) })
  expect(loss?.delayed.length).toBeGreaterThanOrEqual(10)
  expect(loss?.lostForGood).toEqual([])
})

test('nothing stays behind in either bucket, not even what was still on its way, and destroy ends empty', async () => {
  const { it, ground, probe, in: held } = await begin(20_000)
  await watched(ground, probe, { ...watch, after: second }, async () => undefined)
  expect(held(west).some(({ replica }) => (replica?.arrives ?? 0) > it.simulator.clock.now())).toBe(true)
  await probe.remove()
  await ground.aws.clock.sleep(minute)
  expect([held(east), held(west)].map((all) => all.filter(({ key }) => key.startsWith('dr-probe/')))).toEqual([[], []])
  expect((await destroyAll(it, 'transactions')).filter((left) => left.startsWith('AWS::S3'))).toEqual([])
})

test('with a region that does not answer the other one is tidied all the same, and the rest is said', async () => {
  const fault: Fault = { kind: 'region-gone', region: east, after: 90 }
  const { it, ground, probe, in: held } = await begin(4_000, [fault])
  await watched(ground, probe, watch, async () => undefined)
  expect((await probe.find?.())?.size).toBeGreaterThan(80)
  await expect(probe.remove()).rejects.toThrow(/us-east-1/)
  const gone = (Object.values(it.simulator.inspect().faults)[0]?.since ?? 0) + 90 * second
  expect(held(west).filter(({ replica }) => (replica?.arrives ?? 0) <= gone)).toEqual([])
})

test('a refusal is a failure, a lost answer is not known, and a bucket that is not there is no target', async () => {
  const denied = await begin(4_000, [{ kind: 'denied', command: 'PutObject' }])
  await denied.probe.prepare()
  expect(await denied.probe.attempt(0, denied.ground.signal)).toBe('fail')
  const lost = await begin(4_000, [{ kind: 'lost-answer', command: 'PutObject' }])
  expect(await lost.probe.attempt(0, lost.ground.signal)).toBe('unknown')
  expect(await lost.probe.find?.('from')).toEqual(new Set([0]))
  const nowhere = await begin(4_000, [], { replica: 'nothing' })
  await expect(nowhere.probe.prepare()).rejects.toThrow(/no bucket nothing in us-west-2/)
})
