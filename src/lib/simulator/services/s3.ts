// S3: objects, with conditional writes and versions.
import { createHash } from 'node:crypto'
import {
  type DeleteObjectCommandInput,
  type DeleteObjectsCommandInput,
  type GetObjectCommandInput,
  NoSuchKey,
  NotFound,
  type HeadObjectCommandInput,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'

import { type Answers, type Call, Refusal } from '../answer.ts'
import type { Bucket, ObjectVersion } from '../state.ts'
import { add, bucketOf, bytesOf, isMarker, newest, wholeSeconds } from './buckets.ts'
import { replicate } from './replication.ts'
import { answers as listings } from './s3-listings.ts'
import { said } from './said.ts'

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
  const { Key: key = '', Body: body = '', ContentType: contentType } = input
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new Refusal('NotImplemented', 'the simulated S3 takes texts and bytes, not streams', 501)
  }
  requireConditions(newest(bucket, key), input)
  const bytes = Buffer.from(body as Uint8Array)
  const encoding = typeof body === 'string' ? 'utf8' : 'base64'
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`
  const given = {
    key,
    at: call.now,
    etag,
    body: bytes.toString(encoding),
    encoding,
    ...(contentType && { contentType }),
  }
  const version = add(bucket, given as Omit<ObjectVersion, 'versionId'>, call)
  replicate(bucket, version, call)
  return { ETag: etag, ...versionOf(bucket, version) }
}

const versionOf = (bucket: Bucket, { versionId }: ObjectVersion): { VersionId?: string } =>
  bucket.versioning === 'Off' ? {} : { VersionId: versionId }

/** The asked version of an object; `missing` makes the error for one that is not there. */
function find(
  { Bucket, ExpectedBucketOwner, Key: key = '', VersionId: id }: GetObjectCommandInput | HeadObjectCommandInput,
  call: Call,
  missing: () => Error,
): [Bucket, ObjectVersion] {
  const bucket = bucketOf({ Bucket, ExpectedBucketOwner }, call)
  const version =
    id === undefined ? newest(bucket, key) : bucket.versions.find((one) => one.key === key && one.versionId === id)
  if (!version) throw missing()
  if (!isMarker(version)) return [bucket, version]
  if (id === undefined) throw missing()
  throw new Refusal('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405)
}

const head = (bucket: Bucket, version: ObjectVersion): object => ({
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
    const gone = bucket.versions.find((version) => version.key === key && version.versionId === id)
    bucket.versions = bucket.versions.filter((version) => version !== gone)
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

/** S3, by command. */
export const answers: Answers = {
  ...listings,
  PutObjectCommand: put,
  GetObjectCommand: (input: GetObjectCommandInput, call: Call) => {
    const [bucket, version] = find(input, call, noSuchKey)
    return { ...head(bucket, version), Body: streamOf(bytesOf(version)) }
  },
  HeadObjectCommand: (input: HeadObjectCommandInput, call: Call) =>
    // A HEAD has no body, so the SDK sees only the status.
    head(...find(input, call, () => new NotFound(said('NotFound')))),
  DeleteObjectCommand: (input: DeleteObjectCommandInput, call: Call) => {
    const bucket = bucketOf(input, call)
    const { Key: key = '', VersionId: id, IfMatch } = input
    requireConditions(newest(bucket, key), { IfMatch })
    return remove(bucket, key, id, call)
  },
  DeleteObjectsCommand: removeMany,
}
