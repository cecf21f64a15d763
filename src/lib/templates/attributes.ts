// What Ref and GetAtt give where that follows from the resource's own name, so that policies can be checked
// before anything exists. Source: CloudFormation template reference, "Return values" of each type.
import type { Value } from '../model.ts'

/** Where a resource is; `id` is its name or the account-wide part of its ARN. */
interface Place {
  partition: string
  region: string
  account: string
}

interface Known {
  /** The property that names it. */
  name: string
  /** ARN of the named resource, if it has one that follows from its name. */
  arn?: (name: string, place: Place, properties: Record<string, Value>) => string
  /** What Ref gives, where it is not the name. */
  ref?: 'arn' | ((name: string, place: Place) => string)
  /** GetAtt attributes that hold the ARN, and the name. */
  arnAttributes?: string[]
  nameAttributes?: string[]
}

const regional =
  (service: string, kind = ''): NonNullable<Known['arn']> =>
  (name, { partition, region, account }) =>
    `arn:${partition}:${service}:${region}:${account}:${kind}${name}`

const role: NonNullable<Known['arn']> = (name, { partition, account }, { Path: path }) =>
  `arn:${partition}:iam::${account}:role${typeof path === 'string' ? path : '/'}${name}`

const queueUrl = (name: string, { partition, region, account }: Place): string =>
  `https://sqs.${region}.${partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}/${account}/${name}`

const table: Record<string, Known> = {
  'AWS::Backup::BackupVault': {
    name: 'BackupVaultName',
    arn: regional('backup', 'backup-vault:'),
    arnAttributes: ['BackupVaultArn'],
    nameAttributes: ['BackupVaultName'],
  },
  'AWS::CloudWatch::Alarm': { name: 'AlarmName', arn: regional('cloudwatch', 'alarm:') },
  'AWS::CloudWatch::Dashboard': { name: 'DashboardName' },
  'AWS::DynamoDB::GlobalTable': { name: 'TableName', arn: regional('dynamodb', 'table/') },
  'AWS::DynamoDB::Table': { name: 'TableName', arn: regional('dynamodb', 'table/') },
  'AWS::ElastiCache::ReplicationGroup': {
  'AWS::ElastiCache::SubnetGroup': { name: 'CacheSubnetGroupName' },
  'AWS::ElastiCache::User': { name: 'UserId', arn: regional('elasticache', 'user:') },
  'AWS::ElastiCache::UserGroup': { name: 'UserGroupId', arn: regional('elasticache', 'usergroup:') },
  'AWS::Events::EventBus': { name: 'Name', arn: regional('events', 'event-bus/'), nameAttributes: ['Name'] },
  'AWS::IAM::Role': { name: 'RoleName', arn: role },
  'AWS::Kinesis::Stream': { name: 'Name', arn: regional('kinesis', 'stream/') },
  'AWS::KMS::Alias': { name: 'AliasName' },
  'AWS::Lambda::Function': { name: 'FunctionName', arn: regional('lambda', 'function:') },
  'AWS::Logs::Destination': { name: 'DestinationName', arn: regional('logs', 'destination:') },
  'AWS::Logs::LogGroup': {
    name: 'LogGroupName',
    arn: (name, place, own) => `${regional('logs', 'log-group:')(name, place, own)}:*`,
  },
  'AWS::RDS::DBCluster': {
    name: 'DBClusterIdentifier',
    arn: regional('rds', 'cluster:'),
    arnAttributes: ['DBClusterArn'],
  },
  'AWS::RDS::DBInstance': {
    name: 'DBInstanceIdentifier',
    arn: regional('rds', 'db:'),
    arnAttributes: ['DBInstanceArn'],
  },
  'AWS::RDS::DBClusterParameterGroup': { name: 'DBClusterParameterGroupName' },
  'AWS::RDS::DBParameterGroup': { name: 'DBParameterGroupName' },
  'AWS::RDS::DBSubnetGroup': { name: 'DBSubnetGroupName' },
  'AWS::RDS::EventSubscription': { name: 'SubscriptionName' },
  'AWS::RDS::GlobalCluster': { name: 'GlobalClusterIdentifier' },
  'AWS::S3::Bucket': { name: 'BucketName', arn: (name, { partition }) => `arn:${partition}:s3:::${name}` },
  'AWS::SNS::Topic': {
    name: 'TopicName',
    arn: regional('sns'),
    ref: 'arn',
    arnAttributes: ['TopicArn'],
    nameAttributes: ['TopicName'],
  },
  'AWS::SQS::Queue': { name: 'QueueName', arn: regional('sqs'), ref: queueUrl, nameAttributes: ['QueueName'] },
  'AWS::SSM::Document': { name: 'Name' },
  'AWS::SSM::Parameter': { name: 'Name' },
  'AWS::StepFunctions::StateMachine': {
    name: 'StateMachineName',
    arn: regional('states', 'stateMachine:'),
    ref: 'arn',
    nameAttributes: ['Name'],
  },
}

/** Properties that GetAtt gives back as they were set. */
const echoed: Record<string, string[]> = {
  'AWS::EC2::VPC': ['CidrBlock'],
  'AWS::EC2::Subnet': ['AvailabilityZone', 'CidrBlock', 'VpcId'],
  'AWS::SSM::Parameter': ['Type', 'Value'],
}

/** GetAtt attributes that are lists. */
const lists: Record<string, string[]> = {
  'AWS::EC2::VPC': ['CidrBlockAssociations', 'Ipv6CidrBlocks'],
  'AWS::EC2::VPCEndpoint': ['DnsEntries', 'NetworkInterfaceIds'],
  'AWS::Route53::HostedZone': ['NameServers'],
}

/** Whether an attribute of a type is a list. */
export const isListAttribute = (type: string, attribute: string): boolean => lists[type]?.includes(attribute) ?? false

/** The property that names a resource of a type, where the name alone decides its Ref or ARN. */
export const namingProperty = (type: string): string | undefined => table[type]?.name

/**
 * Ref (without `attribute`) or GetAtt of a resource as far as it follows from its properties.
 * @param property gives a resolved property; asked only for what is needed
 */
export function knownAttribute(
  type: string,
  attribute: string | undefined,
  property: (name: string) => Value | undefined,
  place: Place,
): Value | undefined {
  if (attribute !== undefined && echoed[type]?.includes(attribute)) return property(attribute)
  const known = table[type]
  const name = known && property(known.name)
  if (!known || typeof name !== 'string') return undefined
  const arn = (): string | undefined => known.arn?.(name, place, { Path: property('Path') ?? '/' })
  if (attribute === undefined) return known.ref === 'arn' ? arn() : (known.ref?.(name, place) ?? name)
  if ((known.arnAttributes ?? ['Arn']).includes(attribute)) return arn()
  return known.nameAttributes?.includes(attribute) ? name : undefined
}
