// Caches and containers of deployed systems in virtual time: what a drill does is compared with what really happened.
import { beforeAll, describe, expect, test } from 'vitest'
import { cacheFailover } from '../../src/lib/drill/actions/cache-failover.ts'
import { tasksStop } from '../../src/lib/drill/actions/tasks-stop.ts'
import type { Ground, Probe, Step } from '../../src/lib/drill/drill.ts'
import { measureRecovery } from '../../src/lib/drill/measure/recovery.ts'
import { cachesOf } from '../../src/simulator/data/caches.ts'
import { stopsOf } from '../../src/simulator/data/containers.ts'
import type { Fault } from '../../src/simulator/index.ts'
import { type Account, copyOf } from '../cloud.ts'
import { firstLife, outputs } from '../systems/lifetime.ts'
import { groundOf, minute, second, watched } from './ground.ts'

const watch = { interval: second, timeout: 5 * second, before: 2 * minute, after: 8 * minute }

describe.each([{ scale: 'small' }, { scale: 'large' }] as const)('streaming at the scale $scale', ({ scale }) => {
  let deployed: Account
  let values: Record<string, string>
  let region: string
  beforeAll(async () => {
    deployed = await firstLife('streaming', { scale })
    values = outputs()
    region = values['PrimaryRegion'] ?? ''
  })
  const begin = async (faults: Fault[] = []) => {
    const it = copyOf(deployed, faults)
    const ground = await groundOf(it, 'streaming', values)
    const act = (action: string, target: Record<string, string>): Step => ({ name: 'one', action, region, target })
    const cache = (more = {}) => act('cache-failover', { group: values['CacheGroupId'] ?? '', ...more })
    const tasks = (more: Record<string, string>) => {
      const place = { cluster: values['ClusterName'] ?? '', service: values['ServiceName'] ?? '' }
      return act('tasks-stop', { ...place, ...more })
    }
    return { it, ground, cache, tasks }
  }
  const caches = (it: Account) => it.simulator.inspect().caches
  /** Asks the API as anybody may. */
  const asking = (it: Account, ground: Ground): Probe => {
    const host = (values['ApiUrl'] ?? '').replace('https://', '')
    return {
      prepare: async () => undefined,
      attempt: async () => {
        const answer = await it.simulator.net.https(host, '/health', ground.signal)
        return answer?.status === 200 ? 'ok' : 'fail'
      },
      remove: async () => undefined,
    }
  }

  test('a shard fails over with the five events in order, and is whole when its node is replaced (STR-20)', async () => {
    const { it, ground, cache } = await begin()
    const step = cache()
    expect(await cacheFailover.observe(step, ground)).toBe('normal')
    const began = ground.aws.clock.now()
    await cacheFailover.inject(step, ground)
    expect(await cacheFailover.observe(step, ground)).toBe('injected')
    // A minute after the failover it is shown as available, though a node is still missing.
    await ground.aws.clock.sleep((caches(it)?.outages.at(-1)?.until ?? 0) - ground.aws.clock.now() + minute)
    expect((await (await ground.aws.caches(region)).group(values['CacheGroupId'] ?? ''))?.status).toBe('available')
    expect(await cacheFailover.observe(step, ground)).toBe('injected')
    expect(await cacheFailover.restore(step, ground)).toMatch(/replaced: 2 nodes in 2 zones/)
    expect(ground.aws.clock.now() - began).toBeGreaterThan(9 * minute)
    expect(await cacheFailover.observe(step, ground)).toBe('normal')
    const events = await (await ground.aws.caches(region)).events(began)
    const node = events[1]?.source
    expect(events.map(({ source, message }) => `${source}: ${message.split(' ').slice(0, 3).join(' ')}`)).toEqual([
      `${values['CacheGroupId']}: Test Failover API`,
      `${node}: Failover from primary`,
      `${values['CacheGroupId']}: Failover from primary`,
      `${node}: Recovering cache nodes`,
      `${node}: Finished recovery for`,
    ])
    expect(await cacheFailover.restore(cache({ shard: '0001' }), ground)).toMatch(/replaced/)
  })

  test('a shard that never failed over has nothing to undo', async () => {
    const { ground, cache } = await begin()
    expect(await cacheFailover.restore(cache(), ground)).toMatch(/nothing to undo/)
  })

  test('a second failover is refused while a node is replaced, and a sixteenth within a day', async () => {
    const { it, ground, cache } = await begin()
    await cacheFailover.inject(cache(), ground)
    await expect(cacheFailover.inject(cache(), ground)).rejects.toMatchObject({ code: 'FailoverRefused', exit: 3 })
    await cacheFailover.restore(cache(), ground)
    it.simulator.change((cloud) => {
      const tests = cachesOf(cloud).tests
      tests.push(...tests.flatMap((one) => Array.from({ length: 13 }, () => one)))
    })
    await cacheFailover.inject(cache(), ground)
    await cacheFailover.restore(cache(), ground)
    await expect(cacheFailover.inject(cache(), ground)).rejects.toThrow(/at most 15/)
    await ground.aws.clock.sleep(24 * 60 * minute)
    await cacheFailover.inject(cache(), ground)
  })

  test('all tasks stopped: the API answers 503 until the first of them answers again (STR-20)', async () => {
    const { it, ground, tasks } = await begin()
    const step = tasks({ count: 'all' })
    const history = await watched(ground, asking(it, ground), watch, () => tasksStop.inject(step, ground))
    const service = Object.values(it.simulator.inspect().resources).find(({ type }) => type === 'AWS::ECS::Service')
    const real = Math.min(...(service ? stopsOf(service) : []).map(({ answers }) => answers)) - history.injected
    const { effect, bounds } = measureRecovery(history)
    expect(effect).toBeDefined()
    expect(bounds.from).toBeLessThanOrEqual(real)
    expect(bounds.to).toBeGreaterThanOrEqual(real)
    expect(real).toBeLessThan(5 * minute)
    await tasksStop.restore(step, ground)
    expect(await tasksStop.observe(step, ground)).toBe('normal')
  })

  test('the tasks of one zone are stopped: the others go on answering, and there are as many again', async () => {
    const { it, ground, tasks } = await begin()
    const step = tasks({ zone: 'any' })
    const services = await ground.aws.services(region)
    const running = async () =>
      (await services.tasks(values['ClusterName'] ?? '', values['ServiceName'] ?? '')).filter(
        ({ status }) => status === 'RUNNING',
      )
    const before = await running()
    expect(await tasksStop.observe(step, ground)).toBe('normal')
    const history = await watched(ground, asking(it, ground), { ...watch, after: minute / 2 }, async () => {
      expect(await tasksStop.inject(step, ground)).toMatch(/are stopped, \d+ go on$/)
      const left = await running()
      expect(left.length).toBeLessThan(before.length)
      expect(new Set(left.map(({ zone }) => zone)).size).toBe(new Set(before.map(({ zone }) => zone)).size - 1)
    })
    expect(history.operations.every(({ outcome }) => outcome === 'ok')).toBe(true)
    expect(await tasksStop.observe(step, ground)).toBe('injected')
    expect(await tasksStop.restore(step, ground)).toMatch(/tasks run in [23] zones/)
    expect((await running()).length).toBe(before.length)
    expect(await tasksStop.observe(step, ground)).toBe('normal')
  })

  test('an empty target is a failure, and what would leave nothing is told apart from it', async () => {
    const { ground, cache, tasks } = await begin()
    const refused = (exit: number) => ({ code: 'NoTarget', exit })
    await expect(cacheFailover.observe(cache({ group: 'x' }), ground)).rejects.toMatchObject(refused(3))
    await expect(cacheFailover.observe(cache({ shard: '0099' }), ground)).rejects.toMatchObject(refused(3))
    await expect(tasksStop.observe(tasks({ cluster: 'x', count: '1' }), ground)).rejects.toMatchObject(refused(3))
    await expect(tasksStop.observe(tasks({ service: 'x', count: '1' }), ground)).rejects.toMatchObject(refused(3))
    await expect(tasksStop.observe(tasks({ zone: 'eu-x-9z' }), ground)).rejects.toMatchObject(refused(3))
    await expect(tasksStop.observe(tasks({ count: 'some' }), ground)).rejects.toMatchObject(refused(3))
    await expect(tasksStop.observe(tasks({ count: '500' }), ground)).rejects.toMatchObject(refused(8))
  })
})

test('tasks in one zone alone, and a cache without replicas, cannot be drilled so: exit 8 with the reason', async () => {
  const it = await firstLife('streaming')
  const values = outputs()
  it.simulator.change((cloud) => {
    for (const { type, properties } of Object.values(cloud.resources)) {
      const network = properties['NetworkConfiguration'] as { AwsvpcConfiguration: { Subnets: string[] } } | undefined
      if (type === 'AWS::ECS::Service' && network) network.AwsvpcConfiguration.Subnets.length = 1
      if (type === 'AWS::ElastiCache::ReplicationGroup') properties['AutomaticFailoverEnabled'] = 'false'
    }
  })
  const ground = await groundOf(it, 'streaming', values)
  const target = { cluster: values['ClusterName'] ?? '', service: values['ServiceName'] ?? '', zone: 'any' }
  const step = { name: 'one', action: 'x', region: values['PrimaryRegion'] ?? '' }
  await expect(tasksStop.observe({ ...step, target }, ground)).rejects.toMatchObject({ exit: 8, message: /one zone/ })
  const group = { group: values['CacheGroupId'] ?? '' }
  await expect(cacheFailover.observe({ ...step, target: group }, ground)).rejects.toMatchObject({ exit: 8 })
})
