// What it means that a call failed: AWS will answer later, or it said no, or something is wrong with us.
import { RegionSilent } from './silence.ts'

const throttle = /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown|PriorRequestNotComplete)/
const broken = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/

interface Detail {
  code?: string
  $metadata?: { httpStatusCode?: number }
}

/** True when the same call may be answered later (a throttle, a server's error, a broken connection): not now, not no. */
export function passing(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof RegionSilent) return false
  const { code = '', $metadata } = error as Error & Detail
  return (
    throttle.test(error.name) ||
    error.name === 'TimeoutError' ||
    broken.test(code) ||
    ($metadata?.httpStatusCode ?? 0) >= 500
  )
}

/** True when what was asked for cannot be seen, now or at all; false for expired credentials and faults of ours. */
export function unseeable(error: unknown): error is Error {
  if (passing(error) || error instanceof RegionSilent) return true
  if (!(error instanceof Error) || /ExpiredToken|Credentials/.test(error.name)) return false
  const status = (error as Error & Detail).$metadata?.httpStatusCode ?? 0
  return status >= 400 && status < 500
}

/** `Throttling: Rate exceeded`, for people. */
export const inWords = (error: Error): string =>
  error instanceof RegionSilent ? error.message : `${error.name}: ${error.message}`
