// What status found of one environment: the verdict and all it rests on.
import type { Release } from '../load/environment.ts'
import type { Snapshot } from '../observe/observe.ts'
import type { Observation } from './observation.ts'
import type { Verdict } from './verdict.ts'

export interface Status extends Verdict {
  observation: Observation
  /** Undefined where the administration region does not answer. */
  snapshot: Snapshot | undefined
  release: Release | undefined
  outputs: Record<string, string>
  missing: string[]
}
