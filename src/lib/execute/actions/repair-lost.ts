// Deletes stacks that no stack set knows any more: with the execution role, one after the other.
import type { Stage } from '../../core/model.ts'
import { type Action, type Context, succeeded, unchanged } from './action.ts'
import { deleteDirectly } from './repair.ts'
import type { LostStack } from '../../observe/lost.ts'

/** Goes on after a failure, so that as much as possible is gone; the first one is told. */
export async function* deleteLost(context: Context, stage: Stage, stacks: LostStack[], retain: boolean): Action {
  let bad
  for (const { region, id, name } of stacks) {
    context.signal.throwIfAborted()
    const ended = yield* deleteDirectly(context, stage, region, { id, name }, retain)
    if (ended.outcome !== 'succeeded') bad ??= ended
    else yield { kind: 'instance-finished', stage: stage.name, region, state: 'DELETED', good: true, seconds: 0 }
  }
  return bad ?? (stacks.length > 0 ? succeeded() : unchanged())
}
