// What stands around ElastiCache: subnet groups, parameter groups, and who may connect.
import { define } from './define.ts'
import { all, existing, list, text, texts } from '../existing.ts'
import { cacheArn, cacheSubnetGroupType, refusedByCache, replicationGroupType } from './elasticache.ts'
import type { Around, Kind, Properties } from './kind.ts'

const userType = 'AWS::ElastiCache::User'
const groupType = 'AWS::ElastiCache::UserGroup'

/** ElastiCache goes on deleting after its answer; how long is not documented. */
const deleting = (what: string) => ({ seconds: 60, message: `${what} is in deleting state.` })

const caches = (around: Around, uses: (properties: Properties) => boolean): string | undefined =>
  all(around.cloud, replicationGroupType, around.region).find(({ properties }) => uses(properties))?.physicalId

function requireAuthentication(properties: Properties, around: Around): void {
  const { AuthenticationMode, NoPasswordRequired, Passwords, UserId, UserName } = properties
  const mode = list(AuthenticationMode)[0]
  const ways = [mode !== undefined, String(NoPasswordRequired) === 'true', texts(Passwords).length > 0].filter(Boolean)
  if (ways.length !== 1) {
    const message =
      'Input Authentication type: no-password-required, password or IAM authentication must be given, and one only.'
    throw refusedByCache(around, message)
  }
  if (mode?.Type === 'iam' && UserId !== UserName) {
    throw refusedByCache(around, 'User id and user name must be the same for users with IAM authentication.')
  }
  for (const password of [...texts(Passwords), ...texts(mode?.Passwords)]) {
    if (password.length < 16) throw refusedByCache(around, 'Passwords length must be between 16-128 characters.')
  }
}

const nameOf = (around: Around, id: string): string | undefined =>
  id === 'default'
    ? 'default'
    : text(existing(around.cloud, around.region, userType, id)?.properties.UserName) || undefined

function requireUsers({ UserIds, Engine }: Properties, around: Around): void {
  const ids = texts(UserIds)
  const lost = ids.filter((id) => nameOf(around, id) === undefined)
  if (lost.length > 0) throw refusedByCache(around, `User(s) ${lost.join(', ')} not found.`, 404, 'NotFound')
  const names = ids.map((id) => nameOf(around, id))
  // Valkey's groups need none.
  if (Engine !== 'valkey' && !names.includes('default')) {
    throw refusedByCache(around, 'User group needs to contain a user with the user name default.')
  }
  if (new Set(names).size < names.length) {
    throw refusedByCache(around, 'User group cannot contain more than one user with the same user name.')
  }
}

export const cacheAccess: Kind[] = [
  define(cacheSubnetGroupType, {
    name: 'CacheSubnetGroupName',
    limit: 255,
    id: (name) => name.toLowerCase(),
    arn: cacheArn('subnetgroup'),
    taken: (id) => `Cache subnet group ${id} already exists.`,
    requires: ({ SubnetIds }, around) => {
      const lost = texts(SubnetIds).filter((id) => !existing(around.cloud, around.region, 'AWS::EC2::Subnet', id))
      if (lost.length > 0) throw refusedByCache(around, `Some input subnets in :[${lost.join(', ')}] are invalid.`)
    },
    removable: (id, around) => {
      const user = caches(around, ({ CacheSubnetGroupName }) => CacheSubnetGroupName === id)
      if (user) throw refusedByCache(around, `Cache subnet group ${id} is currently in use by a cache cluster.`)
    },
  }),
  define('AWS::ElastiCache::ParameterGroup', {
    limit: 255,
    id: (name) => name.toLowerCase(),
    createOnly: ['CacheParameterGroupFamily'],
    arn: cacheArn('parametergroup'),
    attributes: (_, id) => ({ CacheParameterGroupName: id }),
    requires: ({ CacheParameterGroupFamily: family }, around) => {
      if (/^(redis(2\.8|3\.2|4\.0|5\.0|6\.x|7)|valkey[789]|memcached1\.[456])$/.test(text(family))) return
      throw refusedByCache(around, `CacheParameterGroupFamily ${text(family)} is not a valid parameter group family.`)
    },
    removable: (id, around) => {
      if (!caches(around, ({ CacheParameterGroupName }) => CacheParameterGroupName === id)) return
      throw refusedByCache(around, 'One or more cache clusters are still members of this parameter group.')
    },
  }),
  define(userType, {
    name: 'UserId',
    limit: 40,
    createOnly: ['UserName'],
    arn: cacheArn('user'),
    taken: (id) => `User ${id} already exists.`,
    cooling: deleting('User'),
    attributes: (_, id, { region }) => ({ Arn: cacheArn('user')(id, region), Status: 'active' }),
    requires: (properties, around) => {
      const id = text(properties.UserId)
      if (id === 'default') throw refusedByCache(around, 'User default already exists.', 400, 'AlreadyExists')
      if (!/^[a-zA-Z](-?[a-zA-Z0-9])*$/.test(id) || id.length > 40) {
        throw refusedByCache(around, `The parameter UserId ${id} is not a valid identifier.`)
      }
      requireAuthentication(properties, around)
    },
    removable: (id, around) => {
      if (nameOf(around, id) !== 'default') return
      const group = all(around.cloud, groupType, around.region).find(({ properties }) =>
        texts(properties.UserIds).includes(id),
      )
      if (!group) return
      throw refusedByCache(around, `User is associated to user group(s) as default user: ${group.physicalId}`)
    },
    removed: (id, around) => {
      // AWS takes a deleted user out of its groups.
      for (const group of all(around.cloud, groupType, around.region)) {
        const ids = texts(group.properties.UserIds)
        if (ids.includes(id)) group.properties = { ...group.properties, UserIds: ids.filter((one) => one !== id) }
      }
      return 'gone'
    },
  }),
  define(groupType, {
    name: 'UserGroupId',
    limit: 40,
    arn: cacheArn('usergroup'),
    taken: (id) => `User Group ${id} already exists.`,
    cooling: deleting('User group'),
    attributes: (_, id, { region }) => ({ Arn: cacheArn('usergroup')(id, region), Status: 'active' }),
    requires: requireUsers,
    removable: (id, around) => {
      const cache = caches(around, ({ UserGroupIds }) => texts(UserGroupIds).includes(id))
      if (cache) throw refusedByCache(around, `User group ${id} is associated with replication group ${cache}.`)
    },
  }),
]
