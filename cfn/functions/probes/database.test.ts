// The probe against a real PostgreSQL server, where the machine has one.
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inSession, sqlWays, type Access } from './database.ts'
import { makeHandler, type Request } from './handler.ts'
import { pools } from './pool.ts'
import { isInstalled, makeServer, type Server } from './postgres.ts'
import type { Operation, Timer } from './window.ts'

const why = isInstalled ? '' : ' (not checked: no PostgreSQL on this machine)'

let server: Server
let access: Access
let own: ReturnType<typeof poolsOf>

const poolsOf = (one: Access) => pools(sqlWays(one))

/** Real time for answers; the schedule passes at once, and `between` rows something may happen. */
function timer(between: (sequence: number) => unknown): Timer {
  let planned = 0
  return {
    steady: () => planned,
    wall: () => Date.now(),
    sleep: async (milliseconds, signal) => {
      if (signal) return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
      planned += milliseconds
      await between(planned / 1000)
    },
  }
}

const probe = (request: Request, between: (sequence: number) => unknown = () => undefined, through = access) =>
  makeHandler({
    stores: {
      database: { inSession: (work) => inSession(through, work), ...(through === access ? own : poolsOf(through)) },
    },
    timer: timer(between),
    remaining: () => 900_000,
    report: () => undefined,
  })(request)

const write = async (more: Partial<Extract<Request, { action: 'write' }>> = {}, between?: (n: number) => unknown) => {
  const request = { action: 'write', drill: 'd-1', writer: 'w-1', count: 6, interval: 1000, ...more } as const
  const { operations } = (await probe(request, between)) as unknown as { operations: Operation[] }
  return operations
}

const read = (expected?: number, writer = 'w-1') => probe({ action: 'read', drill: 'd-1', writer, expected })
const outcomes = (operations: Operation[]) => operations.map(({ outcome }) => outcome)

/** A session beside the probe's, as an operator or a lock would hold it. */
async function beside<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const { username, password } = await access.credentials()
  const { ca, ...place } = access.place
  const client = new Client({ ...place, user: username, password, ssl: { ca } })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

describe.runIf(isInstalled)(`the probe on PostgreSQL${why}`, () => {
  beforeAll(async () => {
    server = await makeServer('first-password')
    access = server.access
    own = poolsOf(access)
  })

  afterAll(() => server.remove())

  beforeEach(async () => {
    await probe({ action: 'clean' })
    await probe({ action: 'prepare' })
  })

  test('can be prepared again and by several at once', async () => {
    await probe({ action: 'clean' })
    await Promise.all(Array.from({ length: 5 }, () => probe({ action: 'prepare' })))
    expect(await read()).toMatchObject({ count: 0, highest: null, missing: [] })
  })

  test.each(['fresh', 'pooled'] as const)('writes a row for each number over %s connections', async (connection) => {
    const before = server.sessions()
    const operations = await write({ connection }, () => new Promise((resolve) => setImmediate(resolve)))
    expect(outcomes(operations)).toEqual(Array.from({ length: 6 }, () => 'ok'))
    for (const { committedAt } of operations) expect(Math.abs((committedAt ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(await read(8)).toMatchObject({ count: 6, highest: 5, present: [[0, 5]], missing: [[6, 7]] })
    if (connection === 'fresh') expect(server.sessions() - before).toBeGreaterThanOrEqual(6)
  })

  test('writes rows one by one under the numbers that it is told, to be read all at once', async () => {
    for (const first of [0, 1, 3]) {
      expect(await write({ first, count: 1 })).toMatchObject([{ sequence: first, outcome: 'ok' }])
    }
    expect(await read(5)).toMatchObject({
      present: [
        [0, 1],
        [3, 3],
      ],
      missing: [
        [2, 2],
        [4, 4],
      ],
    })
  })

  test('keeps a pooled connection from one request to the next, until somebody cleans up', async () => {
    const one = (first: number) => write({ connection: 'pooled', first, count: 1 })
    await one(0)
    const before = server.sessions()
    for (const first of [1, 2, 3]) await one(first)
    expect(server.sessions() - before).toBe(0)
    await probe({ action: 'clean', drill: 'd-1' })
    const cleaned = server.sessions()
    await one(4)
    expect(server.sessions() - cleaned).toBe(1)
  })

  test('uses a pooled connection again, unless its session has ended', async () => {
    const pool = poolsOf(access).pooled
    const { signal } = new AbortController()
    const row = { drill: 'd-1', writer: 'w-1', sequence: 0, plannedAt: Date.now() }
    const first = await pool.take(signal, row)
    await first.insert(row)
    pool.give(first)
    expect(await pool.take(signal, row)).toBe(first)
    pool.give(first)
    const others =
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()'
    await beside((client) => client.query(others))
    while (first.isOpen) await new Promise((resolve) => setImmediate(resolve))
    expect(await pool.take(signal, row)).not.toBe(first)
    pool.end()
  })

  test('tells which server answers and that it takes writes', async () => {
    const role = await probe({ action: 'role' })
    expect(role).toMatchObject({ writer: true, address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) })
    expect(role).toMatchObject({ version: expect.stringMatching(/^\d+/) })
    expect((role as unknown as { startedAt: number }).startedAt).toBeLessThan(role.answered)
  })

  test('tells a read-only database, whose rows certainly fail', async () => {
    const set = (value: string) =>
      beside(async (client) => {
        await client.query(`ALTER ROLE owner SET default_transaction_read_only = ${value}`)
      })
    await set('on')
    try {
      expect(await probe({ action: 'role' })).toMatchObject({ writer: false })
      expect(outcomes(await write({ count: 2 }))).toEqual(['fail', 'fail'])
    } finally {
      await beside(async (client) => {
        await client.query('SET default_transaction_read_only = off')
        await client.query('ALTER ROLE owner RESET default_transaction_read_only')
      })
    }
    expect(await read()).toMatchObject({ count: 0 })
  })

  test.each(['fresh', 'pooled'] as const)(
    'loses no acknowledged row in a crash, over %s connections',
    async (connection) => {
      const operations = await write({ connection, count: 9 }, (sequence) => {
        if (sequence === 3) return server.crash()
        if (sequence === 6) return server.start()
        // What is under way goes on, as it would in the pause between two rows.
        return new Promise((resolve) => setImmediate(resolve))
      })
      expect(operations).toHaveLength(9)
      const { present } = (await read()) as unknown as { present: [number, number][] }
      const isThere = (number: number): boolean => present.some(([from, to]) => from <= number && number <= to)
      for (const { sequence, outcome } of operations) {
        if (outcome === 'ok') expect(isThere(sequence)).toBe(true)
        if (outcome === 'fail') expect(isThere(sequence)).toBe(false)
      }
      expect(outcomes(operations)).toContain('fail')
      expect(operations.at(-1)?.outcome).toBe('ok')
    },
  )

  test('knows nothing of a row whose session the server ends, though it may have come', async () => {
    await beside(async (lock) => {
      await lock.query('BEGIN')
      await lock.query('LOCK TABLE dr_probe.write IN ACCESS EXCLUSIVE MODE')
      const waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'dr_probe.write'::regclass"
      const [row] = await write({ count: 2 }, async () => {
        let pids: { pid: number }[] = []
        while (pids.length === 0) pids = (await lock.query<{ pid: number }>(waiting)).rows
        await lock.query('SELECT pg_terminate_backend($1)', [pids[0]?.pid])
        await lock.query('COMMIT')
      })
      expect(row).toMatchObject({ outcome: 'unknown', reason: expect.stringMatching(/terminating connection/) })
    })
  })

  test('refuses a writer whose numbers are taken, since a row must mean one attempt', async () => {
    await write({ count: 2 })
    const again = await write({ count: 3 })
    expect(outcomes(again)).toEqual(['fail', 'fail', 'ok'])
    expect(again[0]?.reason).toMatch(/duplicate key/)
  })

  test('removes one drill and leaves the others, or everything', async () => {
    await write({ drill: 'd-2', count: 3 })
    await write({ count: 2 })
    expect(await probe({ action: 'clean', drill: 'd-2' })).toMatchObject({ removed: 3 })
    expect(await read()).toMatchObject({ count: 2 })
    expect(await probe({ action: 'clean' })).toMatchObject({ removed: 2 })
    expect(await probe({ action: 'clean' })).toMatchObject({ removed: 0 })
    await expect(read()).rejects.toThrow(/dr_probe.write/)
  })

  test('asks for the credentials again when a rotation has changed them', async () => {
    const current = { username: 'owner', password: 'first-password' }
    let known = current
    let forgotten = 0
    const through: Access = {
      ...access,
      credentials: async () => known,
      forget: () => {
        forgotten++
        known = { username: 'owner', password: 'second-password' }
      },
    }
    await beside((client) => client.query("ALTER ROLE owner PASSWORD 'second-password'"))
    try {
      await expect(probe({ action: 'role' }, undefined, through)).rejects.toThrow(/password authentication failed/)
      expect(await probe({ action: 'role' }, undefined, through)).toMatchObject({ writer: true })
      expect(forgotten).toBe(1)
    } finally {
      await inSession(through, async () => undefined)
      const client = new Client({ ...access.place, user: 'owner', password: 'second-password', ssl: access.place })
      await client.connect()
      await client.query("ALTER ROLE owner PASSWORD 'first-password'")
      await client.end()
    }
  })

  test('talks to no server whose certificate it does not know, or that bears another name', async () => {
    const place = { ...access.place, ca: undefined }
    await expect(probe({ action: 'role' }, undefined, { ...access, place })).rejects.toThrow(/self-signed certificate/)
    const other = { ...access.place, host: '127.0.0.1' }
    await expect(probe({ action: 'role' }, undefined, { ...access, place: other })).rejects.toThrow(
      /altnames|does not match/,
    )
  })
})
