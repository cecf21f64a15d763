// Pure: what is deployed and no longer in system.yaml, and its removal as part of a plan.
import type { Bucket, Region, Target } from '../core/model.ts'
import type { Snapshot, StageState } from '../observe/observe.ts'
import type { Orphan } from '../core/difference.ts'
import type { Plan, PlanStage } from './plan.ts'
import { regionOf } from './wanted.ts'
import { orphanStage } from '../core/names.ts'

/** @param strays stack sets of the environment whose stage system.yaml does not have, by stage */
export function orphansOf(target: Target, snapshot: Snapshot, strays: Record<string, StageState>): Orphan[] {
  const whole = Object.entries(strays).map(([stage, { instances }]) => ({
    stage,
    regions: instances.map(({ region }) => region),
    whole: true,
  }))
  const parts = target.system.stages.flatMap((stage): Orphan[] => {
    const wanted = new Set(stage.steps.flat().map((role) => regionOf(target, role)))
    const regions = (snapshot.stages[stage.name]?.instances ?? [])
      .map(({ region }) => region)
      .filter((region) => !wanted.has(region))
    return regions.length > 0 ? [{ stage: stage.name, regions, whole: false }] : []
  })
  return [...whole, ...parts]
}

export interface Removal extends Orphan {
  buckets: Bucket[]
  /** Resources that exist in a region. */
  resources(region: Region): number
}

/** The plan with the removals at its end: what no longer belongs goes when what belongs is in place. */
export function withRemovals(plan: Plan, removals: Removal[]): Plan {
  const before = plan.stages.map(({ name }) => name)
  const stages = removals.flatMap(({ stage, regions, whole, buckets, resources }): PlanStage[] => {
    const name = whole ? stage : `${stage} in ${regions.join(' and ')}`
    const empties = `empty ${name}`
    const own = orphanStage(stage)
    const emptying: PlanStage = {
      name: empties,
      title: `${name}: buckets emptied`,
      needs: before,
      regions: [],
      work: { kind: 'empty-buckets', stage: own, buckets },
    }
    const deleting: PlanStage = {
      name,
      title: name,
      needs: [...before, ...(buckets.length > 0 ? [empties] : [])],
      regions: regions.map((region) => ({ region, role: undefined, change: 'delete', resources: resources(region) })),
      work: { kind: 'delete-stage', stage: own, order: [], ...(whole ? {} : { only: regions }) },
    }
    return [...(buckets.length > 0 ? [emptying] : []), deleting]
  })
  return { ...plan, stages: [...plan.stages, ...stages] }
}
