// Pure: a drill that was never ended leaves its name in a parameter that belongs to no stack.
import type { Region } from '../core/model.ts'
import type { Plan, PlanStage } from './plan.ts'

/** A drill whose name is still in a parameter. */
export interface OpenDrill {
  drill: string
  who: string
  /** The parameter's name, and where it is. */
  parameter: string
  region: Region
}

/** The plan at whose end the name of the drill goes: there is nothing left to take back then. */
export function withoutDrill(plan: Plan, open: OpenDrill | undefined): Plan {
  if (!open) return plan
  const removal: PlanStage = {
    name: 'drill',
    title: 'a drill that was never ended',
    needs: plan.stages.map(({ name }) => name),
    regions: [],
    notes: [`- ${open.parameter} in ${open.region}: ${open.drill} by ${open.who}`],
    work: { kind: 'forget-drill', open },
  }
  return { ...plan, stages: [...plan.stages, removal] }
}
