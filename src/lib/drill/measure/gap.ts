// How much longer clients that keep their connections were without the service than those that open new ones. The
// difference is made by the clients: a pool holds on to an address that the name has left. Pure arithmetic.
// Source: https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.how-it-works.html ("existing connections").
import type { Interval } from './history.ts'
import type { Recovery } from './recovery.ts'

/**
 * Bounds of the difference, ms; below 0 where pooled connections were back sooner, and `to` is Infinity where they were not
 * seen to be back.
 * @returns undefined where one of them felt nothing, since what it was out may lie between two operations, and where the
 * service was not seen to be back over fresh connections either
 */
export function measureGap(fresh: Recovery, pooled: Recovery): Interval | undefined {
  if (fresh.effect === undefined || pooled.effect === undefined) return undefined
  const [one, other] = [fresh.bounds, pooled.bounds]
  if (!Number.isFinite(one.to)) return undefined
  return { from: other.from - one.to, to: other.to - one.from }
}
