// Removes one stage: its instances in the reverse order of their creation, then the stack set.
import type { EventBody } from '../../core/events.ts'
import type { Region, Stage } from '../../core/model.ts'
import { stackSetName } from '../../core/names.ts'
import { observeStage, type StageState } from '../../observe/observe.ts'
import { tries, working } from '../../plan/repair.ts'
import { type Action, type Context, failedBecause, succeeded, unchanged, undecided } from './action.ts'
import { cleaningUp, cleanUp } from './clean-up.ts'
import { follow } from './follow.ts'
import { operationId, unlessBusy } from './operation-id.ts'
import { awaitStack } from './repair.ts'
import { deletePast } from './repair-deletion.ts'

const pauseMs = 15_000
const mostCalls = 50

interface DeleteStage {
  stage: Stage
  /** Regions in the order of deletion; those of one step go together. Unlisted ones come first. */
  order: Region[][]
  totals: Record<Region, number>
  /** Only these regions go, and the stack set stays; else all. */
  only?: Region[]
  /** Lets go of what cannot be deleted, and leaves it. */
  retain?: boolean
}

/** Pure: the regions to delete next, or none when no instance is left. */
function nextRegions(state: StageState, order: Region[][]): Region[] {
  const present = state.instances.map((it) => it.region)
  const listed = new Set(order.flat())
  const steps = [present.filter((region) => !listed.has(region)), ...order]
  return steps.map((step) => step.filter((region) => present.includes(region))).find((step) => step.length > 0) ?? []
}

/** Deletes until nothing of the stage is left, adopting operations that already run; "already gone" is success. */
export async function* deleteStage(
  context: Context,
  { stage, order, totals, only, retain = false }: DeleteStage,
): Action {
  const { aws, home, target, signal } = context
  const sets = aws.stackSets(home)
  const set = stackSetName(target.system.name, stage.name, target.suffix)
  /** How often the stack set may still try, by regions. */
  const left: Record<string, number> = {}
  let changed = false
  for (let calls = 0; calls < mostCalls; calls++) {
    signal.throwIfAborted()
    const state = await observeStage(aws, home, target, stage)
    if (!state.set) return changed ? succeeded() : unchanged('nothing there')
    const running = state.running[0]
    if (running) {
      yield started(stage, running.id, running.action, [], true)
      yield* follow(context, { stage: stage.name, set, id: running.id, totals })
      continue
    }
    if (cleaningUp(state).length > 0) {
      yield* cleanUp(context, stage)
      continue
    }
    const [busy] = working(state)
    if (busy) {
      yield* awaitStack(context, stage, busy)
      continue
    }
    const regions = nextRegions(state, order).filter((region) => only?.includes(region) ?? true)
    if (only && regions.length === 0) return changed ? succeeded() : unchanged('nothing there')
    changed = true
    let allowed = (left[regions.join()] ??= tries(state, regions))
    if (regions.length === 0) {
      await context.hold()
      if (await unlessBusy(sets.delete(set))) continue
      yield { kind: 'waiting', stage: stage.name, what: `AWS to let go of ${set}` }
      await aws.clock.sleep(pauseMs, signal)
      continue
    }
    const { id, running: adopted } = await operationId(sets, set, `dr-delete-${regions.join('-')}`)
    if (!adopted) {
      await context.hold()
      const at = { account: aws.account, regions, operationId: id }
      if (!(await unlessBusy(sets.deleteInstances(set, at)))) {
        await aws.clock.sleep(pauseMs, signal)
        continue
      }
    }
    yield started(stage, id, 'DELETE', regions, !!adopted)
    const { operation, causes, late } = yield* follow(context, { stage: stage.name, set, id, totals })
    if (late) return undecided(late, causes)
    if (operation.status === 'SUCCEEDED' && causes.length === 0) continue
    const failed = failedBecause(causes.length > 0 ? '' : `operation ${id} ended ${operation.status}`, causes)
    // The first failure may be a matter of time (an interface that lingers, a name still in use): once more.
    if (--allowed > 0) {
      left[regions.join()] = allowed
      yield { kind: 'waiting', stage: stage.name, what: `a second try: ${causes[0]?.reason ?? operation.status}` }
      await aws.clock.sleep(pauseMs, signal)
      continue
    }
    const past = yield* deletePast(context, { stage, regions, failed, retain })
    if (past.outcome !== 'succeeded') return past
  }
  return failedBecause(`not gone after ${mostCalls} calls`)
}

const started = (stage: Stage, operation: string, action: string, regions: Region[], adopted: boolean): EventBody => ({
  kind: 'operation-started',
  stage: stage.name,
  operation,
  action,
  regions,
  adopted,
})
