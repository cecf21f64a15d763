// Events in drills: what is counted as lost is what the other region's bus really had not noted (PAY-08, PAY-25).
import { beforeAll, describe, expect, test } from 'vitest'
import type { Ground, Probe } from '../../src/lib/drill/drill.ts'
import { measureLoss } from '../../src/lib/drill/measure/loss.ts'
import { events } from '../../src/lib/drill/probes/events.ts'
import type { LogLine } from '../../src/simulator/data/buses.ts'
import { list } from '../../src/simulator/existing.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import type { Cloud } from '../../src/simulator/state.ts'
import { type Account, copyOf } from '../cloud.ts'
import { firstLife, outputs } from '../systems/lifetime.ts'
import { groundOf, minute, second, watched } from './ground.ts'

const [east, west] = ['us-east-1', 'us-west-2']
const watch = { interval: second, timeout: 5 * second, before: minute, after: 3 * minute }
const group = '/dr/payments-arrived-events-pr123'

let deployed: Account
let values: Record<string, string>
beforeAll(async () => {
  deployed = await firstLife('payments')
  values = outputs()
})

interface Begun {
  it: Account
  ground: Ground
  probe: Probe
  /** What a region's log holds or will hold. */
  lines(region: string): LogLine[]
}

const begin = async (
  change: (cloud: Cloud) => void = () => undefined,
  faults: Fault[] = [],
  more: Record<string, string> = {},
): Promise<Begun> => {
  const it = copyOf(deployed, faults)
  it.simulator.change(change)
  const ground = await groundOf(it, 'payments', values)
  const target = { bus: values['PrimaryEventBusName'] ?? '', group, ...more }
  const plan = { name: 'events', kind: 'events', interval: second, measures: ['RPO'], from: east, to: west } as const
  const lines = (region: string) => it.simulator.inspect().logs?.[`${region}|${group}`] ?? []
  return { it, ground, probe: events.start({ ...plan, target }, ground), lines }
}

const busState =
  (state: Record<string, number>) =>
  (cloud: Cloud): void => {
    for (const one of Object.values(cloud.resources))
      if (one.type === 'AWS::Events::EventBus') one.state = { ...one.state, ...state }
  }

const numberOf = ({ message }: LogLine): number => (JSON.parse(message) as { detail: { n: number } }).detail.n

test('in a quiet time each event arrives on both buses, and what is said of its way holds the truth', async () => {
  const { ground, probe, lines } = await begin(busState({ lag: 3_200 }))
  const history = await watched(ground, probe, watch, async () => undefined)
  expect(history.operations.every(({ outcome }) => outcome === 'ok')).toBe(true)
  await ground.aws.clock.sleep(10 * second)
  const [verify, home] = [await probe.find?.(), await probe.find?.('from')]
  expect(verify?.size).toBe(history.planned)
  expect(home).toEqual(verify)
  expect(measureLoss(history, { ...(verify && { verify }) })).toMatchObject({ lost: [], unknown: [] })
  const lags = probe.lags?.() ?? new Map()
  expect(lags.size).toBe(history.planned)
  for (const line of lines(west).filter((one) => numberOf(one) >= 0)) {
    const sent = history.operations.find(({ sequence }) => sequence === numberOf(line))?.sent ?? 0
    expect(lags.get(numberOf(line))?.from).toBeLessThanOrEqual(line.at - sent)
    expect(lags.get(numberOf(line))?.to).toBeGreaterThanOrEqual(line.at - sent)
  }
  expect(probe.repeated?.()).toEqual(new Set())
})

/** Watches until the silence of the east has shown: what it had not sent by then is lost, and nothing else. */
async function silenced({ it, ground, probe, lines }: Begun) {
  const history = await watched(ground, probe, { ...watch, before: 2 * minute }, async () => undefined)
  const gone = (Object.values(it.simulator.inspect().faults)[0]?.since ?? 0) + 120 * second
  const really = lines(west)
    .filter(({ from, left }) => from === east && left > gone)
    .map(numberOf)
  expect(really.length).toBeGreaterThanOrEqual(11)
  const verify = await probe.find?.()
  expect(measureLoss(history, { ...(verify && { verify }) })?.lost).toEqual(really)
  return { operations: history.operations, gone }
}

test('a region that falls silent takes with it exactly what it had not sent, and its bus is not missed for long', async () => {
  const begun = await begin(busState({ lag: 12_000 }), [{ kind: 'region-gone', region: east, after: 120 }])
  const { operations, gone } = await silenced(begun)
  expect(await begun.probe.find?.('from')).toBeUndefined()
  // The other bus takes events while the first one is silent, but for those that try it again.
  const late = operations.filter(({ sent }) => sent > gone + 30 * second)
  expect(late.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(late.length / 2)
})

test('a lost answer does not lead the probe away from the bus at home for good, where it would see no loss', async () => {
  const { ground, probe, lines } = await begin(undefined, [
    { kind: 'lost-answer', command: 'PutEvents', region: east, times: 1, after: 20 },
  ])
  const history = await watched(ground, probe, watch, async () => undefined)
  const unknown = history.operations.filter(({ outcome }) => outcome === 'unknown')
  expect(unknown).toHaveLength(1)
  const until = (unknown[0]?.sent ?? 0) + 20 * second
  const later = history.operations.filter(({ sent }) => sent > until).map(({ sequence }) => sequence)
  const put = lines(east).filter(({ from }) => from === east)
  const home = new Set(put.map(numberOf))
  expect(later.filter((sequence) => !home.has(sequence))).toEqual([])
})

test('an event that comes twice is counted as repeated and as nothing else', async () => {
  const { ground, probe } = await begin(busState({ twice: 10 }))
  const history = await watched(ground, probe, watch, async () => undefined)
  await ground.aws.clock.sleep(10 * second)
  const verify = await probe.find?.()
  expect(verify?.size).toBe(history.planned)
  const twice = history.operations.map(({ sequence }) => sequence).filter((sequence) => (sequence + 1) % 10 === 0)
  expect([...(probe.repeated?.() ?? [])].toSorted((a, b) => a - b)).toEqual(twice)
})

test('where the way to the logs is barred nothing is measured: not to see is not to lose', async () => {
  const barred = await begin((cloud) => {
    for (const [key, one] of Object.entries(cloud.resources))
      if (one.type === 'AWS::Logs::ResourcePolicy' && one.region === west) delete cloud.resources[key]
  })
  await expect(barred.probe.prepare()).rejects.toThrow(/not noted in .* in us-west-2/)
  const off = await begin((cloud) => {
    for (const one of Object.values(cloud.resources))
      if (one.physicalId.endsWith('copy-events-pr123') && one.region === east) one.properties.State = 'DISABLED'
  })
  await expect(off.probe.prepare()).rejects.toMatchObject({ exit: 3 })
  // As GetAtt gives the ARN of a group: EventBridge takes the target and delivers nothing.
  const starred = await begin((cloud) => {
    for (const { type, properties, region } of Object.values(cloud.resources)) {
      const [target] = type === 'AWS::Events::Rule' && region === west ? list(properties.Targets) : []
      if (target?.Id === 'log') properties.Targets = [{ ...target, Arn: `${String(target.Arn)}:*` }]
    }
  })
  await expect(starred.probe.prepare()).rejects.toThrow(/not noted in .* in us-west-2/)
  const { probe, ground } = await begin(undefined, [{ kind: 'denied', command: 'PutEvents' }])
  expect(await probe.attempt(0, ground.signal)).toBe('fail')
  const blind = await begin(undefined, [{ kind: 'denied', command: 'FilterLogEvents' }])
  expect(await blind.probe.find?.()).toBeUndefined()
})

describe('through the global endpoint (PAY-21)', () => {
  const through = (lag: number, faults: Fault[] = []) =>
    begin(busState({ lag }), faults, { endpoint: values['EventEndpointUrl'] ?? '' })
  const putIn = (lines: LogLine[], region: string) => lines.filter(({ from }) => from === region).map(numberOf)

  test('in a quiet time every event arrives once on both buses', async () => {
    const { ground, probe } = await through(3_000)
    const history = await watched(ground, probe, watch, async () => undefined)
    await ground.aws.clock.sleep(10 * second)
    const [verify, home] = [await probe.find?.(), await probe.find?.('from')]
    expect(verify?.size).toBe(history.planned)
    expect(home).toEqual(verify)
    expect(probe.repeated?.()).toEqual(new Set())
  })

  test('it leads to the other region when the health check says so, and no event is refused', async () => {
    const { ground, probe, lines } = await through(3_000)
    const invert = async () => (await ground.aws.dns()).invert(values['PrimaryHealthCheckId'] ?? '', true)
    const history = await watched(ground, probe, watch, invert)
    expect(history.operations.every(({ outcome }) => outcome === 'ok')).toBe(true)
    const [first] = putIn(lines(west), west)
    const moved = history.operations.find(({ sequence }) => sequence === first)?.sent ?? 0
    expect(moved).toBeGreaterThan(history.injected)
    expect(putIn(lines(west), west)).toEqual(
      history.operations.map(({ sequence }) => sequence).filter((sequence) => sequence >= (first ?? Infinity)),
    )
    await ground.aws.clock.sleep(10 * second)
    expect((await probe.find?.('from'))?.size).toBe(history.planned)
  })

  test('a region that falls silent takes with it what it had not sent; then the endpoint goes past it', async () => {
    const fault: Fault = { kind: 'region-gone', region: east, after: 120 }
    const begun = await through(12_000, [fault])
    const { operations } = await silenced(begun)
    expect(operations.at(-1)?.outcome).toBe('ok')
    expect(putIn(begun.lines(west), west).length).toBeGreaterThan(30)
  })
})
