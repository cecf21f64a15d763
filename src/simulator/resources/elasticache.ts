// ElastiCache: replication groups of Redis and Valkey, in one shard or several.
import { define, serviceError } from './define.ts'
import { existing, isOwn, list, record, text, texts } from '../existing.ts'
import { arn, derived } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'
import { requireKey } from './kms.ts'
import { placesOf } from './places.ts'

export const replicationGroupType = 'AWS::ElastiCache::ReplicationGroup'
export const cacheSubnetGroupType = 'AWS::ElastiCache::SubnetGroup'

export const cacheArn = (what: string) => (id: string, region: string) => arn('elasticache', region, `${what}:${id}`)

/** ElastiCache's answer to what cannot be. */
export const refusedByCache = (around: Around, message: string, status = 400, code = 'InvalidRequest'): Error =>
  serviceError(around, 'ElastiCache', status, message, code)

const isTrue = (value: unknown): boolean => String(value) === 'true'

const shardsOf = ({ NumNodeGroups, NodeGroupConfiguration }: Properties): number =>
  Number(NumNodeGroups ?? (list(NodeGroupConfiguration).length || 1))

/** Primary and replicas of one shard. */
const nodesOf = ({ NumCacheClusters, ReplicasPerNodeGroup }: Properties): number =>
  NumCacheClusters === undefined ? 1 + Number(ReplicasPerNodeGroup ?? 0) : Number(NumCacheClusters)

/** Several shards, or one in the mode that allows several: clients then ask one configuration endpoint. */
const isSharded = (properties: Properties): boolean =>
  shardsOf(properties) > 1 ||
  properties.ClusterMode === 'enabled' ||
  text(properties.CacheParameterGroupName).endsWith('.cluster.on')

/** Regions as host names of ElastiCache shorten them: `cac1`, `use1`. */
const short = (region: string): string => {
  const [land = '', side = '', number = ''] = region.split('-')
  const parts = /^(north|south|east|west|central)?(north|south|east|west|central)?$/.exec(side) ?? []
  return `${land}${parts
    .slice(1)
    .map((part) => part?.[0] ?? '')
    .join('')}${number}`
}

function attributes(properties: Properties, id: string, region: string): Properties {
  const tail = `${id}.${derived(`cache ${region}`, 6)}.${short(region)}.cache.amazonaws.com`
  const port = text(properties.Port) || '6379'
  if (isSharded(properties)) {
    return { 'ConfigurationEndPoint.Address': `clustercfg.${tail}`, 'ConfigurationEndPoint.Port': port }
  }
  const nodes = Array.from({ length: nodesOf(properties) }, (_, index) => `${id}-00${index + 1}.${tail}`)
  return {
    'PrimaryEndPoint.Address': `master.${tail}`,
    'PrimaryEndPoint.Port': port,
    'ReaderEndPoint.Address': `replica.${tail}`,
    'ReaderEndPoint.Port': port,
    'ReadEndPoint.Addresses': `[${nodes.join(', ')}]`,
    'ReadEndPoint.Addresses.List': nodes,
    'ReadEndPoint.Ports': `[${nodes.map(() => port).join(', ')}]`,
    'ReadEndPoint.Ports.List': nodes.map(() => port),
  }
}

function requireShape(properties: Properties, around: Around): void {
  const { AutomaticFailoverEnabled, MultiAZEnabled, NumNodeGroups, NumCacheClusters } = properties
  const invalid = (message: string): Error => refusedByCache(around, message)
  if (NumNodeGroups !== undefined && NumCacheClusters !== undefined) {
    throw invalid('NumCacheClusters and NumNodeGroups cannot be specified together.')
  }
  if (nodesOf(properties) > 6) throw invalid('A node group can have at most 5 replicas.')
  if (isSharded(properties) && !isTrue(AutomaticFailoverEnabled)) {
    throw invalid('Redis with cluster mode enabled cannot be created with auto failover turned off.')
  }
  if (isTrue(AutomaticFailoverEnabled) && nodesOf(properties) < 2 && !isSharded(properties)) {
    throw invalid('Replication group with automatic failover enabled must have at least one replica.')
  }
  if (isTrue(MultiAZEnabled) && !isTrue(AutomaticFailoverEnabled)) {
    throw invalid('Must enable automatic failover to enable Multi-AZ.')
  }
  if (isTrue(MultiAZEnabled) && nodesOf(properties) < 2) {
    throw invalid('Multi-AZ needs at least one replica in each node group.')
  }
}

function requireAccess(properties: Properties, around: Around): void {
  const groups = texts(properties.UserGroupIds)
  if (groups.length === 0) return
  if (!isTrue(properties.TransitEncryptionEnabled)) {
    const message =
      'User group based access control requires encryption-in-transit to be enabled on the replication group.'
    throw refusedByCache(around, message)
  }
  if (properties.AuthToken !== undefined) {
    throw refusedByCache(around, 'AuthToken and UserGroupIds cannot be specified together.')
  }
  for (const id of groups) {
    if (existing(around.cloud, around.region, 'AWS::ElastiCache::UserGroup', id)) continue
    throw refusedByCache(around, `User group ${id} not found.`, 404, 'NotFound')
  }
}

function requirePlace(properties: Properties, around: Around): void {
  const { cloud, region } = around
  const name = text(properties.CacheSubnetGroupName)
  const group = existing(cloud, region, cacheSubnetGroupType, name)
  if (name !== '' && !group) {
    throw refusedByCache(around, `Cache Subnet Group ${name} does not exist.`, 404, 'NotFound')
  }
  const { zones } = placesOf(around, group?.properties.SubnetIds)
  if (group && isTrue(properties.MultiAZEnabled) && zones.length < 2) {
    throw refusedByCache(around, 'Multi-AZ needs a cache subnet group with subnets in at least two Availability Zones.')
  }
  for (const id of texts(properties.SecurityGroupIds)) {
    if (existing(cloud, region, 'AWS::EC2::SecurityGroup', id)) continue
    throw refusedByCache(around, `The security group '${id}' does not exist`)
  }
}

function requireLogGroups(properties: Properties, around: Around): void {
  for (const { DestinationDetails, DestinationType } of list(properties.LogDeliveryConfigurations)) {
    if (DestinationType !== 'cloudwatch-logs') continue
    const name = text(record(record(DestinationDetails).CloudWatchLogsDetails).LogGroup)
    if (existing(around.cloud, around.region, 'AWS::Logs::LogGroup', name)) continue
    throw refusedByCache(around, `CloudWatch Logs log group ${name} does not exist.`)
  }
}

/** A parameter group of the engine's own family, and for several shards one that allows them. */
function requireParameterGroup(properties: Properties, around: Around): void {
  const name = text(properties.CacheParameterGroupName)
  if (name === '') return
  const isDefault = name.startsWith('default.')
  const group = existing(around.cloud, around.region, 'AWS::ElastiCache::ParameterGroup', name)
  if (!isDefault && !group) throw refusedByCache(around, `CacheParameterGroup ${name} not found.`, 404, 'NotFound')
  const family = isDefault
    ? name.replace('default.', '').replace('.cluster.on', '')
    : text(group?.properties.CacheParameterGroupFamily)
  const [major = '', minor = ''] = text(properties.EngineVersion).split('.')
  const engine = text(properties.Engine).toLowerCase() || 'redis'
  const wanted = `${engine}${engine === 'redis' && Number(major) < 7 ? `${major}.${major === '6' ? 'x' : minor}` : major}`
  if (major !== '' && family !== wanted) {
    throw refusedByCache(around, `Expected a parameter group of family ${wanted} but found one of family ${family}`)
  }
  const isOn = isDefault
    ? name.endsWith('.cluster.on')
    : record(group?.properties.Properties)['cluster-enabled'] === 'yes'
  if (shardsOf(properties) > 1 && !isOn) {
    throw refusedByCache(around, 'Several node groups need a parameter group with cluster mode enabled.')
  }
}

/** Which node of each shard takes writes, and in which zone each node stands. */
function made(properties: Properties, id: string, around: Around): void {
  const group = existing(around.cloud, around.region, replicationGroupType, id)
  if (!group) return
  const subnets = existing(around.cloud, around.region, cacheSubnetGroupType, text(properties.CacheSubnetGroupName))
  const { zones } = placesOf(around, subnets?.properties.SubnetIds)
  const places: Record<string, string> = {}
  const primaries: string[] = []
  const [before, known] = [texts(group.state?.primaries), record(group.state?.zones)]
  for (let shard = 1; shard <= shardsOf(properties); shard++) {
    const nodes = Array.from({ length: nodesOf(properties) }, (_, index) =>
      isSharded(properties) ? `${id}-${String(shard).padStart(4, '0')}-00${index + 1}` : `${id}-00${index + 1}`,
    )
    nodes.forEach(
      (node, index) => (places[node] = text(known[node]) || (zones[(shard - 1 + index) % zones.length] ?? '')),
    )
    primaries.push(nodes.find((node) => before.includes(node)) ?? nodes[0] ?? '')
  }
  group.state = { ...group.state, primaries, zones: places }
}

export const elasticache: Kind[] = [
  define(replicationGroupType, {
    name: 'ReplicationGroupId',
    limit: 40,
    id: (name) => name.toLowerCase(),
    createOnly: [
      'AtRestEncryptionEnabled',
      'CacheSubnetGroupName',
      'DataTieringEnabled',
      'GlobalReplicationGroupId',
      'KmsKeyId',
      'NetworkType',
      'Port',
      'PreferredCacheClusterAZs',
      'ReplicasPerNodeGroup',
      'SnapshotArns',
      'SnapshotName',
    ],
    arn: cacheArn('replicationgroup'),
    taken: (id) => `Replication group ${id} already exists.`,
    attributes: (properties, id, { region }) => attributes(properties, id, region),
    requires: (properties, around) => {
      const id = text(properties.ReplicationGroupId)
      if (id !== '' && (!/^[a-z](-?[a-z0-9])*$/i.test(id) || id.length > 40)) {
        throw refusedByCache(
          around,
          'The parameter ReplicationGroupIdentifier is not a valid identifier. Identifiers must begin with a letter; ' +
            'must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
        )
      }
      if (!/^cache\.[a-z0-9]+\.[a-z0-9]+$/.test(text(properties.CacheNodeType))) {
        throw refusedByCache(around, 'The parameter CacheNodeType must be provided and must not be blank.')
      }
      requireShape(properties, around)
      requireParameterGroup(properties, around)
      requirePlace(properties, around)
      requireKey(around, text(properties.KmsKeyId))
      requireAccess(properties, around)
      requireLogGroups(properties, around)
      const mine = existing(around.cloud, around.region, replicationGroupType, id.toLowerCase())
      if (mine && isOwn(mine, around)) requireNoDowngrade(mine.properties, properties, around)
    },
    made,
  }),
]

function requireNoDowngrade(before: Properties, after: Properties, around: Around): void {
  const [from, to] = [text(before.EngineVersion), text(after.EngineVersion)]
  if (text(before.Engine) !== text(after.Engine) || from === '' || to === '') return
  if (to.localeCompare(from, 'en', { numeric: true }) >= 0) return
  throw refusedByCache(around, `Cannot downgrade the engine version from ${from} to ${to}.`)
}
