import { describe, expect, test } from 'vitest'

import { existing } from '../../../src/simulator/existing.ts'
import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { withDatabaseNetwork } from './databases.ts'
import { cloudAtStart } from './region.ts'

const [cacheType, userType, groupType] = [
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::ElastiCache::User',
  'AWS::ElastiCache::UserGroup',
]

const off: Properties = {
  UserId: 'off-pr1',
  UserName: 'default',
  Engine: 'redis',
  AccessString: 'off -@all',
  NoPasswordRequired: true,
}
const application: Properties = {
  UserId: 'app-pr1',
  UserName: 'app-pr1',
  Engine: 'redis',
  AccessString: 'on ~* +@all',
  AuthenticationMode: { Type: 'iam' },
}

function withCache() {
  const here = withDatabaseNetwork(cloudAtStart(), 'ca-central-1')
  const subnets = here.make('CacheSubnets', 'AWS::ElastiCache::SubnetGroup', {
    CacheSubnetGroupName: 'Cache-pr1',
    Description: 'test',
    SubnetIds: here.subnets,
  })
  for (const user of [off, application]) here.make(String(user['UserId']), userType, user)
  const users = here.make('Users', groupType, {
    UserGroupId: 'users',
    Engine: 'redis',
    UserIds: ['off-pr1', 'app-pr1'],
  })
  const cache = (more: Properties = {}): Properties => ({
    ReplicationGroupId: 'records-pr1',
    ReplicationGroupDescription: 'test',
    Engine: 'redis',
    EngineVersion: '7.1',
    CacheNodeType: 'cache.t4g.small',
    NumNodeGroups: 1,
    ReplicasPerNodeGroup: 1,
    AutomaticFailoverEnabled: true,
    MultiAZEnabled: true,
    TransitEncryptionEnabled: true,
    AtRestEncryptionEnabled: true,
    KmsKeyId: here.key,
    CacheSubnetGroupName: subnets,
    SecurityGroupIds: [here.group],
    UserGroupIds: [users],
    ...more,
  })
  return { ...here, cache, users }
}

const sharded: Properties = { NumNodeGroups: 2 }
const stateOf = ({ cloud }: ReturnType<typeof withCache>) =>
  existing(cloud, 'ca-central-1', cacheType, 'records-pr1')?.state

describe('a replication group (REC, STR)', () => {
  test('of one shard has a primary endpoint and one for readers, and none for the configuration', () => {
    const here = withCache()
    expect(here.make('Cache', cacheType, here.cache())).toBe('records-pr1')
    expect(here.attributes('Cache')).toMatchObject({
      'PrimaryEndPoint.Address': expect.stringMatching(/^master\.records-pr1\.\w{6}\.cac1\.cache\.amazonaws\.com$/),
      'PrimaryEndPoint.Port': '6379',
      'ReaderEndPoint.Port': '6379',
    })
    expect(here.attributes('Cache')).not.toHaveProperty(['ConfigurationEndPoint.Address'])
  })

  test('of several shards has a configuration endpoint only', () => {
    const here = withCache()
    here.make('Cache', cacheType, here.cache(sharded))
    expect(Object.keys(here.attributes('Cache'))).toEqual([
      'ConfigurationEndPoint.Address',
      'ConfigurationEndPoint.Port',
    ])
  })

  test('its nodes stand in different zones, and one of each shard takes writes', () => {
    const here = withCache()
    here.make('Cache', cacheType, here.cache(sharded))
    expect(stateOf(here)).toEqual({
      primaries: ['records-pr1-0001-001', 'records-pr1-0002-001'],
      zones: {
        'records-pr1-0001-001': 'ca-central-1a',
        'records-pr1-0001-002': 'ca-central-1b',
        'records-pr1-0002-001': 'ca-central-1b',
        'records-pr1-0002-002': 'ca-central-1c',
      },
    })
  })

  test('an update leaves the primary where a failover brought it', () => {
    const here = withCache()
    here.make('Cache', cacheType, here.cache())
    const group = existing(here.cloud, 'ca-central-1', cacheType, 'records-pr1')
    if (group) group.state = { ...group.state, primaries: ['records-pr1-002'] }
    expect(here.change('Cache', here.cache({ CacheNodeType: 'cache.m6g.large' }))).toHaveProperty('attributes')
    expect(stateOf(here)).toMatchObject({ primaries: ['records-pr1-002'] })
  })

  const refusals: [string, Properties, string][] = [
    ['two hyphens', { ReplicationGroupId: 'records--pr1' }, 'contain two consecutive hyphens'],
    ['a name that is too long', { ReplicationGroupId: 'r'.repeat(41) }, 'not a valid identifier'],
    ['no node type', { CacheNodeType: '' }, 'The parameter CacheNodeType must be provided'],
    ['failover without a replica', { ReplicasPerNodeGroup: 0 }, 'must have at least one replica'],
    ['nodes and shards', { NumCacheClusters: 2 }, 'cannot be specified together'],
    ['too many replicas', { ReplicasPerNodeGroup: 6 }, 'at most 5 replicas'],
    ['shards in several zones without replicas', { ...sharded, ReplicasPerNodeGroup: 0 }, 'needs at least one replica'],
    ['several zones without failover', { AutomaticFailoverEnabled: false }, 'Must enable automatic failover'],
    ['shards without failover', { ...sharded, AutomaticFailoverEnabled: false }, 'with cluster mode enabled cannot'],
    ['no such parameters', { CacheParameterGroupName: 'none' }, 'CacheParameterGroup none not found.'],
    [
      'parameters of another version',
      { CacheParameterGroupName: 'default.redis6.x' },
      'family redis7 but found one of',
    ],
    ['shards and parameters for one', { ...sharded, CacheParameterGroupName: 'default.redis7' }, 'Several node groups'],
    ['users without TLS', { TransitEncryptionEnabled: false }, 'requires encryption-in-transit'],
    ['users and a token', { AuthToken: 'x' }, 'cannot be specified together'],
    ['no such users', { UserGroupIds: ['none'] }, 'User group none not found.'],
    ['no such subnets', { CacheSubnetGroupName: 'none' }, 'Cache Subnet Group none does not exist.'],
    ['no such security group', { SecurityGroupIds: ['sg-none'] }, "'sg-none' does not exist"],
    ['another region’s key', { KmsKeyId: 'arn:aws:kms:us-east-1:000000000000:key/x' }, 'Invalid arn us-east-1'],
    [
      'no such log group',
      {
        LogDeliveryConfigurations: [
          {
            DestinationType: 'cloudwatch-logs',
            DestinationDetails: { CloudWatchLogsDetails: { LogGroup: '/none' } },
            LogFormat: 'json',
            LogType: 'slow-log',
          },
        ],
      },
      'CloudWatch Logs log group /none does not exist.',
    ],
  ]
  test.each(refusals)('with %s is refused', (_, more, message) => {
    const here = withCache()
    expect(() => here.make('Cache', cacheType, here.cache(more))).toThrow(message)
  })

  test('several zones need subnets in several zones', () => {
    const here = withCache()
    const CacheSubnetGroupName = here.make('Narrow', 'AWS::ElastiCache::SubnetGroup', {
      CacheSubnetGroupName: 'narrow',
      Description: 'test',
      SubnetIds: here.subnets.slice(0, 1),
    })
    expect(() => here.make('Cache', cacheType, here.cache({ CacheSubnetGroupName }))).toThrow(
      'in at least two Availability Zones',
    )
  })

  test('what is create-only cannot change under its name; versions only go up', () => {
    const here = withCache()
    here.make('Cache', cacheType, here.cache())
    expect(() => here.change('Cache', here.cache({ ReplicasPerNodeGroup: 2 }))).toThrow('requires replacing')
    expect(() => here.change('Cache', here.cache({ EngineVersion: '6.2' }))).toThrow('Cannot downgrade')
    expect(here.drop('Cache')).toBe('gone')
  })

  test('a parameter group is of a family that there is', () => {
    const wrong = { CacheParameterGroupFamily: 'redis9', Description: 'test' }
    expect(() => withCache().make('Group', 'AWS::ElastiCache::ParameterGroup', wrong)).toThrow(
      'CacheParameterGroupFamily redis9 is not a valid parameter group family.',
    )
  })

  test('its subnet, parameter and user groups stay as long as it does', () => {
    const here = withCache()
    const parameters = { CacheParameterGroupFamily: 'redis7', Description: 'test' }
    const CacheParameterGroupName = here.make('Parameters', 'AWS::ElastiCache::ParameterGroup', parameters)
    here.make('Cache', cacheType, here.cache({ CacheParameterGroupName }))
    expect(() => here.drop('CacheSubnets')).toThrow('currently in use by a cache cluster')
    expect(() => here.drop('Parameters')).toThrow('still members of this parameter group')
    expect(() => here.drop('Users')).toThrow('is associated with replication group records-pr1')
    for (const id of ['Cache', 'Parameters', 'CacheSubnets', 'Users']) expect(here.drop(id)).toBe('gone')
  })
})

describe('users of a cache', () => {
  test('a group needs a user named default, and only users that are there', () => {
    const here = withCache()
    const group = (UserIds: string[]) => ({ UserGroupId: 'two', Engine: 'redis', UserIds })
    expect(() => here.make('Two', groupType, group(['app-pr1']))).toThrow(
      'User group needs to contain a user with the user name default.',
    )
    expect(() => here.make('Two', groupType, group(['off-pr1', 'none']))).toThrow('User(s) none not found.')
    expect(() => here.make('Two', groupType, group(['off-pr1', 'default']))).toThrow('more than one user with the same')
    expect(here.make('Two', groupType, group(['default', 'app-pr1']))).toBe('two')
  })

  const refusals: [string, Properties, string][] = [
    ['IAM authentication under another name', { UserName: 'other' }, 'must be the same for users with IAM'],
    ['two ways to prove who it is', { NoPasswordRequired: true }, 'one only'],
    ['two hyphens', { UserId: 'app--pr1', UserName: 'app--pr1' }, 'is not a valid identifier'],
    ['the name of the one that is always there', { UserId: 'default' }, 'User default already exists.'],
  ]
  test.each(refusals)('one with %s is refused', (_, more, message) => {
    const here = withCache()
    expect(() => here.make('User', userType, { ...application, UserId: 'x', UserName: 'x', ...more })).toThrow(message)
  })

  test('a short password is refused', () => {
    const user = { ...off, UserId: 'p', UserName: 'p', NoPasswordRequired: false, Passwords: ['short'] }
    expect(() => withCache().make('User', userType, user)).toThrow('between 16-128 characters')
  })

  test('a group’s default user stays, others leave the group', () => {
    const here = withCache()
    expect(() => here.drop('off-pr1')).toThrow('User is associated to user group(s)')
    here.drop('app-pr1')
    expect(existing(here.cloud, 'ca-central-1', groupType, 'users')?.properties['UserIds']).toEqual(['off-pr1'])
  })

  test('an id stays taken while its user is being deleted', () => {
    const here = withCache()
    here.drop('app-pr1')
    expect(() => here.make('Again', userType, application)).toThrow('User is in deleting state.')
    here.cloud.now += 60_000
    expect(here.make('Again', userType, application)).toBe('app-pr1')
  })
})
