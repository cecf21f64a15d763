// Pure: what a deploy does, stage by stage.
import type { Region, Role, StageOutputs, Target } from '../core/model.ts'
import type { Snapshot } from '../observe/observe.ts'
import { changes } from './next-call.ts'
import type { Plan, PlanStage } from './plan.ts'
import type { WantedStage } from './wanted.ts'

interface DeployFacts {
  target: Target
  snapshot: Snapshot
  /** Outputs as they will be after the deploy, as far as they are known now. */
  outputs: StageOutputs
  /** What a stage should be, given outputs; inputs not known yet stay unknown. */
  wanted(stage: string, outputs: StageOutputs): WantedStage
  /** Resources in the templates of a stage in a region. */
  resources(stage: string, region: Region): number
}

const empty = { set: undefined, instances: [], running: [] }

/** Uploads first, then the stages in order of their needs; a stage without change is looked at again, no more. */
export function planDeploy({ target, snapshot, outputs, wanted, resources }: DeployFacts): Plan {
  const roleOf = new Map(Object.entries(target.regions).map(([role, region]) => [region, role as Role]))
  const stages = target.system.stages.map((stage): PlanStage => {
    const change = changes(wanted(stage.name, outputs), snapshot.stages[stage.name] ?? empty)
    return {
      name: stage.name,
      title: stage.name,
      needs: ['upload', ...stage.needs],
      regions: Object.entries(change).map(([region, it]) => ({
        region,
        role: roleOf.get(region),
        change: it,
        resources: resources(stage.name, region),
      })),
      work: { kind: 'apply-stage', stage },
    }
  })
  const upload: PlanStage = {
    name: 'upload',
    title: 'upload templates',
    needs: [],
    regions: [],
    work: { kind: 'upload' },
  }
  return { verb: 'deploy', stages: [upload, ...stages] }
}
