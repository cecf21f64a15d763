import { describe, expect, test } from 'vitest'
import { makeHandler } from './handler.ts'
import type { HttpRequest } from '../http.ts'
import type { Ports, Transaction } from './handler.ts'

/** A region whose stores work in memory until one is broken. */
function region() {
  const documents = new Map<string, string>()
  const items = new Map<string, Transaction>()
  const beats: string[] = []
  const reports: string[] = []
  const broken = new Set<'table' | 'bucket'>()
  const check = (store: 'table' | 'bucket') => {
    if (broken.has(store)) throw new Error(`${store} is gone`)
  }
  const ports: Ports = {
    region: 'region-a',
    role: 'primary',
    now: () => new Date('2026-01-02T03:04:05Z'),
    putDocument: async (key, body) => {
      check('bucket')
      documents.set(key, body)
    },
    commit: async (transaction) => {
      check('table')
      const held = items.get(transaction.id)
      if (held) return held.digest
      items.set(transaction.id, transaction)
      return undefined
    },
    beat: async (id) => {
      check('table')
      beats.push(id)
    },
    report: (what, error) => reports.push(`${what}: ${String(error)}`),
  }
  const handler = makeHandler(ports)
  const send = async (method: string, path: string, rest: Partial<HttpRequest> = {}) => {
    const { statusCode, body, headers } = await handler({ requestContext: { http: { method, path } }, ...rest })
    return { statusCode, headers, content: JSON.parse(body) as Record<string, unknown> }
  }
  const post = (content: unknown) => send('POST', '/transactions', { body: JSON.stringify(content) })
  return { documents, items, beats, reports, broken, send, post }
}

describe('health', () => {
  test('says that the process lives, whatever the stores do', async () => {
    const { broken, beats, send } = region()
    broken.add('table').add('bucket')
    const { statusCode, content } = await send('GET', '/health')
    expect(statusCode).toBe(200)
    expect(content).toEqual({ alive: true, region: 'region-a', role: 'primary' })
    expect(beats).toEqual([])
  })
})

describe('ready', () => {
  test('is told only after the local table has accepted a write', async () => {
    const { beats, send } = region()
    expect((await send('GET', '/ready')).statusCode).toBe(200)
    expect(beats).toEqual(['heartbeat#region-a'])
  })

  test('is denied with 503 and a reason in the log when the table refuses', async () => {
    const { broken, reports, send } = region()
    broken.add('table')
    const { statusCode, content } = await send('GET', '/ready')
    expect(statusCode).toBe(503)
    expect(content['ready']).toBe(false)
    expect(reports).toEqual(['heartbeat refused: Error: table is gone'])
  })

  test('is never cached', async () => {
    expect((await region().send('GET', '/ready')).headers['cache-control']).toBe('no-store')
  })
})

describe('a transaction', () => {
  test('is stored as item and document, and the item names the document (TXN-28)', async () => {
    const { items, documents, post } = region()
    expect((await post({ id: 'a-1', amount: 5 })).statusCode).toBe(201)
    const item = items.get('a-1')
    expect(item).toMatchObject({ acceptedAt: '2026-01-02T03:04:05.000Z', acceptedIn: 'region-a' })
    expect(documents.get(item?.documentKey ?? '')).toBe('{"id":"a-1","amount":5}')
  })

  test('sent twice is accepted once', async () => {
    const { items, documents, post } = region()
    await post({ id: 'a-1', amount: 5 })
    const { statusCode, content } = await post({ id: 'a-1', amount: 5 })
    expect(statusCode).toBe(200)
    expect(content['accepted']).toBe(true)
    expect([items.size, documents.size]).toEqual([1, 1])
  })

  test('under the id of another one is a conflict, and the accepted document stays', async () => {
    const { items, documents, post } = region()
    await post({ id: 'a-1', amount: 5 })
    expect((await post({ id: 'a-1', amount: 6 })).statusCode).toBe(409)
    expect(documents.get(items.get('a-1')?.documentKey ?? '')).toBe('{"id":"a-1","amount":5}')
  })

  test('may come base64-encoded', async () => {
    const { items, send } = region()
    const body = Buffer.from('{"id":"b"}').toString('base64')
    expect((await send('POST', '/transactions', { body, isBase64Encoded: true })).statusCode).toBe(201)
    expect(items.has('b')).toBe(true)
  })

  test.each(['table', 'bucket'] as const)(
    'is refused with 503 when the %s fails, and may be sent again',
    async (store) => {
      const { items, broken, reports, post } = region()
      broken.add(store)
      expect((await post({ id: 'a-1' })).statusCode).toBe(503)
      expect(items.size).toBe(0)
      expect(reports).toEqual([`transaction refused: Error: ${store} is gone`])
      broken.clear()
      expect((await post({ id: 'a-1' })).statusCode).toBe(201)
    },
  )

  test.each([undefined, '', 'no json', '[]', 'null', '"text"'])('with the body %j is malformed', async (body) => {
    const { items, send } = region()
    expect((await send('POST', '/transactions', { body })).statusCode).toBe(400)
    expect(items.size).toBe(0)
  })

  test.each([undefined, 7, '', '-a', 'a b', 'heartbeat#region-a', 'x'.repeat(65)])(
    'with the id %j is malformed',
    async (id) => {
      const { items, post } = region()
      expect((await post({ id })).statusCode).toBe(400)
      expect(items.size).toBe(0)
    },
  )
})

test.each([
  ['GET', '/'],
  ['GET', '/transactions'],
  ['POST', '/ready'],
])('%s %s does not exist', async (method, path) => {
  expect((await region().send(method, path)).statusCode).toBe(404)
})
