// The function as Lambda calls it, on a real folder.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { append } from './append.ts'
import type { Appended, LogsEvent } from './handler.ts'

const log = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
const noon = Date.UTC(2026, 10, 21, 12)
let folder = ''
let handler: (event: LogsEvent, context: { getRemainingTimeInMillis(): number }) => Promise<Appended[]>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'))
  vi.resetModules()
  vi.stubEnv('FOLDER', folder)
  ;({ handler } = await import('./index.ts'))
  log.mockClear()
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

interface Event {
  id: string
  timestamp?: number
  message?: string
}

const pack = (content: unknown): LogsEvent => ({
  awslogs: { data: gzipSync(JSON.stringify(content)).toString('base64') },
})

const delivery = (...events: Event[]): LogsEvent =>
  pack({
    messageType: 'DATA_MESSAGE',
    owner: '1'.repeat(12),
    logGroup: '/aws/rds/instance/citizen-pr1/postgresql',
    logStream: 'citizen-pr1.0',
    subscriptionFilters: ['citizen-log-archiver-pr1'],
    logEvents: events.map(({ id, timestamp = noon, message = `event ${id}` }) => ({ id, timestamp, message })),
  })

const deliver = (event: LogsEvent) => handler(event, { getRemainingTimeInMillis: () => 60_000 })
const read = (file = '2026-11-21.jsonl'): string => readFileSync(join(folder, file), 'utf8')
const idsIn = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id)

describe("the archive of a database's log (CIT-14)", () => {
  test('holds one line of JSON for each event, with its time and stream', async () => {
    const statement = 'LOG:  statement: UPDATE citizen\n\tSET name = $1'
    const done = await deliver(delivery({ id: '3815', timestamp: noon + 250, message: statement }))
    expect(done).toEqual([{ file: '2026-11-21.jsonl', written: 1, duplicates: 0 }])
    expect(read().endsWith('\n')).toBe(true)
    expect(JSON.parse(read())).toEqual({
      id: '3815',
      time: '2026-11-21T12:00:00.250Z',
      stream: 'citizen-pr1.0',
      message: statement,
    })
  })

  test('has a file for each day in UTC, also where one delivery spans midnight', async () => {
    const midnight = Date.UTC(2026, 10, 22)
    await deliver(delivery({ id: '1', timestamp: midnight - 1 }, { id: '2', timestamp: midnight }))
    expect(idsIn(read('2026-11-21.jsonl'))).toEqual(['1'])
    expect(idsIn(read('2026-11-22.jsonl'))).toEqual(['2'])
  })

  test('grows with each delivery, and leaves nothing else in the folder', async () => {
    await deliver(delivery({ id: '1' }))
    await deliver(delivery({ id: '2' }, { id: '3' }))
    expect(idsIn(read())).toEqual(['1', '2', '3'])
    expect(readdirSync(folder)).toEqual(['2026-11-21.jsonl'])
  })

  test('holds an event once, however often it is delivered', async () => {
    await deliver(delivery({ id: '1' }, { id: '2' }))
    const done = await deliver(delivery({ id: '2' }, { id: '3' }, { id: '3' }))
    expect(done).toEqual([{ file: '2026-11-21.jsonl', written: 1, duplicates: 2 }])
    expect(idsIn(read())).toEqual(['1', '2', '3'])
  })

  test('gets nothing from the message that tests a new subscription', async () => {
    const control = pack({ messageType: 'CONTROL_MESSAGE', logEvents: [{ id: '', timestamp: noon, message: 'CWL' }] })
    expect(await deliver(control)).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  test('tells how much it wrote, and nothing of what', async () => {
    await deliver(delivery({ id: '1', message: 'name = Anna' }))
    const line = String(log.mock.calls[0]?.[0])
    expect(JSON.parse(line)).toMatchObject({ logStream: 'citizen-pr1.0', done: [{ written: 1 }] })
    expect(line).not.toContain('Anna')
  })

  test('refuses what is no delivery, so that Lambda tries again and the alarm rings', async () => {
    await expect(deliver({ awslogs: { data: Buffer.from('plain').toString('base64') } })).rejects.toThrow(/header/)
  })

  test('refuses a delivery while the folder is not there', async () => {
    rmSync(folder, { recursive: true })
    await expect(deliver(delivery({ id: '1' }))).rejects.toThrow(/ENOENT/)
    folder = mkdtempSync(join(tmpdir(), 'archive-'))
  })
})

describe('a function that was killed', () => {
  const fileOf = (): string => join(folder, '2026-11-21.jsonl')

  test('while it wrote leaves a part of a line, which is cut off and written anew', async () => {
    await deliver(delivery({ id: '1' }))
    appendFileSync(fileOf(), '{"id":"2","time":"2026-')
    expect(await deliver(delivery({ id: '2' }, { id: '3' }))).toMatchObject([{ written: 2, duplicates: 0 }])
    expect(idsIn(read())).toEqual(['1', '2', '3'])
  })

  test('in the middle of a letter leaves no half letter', async () => {
    await deliver(delivery({ id: '1' }))
    appendFileSync(fileOf(), Buffer.from('{"id":"2","message":"Zürich"').subarray(0, 22))
    await deliver(delivery({ id: '2', message: 'Zürich' }))
    expect(idsIn(read())).toEqual(['1', '2'])
  })

  test('with the lock in its hands is waited for until it is gone for certain', async () => {
    const lock = `${fileOf()}.lock`
    writeFileSync(lock, 'of the killed')
    let now = Date.now()
    const waiting = {
      now: () => now,
      sleep: async () => {
        now += 10_000
      },
      remaining: () => 60_000,
    }
    const begin = now
    await append(folder, '2026-11-21.jsonl', [{ id: '1', text: '{"id":"1"}' }], waiting)
    expect(now - begin).toBeGreaterThanOrEqual(90_000)
    expect(readdirSync(folder)).toEqual(['2026-11-21.jsonl'])
  })

  test('while it took a lock away does not keep it for ever', async () => {
    const lock = `${fileOf()}.lock`
    for (const path of [lock, `${lock}.token`]) {
      writeFileSync(path, 'token')
      utimesSync(path, 0, 0)
    }
    await deliver(delivery({ id: '1' }))
    expect(readdirSync(folder)).toEqual(['2026-11-21.jsonl'])
  })

  test('is not waited for longer than a function may run', async () => {
    writeFileSync(`${fileOf()}.lock`, 'of one that lives')
    const end = handler(delivery({ id: '1' }), { getRemainingTimeInMillis: () => 1000 })
    await expect(end).rejects.toThrow(/lock did not become free in time/)
  })
})

describe('functions at the same moment', () => {
  const waiting = {
    now: () => Date.now(),
    sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
    remaining: () => 60_000,
  }
  const all = (lines: number, functions: number) =>
    Promise.all(
      Array.from({ length: functions }, (_, number) => {
        const mine = Array.from({ length: lines }, (__, line) => ({ id: `${number}-${line}` }))
        const texts = mine.map(({ id }) => ({ id, text: JSON.stringify({ id, message: 'x'.repeat(1000) }) }))
        return append(folder, '2026-11-21.jsonl', texts, waiting)
      }),
    )

  test('lose no line of each other and tear none', async () => {
    await all(20, 20)
    expect(new Set(idsIn(read())).size).toBe(400)
    expect(idsIn(read())).toHaveLength(400)
  })

  test('agree on who removes the lock of one that is gone', async () => {
    const lock = join(folder, '2026-11-21.jsonl.lock')
    writeFileSync(lock, 'token')
    utimesSync(lock, 0, 0)
    await all(1, 20)
    expect(idsIn(read())).toHaveLength(20)
    expect(readdirSync(folder)).toEqual(['2026-11-21.jsonl'])
  })

  test('find repeated events in the last part of a file of any size', async () => {
    const long = Array.from({ length: 3000 }, (_, number) =>
      JSON.stringify({ id: `old-${number}`, x: 'ü'.repeat(900) }),
    )
    writeFileSync(join(folder, '2026-11-21.jsonl'), `${long.join('\n')}\n`)
    const again = [
      { id: 'old-2999', text: long[2999] ?? '' },
      { id: 'new', text: '{"id":"new"}' },
    ]
    expect(await append(folder, '2026-11-21.jsonl', again, waiting)).toMatchObject({ written: 1, duplicates: 1 })
    expect(idsIn(read()).slice(-2)).toEqual(['old-2999', 'new'])
  })
})
