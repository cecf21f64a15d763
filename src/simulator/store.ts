// Where the simulated cloud is kept between calls.
import type { Entry } from './log.ts'
import type { Cloud } from './state.ts'

/** Keeps what was done: all of it, or where one call did it, that call, to be done again when the cloud is loaded. */
export type Keep = (entry?: Entry) => void

/** One cloud, given to one piece of work at a time. */
export interface Store {
  /** Gives the cloud to `work` alone; what it did is kept if it called `keep`. When it throws, nothing is kept. */
  transact<T>(work: (cloud: Cloud, keep: Keep) => T): T
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
