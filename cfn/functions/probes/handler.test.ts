import { describe, expect, test } from 'vitest'
import { makeHandler, type Request } from './handler.ts'
import type { Connection, Pool } from './window.ts'

/** A probe whose database takes every row; `remaining` ms are left to the function. */
function probe(remaining = 900_000) {
  const reports: Record<string, unknown>[] = []
  let ended = 0
  let now = 0
  const connection: Connection = { insert: async () => 0, destroy: () => undefined }
  const pool: Pool = {
    take: async () => connection,
    give: () => undefined,
    isCertain: () => true,
    end: () => {
      ended++
    },
  }
  const handler = makeHandler({
    stores: {
      database: {
        inSession: (work) =>
          work({
            prepare: async () => undefined,
            role: async () => ({ writer: true, address: '10.0.0.1', startedAt: 1, version: '17', now: 2 }),
            read: async () => [0, 1, 4],
            clean: async () => 3,
          }),
        fresh: pool,
        pooled: pool,
      },
    },
    timer: {
      steady: () => now,
      wall: () => 1_000_000 + now,
      sleep: async (milliseconds, signal) => {
        if (signal) await new Promise((resolve) => signal.addEventListener('abort', resolve))
        else now += milliseconds
      },
    },
    remaining: () => remaining,
    report: (what) => reports.push(what),
  })
  return { handler, reports, ended: () => ended }
}

const writing = { action: 'write', drill: 'd', writer: 'w', count: 3, interval: 1000 } as const

describe('the probe', () => {
  test('tells with each answer when it came and left, so that the caller can bound the clocks', async () => {
    expect(await probe().handler({ action: 'prepare' })).toEqual({
      prepared: true,
      received: 1_000_000,
      answered: 1_000_000,
    })
    expect(await probe().handler(writing)).toMatchObject({ received: 1_000_000, answered: 1_002_000 })
  })

  test('writes one window and leaves a summary in the log', async () => {
    const { handler, reports } = probe()
    expect(await handler(writing)).toMatchObject({ planned: 3, operations: [{ outcome: 'ok' }, {}, {}] })
    expect(reports).toEqual([{ drill: 'd', writer: 'w', planned: 3, acknowledged: 3, not: [] }])
  })

  test('reads back how many rows there are, the highest number and the gaps', async () => {
    const back = {
      count: 3,
      highest: 4,
      present: [
        [0, 1],
        [4, 4],
      ],
    }
    const { handler } = probe()
    expect(await handler({ action: 'read', drill: 'd', writer: 'w' })).toMatchObject({ ...back, missing: [[2, 3]] })
    const expected = { action: 'read', drill: 'd', writer: 'w', expected: 7 } as const
    expect(await handler(expected)).toMatchObject({
      ...back,
      missing: [
        [2, 3],
        [5, 6],
      ],
    })
  })

  test('tells the role of the server, and removes what it wrote and the connections that it kept', async () => {
    const { handler, ended } = probe()
    expect(await handler({ action: 'role' })).toMatchObject({ writer: true, address: '10.0.0.1' })
    expect(await handler({ action: 'clean', drill: 'd' })).toMatchObject({ removed: 3 })
    expect(ended()).toBe(1)
  })

  test('refuses a window that its time does not hold, before it writes', async () => {
    const { handler, reports } = probe(20_000)
    const long = { ...writing, count: 10 }
    await expect(handler(long)).rejects.toThrow('10 rows every 1000 ms take 29000 ms, and the function has 20000.')
    expect(reports).toEqual([])
  })

  test.each([
    [{ ...writing, drill: "d'; DROP TABLE" }, /^drill must be/],
    [{ ...writing, writer: '' }, /^writer must be/],
    [{ ...writing, count: 0 }, /^count must be a whole number above 0/],
    [{ ...writing, interval: 1.5 }, /^interval must be/],
    [{ ...writing, timeout: -1 }, /^timeout must be/],
    [{ ...writing, connection: 'kept' }, /^connection must be fresh or pooled, and is kept/],
    [{ action: 'read', drill: 'd' }, /^writer must be .* undefined/],
    [{ action: 'clean', drill: '*' }, /^drill must be/],
    [{ action: 'drop' }, /^There is no action drop/],
  ])('refuses %j', async (request, message) => {
    await expect((async () => probe().handler(request as Request))()).rejects.toThrow(message)
  })
})
