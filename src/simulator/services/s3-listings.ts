// S3: buckets and what is in them, page by page.
import {
  type AbortMultipartUploadCommandInput,
  type HeadBucketCommandInput,
  type ListBucketsCommandInput,
  type ListMultipartUploadsCommandInput,
  type ListObjectsV2CommandInput,
  type ListObjectVersionsCommandInput,
  NoSuchBucket,
  NoSuchUpload,
  NotFound,
} from '@aws-sdk/client-s3'

import { type Answers, type Call, Refusal } from '../answer.ts'
import { held } from '../replicas.ts'
import type { ObjectVersion } from '../state.ts'
import { bucketOf, bytesOf, isMarker, newest, wholeSeconds } from './buckets.ts'
import { page } from './pages.ts'
import { answers as replication } from './replication.ts'
import { said } from '../said.ts'

const pageSize = 1000

/** In the order of their UTF-8 bytes, as S3 sorts keys. */
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
const byKey = (a: { key: string }, b: { key: string }): number => compare(a.key, b.key)

function requireNoDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined || delimiter === '') return
  throw new Refusal('NotImplemented', 'the simulated S3 lists keys, not folders', 501)
}

function objects(input: ListObjectsV2CommandInput, call: Call): unknown {
  const bucket = bucketOf(input, call)
  const { Prefix: prefix = '', MaxKeys: size = pageSize, StartAfter: after = '', ContinuationToken: token } = input
  requireNoDelimiter(input.Delimiter)
  const there = held(call, bucket)
  const found = there
    .filter((version) => newest(there, version.key) === version && !isMarker(version))
    .filter(({ key }) => key.startsWith(prefix) && compare(key, token === undefined ? after : keyOf(token)) > 0)
    .sort(byKey)
  const { items } = page(found, Math.min(size, pageSize), undefined)
  const isTruncated = items.length < found.length
  return {
    Name: bucket.name,
    Prefix: prefix,
    KeyCount: items.length,
    MaxKeys: size,
    IsTruncated: isTruncated,
    ...(isTruncated && { NextContinuationToken: tokenOf(items.at(-1)?.key ?? '') }),
    Contents: items.map((version) => ({
      Key: version.key,
      ETag: version.etag,
      Size: bytesOf(version).length,
      LastModified: wholeSeconds(version.at),
      StorageClass: 'STANDARD',
    })),
  }
}

// A token names the last key, so that a listing goes on rightly when objects come and go between its pages.
const tokenOf = (key: string): string => Buffer.from(key).toString('base64')
const keyOf = (token: string): string => Buffer.from(token, 'base64').toString('utf8')

function versions(input: ListObjectVersionsCommandInput, call: Call): unknown {
  const bucket = bucketOf(input, call)
  const { Prefix: prefix = '', MaxKeys: size = pageSize, KeyMarker, VersionIdMarker } = input
  requireNoDelimiter(input.Delimiter)
  const there = held(call, bucket)
  const newestFirst = there.toReversed().filter(({ key }) => key.startsWith(prefix))
  const sorted = newestFirst.sort(byKey)
  const marked = sorted.findIndex(({ key, versionId }) => key === KeyMarker && versionId === VersionIdMarker)
  const rest = marked >= 0 ? sorted.slice(marked + 1) : sorted.filter(({ key }) => compare(key, KeyMarker ?? '') > 0)
  const { items } = page(rest, Math.min(size, pageSize), undefined)
  const isTruncated = items.length < rest.length
  const last = items.at(-1)
  const view = (version: ObjectVersion): object => ({
    Key: version.key,
    VersionId: version.versionId,
    IsLatest: newest(there, version.key) === version,
    LastModified: wholeSeconds(version.at),
  })
  return {
    Name: bucket.name,
    Prefix: prefix,
    MaxKeys: size,
    IsTruncated: isTruncated,
    ...(isTruncated && { NextKeyMarker: last?.key, NextVersionIdMarker: last?.versionId }),
    Versions: items
      .filter((version) => !isMarker(version))
      .map((version) => ({ ...view(version), ETag: version.etag, Size: bytesOf(version).length })),
    DeleteMarkers: items.filter(isMarker).map(view),
  }
}

function buckets(
  { Prefix = '', BucketRegion, MaxBuckets, ContinuationToken }: ListBucketsCommandInput,
  { cloud }: Call,
) {
  const found = Object.values(cloud.buckets)
    .filter(({ name, region }) => name.startsWith(Prefix) && (BucketRegion === undefined || region === BucketRegion))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const { items, next } = page(found, MaxBuckets ?? 10_000, ContinuationToken)
  return {
    Buckets: items.map(({ name, region, createdAt }) => ({
      Name: name,
      BucketRegion: region,
      CreationDate: wholeSeconds(createdAt),
    })),
    Owner: { ID: 'simulated' },
    ...(next !== undefined && { ContinuationToken: next }),
  }
}

/** S3's buckets and lists, by command. */
export const answers: Answers = {
  ...replication,
  ListBucketsCommand: buckets,
  HeadBucketCommand: (input: HeadBucketCommandInput, call: Call) => {
    try {
      return { BucketRegion: bucketOf(input, call).region }
    } catch (error) {
      // A HEAD has no body, so the SDK sees only the status.
      throw error instanceof NoSuchBucket ? new NotFound(said('NotFound')) : error
    }
  },
  ListObjectsV2Command: objects,
  ListObjectVersionsCommand: versions,
  ListMultipartUploadsCommand: (input: ListMultipartUploadsCommandInput, call: Call) => {
    const bucket = bucketOf(input, call)
    const found = bucket.uploads.filter(({ key }) => key.startsWith(input.Prefix ?? '')).sort(byKey)
    return {
      Bucket: bucket.name,
      IsTruncated: false,
      Uploads: found.map(({ key, uploadId, at }) => ({ Key: key, UploadId: uploadId, Initiated: wholeSeconds(at) })),
    }
  },
  AbortMultipartUploadCommand: (input: AbortMultipartUploadCommandInput, call: Call) => {
    const bucket = bucketOf(input, call)
    const isAsked = ({ key, uploadId }: { key: string; uploadId: string }): boolean =>
      key === input.Key && uploadId === input.UploadId
    if (!bucket.uploads.some(isAsked)) {
      throw new NoSuchUpload(
        said(
          'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
        ),
      )
    }
    bucket.uploads = bucket.uploads.filter((upload) => !isAsked(upload))
    return {}
  },
}
