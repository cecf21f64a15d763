// ElastiCache: how replication groups stand, what is told of them, and the call that fails a shard over.
import {
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  type NodeGroup,
  paginateDescribeEvents,
  type ReplicationGroup,
  TestFailoverCommand,
} from '@aws-sdk/client-elasticache'
import type { MakeClient } from './connect.ts'
import type { EventView } from './database-views.ts'
import { absent } from './shape.ts'

interface CacheNode {
  id: string
  zone: string
  /** ElastiCache tells it without cluster mode only. */
  role?: string
}

/** A part of the data with its primary and replicas. */
export interface CacheShard {
  id: string
  status: string
  nodes: CacheNode[]
}

export interface CacheGroup {
  id: string
  status: string
  /** A replica takes over by itself. */
  failsOver: boolean
  /** Its nodes are to stand in several zones. */
  spansZones: boolean
  shards: CacheShard[]
}

const shardView = (one: NodeGroup): CacheShard => ({
  id: one.NodeGroupId ?? '',
  status: one.Status ?? '',
  nodes: (one.NodeGroupMembers ?? []).map((node) => ({
    id: node.CacheClusterId ?? '',
    zone: node.PreferredAvailabilityZone ?? '',
    ...(node.CurrentRole !== undefined && { role: node.CurrentRole }),
  })),
})

const groupView = (one: ReplicationGroup): CacheGroup => ({
  id: one.ReplicationGroupId ?? '',
  status: one.Status ?? '',
  failsOver: one.AutomaticFailover === 'enabled',
  spansZones: one.MultiAZ === 'enabled',
  shards: (one.NodeGroups ?? []).map(shardView),
})

/** The caches of one region. */
export class Caches {
  private readonly client: ElastiCacheClient
  constructor(make: MakeClient) {
    this.client = make(ElastiCacheClient)
  }

  /** A replication group by name; undefined when there is none. */
  async group(id: string): Promise<CacheGroup | undefined> {
    const answer = this.client.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: id }))
    const [one] = (await absent(answer, 'ReplicationGroupNotFoundFault'))?.ReplicationGroups ?? []
    return one && groupView(one)
  }

  /** What ElastiCache told of groups and nodes since a moment (ms since the epoch, at most 14 days back), oldest first. */
  async events(since: number): Promise<EventView[]> {
    const found: EventView[] = []
    for await (const page of paginateDescribeEvents({ client: this.client }, { StartTime: new Date(since) })) {
      for (const one of page.Events ?? []) {
        found.push({ at: one.Date?.getTime() ?? 0, source: one.SourceIdentifier ?? '', message: one.Message ?? '' })
      }
    }
    return found.toSorted((a, b) => a.at - b.at)
  }

  /** Lets a replica of a shard take over; the node that wrote is replaced within some minutes. */
  async failOver(group: string, shard: string): Promise<void> {
    await this.client.send(new TestFailoverCommand({ ReplicationGroupId: group, NodeGroupId: shard }))
  }
}
