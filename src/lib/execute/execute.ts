// Runs a plan: the only file that decides which stage runs. Independent stages run side by side.
import type { Action, Ended } from './actions/action.ts'
import type { StageOutcome, Tell } from '../core/events.ts'
import type { Clock } from '../core/clock.ts'
import type { Plan, PlanStage } from '../plan/plan.ts'

export interface Outcome extends Ended {
  name: string
  seconds: number
}

export interface Execution {
  clock: Clock
  signal: AbortSignal
  tell: Tell
  run(stage: PlanStage): Action
  /** Turns an error thrown by an action into how the stage ended. */
  explain(error: unknown, stage: PlanStage): Ended
}

const went = new Set<StageOutcome>(['succeeded', 'unchanged'])

/**
 * A stage starts when all it needs went well and nobody interrupted; else it is skipped and says why.
 * Every stage ends with exactly one stage-finished. Never throws.
 */
export async function execute(plan: Plan, execution: Execution): Promise<Outcome[]> {
  const { clock, signal, tell } = execution
  const ends = new Map<string, Promise<Outcome>>()
  const finish = (name: string, began: number, ended: Ended): Outcome => {
    const outcome = { ...ended, name, seconds: Math.round((clock.now() - began) / 1000) }
    tell({
      kind: 'stage-finished',
      stage: name,
      outcome: ended.outcome,
      message: ended.message,
      seconds: outcome.seconds,
    })
    return outcome
  }
  const runStage = async (stage: PlanStage): Promise<Outcome> => {
    const needed = await Promise.all(stage.needs.flatMap((name) => ends.get(name) ?? []))
    const began = clock.now()
    const bad = needed.find((it) => !went.has(it.outcome))
    if (bad)
      return finish(stage.name, began, {
        outcome: 'skipped',
        message: `because ${bad.name} ${bad.outcome}`,
        causes: [],
      })
    if (signal.aborted)
      return finish(stage.name, began, { outcome: 'skipped', message: 'because of the interrupt', causes: [] })
    tell({ kind: 'stage-started', stage: stage.name })
    try {
      const action = execution.run(stage)
      for (let step = await action.next(); ; step = await action.next()) {
        if (step.done) return finish(stage.name, began, step.value)
        tell(step.value)
      }
    } catch (error) {
      return finish(stage.name, began, execution.explain(error, stage))
    }
  }
  for (const stage of plan.stages) ends.set(stage.name, runStage(stage))
  return Promise.all(ends.values())
}
