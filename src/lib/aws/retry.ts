// How often and how patiently a call is repeated. Its pauses run on our clock, so that simulated time holds here too.
import type { RetryErrorInfo, RetryStrategyV2, RetryToken, StandardRetryToken } from '@smithy/types'
import type { Clock } from '../core/clock.ts'
import { isSilence } from './silence.ts'

const attempts = 8
/** For whoever must have an answer or none within seconds. */
const hurriedAttempts = 3
/** Nobody answered: once more, in case the request was lost; a region that is gone must not hold a command up. */
const silentAttempts = 2
const capMs = 15_000
const baseMs = { THROTTLING: 1_000, TRANSIENT: 200, SERVER_ERROR: 500, CLIENT_ERROR: 0 } as const

/** The pause before attempt `retry` + 1, in ms: exponential, capped (an uncapped one looks like a hang), half of it jitter. */
export function pauseMs(kind: keyof typeof baseMs, retry: number, random: number): number {
  const full = Math.min(capMs, baseMs[kind] * 2 ** retry)
  return full / 2 + (full / 2) * random
}

/**
 * Repeats throttled, broken and unanswered calls up to eight times; `hurried`, three times and what nobody answers never.
 * LimitExceeded means a quota at CloudFormation, although the SDK files it under throttling: never repeated.
 */
export function patientRetry(clock: Clock, random: () => number = Math.random, hurried = false): RetryStrategyV2 {
  const token = (count: number): StandardRetryToken => ({
    getRetryCount: () => count,
    getRetryDelay: () => 0,
    getRetryCost: () => 0,
  })
  return {
    acquireInitialRetryToken: async () => token(0),
    refreshRetryTokenForRetry: async (last: RetryToken, info: RetryErrorInfo) => {
      const count = (last as StandardRetryToken).getRetryCount()
      const name = info.error instanceof Error ? info.error.name : ''
      const most = isSilence(info.error) ? (hurried ? 1 : silentAttempts) : hurried ? hurriedAttempts : attempts
      if (info.errorType === 'CLIENT_ERROR' || name.startsWith('LimitExceeded') || count + 1 >= most)
        throw info.error instanceof Error ? info.error : new Error('the call failed')
      await clock.sleep(pauseMs(info.errorType, count, random()))
      return token(count + 1)
    },
    recordSuccess: () => undefined,
  }
}

/** Asks once: for whoever measures when an answer comes, and must not ask behind his own back. */
export const asksOnce: RetryStrategyV2 = {
  acquireInitialRetryToken: async () => ({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
  refreshRetryTokenForRetry: async (_, { error }) => {
    throw error instanceof Error ? error : new Error('the call failed')
  },
  recordSuccess: () => undefined,
}
