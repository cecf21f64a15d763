import { describe, expect, test } from 'vitest'
import { writeWindow, type Connection, type Pool, type Row, type Timer } from './window.ts'

/** A clock that moves to the next thing that waits for it, once nothing else can go on. */
function clock(): Timer {
  let now = 0
  const waiting: { at: number; wake: () => void }[] = []
  const next = (): void => {
    const [first] = waiting.toSorted((a, b) => a.at - b.at)
    if (!first) return
    waiting.splice(waiting.indexOf(first), 1)
    now = Math.max(now, first.at)
    first.wake()
  }
  return {
    steady: () => now,
    wall: () => 1_000_000 + now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        const entry = { at: now + milliseconds, wake: resolve }
        waiting.push(entry)
        signal?.addEventListener('abort', () => {
          if (waiting.includes(entry)) waiting.splice(waiting.indexOf(entry), 1)
          resolve()
        })
        setImmediate(next)
      }),
  }
}

type Fate = 'commits' | 'hangs' | 'refuses' | 'cuts' | 'does not open' | 'opens late'

const window = { drill: 'd', writer: 'w', count: 4, interval: 1000, timeout: 3000 }

/** Writes a window against a server whose behaviour is given by sequence number; the rest commits. */
async function write(fates: Record<number, Fate>, stall?: { after: number; by: number }) {
  const timer = clock()
  const sent: number[] = []
  const destroyed: number[] = []
  const given: number[] = []
  const never = new Promise<never>(() => undefined)
  let taken = 0
  const pool: Pool = {
    take: async (signal) => {
      const number = taken++
      const fate = fates[number]
      if (fate === 'does not open') throw new Error('connection refused')
      const connection: Connection & { number: number } = {
        number,
        insert: async ({ sequence }: Row) => {
          sent.push(sequence)
          if (fate === 'hangs') return never
          if (fate === 'refuses') throw new RangeError('read-only transaction')
          if (fate === 'cuts') throw new Error('connection lost')
          if (stall?.after === sequence) await timer.sleep(stall.by)
          return 5_000_000 + sequence
        },
        destroy: () => destroyed.push(number),
      }
      if (fate === 'opens late') await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return connection
    },
    give: (connection) => given.push((connection as Connection & { number: number }).number),
    isCertain: (error) => error instanceof RangeError,
    end: () => undefined,
  }
  const result = await writeWindow(window, pool, timer)
  return { ...result, sent, destroyed, given, outcomes: result.operations.map(({ outcome }) => outcome) }
}

describe('a window of writes', () => {
  test('has one row per number and interval, each with the times it was sent and acknowledged', async () => {
    const { operations, planned, startedAt, drift } = await write({})
    expect(planned).toBe(4)
    expect(operations).toEqual(
      [0, 1, 2, 3].map((sequence) => ({
        sequence,
        sent: sequence * 1000,
        ended: sequence * 1000,
        outcome: 'ok',
        committedAt: 5_000_000 + sequence,
      })),
    )
    expect([startedAt, drift]).toEqual([1_000_000, 0])
  })

  test('keeps its schedule while a write hangs', async () => {
    const { operations } = await write({ 0: 'hangs' })
    expect(operations.map(({ sent }) => sent)).toEqual([0, 1000, 2000, 3000])
    expect(operations[0]).toMatchObject({ outcome: 'unknown', ended: 3000, reason: 'no answer in 3000 ms' })
  })

  test('tells what is certainly not there from what nobody knows', async () => {
    const { outcomes } = await write({ 0: 'refuses', 1: 'cuts', 2: 'does not open', 3: 'commits' })
    expect(outcomes).toEqual(['fail', 'unknown', 'fail', 'ok'])
  })

  test('sends nothing after the time for an answer is over', async () => {
    const { operations, sent, destroyed } = await write({ 1: 'opens late' })
    expect(operations[1]).toMatchObject({ outcome: 'fail', ended: 4000 })
    await new Promise((resolve) => setImmediate(resolve))
    expect(sent).toEqual([0, 2, 3])
    expect(destroyed).toContain(1)
  })

  test('cuts the connection of a write that got no answer, and gives back the others', async () => {
    const { destroyed, given } = await write({ 2: 'hangs' })
    expect(destroyed).toContain(2)
    expect(given).toEqual([0, 1, 3])
  })
})

test('rows that were due while the function itself hung are left out, so that they show as not sent', async () => {
  let now = 0
  const timer: Timer = {
    steady: () => now,
    wall: () => now,
    // The second pause takes three intervals.
    sleep: async (milliseconds, signal) => {
      if (signal) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      else now += now === 1000 ? 3000 : milliseconds
    },
  }
  const connection: Connection = { insert: async () => 0, destroy: () => undefined }
  const pool: Pool = {
    take: async () => connection,
    give: () => undefined,
    isCertain: () => true,
    end: () => undefined,
  }
  const { operations, planned } = await writeWindow({ ...window, count: 6 }, pool, timer)
  expect(planned).toBe(6)
  expect(operations.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 5])
})
