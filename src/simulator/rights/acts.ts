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
const buses = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html'
const endpoints = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-ge-iam-permissions.html'
const stateLogs = 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html'

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

/** By service principal, then by act. */
export const acts = {
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
      ['logs:DescribeLogGroups', 'arn:aws:logs:{region}:{account}:log-group::log-stream:'],
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
