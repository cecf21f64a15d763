// Looks for stacks of an environment that StackSets made and that no stack instance refers to any more.
import type { Aws } from '../aws/connect.ts'
import { regionsOf } from '../load/environment.ts'
import type { Region, Target } from '../core/model.ts'
import { stackSetName } from '../core/names.ts'
import { unended } from './observe.ts'

/** A stack that carries the environment's name and tags, and that no stack instance refers to. */
export interface LostStack {
  stage: string
  region: Region
  id: string
  name: string
  status: string
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

/** The stage of a stack that StackSets named for this environment (`StackSet-<set>-<uuid>`). */
export function stageOfStack(name: string, system: string, suffix: string): string | undefined {
  const match = new RegExp(`^StackSet-dr-${system}-(.+)-${suffix}-${uuid}$`).exec(name)
  return match?.[1]
}

/**
 * Names tell where to look, tags whether it is ours. Instances are read after the stacks, and a stack at work is passed
 * over: one that was just begun is not lost because its instance does not tell of it yet.
 */
export async function observeLost(aws: Aws, home: Region, target: Target): Promise<LostStack[]> {
  const found = await Promise.all(regionsOf(target).map((region) => suspects(aws, region, target)))
  const known: Record<string, Promise<Set<string> | undefined>> = {}
  const lost = found.flat().map(async (it): Promise<LostStack[]> => {
    const instances = await (known[it.stage] ??= instanceStacks(aws, home, target, it.stage))
    if (!instances || instances.has(it.id)) return []
    const { ManagedBy, System, EnvironmentSuffix } = (await aws.stacks(it.region).describe(it.id))?.tags ?? {}
    return ManagedBy === 'dr' && System === target.system.name && EnvironmentSuffix === target.suffix ? [it] : []
  })
  return (await Promise.all(lost)).flat()
}

const atWork = /(?<!^REVIEW)_IN_PROGRESS$/

async function suspects(aws: Aws, region: Region, { system, suffix }: Target): Promise<LostStack[]> {
  return (await aws.stacks(region).roots()).flatMap((it) => {
    const stage = stageOfStack(it.name, system.name, suffix)
    return stage === undefined || atWork.test(it.status) ? [] : [{ ...it, stage, region }]
  })
}

/** Stacks that the instances of a stage refer to; undefined while an operation may be changing that. */
async function instanceStacks(aws: Aws, home: Region, target: Target, stage: string): Promise<Set<string> | undefined> {
  const name = stackSetName(target.system.name, stage, target.suffix)
  const sets = aws.stackSets(home)
  if (!(await sets.describe(name))) return new Set()
  if ((await sets.operations(name)).some((it) => unended(it))) return undefined
  return new Set((await sets.instances(name)).flatMap(({ stackId }) => stackId ?? []))
}
