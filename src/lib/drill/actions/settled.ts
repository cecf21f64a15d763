// Waits for something to be as it should, for a restoring that must not end in the middle.
import { DrError } from '../../core/errors.ts'
import type { Ground } from '../drill.ts'

const everyMs = 5_000
const quarter = 900_000

/**
 * Looks until `look` gives something.
 * @param atMostMs a quarter of an hour, where left out
 * @throws DrError exit 6 when the time is over: nobody knows then
 */
export async function settled<T>(
  { aws }: Ground,
  what: string,
  look: () => Promise<T | undefined>,
  atMostMs = quarter,
): Promise<T> {
  const until = aws.clock.now() + atMostMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (aws.clock.now() >= until) {
      const message = `${what} was not well again after ${atMostMs / 60_000} minutes`
      throw new DrError('NotSettled', 6, message, 'look at it in its console, and see: dr status')
    }
    // No signal here: a restoring is gone on with even while the drill is being ended.
    await aws.clock.sleep(everyMs)
  }
}
