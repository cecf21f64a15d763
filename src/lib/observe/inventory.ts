// What an environment holds, resource by resource.
import type { Aws } from '../aws/connect.ts'
import type { StackResourceView } from '../aws/stacks.ts'
import type { Region } from '../core/model.ts'
import type { Snapshot } from './observe.ts'
import { nestedType } from '../templates/tree.ts'

/** One resource of a stack instance, nested stacks opened. */
export interface Held extends StackResourceView {
  stage: string
  region: Region
  /** ARN of the stack that holds it: readable also when that stack is deleted. */
  stackId: string
  path: string[]
}

/** How a stack says that it, or a resource of it, is deleted. */
export const gone = new Set(['DELETE_COMPLETE'])

async function open(aws: Aws, region: Region, stackId: string, stage: string, path: string[]): Promise<Held[]> {
  const resources = await aws.stacks(region).resources(stackId)
  const held = resources.map(async (it): Promise<Held[]> => {
    const here = { ...it, stage, region, stackId, path: [...path, it.logicalId] }
    const nested = it.type === nestedType && it.physicalId !== '' && !gone.has(it.status)
    return nested ? [here, ...(await open(aws, region, it.physicalId, stage, here.path))] : [here]
  })
  return (await Promise.all(held)).flat()
}

/** Everything that one stack holds now. */
export const heldBy = async (aws: Aws, region: Region, stackId: string, stage: string): Promise<Held[]> =>
  (await open(aws, region, stackId, stage, [])).filter((it) => !gone.has(it.status))

/** Everything that the stacks of the environment hold now. */
export async function inventory(aws: Aws, snapshot: Snapshot): Promise<Held[]> {
  const stacks = Object.entries(snapshot.stages).flatMap(([stage, { instances }]) =>
    instances.flatMap((it) => (it.stack ? [open(aws, it.region, it.stack.id, stage, [])] : [])),
  )
  return (await Promise.all(stacks)).flat().filter((it) => !gone.has(it.status))
}

/** What a destroy will delete, counted. */
export interface Holdings {
  resources: number
  instances: number
  buckets: { name: string; versions: number; bytes: number }[]
  tables: string[]
  keys: number
  /** Names of secrets that dr made, which go. */
  secrets: string[]
  /** Names of secrets that somebody else made, which stay. */
  keptSecrets: string[]
  /** How many drills there were, whose evidence stays. */
  drills: number
}
