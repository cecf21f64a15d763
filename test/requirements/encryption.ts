// Which property of which resource type names the key that encrypts it at rest.
import type { Region, Value } from '../../src/lib/core/model.ts'
import { get, list, text, type Item, type World } from './world.ts'

const property: Record<string, string> = {
  'AWS::Kinesis::Stream': 'StreamEncryption.KeyId',
  'AWS::Lambda::Function': 'KmsKeyArn',
  'AWS::Logs::LogGroup': 'KmsKeyId',
  'AWS::SNS::Topic': 'KmsMasterKeyId',
  'AWS::SQS::Queue': 'KmsMasterKeyId',
  'AWS::RDS::DBCluster': 'KmsKeyId',
  'AWS::EFS::FileSystem': 'KmsKeyId',
  'AWS::ElastiCache::ReplicationGroup': 'KmsKeyId',
  'AWS::Backup::BackupVault': 'EncryptionKeyArn',
}

/** The keys that encrypt a resource, with the region of each; empty for a type that holds no data. */
export function keysOf(world: World, item: Item): { region: Region; key: Value | undefined }[] {
  if (item.type === 'AWS::DynamoDB::GlobalTable')
    return list(item, 'Replicas').map((replica) => ({
      region: text(replica, 'Region'),
      key: get(replica, 'SSESpecification.KMSMasterKeyId'),
    }))
  const region = world.regions[item.side]
  if (item.type === 'AWS::S3::Bucket') {
    const rules = list(item, 'BucketEncryption.ServerSideEncryptionConfiguration')
    return [{ region, key: get(rules[0], 'ServerSideEncryptionByDefault.KMSMasterKeyID') }]
  }
  // A member of a cluster has the key of its cluster.
  if (item.type === 'AWS::RDS::DBInstance' && get(item, 'DBClusterIdentifier') === undefined)
    return [{ region, key: get(item, 'KmsKeyId') }]
  const path = property[item.type]
  return path === undefined ? [] : [{ region, key: get(item, path) }]
}
