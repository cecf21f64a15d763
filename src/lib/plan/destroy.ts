// Pure: what a destroy does: the stages of a deploy in exact reverse, buckets emptied before their stacks go.
import type { Bucket, Region, Role, Stage, Target } from '../core/model.ts'
import type { Snapshot } from '../observe/observe.ts'
import type { Plan, PlanStage } from './plan.ts'
import { regionOf } from './wanted.ts'

interface DestroyFacts {
  target: Target
  snapshot: Snapshot
  /** Buckets by stage, as the stacks hold them. */
  buckets: Record<string, Bucket[]>
  /** Resources that exist now, by stage and region. */
  resources(stage: string, region: Region): number
}

/** Steps reversed: what was deployed last in a stage goes first. */
export const reversed = (target: Target, stage: Stage): Region[][] =>
  stage.steps.map((roles) => roles.map((role) => regionOf(target, role))).reverse()

/** A stage goes when all that needed it are gone; its buckets are emptied when nothing writes to them any more. */
export function planDestroy({ target, snapshot, buckets, resources }: DestroyFacts): Plan {
  const { stages } = target.system
  const roleOf = new Map(Object.entries(target.regions).map(([role, region]) => [region, role as Role]))
  const dependants = (stage: Stage): string[] =>
    stages.filter((it) => it.needs.includes(stage.name)).map((it) => it.name)
  const plan = stages.toReversed().flatMap((stage): PlanStage[] => {
    const instances = snapshot.stages[stage.name]?.instances ?? []
    const holds = buckets[stage.name] ?? []
    const empties = `empty ${stage.name}`
    const emptying: PlanStage = {
      name: empties,
      title: `${stage.name}: buckets emptied`,
      needs: dependants(stage),
      regions: [],
      work: { kind: 'empty-buckets', stage, buckets: holds },
    }
    const deleting: PlanStage = {
      name: stage.name,
      title: stage.name,
      needs: [...dependants(stage), ...(holds.length > 0 ? [empties] : [])],
      regions: instances.map(({ region }) => ({
        region,
        role: roleOf.get(region),
        change: 'delete',
        resources: resources(stage.name, region),
      })),
      work: { kind: 'delete-stage', stage, order: reversed(target, stage) },
    }
    return [...(holds.length > 0 ? [emptying] : []), deleting]
  })
  return { verb: 'destroy', stages: plan }
}
