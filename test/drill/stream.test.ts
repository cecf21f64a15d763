// Records of a stream in drills: what is gone is counted, and what came twice beside it (STR-05, STR-18).
import { beforeAll, expect, test } from 'vitest'
import type { Ground, Probe } from '../../src/lib/drill/drill.ts'
import { measureLoss } from '../../src/lib/drill/measure/loss.ts'
import { stream } from '../../src/lib/drill/probes/stream.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import type { Cloud } from '../../src/simulator/state.ts'
import { type Account, copyOf } from '../cloud.ts'
import { firstLife, outputs } from '../systems/lifetime.ts'
import { groundOf, minute, second, watched } from './ground.ts'

const here = 'eu-central-1'
const watch = { interval: second, timeout: 5 * second, before: minute, after: 3 * minute }

let deployed: Account
let values: Record<string, string>
beforeAll(async () => {
  deployed = await firstLife('streaming')
  values = outputs()
})

const begin = async (change: (cloud: Cloud) => void = () => undefined, faults: Fault[] = [], name = '') => {
  const it = copyOf(deployed, faults)
  it.simulator.change(change)
  const ground: Ground = await groundOf(it, 'streaming', values)
  const target = { stream: name || (values['StreamName'] ?? '') }
  const plan = { name: 'views', kind: 'stream', interval: second, measures: ['RPO'], from: here, to: here } as const
  const probe: Probe = stream.start({ ...plan, target }, ground)
  const records = () => it.simulator.inspect().streams?.[`${here}|${values['StreamName']}`] ?? []
  return { it, ground, probe, records }
}

const numberOf = ({ data }: { data: string }): number =>
  (JSON.parse(Buffer.from(data, 'base64').toString('utf8')) as { 'dr-probe': { n: number } })['dr-probe'].n

test('in a quiet time every record is there once, in every shard', async () => {
  const { ground, probe, records } = await begin()
  const history = await watched(ground, probe, watch, async () => undefined)
  expect(history.operations.every(({ outcome }) => outcome === 'ok')).toBe(true)
  const verify = await probe.find?.()
  expect(verify?.size).toBe(history.planned)
  expect(measureLoss(history, { ...(verify && { verify }) })).toMatchObject({ lost: [], unknown: [] })
  expect(probe.repeated?.()).toEqual(new Set())
  expect(new Set(records().map(({ shard }) => shard)).size).toBe(4)
})

test('what is really gone is what is counted, and what came twice is counted apart', async () => {
  const { it, ground, probe } = await begin((cloud) => {
    for (const one of Object.values(cloud.resources)) if (one.type === 'AWS::Kinesis::Stream') one.state = { twice: 7 }
  })
  let gone: number[] = []
  let twice: number[] = []
  const lose = async () =>
    it.simulator.change((cloud) => {
      const key = `${here}|${values['StreamName']}`
      const all = cloud.streams?.[key] ?? []
      const [kept, lost] = [all.slice(0, -12), all.slice(-12)]
      const left = new Set(kept.map(numberOf))
      gone = [...new Set(lost.map(numberOf))].filter((number) => !left.has(number))
      if (cloud.streams) cloud.streams[key] = kept
    })
  const history = await watched(ground, probe, watch, lose)
  const now = it.simulator.inspect().streams?.[`${here}|${values['StreamName']}`] ?? []
  twice = now.map(numberOf).filter((number, index, all) => all.indexOf(number) < index)
  const verify = await probe.find?.()
  expect(gone.length).toBeGreaterThan(5)
  expect(twice.length).toBeGreaterThan(5)
  expect(measureLoss(history, { ...(verify && { verify }) })?.lost).toEqual(gone)
  expect([...(probe.repeated?.() ?? [])].toSorted((a, b) => a - b)).toEqual(twice)
})

test('a lost answer is not known, though the record may be there; a refusal is a failure', async () => {
  const lost = await begin(undefined, [{ kind: 'lost-answer', command: 'PutRecord' }])
  expect(await lost.probe.attempt(3, lost.ground.signal)).toBe('unknown')
  expect(await lost.probe.find?.()).toEqual(new Set([3]))
  const denied = await begin(undefined, [{ kind: 'denied', command: 'PutRecord' }])
  expect(await denied.probe.attempt(0, denied.ground.signal)).toBe('fail')
  const throttled = await begin(undefined, [{ kind: 'throttle', command: 'PutRecord' }])
  expect(await throttled.probe.attempt(0, throttled.ground.signal)).toBe('fail')
})

test('what others put is read past, and where nobody can read nothing is said', async () => {
  const { ground, probe } = await begin()
  const streams = await ground.aws.streams(here)
  await streams.put(values['StreamName'] ?? '', 'viewer', '{"action":"play"}')
  await streams.put(values['StreamName'] ?? '', 'viewer', '{"dr-probe":{"drill":"another","probe":"views","n":4}}')
  await probe.attempt(0, ground.signal)
  expect(await probe.find?.()).toEqual(new Set([0]))
  const blind = await begin(undefined, [{ kind: 'denied', command: 'GetRecords' }])
  expect(await blind.probe.find?.()).toBeUndefined()
})

test('a stream that does not exist, or is going, is no target', async () => {
  await expect((await begin(undefined, [], 'nothing')).probe.prepare()).rejects.toThrow(/no stream nothing/)
  const going = await begin((cloud) => {
    for (const one of Object.values(cloud.resources))
      if (one.type === 'AWS::Kinesis::Stream') one.state = { status: 'DELETING' }
  })
  await expect(going.probe.prepare()).rejects.toMatchObject({ exit: 3 })
})
