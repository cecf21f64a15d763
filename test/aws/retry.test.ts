// How often and how patiently a call is repeated, on a clock that does not wait.
import type { SdkError } from '@smithy/types'
import { describe, expect, test } from 'vitest'
import { patientRetry, pauseMs } from '../../src/lib/aws/retry.ts'
import { virtualClock } from '../../src/lib/core/clock.ts'

type Kind = Parameters<typeof pauseMs>[0]

/** Repeats a call that always fails so; gives its pauses, ms. */
async function pauses(error: Error, errorType: Kind, random = 0.5): Promise<number[]> {
  const clock = virtualClock()
  const retry = patientRetry(clock, () => random)
  const taken: number[] = []
  let token = await retry.acquireInitialRetryToken('')
  for (;;) {
    const before = clock.now()
    try {
      token = await retry.refreshRetryTokenForRetry(token, { error: error as SdkError, errorType })
    } catch (thrown) {
      expect(thrown).toBe(error)
      return taken
    }
    taken.push(clock.now() - before)
  }
}

const named = (name: string): Error => Object.assign(new Error('no'), { name })

describe('a call that fails again and again', () => {
  test('is made eight times, with pauses that grow up to a quarter of a minute', async () => {
    expect(await pauses(named('Throttling'), 'THROTTLING', 1)).toEqual([1, 2, 4, 8, 15, 15, 15].map((s) => s * 1000))
  })

  test('is made twice where nobody answers: a region that is gone must hold nobody up', async () => {
    expect(await pauses(named('TimeoutError'), 'TRANSIENT')).toHaveLength(1)
  })

  test.each([
    ['a quota', named('LimitExceededException'), 'THROTTLING'],
    ['a mistake of ours', named('ValidationError'), 'CLIENT_ERROR'],
  ] as const)('is made once when AWS means %s', async (_, error, kind) => {
    expect(await pauses(error, kind)).toEqual([])
  })

  test('is spread over time, so that runs that were refused together do not return together', () => {
    const some = [0, 0.5, 1].map((random) => pauseMs('THROTTLING', 3, random))
    expect(some).toEqual([4_000, 6_000, 8_000])
  })
})
