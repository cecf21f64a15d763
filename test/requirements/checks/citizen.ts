// What the citizen data system promises; the ids are those of the catalogue.
import { expect } from 'vitest'
import { all, get, list, meant, one, set, text, texts, type Check, type Item, type World } from '../world.ts'
import { allows } from '../policies.ts'
import {
  alarmsOn,
  audited,
  backedUp,
  database,
  encrypted,
  readsSecret,
  rotates,
  subnetsOf,
  tellsFailovers,
  told,
  zonesOf,
} from './postgres.ts'

/** Every key that flat-outputs.json holds for this system. */
export const keysOfCitizen =
  `VpcId PrivateSubnetIds KeyId KeyArn AlertTopicArn DatabaseIdentifier DatabaseArn DatabaseEndpoint
  DatabaseLogGroup DatabaseSecretName RotationFunctionName FileSystemId AccessPointArn ArchiverFunctionName PrimaryZone
  StandbyZone ProbeFunctionName DeadManRoleArn DashboardName`.split(/\s+/)

const files = (world: World): Item => one(world, 'AWS::EFS::FileSystem')
const archiver = (world: World): Item =>
  meant(world, 'AWS::Lambda::Function', one(world, 'AWS::Logs::SubscriptionFilter').properties['DestinationArn'])

/** The zones of the network in the order of its subnets. */
const zones = (world: World): string[] =>
  told(world, 'PrivateSubnetIds')
    .split(',')
    .map((id) => text(meant(world, 'AWS::EC2::Subnet', id), 'AvailabilityZone'))

const standby = (ids: string): Check => ({
  ids,
  rule: 'the database has a standby in another zone, which takes over by itself',
  holds: (world) => {
    expect(database(world).type).toBe('AWS::RDS::DBInstance')
    expect(get(database(world), 'MultiAZ')).toBe(true)
    expect(new Set(zonesOf(world)).size).toBe(2)
  },
  breaks: (world) => set(database(world), 'MultiAZ', false),
})

const inZone = (ids: string, key: string, index: number): Check => ({
  ids,
  rule: `the database may be in two zones only, of which zone ${index + 1} of the region is one`,
  holds: (world) => {
    expect(subnetsOf(world)).toHaveLength(2)
    // RDS takes no zone beside MultiAZ: the subnet group decides the pair, RDS which of them writes.
    expect(get(database(world), 'AvailabilityZone')).toBeUndefined()
    expect(told(world, key)).toBe(zones(world)[index])
    expect(zonesOf(world)).toContain(zones(world)[index])
  },
  breaks: (world) =>
    set(one(world, 'AWS::RDS::DBSubnetGroup'), 'SubnetIds', told(world, 'PrivateSubnetIds').split(',')),
})

export const citizen: Check[] = [
  standby('CIT-04 CIT-05 CIT-07 CIT-10'),
  backedUp('CIT-04'),
  tellsFailovers('CIT-05 CIT-15'),
  {
    ids: 'CIT-08',
    rule: 'database, files and logs are encrypted with the one key of the environment',
    holds: (world) => {
      const stores = [database(world), files(world), ...all(world, 'AWS::Logs::LogGroup')]
      expect(stores.length).toBeGreaterThan(5)
      for (const it of stores) expect(one(world, 'AWS::KMS::Key').is(get(it, 'KmsKeyId')), it.name).toBe(true)
      expect(get(files(world), 'Encrypted')).toBe(true)
    },
    breaks: (world) => set(files(world), 'KmsKeyId', undefined),
  },
  rotates('CIT-09'),
  encrypted('CIT-08 CIT-10'),
  inZone('CIT-11', 'PrimaryZone', 0),
  inZone('CIT-12', 'StandbyZone', 2),
  readsSecret('CIT-13'),
  {
    ids: 'CIT-14',
    rule: 'a function appends the log of the database to files in both of its zones, reached by TLS and IAM only',
    holds: (world) => {
      expect(files(world).is(told(world, 'FileSystemId'))).toBe(true)
      const filter = one(world, 'AWS::Logs::SubscriptionFilter')
      expect(get(filter, 'LogGroupName')).toBe(told(world, 'DatabaseLogGroup'))
      expect(archiver(world).is(told(world, 'ArchiverFunctionName'))).toBe(true)
      const point = meant(world, 'AWS::EFS::AccessPoint', get(archiver(world), 'FileSystemConfigs.0.Arn'))
      expect(point.is(told(world, 'AccessPointArn'))).toBe(true)
      expect(get(point, 'RootDirectory.Path')).toBe('/txlogs')
      expect(files(world).is(get(point, 'FileSystemId'))).toBe(true)
      const lets = all(world, 'AWS::Lambda::Permission').filter((it) => archiver(world).is(get(it, 'FunctionName')))
      expect(lets.map((it) => get(it, 'Principal'))).toEqual(['logs.amazonaws.com'])
      expect(text(lets[0], 'SourceArn')).toContain(`:log-group:${told(world, 'DatabaseLogGroup')}:`)
      const mounted = all(world, 'AWS::EFS::MountTarget').map((it) =>
        meant(world, 'AWS::EC2::Subnet', get(it, 'SubnetId')),
      )
      expect(new Set(mounted)).toEqual(new Set(subnetsOf(world)))
      const clients = texts(archiver(world), 'VpcConfig.SubnetIds')
      expect(clients.every((id) => mounted.some((subnet) => subnet.is(id)))).toBe(true)
      const role = meant(world, 'AWS::IAM::Role', get(archiver(world), 'Role'))
      expect(allows(role, 'elasticfilesystem:ClientWrite')).toHaveLength(1)
    },
    breaks: (world) => set(archiver(world), 'FileSystemConfigs', []),
  },
  { ...standby('CIT-15'), rule: 'the failover goes across zones' },
]

/** FedRAMP Moderate (NIST 800-53) by control: aligned with, not authorised. */
export const controls: Check[] = [
  { ...audited('CIT-06', 90), rule: 'controls AU-9, AU-11: logs are encrypted and kept for 90 days' },
  {
    ids: 'CIT-06',
    rule: 'controls SC-12, SC-13, SC-28: one key of its own, which changes every year, encrypts everything at rest',
    holds: (world) => {
      expect(get(one(world, 'AWS::KMS::Key'), 'EnableKeyRotation')).toBe(true)
      expect(get(database(world), 'StorageEncrypted')).toBe(true)
      expect(get(files(world), 'Encrypted')).toBe(true)
    },
    breaks: (world) => set(one(world, 'AWS::KMS::Key'), 'EnableKeyRotation', false),
  },
  {
    ids: 'CIT-06',
    rule: 'control SC-7: no way to or from the internet, no public database, no address that is not of the network',
    holds: (world) => {
      for (const type of ['InternetGateway', 'NatGateway', 'EIP'])
        expect(all(world, `AWS::EC2::${type}`), type).toEqual([])
      expect(get(database(world), 'PubliclyAccessible')).toBe(false)
      for (const subnet of all(world, 'AWS::EC2::Subnet'))
        expect(get(subnet, 'MapPublicIpOnLaunch') ?? false, subnet.name).toBe(false)
      const cidr = get(one(world, 'AWS::EC2::VPC'), 'CidrBlock')
      for (const group of all(world, 'AWS::EC2::SecurityGroup'))
        for (const rule of list(group, 'SecurityGroupIngress'))
          expect([cidr, undefined], group.name).toContain(get(rule, 'CidrIp'))
    },
    breaks: (world) => set(database(world), 'PubliclyAccessible', true),
  },
  {
    ids: 'CIT-06',
    rule: 'controls AC-2, AC-3, AC-6: people and programs come to the database with roles, and roles have no managed policies',
    holds: (world) => {
      expect(get(database(world), 'EnableIAMDatabaseAuthentication')).toBe(true)
      for (const role of all(world, 'AWS::IAM::Role')) expect(list(role, 'ManagedPolicyArns'), role.name).toEqual([])
    },
    breaks: (world) => set(database(world), 'EnableIAMDatabaseAuthentication', false),
  },
  {
    ids: 'CIT-06',
    rule: 'controls AU-2, AU-3, AU-12: every connection of the network is recorded, refused ones too',
    holds: (world) => {
      const log = one(world, 'AWS::EC2::FlowLog')
      expect(get(log, 'TrafficType')).toBe('ALL')
      expect(meant(world, 'AWS::EC2::VPC', get(log, 'ResourceId')).is(told(world, 'VpcId'))).toBe(true)
    },
    breaks: (world) => set(one(world, 'AWS::EC2::FlowLog'), 'TrafficType', 'REJECT'),
  },
  {
    ids: 'CIT-06',
    rule: 'control SI-4: load, space and connections of the database notify',
    holds: (world) => {
      for (const metric of ['CPUUtilization', 'FreeStorageSpace', 'DatabaseConnections']) {
        const [alarm, ...others] = alarmsOn(world, 'AWS/RDS', metric)
        expect(others, metric).toEqual([])
        expect(database(world).is(get(alarm, 'Dimensions.0.Value')), metric).toBe(true)
        expect(list(alarm, 'AlarmActions')).toEqual([told(world, 'AlertTopicArn')])
      }
    },
    breaks: (world) => set(alarmsOn(world, 'AWS/RDS', 'CPUUtilization')[0]!, 'AlarmActions', []),
  },
  {
    ids: 'CIT-06',
    rule: 'control CM-6: everything says whose data it holds',
    holds: (world) => {
      for (const it of [database(world), ...all(world, 'AWS::Logs::LogGroup')])
        expect(it.tags.DataClassification, it.name).toBe('citizen-data')
    },
    breaks: (world) => delete database(world).tags.DataClassification,
  },
  ...[rotates('CIT-06'), backedUp('CIT-06'), standby('CIT-06')].map((check, index) => ({
    ...check,
    rule: `control ${['IA-5', 'CP-9', 'CP-10'][index] ?? ''}: ${check.rule}`,
  })),
]
