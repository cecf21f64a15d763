// Which property names a resource: requirements, section "Name properties checked by COMMON-01".
import type { Value } from '../../src/lib/core/model.ts'
import { get, list, type Item } from './world.ts'

const property: Record<string, string> = {
  'AWS::ApiGatewayV2::Api': 'Name',
  'AWS::ApiGatewayV2::VpcLink': 'Name',
  'AWS::Backup::BackupPlan': 'BackupPlan.BackupPlanName',
  'AWS::Backup::BackupSelection': 'BackupSelection.SelectionName',
  'AWS::Backup::BackupVault': 'BackupVaultName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::EC2::SecurityGroup': 'GroupName',
  'AWS::ECS::Cluster': 'ClusterName',
  'AWS::ECS::Service': 'ServiceName',
  'AWS::ECS::TaskDefinition': 'Family',
  'AWS::ElastiCache::ReplicationGroup': 'ReplicationGroupId',
  'AWS::ElastiCache::SubnetGroup': 'CacheSubnetGroupName',
  'AWS::ElastiCache::UserGroup': 'UserGroupId',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Name',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'Name',
  'AWS::Events::Endpoint': 'Name',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Kinesis::Stream': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::Destination': 'DestinationName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Logs::SubscriptionFilter': 'FilterName',
  'AWS::RDS::DBCluster': 'DBClusterIdentifier',
  'AWS::RDS::DBClusterParameterGroup': 'DBClusterParameterGroupName',
  'AWS::RDS::DBInstance': 'DBInstanceIdentifier',
  'AWS::RDS::DBParameterGroup': 'DBParameterGroupName',
  'AWS::RDS::DBSubnetGroup': 'DBSubnetGroupName',
  'AWS::RDS::EventSubscription': 'SubscriptionName',
  'AWS::RDS::GlobalCluster': 'GlobalClusterIdentifier',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Document': 'Name',
  'AWS::SSM::Parameter': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
}

/** Types whose only name is their tag `Name`. */
const tagged = new Set(
  ['NatGateway', 'RouteTable', 'Subnet', 'VPC', 'VPCPeeringConnection', 'FlowLog'].map((type) => `AWS::EC2::${type}`),
)

/** The name of a resource; undefined for a type that has none, null for one that has none but could. */
export function nameOf(item: Item): string | null | undefined {
  if (tagged.has(item.type)) {
    const tag = list(item, 'Tags').find((it) => get(it, 'Key') === 'Name')
    return written(get(tag, 'Value'))
  }
  const path = property[item.type]
  return path === undefined ? undefined : written(get(item, path))
}

const written = (value: Value | undefined): string | null => (typeof value === 'string' ? value : null)
