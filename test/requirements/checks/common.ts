// Conventions that every system keeps; only resources of the system are looked at, whatever they are.
import { expect } from 'vitest'
import type { Value } from '../../../src/lib/core/model.ts'
import { databases, logGroupsOf } from '../databases.ts'
import { add, all, deep, get, list, set, text, type Check, type Item } from '../world.ts'
import { security } from './security.ts'
import { nameOf } from '../names.ts'

const environments = /(^|[^a-z])(prod|dev|stage|production|development|staging)-/
/** Types to which stacks pass their tags on. */
const taggable = new Set([
  ...['FlowLog', 'SecurityGroup', 'Subnet', 'VPC', 'VPCPeeringConnection'].map((it) => `AWS::EC2::${it}`),
  'AWS::ApiGatewayV2::Api',
  'AWS::CloudWatch::Alarm',
  ...['DBCluster', 'DBInstance', 'DBSubnetGroup', 'EventSubscription'].map((it) => `AWS::RDS::${it}`),
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::Kinesis::Stream',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
])

/** The suffix as a word of its own at the end, or before account, region or a path. */
const suffixed = (suffix: string): RegExp => new RegExp(`-${suffix}($|-|/)`)

export const common: Check[] = [
  ...security,
  {
    ids: 'COMMON-01',
    rule: 'everything that can be named is named, and the name carries the suffix',
    holds: (world) => {
      const named = world.items.filter((item) => nameOf(item) !== undefined)
      expect(named.length).toBeGreaterThan(20)
      for (const item of named) expect(nameOf(item), `${item.type} ${item.name}`).toMatch(suffixed(world.suffix))
    },
    breaks: (world) => set(all(world, 'AWS::IAM::Role')[0]!, 'RoleName', 'administrator'),
  },
  {
    ids: 'COMMON-02 COMMON-20',
    rule: 'everything is tagged by the stack, and what stacks do not tag is tagged by itself',
    holds: (world) => {
      const tag = { Key: 'EnvironmentSuffix', Value: world.suffix }
      for (const replica of all(world, 'AWS::DynamoDB::GlobalTable').flatMap((it) => list(it, 'Replicas')))
        expect(list(replica, 'Tags')).toContainEqual(tag)
      for (const zone of all(world, 'AWS::Route53::HostedZone'))
        expect(list(zone, 'HostedZoneTags')).toContainEqual(tag)
      for (const check of all(world, 'AWS::Route53::HealthCheck'))
        expect(list(check, 'HealthCheckTags')).toContainEqual(tag)
      for (const files of all(world, 'AWS::EFS::FileSystem')) expect(list(files, 'FileSystemTags')).toContainEqual(tag)
      for (const point of all(world, 'AWS::EFS::AccessPoint'))
        expect(list(point, 'AccessPointTags')).toContainEqual(tag)
      const items = world.items.filter(({ type }) => taggable.has(type))
      expect(items.length).toBeGreaterThan(20)
      for (const { tags, type, name } of items) {
        expect(tags.EnvironmentSuffix, `${type} ${name}`).toBe(world.suffix)
        expect(tags.System, `${type} ${name}`).toMatch(/^[a-z]+$/)
      }
    },
    breaks: (world) => delete all(world, 'AWS::IAM::Role')[0]!.tags.EnvironmentSuffix,
  },
  {
    ids: 'COMMON-06',
    rule: 'nothing is protected against deletion',
    holds: (world) => {
      for (const item of world.items)
        for (const [key, value] of deep(item.properties))
          if (/^DeletionProtection(Enabled)?$/.test(key)) expect([false, 'false'], item.name).toContain(value)
      for (const replica of all(world, 'AWS::DynamoDB::GlobalTable').flatMap((it) => list(it, 'Replicas')))
        expect(get(replica, 'DeletionProtectionEnabled')).toBe(false)
    },
    breaks: (world) => add(world, 'AWS::DynamoDB::GlobalTable', { Replicas: [{ DeletionProtectionEnabled: true }] }),
  },
  {
    ids: 'COMMON-07',
    rule: 'there is no database, or it keeps no backups of its own when it is deleted',
    holds: (world) => {
      for (const item of databases(world)) expect(get(item, 'DeleteAutomatedBackups'), item.name).toBe(true)
    },
    breaks: (world) => add(world, 'AWS::RDS::DBCluster', { Engine: 'postgres' }),
  },
  {
    ids: 'COMMON-08',
    rule: 'buckets lock no object and no policy forbids deleting for good',
    holds: (world) => {
      for (const bucket of all(world, 'AWS::S3::Bucket')) {
        expect(get(bucket, 'ObjectLockEnabled') ?? false).toBe(false)
        expect(get(bucket, 'ObjectLockConfiguration')).toBeUndefined()
      }
      for (const policy of all(world, 'AWS::S3::BucketPolicy'))
        for (const statement of list(policy, 'PolicyDocument.Statement'))
          if (get(statement, 'Effect') === 'Deny') expect(get(statement, 'Condition'), policy.name).toBeTypeOf('object')
    },
    breaks: (world) => add(world, 'AWS::S3::Bucket', { ObjectLockEnabled: true }),
  },
  {
    ids: 'COMMON-10',
    rule: 'no name holds the name of an environment',
    holds: (world) => {
      for (const item of world.items) expect(nameOf(item) ?? '', item.name).not.toMatch(environments)
    },
    breaks: (world) => set(all(world, 'AWS::IAM::Role')[0]!, 'RoleName', `prod-${world.suffix}`),
  },
  {
    ids: 'COMMON-19',
    rule: 'every function, API, VPC and database has a log group, and alarms notify in every region',
    holds: (world) => {
      const groups = all(world, 'AWS::Logs::LogGroup')
      const hasGroup = (value: Value | undefined, who: Item) => {
        const name = typeof value === 'string' ? value.replace(/^.*:log-group:/, '') : undefined
        expect(
          groups.some((it) => it.side === who.side && (it.is(value) || it.is(name))),
          who.name,
        ).toBe(true)
      }
      for (const it of all(world, 'AWS::Lambda::Function')) hasGroup(get(it, 'LoggingConfig.LogGroup'), it)
      for (const it of all(world, 'AWS::ApiGatewayV2::Stage')) hasGroup(get(it, 'AccessLogSettings.DestinationArn'), it)
      for (const vpc of all(world, 'AWS::EC2::VPC')) {
        const log = all(world, 'AWS::EC2::FlowLog').find((it) => vpc.is(get(it, 'ResourceId')))
        expect(log, `flow log of ${vpc.name}`).toBeDefined()
        if (log) hasGroup(get(log, 'LogGroupName'), log)
      }
      for (const it of databases(world)) {
        expect(logGroupsOf(it), it.name).not.toEqual([])
        for (const name of logGroupsOf(it)) hasGroup(name, it)
      }
      for (const side of world.sides) {
        const alarms = all(world, 'AWS::CloudWatch::Alarm', side)
        expect(alarms.length).toBeGreaterThan(0)
        for (const alarm of alarms) expect(list(alarm, 'AlarmActions'), alarm.name).not.toEqual([])
      }
    },
    breaks: (world) => set(all(world, 'AWS::Lambda::Function')[0]!, 'LoggingConfig.LogGroup', '/aws/lambda/other'),
  },
  {
    ids: 'COMMON-27',
    rule: 'no GuardDuty detector is created',
    holds: (world) => expect(world.items.filter(({ type }) => type.startsWith('AWS::GuardDuty::'))).toEqual([]),
    breaks: (world) => add(world, 'AWS::GuardDuty::Detector', {}),
  },
  {
    ids: 'COMMON-30',
    rule: 'concurrency is reserved by the transaction processor only, which TXN-25 asks for',
    holds: (world) => {
      const reserved = all(world, 'AWS::Lambda::Function').filter(
        (it) => get(it, 'ReservedConcurrentExecutions') !== undefined,
      )
      for (const it of reserved) expect(get(it, 'FunctionName')).toBe(`transaction-processor-${world.suffix}`)
    },
    breaks: (world) => add(world, 'AWS::Lambda::Function', { FunctionName: 'x', ReservedConcurrentExecutions: '5' }),
  },
  {
    ids: 'COMMON-31',
    rule: 'no canary is created, so none has an old runtime',
    holds: (world) => expect(world.items.filter(({ type }) => type.startsWith('AWS::Synthetics::'))).toEqual([]),
    breaks: (world) => add(world, 'AWS::Synthetics::Canary', {}),
  },
  {
    ids: 'COMMON-33',
    rule: 'each VPC reaches S3 and DynamoDB by gateway endpoints and has one NAT gateway at most',
    holds: (world) => {
      for (const side of world.sides) {
        const endpoints = all(world, 'AWS::EC2::VPCEndpoint', side)
        const gateways = endpoints.filter((it) => get(it, 'VpcEndpointType') === 'Gateway')
        const services = gateways.map((it) => text(it, 'ServiceName').split('.').at(-1))
        expect(new Set(services)).toEqual(new Set(['dynamodb', 's3']))
        expect(all(world, 'AWS::EC2::NatGateway', side).length).toBeLessThanOrEqual(1)
      }
    },
    breaks: (world) => set(all(world, 'AWS::EC2::VPCEndpoint')[0]!, 'VpcEndpointType', 'Interface'),
  },
]
