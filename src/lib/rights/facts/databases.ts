// What CloudFormation's handlers call for databases and caches;
// the notation and its source: fact.ts.
import type { Facts } from '../fact.ts'

export const databases: Facts = {
  'AWS::DynamoDB::GlobalTable': [
    [
      'dynamodb:@:table/${TableName}',
      `CreateTable/c CreateTableReplica/cu UpdateTable/cu DeleteTable/ud DeleteTableReplica/u
        UpdateContinuousBackups/cu TagResource/cu BatchWriteItem/cu DeleteItem/cu GetItem/cu PutItem/cu Query/cu
        Scan/cu UpdateItem/cu Describe*/crud DisableKinesisStreamingDestination/cu
        EnableKinesisStreamingDestination/cu GetResourcePolicy/cru ListTagsOfResource/cru PutResourcePolicy/cu
        UpdateContributorInsights/cu UpdateTableReplicaAutoScaling/cu UpdateTimeToLive/cu DeleteResourcePolicy/u
        UntagResource/u UpdateKinesisStreamingDestination/u`,
    ],
    ['*', 'kms:ListAliases/cu application-autoscaling:Describe*/crud cloudwatch:PutMetricData/cru'],
    ['kms:@:key/*', 'CreateGrant/cu RevokeGrant/cu Decrypt/c DescribeKey/cru'],
    [
      'application-autoscaling:@:scalable-target/*',
      `DeleteScalingPolicy/cud DeleteScheduledAction/cud DeregisterScalableTarget/cud PutScalingPolicy/cud
        PutScheduledAction/cud RegisterScalableTarget/cud`,
    ],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/c', { linked: 'replication.dynamodb.amazonaws.com' }],
    ['kinesis:@:stream/*', 'DescribeStream/cu PutRecords/cu', { when: 'Replicas=KinesisStreamSpecification' }],
    ['*', 'kinesis:ListStreams/cu', { when: 'Replicas=KinesisStreamSpecification' }],
  ],
  'AWS::ElastiCache::ReplicationGroup': [
    [
      'elasticache:@:replicationgroup:${ReplicationGroupId}',
      `CreateReplicationGroup/c ModifyReplicationGroup/cu DeleteReplicationGroup/d IncreaseReplicaCount/u
        DecreaseReplicaCount/u ModifyReplicationGroupShardConfiguration/u ListTagsForResource/ru
        AddTagsToResource/cu RemoveTagsFromResource/u`,
    ],
    [
      'elasticache:@:cluster:${ReplicationGroupId}-0001-001',
      `CreateReplicationGroup/c DeleteCacheCluster/u CreateCacheCluster/u`,
    ],
    ['elasticache:@:parametergroup:default*', 'CreateReplicationGroup/c ModifyReplicationGroup/cu'],
    [
      '*',
      `elasticache:DescribeReplicationGroups/crud elasticache:DescribeCacheClusters/u logs:CreateLogDelivery/cu
        logs:DeleteLogDelivery/cu logs:GetLogDelivery/cu logs:ListLogDeliveries/cu logs:UpdateLogDelivery/cu`,
    ],
    [
      '*',
      `logs:PutResourcePolicy/cu logs:DescribeLogGroups/cru`,
      { source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html' },
    ],
    ['kms:@:key/*', 'CreateGrant/cu Decrypt/cu DescribeKey/cu Encrypt/cu GenerateDataKey/cu'],
    [
      'firehose:@:*',
      `PutRecord/cu PutRecordBatch/cu TagDeliveryStream/cu`,
      { when: 'LogDeliveryConfigurations=kinesis-firehose' },
    ],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/cu', { linked: 'elasticache.amazonaws.com' }],
    [
      'logs:@:log-group:${LogDeliveryConfigurations.*.DestinationDetails.CloudWatchLogsDetails.LogGroup}:log-stream:*',
      `CreateLogStream/cu PutLogEvents/cu`,
    ],
    ['${SnapshotArns.*}', 's3:GetObject/cu'],
    ['elasticache:@:snapshot:${ReplicationGroupId}', 'CreateSnapshot/d'],
  ],
  'AWS::ElastiCache::SubnetGroup': [
    [
      'elasticache:@:subnetgroup:${CacheSubnetGroupName}',
      `CreateCacheSubnetGroup/c ModifyCacheSubnetGroup/u ListTagsForResource/crd AddTagsToResource/cu
        RemoveTagsFromResource/u DeleteCacheSubnetGroup/d`,
    ],
    [
      'elasticache:@:subnetgroup:${CacheSubnetGroupName}',
      `CreateReplicationGroup/c`,
      { source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html' },
    ],
    ['*', 'elasticache:DescribeCacheSubnetGroups/crud'],
  ],
  'AWS::ElastiCache::User': [
    [
      'elasticache:@:user:${UserId}',
      `CreateUser/c ModifyUser/u DeleteUser/d ListTagsForResource/cru AddTagsToResource/cu
        RemoveTagsFromResource/u`,
    ],
    [
      'elasticache:@:user:${UserId}',
      `CreateUserGroup/c`,
      { source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html' },
    ],
    ['*', 'elasticache:DescribeUsers/crud'],
  ],
  'AWS::ElastiCache::UserGroup': [
    [
      'elasticache:@:usergroup:${UserGroupId}',
      `CreateUserGroup/c ModifyUserGroup/u DeleteUserGroup/d ListTagsForResource/crud AddTagsToResource/cu
        RemoveTagsFromResource/u ModifyReplicationGroup/d`,
    ],
    [
      'elasticache:@:usergroup:${UserGroupId}',
      `CreateReplicationGroup/c`,
      { source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html' },
    ],
    ['*', 'elasticache:DescribeUserGroups/crud'],
  ],
  'AWS::RDS::DBCluster': [
    [
      'rds:@:cluster:${DBClusterIdentifier}',
      `CreateDBCluster/c ModifyDBCluster/cu DeleteDBCluster/d AddTagsToResource/cud RemoveTagsFromResource/u
        EnableHttpEndpoint/cu DisableHttpEndpoint/u RemoveFromGlobalCluster/ud AddRoleToDBCluster/cu
        RestoreDBClusterFromSnapshot/c RestoreDBClusterToPointInTime/c RemoveRoleFromDBCluster/u
        CreateDBClusterSnapshot/d`,
    ],
    [
      'rds:@:cluster:${DBClusterIdentifier}',
      `ListTagsForResource/cru`,
      { source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html' },
    ],
    ['rds:@:db:${DBClusterIdentifier}-instance-1', 'CreateDBInstance/c ModifyDBInstance/u DeleteDBInstance/d'],
    ['rds:@:og:default*', 'CreateDBCluster/c ModifyDBCluster/cu'],
    ['rds:@:cluster-pg:default*', 'CreateDBCluster/c ModifyDBCluster/cu'],
    [
      '*',
      `rds:DescribeDBClusters/crud rds:DescribeDBSubnetGroups/u rds:DescribeEvents/cu
        rds:DescribeGlobalClusters/ud rds:DescribeDBClusterAutomatedBackups/c rds:DescribeDBClusterSnapshots/c
        rds:DescribeDBSnapshots/c ec2:DescribeSecurityGroups/u`,
    ],
    [
      'kms:@:key/*',
      `CreateGrant/c DescribeKey/cru`,
      { source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html' },
    ],
    ['secretsmanager:@:*', 'CreateSecret/cu TagResource/cu', { when: 'ManageMasterUserPassword' }],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/c', { linked: 'rds.amazonaws.com' }],
    ['${MonitoringRoleArn}', 'iam:PassRole/cu', { to: 'monitoring.rds.amazonaws.com' }],
    ['${AssociatedRoles.*.RoleArn}', 'iam:PassRole/cu', { to: 'rds.amazonaws.com' }],
  ],
  'AWS::RDS::DBClusterParameterGroup': [
    [
      'rds:@:cluster-pg:${DBClusterParameterGroupName}',
      `CreateDBClusterParameterGroup/c ListTagsForResource/cru AddTagsToResource/cu RemoveTagsFromResource/cu
        ModifyDBClusterParameterGroup/cu ResetDBClusterParameterGroup/u DeleteDBClusterParameterGroup/d`,
    ],
    [
      'rds:@:cluster-pg:${DBClusterParameterGroupName}',
      `CreateDBCluster/c`,
      { source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html' },
    ],
    [
      '*',
      `rds:DescribeDBClusterParameterGroups/cru rds:DescribeEngineDefaultClusterParameters/cu
        rds:DescribeDBClusterParameters/cru rds:DescribeDBClusters/cu`,
    ],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/c', { linked: 'rds.amazonaws.com' }],
  ],
  'AWS::RDS::DBInstance': [
    [
      'rds:@:db:${DBInstanceIdentifier}',
      `CreateDBInstance/c ModifyDBInstance/cu RebootDBInstance/cu DeleteDBInstance/d AddTagsToResource/cud
        RemoveTagsFromResource/u AddRoleToDBInstance/cu CreateDBInstanceReadReplica/c
        RestoreDBInstanceFromDBSnapshot/c RestoreDBInstanceToPointInTime/c
        StartDBInstanceAutomatedBackupsReplication/cu PromoteReadReplica/u RemoveRoleFromDBInstance/u
        StopDBInstanceAutomatedBackupsReplication/u CreateDBSnapshot/d`,
    ],
    [
      'rds:@:db:${DBInstanceIdentifier}',
      `ListTagsForResource/cru`,
      { source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html' },
    ],
    ['rds:@:pg:default*', 'CreateDBInstance/c ModifyDBInstance/cu'],
    ['rds:@:og:default*', 'CreateDBInstance/c ModifyDBInstance/cu'],
    [
      '*',
      `rds:DescribeDBInstances/crud rds:DescribeDBEngineVersions/u rds:DescribeDBSnapshots/c
        ec2:DescribeAvailabilityZones/cru ec2:DescribeAccountAttributes/cru ec2:DescribeInternetGateways/cru
        ec2:DescribeSecurityGroups/cru ec2:DescribeSubnets/cru ec2:DescribeVpcAttribute/cru ec2:DescribeVpcs/cru
        rds:DescribeDBClusterSnapshots/c rds:DescribeDBClusters/cu rds:DescribeDBInstanceAutomatedBackups/cu
        rds:DescribeEvents/cu rds:DescribeDBParameterGroups/u`,
    ],
    ['secretsmanager:@:*', 'CreateSecret/cu TagResource/cu', { when: 'ManageMasterUserPassword' }],
    ['*', 'iam:ListRoles/cu', { when: 'AssociatedRoles' }],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/cu', { linked: 'rds.amazonaws.com' }],
    ['${MonitoringRoleArn}', 'iam:GetRole/cu'],
    ['${AssociatedRoles.*.RoleArn}', 'iam:GetRole/cu'],
    ['${MonitoringRoleArn}', 'iam:PassRole/cu', { to: 'monitoring.rds.amazonaws.com' }],
    ['${AssociatedRoles.*.RoleArn}', 'iam:PassRole/cu', { to: 'rds.amazonaws.com' }],
    ['kms:@:key/*', 'CreateGrant/cu DescribeKey/cu'],
  ],
  'AWS::RDS::DBParameterGroup': [
    [
      'rds:@:pg:${DBParameterGroupName}',
      `CreateDBParameterGroup/c ModifyDBParameterGroup/cu ListTagsForResource/cru AddTagsToResource/cu
        RemoveTagsFromResource/cu ResetDBParameterGroup/u DeleteDBParameterGroup/d`,
    ],
    [
      'rds:@:pg:${DBParameterGroupName}',
      `CreateDBInstance/c`,
      { source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html' },
    ],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/c', { linked: 'rds.amazonaws.com' }],
    ['*', 'rds:DescribeDBParameterGroups/cru rds:DescribeDBParameters/cru rds:DescribeEngineDefaultParameters/cu'],
  ],
  'AWS::RDS::DBSubnetGroup': [
    [
      'rds:@:subgrp:${DBSubnetGroupName}',
      `CreateDBSubnetGroup/c ModifyDBSubnetGroup/u DeleteDBSubnetGroup/d ListTagsForResource/crud
        AddTagsToResource/cu RemoveTagsFromResource/cu`,
    ],
    [
      'rds:@:subgrp:${DBSubnetGroupName}',
      `CreateDBInstance/c CreateDBCluster/c`,
      { source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html' },
    ],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/c', { linked: 'rds.amazonaws.com' }],
    ['*', 'rds:DescribeDBSubnetGroups/crud'],
  ],
  'AWS::RDS::EventSubscription': [
    [
      'rds:@:es:${SubscriptionName}',
      `CreateEventSubscription/c ModifyEventSubscription/u DeleteEventSubscription/d ListTagsForResource/cru
        AddTagsToResource/cu RemoveTagsFromResource/cu AddSourceIdentifierToSubscription/u
        RemoveSourceIdentifierFromSubscription/u`,
    ],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/c', { linked: 'rds.amazonaws.com' }],
    ['*', 'rds:DescribeEventSubscriptions/crud'],
  ],
  'AWS::RDS::GlobalCluster': [
    [
      'rds::#:global-cluster:${GlobalClusterIdentifier}',
      `CreateGlobalCluster/c ModifyGlobalCluster/u DeleteGlobalCluster/d RemoveFromGlobalCluster/d
        AddTagsToResource/u RemoveTagsFromResource/u`,
    ],
    [
      'rds::#:global-cluster:${GlobalClusterIdentifier}',
      `CreateDBCluster/c`,
      { source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html' },
    ],
    ['*', 'rds:DescribeDBClusters/cd rds:DescribeGlobalClusters/crud'],
  ],
}
