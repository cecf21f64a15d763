// How far behind the other region is, as CloudWatch tells it where each metric is published. Copies of what nobody writes
// publish nothing, which is told apart from a copy that has stopped.
import type { Alarms, Metric } from '../aws/alarms.ts'
import type { Region } from '../core/model.ts'
import type { TargetSession } from '../load/session.ts'
import { asked } from './asked.ts'
import { type Fact, isKnown, known, type Lag, type LagFact } from './observation.ts'

const hour = 3_600_000
const day = 24 * hour

interface Copy {
  name: string
  metric: Metric
  /** Seconds in one of its units. */
  unit: number
  /** Where it is published. */
  region: Region
  /** Whether there is nothing to copy since that time, ms; without it the metric never stops. */
  isIdle?: (since: number, alarms: Alarms) => Promise<boolean>
}

/** @param way from where to where writes are copied now */
export function lagFacts(
  session: TargetSession,
  outputs: Record<string, string>,
  way: { from: Region; to: Region },
): Promise<LagFact[]> {
  const { aws, target } = session
  const copies = [
    ...databases(outputs, target.regions.primary, way),
    ...tables(outputs, way),
    ...documents(session, outputs),
  ]
  return Promise.all(
    copies.map(async ({ name, metric, unit, region, isIdle }) => {
      const lag = await asked(aws.clock.now, async (): Promise<Fact<Lag>> => {
        const [alarms, to] = [await aws.alarms(region), aws.clock.now()]
        const [points, worst] = await Promise.all([
          alarms.points(metric, { from: to - hour, to }),
          alarms.points(metric, { from: to - hour - ((to - hour) % hour), to, period: 3600, statistic: 'p99' }),
        ])
        const last = points.at(-1)
        const rounded = (value: number): number => Math.round(value * unit * 10) / 10
        // The last hour lies in two of the clock: the worse one promises nothing too good.
        const p99 = worst.length > 0 ? { p99: rounded(Math.max(...worst.map(({ value }) => value))) } : {}
        // A point counts from the start of its minute.
        if (last && to - last.at < target.system.objectives.rpoSeconds * 1000)
          return { value: { seconds: rounded(last.value), ...p99 }, at: last.at }
        if (await isIdle?.(last ? last.at + 60_000 : to - hour, alarms))
          return { value: { seconds: 0, idle: true }, at: to }
        const written = isIdle ? ', though there are writes' : ''
        const stopped = last ?? (await alarms.points(metric, { from: to - day, to, period: 3600 })).at(-1)
        return {
          unknown: `${region} has no recent ${metric.name}${written}`,
          looked: true,
          // Of an hour the worst counts, from its start.
          ...(stopped && { stopped: true, last: known({ seconds: rounded(stopped.value) }, stopped.at) }),
        }
      })
      return { name, lag: isKnown(lag) ? lag.value : lag }
    }),
  )
}

/** Published where the follower is, under its name, ms. */
function databases(outputs: Record<string, string>, primary: Region | undefined, { to }: { to: Region }): Copy[] {
  if (outputs['GlobalClusterIdentifier'] === undefined) return []
  const id = outputs[`${to === primary ? 'Primary' : 'Failover'}ClusterIdentifier`] ?? ''
  const dimensions = { DBClusterIdentifier: id }
  const metric = { namespace: 'AWS/RDS', name: 'AuroraGlobalDBReplicationLag', dimensions }
  return [{ name: 'aurora rpo lag', metric, unit: 0.001, region: to }]
}

/** Published where the write was made, ms, and only when one was. */
function tables(outputs: Record<string, string>, { from, to }: { from: Region; to: Region }): Copy[] {
  const names = {
    'dynamodb transactions': 'FailoverTransactionTableName',
    'dynamodb sessions': 'FailoverSessionTableName',
  }
  return Object.entries(names).flatMap(([name, key]) => {
    const TableName = outputs[key]
    if (TableName === undefined) return []
    const namespace = 'AWS/DynamoDB'
    const metric = { namespace, name: 'ReplicationLatency', dimensions: { TableName, ReceivingRegion: to } }
    const isIdle = async (since: number, alarms: Alarms): Promise<boolean> => {
      const writes = { namespace, name: 'ConsumedWriteCapacityUnits', dimensions: { TableName } }
      const points = await alarms.points(writes, { from: since, to: since + hour, statistic: 'Sum' })
      return points.every(({ value }) => value === 0)
    }
    return [{ name, metric, unit: 0.001, region: from, isIdle }]
  })
}

/** From the primary region only; published where the copy is, s. */
function documents({ aws, target }: TargetSession, outputs: Record<string, string>): Copy[] {
  const { primary = '', failover = '' } = target.regions
  const { PrimaryBucketName: SourceBucket, FailoverBucketName: DestinationBucket } = outputs
  if (SourceBucket === undefined || DestinationBucket === undefined) return []
  const namespace = 'AWS/S3'
  const dimensions = { SourceBucket, DestinationBucket, RuleId: 'to-failover' }
  const metric = { namespace, name: 'ReplicationLatency', dimensions }
  const isIdle = async (since: number, alarms: Alarms): Promise<boolean> => {
    if (!(await aws.objects(primary).holdsAny(SourceBucket))) return true
    const pending = { namespace, name: 'OperationsPendingReplication', dimensions }
    const points = await alarms.points(pending, { from: since, to: since + hour })
    return points.length > 0 && points.every(({ value }) => value === 0)
  }
  return [{ name: 's3 documents', metric, unit: 1, region: failover, isIdle }]
}
