// Rules: what is on its way is encrypted, and whoever would send it in the clear is refused.
import type { Value } from '../core/model.ts'
import { statementsOf } from './policies.ts'
import { each, get, isMember, listOf, refOf, resources, text, type Context, type Found, type Rule } from './rule.ts'

/** The parameter with which each engine refuses clients without TLS. */
const refusing: [engine: RegExp, parameter: string, on: RegExp][] = [
  [/postgres/, 'rds.force_ssl', /^1$/],
  [/mysql|mariadb/, 'require_secure_transport', /^(1|ON)$/i],
]

/** The parameter group that a database names, wherever in its region it is made. */
function groupOf(context: Context, { resource, template, properties }: Found): Record<string, Value> | undefined {
  const property = resource.type.endsWith('DBCluster') ? 'DBClusterParameterGroupName' : 'DBParameterGroupName'
  const group = resources(context, 'AWS::RDS::DBClusterParameterGroup', 'AWS::RDS::DBParameterGroup').find(
    (found) =>
      found.template.region === template.region &&
      [refOf(found), found.properties[property]].includes(properties[property] ?? null),
  )
  return group?.properties
}

export const transit: Rule[] = [
  {
    id: 'transit/database',
    title: 'Databases refuse clients without TLS',
    requirements: ['COMMON-17', 'REC-13'],
    fix: 'name a parameter group with rds.force_ssl (PostgreSQL) or require_secure_transport (MySQL) on',
    check: each(['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance'], (found, context) => {
      if (isMember(found)) return undefined
      const engine = text(found.properties['Engine'])
      const [, parameter = '', on = /./] = refusing.find(([known]) => known.test(engine)) ?? []
      if (parameter === '') return `runs ${engine}, of which it is not known how it refuses clients without TLS`
      const value = text(get(groupOf(context, found), 'Parameters', parameter))
      return on.test(value) ? undefined : `has no parameter group that sets ${parameter}`
    }),
  },
  {
    id: 'transit/files',
    title: 'File systems refuse clients without TLS',
    requirements: ['COMMON-17', 'STR-15', 'CIT-06'],
    fix: 'deny aws:SecureTransport false in FileSystemPolicy',
    check: each(['AWS::EFS::FileSystem'], ({ properties }) =>
      statementsOf(properties['FileSystemPolicy']).some(
        ({ Effect, Condition }) => Effect === 'Deny' && get(Condition, 'Bool', 'aws:SecureTransport') !== undefined,
      )
        ? undefined
        : 'has no policy that denies clients without TLS',
    ),
  },
  {
    id: 'transit/mount',
    title: 'Tasks mount files over TLS',
    requirements: ['COMMON-17', 'STR-15'],
    fix: 'set EFSVolumeConfiguration.TransitEncryption: ENABLED',
    check: each(['AWS::ECS::TaskDefinition'], ({ properties }) =>
      listOf(properties['Volumes']).flatMap((volume, index) => {
        const files = get(volume, 'EFSVolumeConfiguration')
        return files === undefined || get(files, 'TransitEncryption') === 'ENABLED'
          ? []
          : [{ path: ['Volumes', index], message: 'mounts files without TLS' }]
      }),
    ),
  },
  {
    id: 'transit/listener',
    title: 'Load balancers speak TLS 1.2 or newer; without a certificate they are reached from inside alone',
    requirements: ['COMMON-17', 'STR-14'],
    fix: 'use HTTPS with a policy of TLS 1.2 or 1.3; HTTP only where the parameter CertificateArn is empty',
    check: each(['AWS::ElasticLoadBalancingV2::Listener'], ({ template, properties }) => {
      const protocol = text(properties['Protocol'])
      if (/^(HTTPS|TLS)$/.test(protocol))
        return /TLS13|TLS-1-2/.test(text(properties['SslPolicy']))
          ? undefined
          : [{ path: ['SslPolicy'], message: 'takes versions of TLS below 1.2' }]
      // No certificate can be had for the name that AWS gives an internal load balancer.
      const without = template.parameters['CertificateArn'] === ''
      const inside = Object.values(template.resources)
        .filter(({ type }) => type === 'AWS::ElasticLoadBalancingV2::LoadBalancer')
        .every((balancer) => balancer.properties['Scheme'] === 'internal')
      return without && inside ? undefined : [{ path: ['Protocol'], message: `speaks ${protocol}` }]
    }),
  },
]
