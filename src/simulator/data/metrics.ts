// The metrics of the simulated account: what follows from its state at a moment, and idle values for the rest.
import { clusterOf, isFollower, lagOf, membersIn } from './databases.ts'
import { isHealthy, type Turn } from './health.ts'
import type { Moment } from '../answer.ts'
import { goneSince } from '../endpoints.ts'
import { all, existing, list, record, text } from '../existing.ts'
import { tableIn, usualLag, writesIn } from './items.ts'
import { clusterArn, globalOf, membersOf } from '../resources/rds-global.ts'
import type { ObjectVersion } from '../state.ts'

export interface Query {
  region: string
  namespace: string
  name: string
  dimensions: Record<string, string>
}

/** What nobody uses measures so, by metric. */
const idle: Record<string, number> = {
  ConcurrentExecutions: 2,
  CPUUtilization: 6,
  DatabaseConnections: 2,
  FreeableMemory: 6e9,
  FreeStorageSpace: 5e10,
  ReplicaLag: 0,
  EngineCPUUtilization: 2,
  DatabaseMemoryUsagePercentage: 4,
  UnHealthyHostCount: 0,
}

type Value = number | undefined

/** How long a region had been gone at a time, ms; undefined while it was there. */
function absence(moment: Moment, region: string, at: number): number | undefined {
  const since = goneSince(moment, region)
  return since === undefined || at <= since ? undefined : at - since
}

/**
 * What a rule of the source sends to the bucket of this region was under way in the minute before, where there is any.
 * What had not left its region when it went is under way until it is back; with nothing under way, nothing is measured then.
 */
function underWay(
  moment: Moment,
  region: string,
  { SourceBucket = '', DestinationBucket = '' }: Query['dimensions'],
  at: number,
): ObjectVersion[] | undefined {
  const { cloud } = moment
  const source = cloud.buckets[SourceBucket]
  const settings = source && existing(cloud, source.region, 'AWS::S3::Bucket', SourceBucket)?.properties
  const rules = list(record(settings?.ReplicationConfiguration).Rules)
  const isTo = (rule: object): boolean =>
    text(record(record(rule).Destination).Bucket).endsWith(`:${DestinationBucket}`)
  const there = cloud.buckets[DestinationBucket]?.region === region
  const isSent = rules.some((rule) => rule.Status === 'Enabled' && isTo(rule))
  if (!there || !isSent || !source || source.versions.length === 0) return undefined
  const gone = absence(moment, source.region, at)
  const kept = source.versions.map((one) =>
    gone !== undefined && (one.sentBy ?? 0) > at - gone ? { ...one, sentBy: Infinity } : one,
  )
  const found = kept.filter((one) => one.at <= at && (one.sentBy ?? 0) > at - 60_000)
  return gone !== undefined && found.length === 0 ? undefined : found
}

/** Seconds that the copy is behind at most; a lag that a test set is always told. */
function secondsBehind(moment: Moment, region: string, dimensions: Query['dimensions'], at: number): Value {
  const { cloud } = moment
  const sent = underWay(moment, region, dimensions, at)
  const source = cloud.buckets[dimensions.SourceBucket ?? '']
  const set = source && existing(cloud, source.region, 'AWS::S3::Bucket', source.name)?.state?.lag
  const isGone = source !== undefined && absence(moment, source.region, at) !== undefined
  if (sent && set !== undefined && !isGone) return Number(set) / 1000
  return sent && Math.max(0, ...sent.map((one) => (Math.min(one.sentBy ?? 0, at) - one.at) / 1000))
}

/** By name of the metric, what it is at a time. Undefined: nothing was published. */
const known: Record<string, (moment: Moment, query: Query, at: number) => Value> = {
  // Published where the follower is; a cluster that is being rebuilt follows nobody yet. Without the writer's region it
  // grows, or stops where a test says so.
  AuroraGlobalDBReplicationLag: (moment, { region, dimensions }, at) => {
    const { cloud } = moment
    const cluster = clusterOf(cloud, region, dimensions.DBClusterIdentifier)
    if (!cluster || !isFollower(cloud, cluster)) return undefined
    const own = clusterArn(cluster.physicalId, cluster.region)
    const global = globalOf(cloud, own)
    const rebuilt = global?.state?.resyncing
    if (!global || (Array.isArray(rebuilt) && rebuilt.includes(own))) return undefined
    const gone = absence(moment, membersOf(global).writer.split(':')[3] ?? '', at)
    if (gone !== undefined && global.state?.lagStops === true) return undefined
    return lagOf(global) + (gone ?? 0)
  },
  AuroraReplicaLagMaximum: ({ cloud }, { region, dimensions }) => {
    const cluster = clusterOf(cloud, region, dimensions.DBClusterIdentifier)
    return cluster && membersIn(cloud, cluster).length > 1 ? 20 : undefined
  },
  // Of a table: published where the write was made, when one was made; a lag that a test set is always told, and what
  // the other region does not take grows. Of a bucket: where the copy is.
  ReplicationLatency: (moment, { region, namespace, dimensions }, at) => {
    if (namespace === 'AWS/S3') return secondsBehind(moment, region, dimensions, at)
    const { cloud } = moment
    const table = tableIn(cloud, region, dimensions.TableName ?? '')
    if (!table || (table.state?.lag === undefined && writesIn(cloud, table, at) === 0)) return undefined
    return Number(table.state?.lag ?? usualLag) + (absence(moment, dimensions.ReceivingRegion ?? '', at) ?? 0)
  },
  OperationsPendingReplication: (moment, { region, dimensions }, at) =>
    underWay(moment, region, dimensions, at)?.filter(({ sentBy = 0 }) => sentBy > at).length,
  ConsumedWriteCapacityUnits: ({ cloud }, { region, dimensions }, at) => {
    const table = tableIn(cloud, region, dimensions.TableName ?? '')
    return table && writesIn(cloud, table, at)
  },
  // Route 53 publishes in one region, whatever regions the system runs in.
  HealthCheckStatus: ({ cloud }, { region, dimensions }, at) => {
    const check = existing(cloud, 'global', 'AWS::Route53::HealthCheck', dimensions.HealthCheckId ?? '')
    if (!check || region !== 'us-east-1' || check.createdAt > at) return undefined
    return isHealthy(check, at) ? 1 : 0
  },
  // The sentinel of the failover region asks the same address as the primary's health check.
  PrimaryReady: ({ cloud }, { dimensions }, at) => {
    const name = `${dimensions.System}-primary-${dimensions.EnvironmentSuffix}`
    const check = all(cloud, 'AWS::Route53::HealthCheck').find(({ tags, properties }) =>
      [tags.Name, ...[properties.HealthCheckTags].flat().map((tag) => text(record(tag).Value))].includes(name),
    )
    if (!check) return undefined
    const turns = (check.state?.turns as Turn[] | undefined) ?? []
    return (turns.findLast((turn) => turn.at <= at)?.well ?? true) ? 1 : 0
  },
}

/** What a metric was at a time; undefined where nothing was published. */
export const measure = (moment: Moment, query: Query, at: number): Value =>
  known[query.name] ? known[query.name]?.(moment, query, at) : idle[query.name]
