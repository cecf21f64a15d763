// Documents that the failover region wrote come back before the name does, counted, and none is lost (TXN-13, TXN-58).
import { beforeAll, describe, expect, test } from 'vitest'
import type { Ground, Step } from '../../src/lib/drill/drill.ts'
import { documentsBack } from '../../src/lib/drill/actions/documents-back.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import type { ObjectVersion } from '../../src/simulator/state.ts'
import { type Account, copyOf } from '../cloud.ts'
import { destroyAll, firstLife, outputs } from '../systems/lifetime.ts'
import { groundOf, minute, second } from './ground.ts'

const [east, west] = ['us-east-1', 'us-west-2']
let deployed: Account
let values: Record<string, string>
beforeAll(async () => {
  deployed = await firstLife('transactions')
  values = outputs()
})

interface Begun {
  it: Account
  ground: Ground
  step: Step
  bucket: Record<string, string>
  put(region: string, key: string, text: string): Promise<void>
  remove(region: string, key: string): Promise<void>
  wait(seconds: number): Promise<void>
  /** All versions of a region's bucket that have arrived, newest first. */
  held(region: string, key?: string): ObjectVersion[]
  texts(region: string, key?: string): string[]
}

async function begin(faults: Fault[] = [], more: Record<string, string> = {}): Promise<Begun> {
  const it = copyOf(deployed, faults)
  const ground = await groundOf(it, 'transactions', values)
  const bucket = { [east]: values['PrimaryBucketName'] ?? '', [west]: values['FailoverBucketName'] ?? '' }
  const target = { bucket: bucket[west] ?? '', into: bucket[east] ?? '', intoRegion: east, ...more }
  const held = (region: string, key = '') =>
    (it.simulator.inspect().buckets[bucket[region] ?? '']?.versions ?? [])
      .filter((one) => one.key.startsWith(key) && (one.replica?.arrives ?? 0) <= it.simulator.clock.now())
      .toReversed()
  return {
    it,
    ground,
    bucket,
    step: { name: 'documents', action: 'documents-back', region: west, target },
    put: async (region, key, text) => (await ground.aws.documents(region)).put(bucket[region] ?? '', key, text),
    remove: async (region, key) => {
      const { simulator } = it
      const { DeleteObjectCommand, S3Client } = await import('@aws-sdk/client-s3')
      const s3 = new S3Client({ region, credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' } })
      simulator.plug(s3)
      await s3.send(new DeleteObjectCommand({ Bucket: bucket[region], Key: key }))
    },
    wait: (seconds) => ground.aws.clock.sleep(seconds * second),
    held,
    texts: (region, key) => held(region, key).map(({ body }) => body ?? 'deleted'),
  }
}

const back = ({ step, ground }: Begun) => documentsBack.restore(step, ground)

test('what the failover region wrote meanwhile is copied back and counted; all else stays as it is', async () => {
  const one = await begin()
  await one.put(west, 'documents/old.json', 'written before the drill')
  await one.put(east, 'documents/home.json', 'at home')
  await one.wait(60)
  expect(await documentsBack.observe(one.step, one.ground)).toBe('normal')
  expect(await documentsBack.inject(one.step, one.ground)).toMatch(/us-west-2 writes from \d.*Z on .* to us-east-1/)
  expect(await documentsBack.observe(one.step, one.ground)).toBe('injected')
  await one.wait(60)
  await one.put(east, 'documents/late.json', 'replicates by itself')
  await one.put(west, 'documents/ä b+c.json', 'x'.repeat(1000))
  await one.put(west, 'documents/2.json', 'two')
  await one.put(west, 'dr-probe/d-1/objects/00000001', 'no document')
  await one.wait(60)
  expect(await back(one)).toBe('copied 2 documents (1.0 kB) back to us-east-1')
  expect(one.texts(east, 'documents/ä b+c.json')).toEqual(['x'.repeat(1000)])
  expect(one.held(east, 'documents/2.json')).toMatchObject([{ body: 'two', contentType: 'text/plain' }])
  const keys = one.held(east).map(({ key }) => key)
  expect(keys.toSorted()).toEqual([
    'documents/2.json',
    'documents/home.json',
    'documents/late.json',
    'documents/ä b+c.json',
  ])
  // Done is done, and nothing of the drill's own stays.
  expect(await documentsBack.observe(one.step, one.ground)).toBe('normal')
  expect(await back(one)).toMatch(/there was nothing to copy back/)
  expect(one.held(west, 'dr-probe/d-1/documents')).toEqual([])
  expect((await destroyAll(one.it, 'transactions')).filter((left) => left.startsWith('AWS::S3'))).toEqual([])
})

describe('a run that dies in the middle', () => {
  const names = Array.from({ length: 20 }, (_, index) => `documents/${String(index).padStart(2, '0')}.json`)
  const written = async (faults: Fault[]): Promise<Begun> => {
    const one = await begin(faults)
    await documentsBack.inject(one.step, one.ground)
    for (const name of names) await one.put(west, name, name)
    await one.wait(5)
    return one
  }
  const expectOneOfEach = (one: Begun) =>
    expect(one.held(east).map(({ key, body }) => [key, body])).toEqual(
      expect.arrayContaining(names.map((name) => [name, name])),
    )

  test.each([1, 5, 13, 20])('at document %i is gone on with: each is copied once, none is left out', async (nth) => {
    const one = await written([{ kind: 'denied', command: 'CopyObject', every: nth, times: 1 }])
    await expect(back(one)).rejects.toMatchObject({ exit: 6 })
    await expect(documentsBack.observe(one.step, one.ground)).resolves.toBe('injected')
    const before = one.held(east).length
    expect(before).toBeLessThan(20)
    await one.wait(60)
    const note = await back(one)
    expect(note).toContain(`copied ${20 - before} document`)
    if (before > 0) expect(note).toContain(`${before} document`)
    expectOneOfEach(one)
    expect(one.held(east)).toHaveLength(20)
    await one.wait(minute / second)
    expect(await back(one)).toMatch(/nothing to copy back/)
    expect(one.held(east)).toHaveLength(20)
  })

  test('whose copy took effect while its answer got lost has copied it once', async () => {
    const one = await written([{ kind: 'lost-answer', command: 'CopyObject', every: 3 }])
    await back(one)
    expectOneOfEach(one)
    expect(one.held(east)).toHaveLength(20)
  })

  test('when its copies have replicated already, they are no documents of the failover region', async () => {
    const one = await written([{ kind: 'denied', command: 'DeleteObjects', times: 1 }])
    await expect(back(one)).rejects.toThrow()
    await one.wait(60)
    expect(await back(one)).toMatch(/^20 documents .* had been copied before$/)
    expect(one.held(east)).toHaveLength(20)
  })
})

describe('a document that both regions wrote is a conflict: told, and neither is lost', () => {
  const both = async (first: string, second: string) => {
    const one = await begin()
    await one.put(east, 'documents/a.json', 'base')
    await one.wait(60)
    await documentsBack.inject(one.step, one.ground)
    await one.wait(10)
    await one.put(first, 'documents/a.json', `of ${first}`)
    await one.wait(10)
    await one.put(second, 'documents/a.json', `of ${second}`)
    await one.wait(10)
    return { one, note: await back(one) }
  }

  test('where the failover region wrote last, its text is current and the other is a version', async () => {
    const { one, note } = await both(east, west)
    expect(one.texts(east, 'documents/a.json')).toEqual(['of us-west-2', 'of us-east-1', 'base'])
    const [, kept] = one.held(east, 'documents/a.json')
    expect(note).toMatch(/^1 conflict, both regions wrote; documents\/a.json: us-west-2 wrote last/)
    expect(note).toContain(`is kept as version ${kept?.versionId}`)
  })

  test('where the region at home wrote last, it stays, and the other is a version over there', async () => {
    const { one, note } = await both(west, east)
    expect(one.texts(east, 'documents/a.json')).toEqual(['of us-east-1', 'base'])
    const there = one.held(west, 'documents/a.json').find(({ body }) => body === 'of us-west-2')
    expect(note).toContain('us-east-1 wrote last')
    expect(note).toContain(`stays there as version ${there?.versionId}`)
  })

  test('what the region at home wrote right before and had not sent counts as written by both', async () => {
    const one = await begin()
    one.it.simulator.change((cloud) => {
      for (const it of Object.values(cloud.resources))
        if (it.physicalId === one.bucket[east]) it.state = { ...it.state, lag: 60 * minute }
    })
    await one.put(east, 'documents/a.json', 'not sent')
    await one.wait(30)
    await documentsBack.inject(one.step, one.ground)
    await one.wait(30)
    await one.put(west, 'documents/a.json', 'of us-west-2')
    expect(await back(one)).toMatch(/1 conflict.*us-west-2 wrote last/)
    expect(one.texts(east, 'documents/a.json')).toEqual(['of us-west-2', 'not sent'])
  })

  test('a document that was changed in the failover region alone is no conflict', async () => {
    const one = await begin()
    await one.put(east, 'documents/a.json', 'base')
    await one.wait(60)
    await documentsBack.inject(one.step, one.ground)
    await one.wait(10)
    await one.put(west, 'documents/a.json', 'newer')
    expect(await back(one)).toBe('copied 1 document (5 B) back to us-east-1')
    expect(one.texts(east, 'documents/a.json')).toEqual(['newer', 'base'])
  })

  test('a deletion is told and not repeated at home', async () => {
    const one = await begin()
    await one.put(east, 'documents/a.json', 'base')
    await one.wait(60)
    await documentsBack.inject(one.step, one.ground)
    await one.wait(10)
    await one.remove(west, 'documents/a.json')
    expect(await back(one)).toBe('documents/a.json was deleted in us-west-2 and is still in us-east-1')
    expect(one.texts(east, 'documents/a.json')).toEqual(['base'])
  })
})

test('it goes on until nothing new was written for as long as asked, since clients come back late', async () => {
  const one = await begin([], { quietSeconds: '60' })
  await documentsBack.inject(one.step, one.ground)
  const writing = (async () => {
    for (const number of [1, 2, 3]) {
      await one.put(west, `documents/${number}.json`, 'x')
      await one.put(west, 'documents/same.json', `text ${number}`)
      await one.wait(40)
    }
  })()
  const note = await back(one)
  await writing
  expect(note).toMatch(/^copied \d documents/)
  expect(note).not.toContain('conflict')
  expect(one.held(east).map(({ key }) => key)).toEqual(
    expect.arrayContaining(['documents/1.json', 'documents/2.json', 'documents/3.json']),
  )
  expect(one.texts(east, 'documents/same.json')[0]).toBe('text 3')
})

test('it needs both buckets, and without a beginning there is nothing to copy back', async () => {
  const one = await begin()
  await one.put(west, 'documents/a.json', 'x')
  expect(await back(one)).toMatch(/nothing to copy back/)
  expect(one.held(east)).toEqual([])
  const nowhere = await begin([], { into: 'nothing' })
  await expect(documentsBack.observe(nowhere.step, nowhere.ground)).rejects.toMatchObject({ exit: 3 })
})
