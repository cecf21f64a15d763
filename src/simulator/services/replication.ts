// Replication from one bucket to another: what is put after it was configured arrives in the other region in a while.
import type { GetBucketReplicationCommandInput } from '@aws-sdk/client-s3'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { existing, list, record, text } from '../existing.ts'
import { isTrusted } from '../resources/iam.ts'
import type { Properties } from '../resources/kind.ts'
import { acts } from '../rights/acts.ts'
import { keyArn } from '../rights/ask.ts'
import { lacking, type Values } from '../rights/row.ts'
import { replicaLag } from '../replicas.ts'
import type { Bucket, Cloud, ObjectVersion, Resource } from '../state.ts'
import { bucketOf, isMarker } from './buckets.ts'

const s3 = 's3.amazonaws.com'

const resourceOf = (cloud: Cloud, { name, region }: Bucket): Resource | undefined =>
  existing(cloud, region, 'AWS::S3::Bucket', name)

const configurationOf = (cloud: Cloud, bucket: Bucket): Properties =>
  record(resourceOf(cloud, bucket)?.properties.ReplicationConfiguration)

/** What S3 needs to know of a copy to ask for the rights of its role. */
export function replicationValues(cloud: Cloud, bucket: Bucket, rule: Properties, key: string): Values {
  const { Bucket: arn, EncryptionConfiguration } = record(rule.Destination)
  const destination = text(arn).replace(/^arn:aws:s3:::/, '')
  const peer = cloud.buckets[destination]?.region ?? bucket.region
  const { BucketEncryption } = resourceOf(cloud, bucket)?.properties ?? {}
  const [encryption] = list(record(BucketEncryption).ServerSideEncryptionConfiguration)
  const source = text(record(encryption?.ServerSideEncryptionByDefault).KMSMasterKeyID)
  return {
    bucket: bucket.name,
    key,
    destination,
    region: bucket.region,
    peer,
    sourceKey: keyArn(cloud, bucket.region, source),
    replicaKey: keyArn(cloud, peer, text(record(EncryptionConfiguration).ReplicaKmsKeyID)),
  }
}

/** Whether the role of the bucket lets S3 send that version along. */
function mayReplicate(cloud: Cloud, bucket: Bucket, rule: Properties, version: ObjectVersion): boolean {
  const role = text(configurationOf(cloud, bucket).Role)
  const act = isMarker(version) ? 'replicate a delete marker' : 'replicate an object'
  const values = replicationValues(cloud, bucket, rule, version.key)
  return isTrusted({ cloud }, role, s3) && lacking(cloud, role, acts[s3][act], values) === undefined
}

/** Sends a new version or delete marker where the bucket's rules say; deleted versions are never replicated. */
export function replicate(bucket: Bucket, version: ObjectVersion, { cloud, now }: Call): void {
  for (const rule of list(configurationOf(cloud, bucket).Rules)) {
    const prefix = text(record(rule.Filter).Prefix ?? rule.Prefix)
    const target = cloud.buckets[text(record(rule.Destination).Bucket).replace(/^arn:aws:s3:::/, '')]
    if (rule.Status !== 'Enabled' || !version.key.startsWith(prefix) || !target) continue
    if (isMarker(version) && record(rule.DeleteMarkerReplication).Status !== 'Enabled') continue
    // Nobody is told: HEAD says FAILED, and the object is never sent again.
    if (!mayReplicate(cloud, bucket, rule, version)) {
      version.unsent = true
      continue
    }
    const arrives = now + replicaLag(cloud, bucket)
    target.versions.push({ ...version, replica: { from: bucket.region, arrives } })
    version.sentBy = arrives
  }
}

/** What is that near to its arrival is being sent and arrives whatever happens to its source, ms [?]. */
const onItsWay = 2_000

/** What was deleted before it was sent is sent no more. */
export function recall(version: ObjectVersion, { cloud, now }: Call): void {
  if (version.sentBy === undefined || version.sentBy <= now + onItsWay) return
  for (const other of Object.values(cloud.buckets))
    other.versions = other.versions.filter(
      ({ key, versionId, replica }) => !(replica && key === version.key && versionId === version.versionId),
    )
}

/** What a HEAD says of replication; nothing where no rule takes the object along. */
export const statusOf = ({ replica, sentBy, unsent }: ObjectVersion, now: number): object => {
  if (replica) return { ReplicationStatus: 'REPLICA' }
  if (unsent) return { ReplicationStatus: 'FAILED' }
  return sentBy === undefined ? {} : { ReplicationStatus: sentBy <= now ? 'COMPLETED' : 'PENDING' }
}

/** Reading and ending replication, by command. */
export const answers: Answers = {
  GetBucketReplicationCommand: (input: GetBucketReplicationCommandInput, call: Call) => {
    const { Role, Rules } = configurationOf(call.cloud, bucketOf(input, call))
    if (Rules === undefined) {
      throw new Refusal('ReplicationConfigurationNotFoundError', 'The replication configuration was not found', 404)
    }
    // CloudFormation says Id where S3 says ID.
    return { ReplicationConfiguration: { Role, Rules: list(Rules).map(({ Id, ...rule }) => ({ ...rule, ID: Id })) } }
  },
  DeleteBucketReplicationCommand: (input: GetBucketReplicationCommandInput, call: Call) => {
    const resource = resourceOf(call.cloud, bucketOf(input, call))
    if (resource) delete resource.properties.ReplicationConfiguration
    return {}
  },
}
