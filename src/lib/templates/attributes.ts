// What Ref and GetAtt give where that follows from the resource's own name, so that policies can be checked
// before anything exists. Source: CloudFormation template reference, "Return values" of each type.
import type { Value } from '../core/model.ts'

/** Where a resource is; `id` is its name or the account-wide part of its ARN. */
interface Place {
  partition: string
  region: string
  account: string
}

/** Gives a resolved property; asked only for what is needed. */
type Own = (property: string) => Value | undefined

interface Known {
  /** The property that names it. */
  name: string
  /** ARN of the named resource, if it has one that follows from its name. */
  arn?: (name: string, place: Place, own: Own) => string | undefined
  /** What Ref gives, where it is not the name. */
  ref?: 'arn' | ((name: string, place: Place, own: Own) => string)
  /** GetAtt attributes that hold the ARN, and the name. */
  arnAttributes?: string[]
  nameAttributes?: string[]
}

const regional =
  (service: string, kind = '') =>
  (name: string, { partition, region, account }: Place): string =>
    `arn:${partition}:${service}:${region}:${account}:${kind}${name}`

/** A property that is text, or something in its place. */
const textOf = (own: Own, property: string, otherwise: string): string => {
  const value = own(property)
  return typeof value === 'string' ? value : otherwise
}

const role: NonNullable<Known['arn']> = (name, { partition, account }, own) =>
  `arn:${partition}:iam::${account}:role${textOf(own, 'Path', '/')}${name}`

/** A bus of its own is part of a rule's ARN and Ref, the default one is not. */
const busOf = (own: Own, separator: string): string => {
  const bus = textOf(own, 'EventBusName', 'default').split('/').at(-1)
  return bus === 'default' ? '' : `${bus}${separator}`
}

/** A function's name, given by name or ARN. */
const nameOf = (reference: string): string => /^arn:.*:function:([^:]+)/.exec(reference)?.[1] ?? reference

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
  'AWS::CloudWatch::CompositeAlarm': { name: 'AlarmName', arn: regional('cloudwatch', 'alarm:') },
  'AWS::Config::ConfigRule': { name: 'ConfigRuleName' },
  'AWS::DynamoDB::GlobalTable': { name: 'TableName', arn: regional('dynamodb', 'table/') },
  'AWS::DynamoDB::Table': { name: 'TableName', arn: regional('dynamodb', 'table/') },
  'AWS::ECS::Cluster': { name: 'ClusterName', arn: regional('ecs', 'cluster/') },
  'AWS::ECS::Service': {
    name: 'ServiceName',
    arn: (name, place, own) => {
      const cluster = textOf(own, 'Cluster', 'default').split('/').at(-1) ?? ''
      return regional('ecs', `service/${cluster}/`)(name, place)
    },
    ref: 'arn',
    arnAttributes: ['ServiceArn'],
    nameAttributes: ['Name'],
  },
  'AWS::ElastiCache::ReplicationGroup': {
    name: 'ReplicationGroupId',
    arn: regional('elasticache', 'replicationgroup:'),
  },
  'AWS::ElastiCache::SubnetGroup': { name: 'CacheSubnetGroupName' },
  'AWS::ElastiCache::User': { name: 'UserId', arn: regional('elasticache', 'user:') },
  'AWS::ElastiCache::UserGroup': { name: 'UserGroupId', arn: regional('elasticache', 'usergroup:') },
  'AWS::Events::EventBus': { name: 'Name', arn: regional('events', 'event-bus/'), nameAttributes: ['Name'] },
  'AWS::Events::Endpoint': { name: 'Name', arn: regional('events', 'endpoint/') },
  'AWS::Events::Rule': {
    name: 'Name',
    arn: (name, place, own) => regional('events', `rule/${busOf(own, '/')}`)(name, place),
    ref: (name, _, own) => `${busOf(own, '|')}${name}`,
    nameAttributes: ['RuleName'],
  },
  'AWS::IAM::Role': { name: 'RoleName', arn: role },
  'AWS::Kinesis::Stream': { name: 'Name', arn: regional('kinesis', 'stream/') },
  'AWS::KMS::Alias': { name: 'AliasName' },
  'AWS::Lambda::Function': { name: 'FunctionName', arn: regional('lambda', 'function:') },
  'AWS::Lambda::Alias': {
    name: 'Name',
    arn: (name, place, own) => regional('lambda', `function:${nameOf(textOf(own, 'FunctionName', ''))}:`)(name, place),
    ref: 'arn',
    arnAttributes: ['AliasArn'],
  },
  'AWS::Logs::Destination': { name: 'DestinationName', arn: regional('logs', 'destination:') },
  'AWS::Logs::LogGroup': {
    name: 'LogGroupName',
    arn: (name, place) => `${regional('logs', 'log-group:')(name, place)}:*`,
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
  'AWS::Scheduler::Schedule': {
    name: 'Name',
    arn: (name, place, own) => regional('scheduler', `schedule/${textOf(own, 'GroupName', 'default')}/`)(name, place),
  },
  'AWS::SNS::Topic': {
    name: 'TopicName',
    arn: regional('sns'),
    ref: 'arn',
    arnAttributes: ['TopicArn'],
    nameAttributes: ['TopicName'],
  },
  'AWS::SQS::Queue': { name: 'QueueName', arn: regional('sqs'), ref: queueUrl, nameAttributes: ['QueueName'] },
  'AWS::SSM::Document': { name: 'Name' },
  'AWS::SSM::Parameter': {
    name: 'Name',
    arn: (name, place) => regional('ssm', 'parameter/')(name.replace(/^\//, ''), place),
  },
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
  'AWS::EC2::Subnet': ['Ipv6CidrBlocks'],
  'AWS::EC2::VPC': ['CidrBlockAssociations', 'Ipv6CidrBlocks'],
  'AWS::EC2::VPCEndpoint': ['DnsEntries', 'NetworkInterfaceIds'],
  'AWS::ElastiCache::ReplicationGroup': ['ReadEndPoint.Addresses.List', 'ReadEndPoint.Ports.List'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['SecurityGroups'],
  'AWS::ElasticLoadBalancingV2::TargetGroup': ['LoadBalancerArns'],
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
  if (attribute === undefined)
    return known.ref === 'arn' ? known.arn?.(name, place, property) : (known.ref?.(name, place, property) ?? name)
  if ((known.arnAttributes ?? ['Arn']).includes(attribute)) return known.arn?.(name, place, property)
  return known.nameAttributes?.includes(attribute) ? name : undefined
}
