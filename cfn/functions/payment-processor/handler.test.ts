import { describe, expect, test } from 'vitest'
import type { HttpRequest } from '../http.ts'
import { makeHandler, type Payment, type PaymentSession, type Ports } from './handler.ts'

type Store = 'database' | 'sessions' | 'bus'

/** A region whose stores work in memory until one is broken. */
function region() {
  const payments = new Map<string, Payment>()
  const sessions: PaymentSession[] = []
  const events: Payment[] = []
  const beats: string[] = []
  const reports: string[] = []
  const broken = new Set<Store>()
  const check = (store: Store) => {
    if (broken.has(store)) throw new Error(`${store} is gone`)
  }
  const ports: Ports = {
    region: 'region-a',
    now: () => new Date('2026-01-02T03:04:05Z'),
    commit: async (payment) => {
      check('database')
      const held = payments.get(payment.id)
      if (held) return held.digest
      payments.set(payment.id, payment)
      return undefined
    },
    beat: async (at) => {
      check('database')
      beats.push(at)
    },
    keepSession: async (session) => {
      check('sessions')
      sessions.push(session)
    },
    announce: async (payment) => {
      check('bus')
      events.push(payment)
    },
    report: (what, error) => reports.push(`${what}: ${String(error)}`),
  }
  const handler = makeHandler(ports)
  const send = async (method: string, path: string, rest: Partial<HttpRequest> = {}) => {
    const { statusCode, body, headers } = await handler({ requestContext: { http: { method, path } }, ...rest })
    return { statusCode, headers, content: JSON.parse(body) as Record<string, unknown> }
  }
  const post = (content: unknown) => send('POST', '/payments', { body: JSON.stringify(content) })
  return { payments, sessions, events, beats, reports, broken, send, post }
}

const order = { id: 'a-1', amount: 1250, currency: 'EUR' }

describe('health', () => {
  test('says that the process lives, whatever the stores do', async () => {
    const { broken, beats, send } = region()
    broken.add('database').add('sessions').add('bus')
    const { statusCode, content } = await send('GET', '/health')
    expect(statusCode).toBe(200)
    expect(content).toEqual({ alive: true, region: 'region-a' })
    expect(beats).toEqual([])
  })
})

describe('ready', () => {
  test('is told only after the local database has accepted a commit', async () => {
    const { beats, broken, send } = region()
    broken.add('sessions').add('bus')
    expect((await send('GET', '/ready')).statusCode).toBe(200)
    expect(beats).toEqual(['2026-01-02T03:04:05.000Z'])
  })

  test('is denied with 503 and a line in the log when the database refuses, as a read-only one does', async () => {
    const { broken, reports, send } = region()
    broken.add('database')
    const { statusCode, content } = await send('GET', '/ready')
    expect(statusCode).toBe(503)
    expect(content['ready']).toBe(false)
    expect(reports).toEqual(['heartbeat refused: Error: database is gone'])
  })

  test('is never cached', async () => {
    expect((await region().send('GET', '/ready')).headers['cache-control']).toBe('no-store')
  })
})

describe('a payment', () => {
  test('is committed, leaves a session that expires, and is announced', async () => {
    const { payments, sessions, events, post } = region()
    expect((await post({ ...order, session: 's-1' })).statusCode).toBe(201)
    expect(payments.get('a-1')).toMatchObject({ amount: 1250, currency: 'EUR', acceptedIn: 'region-a' })
    const at = Date.parse('2026-01-02T03:04:05Z') / 1000
    expect(sessions).toEqual([
      {
        id: 's-1',
        paymentId: 'a-1',
        updatedAt: '2026-01-02T03:04:05.000Z',
        updatedIn: 'region-a',
        expiresAt: at + 86_400,
      },
    ])
    expect(events).toEqual([payments.get('a-1')])
  })

  test('sent twice is accepted once, and announced again under the same id', async () => {
    const { payments, events, post } = region()
    await post(order)
    const { statusCode, content } = await post(order)
    expect(statusCode).toBe(200)
    expect(content['accepted']).toBe(true)
    expect([payments.size, events.length]).toEqual([1, 2])
  })

  test('under the id of another one is a conflict, which is neither kept nor announced', async () => {
    const { payments, sessions, events, post } = region()
    await post(order)
    expect((await post({ ...order, amount: 1 })).statusCode).toBe(409)
    expect(payments.get('a-1')?.amount).toBe(1250)
    expect([sessions.length, events.length]).toEqual([1, 1])
  })

  test('may come base64-encoded', async () => {
    const { payments, send } = region()
    const body = Buffer.from(JSON.stringify(order)).toString('base64')
    expect((await send('POST', '/payments', { body, isBase64Encoded: true })).statusCode).toBe(201)
    expect(payments.has('a-1')).toBe(true)
  })

  test.each(['database', 'sessions', 'bus'] as const)(
    'is refused with 503 when the %s fails, and completes when it is sent again',
    async (store) => {
      const { payments, sessions, events, broken, reports, post } = region()
      broken.add(store)
      expect((await post(order)).statusCode).toBe(503)
      expect(reports).toEqual([`payment refused: Error: ${store} is gone`])
      broken.clear()
      expect([200, 201]).toContain((await post(order)).statusCode)
      expect([payments.size, sessions.at(-1)?.id, events.at(-1)?.id]).toEqual([1, 'a-1', 'a-1'])
    },
  )

  test.each([undefined, '', 'no json', '[]', 'null', '"text"'])('with the body %j is malformed', async (body) => {
    const { payments, send } = region()
    expect((await send('POST', '/payments', { body })).statusCode).toBe(400)
    expect(payments.size).toBe(0)
  })

  test.each([
    { id: undefined },
    { id: 7 },
    { id: '-a' },
    { id: 'x'.repeat(65) },
    { session: 'a b' },
    { session: null },
    { amount: 0 },
    { amount: -5 },
    { amount: 1.5 },
    { amount: '5' },
    { amount: Number.MAX_SAFE_INTEGER + 1 },
    { currency: 'euro' },
    { currency: undefined },
  ])('with %j is malformed, and says what is wrong', async (wrong) => {
    const { payments, post } = region()
    const { statusCode, content } = await post({ ...order, ...wrong })
    expect(statusCode).toBe(400)
    expect(content['error']).toContain(Object.keys(wrong)[0])
    expect(payments.size).toBe(0)
  })
})

test.each([
  ['GET', '/'],
  ['GET', '/payments'],
  ['POST', '/ready'],
])('%s %s does not exist', async (method, path) => {
  expect((await region().send(method, path)).statusCode).toBe(404)
})
