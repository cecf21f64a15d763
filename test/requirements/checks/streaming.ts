// What the streaming system promises; the ids are those of the catalogue.
import { expect } from 'vitest'
import { allows } from '../policies.ts'
import { logGroupsOf, settingsOf } from '../databases.ts'
import { all, get, list, meant, one, remove, set, text, texts, type Check, type Item, type World } from '../world.ts'
import {
  alarmsOn,
  backedUp,
  database,
  encrypted,
  readsSecret,
  rotates,
  tellsFailovers,
  told,
  zonesOf,
} from './postgres.ts'
import { service } from './streaming-service.ts'

/** Every key that flat-outputs.json holds for this system. */
export const keysOfStreaming =
  `VpcId PrivateSubnetIds KeyId KeyArn AlertTopicArn ClusterIdentifier WriterEndpoint ReaderEndpoint DatabaseIdentifier
  DatabaseArn DatabaseEndpoint DatabaseReaderEndpoint DatabaseLogGroup DatabaseSecretName RotationFunctionName
  CacheEndpoint CacheGroupId FileSystemId AccessPointId StreamName StreamArn ClusterName ServiceName ApiUrl
  ProbeFunctionName ConsumerFunctionName DeadManRoleArn DashboardName`.split(/\s+/)

const cache = (world: World): Item => one(world, 'AWS::ElastiCache::ReplicationGroup')
const stream = (world: World): Item => one(world, 'AWS::Kinesis::Stream')
const instances = (world: World): Item[] => all(world, 'AWS::RDS::DBInstance')
const ownKey = (world: World, key: ReturnType<typeof get>): boolean =>
  meant(world, 'AWS::KMS::Key', key).is(told(world, 'KeyArn'))

/** What in a log would tell about a viewer. Source: API Gateway developer guide, access log variables. */
const personal = /identity|sourceIp|userAgent|authorizer|\$context\.path|queryString/i

export const streaming: Check[] = [
  {
    ids: 'STR-04',
    rule: 'everything is marked as personal data, and what viewers do is kept for a day, logs for 30 (GDPR)',
    holds: (world) => {
      const groups = all(world, 'AWS::Logs::LogGroup')
      for (const it of [database(world), cache(world), stream(world), ...groups])
        expect(it.tags, it.name).toMatchObject({ PersonalData: 'true', DataClassification: 'viewers' })
      expect(Number(get(stream(world), 'RetentionPeriodHours'))).toBe(24)
      expect(groups.length).toBeGreaterThan(6)
      for (const group of groups) {
        expect(Number(get(group, 'RetentionInDays')), group.name).toBe(30)
        expect(ownKey(world, get(group, 'KmsKeyId'))).toBe(true)
      }
    },
    breaks: (world) => set(all(world, 'AWS::Logs::LogGroup')[0]!, 'RetentionInDays', 3653),
  },
  {
    ids: 'STR-04',
    rule: 'no log tells who a viewer is: neither that of the API, nor changed rows in that of the database',
    holds: (world) => {
      expect(text(one(world, 'AWS::ApiGatewayV2::Stage'), 'AccessLogSettings.Format')).not.toMatch(personal)
      const settings = settingsOf(world, database(world))
      expect(settings).toMatchObject({ log_statement: 'ddl', log_connections: '1', log_disconnections: '1' })
      expect(settings).not.toHaveProperty('log_min_duration_statement')
    },
    breaks: (world) =>
      set(one(world, 'AWS::ApiGatewayV2::Stage'), 'AccessLogSettings.Format', '{"who":"$context.identity.sourceIp"}'),
  },
  {
    ids: 'STR-04',
    rule: 'the data stays in one region of the European Union: nothing is copied to another',
    holds: (world) => {
      expect(world.sides).toEqual(['primary'])
      expect(world.regions.primary).toMatch(/^eu-/)
      for (const { type, properties, name } of world.items) {
        expect(type, name).not.toMatch(/GlobalCluster|GlobalReplicationGroup|ReplicationConfiguration|BackupPlan/)
        for (const key of ['GlobalClusterIdentifier', 'SourceRegion', 'GlobalReplicationGroupId', 'ReplicaRegions'])
          expect(properties, name).not.toHaveProperty(key)
      }
    },
    breaks: (world) => set(database(world), 'GlobalClusterIdentifier', 'elsewhere'),
  },
  {
    ids: 'STR-05 STR-18',
    rule: 'a stream that grows with its load takes what viewers do, and a function counts it',
    holds: (world) => {
      expect(get(stream(world), 'StreamModeDetails.StreamMode')).toBe('ON_DEMAND')
      expect(get(stream(world), 'StreamEncryption.EncryptionType')).toBe('KMS')
      expect(ownKey(world, get(stream(world), 'StreamEncryption.KeyId'))).toBe(true)
      expect(stream(world).is(told(world, 'StreamArn'))).toBe(true)
      const source = one(world, 'AWS::Lambda::EventSourceMapping')
      expect(stream(world).is(get(source, 'EventSourceArn'))).toBe(true)
      const consumer = meant(world, 'AWS::Lambda::Function', get(source, 'FunctionName'))
      expect(consumer.is(told(world, 'ConsumerFunctionName'))).toBe(true)
      expect(get(consumer, 'Environment.Variables.MODE')).toBe('metrics')
      const role = meant(world, 'AWS::IAM::Role', get(consumer, 'Role'))
      expect(allows(role, 'kinesis:GetRecords').every((arn) => stream(world).is(arn))).toBe(true)
      expect(allows(role, 'kinesis:GetRecords')).toHaveLength(1)
    },
    breaks: (world) => set(stream(world), 'StreamModeDetails.StreamMode', 'PROVISIONED'),
  },
  {
    ids: 'STR-06 STR-10 STR-13',
    rule: 'sessions are in Redis with a replica that takes over, encrypted, open to one IAM user by TLS',
    holds: (world) => {
      expect(cache(world).is(told(world, 'CacheGroupId'))).toBe(true)
      for (const property of [
        'AutomaticFailoverEnabled',
        'MultiAZEnabled',
        'AtRestEncryptionEnabled',
        'TransitEncryptionEnabled',
      ])
        expect(get(cache(world), property), property).toBe(true)
      expect(get(cache(world), 'Engine')).toBe('redis')
      expect(get(cache(world), 'TransitEncryptionMode')).toBe('required')
      expect(ownKey(world, get(cache(world), 'KmsKeyId'))).toBe(true)
      expect(Number(get(cache(world), 'ReplicasPerNodeGroup'))).toBeGreaterThanOrEqual(1)
      expect(Number(get(cache(world), 'SnapshotRetentionLimit'))).toBeGreaterThanOrEqual(1)
      // Shards can be added while sessions are in use.
      expect(get(cache(world), 'ClusterMode')).toBe('enabled')
      const users = all(world, 'AWS::ElastiCache::User')
      const group = meant(world, 'AWS::ElastiCache::UserGroup', list(cache(world), 'UserGroupIds')[0])
      expect(list(group, 'UserIds')).toHaveLength(users.length)
      expect(users.map((user) => get(user, 'UserName'))).toContain('default')
      for (const user of users)
        if (get(user, 'UserName') === 'default') expect(text(user, 'AccessString')).toMatch(/^off\b.*-@all/)
        else expect(get(user, 'AuthenticationMode.Type')).toBe('iam')
    },
    breaks: (world) => set(cache(world), 'TransitEncryptionMode', 'preferred'),
  },
  {
    ids: 'STR-08',
    rule: 'the database is one of its own, which nothing but the network reaches, and tells what goes on in it',
    holds: (world) => {
      expect(get(database(world), 'DatabaseName')).toBe('streaming')
      expect(get(database(world), 'EnableHttpEndpoint')).toBe(true)
      const [group] = texts(database(world), 'VpcSecurityGroupIds')
      const rules = list(meant(world, 'AWS::EC2::SecurityGroup', group), 'SecurityGroupIngress')
      const cidr = get(one(world, 'AWS::EC2::VPC'), 'CidrBlock')
      expect(rules.map((rule) => [Number(get(rule, 'FromPort')), get(rule, 'CidrIp')])).toEqual([[5432, cidr]])
      for (const it of instances(world)) expect(get(it, 'PubliclyAccessible'), it.name).toBe(false)
      expect(logGroupsOf(database(world))).toEqual([told(world, 'DatabaseLogGroup')])
    },
    breaks: (world) => set(instances(world)[1]!, 'PubliclyAccessible', true),
  },
  {
    ids: 'STR-09 STR-12',
    rule: 'the database is Aurora PostgreSQL in three zones: a writer, and two readers or more',
    holds: (world) => {
      expect(get(database(world), 'Engine')).toBe('aurora-postgresql')
      expect(Number(get(database(world), 'Port'))).toBe(5432)
      expect(new Set(zonesOf(world)).size).toBe(3)
      expect(instances(world).length).toBeGreaterThanOrEqual(3)
      for (const it of instances(world)) {
        expect(get(it, 'Engine'), it.name).toBe('aurora-postgresql')
        expect(database(world).is(get(it, 'DBClusterIdentifier')), it.name).toBe(true)
      }
      expect(told(world, 'ReaderEndpoint')).not.toBe(told(world, 'WriterEndpoint'))
    },
    breaks: (world) => remove(world, instances(world)[2]!),
  },
  encrypted('STR-04 STR-12'),
  readsSecret('STR-16'),
  rotates('STR-19 STR-21'),
  backedUp('STR-20 STR-22'),
  tellsFailovers('STR-07 STR-22'),
  {
    ids: 'STR-20 STR-22',
    rule: 'when a zone is lost, readers, replicas and containers in the others are there already',
    holds: (world) => {
      const [group] = [meant(world, 'AWS::ElastiCache::SubnetGroup', get(cache(world), 'CacheSubnetGroupName'))]
      const networks = [
        texts(group, 'SubnetIds'),
        all(world, 'AWS::EFS::MountTarget').map((it) => text(it, 'SubnetId')),
      ]
      for (const subnets of networks) {
        const zones = subnets.map((id) => text(meant(world, 'AWS::EC2::Subnet', id), 'AvailabilityZone'))
        expect(new Set(zones).size).toBe(3)
      }
      for (const metric of ['CPUUtilization', 'DatabaseConnections', 'AuroraReplicaLagMaximum']) {
        const [alarm, ...more] = alarmsOn(world, 'AWS/RDS', metric)
        expect(more).toEqual([])
        expect(database(world).is(get(alarm, 'Dimensions.0.Value')), metric).toBe(true)
        expect(list(alarm, 'AlarmActions')).toEqual([told(world, 'AlertTopicArn')])
      }
    },
    breaks: (world) => remove(world, all(world, 'AWS::EFS::MountTarget')[0]!),
  },
  {
    ids: 'STR-12 STR-22',
    rule: 'the writer and its readers are in three zones',
    holds: (world) => {
      expect(new Set(instances(world).map((it) => text(it, 'AvailabilityZone'))).size).toBe(3)
    },
    breaks: (world) => set(instances(world)[2]!, 'AvailabilityZone', text(instances(world)[1], 'AvailabilityZone')),
  },
  {
    ids: 'STR-20',
    rule: 'what a drill measures sessions and files by may connect to these, from zones with a mount target, and to no other',
    holds: (world) => {
      const probe = meant(world, 'AWS::Lambda::Function', told(world, 'ProbeFunctionName'))
      const role = meant(world, 'AWS::IAM::Role', get(probe, 'Role'))
      const stores = allows(role, 'elasticache:Connect').map((arn) => String(arn).split(':').slice(5).join(':'))
      const user = text(probe, 'Environment.Variables.CACHE_USER')
      expect(stores).toEqual([`replicationgroup:${told(world, 'CacheGroupId')}`, `user:${user}`])
      expect(get(meant(world, 'AWS::ElastiCache::User', user), 'AuthenticationMode.Type')).toBe('iam')
      expect(
        allows(role, 'elasticfilesystem:ClientWrite').map((arn) => String(arn).replace(/^.*:file-system\//, '')),
      ).toEqual([told(world, 'FileSystemId')])
      expect(text(probe, 'FileSystemConfigs.0.Arn').replace(/^.*:access-point\//, '')).toBe(
        told(world, 'AccessPointId'),
      )
      expect(allows(role, 'secretsmanager:GetSecretValue')).toEqual([])
      const mounted = new Set(all(world, 'AWS::EFS::MountTarget').map((it) => text(it, 'SubnetId')))
      expect(texts(probe, 'VpcConfig.SubnetIds').every((id) => mounted.has(id))).toBe(true)
      const [group] = texts(probe, 'VpcConfig.SecurityGroupIds')
      const ways = list(meant(world, 'AWS::EC2::SecurityGroup', group), 'SecurityGroupEgress')
      expect(ways.map((rule) => Number(get(rule, 'FromPort')))).toEqual([6379, 2049])
    },
    breaks: (world) => {
      const probe = meant(world, 'AWS::Lambda::Function', told(world, 'ProbeFunctionName'))
      set(meant(world, 'AWS::IAM::Role', get(probe, 'Role')), 'Policies', [])
    },
  },
  {
    ids: 'STR-23',
    rule: 'the seven components are there, one of each, and one dashboard shows them',
    holds: (world) => {
      for (const type of [
        'AWS::RDS::DBCluster',
        'AWS::ElastiCache::ReplicationGroup',
        'AWS::ECS::Service',
        'AWS::EFS::FileSystem',
        'AWS::SecretsManager::RotationSchedule',
        'AWS::ApiGatewayV2::Api',
        'AWS::Kinesis::Stream',
      ])
        one(world, type)
      const dashboard = one(world, 'AWS::CloudWatch::Dashboard')
      expect(dashboard.is(told(world, 'DashboardName'))).toBe(true)
      for (const family of ['ApiGateway', 'ECS', 'RDS', 'ElastiCache', 'Kinesis'])
        expect(text(dashboard, 'DashboardBody')).toContain(`AWS/${family}`)
    },
    breaks: (world) => remove(world, one(world, 'AWS::EFS::FileSystem')),
  },
  ...service,
]
