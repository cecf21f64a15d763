// Spaces calls out per region and API, so that polling many stacks does not provoke the throttles it then waits for.
import type { Clock } from '../core/clock.ts'

/**
 * Milliseconds between two calls of one CloudFormation API in one region. AWS publishes no rates ("internal");
 * reports put DescribeStacks and DescribeStackEvents at some ten a second (sceptre/sceptre#910, taimos/cfn-tail#2).
 */
const spacingMs = 100
/** So many may come at once after a pause: a poll of one stack and its nested ones. */
const burst = 10

/** A leaky bucket per key; turns are given in the order in which they were asked for. */
export class Limiter {
  /** When a key's bucket will be empty again, ms. */
  private readonly empty = new Map<string, number>()
  private readonly clock: Clock
  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Resolves when it is this call's turn; at once as long as the bucket is not full. */
  async turn(key: string): Promise<void> {
    const now = this.clock.now()
    const empty = Math.max(now, this.empty.get(key) ?? 0) + spacingMs
    this.empty.set(key, empty)
    const wait = empty - now - burst * spacingMs
    if (wait > 0) await this.clock.sleep(wait)
  }
}
