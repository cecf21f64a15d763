import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteBucketReplicationCommand,
  DeleteObjectCommand,
  GetBucketReplicationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchBucket,
  NotFound,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'

import type { Fault } from '../../../src/simulator/faults.ts'
import { answers } from '../../../src/simulator/services/s3.ts'
import { cloudAtStart, region, roleFor, start } from '../resources/region.ts'
import { bucket, client } from './clients.ts'

const Bucket = 'artifacts'

function setUp() {
  const cloud = cloudAtStart()
  const held = bucket(Bucket)
  cloud.buckets[Bucket] = held
  const s3 = client(S3Client, cloud, answers)
  const put = async (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }))
  const drop = async (Key: string) => s3.send(new DeleteObjectCommand({ Bucket, Key }))
  return { cloud, held, s3, put, drop }
}

describe('lists', () => {
  test('keys come in byte order, without what is deleted, page by page', async () => {
    const { put, drop, s3 } = setUp()
    for (const key of ['b', 'a/2', 'a/1', 'gone', 'ä', 'Z']) await put(key, 'x')
    await drop('gone')
    const keys = async (input: object) => {
      const found: (string | undefined)[][] = []
      for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, ...input })) {
        found.push((page.Contents ?? []).map(({ Key }) => Key))
      }
      return found
    }
    expect(await keys({ MaxKeys: 2 })).toEqual([['Z', 'a/1'], ['a/2', 'b'], ['ä']])
    expect(await keys({ Prefix: 'a/' })).toEqual([['a/1', 'a/2']])
    expect(await keys({ StartAfter: 'b' })).toEqual([['ä']])
    await expect(s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }))).rejects.toMatchObject({
      name: 'NotImplemented',
    })
    await expect(s3.send(new ListObjectVersionsCommand({ Bucket, Delimiter: '/' }))).rejects.toMatchObject({
      name: 'NotImplemented',
    })
  })

  test('versions come newest first within a key, page by page', async () => {
    const { put, drop, s3 } = setUp()
    for (const body of ['1', '22', '333']) await put('a', body)
    await put('b', 'x')
    await drop('b')
    const seen: string[] = []
    let marker: object = {}
    for (let truncated = true; truncated;) {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...marker }))
      for (const it of page.Versions ?? []) seen.push(`${it.Key} ${it.Size} ${it.IsLatest}`)
      for (const it of page.DeleteMarkers ?? []) seen.push(`${it.Key} marker ${it.IsLatest}`)
      truncated = page.IsTruncated ?? false
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
    }
    expect(seen).toEqual(['a 3 true', 'a 2 false', 'a 1 false', 'b marker true', 'b 1 false'])
    const after = await s3.send(new ListObjectVersionsCommand({ Bucket, KeyMarker: 'a' }))
    expect(after.Versions?.map(({ Key }) => Key)).toEqual(['b'])
  })

  test('buckets of all regions are listed from any region', async () => {
    const { cloud, s3 } = setUp()
    cloud.buckets['a-west'] = bucket('a-west', 'Off', 'us-west-2')
    const all = await s3.send(new ListBucketsCommand({}))
    expect(all.Buckets?.map(({ Name, BucketRegion }) => [Name, BucketRegion])).toEqual([
      ['a-west', 'us-west-2'],
      ['artifacts', 'us-east-1'],
    ])
    const first = await s3.send(new ListBucketsCommand({ MaxBuckets: 1 }))
    const second = await s3.send(new ListBucketsCommand({ MaxBuckets: 1, ContinuationToken: first.ContinuationToken }))
    expect(second.Buckets?.map(({ Name }) => Name)).toEqual(['artifacts'])
    expect(second.ContinuationToken).toBeUndefined()
    const west = await s3.send(new ListBucketsCommand({ BucketRegion: 'us-west-2', Prefix: 'a' }))
    expect(west.Buckets).toHaveLength(1)
  })

  test('unfinished uploads are listed and can be aborted once', async () => {
    const { held, s3 } = setUp()
    held.uploads.push({ key: 'big', uploadId: 'u1', at: start })
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }))
    expect(Uploads).toMatchObject([{ Key: 'big', UploadId: 'u1', Initiated: new Date(start) }])
    const abort = new AbortMultipartUploadCommand({ Bucket, Key: 'big', UploadId: 'u1' })
    await s3.send(abort)
    expect(held.uploads).toEqual([])
    await expect(s3.send(abort)).rejects.toMatchObject({ name: 'NoSuchUpload' })
  })
})

describe('whose and where', () => {
  test('a bucket answers only in its own region', async () => {
    const { cloud } = setUp()
    const west = client(S3Client, cloud, answers, 'us-west-2')
    await expect(west.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'PermanentRedirect' })
    await expect(west.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({
      name: 'PermanentRedirect',
      $metadata: { httpStatusCode: 301 },
    })
  })

  test('a bucket of another owner is denied', async () => {
    const { s3 } = setUp()
    const owned = (ExpectedBucketOwner: string) => s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner }))
    await expect(owned('111111111111')).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(owned('000000000000')).resolves.toMatchObject({ BucketRegion: 'us-east-1' })
  })

  test('a missing bucket, and the same for HEAD', async () => {
    const { s3 } = setUp()
    await expect(s3.send(new ListObjectsV2Command({ Bucket: 'none' }))).rejects.toBeInstanceOf(NoSuchBucket)
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'none' }))).rejects.toBeInstanceOf(NotFound)
  })
})

describe('replication (TXN-13)', () => {
  const rights = [
    's3:GetReplicationConfiguration',
    's3:ListBucket',
    's3:GetObjectVersionForReplication',
    's3:GetObjectVersionAcl',
    's3:GetObjectVersionTagging',
    's3:ReplicateObject',
    's3:ReplicateTags',
    's3:ReplicateDelete',
  ]

  function replicated(faults: Fault[] = [], may = rights) {
    const cloud = cloudAtStart()
    region(cloud, 'us-east-1').make('R', 'AWS::IAM::Role', { ...roleFor('s3.amazonaws.com', ...may), RoleName: 'r' })
    const versioned = { VersioningConfiguration: { Status: 'Enabled' } }
    region(cloud, 'us-west-2').make('Target', 'AWS::S3::Bucket', { BucketName: 'target', ...versioned })
    region(cloud, 'us-east-1').make('Source', 'AWS::S3::Bucket', {
      BucketName: 'source',
      ...versioned,
      ReplicationConfiguration: {
        Role: 'arn:aws:iam::000000000000:role/r',
        Rules: [
          {
            Id: 'to-failover',
            Status: 'Enabled',
            Priority: 1,
            Filter: { Prefix: 'in/' },
            DeleteMarkerReplication: { Status: 'Enabled' },
            Destination: { Bucket: 'arn:aws:s3:::target' },
          },
        ],
      },
    })
    const [s3, west] = [client(S3Client, cloud, answers), client(S3Client, cloud, answers, 'us-west-2', faults)]
    const there = async () => {
      const { Versions = [], DeleteMarkers = [] } = await west.send(new ListObjectVersionsCommand({ Bucket: 'target' }))
      return [...Versions.map(({ Key }) => Key), ...DeleteMarkers.map(({ Key }) => `no ${Key}`)]
    }
    const after = (seconds: number) => (cloud.now += seconds * 1000)
    return { cloud, s3, west, there, after }
  }

  test.each(rights.filter((action) => action !== 's3:ReplicateDelete'))(
    'without %s of its role an object never arrives, and its HEAD alone says so',
    async (action) => {
      const { s3, there, after } = replicated(
        [],
        rights.filter((one) => one !== action),
      )
      const one = { Bucket: 'source', Key: 'in/a' }
      await expect(s3.send(new PutObjectCommand({ ...one, Body: 'x' }))).resolves.toBeDefined()
      after(3600)
      expect(await there()).toEqual([])
      expect((await s3.send(new HeadObjectCommand(one))).ReplicationStatus).toBe('FAILED')
    },
  )

  test('without s3:ReplicateDelete of its role objects arrive and their delete markers do not', async () => {
    const { s3, there, after } = replicated(
      [],
      rights.filter((one) => one !== 's3:ReplicateDelete'),
    )
    const one = { Bucket: 'source', Key: 'in/a' }
    await s3.send(new PutObjectCommand({ ...one, Body: 'x' }))
    await s3.send(new DeleteObjectCommand(one))
    after(3600)
    expect(await there()).toEqual(['in/a'])
  })

  test('versions and markers arrive in the other region after a while, deleted versions do not leave it', async () => {
    const { s3, there, after } = replicated()
    const source = { Bucket: 'source' }
    const { VersionId } = await s3.send(new PutObjectCommand({ ...source, Key: 'in/a', Body: 'x' }))
    await s3.send(new PutObjectCommand({ ...source, Key: 'out/a', Body: 'x' }))
    expect(await there()).toEqual([])
    after(4)
    expect(await there()).toEqual(['in/a'])
    await s3.send(new DeleteObjectCommand({ ...source, Key: 'in/a' }))
    await s3.send(new DeleteObjectCommand({ ...source, Key: 'in/a', VersionId }))
    after(4)
    expect(await there()).toEqual(['in/a', 'no in/a'])
  })

  test('a version that is deleted before it was sent is sent no more', async () => {
    const { s3, there, after } = replicated()
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: 'source', Key: 'in/a', Body: 'x' }))
    await s3.send(new DeleteObjectCommand({ Bucket: 'source', Key: 'in/a', VersionId }))
    after(60)
    expect(await there()).toEqual([])
  })

  test('an object says whether it was sent, a replica that it is one; both have one version and one time', async () => {
    const { s3, west, after } = replicated()
    const source = { Bucket: 'source', Key: 'in/a' }
    await s3.send(new PutObjectCommand({ ...source, Body: 'x', Metadata: { by: 'me' } }))
    const early = await s3.send(new HeadObjectCommand(source))
    after(4)
    const late = await s3.send(new HeadObjectCommand(source))
    const replica = await west.send(new HeadObjectCommand({ Bucket: 'target', Key: 'in/a' }))
    expect([early, late, replica].map(({ ReplicationStatus }) => ReplicationStatus)).toEqual([
      'PENDING',
      'COMPLETED',
      'REPLICA',
    ])
    expect(replica).toMatchObject({
      VersionId: late.VersionId,
      LastModified: late.LastModified,
      Metadata: { by: 'me' },
    })
  })

  test('what a region had not sent when it fell silent stays away while it is silent', async () => {
    const gone: Fault = { kind: 'region-gone', region: 'us-east-1', after: 2, for: 60 }
    const { cloud, s3, there, after } = replicated([gone])
    await s3.send(new PutObjectCommand({ Bucket: 'source', Key: 'in/a', Body: 'x' }))
    cloud.faults = { [JSON.stringify(gone)]: { since: cloud.now, met: 0, acted: 0 } }
    after(30)
    expect(await there()).toEqual([])
    after(60)
    expect(await there()).toEqual(['in/a'])
  })

  test('a copy is a version of its own and says what the writer of its source or its own maker wrote on it', async () => {
    const { s3, west } = replicated()
    const { VersionId } = await west.send(
      new PutObjectCommand({ Bucket: 'target', Key: 'ä b', Body: 'x', Metadata: { by: 'me' } }),
    )
    const CopySource = `target/${encodeURIComponent('ä b')}?versionId=${VersionId}`
    const copy = { Bucket: 'source', Key: 'ä b', CopySource }
    const first = await s3.send(new CopyObjectCommand({ ...copy, IfNoneMatch: '*' }))
    expect(first.CopySourceVersionId).toBe(VersionId)
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'source', Key: 'ä b' }))).Metadata).toEqual({ by: 'me' })
    await expect(s3.send(new CopyObjectCommand({ ...copy, IfNoneMatch: '*' }))).rejects.toThrow(/pre-conditions/)
    await s3.send(new CopyObjectCommand({ ...copy, MetadataDirective: 'REPLACE', Metadata: { by: 'you' } }))
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'source', Key: 'ä b' }))).Metadata).toEqual({ by: 'you' })
    await expect(s3.send(new CopyObjectCommand({ ...copy, CopySource: 'target/none' }))).rejects.toThrow(
      /specified key/,
    )
  })

  test('it can be read, and ended before a bucket is emptied', async () => {
    const { s3, there, after } = replicated()
    const source = { Bucket: 'source' }
    const read = await s3.send(new GetBucketReplicationCommand(source))
    expect(read.ReplicationConfiguration?.Rules).toMatchObject([{ ID: 'to-failover', Status: 'Enabled' }])
    await s3.send(new DeleteBucketReplicationCommand(source))
    await s3.send(new PutObjectCommand({ ...source, Key: 'in/a', Body: 'x' }))
    after(60)
    expect(await there()).toEqual([])
    await expect(s3.send(new GetBucketReplicationCommand(source))).rejects.toMatchObject({
      name: 'ReplicationConfigurationNotFoundError',
    })
  })
})
