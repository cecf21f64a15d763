// ElastiCache: how replication groups stand, their events, and TestFailover, which ends by itself.
import {
  APICallRateForCustomerExceededFault,
  type DescribeEventsCommandInput,
  type DescribeReplicationGroupsCommandInput,
  InvalidReplicationGroupStateFault,
  NodeGroupNotFoundFault,
  ReplicationGroupNotFoundFault,
  TestFailoverNotAvailableFault,
  type TestFailoverCommandInput,
} from '@aws-sdk/client-elasticache'

import type { Answers, Call } from '../answer.ts'
import { cachesOf, type CacheEvent, groupIn, loseKeys, nameOf, shardsIn } from '../data/caches.ts'
import { become, between } from '../data/databases.ts'
import { text, texts } from '../existing.ts'
import type { Cloud, Resource } from '../state.ts'
import { schedule, type Handler } from '../tasks.ts'
import { page } from './pages.ts'
import { said } from '../said.ts'
import { date } from './shape.ts'

/** ms; the sources stand in SPEC.md. */
const times = {
  starts: 3_000,
  least: 10_000,
  most: 75_000,
  recovers: 80_000,
  replaced: { least: 540_000, most: 660_000 },
}
const day = 86_400_000
/** Shards that may be tested in a day. */
const tests = 15

const isSharded = ({ attributes }: Resource): boolean => attributes['PrimaryEndPoint.Address'] === undefined

function groupView(group: Resource): object {
  const { properties, state } = group
  const port = Number(properties.Port ?? 6379)
  const recovers = (shard: string): boolean => state?.recovering === shard
  const sharded = isSharded(group)
  return {
    ReplicationGroupId: group.physicalId,
    Description: text(properties.ReplicationGroupDescription),
    Status: state?.recovering === undefined ? 'available' : 'modifying',
    AutomaticFailover: String(properties.AutomaticFailoverEnabled) === 'true' ? 'enabled' : 'disabled',
    MultiAZ: String(properties.MultiAZEnabled) === 'true' ? 'enabled' : 'disabled',
    ClusterEnabled: sharded,
    MemberClusters: [...shardsIn(group).values()].flat().map(({ node }) => node),
    NodeGroups: [...shardsIn(group)].map(([shard, nodes]) => ({
      NodeGroupId: shard,
      Status: recovers(shard) ? 'modifying' : 'available',
      ...(!sharded && {
        PrimaryEndpoint: { Address: text(group.attributes['PrimaryEndPoint.Address']), Port: port },
        ReaderEndpoint: { Address: text(group.attributes['ReaderEndPoint.Address']), Port: port },
      }),
      NodeGroupMembers: nodes.map(({ node, zone, writes }) => ({
        CacheClusterId: node,
        CacheNodeId: '0001',
        PreferredAvailabilityZone: zone,
        // With cluster mode the nodes settle it among themselves, and the API does not tell.
        ...(!sharded && { CurrentRole: writes ? 'primary' : 'replica' }),
      })),
    })),
  }
}

function tell(cloud: Cloud, region: string, sourceType: CacheEvent['sourceType'], source: string, message: string) {
  cachesOf(cloud).events.push({ at: cloud.now, region, sourceType, source, message })
}

function required({ cloud, region }: Call, id: string | undefined): Resource {
  const found = groupIn(cloud, region, id)
  if (found) return found
  throw new ReplicationGroupNotFoundFault(said(`Replication group ${id} not found.`))
}

function testFailover({ cloud, region, now }: Call, group: Resource, shard: string): void {
  const nodes = shardsIn(group).get(shard)
  if (!nodes) throw new NodeGroupNotFoundFault(said(`Node group ${shard} not found in ${group.physicalId}.`))
  if (String(group.properties.AutomaticFailoverEnabled) !== 'true') {
    throw new TestFailoverNotAvailableFault(
      said('The TestFailover action is not available without automatic failover.'),
    )
  }
  if (group.state?.failing !== undefined) {
    const message = `Replication group ${group.physicalId} has a node group that is still recovering from a failover.`
    throw new InvalidReplicationGroupStateFault(said(message))
  }
  const known = cachesOf(cloud)
  if (known.tests.filter(({ of, at }) => of.startsWith(`${region}/`) && at > now - day).length >= tests) {
    const message = `You can test the failover of at most ${tests} node groups within 24 hours.`
    throw new APICallRateForCustomerExceededFault(said(message))
  }
  const of = nameOf(group, shard)
  known.tests.push({ of, at: now })
  tell(cloud, region, 'replication-group', group.physicalId, `Test Failover API called for node group ${shard}`)
  const from = now + times.starts
  const until = from + between(`${of} ${now}`, times.least, times.most)
  known.outages.push({ of, from, until })
  become(group, { failing: shard })
  schedule(cloud, until, 'cache-failed-over', { region, id: group.physicalId, shard, from })
}

const still = (cloud: Cloud, region: unknown, id: unknown): Resource | undefined =>
  groupIn(cloud, text(region), text(id))

/** What ends failovers of caches, by kind of task. */
export const cacheTasks: Record<string, Handler> = {
  'cache-failed-over': ({ region, id, shard, from }, { cloud }) => {
    const group = still(cloud, region, id)
    const nodes = group && shardsIn(group).get(text(shard))
    if (!group || !nodes) return
    const old = nodes.find(({ writes }) => writes)?.node ?? ''
    const next = nodes.find(({ writes }) => !writes)?.node ?? ''
    become(group, { primaries: texts(group.state?.primaries).map((one) => (one === old ? next : one)) })
    loseKeys(cloud, group, text(shard), Number(from))
    const message = `Failover from primary node ${old} to replica node ${next} completed`
    tell(cloud, text(region), 'cache-cluster', old, message)
    tell(cloud, text(region), 'replication-group', group.physicalId, message)
    schedule(cloud, cloud.now + times.recovers, 'cache-recovering', { region: text(region), id: text(id), node: old })
  },
  'cache-recovering': ({ region, id, node }, { cloud }) => {
    const group = still(cloud, region, id)
    if (!group) return
    become(group, { recovering: group.state?.failing ?? '' })
    tell(cloud, text(region), 'cache-cluster', text(node), 'Recovering cache nodes 0001')
    const { least, most } = times.replaced
    const at = cloud.now + between(`${text(node)} ${cloud.now}`, least, most)
    schedule(cloud, at, 'cache-recovered', { region: text(region), id: text(id), node: text(node) })
  },
  'cache-recovered': ({ region, id, node }, { cloud }) => {
    const group = still(cloud, region, id)
    if (!group) return
    const { failing: _, recovering: __, ...rest } = group.state ?? {}
    group.state = rest
    tell(cloud, text(region), 'cache-cluster', text(node), 'Finished recovery for cache nodes 0001')
  },
}

/** ElastiCache, by command. */
export const answers: Answers = {
  DescribeReplicationGroupsCommand: (
    { ReplicationGroupId: id }: DescribeReplicationGroupsCommandInput,
    call: Call,
  ) => ({
    ReplicationGroups: [groupView(required(call, id))],
  }),
  TestFailoverCommand: (input: TestFailoverCommandInput, call: Call) => {
    const group = required(call, input.ReplicationGroupId)
    testFailover(call, group, input.NodeGroupId ?? '')
    return { ReplicationGroup: groupView(group) }
  },
  'ElastiCacheClient DescribeEventsCommand': (input: DescribeEventsCommandInput, { cloud, region, now }: Call) => {
    const since = input.StartTime?.getTime() ?? now - (input.Duration ?? 60) * 60_000
    const found = (cloud.caches?.events ?? []).filter(
      ({ at, region: where, source, sourceType }) =>
        where === region &&
        at >= Math.max(since, now - 14 * day) &&
        at <= (input.EndTime?.getTime() ?? now) &&
        (input.SourceType === undefined || input.SourceType === sourceType) &&
        (input.SourceIdentifier === undefined || input.SourceIdentifier === source),
    )
    const { items, next } = page(found, input.MaxRecords ?? 100, input.Marker)
    const Events = items.map(({ at, source, sourceType, message }) => ({
      SourceIdentifier: source,
      SourceType: sourceType,
      Message: message,
      Date: date(at),
    }))
    return { Events, ...(next !== undefined && { Marker: next }) }
  },
}
