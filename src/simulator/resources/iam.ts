// IAM roles and policies; IAM is global, so their names are unique over all regions.
import { account } from '../state.ts'
import { define, refused, serviceError } from './define.ts'
import { all, existing, list, record, text, texts } from '../existing.ts'
import { derivedWord, parseArn } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'

const globalArn = (what: string) => (name: string) => `arn:aws:iam::${account}:${what}${name}`

const path = (properties: Properties): string => text(properties.Path) || '/'

/** The name in a role's ARN, whatever its path. */
export const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

/** A role is there. */
export const hasRole = (around: Around, arn: string): boolean =>
  existing(around.cloud, 'global', 'AWS::IAM::Role', roleName(arn)) !== undefined ||
  existing(around.cloud, 'global', 'AWS::IAM::ServiceLinkedRole', roleName(arn)) !== undefined

/** A service that may take a role on names it in the role's trust policy. */
export function isTrusted(around: Pick<Around, 'cloud'>, arn: string, service: string): boolean {
  const role = existing(around.cloud, 'global', 'AWS::IAM::Role', roleName(arn))
  const statements = list(record(role?.properties.AssumeRolePolicyDocument).Statement)
  return statements.some(({ Principal }) => texts(record(Principal).Service).includes(service))
}

function requireRoles(around: Around, names: unknown): void {
  for (const name of texts(names)) {
    if (hasRole(around, name)) continue
    const message = `The role with name ${name} cannot be found.`
    throw serviceError(around, 'Iam', 404, message, 'NotFound')
  }
}

const exceeded = (around: Around, message: string): Error =>
  serviceError(around, 'Iam', 409, message, 'ServiceLimitExceeded')

/** Policies have at most so many characters together; blanks outside of texts do not count. */
function requireSize(around: Around, policies: unknown[], most: number, message: string): void {
  const size = policies.reduce<number>((sum, it) => sum + (JSON.stringify(it)?.length ?? 0), 0)
  if (size > most) throw exceeded(around, message)
}

/** Managed policies that belong to a role by their own property `Roles`. */
const attachedTo = (around: Pick<Around, 'cloud'>, role: string): string[] =>
  all(around.cloud, 'AWS::IAM::ManagedPolicy')
    .filter(({ properties }) => texts(properties.Roles).includes(role))
    .map(({ physicalId }) => physicalId)

export const iam: Kind[] = [
  define('AWS::IAM::Role', {
    scope: 'global',
    name: 'RoleName',
    limit: 64,
    createOnly: ['Path'],
    taken: (name) => `Role with name ${name} already exists.`,
    // IAM API reference, DeleteRole: attached managed policies must be detached before; its handler detaches its own.
    removable: (name, around) => {
      if (attachedTo(around, name).length === 0) return
      throw serviceError(around, 'Iam', 409, 'Cannot delete entity, must detach all policies first.', 'DeleteConflict')
    },
    attributes: (properties, name) => ({
      Arn: globalArn(`role${path(properties)}`)(name),
      RoleId: `AROA${derivedWord(name, 17)}`,
    }),
    requires: ({ AssumeRolePolicyDocument, ManagedPolicyArns, Policies, RoleName }, around) => {
      requireSize(around, [AssumeRolePolicyDocument], 2_048, 'Cannot exceed quota for ACLSizePerRole: 2048')
      if (texts(ManagedPolicyArns).length > 10) throw exceeded(around, 'Cannot exceed quota for PoliciesPerRole: 10')
      const inline = list(Policies).map(({ PolicyDocument }) => PolicyDocument)
      requireSize(around, inline, 10_240, `Maximum policy size of 10240 bytes exceeded for role ${text(RoleName)}`)
      for (const { Principal } of list(record(AssumeRolePolicyDocument).Statement)) {
        for (const principal of texts(record(Principal).AWS)) {
          if (!parseArn(principal)?.resource.startsWith('role/') || hasRole(around, principal)) continue
          const message = `Invalid principal in policy: "AWS":"${principal}"`
          throw serviceError(around, 'Iam', 400, message, 'InvalidRequest')
        }
      }
    },
  }),
  define('AWS::IAM::Policy', {
    scope: 'global',
    attributes: (_, id) => ({ Id: id }),
    requires: ({ Roles }, around) => requireRoles(around, Roles),
  }),
  define('AWS::IAM::RolePolicy', {
    scope: 'global',
    id: (_, { PolicyName, RoleName }) => `${text(PolicyName)}|${text(RoleName)}`,
    createOnly: ['PolicyName', 'RoleName'],
    requires: ({ RoleName }, around) => requireRoles(around, [RoleName]),
  }),
  define('AWS::IAM::ManagedPolicy', {
    scope: 'global',
    name: 'ManagedPolicyName',
    limit: 128,
    createOnly: ['Path', 'Description'],
    id: (name, properties) => globalArn(`policy${path(properties)}`)(name),
    taken: (id) => `A policy called ${roleName(id)} already exists. Duplicate names are not allowed.`,
    attributes: (_, id) => ({
      PolicyArn: id,
      PolicyId: `ANPA${derivedWord(id, 17)}`,
      DefaultVersionId: 'v1',
      IsAttachable: true,
    }),
    requires: ({ ManagedPolicyName, PolicyDocument, Roles }, around) => {
      requireSize(around, [PolicyDocument], 6_144, 'Cannot exceed quota for PolicySize: 6144')
      requireRoles(around, Roles)
      for (const role of texts(Roles)) {
        const others = attachedTo(around, role).filter((id) => roleName(id) !== text(ManagedPolicyName))
        if (others.length >= 10) throw exceeded(around, 'Cannot exceed quota for PoliciesPerRole: 10')
      }
    },
  }),
  define('AWS::IAM::ServiceLinkedRole', {
    scope: 'global',
    createOnly: ['AWSServiceName', 'CustomSuffix'],
    id: (_, { AWSServiceName, CustomSuffix }) => serviceLinkedRoleName(text(AWSServiceName), text(CustomSuffix)),
    taken: (name) => `Service role name ${name} has been taken in this account, please try a different suffix.`,
    attributes: (_, name) => ({ RoleName: name }),
    requires: ({ AWSServiceName }, around) => {
      if (!/^[a-z0-9.-]+\.amazonaws\.com$/.test(text(AWSServiceName))) {
        throw refused(around, `The service name ${text(AWSServiceName)} is not valid.`, 'InvalidRequest')
      }
    },
  }),
]

/** Names that services chose themselves; the others follow from the service's host name. */
const serviceLinkedNames: Record<string, string> = {
  'ops.apigateway.amazonaws.com': 'APIGateway',
  'replication.dynamodb.amazonaws.com': 'DynamoDBReplication',
  'rds.amazonaws.com': 'RDS',
  'elasticache.amazonaws.com': 'ElastiCache',
  'ecs.amazonaws.com': 'ECS',
  'elasticloadbalancing.amazonaws.com': 'ElasticLoadBalancing',
  'backup.amazonaws.com': 'Backup',
  'elasticfilesystem.amazonaws.com': 'AmazonElasticFileSystem',
  'ecs.application-autoscaling.amazonaws.com': 'ApplicationAutoScaling_ECSService',
  'rds.application-autoscaling.amazonaws.com': 'ApplicationAutoScaling_RDSCluster',
}

/** `AWSServiceRoleFor<service>`, with `_<suffix>` where one is given. */
export function serviceLinkedRoleName(service: string, suffix = ''): string {
  const words = service.replace('.amazonaws.com', '').split(/[.-]/)
  const derivedName = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return `AWSServiceRoleFor${serviceLinkedNames[service] ?? derivedName}${suffix && `_${suffix}`}`
}
