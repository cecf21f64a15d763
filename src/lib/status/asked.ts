// A question to AWS as a fact: its answer with its age, or why there is none.
import { RegionSilent } from '../aws/silence.ts'
import { isBug } from '../core/errors.ts'
import { type Known, known, type Unknown } from './observation.ts'

/** A fact as asked for now; what goes wrong in asking is why it is unknown. Throws only faults of dr itself. */
export async function asked<T>(now: () => number, ask: () => Promise<T>): Promise<Known<T> | Unknown<never>> {
  try {
    return known(await ask(), now())
  } catch (error) {
    if (isBug(error) || !(error instanceof Error)) throw error
    const silent = error instanceof RegionSilent ? { silent: error.region } : {}
    return { unknown: error.message, looked: true, ...silent }
  }
}
