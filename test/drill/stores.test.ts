// Session caches and shared files, watched by the probe function inside their network.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { cacheFailover } from '../../src/lib/drill/actions/cache-failover.ts'
import type { ProbeKind, ProbePlan, Step } from '../../src/lib/drill/drill.ts'
import { measureLoss } from '../../src/lib/drill/measure/loss.ts'
import { measureRecovery } from '../../src/lib/drill/measure/recovery.ts'
import { cache } from '../../src/lib/drill/probes/cache.ts'
import { file } from '../../src/lib/drill/probes/file.ts'
import { sqlFunction } from '../../src/lib/drill/probes/sql-function.ts'
import type { Outage } from '../../src/simulator/data/databases.ts'
import { localSimulator } from '../../src/simulator/index.ts'
import { type Account, accountOf, copyOf } from '../cloud.ts'
import { firstLife, outputs } from '../systems/lifetime.ts'
import { groundOf, minute, second, watched } from './ground.ts'

const watch = { interval: second, timeout: cache.timeout, before: 2 * minute, after: 8 * minute }

const lives = new Map<string, Promise<{ deployed: Account; values: Record<string, string> }>>()
const lifeOf = (system: string) => {
  const life = lives.get(system) ?? firstLife(system).then((deployed) => ({ deployed, values: outputs() }))
  lives.set(system, life)
  return life
}

const begin = async (system: string) => {
  const { deployed, values } = await lifeOf(system)
  const it = copyOf(deployed)
  const region = values['PrimaryRegion'] ?? ''
  const ground = await groundOf(it, system, values)
  const plan = (kind: ProbeKind): ProbePlan => ({
    name: kind.name,
    kind: kind.name,
    interval: second,
    measures: ['RTO', 'RPO'],
    from: region,
    to: region,
    target: { function: values['ProbeFunctionName'] ?? '' },
  })
  const start = (kind: ProbeKind) => kind.start(plan(kind), ground)
  const step: Step = { name: 'one', action: 'cache-failover', region, target: { group: values['CacheGroupId'] ?? '' } }
  return { it, ground, plan, start, step }
}

const expectBounds = (outage: Outage | undefined, history: Parameters<typeof measureRecovery>[0]) => {
  const real = (outage?.until ?? 0) - history.injected
  const { effect, bounds } = measureRecovery(history)
  expect(effect).toBeDefined()
  expect(bounds.from).toBeLessThanOrEqual(real)
  expect(bounds.to).toBeGreaterThanOrEqual(real)
}

describe.each(['records', 'streaming'])('the sessions of %s', (system) => {
  beforeAll(async () => {
    await lifeOf(system)
  })

  test.each([
    { lag: 5, least: 0 },
    { lag: 4_000, least: 3 },
  ])('with replicas $lag ms behind, exactly the acknowledged numbers are lost that a failover lost', async (given) => {
    const { it, ground, start, step } = await begin(system)
    it.simulator.change((cloud) => {
      for (const one of Object.values(cloud.resources)) {
        if (one.type === 'AWS::ElastiCache::ReplicationGroup') one.state = { ...one.state, lag: given.lag }
      }
    })
    const probe = start(cache)
    const history = await watched(ground, probe, watch, () => cacheFailover.inject(step, ground))
    const { caches } = it.simulator.inspect()
    expectBounds(caches?.outages.at(-1), history)
    const verify = await probe.find?.()
    const loss = measureLoss(history, { ...(verify && { verify }) })
    const really = (caches?.lost.flatMap(({ keys }) => keys) ?? []).map((key) => Number(key.split('/')[2]))
    expect(loss?.lost).toEqual(really.filter((n) => !loss?.unknown.includes(n)).toSorted((a, b) => a - b))
    expect(loss?.lost.length).toBeGreaterThanOrEqual(given.least)
    await cacheFailover.restore(step, ground)
    await probe.remove()
    expect(await probe.find?.()).toEqual(new Set())
  })

  test('while no node takes writes nobody can look, which is no loss', async () => {
    const { it, ground, start, step } = await begin(system)
    const probe = start(cache)
    const { signal } = new AbortController()
    await probe.prepare()
    expect(await probe.attempt(0, signal)).toBe('ok')
    await cacheFailover.inject(step, ground)
    const { from = 0 } = it.simulator.inspect().caches?.outages.at(-1) ?? {}
    await ground.aws.clock.sleep(from + 2 * second - ground.aws.clock.now())
    expect(await probe.attempt(1, signal)).toBe('fail')
    expect(await probe.find?.()).toBeUndefined()
  })
})

describe.each(['citizen', 'streaming'])('the files of %s', (system) => {
  beforeAll(async () => {
    await lifeOf(system)
  })

  test('are written, found and removed; an outage of the file system is seen as it was', async () => {
    const { it, ground, start } = await begin(system)
    const probe = start(file)
    const history = await watched(ground, probe, watch, async () => {
      it.simulator.change((cloud) => {
        const one = Object.values(cloud.resources).find(({ type }) => type === 'AWS::EFS::FileSystem')
        const outage = { of: one?.physicalId ?? '', from: cloud.now, until: cloud.now + minute }
        cloud.files = { outages: [outage], stores: cloud.files?.stores ?? {} }
      })
    })
    expectBounds(it.simulator.inspect().files?.outages.at(-1), history)
    const verify = await probe.find?.()
    expect(measureLoss(history, { ...(verify && { verify }) })).toMatchObject({ lost: [] })
    expect(verify?.size).toBeGreaterThan(60)
    await probe.remove()
    expect(await probe.find?.()).toEqual(new Set())
  })
})

test.each([
  ['records', file],
  ['citizen', cache],
  ['streaming', sqlFunction],
] as const)('the probe of %s says what it was not given, and nothing is measured', async (system, kind) => {
  const { start } = await begin(system)
  const probe = start(kind)
  await expect(probe.prepare()).rejects.toThrow(/^This probe has no/)
  expect(await probe.attempt(0, new AbortController().signal)).toBe('unknown')
  expect(await probe.find?.()).toBeUndefined()
})

test('with --local sessions and files are there for the next process, though no call rewrote the state', async () => {
  const { deployed, values } = await lifeOf('streaming')
  const folder = mkdtempSync(join(tmpdir(), 'dr-stores-'))
  const first = localSimulator({ folder })
  first.change((empty) => Object.assign(empty, structuredClone(deployed.simulator.inspect())))
  const ground = await groundOf(accountOf(first), 'streaming', values)
  const { plan } = await begin('streaming')
  const before = readFileSync(join(folder, 'state.json'), 'utf8')
  for (const kind of [cache, file]) {
    const probe = kind.start(plan(kind), ground)
    await probe.prepare()
    for (let n = 0; n < 20; n++) expect(await probe.attempt(n, ground.signal)).toBe('ok')
    expect((await probe.find?.())?.size).toBe(20)
  }
  expect(readFileSync(join(folder, 'state.json'), 'utf8')).toBe(before)
  const next = localSimulator({ folder }).inspect()
  expect(next.caches).toEqual(first.inspect().caches)
  expect(next.files).toEqual(first.inspect().files)
  rmSync(folder, { recursive: true })
})
