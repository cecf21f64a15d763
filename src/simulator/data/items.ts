// Items of global tables: each write is kept with its region and time, so that what a region sees at a moment, and what
// would be lost with the other, can be worked out. The last writer wins.
import type { Region } from '../../lib/core/model.ts'
import type { Moment } from '../answer.ts'
import { goneSince } from '../endpoints.ts'
import { existing } from '../existing.ts'
import type { Cloud, Resource } from '../state.ts'

export type Attributes = Record<string, Record<string, unknown>>

export interface Write {
  at: number
  region: Region
  /** How long it takes to the other regions, ms. */
  lag: number
  /** Absent for a deletion. */
  item?: Attributes
}

/** Writes by table and key, oldest first; of each key the last few. */
export type Items = Record<string, Record<string, Write[]>>

/** Replicas are behind by so much, ms, unless `state.lag` of the writing region's table says otherwise. */
export const usualLag = 800

export const tableIn = (cloud: Cloud, region: Region, name: string): Resource | undefined =>
  existing(cloud, region, 'AWS::DynamoDB::GlobalTable', name)

/** Writes an item, or removes it. */
export function write(cloud: Cloud, table: Resource, key: string, item?: Attributes): void {
  const items = ((cloud.items ??= {})[table.physicalId] ??= {})
  const lag = Number(table.state?.lag ?? usualLag)
  items[key] = [...(items[key] ?? []).slice(-3), { at: cloud.now, region: table.region, lag, ...(item && { item }) }]
}

/** How many writes were made to this region's table in the minute that ends at `at`, as far as they are kept. */
export const writesIn = ({ items = {} }: Cloud, { physicalId, region }: Resource, at: number): number =>
  Object.values(items[physicalId] ?? {})
    .flat()
    .filter((one) => one.region === region && one.at > at - 60_000 && one.at <= at).length

/** What a region sees of a key now: its own writes, and those of others that arrived before these fell silent. */
export function read(moment: Moment, region: Region, table: string, key: string): Attributes | undefined {
  const { cloud } = moment
  const seen = (cloud.items?.[table]?.[key] ?? []).filter((one) =>
    one.region === region ? true : one.at + one.lag <= (goneSince(moment, one.region) ?? cloud.now),
  )
  return seen.toSorted((a, b) => a.at - b.at).at(-1)?.item
}
