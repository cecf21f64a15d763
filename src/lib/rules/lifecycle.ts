// Rules: an environment can be removed without a trace and made again under the same name.
import type { Value } from '../core/model.ts'
import { grants } from './policies.ts'
import { each, get, isTrue, listOf, textsOf, type Rule, text } from './rule.ts'

const policies = ['DeletionPolicy', 'UpdateReplacePolicy'] as const

/** Members of an Aurora cluster hold no data of their own. */
const holdsData = (type: string, properties: Record<string, Value>): boolean =>
  type === 'AWS::RDS::DBCluster' || properties['DBClusterIdentifier'] === undefined

/** Functions that a requirement gives concurrency of their own, by system. TXN-25 asks for 100 or more. */
const reserved: Record<string, string> = { transactions: 'transaction-processor-' }

const protections = ['DeletionProtection', 'DeletionProtectionEnabled', 'EnableTerminationProtection']

const protectedBy = (properties: Record<string, Value>): (string | number)[] | undefined => {
  const flag = protections.find((name) => isTrue(properties[name]))
  if (flag) return [flag]
  const replica = listOf(properties['Replicas']).findIndex((one) => isTrue(get(one, 'DeletionProtectionEnabled')))
  if (replica >= 0) return ['Replicas', replica, 'DeletionProtectionEnabled']
  const balancer = listOf(properties['LoadBalancerAttributes']).findIndex(
    (one) => get(one, 'Key') === 'deletion_protection.enabled' && isTrue(get(one, 'Value')),
  )
  if (balancer >= 0) return ['LoadBalancerAttributes', balancer]
  return get(properties, 'FileSystemProtection', 'ReplicationOverwriteProtection') === 'DISABLED'
    ? ['FileSystemProtection']
    : undefined
}

export const lifecycle: Rule[] = [
  {
    id: 'lifecycle/kept',
    title: 'Nothing outlives its stack',
    requirements: ['COMMON-04', 'COMMON-05', 'COMMON-07'],
    fix: 'use Delete',
    check: ({ templates }) =>
      templates.flatMap(({ template }) =>
        Object.entries(template.body.Resources).flatMap(([id, resource]) =>
          policies
            .filter((policy) => /^(Retain|RetainExceptOnCreate|Snapshot)$/.test(resource[policy] ?? ''))
            .map((policy) => ({
              position: template.at(['Resources', id, policy]),
              message: `${id} has ${policy}: ${resource[policy] ?? ''}`,
            })),
        ),
      ),
  },
  {
    id: 'lifecycle/explicit-delete',
    title: 'Databases say Delete themselves, because their default is a snapshot, and take their backups along',
    requirements: ['COMMON-05', 'COMMON-07'],
    fix: 'write DeletionPolicy and UpdateReplacePolicy Delete, and DeleteAutomatedBackups: true',
    check: each(['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance'], ({ resource, properties }) => {
      if (!holdsData(resource.type, properties)) return undefined
      if (resource.deletionPolicy !== 'Delete' || resource.updateReplacePolicy !== 'Delete') {
        return 'does not say DeletionPolicy and UpdateReplacePolicy Delete'
      }
      return isTrue(properties['DeleteAutomatedBackups']) ? undefined : 'keeps its automated backups'
    }),
  },
  {
    id: 'lifecycle/protected',
    title: 'Nothing is protected against deletion',
    requirements: ['COMMON-06'],
    fix: 'set it to false; protect the environment with `protect: true` in dr.yaml',
    check: each([], ({ properties }) => {
      const path = protectedBy(properties)
      return path && [{ path, message: 'is protected against deletion' }]
    }),
  },
  {
    id: 'lifecycle/locked-bucket',
    title: 'Buckets can be emptied',
    requirements: ['COMMON-08'],
    fix: 'leave object lock off, and deny no deletes',
    check: (context) => [
      ...each(['AWS::S3::Bucket'], ({ properties }) =>
        isTrue(properties['ObjectLockEnabled'])
          ? [{ path: ['ObjectLockEnabled'], message: 'locks its objects' }]
          : undefined,
      )(context),
      ...each(['AWS::S3::BucketPolicy'], ({ properties }) => {
        const at = listOf(get(properties, 'PolicyDocument', 'Statement')).findIndex(
          (statement) =>
            get(statement, 'Effect') === 'Deny' &&
            get(statement, 'Condition') === undefined &&
            textsOf(get(statement, 'Action')).some((action) => /^(\*|s3:\*|s3:Delete)/.test(action)),
        )
        return at < 0 ? undefined : [{ path: ['PolicyDocument', 'Statement', at], message: 'denies deletes' }]
      })(context),
    ],
  },
  {
    id: 'lifecycle/log-group-recreated',
    title: 'No role may create log groups: a late writer would bring a deleted group back',
    requirements: ['COMMON-04'],
    fix: 'allow logs:CreateLogStream and logs:PutLogEvents on the group that the stack makes',
    check: (context) => [
      ...grants(context)
        .filter(({ statement }) =>
          textsOf(statement['Action']).some((a) => /^logs:(\*|CreateLogGroup|Create\*)$/.test(a)),
        )
        .map(({ found, path }) => ({
          position: found.at(...path),
          message: `${found.resource.logicalId} may create log groups`,
        })),
      ...each(['AWS::IAM::Role'], ({ properties }) => {
        const managed = textsOf(properties['ManagedPolicyArns']).find((arn) =>
          /AWSLambda(Basic|VPCAccess)Execution/.test(arn),
        )
        return managed
          ? [{ path: ['ManagedPolicyArns'], message: 'may create log groups by a managed policy' }]
          : undefined
      })(context),
    ],
  },
  {
    id: 'lifecycle/once-per-account',
    title: 'Nothing is made that exists once per account and region',
    requirements: ['COMMON-27', 'COMMON-28', 'COMMON-31'],
    fix: 'enable it by hand, at account level',
    check: each([], ({ resource }) =>
      /^AWS::(GuardDuty|Synthetics)::|^AWS::Config::(ConfigurationRecorder|DeliveryChannel)$/.test(resource.type)
        ? `is a ${resource.type}, which exists once per account`
        : undefined,
    ),
  },
  {
    id: 'lifecycle/reserved-concurrency',
    title: 'Only functions that a requirement names reserve concurrency',
    requirements: ['COMMON-30', 'TXN-25'],
    fix: 'leave ReservedConcurrentExecutions out',
    check: each(['AWS::Lambda::Function'], ({ properties }, { target }) => {
      const mine = reserved[target.system.name]
      const allowed = mine !== undefined && text(properties['FunctionName']).startsWith(mine)
      return allowed || properties['ReservedConcurrentExecutions'] === undefined
        ? undefined
        : [{ path: ['ReservedConcurrentExecutions'], message: 'reserves concurrency' }]
    }),
  },
  {
    id: 'lifecycle/sdk',
    title: 'Functions use version 3 of the SDK: the runtimes no longer bring version 2',
    requirements: ['COMMON-29'],
    fix: 'use the clients of version 3, which the runtime brings',
    check: (context) => [
      ...context.sources.flatMap(({ file, text }) => {
        const line = text.split('\n').findIndex((one) => importsOldSdk.test(one))
        return line < 0 ? [] : [{ position: { file, line: line + 1, column: 1 }, message: 'uses the package aws-sdk' }]
      }),
      ...each(['AWS::Lambda::Function'], ({ properties }) =>
        importsOldSdk.test(text(get(properties, 'Code', 'ZipFile')))
          ? [{ path: ['Code', 'ZipFile'], message: 'uses the package aws-sdk' }]
          : undefined,
      )(context),
    ],
  },
]

const importsOldSdk = /(require\(|from |import )\s*['"]aws-sdk['"/]/
