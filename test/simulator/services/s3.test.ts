import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'

import type { Call } from '../../../src/simulator/answer.ts'
import { answers } from '../../../src/simulator/services/s3.ts'
import { cloudAtStart, start } from '../resources/region.ts'
import { bucket, client } from './clients.ts'

const Bucket = 'artifacts'

function setUp(versioning: 'Enabled' | 'Suspended' | 'Off' = 'Enabled') {
  const cloud = cloudAtStart()
  const held = bucket(Bucket, versioning)
  cloud.buckets[Bucket] = held
  const s3 = client(S3Client, cloud, answers)
  const put = async (Key: string, Body: string | Uint8Array, condition: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...condition }))
  const get = async (Key: string, VersionId?: string) => s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))
  const drop = async (Key: string, more: object = {}) => s3.send(new DeleteObjectCommand({ Bucket, Key, ...more }))
  return { cloud, held, s3, put, get, drop }
}

describe('conditional writes, on which the lock rests', () => {
  test('If-None-Match * writes only what is not there', async () => {
    const { put, drop } = setUp()
    await put('lock', 'a', { IfNoneMatch: '*' })
    await expect(put('lock', 'b', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    })
    await drop('lock')
    await expect(put('lock', 'c', { IfNoneMatch: '*' })).resolves.toBeDefined()
  })

  test('If-Match writes only over what was read', async () => {
    const { put, get } = setUp()
    const { ETag } = await put('lock', 'a')
    await put('lock', 'b', { IfMatch: ETag })
    await expect(put('lock', 'c', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' })
    expect(await (await get('lock')).Body?.transformToString()).toBe('b')
    await expect(put('none', 'x', { IfMatch: ETag })).rejects.toBeInstanceOf(NoSuchKey)
  })

  test('If-Match deletes only what was read', async () => {
    const { put, drop, get } = setUp()
    const { ETag } = await put('lock', 'a')
    const later = await put('lock', 'b')
    await expect(drop('lock', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' })
    await drop('lock', { IfMatch: later.ETag })
    await expect(get('lock')).rejects.toBeInstanceOf(NoSuchKey)
    await expect(drop('lock', { IfMatch: later.ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' })
    await expect(drop('none', { IfMatch: '*' })).rejects.toBeInstanceOf(NoSuchKey)
  })

  test('a condition that S3 does not know is refused', async () => {
    const { put } = setUp()
    await expect(put('k', 'a', { IfNoneMatch: '"etag"' })).rejects.toMatchObject({ name: 'NotImplemented' })
  })
})

describe('objects', () => {
  test('texts and bytes come back as they were, with S3’s own time in whole seconds', async () => {
    const { cloud, put, get, s3 } = setUp()
    cloud.now = start + 1999
    const bytes = Uint8Array.from([0, 255, 128, 10])
    await put('zip', bytes)
    await put('text', 'grüße', { ContentType: 'text/plain' })
    expect(await (await get('zip')).Body?.transformToByteArray()).toEqual(bytes)
    const text = await get('text')
    expect(await text.Body?.transformToString()).toBe('grüße')
    expect(text).toMatchObject({ ContentLength: 7, ContentType: 'text/plain', LastModified: new Date(start + 1000) })
    const chunks: Uint8Array[] = []
    for await (const chunk of (await get('zip')).Body as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk)
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(bytes))
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'text' }))
    expect(head.ETag).toBe(text.ETag)
  })

  test('a missing key, and the same for HEAD', async () => {
    const { get, s3 } = setUp()
    await expect(get('none')).rejects.toBeInstanceOf(NoSuchKey)
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toBeInstanceOf(NotFound)
  })

  test('a stream is refused, since its bytes are not there yet', () => {
    const { cloud } = setUp()
    const call: Call = { cloud, faults: [], region: 'us-east-1', now: cloud.now }
    const input = { Bucket, Key: 'k', Body: new Blob(['x']) }
    expect(() => answers['PutObjectCommand']?.(input as never, call)).toThrow('texts and bytes, not streams')
  })

  test('deleting hides behind a marker; deleting every version and marker empties the bucket (COMMON-08)', async () => {
    const { held, put, get, drop, s3 } = setUp()
    const first = await put('a', '1')
    await put('a', '2')
    const marker = await drop('a')
    expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) })
    await expect(get('a')).rejects.toBeInstanceOf(NoSuchKey)
    expect(await (await get('a', first.VersionId)).Body?.transformToString()).toBe('1')
    await expect(get('a', marker.VersionId)).rejects.toMatchObject({ name: 'MethodNotAllowed' })
    expect(held.versions).toHaveLength(3)
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }))
    expect(listed.DeleteMarkers).toMatchObject([{ Key: 'a', IsLatest: true }])
    const Objects = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }))
    const gone = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect(gone.Deleted).toHaveLength(3)
    expect(held.versions).toEqual([])
  })

  test('without versioning an object is replaced, and gone when deleted', async () => {
    const { held, put, drop } = setUp('Off')
    const written = await put('a', '1')
    expect(written.VersionId).toBeUndefined()
    await put('a', '2')
    expect(held.versions.map(({ body, versionId }) => [body, versionId])).toEqual([['2', 'null']])
    await drop('a')
    expect(held.versions).toEqual([])
  })

  test('suspended versioning replaces only the version without an id', async () => {
    const { held, put } = setUp()
    await put('a', '1')
    held.versioning = 'Suspended'
    await put('a', '2')
    await put('a', '3')
    expect(held.versions.map(({ body }) => body)).toEqual(['1', '3'])
  })

  test('at most 1,000 objects are deleted in one call', async () => {
    const { s3 } = setUp()
    const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `${index}` }))
    await expect(s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))).rejects.toMatchObject({
      name: 'MalformedXML',
    })
    await expect(s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [] } }))).rejects.toMatchObject({
      name: 'MalformedXML',
    })
  })
})
