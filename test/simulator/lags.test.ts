// How far copies are behind once one of their regions is gone: the lag grows or is measured no more, and what had not been
// sent is lost.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Metric } from '../../src/lib/aws/alarms.ts'
import type { Ground } from '../../src/lib/drill/drill.ts'
import { dynamodb } from '../../src/lib/drill/probes/dynamodb.ts'
import { sql } from '../../src/lib/drill/probes/sql.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import { type Account, copyOf } from '../cloud.ts'
import { groundOf, minute, second, truth } from '../drill/ground.ts'
import { firstLife, outputs } from '../systems/lifetime.ts'

const [east, west] = ['us-east-1', 'us-west-2']
const goneAfter = 60 * second
const gone = (region: string): Fault[] => [{ kind: 'region-gone', region, after: goneAfter / second }]

/** Seconds since the region went, and what was measured then. */
async function measured(ground: Ground, region: string, metric: Metric, since: number): Promise<[number, number][]> {
  const to = ground.aws.clock.now()
  const points = await (await ground.aws.alarms(region)).points(metric, { from: to - 20 * minute, to })
  return points.map(({ at, value }) => [(at + minute - since) / second, value])
}

describe('payments', () => {
  let deployed: Account
  let values: Record<string, string>
  beforeAll(async () => {
    deployed = await firstLife('payments')
    values = outputs()
  })
  const begin = async (faults: Fault[]): Promise<{ it: Account; ground: Ground; since: number }> => {
    const it = copyOf(deployed, faults)
    const ground = await groundOf(it, 'payments', values)
    // The fault counts from the first call that sees it.
    await (await ground.aws.alarms(west)).named([])
    await (await ground.aws.databases(west)).global(values['GlobalClusterIdentifier'] ?? '')
    return { it, ground, since: ground.aws.clock.now() + goneAfter }
  }
  const lag = {
    namespace: 'AWS/RDS',
    name: 'AuroraGlobalDBReplicationLag',
    dimensions: { DBClusterIdentifier: 'payments-failover-pr123' },
  }

  test('AuroraGlobalDBReplicationLag grows with the absence of the region that writes, and its alarm fires', async () => {
    const { ground, since } = await begin(gone(east))
    await ground.aws.clock.sleep(12 * minute)
    const points = await measured(
      ground,
      west,
      { ...lag, dimensions: { DBClusterIdentifier: values['FailoverClusterIdentifier'] ?? '' } },
      since,
    )
    for (const [age, value] of points) expect(value).toBe(900 + Math.max(0, age) * second)
    expect(points.at(-1)?.[1]).toBeGreaterThan(9 * minute)
    expect(await (await ground.aws.alarms(west)).named(['payments-database-global-lag-pr123'])).toMatchObject([
      { state: 'firing' },
    ])
  })

  test('AuroraGlobalDBReplicationLag stops where lagStops says so', async () => {
    const { it, ground, since } = await begin(gone(east))
    it.simulator.change((cloud) => {
      for (const one of Object.values(cloud.resources))
        if (one.type === 'AWS::RDS::GlobalCluster') one.state = { ...one.state, lagStops: true }
    })
    await ground.aws.clock.sleep(12 * minute)
    const metric = { ...lag, dimensions: { DBClusterIdentifier: values['FailoverClusterIdentifier'] ?? '' } }
    const points = await measured(ground, west, metric, since)
    expect(points.length).toBeGreaterThan(0)
    expect(points.filter(([age, value]) => age > 0 || value !== 900)).toEqual([])
  })

  test('a failover long after the region went loses what had not been sent before', async () => {
    const { it, ground, since } = await begin(gone(east))
    it.simulator.change((cloud) => {
      for (const one of Object.values(cloud.resources))
        if (one.type === 'AWS::RDS::GlobalCluster') one.state = { ...one.state, lag: 20_000 }
    })
    const survivor = values['FailoverClusterArn'] ?? ''
    const target = {
      cluster: values['PrimaryClusterArn'] ?? '',
      survivor,
      secret: 'dr/payments/pr123/database',
      database: 'payments',
    }
    const probe = sql.start(
      { name: 'rows', kind: 'sql', interval: second, measures: ['RPO'], target, from: east, to: west },
      ground,
    )
    await probe.prepare()
    for (let n = 0; ground.aws.clock.now() < since - second; n += 1) {
      await probe.attempt(n, ground.signal)
      await ground.aws.clock.sleep(second)
    }
    await ground.aws.clock.sleep(5 * minute)
    await (await ground.aws.databases(west)).failOverLosingData(values['GlobalClusterIdentifier'] ?? '', survivor)
    await ground.aws.clock.sleep(5 * minute)
    const lost = truth(it).snapshots.at(-1)?.lost['dr_probe'] ?? []
    expect(lost.length).toBeGreaterThan(10)
    expect(lost.every(({ at }) => at > since - 20_000 && at <= since)).toBe(true)
  })

  test('ReplicationLatency of a table grows while the region is gone that does not take its writes', async () => {
    const { ground, since } = await begin(gone(west))
    const TableName = 'payments-sessions-pr123'
    const target = { table: TableName }
    const probe = dynamodb.start(
      { name: 'items', kind: 'dynamodb', interval: second, measures: ['RPO'], target, from: east, to: west },
      ground,
    )
    for (let n = 0; n < 40; n += 1) {
      await probe.attempt(n, ground.signal)
      await ground.aws.clock.sleep(10 * second)
    }
    const dimensions = { TableName, ReceivingRegion: west }
    const points = await measured(
      ground,
      east,
      { namespace: 'AWS/DynamoDB', name: 'ReplicationLatency', dimensions },
      since,
    )
    expect(points.at(-1)?.[1]).toBeGreaterThan(3 * minute)
    for (const [age, value] of points) expect(value).toBe(800 + Math.max(0, age) * second)
  })
})

describe('documents of transactions', () => {
  let deployed: Account
  let values: Record<string, string>
  beforeAll(async () => {
    deployed = await firstLife('transactions')
    values = outputs()
  })
  const metrics = async (writes: boolean) => {
    const it = copyOf(deployed, gone(east))
    const [SourceBucket = '', DestinationBucket = ''] = [values['PrimaryBucketName'], values['FailoverBucketName']]
    const ground = await groundOf(it, 'transactions', values)
    const objects = ground.aws.objects(east)
    await objects.put(SourceBucket, 'early', 'text')
    const since = ground.aws.clock.now() + goneAfter
    await ground.aws.clock.sleep(57 * second)
    if (writes) await objects.put(SourceBucket, 'late', 'text')
    await ground.aws.clock.sleep(10 * minute)
    const dimensions = { SourceBucket, DestinationBucket, RuleId: 'to-failover' }
    const of = (name: string) => measured(ground, west, { namespace: 'AWS/S3', name, dimensions }, since)
    return { latency: await of('ReplicationLatency'), pending: await of('OperationsPendingReplication') }
  }

  test('are behind by the age of what their region had not sent when it went', async () => {
    const { latency, pending } = await metrics(true)
    const after = latency.filter(([age]) => age > minute / second)
    expect(after.length).toBeGreaterThan(6)
    for (const [age, value] of after) expect(Math.abs(value - age)).toBeLessThan(5)
    expect(pending.at(-1)?.[1]).toBe(1)
  })

  test('are measured no more when everything had been sent', async () => {
    const { latency, pending } = await metrics(false)
    expect(latency.length).toBeGreaterThan(0)
    expect([...latency, ...pending].filter(([age]) => age > 0)).toEqual([])
  })
})
