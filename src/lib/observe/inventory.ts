// What an environment holds, resource by resource, and afterwards what of it is left.
import type { Aws } from '../aws/connect.ts'
import type { StackResourceView } from '../aws/stacks.ts'
import type { Tagged } from '../aws/tags.ts'
import type { Region, Target } from '../core/model.ts'
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

const gone = new Set(['DELETE_COMPLETE'])

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

/** What a look around after a destroy found. */
export interface Remains {
  gone: Held[]
  /** Kept by AWS for a while, as KMS keys are. */
  pending: Held[]
  /** ARNs of keys that wait since an earlier destroy of the same name. */
  earlier: string[]
  /** Still there, though they should not be: ARNs, names or paths. */
  left: string[]
  /** Could not be looked at: what and why. Never counted as gone. */
  unseen: string[]
}

/**
 * Looks whether everything is gone: each stack's own account of its resources, then whatever still carries the
 * environment's tags, then log groups of its name, which a late writer makes again without tags.
 */
export async function remains(aws: Aws, target: Target, held: Held[], regions: Region[]): Promise<Remains> {
  const found: Remains = { gone: [], pending: [], earlier: [], left: [], unseen: [] }
  const tryTo = async (what: string, look: () => Promise<void>): Promise<void> => {
    try {
      await look()
    } catch (error) {
      found.unseen.push(`${what}: ${error instanceof Error ? error.message : 'no answer'}`)
    }
  }
  const stacks = [...new Map(held.map((it) => [it.stackId, it.region]))]
  for (const [stackId, region] of stacks)
    await tryTo(`stack ${stackId}`, async () => {
      const now = await aws.stacks(region).resources(stackId)
      for (const it of held.filter((one) => one.stackId === stackId)) {
        const status = now.find((one) => one.logicalId === it.logicalId)?.status ?? 'DELETE_COMPLETE'
        if (!gone.has(status))
          found.left.push(`${it.path.join('/')} (${it.type} ${it.physicalId}) in ${region}: ${status}`)
        else if (it.type === 'AWS::KMS::Key') found.pending.push(it)
        else found.gone.push(it)
      }
    })
  for (const region of regions) {
    await tryTo(`tags in ${region}`, async () => {
      const tags = await aws.tags(region)
      const tagged = await tags.resources({ System: target.system.name, EnvironmentSuffix: target.suffix })
      const keys = new Set(found.pending.map((it) => it.physicalId))
      for (const it of tagged)
        if (keys.has(it.arn.split('/').at(-1) ?? '')) continue
        else if (await isDeletedKey(aws, region, it)) found.earlier.push(it.arn)
        else found.left.push(it.arn)
    })
    await tryTo(`log groups in ${region}`, async () => {
      const groups = await (await aws.logs(region)).groups(target.suffix)
      const ours = groups.filter((name) => held.some((it) => isWrittenBy(it, name)))
      found.left.push(...ours.map((name) => `log group ${name} in ${region}`))
    })
  }
  return found
}

/** A log group of ours, or one that a database of ours made itself, which then has no tags. */
const isWrittenBy = ({ type, physicalId }: Held, name: string): boolean =>
  type === 'AWS::Logs::LogGroup'
    ? physicalId === name
    : (type === 'AWS::RDS::DBInstance' && name.startsWith(`/aws/rds/instance/${physicalId}/`)) ||
      (type === 'AWS::RDS::DBCluster' && name.startsWith(`/aws/rds/cluster/${physicalId}/`))

/** A key stays for days after its deletion, tags and all. The stack that it came from says whether it was deleted. */
async function isDeletedKey(aws: Aws, region: Region, { arn, tags }: Tagged): Promise<boolean> {
  const stackId = tags['aws:cloudformation:stack-id']
  if (stackId === undefined || !/^arn:[\w-]+:kms:/.test(arn)) return false
  const resources = await aws.stacks(region).resources(stackId)
  return resources.some((it) => it.logicalId === tags['aws:cloudformation:logical-id'] && gone.has(it.status))
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
