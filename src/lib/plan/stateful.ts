// Resource types that hold data that cannot be created again: when they are replaced or removed, it is lost.

/** A bus, a topic or a function holds nothing; these do. A log group holds evidence, a key what it encrypted. */
const types = new Set([
  'AWS::Backup::BackupVault',
  'AWS::Cognito::UserPool',
  'AWS::DocDB::DBCluster',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::EC2::Volume',
  'AWS::EFS::FileSystem',
  'AWS::ElastiCache::CacheCluster',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::ElastiCache::ServerlessCache',
  'AWS::FSx::FileSystem',
  'AWS::KMS::Key',
  'AWS::Kinesis::Stream',
  'AWS::Logs::LogGroup',
  'AWS::MemoryDB::Cluster',
  'AWS::Neptune::DBCluster',
  'AWS::OpenSearchService::Domain',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::GlobalCluster',
  'AWS::Redshift::Cluster',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
])

/**
 * Whether a resource of this type holds data.
 * An instance of a cluster holds none: the cluster does. Without its properties it counts as one that does.
 */
export const isStateful = (type: string, properties: Record<string, unknown> = {}): boolean =>
  types.has(type) && !(type === 'AWS::RDS::DBInstance' && properties['DBClusterIdentifier'] !== undefined)

/** Whether a DeletionPolicy or UpdateReplacePolicy keeps the data, as the resource itself or as a snapshot of it. */
export const keepsData = (policy: string | undefined): boolean =>
  policy === 'Retain' || policy === 'RetainExceptOnCreate' || policy === 'Snapshot'
