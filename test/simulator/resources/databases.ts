// Regions with networks and keys, and the properties of databases that AWS would take in them.
import type { Properties } from '../../../src/simulator/resources/kind.ts'
import type { Cloud } from '../../../src/simulator/state.ts'
import { cloudAtStart, region } from './region.ts'

/** A region with a VPC, three subnets in three zones, a security group, a key and a subnet group for databases. */
export function withDatabaseNetwork(cloud: Cloud, name: string, stackName = 'data') {
  const here = region(cloud, name, stackName)
  const vpc = here.make('Vpc', 'AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' })
  const subnets = ['a', 'b', 'c'].map((letter, index) =>
    here.make(`Subnet${letter}`, 'AWS::EC2::Subnet', {
      VpcId: vpc,
      CidrBlock: `10.0.${index * 16}.0/20`,
      AvailabilityZone: `${name}${letter}`,
    }),
  )
  const group = here.make('Group', 'AWS::EC2::SecurityGroup', { VpcId: vpc, GroupDescription: 'database' })
  const key = `arn:aws:kms:${name}:000000000000:key/${here.make('Key', 'AWS::KMS::Key')}`
  const network = (SubnetIds: string[]): Properties => ({
    DBSubnetGroupName: `app-${name}-${stackName}`,
    DBSubnetGroupDescription: 'test',
    SubnetIds,
  })
  const subnetGroup = here.make('Subnets', 'AWS::RDS::DBSubnetGroup', network(subnets))
  return { ...here, vpc, subnets, group, key, network, subnetGroup }
}

export type DatabaseRegion = ReturnType<typeof withDatabaseNetwork>

const credentials: Properties = { MasterUsername: 'application', MasterUserPassword: 'not-a-real-password' }

/** A Multi-AZ instance of PostgreSQL. */
export const instance = ({ subnetGroup, group, key }: DatabaseRegion, more: Properties = {}): Properties => ({
  DBInstanceIdentifier: 'citizen-pr1',
  Engine: 'postgres',
  EngineVersion: '17.9',
  DBInstanceClass: 'db.m6g.large',
  AllocatedStorage: '100',
  StorageType: 'gp3',
  StorageEncrypted: true,
  KmsKeyId: key,
  MultiAZ: true,
  DBName: 'citizen',
  ...credentials,
  DBSubnetGroupName: subnetGroup,
  VPCSecurityGroups: [group],
  BackupRetentionPeriod: 7,
  ...more,
})

/** A Multi-AZ cluster of PostgreSQL. */
export const multiAz = ({ subnetGroup, group, key }: DatabaseRegion, more: Properties = {}): Properties => ({
  DBClusterIdentifier: 'records-pr1',
  Engine: 'postgres',
  EngineVersion: '17.9',
  DBClusterInstanceClass: 'db.m6gd.large',
  AllocatedStorage: 100,
  StorageType: 'io1',
  Iops: 1000,
  StorageEncrypted: true,
  KmsKeyId: key,
  DatabaseName: 'records',
  ...credentials,
  DBSubnetGroupName: subnetGroup,
  VpcSecurityGroupIds: [group],
  BackupRetentionPeriod: 7,
  ...more,
})

/** An Aurora cluster that writes. */
export const aurora = ({ subnetGroup, group, key }: DatabaseRegion, more: Properties = {}): Properties => ({
  DBClusterIdentifier: 'payments-primary-pr1',
  Engine: 'aurora-mysql',
  EngineVersion: '8.0.mysql_aurora.3.10.1',
  StorageEncrypted: true,
  KmsKeyId: key,
  DatabaseName: 'payments',
  ...credentials,
  Port: 3306,
  DBSubnetGroupName: subnetGroup,
  VpcSecurityGroupIds: [group],
  BackupRetentionPeriod: 7,
  ...more,
})

/** An Aurora cluster that follows another region's. */
export function follower(there: DatabaseRegion, more: Properties = {}): Properties {
  const { DatabaseName: _, MasterUsername: __, MasterUserPassword: ___, ...rest } = aurora(there)
  return {
    ...rest,
    DBClusterIdentifier: 'payments-failover-pr1',
    GlobalClusterIdentifier: 'payments-global-pr1',
    ...more,
  }
}

/** An instance of an Aurora cluster. */
export const member = (DBClusterIdentifier: string, index = 1, more: Properties = {}): Properties => ({
  DBInstanceIdentifier: `${DBClusterIdentifier}-${index}`,
  DBClusterIdentifier,
  Engine: 'aurora-mysql',
  DBInstanceClass: 'db.r6g.large',
  ...more,
})

/** A global database with a writer in us-east-1 and a follower in us-west-2, each with one instance. */
export function globalDatabase(cloud: Cloud = cloudAtStart()) {
  const here = withDatabaseNetwork(cloud, 'us-east-1')
  const there = withDatabaseNetwork(cloud, 'us-west-2')
  here.make('Cluster', 'AWS::RDS::DBCluster', aurora(here))
  here.make('Writer', 'AWS::RDS::DBInstance', member('payments-primary-pr1'))
  here.make('Global', 'AWS::RDS::GlobalCluster', {
    GlobalClusterIdentifier: 'payments-global-pr1',
    SourceDBClusterIdentifier: 'payments-primary-pr1',
  })
  const follow = (more: Properties = {}): string => there.make('Cluster', 'AWS::RDS::DBCluster', follower(there, more))
  return { cloud, here, there, follow }
}
