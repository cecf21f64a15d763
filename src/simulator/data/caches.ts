// What is true of caches at a moment: whether a shard takes writes, which keys it holds, and which a failover lost.
import { replicationGroupType } from '../resources/elasticache.ts'
import { all, existing, record, text, texts } from '../existing.ts'
import type { Region } from '../../lib/core/model.ts'
import type { Outage } from './databases.ts'
import type { Cloud, Resource } from '../state.ts'

/** The ground truth of caches: what drills are measured against. */
export interface Caches {
  /** Newest last. */
  events: CacheEvent[]
  /** When a shard really took no writes; `of` is `<region>/<group>/<shard>`. */
  outages: Outage[]
  /** Failovers that were asked for, by the same name. */
  tests: { of: string; at: number }[]
  /** Keys of the first shard by group, `<region>/<group>`: no rule here goes further than that one. */
  stores: Record<string, Record<string, { value: string; at: number }>>
  /** Keys that a replica did not have yet when it took over. */
  lost: { of: string; at: number; keys: string[] }[]
}

export interface CacheEvent {
  at: number
  region: Region
  sourceType: 'replication-group' | 'cache-cluster'
  source: string
  message: string
}

/** Replicas are behind by so much, ms, unless `state.lag` of the group says otherwise: they follow asynchronously. */
const usualLag = 5

export const cachesOf = (cloud: Cloud): Caches =>
  (cloud.caches ??= { events: [], outages: [], tests: [], stores: {}, lost: [] })

export const groupIn = (cloud: Cloud, region: Region, id = ''): Resource | undefined =>
  existing(cloud, region, replicationGroupType, id.toLowerCase())

/** The group whose clients connect to that host. */
export const groupAt = (cloud: Cloud, region: Region, host: string): Resource | undefined =>
  all(cloud, replicationGroupType, region).find(({ attributes }) =>
    [attributes['ConfigurationEndPoint.Address'], attributes['PrimaryEndPoint.Address']].includes(host),
  )

export const nameOf = ({ region, physicalId }: Resource, shard?: string): string =>
  [region, physicalId, ...(shard === undefined ? [] : [shard])].join('/')

/** Nodes of each shard, in the order of their names. */
export function shardsIn(group: Resource): Map<string, { node: string; zone: string; writes: boolean }[]> {
  const shards = new Map<string, { node: string; zone: string; writes: boolean }[]>()
  const primaries = texts(group.state?.primaries)
  for (const [node, zone] of Object.entries(record(group.state?.zones)).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const shard = /-(\d{4})-\d{3}$/.exec(node)?.[1] ?? '0001'
    shards.set(shard, [...(shards.get(shard) ?? []), { node, zone: text(zone), writes: primaries.includes(node) }])
  }
  return shards
}

/** The failover that keeps a shard from taking writes at that time, if any. */
export const shardOutage = (cloud: Cloud, group: Resource, at: number, shard = '0001'): Outage | undefined =>
  cloud.caches?.outages.find((one) => one.of === nameOf(group, shard) && one.from <= at && at < one.until)

/** Keys that the first shard of a group holds. */
export const keysOf = (cloud: Cloud, group: Resource): Record<string, { value: string; at: number }> =>
  (cachesOf(cloud).stores[nameOf(group)] ??= {})

/** Forgets what the replica of the first shard had not got when its primary went at `from`. */
export function loseKeys(cloud: Cloud, group: Resource, shard: string, from: number): void {
  if (shard !== '0001') return
  const keys = keysOf(cloud, group)
  const since = from - Number(group.state?.lag ?? usualLag)
  const late = Object.entries(keys).flatMap(([key, { at }]) => (at > since ? key : []))
  for (const key of late) delete keys[key]
  if (late.length > 0) cachesOf(cloud).lost.push({ of: nameOf(group, shard), at: cloud.now, keys: late })
}
