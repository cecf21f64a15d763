// RDS's answers in our words: instances, clusters and global clusters.
import type { DBCluster, DBInstance, Event, GlobalCluster } from '@aws-sdk/client-rds'

export interface InstanceView {
  id: string
  /** `available` when all is well; in RDS's words. */
  status: string
  engine: string
  version: string
  zone: string
  /** Where the standby of a Multi-AZ instance is; RDS shows a change late, so events are the proof. */
  standby?: string
  cluster?: string
  endpoint?: string
  /** Until when it can be restored to any moment, ms; absent where nothing is kept. */
  restorableTo?: number
}

export interface ClusterView {
  id: string
  arn: string
  status: string
  engine: string
  version: string
  /** Undefined in a cluster that follows another region. */
  writer?: string
  readers: string[]
  endpoint?: string
  hasDataApi: boolean
  /** Until when it can be restored to any moment, ms; absent where nothing is kept. */
  restorableTo?: number
}

export interface GlobalView {
  id: string
  status: string
  version: string
  /** ARN of the cluster that writes; undefined while there is none. */
  writer?: string
  members: { arn: string; region: string; writes: boolean; synchronization?: string }[]
  /** The change of the writing region under way, if any. */
  failover?: { status: string; from: string; to: string; lossy: boolean }
}

export interface EventView {
  /** ms since the epoch. */
  at: number
  source: string
  message: string
}

export const instanceView = (one: DBInstance): InstanceView => ({
  id: one.DBInstanceIdentifier ?? '',
  status: one.DBInstanceStatus ?? '',
  engine: one.Engine ?? '',
  version: one.EngineVersion ?? '',
  zone: one.AvailabilityZone ?? '',
  ...(one.MultiAZ && { standby: one.SecondaryAvailabilityZone ?? '' }),
  ...(one.DBClusterIdentifier !== undefined && { cluster: one.DBClusterIdentifier }),
  ...(one.Endpoint?.Address !== undefined && { endpoint: one.Endpoint.Address }),
  ...(one.LatestRestorableTime && { restorableTo: one.LatestRestorableTime.getTime() }),
})

export function clusterView(one: DBCluster): ClusterView {
  const members = one.DBClusterMembers ?? []
  const writer = members.find(({ IsClusterWriter }) => IsClusterWriter)?.DBInstanceIdentifier
  return {
    id: one.DBClusterIdentifier ?? '',
    arn: one.DBClusterArn ?? '',
    status: one.Status ?? '',
    engine: one.Engine ?? '',
    version: one.EngineVersion ?? '',
    ...(writer !== undefined && { writer }),
    readers: members.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? '').filter((id) => id !== writer),
    ...(one.Endpoint !== undefined && { endpoint: one.Endpoint }),
    hasDataApi: one.HttpEndpointEnabled ?? false,
    ...(one.LatestRestorableTime && { restorableTo: one.LatestRestorableTime.getTime() }),
  }
}

export function globalView(one: GlobalCluster): GlobalView {
  const members = (one.GlobalClusterMembers ?? []).map((member) => ({
    arn: member.DBClusterArn ?? '',
    region: (member.DBClusterArn ?? '').split(':')[3] ?? '',
    writes: member.IsWriter ?? false,
    ...(member.SynchronizationStatus !== undefined && { synchronization: member.SynchronizationStatus }),
  }))
  const writer = members.find(({ writes }) => writes)?.arn
  const state = one.FailoverState
  return {
    id: one.GlobalClusterIdentifier ?? '',
    status: one.Status ?? '',
    version: one.EngineVersion ?? '',
    ...(writer !== undefined && { writer }),
    members,
    ...(state?.Status !== undefined && {
      failover: {
        status: state.Status,
        from: state.FromDbClusterArn ?? '',
        to: state.ToDbClusterArn ?? '',
        lossy: state.IsDataLossAllowed ?? false,
      },
    }),
  }
}

export const eventView = (one: Event): EventView => ({
  at: one.Date?.getTime() ?? 0,
  source: one.SourceIdentifier ?? '',
  message: one.Message ?? '',
})
