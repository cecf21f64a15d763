// Alarms, logs and the dashboard of the transactions system.
import { expect } from 'vitest'
import type { Value } from '../../../src/lib/core/model.ts'
import {
  all,
  get,
  list,
  meant,
  one,
  output,
  peer,
  remove,
  set,
  sides,
  text,
  type Check,
  type Item,
  type Side,
  type World,
} from '../world.ts'
import { processor } from './compute.ts'

export const alarms = (world: World, side: Side, metric: string, having: Record<string, Value> = {}): Item[] =>
  all(world, 'AWS::CloudWatch::Alarm', side).filter(
    (alarm) =>
      get(alarm, 'MetricName') === metric &&
      Object.entries(having).every(([name, value]) =>
        list(alarm, 'Dimensions').some((it) => get(it, 'Name') === name && get(it, 'Value') === value),
      ),
  )

export const expectOne = (found: Item[], what: string): Item => {
  expect(found.length, `number of alarms on ${what}`).toBe(1)
  return found[0] as Item
}

const table = (world: World) => ({ TableName: `transactions-table-${world.suffix}` })
const destination = (world: World, side: Side): Item => one(world, 'AWS::Logs::Destination', side)
export const latency = (world: World): Item =>
  expectOne(alarms(world, 'failover', 'ReplicationLatency', { RuleId: 'to-failover' }), 'S3')

export const watching: Check[] = [
  {
    ids: 'TXN-06',
    rule: 'one dashboard shows both regions',
    holds: (world) => {
      const dashboard = one(world, 'AWS::CloudWatch::Dashboard')
      expect(get(dashboard, 'DashboardName')).toBe(`transactions-${world.suffix}`)
      expect(dashboard.is(world.outputs.DashboardName)).toBe(true)
      const body = JSON.parse(text(dashboard, 'DashboardBody')) as Value
      const regions = list(body, 'widgets').map((widget) => get(widget, 'properties.region'))
      expect(new Set(regions)).toEqual(new Set(Object.values(world.regions)))
      for (const family of ['AWS/Lambda', 'AWS/DynamoDB', 'AWS/S3']) expect(JSON.stringify(body)).toContain(family)
    },
    breaks: (world) => {
      const dashboard = one(world, 'AWS::CloudWatch::Dashboard')
      const body = text(dashboard, 'DashboardBody')
      set(dashboard, 'DashboardBody', body.replaceAll(world.regions.failover, world.regions.primary))
    },
  },
  {
    ids: 'TXN-34',
    rule: 'each region has alarms on throttled reads and writes of its replica',
    holds: (world) => {
      for (const side of sides)
        for (const metric of ['ReadThrottleEvents', 'WriteThrottleEvents'])
          expect(expectOne(alarms(world, side, metric, table(world)), metric).properties).toMatchObject({
            Namespace: 'AWS/DynamoDB',
            Statistic: 'Sum',
            ComparisonOperator: 'GreaterThanThreshold',
          })
    },
    breaks: (world) => set(alarms(world, 'failover', 'WriteThrottleEvents')[0]!, 'Dimensions', []),
  },
  {
    ids: 'TXN-35',
    rule: 'the latency of document replication is watched where S3 publishes it: in the failover region',
    holds: (world) => {
      const alarm = latency(world)
      expect(get(alarm, 'Namespace')).toBe('AWS/S3')
      expect(list(alarm, 'Dimensions')).toEqual([
        { Name: 'SourceBucket', Value: output(world, 'primary', 'BucketName') },
        { Name: 'DestinationBucket', Value: output(world, 'failover', 'BucketName') },
        { Name: 'RuleId', Value: 'to-failover' },
      ])
      expect(alarms(world, 'primary', 'ReplicationLatency', { RuleId: 'to-failover' })).toEqual([])
    },
    breaks: (world) => set(latency(world), 'Dimensions.0.Value', output(world, 'failover', 'BucketName')),
  },
  {
    ids: 'TXN-36',
    rule: 'each region has alarms on errors and throttles of the function',
    holds: (world) => {
      for (const side of sides)
        for (const metric of ['Errors', 'Throttles']) {
          const mine = alarms(world, side, metric).filter((alarm) =>
            list(alarm, 'Dimensions').some((it) => processor(world, side).is(get(it, 'Value'))),
          )
          expect(get(expectOne(mine, metric), 'Namespace')).toBe('AWS/Lambda')
        }
    },
    breaks: (world) => {
      for (const alarm of alarms(world, 'primary', 'Throttles')) remove(world, alarm)
    },
  },
  {
    ids: 'TXN-37 TXN-41',
    rule: 'every alarm notifies the topic of its region',
    holds: (world) => {
      for (const alarm of all(world, 'AWS::CloudWatch::Alarm'))
        expect(list(alarm, 'AlarmActions'), alarm.name).toContain(output(world, alarm.side, 'AlertTopicArn'))
    },
    breaks: (world) => set(all(world, 'AWS::CloudWatch::Alarm', 'failover')[0]!, 'AlarmActions', []),
  },
  {
    ids: 'TXN-37',
    rule: 'a failover is reported from us-east-1 and, when that is gone, from the failover region, in both directions',
    holds: (world) => {
      const health = alarms(world, 'primary', 'HealthCheckStatus')
      const sentinel = alarms(world, 'failover', 'PrimaryReady')
      for (const side of sides) {
        const id = world.outputs[side === 'primary' ? 'PrimaryHealthCheckId' : 'FailoverHealthCheckId']
        expectOne(alarms(world, 'primary', 'HealthCheckStatus', { HealthCheckId: id as string }), `health of ${side}`)
      }
      expect(sentinel).toHaveLength(1)
      for (const alarm of [...health, ...sentinel]) {
        const topic = output(world, alarm.side, 'AlertTopicArn')
        expect(list(alarm, 'AlarmActions')).toContain(topic)
        expect(list(alarm, 'OKActions')).toContain(topic)
      }
    },
    breaks: (world) => remove(world, alarms(world, 'failover', 'PrimaryReady')[0]!),
  },
  {
    ids: 'TXN-38 TXN-45',
    rule: 'the log of the function goes to a stream of the other region, which archives it',
    holds: (world) => {
      for (const side of sides) {
        expect(get(destination(world, side), 'TargetArn')).toBe(output(world, side, 'PeerLogStreamArn'))
        const filter = one(world, 'AWS::Logs::SubscriptionFilter', side)
        expect(destination(world, side).is(get(filter, 'DestinationArn'))).toBe(true)
        expect(get(filter, 'LogGroupName')).toBe(output(world, side, 'LogGroupName'))
        const stream = meant(world, 'AWS::Kinesis::Stream', get(destination(world, side), 'TargetArn'))
        expect(stream.side).toBe(peer(side))
        const source = one(world, 'AWS::Lambda::EventSourceMapping', peer(side))
        expect(stream.is(get(source, 'EventSourceArn'))).toBe(true)
        const archive = get(meant(world, 'AWS::Lambda::Function', get(source, 'FunctionName')), 'Environment.Variables')
        const group = meant(world, 'AWS::Logs::LogGroup', get(archive, 'ARCHIVE_LOG_GROUP'), peer(side))
        expect(Number(get(group, 'RetentionInDays'))).toBe(7)
      }
    },
    breaks: (world) => set(destination(world, 'primary'), 'TargetArn', output(world, 'failover', 'PeerLogStreamArn')),
  },
  {
    ids: 'TXN-46',
    rule: 'every log group keeps its events for 7 days',
    holds: (world) => {
      const groups = all(world, 'AWS::Logs::LogGroup')
      expect(groups.length).toBeGreaterThanOrEqual(10)
      for (const group of groups) expect(Number(get(group, 'RetentionInDays')), group.name).toBe(7)
    },
    breaks: (world) => set(all(world, 'AWS::Logs::LogGroup')[0]!, 'RetentionInDays', undefined),
  },
  {
    ids: 'TXN-47',
    rule: 'names of log groups carry the suffix',
    holds: (world) => {
      for (const side of sides)
        expect(output(world, side, 'LogGroupName')).toBe(`/aws/lambda/transaction-processor-${world.suffix}`)
      for (const group of all(world, 'AWS::Logs::LogGroup'))
        expect(text(group, 'LogGroupName')).toMatch(new RegExp(`-${world.suffix}(/|$)`))
    },
    breaks: (world) => set(all(world, 'AWS::Logs::LogGroup', 'failover')[0]!, 'LogGroupName', '/dr/transactions'),
  },
]
