// Objects in S3: artifacts, the lock, records; and the emptying of buckets.
import {
  DeleteBucketReplicationCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  type S3Client,
  AbortMultipartUploadCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3'
import { absent } from './shape.ts'

/** An object's text with what a conditional write needs; `modifiedAt` in ms by S3's clock. */
export interface ObjectView {
  text: string
  etag: string
  modifiedAt: number
}

interface VersionView {
  Key: string
  VersionId: string
  size: number
}

/** Versions in one listing and in one deletion. */
const pageSize = 1000

/** S3 in one region; `owner` is the account every bucket must belong to. */
export class Objects {
  private readonly client: S3Client
  private readonly owner: string
  /** S3's clock at its last answer, ms: what a lease is aged by, since two machines' clocks may differ. */
  now = 0
  constructor(client: S3Client, owner: string) {
    this.client = client
    this.owner = owner
    const reading = (next: (args: never) => Promise<{ response?: unknown }>) => async (args: never) => {
      const answer = await next(args)
      const { headers } = (answer.response ?? {}) as { headers?: Record<string, string> }
      if (headers?.['date']) this.now = Date.parse(headers['date'])
      return answer
    }
    client.middlewareStack.add(reading as never, { step: 'finalizeRequest', priority: 'low', name: 'drServerClock' })
  }

  /** Names of all buckets of the account, in every region. */
  async buckets(): Promise<string[]> {
    const answer = await this.client.send(new ListBucketsCommand({}))
    return (answer.Buckets ?? []).map((it) => it.Name ?? '')
  }

  async exists(bucket: string, key: string): Promise<boolean> {
    const command = new HeadObjectCommand({ ...this.in(bucket), Key: key })
    return (await absent(this.client.send(command), 'NotFound', 'NoSuchKey')) !== undefined
  }

  async get(bucket: string, key: string): Promise<ObjectView | undefined> {
    const command = new GetObjectCommand({ ...this.in(bucket), Key: key })
    const answer = await absent(this.client.send(command), 'NoSuchKey', 'NotFound', 'NoSuchBucket')
    if (!answer) return undefined
    return {
      text: (await answer.Body?.transformToString()) ?? '',
      etag: answer.ETag ?? '',
      modifiedAt: answer.LastModified?.getTime() ?? 0,
    }
  }

  async put(bucket: string, key: string, body: string | Uint8Array, contentType = 'application/json'): Promise<void> {
    // The SDK takes an empty text for a stream of unknown length, and warns on the screen.
    const Body = body === '' ? new Uint8Array() : body
    await this.client.send(new PutObjectCommand({ ...this.in(bucket), Key: key, Body, ContentType: contentType }))
  }

  /**
   * Writes only if the object is absent (`etag` undefined) or still the one with that ETag.
   * Gives the new ETag, or undefined when somebody else was faster.
   */
  async claim(bucket: string, key: string, body: string, etag?: string): Promise<string | undefined> {
    const condition = etag ? { IfMatch: etag } : { IfNoneMatch: '*' }
    const command = new PutObjectCommand({ ...this.in(bucket), Key: key, Body: body, ...condition })
    const answer = await absent(
      this.client.send(command),
      'PreconditionFailed',
      'ConditionalRequestConflict',
      'NoSuchKey',
    )
    return answer && (answer.ETag ?? '')
  }

  /**
   * Deletes the object if it is still the one with that ETag; false when it is not.
   * Its history goes too: an object that was written again and again leaves nothing behind.
   */
  async release(bucket: string, key: string, etag: string): Promise<boolean> {
    const history = (await this.versions(bucket, key)).filter((it) => it.Key === key)
    const command = new DeleteObjectCommand({ ...this.in(bucket), Key: key, IfMatch: etag })
    const marker = await absent(this.client.send(command), 'PreconditionFailed', 'NoSuchKey', 'NotFound')
    if (!marker) return false
    // The marker hides whatever is older than this page, so it goes only where nothing is.
    const all =
      history.length < pageSize ? [...history, { Key: key, VersionId: marker.VersionId ?? '', size: 0 }] : history
    await this.deleteVersions(
      bucket,
      all.filter((it) => it.VersionId !== ''),
    )
    return true
  }

  async keys(bucket: string, prefix: string): Promise<string[]> {
    const keys: string[] = []
    for await (const page of paginateListObjectsV2({ client: this.client }, { ...this.in(bucket), Prefix: prefix }))
      for (const it of page.Contents ?? []) keys.push(it.Key ?? '')
    return keys
  }

  /** Whether any object is there now. Throws NoSuchBucket. */
  async holdsAny(bucket: string): Promise<boolean> {
    const page = await this.client.send(new ListObjectsV2Command({ ...this.in(bucket), MaxKeys: 1 }))
    return (page.Contents ?? []).length > 0
  }

  /** Up to 1,000 versions and delete markers under a prefix. */
  async versions(bucket: string, prefix = ''): Promise<VersionView[]> {
    const command = new ListObjectVersionsCommand({ ...this.in(bucket), Prefix: prefix })
    const page = await absent(this.client.send(command), 'NoSuchBucket')
    const versions = (page?.Versions ?? []).map((it) => ({ ...it, size: it.Size ?? 0 }))
    const markers = (page?.DeleteMarkers ?? []).map((it) => ({ ...it, size: 0 }))
    return [...versions, ...markers].map(({ Key = '', VersionId = '', size }) => ({ Key, VersionId, size }))
  }

  /** Deletes these versions (at most 1,000); throws the first refusal, since a batch answers 200 all the same. */
  async deleteVersions(bucket: string, versions: VersionView[]): Promise<void> {
    const Objects = versions.map(({ Key, VersionId }) => ({ Key, VersionId }))
    const answer = await this.client.send(
      new DeleteObjectsCommand({ ...this.in(bucket), Delete: { Objects, Quiet: true } }),
    )
    const refused = answer.Errors?.[0]
    if (refused) throw new Error(`${refused.Key ?? ''}: ${refused.Code ?? ''} ${refused.Message ?? ''}`.trim())
  }

  /** Ends unfinished uploads, which count as content. */
  async abortUploads(bucket: string): Promise<number> {
    const page = await absent(this.client.send(new ListMultipartUploadsCommand(this.in(bucket))), 'NoSuchBucket')
    for (const it of page?.Uploads ?? [])
      await this.client.send(
        new AbortMultipartUploadCommand({ ...this.in(bucket), Key: it.Key, UploadId: it.UploadId }),
      )
    return page?.Uploads?.length ?? 0
  }

  /** Stops replication out of the bucket, so that nothing arrives elsewhere while things are emptied. */
  async stopReplication(bucket: string): Promise<void> {
    await absent(this.client.send(new DeleteBucketReplicationCommand(this.in(bucket))), 'NoSuchBucket')
  }

  private in(bucket: string): { Bucket: string; ExpectedBucketOwner: string } {
    return { Bucket: bucket, ExpectedBucketOwner: this.owner }
  }
}
