// S3: objects, with conditional writes and versions.
import { createHash } from 'node:crypto'
import {
  type CopyObjectCommandInput,
  type DeleteObjectCommandInput,
  type DeleteObjectsCommandInput,
  type GetObjectCommandInput,
  NoSuchKey,
  NotFound,
  type HeadObjectCommandInput,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'

import { type Answers, type Call, Refusal } from '../answer.ts'
import { isGone } from '../endpoints.ts'
import { arrivedBy, held } from '../replicas.ts'
import { existing, list, record } from '../existing.ts'
import type { Bucket, Cloud, ObjectVersion } from '../state.ts'
import { add, bucketOf, bytesOf, isMarker, newest, wholeSeconds } from './buckets.ts'
import { recall, replicate, statusOf } from './replication.ts'
import { answers as listings } from './s3-listings.ts'
import { said } from '../said.ts'

const preconditionFailed = (): Refusal =>
  new Refusal('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412)

const noSuchKey = (): NoSuchKey => new NoSuchKey(said('The specified key does not exist.'))

const bare = (etag: string): string => etag.replaceAll('"', '')

/** Checks `If-Match` and `If-None-Match` against the current version. */
function requireConditions(
  current: ObjectVersion | undefined,
  { IfMatch, IfNoneMatch }: { IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
): void {
  const isThere = current !== undefined && !isMarker(current)
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') {
    throw new Refusal('NotImplemented', 'A header you provided implies functionality that is not implemented.', 501)
  }
  if (IfNoneMatch === '*' && isThere) throw preconditionFailed()
  if (IfMatch === undefined) return
  if (!current) throw noSuchKey()
  if (!isThere || (IfMatch !== '*' && bare(IfMatch) !== bare(current.etag))) throw preconditionFailed()
}

function put(input: PutObjectCommandInput, call: Call): unknown {
  const bucket = bucketOf(input, call)
  const { Key: key = '', Body: body = '', ContentType: contentType, Metadata: metadata } = input
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new Refusal('NotImplemented', 'the simulated S3 takes texts and bytes, not streams', 501)
  }
  requireConditions(newest(arrivedBy(bucket, call.now), key), input)
  const bytes = Buffer.from(body as Uint8Array)
  const encoding = typeof body === 'string' ? 'utf8' : 'base64'
  const given = { key, body: bytes.toString(encoding), encoding } as const
  const version = store(bucket, { ...given, ...(contentType && { contentType }), ...(metadata && { metadata }) }, call)
  return { ETag: version.etag, ...versionOf(bucket, version) }
}

/** Keeps a new version and sends it where rules say. */
function store(bucket: Bucket, given: Omit<ObjectVersion, 'versionId' | 'at' | 'etag'>, call: Call): ObjectVersion {
  const version = add(bucket, { ...given, at: call.now, etag: '' }, call)
  // Under a key of KMS an ETag is no digest of the content: a copy has another one.
  const salt = hasKey(call.cloud, bucket) ? `${version.versionId} ${call.now} ${bucket.name}` : ''
  version.etag = `"${createHash('md5').update(bytesOf(version)).update(salt).digest('hex')}"`
  replicate(bucket, version, call)
  return version
}

const hasKey = (cloud: Cloud, { name, region }: Bucket): boolean =>
  list(
    record(existing(cloud, region, 'AWS::S3::Bucket', name)?.properties.BucketEncryption)
      .ServerSideEncryptionConfiguration,
  ).some((rule) => record(rule.ServerSideEncryptionByDefault).SSEAlgorithm === 'aws:kms')

const versionOf = (bucket: Bucket, { versionId }: ObjectVersion): { VersionId?: string } =>
  bucket.versioning === 'Off' ? {} : { VersionId: versionId }

/** The asked version of an object; `missing` makes the error for one that is not there. */
function find(
  { Bucket, ExpectedBucketOwner, Key: key = '', VersionId: id }: GetObjectCommandInput | HeadObjectCommandInput,
  call: Call,
  missing: () => Error,
): [Bucket, ObjectVersion] {
  const bucket = bucketOf({ Bucket, ExpectedBucketOwner }, call)
  const there = held(call, bucket)
  const version = id === undefined ? newest(there, key) : there.find((one) => one.key === key && one.versionId === id)
  if (!version) throw missing()
  if (!isMarker(version)) return [bucket, version]
  if (id === undefined) throw missing()
  throw new Refusal('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405)
}

const head = (bucket: Bucket, version: ObjectVersion, { now }: Call): object => ({
  ...(version.metadata && { Metadata: version.metadata }),
  ...statusOf(version, now),
  ETag: version.etag,
  LastModified: wholeSeconds(version.at),
  ContentLength: bytesOf(version).length,
  ContentType: version.contentType ?? 'application/octet-stream',
  ...versionOf(bucket, version),
})

/** A body with as much of the SDK's stream as a caller in Node reads. */
const streamOf = (bytes: Buffer): object => ({
  transformToString: async (encoding: BufferEncoding = 'utf8'): Promise<string> => bytes.toString(encoding),
  transformToByteArray: async (): Promise<Uint8Array> => new Uint8Array(bytes),
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(bytes)
  },
})

/** Deletes one version, or, without a version id, hides the object behind a delete marker where versions are kept. */
function remove(bucket: Bucket, key: string, id: string | undefined, call: Call): object {
  if (id !== undefined) {
    const gone = arrivedBy(bucket, call.now).find((version) => version.key === key && version.versionId === id)
    bucket.versions = bucket.versions.filter((version) => version !== gone)
    if (gone) recall(gone, call)
    return { VersionId: id, ...(gone && isMarker(gone) && { DeleteMarker: true }) }
  }
  if (bucket.versioning === 'Off') {
    bucket.versions = bucket.versions.filter((version) => version.key !== key)
    return {}
  }
  const marker = add(bucket, { key, at: call.now, etag: '' }, call)
  replicate(bucket, marker, call)
  return { DeleteMarker: true, VersionId: marker.versionId }
}

function removeMany(input: DeleteObjectsCommandInput, call: Call): unknown {
  const bucket = bucketOf(input, call)
  const objects = input.Delete?.Objects ?? []
  if (objects.length === 0 || objects.length > 1000) {
    const message = 'The XML you provided was not well-formed or did not validate against our published schema'
    throw new Refusal('MalformedXML', message)
  }
  const deleted = objects.map(({ Key: key = '', VersionId: id }) => {
    const outcome = remove(bucket, key, id, call) as { DeleteMarker?: boolean; VersionId?: string }
    const marker = outcome.DeleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: outcome.VersionId } : {}
    return { Key: key, ...(id !== undefined && { VersionId: id }), ...marker }
  })
  return input.Delete?.Quiet ? {} : { Deleted: deleted }
}

/** Copies a version, from another region's bucket too; without REPLACE what was written on it goes along. */
function copy(input: CopyObjectCommandInput, call: Call): unknown {
  const bucket = bucketOf(input, call)
  const { Key: key = '', CopySource = '', ExpectedSourceBucketOwner, MetadataDirective, Metadata, ContentType } = input
  const [, name = '', sourceKey = '', id] = /^\/?([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(CopySource) ?? []
  const region = call.cloud.buckets[name]?.region ?? call.region
  if (isGone(call, region))
    throw new Refusal('InternalError', 'We encountered an internal error. Please try again.', 500)
  const named = { Bucket: name, Key: decodeURIComponent(sourceKey), ...(id !== undefined && { VersionId: id }) }
  const [from, source] = find(
    { ...named, ExpectedBucketOwner: ExpectedSourceBucketOwner },
    { ...call, region },
    noSuchKey,
  )
  requireConditions(newest(held(call, bucket), key), input)
  const [metadata, contentType] =
    MetadataDirective === 'REPLACE' ? [Metadata, ContentType] : [source.metadata, source.contentType]
  const { body = '', encoding = 'utf8' } = source
  const given = { key, body, encoding, ...(metadata && { metadata }), ...(contentType && { contentType }) }
  const version = store(bucket, given, call)
  return {
    CopyObjectResult: { ETag: version.etag, LastModified: wholeSeconds(version.at) },
    CopySourceVersionId: versionOf(from, source).VersionId,
    ...versionOf(bucket, version),
  }
}

/** S3, by command. */
export const answers: Answers = {
  ...listings,
  CopyObjectCommand: copy,
  PutObjectCommand: put,
  GetObjectCommand: (input: GetObjectCommandInput, call: Call) => {
    const [bucket, version] = find(input, call, noSuchKey)
    return { ...head(bucket, version, call), Body: streamOf(bytesOf(version)) }
  },
  HeadObjectCommand: (input: HeadObjectCommandInput, call: Call) =>
    // A HEAD has no body, so the SDK sees only the status.
    head(...find(input, call, () => new NotFound(said('NotFound'))), call),
  DeleteObjectCommand: (input: DeleteObjectCommandInput, call: Call) => {
    const bucket = bucketOf(input, call)
    const { Key: key = '', VersionId: id, IfMatch } = input
    requireConditions(newest(arrivedBy(bucket, call.now), key), { IfMatch })
    return remove(bucket, key, id, call)
  },
  DeleteObjectsCommand: removeMany,
}
