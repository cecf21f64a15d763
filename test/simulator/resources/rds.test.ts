import { describe, expect, test } from 'vitest'

import { existing } from '../../../src/simulator/existing.ts'
import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { instance, member, multiAz, withDatabaseNetwork } from './databases.ts'
import { cloudAtStart } from './region.ts'

const [instanceType, clusterType] = ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster']

const region = (name = 'ca-central-1') => withDatabaseNetwork(cloudAtStart(), name)
const groupOf = (here: ReturnType<typeof region>, name: string) =>
  existing(here.cloud, 'ca-central-1', 'AWS::Logs::LogGroup', name)

describe('subnet groups', () => {
  test('a subnet group covers two zones at least', () => {
    const here = region()
    const [one = ''] = here.subnets
    const narrow = { ...here.network([one]), DBSubnetGroupName: 'narrow' }
    expect(() => here.make('Narrow', 'AWS::RDS::DBSubnetGroup', narrow)).toThrow(
      "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. " +
        'Current AZ coverage: ca-central-1a. Add subnets to cover at least 2 AZs. (Service: Rds, Status Code: 400,',
    )
  })

  test('its subnets exist, and its name is lower case', () => {
    const here = region()
    const lost = { ...here.network(['subnet-none']), DBSubnetGroupName: 'Lost' }
    expect(() => here.make('Lost', 'AWS::RDS::DBSubnetGroup', lost)).toThrow('subnets in :[subnet-none] are invalid.')
    const upper = { ...here.network(here.subnets), DBSubnetGroupName: 'Upper' }
    expect(here.make('Upper', 'AWS::RDS::DBSubnetGroup', upper)).toBe('upper')
  })

  test('its subnets are of one network', () => {
    const here = region()
    const VpcId = here.make('Other', 'AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' })
    const zone = 'ca-central-1b'
    const away = here.make('Away', 'AWS::EC2::Subnet', { VpcId, CidrBlock: '10.9.0.0/20', AvailabilityZone: zone })
    const mixed = { ...here.network([here.subnets[0] ?? '', away]), DBSubnetGroupName: 'mixed' }
    expect(() => here.make('Mixed', 'AWS::RDS::DBSubnetGroup', mixed)).toThrow('not all in the same VPC')
  })

  test('it stays while a database uses it', () => {
    const here = region()
    here.make('Database', instanceType, instance(here))
    expect(() => here.drop('Subnets')).toThrow('at least one database instance: citizen-pr1 is still using it')
    here.drop('Database')
    expect(here.drop('Subnets')).toBe('gone')
  })
})

describe('parameter groups', () => {
  const group: Properties = { DBParameterGroupName: 'Mine', Description: 'mine', Family: 'postgres17' }

  test('a database takes a group of its own family only', () => {
    const here = region()
    expect(() => here.make('Database', instanceType, instance(here, { DBParameterGroupName: 'mine' }))).toThrow(
      'DBParameterGroup not found: mine',
    )
    expect(here.make('Group', 'AWS::RDS::DBParameterGroup', group)).toBe('mine')
    const older = instance(here, { DBParameterGroupName: 'mine', EngineVersion: '16.13' })
    expect(() => here.make('Database', instanceType, older)).toThrow('DBParameterGroupFamily postgres16')
    here.make('Database', instanceType, instance(here, { DBParameterGroupName: 'mine' }))
    expect(() => here.drop('Group')).toThrow('still members of this parameter group')
  })

  test('its family cannot be changed under a name of its own', () => {
    const here = region()
    here.make('Group', 'AWS::RDS::DBClusterParameterGroup', {
      DBClusterParameterGroupName: 'mine',
      Description: 'mine',
      Family: 'aurora-mysql8.0',
      Parameters: {},
    })
    const after = { DBClusterParameterGroupName: 'mine', Description: 'mine', Family: 'aurora-postgresql16' }
    expect(() => here.change('Group', after)).toThrow('custom-named resource requires replacing')
    const wrong = { Description: 'mine', Family: 'postgres' }
    expect(() => here.make('Wrong', 'AWS::RDS::DBParameterGroup', wrong)).toThrow('not a valid parameter group family')
  })
})

describe('instances (CIT)', () => {
  test('one is made, changed in place and deleted', () => {
    const here = region()
    expect(here.make('Database', instanceType, instance(here))).toBe('citizen-pr1')
    expect(here.attributes('Database')).toMatchObject({
      DBInstanceArn: 'arn:aws:rds:ca-central-1:000000000000:db:citizen-pr1',
      'Endpoint.Address': expect.stringMatching(/^citizen-pr1\.[0-9a-f]{12}\.ca-central-1\.rds\.amazonaws\.com$/),
      'Endpoint.Port': '5432',
    })
    expect(here.change('Database', instance(here, { AllocatedStorage: '200' }))).toHaveProperty('attributes')
    expect(() => here.change('Database', instance(here, { DBName: 'other' }))).toThrow('requires replacing')
    expect(here.drop('Database')).toBe('gone')
  })

  test('a Multi-AZ instance stands in two zones', () => {
    const here = region()
    here.make('Database', instanceType, instance(here))
    const found = existing(here.cloud, 'ca-central-1', instanceType, 'citizen-pr1')
    expect(found?.state).toEqual({ zone: 'ca-central-1a', standby: 'ca-central-1b' })
  })

  const refusals: [string, Properties, string][] = [
    ['two hyphens', { DBInstanceIdentifier: 'citizen--pr1' }, 'contain two consecutive hyphens'],
    ['a hyphen at the end', { DBInstanceIdentifier: 'citizen-' }, 'must not end with a hyphen'],
    ['no storage', { AllocatedStorage: '' }, 'The parameter AllocatedStorage must be provided and must not be null.'],
    ['too little storage', { AllocatedStorage: '10' }, 'Invalid storage size for engine name postgres'],
    ['a rate on little gp3', { Iops: 3000 }, "You can't specify IOPS or storage throughput"],
    ['a short password', { MasterUserPassword: 'short' }, 'shorter than 8 characters'],
    ['a password with a slash', { MasterUserPassword: 'with/a-slash' }, 'Only printable ASCII characters besides'],
    ['a reserved user', { MasterUsername: 'admin' }, 'reserved word used by the engine'],
    ['a user of PostgreSQL’s own kind', { MasterUsername: 'pg_app' }, 'are reserved by the PostgreSQL engine'],
    ['a password that is too long', { MasterUserPassword: 'x'.repeat(129) }, 'longer than 128 characters'],
    ['a user that is too long', { MasterUsername: 'u'.repeat(17) }, '1 to 16 alphanumeric characters or underscores'],
    ['a name that is too long', { DBInstanceIdentifier: 'c'.repeat(64) }, 'longer than 63 characters'],
    ['no user', { MasterUsername: '' }, 'The parameter MasterUsername must be provided and must not be blank.'],
    ['a zone beside Multi-AZ', { AvailabilityZone: 'ca-central-1a' }, 'not valid for Multi-AZ instances'],
    ['a database name with a hyphen', { DBName: 'a-b' }, 'must begin with a letter'],
    ['Aurora without a cluster', { Engine: 'aurora-postgresql' }, 'Invalid DB engine: aurora-postgresql'],
    ['no subnet group at all', { DBSubnetGroupName: '' }, 'No default subnet detected in VPC.'],
    ['an unknown engine', { Engine: 'postgresql' }, 'Invalid DB engine: postgresql'],
    ['a version of another engine', { EngineVersion: '8.0.mysql_aurora.3.10.1' }, 'Cannot find version'],
    ['a minor version that RDS has withdrawn', { EngineVersion: '17.6' }, 'Cannot find version 17.6 for postgres'],
    ['an older one', { EngineVersion: '16.10' }, 'Cannot find version 16.10 for postgres'],
    ['no such subnet group', { DBSubnetGroupName: 'none' }, "DB subnet group 'none' does not exist."],
    ['no such security group', { VPCSecurityGroups: ['sg-none'] }, 'Invalid security group , groupId= sg-none'],
    ['too many days of backups', { BackupRetentionPeriod: 36 }, 'Must be between 0 and 35'],
    ['a limit of storage that it has reached', { MaxAllocatedStorage: 105 }, 'Invalid max storage size'],
    ['a log of another engine', { EnableCloudwatchLogsExports: ['slowquery'] }, "cannot use the log types 'slowquery'"],
    ['monitoring without a role', { MonitoringInterval: 60 }, 'A MonitoringRoleARN value is required'],
    [
      'monitoring with a role that is not there',
      { MonitoringInterval: 60, MonitoringRoleArn: 'arn:aws:iam::000000000000:role/none' },
      'required permissions for: ENHANCED_MONITORING',
    ],
    ['a class of old', { DBInstanceClass: 'db.m1.large' }, 'DBInstanceClass=db.m1.large, Engine=postgres'],
    ['another region’s key', { KmsKeyId: 'arn:aws:kms:us-east-1:000000000000:key/x' }, 'Invalid arn us-east-1'],
  ]
  test.each(refusals)('%s is refused', (_, more, message) => {
    const here = region()
    expect(() => here.make('Database', instanceType, instance(here, more))).toThrow(message)
  })

  test.each([
    ['04:00-04:30', 'sun:04:15-sun:05:00', 'The backup window and maintenance window must not overlap.'],
    ['23:45-00:15', 'mon:00:00-mon:00:30', 'must not overlap'],
    ['04:00-04:15', 'sun:06:00-sun:07:00', 'The backup window must be at least 30 minutes'],
    ['04:00-04:30', 'sun:04:30-sun:04:45', 'The maintenance window must be at least 30 minutes'],
  ])(
    'backups at %s and maintenance at %s are refused',
    (PreferredBackupWindow, PreferredMaintenanceWindow, message) => {
      const here = region()
      const properties = instance(here, { PreferredBackupWindow, PreferredMaintenanceWindow })
      expect(() => here.make('Database', instanceType, properties)).toThrow(message)
    },
  )

  test.each([
    ['04:00-04:30', 'sun:04:30-sun:05:00'],
    ['23:45-00:15', 'sun:23:00-sun:23:30'],
    ['06:00-06:30', 'sun:23:30-mon:00:30'],
  ])('backups at %s and maintenance at %s are taken', (PreferredBackupWindow, PreferredMaintenanceWindow) => {
    const here = region()
    const properties = instance(here, { PreferredBackupWindow, PreferredMaintenanceWindow })
    expect(() => here.make('Database', instanceType, properties)).not.toThrow()
  })

  test('a security group of another network is refused', () => {
    const here = region()
    const vpc = here.make('Other', 'AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' })
    const group = here.make('Foreign', 'AWS::EC2::SecurityGroup', { VpcId: vpc, GroupDescription: 'x' })
    const properties = instance(here, { VPCSecurityGroups: [group] })
    expect(() => here.make('Database', instanceType, properties)).toThrow('are in different VPCs')
  })

  test('names are unique in their region', () => {
    const here = region()
    here.make('One', instanceType, instance(here))
    const upper = instance(here, { DBInstanceIdentifier: 'Citizen-pr1' })
    expect(() => here.make('Two', instanceType, upper)).toThrow('DB Instance already exists')
  })

  test('a newer version is taken, an older one never, another major one only when that is said', () => {
    const here = region()
    here.make('Database', instanceType, instance(here))
    expect(here.change('Database', instance(here, { EngineVersion: '17.10' }))).toHaveProperty('attributes')
    expect(() => here.change('Database', instance(here, { EngineVersion: '17.8' }))).toThrow('Cannot upgrade postgres')
    expect(() => here.change('Database', instance(here, { EngineVersion: '18.1' }))).toThrow('AllowMajorVersionUpgrade')
    const major = instance(here, { EngineVersion: '18.1', AllowMajorVersionUpgrade: true })
    expect(here.change('Database', major)).toHaveProperty('attributes')
  })

  test('a major version alone is taken, keeps what runs and takes its own parameter group', () => {
    const here = region()
    here.make('Group', 'AWS::RDS::DBParameterGroup', {
      DBParameterGroupName: 'mine',
      Description: 'mine',
      Family: 'postgres17',
    })
    here.make('Database', instanceType, instance(here, { EngineVersion: '17', DBParameterGroupName: 'mine' }))
    expect(here.change('Database', instance(here, { EngineVersion: '17.10' }))).toHaveProperty('attributes')
    expect(here.change('Database', instance(here, { EngineVersion: '17' }))).toHaveProperty('attributes')
    expect(() => here.change('Database', instance(here, { EngineVersion: '18' }))).toThrow('AllowMajorVersionUpgrade')
  })

  test('one with a version that has been withdrawn since can be changed otherwise', () => {
    const here = region()
    here.make('Database', instanceType, instance(here))
    const running = Object.values(here.cloud.resources).find(({ type }) => type === instanceType)
    if (running) running.properties.EngineVersion = '17.6'
    const before = instance(here, { EngineVersion: '17.6' })
    expect(here.change('Database', { ...before, BackupRetentionPeriod: 8 })).toHaveProperty('attributes')
  })

  test('a protected one stays', () => {
    const here = region()
    here.make('Database', instanceType, instance(here, { DeletionProtection: true }))
    expect(() => here.drop('Database')).toThrow('Cannot delete protected DB Instance')
    here.change('Database', instance(here))
    expect(here.drop('Database')).toBe('gone')
  })
})

describe('Multi-AZ clusters (REC)', () => {
  test('three instances in three zones are made and go with the cluster; the first one writes', () => {
    const here = region()
    here.make('Cluster', clusterType, multiAz(here))
    const members = Object.values(here.cloud.resources).filter(({ type }) => type === instanceType)
    expect(members.map(({ physicalId, state }) => [physicalId, state?.['zone']])).toEqual([
      ['records-pr1-instance-1', 'ca-central-1a'],
      ['records-pr1-instance-2', 'ca-central-1b'],
      ['records-pr1-instance-3', 'ca-central-1c'],
    ])
    const cluster = existing(here.cloud, 'ca-central-1', clusterType, 'records-pr1')
    expect(cluster?.state).toEqual({ writer: 'records-pr1-instance-1' })
    here.drop('Cluster')
    expect(Object.values(here.cloud.resources).filter(({ type }) => type === instanceType)).toEqual([])
  })

  test('its password has at most 41 characters, unlike that of an instance of its own', () => {
    const here = region()
    const MasterUserPassword = 'x'.repeat(42)
    here.make('Database', instanceType, instance(here, { MasterUserPassword }))
    const cluster = multiAz(here, { MasterUserPassword })
    expect(() => here.make('Cluster', clusterType, cluster)).toThrow('longer than 41 characters')
  })

  test('it needs three zones', () => {
    const here = region()
    const two = here.make('Two', 'AWS::RDS::DBSubnetGroup', {
      ...here.network(here.subnets.slice(0, 2)),
      DBSubnetGroupName: 'two',
    })
    expect(() => here.make('Cluster', clusterType, multiAz(here, { DBSubnetGroupName: two }))).toThrow(
      'Add subnets to cover at least 3 AZs.',
    )
  })

  const refusals: [string, Properties, string][] = [
    ['no rate of its storage', { Iops: '' }, 'The parameter Iops must be provided and must not be null.'],
    ['too high a rate', { Iops: 6000 }, 'ratio must be between 0.5 and 50'],
    [
      'IAM authentication',
      { EnableIAMDatabaseAuthentication: true },
      "EnableIAMDatabaseAuthentication isn't supported",
    ],
    ['a major version alone', { EngineVersion: '17' }, 'Cannot find version 17 for postgres'],
    ['a withdrawn minor version', { EngineVersion: '17.6' }, 'Cannot find version 17.6 for postgres'],
    ['chosen zones', { AvailabilityZones: ['ca-central-1a'] }, "AvailabilityZones isn't supported"],
    ['the Data API', { EnableHttpEndpoint: true }, "EnableHttpEndpoint isn't supported"],
    ['a class without local disks', { DBClusterInstanceClass: 'db.m6g.large' }, 'does not support creating'],
    ['gp2', { StorageType: 'gp2' }, 'Invalid storage type'],
    ['no backups', { BackupRetentionPeriod: 0 }, 'Must be between 1 and 35'],
    ['two hyphens', { DBClusterIdentifier: 'records--pr1' }, 'contain two consecutive hyphens'],
    ['a name above 52 characters', { DBClusterIdentifier: 'r'.repeat(53) }, 'longer than 52 characters'],
  ]
  test.each(refusals)('%s is refused', (_, more, message) => {
    const here = region()
    expect(() => here.make('Cluster', clusterType, multiAz(here, more))).toThrow(message)
  })

  test('eu-central-2 offers m6gd and r6gd only', () => {
    const here = region('eu-central-2')
    const wrong = multiAz(here, { DBClusterInstanceClass: 'db.m5d.large' })
    expect(() => here.make('Cluster', clusterType, wrong)).toThrow('DBInstanceClass=db.m5d.large, Engine=postgres')
    expect(() => here.make('Cluster', clusterType, multiAz(here))).not.toThrow()
  })

  test('no instance can be added to it', () => {
    const here = region()
    here.make('Cluster', clusterType, multiAz(here))
    const more = member('records-pr1', 4, { Engine: 'postgres' })
    expect(() => here.make('Four', instanceType, more)).toThrow('Use CreateDBCluster instead.')
  })
})

describe('log groups', () => {
  const name = '/aws/rds/instance/citizen-pr1/postgresql'
  const exporting = { EnableCloudwatchLogsExports: ['postgresql'] }

  test('a database that finds no group makes one that belongs to nobody', () => {
    const here = region()
    here.make('Database', instanceType, instance(here, exporting))
    expect(groupOf(here, name)).toMatchObject({ tags: {} })
    expect(() => here.make('Logs', 'AWS::Logs::LogGroup', { LogGroupName: name })).toThrow('already exists')
  })

  test('a group deleted before its writer comes back, one deleted after it does not', () => {
    const here = region()
    here.make('Logs', 'AWS::Logs::LogGroup', { LogGroupName: name })
    here.make('Database', instanceType, instance(here, exporting))
    here.drop('Logs')
    here.drop('Database')
    expect(groupOf(here, name)).toMatchObject({ tags: {} })
    delete here.cloud.resources[`ca-central-1|AWS::Logs::LogGroup|${name}`]
    here.make('Logs', 'AWS::Logs::LogGroup', { LogGroupName: name })
    here.make('Database', instanceType, instance(here, exporting))
    here.drop('Database')
    here.drop('Logs')
    expect(groupOf(here, name)).toBeUndefined()
  })
})

describe('event subscriptions', () => {
  const type = 'AWS::RDS::EventSubscription'

  test('one needs its topic in the same region and its sources', () => {
    const here = region()
    const SnsTopicArn = here.make('Topic', 'AWS::SNS::Topic', { TopicName: 'alerts' })
    const properties = {
      SubscriptionName: 'events',
      SnsTopicArn,
      SourceType: 'db-instance',
      SourceIds: ['citizen-pr1'],
    }
    const foreign = { ...properties, SnsTopicArn: SnsTopicArn.replace('ca-central-1', 'us-east-1') }
    expect(() => here.make('Events', type, foreign)).toThrow('does not exist or is in another region')
    expect(() => here.make('Events', type, properties)).toThrow('Could not find source: citizen-pr1')
    here.make('Database', instanceType, instance(here))
    expect(() => here.make('Events', type, { ...properties, SourceType: undefined as never })).toThrow(
      'SourceType must',
    )
    expect(here.make('Events', type, properties)).toBe('events')
    expect(here.drop('Events')).toBe('gone')
  })
})
