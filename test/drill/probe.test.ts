import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../src/lib/core/clock.ts'
import type { Ground, Probe, ProbePlan } from '../../src/lib/drill/drill.ts'
import type { Outcome } from '../../src/lib/drill/measure/history.ts'
import { keepSchedule } from '../../src/lib/drill/probe.ts'
import { Watching } from '../../src/lib/drill/watching.ts'

/** Runs for `seconds` of virtual time, one operation a second; an operation without an answer hangs. */
async function run(seconds: number, answer: (sequence: number) => Outcome | 'never' | 'throws') {
  const clock = virtualClock(0)
  const stop = new AbortController()
  const end = clock.sleep(seconds * 1000 - 500).then(() => stop.abort())
  const attempt = async (sequence: number, signal: AbortSignal): Promise<Outcome> => {
    const said = answer(sequence)
    if (said === 'throws') throw new Error('connection lost')
    await clock.sleep(said === 'never' ? 3_600_000 : 20, signal)
    return said as Outcome
  }
  const result = await keepSchedule(attempt, { clock, interval: 1000, timeout: 3000, stop: stop.signal })
  await end
  return result
}

/** Numbers that two runs of one drill write, the second one begun some seconds after the first. */
async function numbersOfTwoRuns(later: number): Promise<number[]> {
  const clock = virtualClock(0)
  const numbers: number[] = []
  const probe: Probe = {
    prepare: async () => undefined,
    attempt: async (sequence) => {
      numbers.push(sequence)
      return 'ok'
    },
    remove: async () => undefined,
  }
  const kinds = { made: { start: () => probe } } as unknown as ConstructorParameters<typeof Watching>[2]
  const plan = { name: 'rows', kind: 'made', interval: 5000, measures: [] } as unknown as ProbePlan
  const watching = (): Watching => new Watching([plan], {} as Ground, kinds, clock)
  const first = watching()
  await first.start()
  await clock.sleep(later * 1000)
  await first.stop()
  const second = watching()
  await second.start(0)
  await clock.sleep(30_000)
  await second.stop()
  return numbers
}

describe('a probe', () => {
  it.each([0, 4, 5, 871])('writes no number again when its drill is resumed after %s s', async (later) => {
    const numbers = await numbersOfTwoRuns(later)
    expect(numbers.length).toBeGreaterThan(5)
    expect(numbers).toEqual([...new Set(numbers)])
  })

  it('sends every operation on time, also while earlier ones hang', async () => {
    const { planned, operations } = await run(10, (sequence) => (sequence === 2 ? 'never' : 'ok'))
    expect(planned).toBe(10)
    expect(operations.map(({ sent }) => sent)).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000])
    expect(operations[2]).toEqual({ sequence: 2, sent: 2000, ended: 5000, outcome: 'unknown' })
  })

  it('tells what failed from what nobody knows', async () => {
    const { operations } = await run(4, (sequence) => (['ok', 'fail', 'throws', 'unknown'] as const)[sequence] ?? 'ok')
    expect(operations.map(({ outcome }) => outcome)).toEqual(['ok', 'fail', 'unknown', 'unknown'])
  })

  it('leaves out what was due while it hung itself, so that it shows as not sent', async () => {
    const clock = virtualClock(0)
    const stop = new AbortController()
    let late = 0
    const lagging = { now: () => clock.now() + late, sleep: clock.sleep }
    const attempt = async (sequence: number): Promise<Outcome> => {
      if (sequence === 1) late = 4500
      if (sequence >= 6) stop.abort()
      return 'ok'
    }
    const { planned, operations } = await keepSchedule(attempt, {
      clock: lagging,
      interval: 1000,
      timeout: 3000,
      stop: stop.signal,
    })
    expect(operations.map(({ sequence }) => sequence)).toEqual([0, 1, 6])
    expect(planned).toBe(7)
  })
})
