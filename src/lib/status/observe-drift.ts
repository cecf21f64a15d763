// How long ago, and with what result, each stack of an environment was compared with its template. The stacks of the
// instances hold little but nested stacks, into which a look at a stack or at a stack set does not reach.
import type { DriftedStack } from '../aws/drift.ts'
import type { Snapshot } from '../observe/observe.ts'
import { regionsOf } from '../load/environment.ts'
import type { Region } from '../core/model.ts'
import type { TargetSession } from '../load/session.ts'
import { asked } from './asked.ts'
import { type Fact, isKnown, known, type Observation } from './observation.ts'
import { stageOfStack } from '../observe/lost.ts'

/** A stack of an environment, under the names of its stage and of the logical ids that lead to it. */
export interface OwnStack extends DriftedStack {
  stage: string
  region: Region
  path: string
}

/**
 * Root and nested stacks of one region. Throws RegionSilent.
 * @param snapshot undefined where the stack sets cannot be seen: names tell then which stacks are theirs
 */
export async function ownStacks(
  { aws, target }: TargetSession,
  region: Region,
  snapshot: Snapshot | undefined,
): Promise<OwnStack[]> {
  const all = await (await aws.drift(region)).stacks()
  const stages = new Map(
    snapshot
      ? Object.entries(snapshot.stages).flatMap(([stage, { instances }]) =>
          instances.flatMap((it): [string, string][] =>
            it.stackId !== undefined && it.region === region ? [[it.stackId, stage]] : [],
          ),
        )
      : all.flatMap(({ id, name, rootId }): [string, string][] => {
          const stage = rootId === undefined ? stageOfStack(name, target.system.name, target.suffix) : undefined
          return stage === undefined ? [] : [[id, stage]]
        }),
  )
  const byId = new Map(all.map((it) => [it.id, it]))
  const pathOf = ({ parentId, name }: DriftedStack): string => {
    const parent = parentId === undefined ? undefined : byId.get(parentId)
    if (!parent) return ''
    // `<parent>-<LogicalId>-<random>`, where the name was not too long for it.
    const own = name.startsWith(`${parent.name}-`) ? name.slice(parent.name.length + 1) : name
    return `${pathOf(parent)}/${own.replace(/-[0-9A-Z]+$/, '')}`
  }
  return all.flatMap((it) => {
    const stage = stages.get(it.rootId ?? it.id)
    return stage === undefined ? [] : [{ ...it, stage, region, path: stage + pathOf(it) }]
  })
}

/** The stacks of every region, as far as it answers. */
export const stackFacts = (session: TargetSession, snapshot: Snapshot | undefined): Promise<Fact<OwnStack[]>[]> =>
  Promise.all(
    regionsOf(session.target).map((region) => asked(session.aws.clock.now, () => ownStacks(session, region, snapshot))),
  )

/** Of all stacks at once; as old as the oldest look, or as `now` where there was none. */
export function driftFact(
  found: Fact<OwnStack[]>[],
  snapshot: Snapshot | undefined,
  now: number,
): Observation['drift'] {
  const unseen = found.find((fact) => !isKnown(fact))
  if (unseen && !isKnown(unseen)) {
    const { unknown, looked, silent } = unseen
    return { unknown, looked, ...(silent !== undefined && { silent }) }
  }
  const stacks = found.flatMap((fact) => (isKnown(fact) ? fact.value : []))
  const said = ({ path, region }: OwnStack): string => `${path} in ${region}`
  const times = stacks.flatMap(({ checkedAt }) => checkedAt ?? [])
  const drifted = stacks.filter(({ drift }) => drift === 'DRIFTED').map(said)
  const value = {
    stacks: stacks.length,
    drifted: [...drifted, ...driftedSets(stacks, snapshot)],
    unchecked: stacks.filter(({ drift }) => !['IN_SYNC', 'DRIFTED'].includes(drift)).map(said),
  }
  return known(value, times.length > 0 ? Math.min(...times) : now)
}

/** What a look at whole stack sets has found since their stacks were looked at one by one. */
function driftedSets(stacks: OwnStack[], snapshot: Snapshot | undefined): string[] {
  return Object.entries(snapshot?.stages ?? {}).flatMap(([stage, { set }]) => {
    const { status, at = 0 } = set?.drift ?? {}
    const roots = stacks.filter((it) => it.stage === stage && it.rootId === undefined)
    return status === 'DRIFTED' && roots.every(({ checkedAt = 0 }) => checkedAt <= at) ? [`stack set ${stage}`] : []
  })
}
