// What the student records system promises; the ids are those of the catalogue.
import { expect } from 'vitest'
import { databases } from '../databases.ts'
import { all, get, list, meant, one, remove, set, text, texts, type Check, type Item, type World } from '../world.ts'
import {
  alarmsOn,
  audited,
  backedUp,
  database,
  encrypted,
  portsOf,
  readsSecret,
  rotates,
  tellsFailovers,
  told,
  zonesOf,
} from './postgres.ts'

/** Every key that flat-outputs.json holds for this system. */
export const keysOfRecords =
  `VpcId PrivateSubnetIds KeyId KeyArn AlertTopicArn DatabaseIdentifier DatabaseArn DatabaseEndpoint
  DatabaseReaderEndpoint DatabaseLogGroup DatabaseSecretName CacheEndpoint CacheGroupId RotationFunctionName
  ProbeFunctionName DeadManRoleArn DashboardName`.split(/\s+/)

const cache = (world: World): Item => one(world, 'AWS::ElastiCache::ReplicationGroup')

/** Cloud watch families and metrics that must have an alarm. */
const watched: [string, string][] = [
  ['AWS/RDS', 'CPUUtilization'],
  ['AWS/RDS', 'FreeStorageSpace'],
  ['AWS/RDS', 'DatabaseConnections'],
  ['AWS/RDS', 'ReplicaLag'],
  ['AWS/ElastiCache', 'EngineCPUUtilization'],
  ['AWS/ElastiCache', 'DatabaseMemoryUsagePercentage'],
]

export const records: Check[] = [
  {
    ids: 'REC-04',
    rule: 'education records are not public, and everything is marked as theirs (FERPA)',
    holds: (world) => {
      expect(get(database(world), 'PubliclyAccessible')).toBe(false)
      expect(all(world, 'AWS::EC2::InternetGateway')).toEqual([])
      for (const it of [database(world), cache(world), ...all(world, 'AWS::Logs::LogGroup')])
        expect(it.tags.DataClassification, it.name).toBe('student-records')
      expect(meant(world, 'AWS::EC2::VPC', get(one(world, 'AWS::EC2::FlowLog'), 'ResourceId')).is(told(world, 'VpcId')))
    },
    breaks: (world) => set(database(world), 'PubliclyAccessible', true),
  },
  audited('REC-04', 30),
  {
    ids: 'REC-05 REC-09',
    rule: 'database and cache stand in several zones and can be restored',
    holds: (world) => {
      expect(new Set(zonesOf(world)).size).toBe(3)
      expect(get(cache(world), 'MultiAZEnabled')).toBe(true)
      expect(get(cache(world), 'AutomaticFailoverEnabled')).toBe(true)
      expect(Number(get(database(world), 'BackupRetentionPeriod'))).toBeGreaterThanOrEqual(1)
      expect(told(world, 'ProbeFunctionName')).toBe(`records-probe-${world.suffix}`)
    },
    breaks: (world) => set(cache(world), 'MultiAZEnabled', false),
  },
  {
    ids: 'REC-06',
    rule: 'only networks that are named reach database and cache, and readers have an endpoint of their own',
    holds: (world) => {
      const cidrs = portsOf(world).flatMap(({ cidr }) => cidr ?? [])
      expect(new Set(cidrs)).toEqual(new Set([get(one(world, 'AWS::EC2::VPC'), 'CidrBlock')]))
      expect(told(world, 'DatabaseReaderEndpoint')).not.toBe(told(world, 'DatabaseEndpoint'))
    },
    breaks: (world) =>
      set(all(world, 'AWS::EC2::SecurityGroup')[0]!, 'SecurityGroupIngress', [
        { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, CidrIp: '0.0.0.0/0' },
      ]),
  },
  encrypted('REC-10 REC-13'),
  backedUp('REC-10 REC-18'),
  {
    ids: 'REC-11 REC-14',
    rule: 'the database is a PostgreSQL cluster with a writer and two standbys in three zones',
    holds: (world) => {
      const cluster = one(world, 'AWS::RDS::DBCluster')
      // What instances there are, RDS made for the cluster.
      expect(databases(world)).toEqual([cluster])
      expect(get(cluster, 'Engine')).toBe('postgres')
      // The class and the storage of members make it a Multi-AZ cluster and not one of Aurora.
      for (const property of ['DBClusterInstanceClass', 'AllocatedStorage', 'StorageType', 'Iops'])
        expect(get(cluster, property), property).toBeDefined()
      expect(new Set(zonesOf(world)).size).toBe(3)
    },
    breaks: (world) => set(one(world, 'AWS::RDS::DBCluster'), 'Engine', 'mysql'),
  },
  tellsFailovers('REC-11'),
  rotates('REC-12'),
  {
    ids: 'REC-13',
    rule: 'the cache is encrypted at rest with the key of the environment and speaks TLS only',
    holds: (world) => {
      expect(get(cache(world), 'AtRestEncryptionEnabled')).toBe(true)
      expect(meant(world, 'AWS::KMS::Key', get(cache(world), 'KmsKeyId')).is(told(world, 'KeyArn'))).toBe(true)
      expect(get(cache(world), 'TransitEncryptionEnabled')).toBe(true)
      expect(get(cache(world), 'TransitEncryptionMode')).toBe('required')
    },
    breaks: (world) => set(cache(world), 'TransitEncryptionMode', 'preferred'),
  },
  {
    ids: 'REC-15',
    rule: 'sessions are in Redis with a replica that takes over, open to one IAM user and closed to the default one',
    holds: (world) => {
      expect(get(cache(world), 'Engine')).toBe('redis')
      expect(get(cache(world), 'MultiAZEnabled')).toBe(true)
      expect(get(cache(world), 'AutomaticFailoverEnabled')).toBe(true)
      const replicas = get(cache(world), 'ReplicasPerNodeGroup') ?? Number(get(cache(world), 'NumCacheClusters')) - 1
      expect(Number(replicas)).toBeGreaterThanOrEqual(1)
      const group = meant(world, 'AWS::ElastiCache::UserGroup', list(cache(world), 'UserGroupIds')[0])
      const users = all(world, 'AWS::ElastiCache::User')
      expect(list(group, 'UserIds')).toHaveLength(users.length)
      for (const user of users)
        if (get(user, 'UserName') === 'default') expect(text(user, 'AccessString')).toMatch(/^off\b.*-@all/)
        else expect(get(user, 'AuthenticationMode.Type')).toBe('iam')
      expect(users.map((user) => get(user, 'UserName'))).toContain('default')
    },
    breaks: (world) => set(cache(world), 'AutomaticFailoverEnabled', false),
  },
  readsSecret('REC-16'),
  {
    ids: 'REC-17',
    rule: 'each tier has a security group that opens one port',
    holds: (world) => {
      const groups = [...texts(database(world), 'VpcSecurityGroupIds'), ...texts(cache(world), 'SecurityGroupIds')]
      expect(groups).toHaveLength(2)
      const [forData, forCache] = groups.map((id) => meant(world, 'AWS::EC2::SecurityGroup', id))
      expect(forData).not.toBe(forCache)
      for (const { group, port } of portsOf(world))
        expect(port, group.name).toBe(group === forData ? 5432 : group === forCache ? 6379 : 443)
    },
    breaks: (world) =>
      set(all(world, 'AWS::EC2::SecurityGroup')[0]!, 'SecurityGroupIngress', [
        { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535, CidrIp: '10.0.0.0/8' },
      ]),
  },
  {
    ids: 'REC-18',
    rule: 'the cache keeps a snapshot',
    holds: (world) => expect(Number(get(cache(world), 'SnapshotRetentionLimit'))).toBeGreaterThanOrEqual(1),
    breaks: (world) => set(cache(world), 'SnapshotRetentionLimit', 0),
  },
  {
    ids: 'REC-20',
    rule: 'load, space, connections and lag of every member notify, and one dashboard shows database and cache',
    holds: (world) => {
      const members = [1, 2, 3].map((number) => `${told(world, 'DatabaseIdentifier')}-instance-${number}`)
      for (const [namespace, metric] of watched) {
        const alarms = alarmsOn(world, namespace, metric)
        expect(alarms.length, metric).toBeGreaterThan(0)
        for (const alarm of alarms) expect(list(alarm, 'AlarmActions')).toEqual([told(world, 'AlertTopicArn')])
        if (namespace === 'AWS/RDS')
          expect(alarms.map((it) => get(it, 'Dimensions.0.Value')).sort(), metric).toEqual(members)
      }
      const body = text(one(world, 'AWS::CloudWatch::Dashboard'), 'DashboardBody')
      for (const family of ['AWS/RDS', 'AWS/ElastiCache']) expect(body).toContain(family)
    },
    breaks: (world) => remove(world, alarmsOn(world, 'AWS/RDS', 'FreeStorageSpace')[0]!),
  },
]
