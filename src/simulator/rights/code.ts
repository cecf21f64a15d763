// What the code of our own functions does with its role: by folder of cfn/functions, each action with its resource.
import { all, existing, list, record, text } from '../existing.ts'
import { arnIn, secretOf } from '../secrets.ts'
import { account, type Cloud, type Resource } from '../state.ts'
import { keyArn } from './ask.ts'
import type { Row, Values } from './row.ts'

const reference = (service: string): string =>
  `https://docs.aws.amazon.com/service-authorization/latest/reference/list_${service}.html`

const rows = (source: string, ...some: [action: string, resource: string, context?: Row['context']][]): Row[] =>
  some.map(([action, resource, context]) => ({ action, resource, source, ...(context && { context }) }))

const backup = reference('awsbackup')
const dynamodb = reference('amazondynamodb')
const parameters = reference('awssystemsmanager')
const rds = reference('amazonrds')
const secrets = reference('awssecretsmanager')
const tableKeys = 'https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html'
const bucketKeys = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html'
const parameterKeys = 'https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html'
const secretKeys = 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html'
const dataApi = 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html'

const withKey = (service: string): Row['context'] => ({ 'kms:ViaService': `${service}.{region}.amazonaws.com` })
const ofSecret = { ...withKey('secretsmanager'), 'kms:EncryptionContext:SecretARN': '{secret}' }

const putItem = [
  ...rows(dynamodb, ['dynamodb:PutItem', 'arn:aws:dynamodb:{region}:{account}:table/{table}']),
  ...rows(tableKeys, ['kms:Decrypt', '{tableKey}', withKey('dynamodb')]),
]

const readSecret = [
  ...rows(secrets, ['secretsmanager:GetSecretValue', '{secret}']),
  ...rows(secretKeys, ['kms:Decrypt', '{secretKey}', ofSecret]),
]

/** By folder. A name in braces without a value is what this function does not have. */
export const code = {
  'transaction-processor': [
    ...putItem,
    ...rows(reference('amazons3'), ['s3:PutObject', 'arn:aws:s3:::{bucket}/transactions/any']),
    ...rows(bucketKeys, ['kms:GenerateDataKey', '{bucketKey}', withKey('s3')]),
  ],
  'payment-processor': [
    ...rows(parameters, ['ssm:GetParameter', 'arn:aws:ssm:{region}:{account}:parameter{parameter}']),
    ...rows(dataApi, ['rds-data:ExecuteStatement', '{cluster}']),
    ...readSecret,
    ...putItem,
    ...rows(reference('amazoneventbridge'), ['events:PutEvents', 'arn:aws:events:{region}:{account}:event-bus/{bus}']),
  ],
  rotation: [
    ...rows(
      secrets,
      ['secretsmanager:DescribeSecret', '{secret}'],
      ['secretsmanager:PutSecretValue', '{secret}'],
      ['secretsmanager:UpdateSecretVersionStage', '{secret}'],
    ),
    ...readSecret,
    ...rows(secretKeys, ['kms:GenerateDataKey', '{secretKey}', ofSecret]),
    ...rows(
      rds,
      ['rds:DescribeDBClusters', '{cluster}'],
      ['rds:ModifyDBCluster', '{cluster}'],
      ['rds:DescribeDBInstances', '{instance}'],
      ['rds:ModifyDBInstance', '{instance}'],
    ),
  ],
  probes: [
    ...readSecret,
    ...rows(
      reference('amazonelasticache'),
      ['elasticache:Connect', 'arn:aws:elasticache:{region}:{account}:replicationgroup:{cacheGroup}'],
      ['elasticache:Connect', 'arn:aws:elasticache:{region}:{account}:user:{cacheUser}'],
    ),
  ],
  'stream-consumer': rows(
    reference('amazoncloudwatchlogs'),
    ['logs:CreateLogStream', 'arn:aws:logs:{region}:{account}:log-group:{archive}:log-stream:any'],
    ['logs:PutLogEvents', 'arn:aws:logs:{region}:{account}:log-group:{archive}:log-stream:any'],
  ),
  'secure-parameter': [
    ...readSecret,
    ...['PutParameter', 'AddTagsToResource', 'ListTagsForResource', 'DeleteParameter'].map((name) => ({
      action: `ssm:${name}`,
      resource: 'arn:aws:ssm:{region}:{account}:parameter{parameter}',
      source: parameters,
    })),
    ...rows(parameterKeys, ['kms:Encrypt', '{parameterKey}', withKey('ssm')]),
  ],
  'vault-emptier': rows(
    backup,
    ['backup:ListRecoveryPointsByBackupVault', '{vault}'],
    ['backup:DeleteRecoveryPoint', 'arn:aws:backup:{region}:{account}:recovery-point:any'],
    ['backup:DeleteRecoveryPoint', 'arn:aws:rds:{region}:{account}:cluster-snapshot:awsbackup:any'],
    ['backup:DeleteRecoveryPoint', 'arn:aws:dynamodb:{region}:{account}:table/any/backup/any'],
    ['backup:ListBackupJobs', '*'],
    ['backup:StopBackupJob', '*'],
    ['backup:ListCopyJobs', '*'],
  ),
  'reader-remover': rows(
    rds,
    ['rds:DescribeDBInstances', 'arn:aws:rds:{region}:{account}:db:any'],
    ['rds:DeleteDBInstance', 'arn:aws:rds:{region}:{account}:db:application-autoscaling-any'],
  ),
  // They write into their own log, or a file, and call nothing.
  'log-archiver': [],
  sentinel: [],
} satisfies Record<string, Row[]>

/** What one function, or one custom resource, has its code do. */
export interface Doing {
  /** ARN of the role. */
  role: string
  rows: Row[]
  values: Values
}

function secretValues(cloud: Cloud, region: string, id: unknown): Values {
  const secret = secretOf(cloud, region, text(id))
  return secret ? { secret: arnIn(secret, region), secretKey: keyArn(cloud, region, secret.kmsKeyId) } : {}
}

function tableValues(cloud: Cloud, region: string, name: unknown): Values {
  const table = all(cloud, 'AWS::DynamoDB::GlobalTable').find(({ physicalId }) => physicalId === name)
  const replica = list(table?.properties.Replicas).find((one) => one.Region === region)
  return {
    table: text(name),
    tableKey: keyArn(cloud, region, text(record(replica?.SSESpecification).KMSMasterKeyId)),
  }
}

function bucketValues(cloud: Cloud, region: string, name: unknown): Values {
  const { BucketEncryption } = existing(cloud, region, 'AWS::S3::Bucket', text(name))?.properties ?? {}
  const [encryption] = list(record(BucketEncryption).ServerSideEncryptionConfiguration)
  const key = text(record(encryption?.ServerSideEncryptionByDefault).KMSMasterKeyID)
  return { bucket: text(name), bucketKey: keyArn(cloud, region, key) }
}

function databaseValues(region: string, { DATABASE_TYPE, DATABASE_IDENTIFIER }: Record<string, unknown>): Values {
  const [name, what] = DATABASE_TYPE === 'AWS::RDS::DBCluster' ? ['cluster', 'cluster'] : ['instance', 'db']
  return { [name]: `arn:aws:rds:${region}:${account}:${what}:${text(DATABASE_IDENTIFIER)}` }
}

/** The secret that is rotated by a function, here or, while its region follows, by the one of the same name elsewhere. */
function rotated(cloud: Cloud, { physicalId }: Resource): string | undefined {
  const schedule = all(cloud, 'AWS::SecretsManager::RotationSchedule').find(({ properties }) =>
    text(properties.RotationLambdaARN).endsWith(`:function:${physicalId}`),
  )
  return schedule && secretOf(cloud, schedule.region, text(schedule.properties.SecretId))?.name
}

type Known = [folder: keyof typeof code, values: Values]

/** Our functions by what their environment says they are. */
function functionKnown(cloud: Cloud, one: Resource): Known | undefined {
  const { region } = one
  const given = record(record(one.properties.Environment).Variables)
  if (given.TABLE_NAME !== undefined && given.REGION_ROLE !== undefined)
    return [
      'transaction-processor',
      { ...tableValues(cloud, region, given.TABLE_NAME), ...bucketValues(cloud, region, given.BUCKET_NAME) },
    ]
  if (given.CLUSTER_ARN_PARAMETER !== undefined) {
    const parameter = existing(cloud, region, 'AWS::SSM::Parameter', text(given.CLUSTER_ARN_PARAMETER))
    return [
      'payment-processor',
      {
        parameter: text(given.CLUSTER_ARN_PARAMETER),
        cluster: text(parameter?.properties.Value),
        bus: text(given.EVENT_BUS_NAME),
        ...secretValues(cloud, region, given.DATABASE_SECRET_NAME),
        ...tableValues(cloud, region, given.SESSION_TABLE_NAME),
      },
    ]
  }
  if (given.DATABASE_IDENTIFIER !== undefined)
    return ['rotation', { ...databaseValues(region, given), ...secretValues(cloud, region, rotated(cloud, one)) }]
  if ([given.DATABASE_HOST, given.CACHE_HOST, given.PROBE_FOLDER].some((place) => place !== undefined)) {
    const cache = given.CACHE_GROUP !== undefined && {
      cacheGroup: text(given.CACHE_GROUP),
      cacheUser: text(given.CACHE_USER),
    }
    return ['probes', { ...secretValues(cloud, region, given.SECRET_NAME), ...cache }]
  }
  if (given.ARCHIVE_LOG_GROUP !== undefined) return ['stream-consumer', { archive: text(given.ARCHIVE_LOG_GROUP) }]
  return undefined
}

/** Our custom resources by their type. */
function customKnown(cloud: Cloud, { type, region, properties }: Resource): Known | undefined {
  const { VaultArn, ParameterName, SecretName, KeyArn } = properties
  if (type === 'Custom::VaultEmptier') return ['vault-emptier', { vault: text(VaultArn) }]
  if (type === 'Custom::ReaderRemover') return ['reader-remover', {}]
  if (type !== 'Custom::SecureParameter') return undefined
  const parameter = { parameter: text(ParameterName), parameterKey: keyArn(cloud, region, text(KeyArn)) }
  return ['secure-parameter', { ...parameter, ...secretValues(cloud, region, SecretName) }]
}

/** What the code behind a function or a custom resource does; undefined where that is none of ours. */
export function doingOf(cloud: Cloud, one: Resource): Doing | undefined {
  const isFunction = one.type === 'AWS::Lambda::Function'
  const name = text(one.properties.ServiceToken).split(':').at(-1) ?? ''
  const behind = isFunction ? one : existing(cloud, one.region, 'AWS::Lambda::Function', name)
  const known = isFunction ? functionKnown(cloud, one) : customKnown(cloud, one)
  if (!known || !behind) return undefined
  const [folder, values] = known
  return { role: text(behind.properties.Role), rows: code[folder], values: { region: one.region, ...values } }
}
