// What the S3 answers share: finding a bucket as its owner and in its region, and the versions of a key.
import { NoSuchBucket } from '@aws-sdk/client-s3'

import { Refusal, type Call } from '../answer.ts'
import { derived, fresh } from '../identifiers.ts'
import { account, type Bucket, type ObjectVersion } from '../state.ts'
import { said } from '../said.ts'

interface InBucket {
  Bucket: string | undefined
  ExpectedBucketOwner?: string | undefined
}

/**
 * The bucket a call names. Throws NoSuchBucket, AccessDenied for another expected owner,
 * and PermanentRedirect for a client of another region.
 */
export function bucketOf({ Bucket: name = '', ExpectedBucketOwner: owner }: InBucket, { cloud, region }: Call): Bucket {
  const bucket = cloud.buckets[name]
  if (!bucket) throw new NoSuchBucket(said('The specified bucket does not exist'))
  if (owner !== undefined && owner !== account) throw new Refusal('AccessDenied', 'Access Denied', 403)
  if (bucket.region !== region) {
    const message =
      'The bucket you are attempting to access must be addressed using the specified endpoint. ' +
      'Please send all future requests to this endpoint.'
    throw new Refusal('PermanentRedirect', message, 301)
  }
  return bucket
}

/** The newest of these versions of a key, which may be a delete marker. */
export const newest = (versions: readonly ObjectVersion[], key: string): ObjectVersion | undefined =>
  versions.findLast((version) => version.key === key)

export const isMarker = (version: ObjectVersion): boolean => version.body === undefined

/** What the object holds. */
export const bytesOf = ({ body = '', encoding = 'utf8' }: ObjectVersion): Buffer => Buffer.from(body, encoding)

/** S3 counts times in whole seconds. */
export const wholeSeconds = (at: number): Date => new Date(Math.floor(at / 1000) * 1000)

/** Adds a version, or replaces the one without a version id where the bucket keeps no versions. */
export function add(bucket: Bucket, version: Omit<ObjectVersion, 'versionId'>, { cloud }: Call): ObjectVersion {
  const isKept = bucket.versioning === 'Enabled'
  if (!isKept) {
    bucket.versions = bucket.versions.filter(({ key, versionId }) => !(key === version.key && versionId === 'null'))
  }
  const added = { ...version, versionId: isKept ? derived(fresh(cloud), 32) : 'null' }
  bucket.versions.push(added)
  return added
}
