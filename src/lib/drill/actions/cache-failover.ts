// Lets a replica take over a shard of a cache. There is nothing to fail back, but the node that wrote is replaced, and
// until then one is missing: only the events tell when, since a group may be shown as available all the while.
import { DrError } from '../../core/errors.ts'
import type { CacheGroup, CacheShard } from '../../aws/caches.ts'
import { named } from '../../aws/shape.ts'
import type { Action, Ground, Step } from '../drill.ts'
import { settled } from './settled.ts'

const shardOf = ({ target }: Step): string => target['shard'] ?? '0001'

async function shard(step: Step, { aws }: Ground): Promise<{ group: CacheGroup; shard: CacheShard }> {
  const { region, target } = step
  const group = await (await aws.caches(region)).group(target['group'] ?? '')
  const found = group?.shards.find(({ id }) => id === shardOf(step))
  if (!group || !found) {
    const what = group ? `shard ${shardOf(step)} in the cache` : 'cache'
    throw new DrError('NoTarget', 3, `there is no ${what} ${target['group']} in ${region}`, 'see: dr status')
  }
  if (found.nodes.length > 1 && group.failsOver) return { group, shard: found }
  throw new DrError('NoTarget', 8, `${group.id} in ${region} has no replica that takes over`, 'deploy it with replicas')
}

/** A replacement that has not ended after so long shows in the group's status too, ms. */
const recent = 7_200_000

/** When the last failover of the shard was asked for, if lately, and whether the node that wrote is replaced. */
async function lastFailover(step: Step, { aws }: Ground): Promise<{ replaced: boolean } | undefined> {
  const { group, shard: one } = await shard(step, { aws } as Ground)
  const events = await (await aws.caches(step.region)).events(aws.clock.now() - recent)
  const asked = events.findLastIndex(
    ({ source, message }) => source === group.id && message === `Test Failover API called for node group ${one.id}`,
  )
  if (asked < 0) return undefined
  const isEnd = ({ source, message }: { source: string; message: string }): boolean =>
    one.nodes.some(({ id }) => id === source) && message.startsWith('Finished recovery for cache nodes')
  return { replaced: events.slice(asked).some(isEnd) }
}

const isWhole = ({ group, shard: one }: { group: CacheGroup; shard: CacheShard }, { target }: Step): boolean => {
  const zones = new Set(one.nodes.map(({ zone }) => zone)).size
  const isShown = group.status === 'available' && one.status === 'available'
  const fewest = group.spansZones ? 2 : 1
  return isShown && one.nodes.length >= Number(target['nodes'] ?? 2) && zones >= Number(target['zones'] ?? fewest)
}

/** Events may come a little late; so long nothing is made of their absence, ms. */
const patience = 30_000
/** ElastiCache has taken eleven minutes to replace a node, ms. */
const atMost = 1_800_000

/**
 * `target`: `group`, its name; `shard`, `0001` where left out; `nodes` and `zones`, how many the shard must have again:
 * 2, and 2 where the group is to span zones.
 */
export const cacheFailover: Action = {
  name: 'cache-failover',
  class: 'L2',
  calls: ['TestFailover', 'DescribeReplicationGroups', 'DescribeEvents'],
  describe: (step) => `TestFailover of shard ${shardOf(step)} of ${step.target['group']} in ${step.region}`,
  observe: async (step, ground) => {
    const isNormal = isWhole(await shard(step, ground), step) && (await lastFailover(step, ground))?.replaced !== false
    return isNormal ? 'normal' : 'injected'
  },
  inject: async (step, ground) => {
    const { group, shard: one } = await shard(step, ground)
    try {
      await (await ground.aws.caches(step.region)).failOver(group.id, one.id)
    } catch (error) {
      if (!named(error, ...refusals)) throw error
      const message = `ElastiCache does not fail ${group.id} over: ${(error as Error).message}`
      throw new DrError('FailoverRefused', 3, message, 'it takes one at a time and 15 a day; try again later')
    }
    const writer = one.nodes.find(({ role }) => role === 'primary')
    return `shard ${one.id} of ${group.id} fails over${writer ? `, away from ${writer.id} in ${writer.zone}` : ''}`
  },
  restore: async (step, ground) => {
    const began = ground.aws.clock.now()
    const what = `cache ${step.target['group']}`
    const last = await settled(
      ground,
      what,
      async () => {
        const found = await shard(step, ground)
        const failover = await lastFailover(step, ground)
        if (!isWhole(found, step) || failover?.replaced === false) return undefined
        const isQuiet = failover !== undefined || ground.aws.clock.now() >= began + patience
        return isQuiet ? { ...found.shard, failover } : undefined
      },
      atMost,
    )
    const zones = new Set(last.nodes.map(({ zone }) => zone)).size
    const state = `${last.nodes.length} nodes in ${zones} zones`
    return last.failover ? `the node that wrote is replaced: ${state}` : `${state}, there was nothing to undo`
  },
}

const refusals = [
  'APICallRateForCustomerExceededFault',
  'InvalidCacheClusterStateFault',
  'InvalidReplicationGroupStateFault',
  'TestFailoverNotAvailableFault',
]
