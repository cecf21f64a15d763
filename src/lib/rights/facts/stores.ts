// What CloudFormation's handlers call for files, buckets, streams and backups;
// the notation and its source: fact.ts.
import type { Facts } from '../fact.ts'

export const stores: Facts = {
  'AWS::Backup::BackupPlan': [
    [
      'backup:@:backup-plan:*',
      `CreateBackupPlan/c GetBackupPlan/crd UpdateBackupPlan/u DeleteBackupPlan/d ListTags/ru TagResource/cu
        UntagResource/u`,
    ],
    ['${BackupPlan.AdvancedBackupSettings.*.RoleArn}', 'iam:PassRole/cu', { to: 'backup.amazonaws.com' }],
  ],
  'AWS::Backup::BackupSelection': [
    ['backup:@:backup-plan:*', 'CreateBackupSelection/c GetBackupSelection/rd DeleteBackupSelection/d'],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/c', { linked: 'backup.amazonaws.com' }],
    ['${BackupSelection.IamRoleArn}', 'iam:GetRole/c'],
    ['${BackupSelection.IamRoleArn}', 'iam:PassRole/c', { to: 'backup.amazonaws.com' }],
  ],
  'AWS::Backup::BackupVault': [
    [
      'backup:@:backup-vault:${BackupVaultName}',
      `CreateBackupVault/c DescribeBackupVault/ru DeleteBackupVault/d GetBackupVaultAccessPolicy/r
        GetBackupVaultNotifications/r ListTags/ru TagResource/cu UntagResource/u PutBackupVaultAccessPolicy/cu
        PutBackupVaultLockConfiguration/cu PutBackupVaultNotifications/cu DeleteBackupVaultAccessPolicy/u
        DeleteBackupVaultLockConfiguration/u DeleteBackupVaultNotifications/u`,
    ],
    ['*', 'backup-storage:MountCapsule/c backup-storage:Mount/c'],
    ['kms:@:key/*', 'CreateGrant/c RetireGrant/c Decrypt/c GenerateDataKey/c DescribeKey/c'],
  ],
  'AWS::EFS::AccessPoint': [
    ['elasticfilesystem:@:file-system/*', 'CreateAccessPoint/c'],
    [
      'elasticfilesystem:@:access-point/*',
      `DeleteAccessPoint/d DescribeAccessPoints/crud ListTagsForResource/u TagResource/cu UntagResource/u`,
    ],
  ],
  'AWS::EFS::FileSystem': [
    ['*', 'elasticfilesystem:CreateFileSystem/c elasticfilesystem:DescribeFileSystems/crud'],
    [
      'elasticfilesystem:@:file-system/*',
      `UpdateFileSystem/u DeleteFileSystem/d DeleteTags/u ListTagsForResource/u TagResource/cu UntagResource/u
        PutFileSystemPolicy/cu DeleteFileSystemPolicy/u PutBackupPolicy/cu PutLifecycleConfiguration/cu
        DescribeReplicationConfigurations/crud DescribeBackupPolicy/ru DescribeFileSystemPolicy/ru
        DescribeLifecycleConfiguration/ru`,
    ],
    ['kms:@:key/*', 'CreateGrant/cu DescribeKey/cu GenerateDataKeyWithoutPlaintext/cu'],
    [
      'elasticfilesystem:@:file-system/*',
      `CreateReplicationConfiguration/cu DeleteReplicationConfiguration/ud`,
      { when: 'ReplicationConfiguration' },
    ],
    ['elasticfilesystem:@:file-system/*', 'UpdateFileSystemProtection/cu', { when: 'FileSystemProtection' }],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/cu', { linked: 'elasticfilesystem.amazonaws.com' }],
    [
      '${ReplicationConfiguration.Destinations.*.RoleArn}',
      `iam:PassRole/cu`,
      { to: 'elasticfilesystem.amazonaws.com' },
    ],
  ],
  'AWS::EFS::MountTarget': [
    [
      'elasticfilesystem:@:file-system/*',
      `CreateMountTarget/c DeleteMountTarget/d DescribeMountTargets/crud ModifyMountTargetSecurityGroups/u
        DescribeMountTargetSecurityGroups/ru`,
    ],
    [
      'ec2:@:*',
      `CreateNetworkInterface/c ModifyNetworkInterfaceAttribute/cu DeleteNetworkInterface/ud`,
      { source: 'https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html' },
    ],
    [
      '*',
      `ec2:DescribeSubnets/cru ec2:DescribeNetworkInterfaces/cru`,
      { source: 'https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html' },
    ],
  ],
  'AWS::Kinesis::Stream': [
    [
      'kinesis:@:stream/${Name}',
      `CreateStream/c DescribeStreamSummary/crud DeleteStream/d AddTagsToStream/cu StartStreamEncryption/cu
        IncreaseStreamRetentionPeriod/cu ListTagsForStream/cru ListTagsForResource/cru UpdateMaxRecordSize/cu
        UpdateStreamWarmThroughput/cu DecreaseStreamRetentionPeriod/u RemoveTagsFromStream/ud
        StopStreamEncryption/u TagResource/u UntagResource/ud`,
    ],
    [
      '*',
      `kinesis:UpdateStreamMode/u kinesis:EnableEnhancedMonitoring/cu kinesis:DisableEnhancedMonitoring/u
        kinesis:UpdateShardCount/u`,
    ],
  ],
  'AWS::S3::Bucket': [
    [
      's3:::${BucketName}',
      `CreateBucket/c DeleteBucket/d ListBucket/crud GetBucketVersioning/r PutBucketVersioning/cu
        PutBucketTagging/cu GetAnalyticsConfiguration/r GetIntelligentTieringConfiguration/r
        GetInventoryConfiguration/r GetMetricsConfiguration/r GetAccelerateConfiguration/r
        PutAccelerateConfiguration/cu GetEncryptionConfiguration/r PutEncryptionConfiguration/cu
        GetLifecycleConfiguration/r PutLifecycleConfiguration/cu GetReplicationConfiguration/r
        PutReplicationConfiguration/cu PutBucketPublicAccessBlock/cu ListTagsForResource/r TagResource/cu
        UntagResource/u GetBucketAcl/c GetBucketMetadataTableConfiguration/cru PutBucketAbac/cu PutBucketCORS/cu
        PutBucketLogging/cu PutBucketNotification/cu PutBucketObjectLockConfiguration/cu
        PutBucketOwnershipControls/cu PutBucketWebsite/cu GetBucketAbac/r GetBucketWebsite/r
        GetBucketCORS/r GetBucketLogging/r GetBucketNotification/r GetBucketObjectLockConfiguration/r
        GetBucketOwnershipControls/r GetBucketPublicAccessBlock/r GetBucketTagging/r PutBucketAcl/u`,
    ],
    [
      's3:::${BucketName}',
      `CreateBucketMetadataTableConfiguration/cu DeleteBucketMetadataTableConfiguration/u
        UpdateBucketMetadataAnnotationTableConfiguration/u UpdateBucketMetadataInventoryTableConfiguration/u
        UpdateBucketMetadataJournalTableConfiguration/u`,
      { when: 'MetadataConfiguration' },
    ],
    [
      's3tables:@:*',
      `CreateNamespace/cu CreateTable/cu CreateTableBucket/cu GetTable/cu GetTableMetadataLocation/cu
        PutTableBucketPolicy/cu PutTableEncryption/cu PutTablePolicy/cu UpdateTableMetadataLocation/cu`,
      { when: 'MetadataConfiguration' },
    ],
    [
      's3:::${BucketName}',
      `PutAnalyticsConfiguration/cu DeleteBucketAnalyticsConfiguration/u`,
      { when: 'AnalyticsConfigurations' },
    ],
    ['s3:::${BucketName}', 'PutIntelligentTieringConfiguration/cu', { when: 'IntelligentTieringConfigurations' }],
    ['s3:::${BucketName}', 'PutInventoryConfiguration/cu', { when: 'InventoryConfigurations' }],
    [
      's3:::${BucketName}',
      `PutMetricsConfiguration/cu DeleteBucketMetricsConfiguration/u`,
      { when: 'MetricsConfigurations' },
    ],
    ['s3:::${BucketName}', 'PutObjectLockConfiguration/cu', { when: 'ObjectLockConfiguration' }],
    ['s3:::${BucketName}/*', 'PutObjectAcl/c DeleteObject/c', { when: 'AccessControl' }],
    ['s3:::${BucketName}', 'DeleteBucketCors/u', { when: 'CorsConfiguration' }],
    ['s3:::${BucketName}', 'DeleteBucketWebsite/u', { when: 'WebsiteConfiguration' }],
    ['${ReplicationConfiguration.Role}', 'iam:PassRole/cu', { to: 's3.amazonaws.com' }],
  ],
  'AWS::S3::BucketPolicy': [['s3:::${Bucket}', 'GetBucketPolicy/crud PutBucketPolicy/cu DeleteBucketPolicy/d']],
}
