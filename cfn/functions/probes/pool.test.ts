import { expect, test } from 'vitest'
import { pools } from './pool.ts'
import type { Connection } from './window.ts'

const { signal } = new AbortController()
const row = { drill: 'd', writer: 'w', sequence: 0, plannedAt: 0 }

/** A pool of connections that are numbered as they are opened, and what became of each. */
function made(which: 'fresh' | 'pooled' = 'pooled') {
  const it = { now: 0, opened: 0, open: new Set<Connection>() }
  const pool = pools({
    open: async () => {
      it.opened++
      const one = { isOpen: true, insert: async () => 0, destroy: () => void it.open.delete(one) }
      it.open.add(one)
      return one
    },
    isCertain: () => true,
    now: () => it.now,
  })[which]
  const use = async () => {
    const one = await pool.take(signal, row)
    pool.give(one)
    return one
  }
  return { it, pool, use }
}

test('a pooled connection is used again, and a fresh one is cut when its row is written', async () => {
  const [pooled, fresh] = [made(), made('fresh')]
  for (const { use } of [pooled, pooled, fresh, fresh]) await use()
  expect([pooled.it.opened, pooled.it.open.size]).toEqual([1, 1])
  expect([fresh.it.opened, fresh.it.open.size]).toEqual([2, 0])
  pooled.pool.end()
  expect(pooled.it.open.size).toBe(0)
})

test('a connection that has ended is not used again', async () => {
  const { it, use } = made()
  Object.assign(await use(), { isOpen: false })
  await use()
  expect(it.opened).toBe(2)
})

test('a connection that nobody used for a minute is cut: what became of it while the process slept, nobody heard', async () => {
  const { it, use } = made()
  await use()
  it.now = 59_000
  await use()
  expect(it.opened).toBe(1)
  it.now = 120_000
  await use()
  expect([it.opened, it.open.size]).toEqual([2, 1])
})
