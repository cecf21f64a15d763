// The calls for databases, caches, files, streams and secrets; as calls.ts.

const tags = 'ListTagsForResource TagResource UntagResource'
/** RDS and ElastiCache have names of their own for the same. */
const rdsTags = 'ListTagsForResource AddTagsToResource RemoveTagsFromResource'

/** Calls by type, in the notation of `calls`. */
export const dataCalls: Record<string, [resource: string, actions: string][]> = {
  'AWS::EFS::AccessPoint': [
    ['elasticfilesystem:@:file-system/1', 'CreateAccessPoint'],
    ['elasticfilesystem:@:access-point/1', `DeleteAccessPoint DescribeAccessPoints ${tags}`],
  ],
  'AWS::EFS::FileSystem': [
    ['*', 'elasticfilesystem:CreateFileSystem elasticfilesystem:DescribeFileSystems'],
    ['elasticfilesystem:@:file-system/1', `UpdateFileSystem DeleteFileSystem DeleteTags ${tags}`],
    ['elasticfilesystem:@:file-system/1', 'PutFileSystemPolicy DeleteFileSystemPolicy PutBackupPolicy'],
    ['elasticfilesystem:@:file-system/1', 'PutLifecycleConfiguration DescribeReplicationConfigurations'],
    ['kms:@:key/1', 'CreateGrant DescribeKey GenerateDataKeyWithoutPlaintext'],
  ],
  'AWS::EFS::MountTarget': [
    ['elasticfilesystem:@:file-system/1', 'CreateMountTarget DeleteMountTarget DescribeMountTargets'],
    ['elasticfilesystem:@:file-system/1', 'ModifyMountTargetSecurityGroups DescribeMountTargetSecurityGroups'],
    ['ec2:@:network-interface/1', 'CreateNetworkInterface ModifyNetworkInterfaceAttribute DeleteNetworkInterface'],
    ['*', 'ec2:DescribeSubnets ec2:DescribeNetworkInterfaces'],
  ],
  'AWS::ElastiCache::ReplicationGroup': [
    ['elasticache:@:replicationgroup:${ReplicationGroupId}', 'CreateReplicationGroup ModifyReplicationGroup'],
    ['elasticache:@:replicationgroup:${ReplicationGroupId}', 'DeleteReplicationGroup IncreaseReplicaCount'],
    [
      'elasticache:@:replicationgroup:${ReplicationGroupId}',
      'DecreaseReplicaCount ModifyReplicationGroupShardConfiguration',
    ],
    ['elasticache:@:replicationgroup:${ReplicationGroupId}', rdsTags],
    ['elasticache:@:cluster:${ReplicationGroupId}-0001-001', 'CreateReplicationGroup DeleteCacheCluster'],
    ['elasticache:@:parametergroup:default.redis7', 'CreateReplicationGroup ModifyReplicationGroup'],
    ['*', 'elasticache:DescribeReplicationGroups elasticache:DescribeCacheClusters'],
    ['*', 'logs:CreateLogDelivery logs:PutResourcePolicy logs:DescribeLogGroups'],
    ['kms:@:key/1', 'CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey'],
  ],
  'AWS::ElastiCache::SubnetGroup': [
    ['elasticache:@:subnetgroup:${CacheSubnetGroupName}', `CreateCacheSubnetGroup ModifyCacheSubnetGroup ${rdsTags}`],
    ['elasticache:@:subnetgroup:${CacheSubnetGroupName}', 'DeleteCacheSubnetGroup CreateReplicationGroup'],
  ],
  'AWS::ElastiCache::User': [
    ['elasticache:@:user:${UserId}', `CreateUser ModifyUser DeleteUser CreateUserGroup ${rdsTags}`],
  ],
  'AWS::ElastiCache::UserGroup': [
    ['elasticache:@:usergroup:${UserGroupId}', `CreateUserGroup ModifyUserGroup DeleteUserGroup ${rdsTags}`],
    ['elasticache:@:usergroup:${UserGroupId}', 'CreateReplicationGroup ModifyReplicationGroup'],
  ],
  'AWS::Kinesis::Stream': [
    ['kinesis:@:stream/${Name}', 'CreateStream DescribeStreamSummary DeleteStream AddTagsToStream'],
    ['*', 'kinesis:UpdateStreamMode'],
    ['kinesis:@:stream/${Name}', 'StartStreamEncryption IncreaseStreamRetentionPeriod ListTagsForStream'],
  ],
  'AWS::RDS::DBCluster': [
    ['rds:@:cluster:${DBClusterIdentifier}', `CreateDBCluster ModifyDBCluster DeleteDBCluster ${rdsTags}`],
    ['rds:@:cluster:${DBClusterIdentifier}', 'EnableHttpEndpoint DisableHttpEndpoint RemoveFromGlobalCluster'],
    // Members that RDS makes for a cluster over several zones.
    ['rds:@:db:${DBClusterIdentifier}-instance-1', 'CreateDBInstance ModifyDBInstance DeleteDBInstance'],
    ['rds:@:og:default:aurora', 'CreateDBCluster ModifyDBCluster'],
    ['rds:@:cluster-pg:default.aurora', 'CreateDBCluster ModifyDBCluster'],
    ['*', 'rds:DescribeDBClusters rds:DescribeDBSubnetGroups rds:DescribeEvents rds:DescribeGlobalClusters'],
    ['kms:@:key/1', 'CreateGrant DescribeKey'],
  ],
  'AWS::RDS::DBClusterParameterGroup': [
    ['rds:@:cluster-pg:${DBClusterParameterGroupName}', `CreateDBClusterParameterGroup CreateDBCluster ${rdsTags}`],
    ['rds:@:cluster-pg:${DBClusterParameterGroupName}', 'ModifyDBClusterParameterGroup ResetDBClusterParameterGroup'],
    ['rds:@:cluster-pg:${DBClusterParameterGroupName}', 'DeleteDBClusterParameterGroup'],
    ['*', 'rds:DescribeDBClusterParameterGroups rds:DescribeEngineDefaultClusterParameters'],
  ],
  'AWS::RDS::DBInstance': [
    [
      'rds:@:db:${DBInstanceIdentifier}',
      `CreateDBInstance ModifyDBInstance RebootDBInstance DeleteDBInstance ${rdsTags}`,
    ],
    ['rds:@:pg:default.postgres17', 'CreateDBInstance ModifyDBInstance'],
    ['rds:@:og:default:postgres-17', 'CreateDBInstance ModifyDBInstance'],
    ['*', 'rds:DescribeDBInstances rds:DescribeDBEngineVersions rds:DescribeDBSnapshots ec2:DescribeAvailabilityZones'],
  ],
  'AWS::RDS::DBParameterGroup': [
    ['rds:@:pg:${DBParameterGroupName}', `CreateDBParameterGroup ModifyDBParameterGroup CreateDBInstance ${rdsTags}`],
    ['rds:@:pg:${DBParameterGroupName}', 'ResetDBParameterGroup DeleteDBParameterGroup'],
  ],
  'AWS::RDS::DBSubnetGroup': [
    ['rds:@:subgrp:${DBSubnetGroupName}', `CreateDBSubnetGroup ModifyDBSubnetGroup DeleteDBSubnetGroup ${rdsTags}`],
    ['rds:@:subgrp:${DBSubnetGroupName}', 'CreateDBInstance CreateDBCluster'],
  ],
  'AWS::RDS::EventSubscription': [
    [
      'rds:@:es:${SubscriptionName}',
      `CreateEventSubscription ModifyEventSubscription DeleteEventSubscription ${rdsTags}`,
    ],
    ['rds:@:es:${SubscriptionName}', 'AddSourceIdentifierToSubscription RemoveSourceIdentifierFromSubscription'],
  ],
  'AWS::RDS::GlobalCluster': [
    ['rds::#:global-cluster:${GlobalClusterIdentifier}', 'CreateGlobalCluster ModifyGlobalCluster DeleteGlobalCluster'],
    ['rds::#:global-cluster:${GlobalClusterIdentifier}', 'RemoveFromGlobalCluster CreateDBCluster AddTagsToResource'],
  ],
  'AWS::S3::Bucket': [
    [
      's3:::${BucketName}',
      'CreateBucket DeleteBucket ListBucket GetBucketVersioning PutBucketVersioning PutBucketTagging',
    ],
    ['s3:::${BucketName}', 'GetAnalyticsConfiguration GetIntelligentTieringConfiguration'],
    ['s3:::${BucketName}', 'GetInventoryConfiguration GetMetricsConfiguration'],
    ['s3:::${BucketName}', 'GetAccelerateConfiguration PutAccelerateConfiguration GetEncryptionConfiguration'],
    ['s3:::${BucketName}', 'PutEncryptionConfiguration GetLifecycleConfiguration PutLifecycleConfiguration'],
    ['s3:::${BucketName}', 'GetReplicationConfiguration PutReplicationConfiguration PutBucketPublicAccessBlock'],
    ['s3:::${BucketName}', tags],
  ],
  'AWS::S3::BucketPolicy': [['s3:::documents-a-000000000000-r', 'GetBucketPolicy PutBucketPolicy DeleteBucketPolicy']],
  'AWS::SecretsManager::RotationSchedule': [
    ['secretsmanager:@:secret:dr/${System}/a/database-1', 'DescribeSecret RotateSecret CancelRotateSecret'],
    ['lambda:@:function:${System}-f', 'InvokeFunction'],
  ],
  'AWS::SecretsManager::SecretTargetAttachment': [
    ['secretsmanager:@:secret:dr/${System}/a/database-1', 'GetSecretValue PutSecretValue'],
    ['*', 'rds:DescribeDBClusters rds:DescribeDBInstances'],
  ],
}
