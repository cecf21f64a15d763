// What is true of shared files: which are there, and when a file system really took none.
import type { Outage } from './databases.ts'
import type { Cloud, Resource } from '../state.ts'

/** The ground truth of file systems. Only tests put outages here: no call of ours makes one. */
export interface Files {
  /** `of` is the file system's id. */
  outages: Outage[]
  /** When files were written, virtual ms, by file system and path. */
  stores: Record<string, Record<string, number>>
}

const truth = (cloud: Cloud): Files => (cloud.files ??= { outages: [], stores: {} })

/** The files of a file system. */
export const filesOf = (cloud: Cloud, { physicalId }: Resource): Record<string, number> =>
  (truth(cloud).stores[physicalId] ??= {})

/** What keeps a file system from taking files at that time, if anything. */
export const fileOutage = (cloud: Cloud, { physicalId }: Resource, at: number): Outage | undefined =>
  cloud.files?.outages.find(({ of, from, until }) => of === physicalId && from <= at && at < until)
