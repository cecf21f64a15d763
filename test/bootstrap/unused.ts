// Permissions that AWS's resource schemas list for a type and that dr's templates do not need: each names the property that
// would need them and that no template sets, and the page that describes it.

export interface Unused {
  type: string
  actions: string[]
  /** No resource of the type has it; with `value`, none has it with that text in its value. */
  property: string
  value?: string
}

/** The page of a resource type in the CloudFormation template reference. */
export const pageOf = (type: string): string =>
  `https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-${type
    .toLowerCase()
    .split('::')
    .slice(1)
    .join('-')}.html`

export const unused: Unused[] = [
  { type: 'AWS::EC2::EIP', actions: ['ec2:AcceptAddressTransfer'], property: 'TransferAddress' },
  {
    type: 'AWS::EC2::NatGateway',
    actions: ['ec2:AssignPrivateNatGatewayAddress', 'ec2:UnassignPrivateNatGatewayAddress'],
    property: 'SecondaryPrivateIpAddresses',
  },
  {
    type: 'AWS::EC2::NatGateway',
    actions: ['ec2:AssociateNatGatewayAddress', 'ec2:DisassociateNatGatewayAddress'],
    property: 'SecondaryAllocationIds',
  },
  {
    type: 'AWS::EC2::Subnet',
    actions: ['ec2:AssociateSubnetCidrBlock', 'ec2:DisassociateSubnetCidrBlock'],
    property: 'Ipv6CidrBlock',
  },
  { type: 'AWS::EC2::VPC', actions: ['ec2:CreateVpcEncryptionControl'], property: 'VpcEncryptionControl' },
  { type: 'AWS::EC2::VPC', actions: ['ec2:ModifyVpcTenancy'], property: 'InstanceTenancy' },
  {
    type: 'AWS::EC2::VPCEndpoint',
    actions: [
      'vpc-lattice:CreateServiceNetworkVpcEndpointAssociation',
      'vpc-lattice:DescribeServiceNetworkVpcEndpointAssociation',
    ],
    property: 'ServiceNetworkArn',
  },
  { type: 'AWS::EC2::VPCEndpoint', actions: ['vpce:AllowMultiRegion'], property: 'ServiceRegion' },
  {
    type: 'AWS::EC2::VPCGatewayAttachment',
    actions: ['ec2:AttachVpnGateway', 'ec2:DetachVpnGateway'],
    property: 'VpnGatewayId',
  },
  { type: 'AWS::EC2::VPCPeeringConnection', actions: ['sts:AssumeRole'], property: 'PeerRoleArn' },
  {
    type: 'AWS::EFS::FileSystem',
    actions: ['elasticfilesystem:CreateReplicationConfiguration', 'elasticfilesystem:DeleteReplicationConfiguration'],
    property: 'ReplicationConfiguration',
  },
  {
    type: 'AWS::EFS::FileSystem',
    actions: ['elasticfilesystem:UpdateFileSystemProtection'],
    property: 'FileSystemProtection',
  },
  {
    type: 'AWS::ElastiCache::ReplicationGroup',
    actions: ['firehose:PutRecord', 'firehose:PutRecordBatch', 'firehose:TagDeliveryStream'],
    property: 'LogDeliveryConfigurations',
    value: 'kinesis-firehose',
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    actions: ['cognito-idp:DescribeUserPoolClient'],
    property: 'DefaultActions',
    value: 'AuthenticateCognitoConfig',
  },
  {
    type: 'AWS::Events::EventBus',
    actions: ['kms:ReEncrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    property: 'KmsKeyIdentifier',
  },
  {
    type: 'AWS::IAM::Role',
    actions: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
    property: 'ManagedPolicyArns',
  },
  // A boundary that was given stays: whoever could take it off would be bounded by nothing.
  { type: 'AWS::IAM::Role', actions: ['iam:DeleteRolePermissionsBoundary'], property: 'PermissionsBoundary' },
  { type: 'AWS::KMS::Key', actions: ['kms:DisableKey', 'kms:EnableKey'], property: 'Enabled' },
  {
    type: 'AWS::Lambda::Function',
    actions: ['s3files:ListMountTargets'],
    property: 'FileSystemConfigs',
    value: ':s3files:',
  },
  // These two permissions of the schema belong to deliveries to Firehose and S3; a group by itself has no such property.
  {
    type: 'AWS::Logs::LogGroup',
    actions: ['firehose:TagDeliveryStream', 's3:REST.PUT.OBJECT'],
    property: 'DeliveryDestinationArn',
  },
  {
    type: 'AWS::RDS::DBCluster',
    actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
    property: 'ManageMasterUserPassword',
  },
  {
    type: 'AWS::RDS::DBInstance',
    actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
    property: 'ManageMasterUserPassword',
  },
  { type: 'AWS::RDS::DBInstance', actions: ['iam:ListRoles'], property: 'AssociatedRoles' },
  {
    type: 'AWS::Route53::HealthCheck',
    actions: ['route53-recovery-control-config:DescribeRoutingControl'],
    property: 'HealthCheckConfig',
    value: 'RoutingControlArn',
  },
  {
    type: 'AWS::Route53::HostedZone',
    actions: ['route53:AssociateVPCWithHostedZone', 'route53:DisassociateVPCFromHostedZone'],
    property: 'VPCs',
  },
  {
    type: 'AWS::Route53::HostedZone',
    actions: ['route53:CreateQueryLoggingConfig', 'route53:DeleteQueryLoggingConfig'],
    property: 'QueryLoggingConfig',
  },
  {
    type: 'AWS::Route53::HostedZone',
    actions: ['route53:UpdateHostedZoneFeatures'],
    property: 'HostedZoneFeatures',
  },
  {
    type: 'AWS::S3::Bucket',
    actions: [
      's3:CreateBucketMetadataTableConfiguration',
      's3:DeleteBucketMetadataTableConfiguration',
      's3:UpdateBucketMetadataAnnotationTableConfiguration',
      's3:UpdateBucketMetadataInventoryTableConfiguration',
      's3:UpdateBucketMetadataJournalTableConfiguration',
      's3tables:CreateNamespace',
      's3tables:CreateTable',
      's3tables:CreateTableBucket',
      's3tables:GetTable',
      's3tables:GetTableMetadataLocation',
      's3tables:PutTableBucketPolicy',
      's3tables:PutTableEncryption',
      's3tables:PutTablePolicy',
      's3tables:UpdateTableMetadataLocation',
    ],
    property: 'MetadataConfiguration',
  },
  {
    type: 'AWS::S3::Bucket',
    actions: ['s3:PutAnalyticsConfiguration', 's3:DeleteBucketAnalyticsConfiguration'],
    property: 'AnalyticsConfigurations',
  },
  {
    type: 'AWS::S3::Bucket',
    actions: ['s3:PutIntelligentTieringConfiguration'],
    property: 'IntelligentTieringConfigurations',
  },
  { type: 'AWS::S3::Bucket', actions: ['s3:PutInventoryConfiguration'], property: 'InventoryConfigurations' },
  {
    type: 'AWS::S3::Bucket',
    actions: ['s3:PutMetricsConfiguration', 's3:DeleteBucketMetricsConfiguration'],
    property: 'MetricsConfigurations',
  },
  {
    type: 'AWS::S3::Bucket',
    actions: ['s3:PutObjectLockConfiguration'],
    property: 'ObjectLockConfiguration',
  },
  // Objects are not what a bucket is created from [?]; both would belong to the grants of its first owner.
  { type: 'AWS::S3::Bucket', actions: ['s3:PutObjectAcl', 's3:DeleteObject'], property: 'AccessControl' },
  { type: 'AWS::S3::Bucket', actions: ['s3:DeleteBucketCors'], property: 'CorsConfiguration' },
  { type: 'AWS::S3::Bucket', actions: ['s3:DeleteBucketWebsite'], property: 'WebsiteConfiguration' },
  {
    type: 'AWS::SecretsManager::SecretTargetAttachment',
    actions: [
      'docdb-elastic:GetCluster',
      'redshift-serverless:GetNamespace',
      'redshift-serverless:ListWorkgroups',
      'redshift:DescribeClusters',
    ],
    property: 'TargetType',
    value: 'DocDBElastic',
  },
]

/** A permission of a schema under a name that IAM does not have, and the action that IAM asks for instead. */
export const insteadOf: { actions: string[]; by: string; source: string }[] = [
  {
    actions: ['s3:DeleteBucketEncryption'],
    by: 's3:PutEncryptionConfiguration',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html',
  },
  {
    actions: ['s3:DeleteBucketLifecycle'],
    by: 's3:PutLifecycleConfiguration',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html',
  },
  {
    actions: ['s3:DeleteBucketReplication'],
    by: 's3:PutReplicationConfiguration',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketReplication.html',
  },
]
