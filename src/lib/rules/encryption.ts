// Rules: data is encrypted with the environment's own keys, at rest and on the way.
import type { Value } from '../core/model.ts'
import {
  each,
  get,
  isMember,
  isTrue,
  listOf,
  resources,
  textsOf,
  type Context,
  type Found,
  type Rule,
  text,
} from './rule.ts'
import { statementsOf } from './policies.ts'

type Place = (string | number)[]

const bucketDefault: Place = [
  'BucketEncryption',
  'ServerSideEncryptionConfiguration',
  0,
  'ServerSideEncryptionByDefault',
]

/** Where each kind of store names its key, and what must stand beside it. */
const stores: Record<string, { key: Place; beside?: [Place, string][] }> = {
  'AWS::Backup::BackupVault': { key: ['EncryptionKeyArn'] },
  'AWS::DynamoDB::Table': {
    key: ['SSESpecification', 'KMSMasterKeyId'],
    beside: [[['SSESpecification', 'SSEEnabled'], 'true']],
  },
  'AWS::EFS::FileSystem': { key: ['KmsKeyId'], beside: [[['Encrypted'], 'true']] },
  'AWS::ElastiCache::ReplicationGroup': { key: ['KmsKeyId'], beside: [[['AtRestEncryptionEnabled'], 'true']] },
  'AWS::Kinesis::Stream': {
    key: ['StreamEncryption', 'KeyId'],
    beside: [[['StreamEncryption', 'EncryptionType'], 'KMS']],
  },
  'AWS::Lambda::Function': { key: ['KmsKeyArn'] },
  'AWS::Logs::LogGroup': { key: ['KmsKeyId'] },
  'AWS::RDS::DBCluster': { key: ['KmsKeyId'], beside: [[['StorageEncrypted'], 'true']] },
  'AWS::RDS::DBInstance': { key: ['KmsKeyId'], beside: [[['StorageEncrypted'], 'true']] },
  'AWS::S3::Bucket': {
    key: [...bucketDefault, 'KMSMasterKeyID'],
    beside: [[[...bucketDefault, 'SSEAlgorithm'], 'aws:kms']],
  },
  'AWS::SNS::Topic': { key: ['KmsMasterKeyId'] },
  'AWS::SQS::Queue': { key: ['KmsMasterKeyId'] },
}

/** A key of the account, not the one that AWS manages for a service. */
const isCustomerKey = (value: Value | undefined): boolean =>
  typeof value === 'string' && value !== '' && !/alias\/aws\//.test(value)

const unencrypted = (found: Found): { path: Place; message: string }[] => {
  const { resource, properties } = found
  const store = stores[resource.type]
  if (!store || isMember(found)) return []
  const wrong = (store.beside ?? []).filter(([path, wanted]) => text(get(properties, ...path)) !== wanted)
  return [
    ...(isCustomerKey(get(properties, ...store.key))
      ? []
      : [{ path: store.key, message: `names no key of its own in ${store.key.join('.')}` }]),
    ...wrong.map(([path, wanted]) => ({ path, message: `must have ${path.join('.')}: ${wanted}` })),
  ]
}

/** Policies that guard a store, and the property that says which. */
const guards: Record<string, { type: string; of: string }> = {
  'AWS::S3::Bucket': { type: 'AWS::S3::BucketPolicy', of: 'Bucket' },
  'AWS::SNS::Topic': { type: 'AWS::SNS::TopicPolicy', of: 'Topics' },
  'AWS::SQS::Queue': { type: 'AWS::SQS::QueuePolicy', of: 'Queues' },
}

/** Statements of the policies of the same template that name this resource. */
function guarding(context: Context, found: Found): Record<string, Value>[] {
  const guard = guards[found.resource.type]
  if (!guard) return []
  return resources(context, guard.type)
    .filter(({ template, properties }) => template === found.template && names(properties[guard.of], found))
    .flatMap(({ properties }) => statementsOf(properties['PolicyDocument']))
}

/** A bucket is meant by its name, a topic by its ARN, a queue by its address; without a name, by their token. */
const names = (value: Value | undefined, { resource, properties }: Found): boolean => {
  const name = text(properties['BucketName'] ?? properties['TopicName'] ?? properties['QueueName'])
  return textsOf(value).some(
    (meant) => (name && /[^:/]+$/.exec(meant)?.[0] === name) || meant.endsWith(`/${resource.logicalId}»`),
  )
}

const denies = (statements: Record<string, Value>[], operator: string, key: string): boolean =>
  statements.some(({ Effect, Condition }) => Effect === 'Deny' && get(Condition, operator, key) !== undefined)

/** Settings that make a service refuse plain text. */
const settings: [type: string, path: Place, wanted: string][] = [
  ['AWS::ElastiCache::ReplicationGroup', ['TransitEncryptionEnabled'], 'true'],
  ['AWS::ElastiCache::ReplicationGroup', ['TransitEncryptionMode'], 'required'],
  ['AWS::ApiGatewayV2::DomainName', ['DomainNameConfigurations', 0, 'SecurityPolicy'], 'TLS_1_2'],
  ['AWS::Route53::HealthCheck', ['HealthCheckConfig', 'Type'], 'HTTPS'],
]

export const encryption: Rule[] = [
  {
    id: 'encryption/customer-key',
    title: 'Every store of data names the key of its region',
    requirements: ['COMMON-16', 'TXN-17', 'TXN-33'],
    fix: 'give it the key ARN of the foundation stage',
    check: each(Object.keys(stores), unencrypted),
  },
  {
    id: 'encryption/replica-key',
    title: 'Every replica of a global table names the key of its own region',
    requirements: ['COMMON-16', 'TXN-33'],
    fix: 'set SSESpecification.KMSMasterKeyId in each replica and SSEType: KMS above',
    check: each(['AWS::DynamoDB::GlobalTable'], ({ properties }) => {
      const keys = listOf(properties['Replicas']).map((replica) => get(replica, 'SSESpecification', 'KMSMasterKeyId'))
      const twice = new Set(keys.map(String)).size < keys.length
      return [
        ...keys.flatMap((key, index) =>
          isCustomerKey(key)
            ? []
            : [{ path: ['Replicas', index], message: `replica ${index} names no key of its own` }],
        ),
        ...(twice ? [{ path: ['Replicas'], message: 'uses one key in two regions' }] : []),
        ...(get(properties, 'SSESpecification', 'SSEType') === 'KMS'
          ? []
          : [{ path: ['SSESpecification'], message: 'must have SSESpecification.SSEType: KMS' }]),
      ]
    }),
  },
  {
    id: 'encryption/key-region',
    title: 'Every store is under a key of its own region: one of another region would be lost with it',
    requirements: ['COMMON-16', 'PAY-04', 'TXN-05', 'TXN-29'],
    fix: 'give it the key of its region, chosen by the role',
    check: each(Object.keys(stores), ({ resource, template, properties }) => {
      const path = stores[resource.type]?.key ?? []
      const born = /^«[^./»]+\.(primary|failover|standalone)\//.exec(text(get(properties, ...path)))?.[1]
      return born === undefined || born === template.role
        ? undefined
        : [{ path, message: `uses the key of the ${born} region in ${template.region}` }]
    }),
  },
  {
    id: 'encryption/key-rotation',
    title: 'Keys rotate by themselves',
    requirements: ['COMMON-16', 'TXN-31'],
    fix: 'set EnableKeyRotation: true',
    check: each(['AWS::KMS::Key'], ({ properties }) =>
      isTrue(properties['EnableKeyRotation']) ? undefined : 'does not rotate',
    ),
  },
  {
    id: 'encryption/tls-policy',
    title: 'Buckets, topics and queues refuse requests without TLS',
    requirements: ['COMMON-17', 'TXN-59'],
    fix: 'deny aws:SecureTransport false in its policy, and for buckets s3:TlsVersion below 1.2',
    check: each(Object.keys(guards), (found, context) => {
      const statements = guarding(context, found)
      if (!denies(statements, 'Bool', 'aws:SecureTransport')) return 'has no policy that denies requests without TLS'
      if (found.resource.type !== 'AWS::S3::Bucket') return undefined
      return denies(statements, 'NumericLessThan', 's3:TlsVersion')
        ? undefined
        : 'has no policy that denies TLS versions below 1.2'
    }),
  },
  {
    id: 'encryption/tls-setting',
    title: 'Services that can be told to demand TLS are told so',
    requirements: ['COMMON-17', 'TXN-59'],
    fix: 'set the property as named',
    check: (context) =>
      settings.flatMap(([type, path, wanted]) =>
        each([type], ({ properties }) =>
          text(get(properties, ...path)) === wanted
            ? undefined
            : [{ path, message: `must have ${path.join('.')}: ${wanted}` }],
        )(context),
      ),
  },
]
