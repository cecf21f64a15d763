// A region that does not answer: asked once with patience, then left alone for a while, so that no command hangs on it.
import type { Clock } from '../core/clock.ts'
import { DrError } from '../core/errors.ts'
import type { Region } from '../core/model.ts'

/** How long a silent region is not asked again, ms. */
const restMs = 60_000

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EAI_AGAIN'])

/** The region gave no answer, or nobody wanted one; what stands there is unknown, which is never success. */
export class RegionSilent extends DrError {
  readonly region: Region
  constructor(region: Region, cause?: unknown, how = 'does not answer') {
    super('RegionSilent', 7, `${region} ${how}`, 'try again, or see what is known with: dr status', { cause })
    this.region = region
  }
}

/** True for errors that mean nobody answered, as opposed to an answer that says no. */
export const isSilence = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'TimeoutError' || ('code' in error && typeof error.code === 'string' && unreachable.has(error.code)))

/** Remembers which regions are silent, per connection. */
export class Silence {
  private readonly since = new Map<Region, number>()
  private readonly clock: Clock
  private readonly only: readonly Region[] | undefined
  /** @param only no other region is asked */
  constructor(clock: Clock, only?: readonly Region[]) {
    this.clock = clock
    this.only = only
  }

  /**
   * Makes the call unless the region was silent a moment ago. Throws RegionSilent in place of what the network said.
   * @param service a global one: its silence says nothing about the region that it is asked in
   */
  async guard<T>(region: Region, call: () => Promise<T>, service?: string): Promise<T> {
    if (this.only && !this.only.includes(region)) throw new RegionSilent(region, undefined, 'was not asked')
    const place = service ?? region
    for (const one of [region, place]) {
      const since = this.since.get(one)
      if (since !== undefined && this.clock.now() - since < restMs) throw new RegionSilent(one)
    }
    try {
      const answer = await call()
      this.since.delete(place)
      return answer
    } catch (error) {
      if (!isSilence(error)) throw error
      this.since.set(place, this.clock.now())
      throw new RegionSilent(place, error)
    }
  }
}

/** Asks one region after the other until one answers. Throws what the last one said when all are silent. */
export async function anyOf<T>(regions: readonly Region[], ask: (region: Region) => Promise<T>): Promise<T> {
  const [region = '', ...others] = new Set(regions)
  try {
    return await ask(region)
  } catch (error) {
    if (!(error instanceof RegionSilent) || others.length === 0) throw error
    return anyOf(others, ask)
  }
}

/** The value, or undefined where the region is silent. */
export async function unlessSilent<T>(value: Promise<T>): Promise<T | undefined> {
  try {
    return await value
  } catch (error) {
    if (error instanceof RegionSilent) return undefined
    throw error
  }
}
