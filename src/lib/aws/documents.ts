// S3 as drills need it: objects of a system's own buckets with their versions, written once and copied between regions.
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { MakeClient } from './connect.ts'
import { absent } from './shape.ts'

/** A version or delete marker, without its content. */
export interface Version {
  key: string
  id: string
  /** ms by S3's clock, in whole seconds; a replica has the time of what it is a copy of. */
  at: number
  bytes: number
  isMarker: boolean
}

/** What only a look at one version tells. */
export interface Details {
  etag: string
  /** It came by replication. */
  isReplica: boolean
  metadata: Record<string, string>
  /** What a copy with other metadata must be told again. */
  headers: Record<string, string | undefined>
}

/** Where a copy comes from. */
export interface Source {
  bucket: string
  key: string
  version: string
}

/** Versions in one deletion, by S3's limit. */
const deletable = 1000

/** Buckets of one region that belong to `owner`. */
export class Documents {
  private readonly client: S3Client
  /** It does not repeat: a call may have had its effect. */
  private readonly once: S3Client
  private readonly owner: string
  constructor(make: MakeClient, owner: string) {
    this.client = make(S3Client)
    this.once = make(S3Client, 'once')
    this.owner = owner
  }

  async exists(bucket: string): Promise<boolean> {
    return (await absent(this.client.send(new HeadBucketCommand(this.in(bucket))), 'NotFound')) !== undefined
  }

  /** Puts a text, once. Throws what S3 says. */
  async put(bucket: string, key: string, text: string, signal?: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({ ...this.in(bucket), Key: key, Body: text, ContentType: 'text/plain' })
    await this.once.send(command, signal ? { abortSignal: signal } : {})
  }

  /** Keys of the objects that are there now under a prefix. */
  async keys(bucket: string, prefix: string): Promise<string[]> {
    const keys: string[] = []
    for await (const page of paginateListObjectsV2({ client: this.client }, { ...this.in(bucket), Prefix: prefix }))
      for (const { Key = '' } of page.Contents ?? []) keys.push(Key)
    return keys
  }

  /** Versions and delete markers under a prefix; those of a key newest first. */
  async versions(bucket: string, prefix = ''): Promise<Version[]> {
    const found: (Version & { isLatest: boolean })[] = []
    let next: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}
    while (next) {
      const page: ListObjectVersionsCommandOutput = await this.client.send(
        new ListObjectVersionsCommand({ ...this.in(bucket), Prefix: prefix, ...next }),
      )
      const of = (
        it: { Key?: string; VersionId?: string; LastModified?: Date; IsLatest?: boolean },
        bytes?: number,
      ) => ({
        key: it.Key ?? '',
        id: it.VersionId ?? '',
        at: it.LastModified?.getTime() ?? 0,
        bytes: bytes ?? 0,
        isMarker: bytes === undefined,
        isLatest: it.IsLatest ?? false,
      })
      for (const it of page.Versions ?? []) found.push(of(it, it.Size ?? 0))
      for (const it of page.DeleteMarkers ?? []) found.push(of(it))
      const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page
      next = IsTruncated ? { ...(KeyMarker && { KeyMarker }), ...(VersionIdMarker && { VersionIdMarker }) } : undefined
    }
    // S3 lists markers apart from versions; sorting keeps its order where times are the same.
    return found
      .toSorted((a, b) => Number(b.isLatest) - Number(a.isLatest) || b.at - a.at)
      .map(({ isLatest: _, ...version }) => version)
  }

  /** A version; undefined when it is gone. */
  async details(bucket: string, key: string, version: string): Promise<Details | undefined> {
    const command = new HeadObjectCommand({ ...this.in(bucket), Key: key, VersionId: version })
    const it = await absent(this.client.send(command), 'NotFound', 'NoSuchKey', 'NoSuchVersion')
    return (
      it && {
        etag: it.ETag ?? '',
        isReplica: it.ReplicationStatus === 'REPLICA',
        metadata: it.Metadata ?? {},
        headers: {
          ContentType: it.ContentType,
          CacheControl: it.CacheControl,
          ContentDisposition: it.ContentDisposition,
          ContentEncoding: it.ContentEncoding,
          ContentLanguage: it.ContentLanguage,
          StorageClass: it.StorageClass,
          WebsiteRedirectLocation: it.WebsiteRedirectLocation,
        },
      }
    )
  }

  /**
   * Copies a version from any region to the same key of this region's bucket, with what is written on it; S3 moves the
   * content itself, up to 5 GB. `over` is the ETag of what it may cover, undefined where nothing may be there.
   * Gives false when something else is there by now.
   */
  async copy(bucket: string, source: Source, { metadata, headers }: Details, over?: string): Promise<boolean> {
    const key = source.key.split('/').map(encodeURIComponent).join('/')
    const command = new CopyObjectCommand({
      ...this.in(bucket),
      ...(headers as object),
      Key: source.key,
      CopySource: `${source.bucket}/${key}?versionId=${encodeURIComponent(source.version)}`,
      ExpectedSourceBucketOwner: this.owner,
      MetadataDirective: 'REPLACE',
      Metadata: metadata,
      ...(over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over }),
    })
    const answer = await absent(
      this.client.send(command),
      'PreconditionFailed',
      'ConditionalRequestConflict',
      // If-Match on a key that was deleted meanwhile.
      'NoSuchKey',
    )
    return answer !== undefined
  }

  /** Deletes versions and markers for good. Throws the first refusal, since a batch answers 200 all the same. */
  async remove(bucket: string, versions: readonly Pick<Version, 'key' | 'id'>[]): Promise<void> {
    for (let from = 0; from < versions.length; from += deletable) {
      const Objects = versions.slice(from, from + deletable).map(({ key, id }) => ({ Key: key, VersionId: id }))
      const command = new DeleteObjectsCommand({ ...this.in(bucket), Delete: { Objects, Quiet: true } })
      const refused = (await this.client.send(command)).Errors?.[0]
      if (refused) throw new Error(`${refused.Key ?? ''}: ${refused.Code ?? ''} ${refused.Message ?? ''}`.trim())
    }
  }

  private in(bucket: string): { Bucket: string; ExpectedBucketOwner: string } {
    return { Bucket: bucket, ExpectedBucketOwner: this.owner }
  }
}
