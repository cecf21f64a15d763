import { expect, test } from 'vitest'
import { isStateful } from '../../src/lib/plan/stateful.ts'

test.each([
  'AWS::Backup::BackupVault',
  'AWS::EFS::FileSystem',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::GlobalCluster',
])('%s holds data', (type) => {
  expect(isStateful(type)).toBe(true)
})

test('an instance of a cluster holds none: the cluster does', () => {
  expect(isStateful('AWS::RDS::DBInstance', { DBClusterIdentifier: 'payments' })).toBe(false)
  expect(isStateful('AWS::RDS::DBInstance', { AllocatedStorage: 100 })).toBe(true)
})

test.each(['AWS::EFS::MountTarget', 'AWS::RDS::DBSubnetGroup', 'AWS::ElastiCache::User', 'AWS::Backup::BackupPlan'])(
  '%s holds none',
  (type) => {
    expect(isStateful(type)).toBe(false)
  },
)
