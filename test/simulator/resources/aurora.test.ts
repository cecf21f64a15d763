import { describe, expect, test } from 'vitest'

import { existing } from '../../../src/simulator/existing.ts'
import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { aurora, follower, globalDatabase, member, multiAz, withDatabaseNetwork } from './databases.ts'
import { cloudAtStart, region } from './region.ts'

const [instanceType, clusterType, globalType] = [
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::RDS::GlobalCluster',
]
const primaryArn = 'arn:aws:rds:us-east-1:000000000000:cluster:payments-primary-pr1'
const failoverArn = 'arn:aws:rds:us-west-2:000000000000:cluster:payments-failover-pr1'

const postgres: Properties = { Engine: 'aurora-postgresql', EngineVersion: '16.9', Port: 5432 }

describe('an Aurora cluster (STR)', () => {
  const alone = () => withDatabaseNetwork(cloudAtStart(), 'eu-central-1')
  const state = (here: ReturnType<typeof alone>) =>
    existing(here.cloud, 'eu-central-1', clusterType, 'payments-primary-pr1')?.state

  test('is made with its endpoints', () => {
    const here = alone()
    expect(here.make('Cluster', clusterType, aurora(here))).toBe('payments-primary-pr1')
    expect(here.attributes('Cluster')).toMatchObject({
      DBClusterArn: 'arn:aws:rds:eu-central-1:000000000000:cluster:payments-primary-pr1',
      'Endpoint.Address': expect.stringContaining('.cluster-'),
      'Endpoint.Port': '3306',
      'ReadEndpoint.Address': expect.stringContaining('.cluster-ro-'),
    })
  })

  test('without a Port the handler opens 3306, for PostgreSQL as well', () => {
    const here = alone()
    const { Port: _, ...portless } = aurora(here, postgres)
    here.make('Cluster', clusterType, portless)
    expect(here.attributes('Cluster')['Endpoint.Port']).toBe('3306')
  })

  test('the first instance writes, the others read; when the writer goes, another writes', () => {
    const here = alone()
    here.make('Cluster', clusterType, aurora(here))
    for (const index of [1, 2, 3]) here.make(`I${index}`, instanceType, member('payments-primary-pr1', index))
    expect(state(here)).toEqual({ writer: 'payments-primary-pr1-1' })
    here.drop('I1')
    expect(state(here)).toEqual({ writer: 'payments-primary-pr1-2' })
  })

  test('its instances are apart where they name their zones, and may be together where they do not', () => {
    const zonesOf = (...named: (string | undefined)[]) => {
      const here = alone()
      here.make('Cluster', clusterType, aurora(here))
      return named.map((AvailabilityZone, at) => {
        const properties = { ...member('payments-primary-pr1', at + 1), ...(AvailabilityZone && { AvailabilityZone }) }
        const id = here.make(`I${at}`, instanceType, properties)
        return existing(here.cloud, 'eu-central-1', instanceType, id)?.state?.['zone']
      })
    }
    const apart = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c']
    expect(zonesOf(...apart)).toEqual(apart)
    expect(zonesOf(undefined, undefined)).toEqual(['eu-central-1a', 'eu-central-1a'])
  })

  test('goes after its instances', () => {
    const here = alone()
    here.make('Cluster', clusterType, aurora(here))
    here.make('One', instanceType, member('payments-primary-pr1'))
    expect(() => here.drop('Cluster')).toThrow('it still contains DB instances in non-deleting state')
    here.drop('One')
    expect(here.drop('Cluster')).toBe('gone')
  })

  const refusals: [string, Properties, string][] = [
    ['storage of its own', { AllocatedStorage: 100 }, "AllocatedStorage isn't supported for Aurora"],
    ['an instance class', { DBClusterInstanceClass: 'db.r6g.large' }, 'DBClusterInstanceClass isn'],
    ['gp3', { StorageType: 'gp3' }, 'Invalid storage type for Aurora'],
    ['rewinding PostgreSQL', { ...postgres, BacktrackWindow: 3600 }, 'does not support Backtrack.'],
    ['no password', { MasterUserPassword: '' }, 'The parameter MasterUserPassword must be provided'],
    ['a password that is too long', { MasterUserPassword: 'x'.repeat(42) }, 'longer than 41 characters'],
    ['a user with an underscore', { MasterUsername: 'the_writer' }, '1 to 16 alphanumeric characters.'],
    ['a version of PostgreSQL', { EngineVersion: '16.9' }, 'Cannot find version 16.9 for aurora-mysql'],
    ['a global cluster that is not there', { GlobalClusterIdentifier: 'none' }, 'Global cluster none not found'],
    ['two hyphens', { DBClusterIdentifier: 'a--b' }, 'contain two consecutive hyphens'],
  ]
  test.each(refusals)('%s is refused', (_, more, message) => {
    const here = alone()
    expect(() => here.make('Cluster', clusterType, aurora(here, more))).toThrow(message)
  })

  const memberRefusals: [string, Properties, string][] = [
    ['no such cluster', { DBClusterIdentifier: 'none' }, 'DBCluster none not found.'],
    ['another engine', { Engine: 'aurora-postgresql' }, "doesn't match the engine name of your DB cluster"],
    ['a password', { MasterUserPassword: 'x' }, 'Set master user password for the DB Cluster.'],
    ['days of backups', { BackupRetentionPeriod: 7 }, 'Set backup retention period for the DB Cluster.'],
    ['Multi-AZ', { MultiAZ: true }, 'not available for engine: aurora-mysql'],
    ['a zone without a subnet', { AvailabilityZone: 'eu-central-1z' }, 'has no subnet in the Availability Zone'],
    ['serverless without its limits', { DBInstanceClass: 'db.serverless' }, 'Set the Serverless v2 scaling'],
    ['a class that Aurora lacks', { DBInstanceClass: 'db.m6g.large' }, 'does not support creating'],
  ]
  test.each(memberRefusals)('an instance with %s is refused', (_, more, message) => {
    const here = alone()
    here.make('Cluster', clusterType, aurora(here))
    expect(() => here.make('One', instanceType, member('payments-primary-pr1', 1, more))).toThrow(message)
  })
})

describe('a global database (PAY)', () => {
  const members = (cloud: ReturnType<typeof cloudAtStart>) =>
    existing(cloud, 'global', globalType, 'payments-global-pr1')?.state

  test('is made from a cluster, which writes; another region follows', () => {
    const { cloud, there, follow } = globalDatabase()
    expect(members(cloud)).toEqual({ writer: primaryArn, readers: [] })
    follow()
    there.make('One', instanceType, member('payments-failover-pr1'))
    expect(members(cloud)).toEqual({ writer: primaryArn, readers: [failoverArn] })
    const state = existing(cloud, 'us-west-2', clusterType, 'payments-failover-pr1')?.state
    expect(state).toEqual({ global: 'payments-global-pr1' })
  })

  test('the source decides engine and encryption', () => {
    const here = withDatabaseNetwork(cloudAtStart(), 'us-east-1')
    here.make('Cluster', clusterType, aurora(here))
    const properties = { GlobalClusterIdentifier: 'g', SourceDBClusterIdentifier: 'payments-primary-pr1' }
    expect(() => here.make('Global', globalType, { ...properties, Engine: 'aurora-mysql' })).toThrow(
      'value for engineName should not be specified since it will be inherited from source cluster',
    )
    const lost = { ...properties, SourceDBClusterIdentifier: 'none' }
    expect(() => here.make('Global', globalType, lost)).toThrow('DBCluster none not found.')
    expect(() => here.make('Global', globalType, { GlobalClusterIdentifier: 'g' })).toThrow('parameter Engine must be')
    expect(here.make('Global', globalType, properties)).toBe('g')
  })

  test('its name is unique over all regions, and a cluster is in one global database only', () => {
    const { here, there } = globalDatabase()
    const taken = { GlobalClusterIdentifier: 'payments-global-pr1', Engine: 'aurora-mysql' }
    expect(() => there.make('Global', globalType, taken)).toThrow('payments-global-pr1 already exists')
    const second = { GlobalClusterIdentifier: 'other', SourceDBClusterIdentifier: 'payments-primary-pr1' }
    expect(() => here.make('Second', globalType, second)).toThrow('already a member of the global cluster')
  })

  const refusals: [string, Properties, string][] = [
    ['user', { MasterUsername: 'application' }, 'Cannot specify user name for cross region replication cluster'],
    ['password', { MasterUserPassword: 'secret' }, 'Cannot specify password for cross region replication cluster'],
    ['database', { DatabaseName: 'payments' }, 'Cannot specify database name for cross region replication cluster'],
    ['backtrack', { BacktrackWindow: 3600 }, 'Backtrack is not supported'],
    ['no key', { KmsKeyId: '' }, 'KmsKeyId should be explicitly specified'],
    ['no encryption', { StorageEncrypted: false }, 'must be that of the source cluster'],
    ['the writer’s name', { DBClusterIdentifier: 'payments-primary-pr1' }, 'DB Cluster already exists'],
    ['another engine', { Engine: 'aurora-postgresql', EngineVersion: '16.9' }, 'must match those of the primary'],
    ['an older version', { EngineVersion: '8.0.mysql_aurora.3.09.0' }, 'must match those of the primary'],
  ]
  test.each(refusals)('a follower with %s is refused', (_, more, message) => {
    const { follow } = globalDatabase()
    expect(() => follow(more)).toThrow(message)
  })

  test('nobody follows a cluster without an instance that writes', () => {
    const { here, follow } = globalDatabase()
    here.drop('Writer')
    expect(() => follow()).toThrow('is in a state which is not valid for physical replication')
  })

  test('a region has one member', () => {
    const { here } = globalDatabase()
    const second = follower(here, { DBClusterIdentifier: 'second' })
    expect(() => here.make('Second', clusterType, second)).toThrow('Cannot create more than one cluster')
  })

  test('only Aurora can be global', () => {
    const here = withDatabaseNetwork(cloudAtStart(), 'us-east-1')
    here.make('Cluster', clusterType, multiAz(here))
    const properties = { GlobalClusterIdentifier: 'g', SourceDBClusterIdentifier: 'records-pr1' }
    expect(() => here.make('Global', globalType, properties)).toThrow('postgres does not support global clusters')
  })

  test('a cluster that can be rewound cannot become global', () => {
    const here = withDatabaseNetwork(cloudAtStart(), 'us-east-1')
    here.make('Cluster', clusterType, aurora(here, { BacktrackWindow: 3600 }))
    const properties = { GlobalClusterIdentifier: 'g', SourceDBClusterIdentifier: 'payments-primary-pr1' }
    expect(() => here.make('Global', globalType, properties)).toThrow('Backtrack is not supported')
  })

  test('an engine version is not changed in a member while others follow', () => {
    const { here, follow } = globalDatabase()
    const newer = aurora(here, { EngineVersion: '8.0.mysql_aurora.3.10.2' })
    follow()
    expect(() => here.change('Cluster', newer)).toThrow('Upgrade the secondary clusters first')
    expect(here.change('Cluster', aurora(here, { BackupRetentionPeriod: 14 }))).toHaveProperty('attributes')
  })

  test('leaving is done in place, joining needs a new cluster', () => {
    const { cloud, there, follow } = globalDatabase()
    follow()
    const { GlobalClusterIdentifier: _, ...left } = follower(there)
    there.change('Cluster', left)
    expect(members(cloud)).toEqual({ writer: primaryArn, readers: [] })
    const other = follower(there, { GlobalClusterIdentifier: 'other' })
    expect(() => there.change('Cluster', other)).toThrow('custom-named resource requires replacing')
  })

  test('the primary cannot lose its last instance, nor go, while another follows; the global cluster neither', () => {
    const { cloud, here, there, follow } = globalDatabase()
    follow()
    there.make('One', instanceType, member('payments-failover-pr1'))
    expect(() => here.drop('Writer')).toThrow('Cannot delete the last instance of the master cluster.')
    expect(() => here.drop('Global')).toThrow('global-cluster:payments-global-pr1 is not empty')
    there.drop('One')
    there.drop('Cluster')
    expect(members(cloud)).toEqual({ writer: primaryArn, readers: [] })
    here.drop('Global')
    here.drop('Writer')
    expect(here.drop('Cluster')).toBe('gone')
    expect(Object.values(cloud.resources).filter(({ type }) => type === clusterType)).toEqual([])
  })

  test('a primary without instances stays too while another follows', () => {
    const { cloud, here, follow } = globalDatabase()
    follow()
    delete cloud.resources[`us-east-1|${instanceType}|payments-primary-pr1-1`]
    expect(() => here.drop('Cluster')).toThrow('Unable to delete cluster that is a primary member of global cluster')
  })

  test('after a failover the roles are swapped, and the other order holds', () => {
    const { cloud, here, there, follow } = globalDatabase()
    follow()
    there.make('One', instanceType, member('payments-failover-pr1'))
    const global = existing(cloud, 'global', globalType, 'payments-global-pr1')
    if (global) global.state = { writer: failoverArn, readers: [primaryArn] }
    expect(() => there.drop('One')).toThrow('Cannot delete the last instance of the master cluster.')
    here.drop('Writer')
    expect(() => here.drop('Cluster')).toThrow('This cluster is a part of a global cluster, please remove it')
  })

  test('a protected global cluster stays', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    const properties = { GlobalClusterIdentifier: 'g', Engine: 'aurora-mysql', DeletionProtection: true }
    here.make('Global', globalType, properties)
    expect(() => here.drop('Global')).toThrow('Cannot delete protected Global Cluster')
    here.change('Global', { ...properties, DeletionProtection: false })
    expect(here.drop('Global')).toBe('gone')
  })
})
