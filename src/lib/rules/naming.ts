// Which properties name a resource, and how long a name may be.

/** Properties that are names whatever the type (COMMON-01). */
const everywhere = new Set(
  `AlarmName AliasName BackupPlanName BackupVaultName BucketName CacheSubnetGroupName ClusterName DashboardName
   DBClusterIdentifier DBClusterParameterGroupName DBInstanceIdentifier DBParameterGroupName DBSubnetGroupName
   DestinationName Family FilterName FunctionName GlobalClusterIdentifier GroupName LogGroupName ManagedPolicyName
   QueueName ReplicationGroupId RoleName SelectionName ServiceName StateMachineName SubscriptionName TableName TopicName
   UserGroupId UserId`.split(/\s+/),
)

/** Types whose property `Name` names the resource itself. */
const byName = new Set(
  `ApiGatewayV2::Api ApiGatewayV2::VpcLink ElasticLoadBalancingV2::LoadBalancer ElasticLoadBalancingV2::TargetGroup
   Events::Endpoint Events::EventBus Events::Rule Kinesis::Stream Route53::HostedZone SSM::Document SSM::Parameter`
    .split(/\s+/)
    .map((type) => `AWS::${type}`),
)

/** The type that a property names; elsewhere the same property refers to another resource (a permission's FunctionName). */
const owner: Record<string, RegExp> = {
  BackupPlanName: /BackupPlan$/,
  BackupVaultName: /BackupVault$/,
  BucketName: /S3::Bucket$/,
  CacheSubnetGroupName: /SubnetGroup$/,
  ClusterName: /Cluster$/,
  DBClusterIdentifier: /DBCluster$/,
  DBClusterParameterGroupName: /DBClusterParameterGroup$/,
  DBInstanceIdentifier: /DBInstance$/,
  DBParameterGroupName: /DBParameterGroup$/,
  DBSubnetGroupName: /DBSubnetGroup$/,
  // Parameter groups have a family too: that of their engine.
  Family: /ECS::TaskDefinition$/,
  FunctionName: /Lambda::Function$/,
  GlobalClusterIdentifier: /GlobalCluster$/,
  GroupName: /EC2::SecurityGroup$/,
  LogGroupName: /LogGroup$/,
  QueueName: /Queue$/,
  RoleName: /IAM::Role$/,
  ServiceName: /ECS::Service$/,
  TableName: /(Global)?Table$/,
  TopicName: /Topic$/,
  UserGroupId: /UserGroup$/,
  UserId: /ElastiCache::User$/,
}

/** The properties of a type that hold names which must be unique. */
export function namingProperties(type: string): string[] {
  const named = [...everywhere].filter((property) => owner[property]?.test(type) ?? mayCarry(type, property))
  return byName.has(type) ? [...named, 'Name'] : named
}

/** Properties without an owner are peculiar to their type, so that any type that has one is named by it. */
const mayCarry = (type: string, property: string): boolean => !owner[property] && type.startsWith('AWS::')

/** The longest name of a type, where AWS sets one. Source: the service quotas of each service. */
export const longestName: Record<string, number> = {
  'AWS::Backup::BackupPlan': 50,
  'AWS::Backup::BackupVault': 50,
  'AWS::CloudWatch::Alarm': 255,
  'AWS::CloudWatch::Dashboard': 255,
  'AWS::DynamoDB::GlobalTable': 255,
  'AWS::ElastiCache::ReplicationGroup': 40,
  'AWS::ElastiCache::User': 40,
  'AWS::ElastiCache::UserGroup': 40,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 32,
  'AWS::ElasticLoadBalancingV2::TargetGroup': 32,
  'AWS::Events::EventBus': 256,
  'AWS::Events::Rule': 64,
  'AWS::IAM::Role': 64,
  'AWS::Kinesis::Stream': 128,
  'AWS::KMS::Alias': 256,
  'AWS::Lambda::Function': 64,
  'AWS::Logs::LogGroup': 512,
  'AWS::RDS::DBCluster': 63,
  'AWS::RDS::DBInstance': 63,
  'AWS::RDS::GlobalCluster': 63,
  'AWS::S3::Bucket': 63,
  'AWS::SNS::Topic': 256,
  'AWS::SQS::Queue': 80,
  'AWS::SSM::Parameter': 1011,
  'AWS::StepFunctions::StateMachine': 80,
}
