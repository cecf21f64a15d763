// Pure: the deletion of lost stacks as part of a destroy.
import type { Target } from '../core/model.ts'
import type { Plan, PlanStage } from './plan.ts'
import type { LostStack } from '../observe/lost.ts'
import { orphanStage } from '../core/names.ts'

const named = (stage: string): string => `lost ${stage}`

/** The plan in which the lost stacks of a stage go in its place: after all that may depend on them, before what they depend on. */
export function withLost(plan: Plan, { system }: Target, lost: LostStack[]): Plan {
  const stagesOf = new Set(lost.map(({ stage }) => stage))
  const dependants = (name: string): string[] =>
    system.stages.filter((it) => it.needs.includes(name)).map((it) => it.name)
  const lostBefore = (name: string): string[] =>
    dependants(name)
      .filter((it) => stagesOf.has(it))
      .map(named)
  const deletion = (stage: string, needs: string[]): PlanStage => {
    const stacks = lost.filter((it) => it.stage === stage)
    return {
      name: named(stage),
      title: `${stage}: stacks without instance`,
      needs,
      regions: stacks.map(({ region }) => ({ region, role: undefined, change: 'delete', resources: 0 })),
      work: { kind: 'delete-stacks', stage: orphanStage(stage), stacks },
    }
  }
  const known = new Set(plan.stages.map(({ name }) => name))
  const strays = [...stagesOf].filter((it) => !known.has(it)).map((it) => deletion(it, []))
  const stages = plan.stages.flatMap((it): PlanStage[] => {
    if (it.work.kind !== 'delete-stage') return [it]
    const needs = [...it.needs, ...lostBefore(it.name)]
    const own = stagesOf.has(it.name) ? [deletion(it.name, [...dependants(it.name), ...lostBefore(it.name)])] : []
    return [...own, { ...it, needs }]
  })
  return { ...plan, stages: [...strays, ...stages] }
}
