// Where the simulated cloud is kept between calls.
import type { Cloud } from './state.ts'

/** One cloud, given to one piece of work at a time. */
export interface Store {
  /** Gives the cloud to `work` alone; what it did is kept if it called `keep`. When it throws, nothing is kept. */
  transact<T>(work: (cloud: Cloud, keep: () => void) => T): T
}

/** A cloud in which nothing happened yet. Other seeds give other ids. */
export const emptyCloud = (now: number, seed = 0): Cloud => ({
  version: 1,
  now,
  serial: seed * 1_000_000,
  tasks: [],
  stacks: {},
  stackSets: {},
  resources: {},
  buckets: {},
  secrets: {},
  cooling: {},
  faults: {},
})

/** A cloud that ends with the process. */
export const memoryStore = (cloud: Cloud): Store => ({ transact: (work) => work(cloud, () => undefined) })
