// What services do by themselves with a role that they assume: by service and act, each action with its resource and source.
import type { Row } from './row.ts'

const rows = (source: string, ...some: [action: string, resource: string, context?: Row['context']][]): Row[] =>
  some.map(([action, resource, context]) => ({ action, resource, source, ...(context && { context }) }))

const s3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html'
const s3Keys = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html'
const kinesisSource = 'https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html'
const kinesisKeys = 'https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html'
const failures = 'https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html'
const topicKeys = 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html'
const lambdaNetwork = 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html'
const lambdaLogs = 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html'
const flowLogs = 'https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html'
const destinations = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateDestination.html'
const buses = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html'
// The page of the user guide that lists these could not be opened; AWS's provider for Terraform tests endpoints with them.
const endpoints =
  'https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/events/endpoint_test.go'
const stateLogs = 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html'
const lambdaFiles = 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html'
const lambdaKeys = 'https://github.com/cattle-ops/terraform-aws-gitlab-runner/pull/1253'
const lambdaTraces = 'https://docs.aws.amazon.com/xray/latest/devguide/xray-permissions.html'
const taskStart = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html'
const taskFiles = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSAuthorizationConfig.html'
const replicas = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2gt_IAM.html'
const tableKeys = 'https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html'
const backups =
  'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html'
const backupCopies = 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbackup.html'
const selections = 'https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/backup/selection.go'

const copyObject: Row[] = [
  ...rows(s3, ['s3:GetReplicationConfiguration', 'arn:aws:s3:::{bucket}'], ['s3:ListBucket', 'arn:aws:s3:::{bucket}']),
  ...rows(
    s3,
    ['s3:GetObjectVersionForReplication', 'arn:aws:s3:::{bucket}/{key}'],
    ['s3:GetObjectVersionAcl', 'arn:aws:s3:::{bucket}/{key}'],
    ['s3:GetObjectVersionTagging', 'arn:aws:s3:::{bucket}/{key}'],
    ['s3:ReplicateObject', 'arn:aws:s3:::{destination}/{key}'],
    ['s3:ReplicateTags', 'arn:aws:s3:::{destination}/{key}'],
  ),
  ...rows(
    s3Keys,
    ['kms:Decrypt', '{sourceKey}', { 'kms:ViaService': 's3.{region}.amazonaws.com' }],
    ['kms:Encrypt', '{replicaKey}', { 'kms:ViaService': 's3.{peer}.amazonaws.com' }],
  ),
]

const copyMarker: Row[] = rows(
  s3,
  ['s3:GetReplicationConfiguration', 'arn:aws:s3:::{bucket}'],
  ['s3:ListBucket', 'arn:aws:s3:::{bucket}'],
  ['s3:ReplicateDelete', 'arn:aws:s3:::{destination}/{key}'],
)

const readStream: Row[] = [
  ...rows(
    kinesisSource,
    ['kinesis:DescribeStream', '{stream}'],
    ['kinesis:DescribeStreamSummary', '{stream}'],
    ['kinesis:GetRecords', '{stream}'],
    ['kinesis:GetShardIterator', '{stream}'],
    ['kinesis:ListShards', '{stream}'],
    ['kinesis:SubscribeToShard', '{consumer}'],
  ),
  ...rows(kinesisKeys, ['kms:Decrypt', '{streamKey}', { 'kms:ViaService': 'kinesis.{region}.amazonaws.com' }]),
  ...rows(failures, ['sns:Publish', '{failureTopic}']),
  ...rows(
    topicKeys,
    ['kms:Decrypt', '{failureTopicKey}', { 'kms:ViaService': 'sns.{region}.amazonaws.com' }],
    ['kms:GenerateDataKey', '{failureTopicKey}', { 'kms:ViaService': 'sns.{region}.amazonaws.com' }],
  ),
]

/** Lambda and Fargate mount a file system through an access point. */
const mountFiles = (source: string): Row[] =>
  ['ClientMount', 'ClientWrite'].map((name) => ({
    action: `elasticfilesystem:${name}`,
    resource: '{fileSystem}',
    context: { 'elasticfilesystem:AccessPointArn': '{accessPoint}' },
    source,
  }))

/** Rights of whoever changes the replicas of a table, on the table of the other region. */
const inReplica = (names: string): Row[] =>
  rows(replicas, ...names.split(' ').map((name): [string, string] => [`dynamodb:${name}`, '{replica}']))

const lendTableKey: Row[] = ['kms:DescribeKey', 'kms:CreateGrant', 'kms:Decrypt'].map((action) => ({
  action,
  resource: '{replicaKey}',
  context: { 'kms:ViaService': 'dynamodb.{peer}.amazonaws.com' },
  source: tableKeys,
}))

const forAService = { 'kms:GrantIsForAWSResource': 'true' }

/** What a snapshot lies under is lent to the service that makes it, or the copy of it. */
const lendKey = (key: string): Row[] => [
  ...rows(backups, ['kms:DescribeKey', key]),
  ...rows(backups, ['kms:CreateGrant', key, forAService]),
]

const backUpCluster: Row[] = [
  ...rows(
    backups,
    ['rds:DescribeDBClusters', '{cluster}'],
    ['rds:ListTagsForResource', '{cluster}'],
    ['rds:CreateDBClusterSnapshot', '{cluster}'],
    ['rds:CreateDBClusterSnapshot', '{point}'],
    ['rds:AddTagsToResource', '{point}'],
    ['rds:DescribeDBClusterSnapshots', '{point}'],
    ['backup:DescribeBackupVault', '{vault}'],
    ['backup:CopyIntoBackupVault', '{vault}'],
  ),
  ...lendKey('{key}'),
]

const copyClusterPoint: Row[] = [
  ...rows(backupCopies, ['backup:CopyFromBackupVault', '{point}'], ['backup:CopyIntoBackupVault', '{peerVault}']),
  ...rows(
    backups,
    ['backup:DescribeBackupVault', '{peerVault}'],
    ['rds:ListTagsForResource', '{point}'],
    ['rds:CopyDBClusterSnapshot', '{point}'],
    ['rds:CopyDBClusterSnapshot', '{copy}'],
    ['rds:AddTagsToResource', '{copy}'],
    ['rds:DescribeDBClusterSnapshots', '{copy}'],
  ),
  ...lendKey('{peerKey}'),
]

const backUpTable: Row[] = [
  ...rows(
    backups,
    ['dynamodb:DescribeTable', '{table}'],
    ['dynamodb:ListTagsOfResource', '{table}'],
    ['dynamodb:StartAwsBackupJob', '{table}'],
    ['backup:DescribeBackupVault', '{vault}'],
    ['backup:CopyIntoBackupVault', '{vault}'],
    ['backup:TagResource', '{point}'],
  ),
  ...rows(
    backups,
    ['kms:Decrypt', '{key}', { 'kms:ViaService': 'dynamodb.{region}.amazonaws.com' }],
    ['kms:GenerateDataKey', '{key}', { 'kms:ViaService': 'dynamodb.{region}.amazonaws.com' }],
  ),
  ...lendKey('{key}'),
]

const copyTablePoint: Row[] = [
  ...rows(backupCopies, ['backup:CopyFromBackupVault', '{point}'], ['backup:CopyIntoBackupVault', '{peerVault}']),
  ...rows(backups, ['backup:DescribeBackupVault', '{peerVault}'], ['backup:TagResource', '{copy}']),
  ...lendKey('{peerKey}'),
]

/** By service principal, then by act. */
export const acts = {
  'backup.amazonaws.com': {
    'make a selection': rows(selections, ['tag:GetResources', '*']),
    'back up a cluster': backUpCluster,
    'copy the backup of a cluster': copyClusterPoint,
    'let the backup of a cluster expire': rows(backups, ['rds:DeleteDBClusterSnapshot', '{point}']),
    'back up a table': backUpTable,
    'copy the backup of a table': copyTablePoint,
    // In accounts that have not opted in to advanced backups of tables, DynamoDB makes and keeps them itself.
    'back up a table the older way': rows(
      backups,
      ['dynamodb:CreateBackup', '{table}'],
      ['dynamodb:DescribeBackup', '{table}/backup/01'],
      ['dynamodb:DeleteBackup', '{table}/backup/01'],
    ),
  },
  'dynamodb.amazonaws.com': {
    'add a replica': [
      ...rows(replicas, ['dynamodb:DescribeTable', '{table}'], ['dynamodb:UpdateTable', '{table}']),
      ...inReplica('CreateTable CreateTableReplica Scan Query UpdateItem PutItem GetItem DeleteItem BatchWriteItem'),
      ...lendTableKey,
    ],
    'remove a replica': [
      ...rows(replicas, ['dynamodb:DescribeTable', '{table}'], ['dynamodb:UpdateTable', '{table}']),
      ...inReplica('DeleteTable DeleteTableReplica'),
    ],
  },
  'ecs-tasks.amazonaws.com': {
    'pull an image': rows(
      taskStart,
      ['ecr:GetAuthorizationToken', '*'],
      ['ecr:BatchCheckLayerAvailability', '{repository}'],
      ['ecr:GetDownloadUrlForLayer', '{repository}'],
      ['ecr:BatchGetImage', '{repository}'],
    ),
    'write its log': rows(
      taskStart,
      ['logs:CreateLogStream', 'arn:aws:logs:{region}:{account}:log-group:{logGroup}:log-stream:{logStream}'],
      ['logs:PutLogEvents', 'arn:aws:logs:{region}:{account}:log-group:{logGroup}:log-stream:{logStream}'],
    ),
    'read a secret': [
      ...rows(taskStart, ['secretsmanager:GetSecretValue', '{secret}']),
      ...rows(taskStart, [
        'kms:Decrypt',
        '{secretKey}',
        {
          'kms:ViaService': 'secretsmanager.{region}.amazonaws.com',
          'kms:EncryptionContext:SecretARN': '{secret}',
        },
      ]),
    ],
    'mount files': mountFiles(taskFiles),
  },
  's3.amazonaws.com': { 'replicate an object': copyObject, 'replicate a delete marker': copyMarker },
  'lambda.amazonaws.com': {
    'read a stream': readStream,
    'join a network': rows(
      lambdaNetwork,
      ['ec2:CreateNetworkInterface', '*'],
      ['ec2:DescribeNetworkInterfaces', '*'],
      ['ec2:DescribeSubnets', '*'],
      ['ec2:DeleteNetworkInterface', '*'],
      ['ec2:AssignPrivateIpAddresses', '*'],
      ['ec2:UnassignPrivateIpAddresses', '*'],
    ),
    'mount files': mountFiles(lambdaFiles),
    'read its environment': rows(lambdaKeys, ['kms:Decrypt', '{environmentKey}']),
    trace: rows(lambdaTraces, ['xray:PutTraceSegments', '*'], ['xray:PutTelemetryRecords', '*']),
    'write its log': rows(
      lambdaLogs,
      ['logs:CreateLogStream', 'arn:aws:logs:{region}:{account}:log-group:{logGroup}:log-stream:{logStream}'],
      ['logs:PutLogEvents', 'arn:aws:logs:{region}:{account}:log-group:{logGroup}:log-stream:{logStream}'],
    ),
  },
  'vpc-flow-logs.amazonaws.com': {
    'write a flow log': rows(
      flowLogs,
      ['logs:CreateLogStream', 'arn:aws:logs:{region}:{account}:log-group:{logGroup}:log-stream:{logStream}'],
      ['logs:PutLogEvents', 'arn:aws:logs:{region}:{account}:log-group:{logGroup}:log-stream:{logStream}'],
      ['logs:DescribeLogStreams', 'arn:aws:logs:{region}:{account}:log-group:{logGroup}:log-stream:'],
      ['logs:DescribeLogGroups', '*'],
    ),
  },
  'logs.amazonaws.com': {
    'send to a destination': [
      ...rows(destinations, ['kinesis:PutRecord', '{stream}']),
      ...rows(kinesisKeys, [
        'kms:GenerateDataKey',
        '{streamKey}',
        { 'kms:ViaService': 'kinesis.{streamRegion}.amazonaws.com' },
      ]),
    ],
  },
  'events.amazonaws.com': {
    'send to a bus': rows(buses, ['events:PutEvents', '{bus}']),
    'replicate an endpoint': rows(
      endpoints,
      ['events:PutRule', '{managedRule}'],
      ['events:PutTargets', '{managedRule}'],
      ['events:DeleteRule', '{managedRule}'],
      ['events:RemoveTargets', '{managedRule}'],
      ['events:PutEvents', '{bus}'],
      ['iam:PassRole', '{role}', { 'iam:PassedToService': 'events.amazonaws.com' }],
    ),
  },
  'states.amazonaws.com': {
    'deliver logs': rows(
      stateLogs,
      ['logs:CreateLogDelivery', '*'],
      ['logs:GetLogDelivery', '*'],
      ['logs:UpdateLogDelivery', '*'],
      ['logs:DeleteLogDelivery', '*'],
      ['logs:ListLogDeliveries', '*'],
      ['logs:PutResourcePolicy', '*'],
      ['logs:DescribeResourcePolicies', '*'],
      ['logs:DescribeLogGroups', '*'],
    ),
  },
} satisfies Record<string, Record<string, Row[]>>
