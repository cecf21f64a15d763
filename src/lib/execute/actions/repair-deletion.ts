// Finishes a deletion that the stack set could not: the stacks themselves first, then the set forgets its instances.
import type { EventBody } from '../../core/events.ts'
import type { Region, Stage } from '../../core/model.ts'
import { observeStage } from '../../observe/observe.ts'
import { type Context, type Ended, succeeded } from './action.ts'
import { deleteDirectly, detach } from './repair.ts'

interface DeletePast {
  stage: Stage
  /** Those that the failed operation was for; the ones that it did delete are passed over. */
  regions: Region[]
  /** How the last operation of the stack set ended. */
  failed: Ended
  /** Lets go of what cannot be deleted, and leaves it. */
  retain: boolean
}

/** StackSets words a role that it cannot use so; a direct deletion needs the same role. */
const roleMissing = /role with trust relationship/

/** No instance is forgotten while its stack stands: nothing is orphaned. */
export async function* deletePast(
  context: Context,
  { stage, regions, failed, retain }: DeletePast,
): AsyncGenerator<EventBody, Ended> {
  const { aws, home, target } = context
  if (failed.causes.some((it) => roleMissing.test(it.reason))) return failed
  const { instances } = await observeStage(aws, home, target, stage)
  const left = instances.filter((it) => regions.includes(it.region))
  const gone: Region[] = []
  let bad: Ended | undefined
  for (const { region, stack } of left) {
    context.signal.throwIfAborted()
    const ended = stack ? yield* deleteDirectly(context, stage, region, stack, retain) : succeeded()
    if (ended.outcome === 'succeeded') gone.push(region)
    else
      bad ??= {
        ...ended,
        message: `${ended.message}${wayOut(stage, retain)}`,
        causes: ended.causes.length > 0 ? ended.causes : failed.causes,
      }
  }
  const forgotten = gone.length > 0 ? yield* detach(context, stage, gone) : succeeded()
  return bad ?? forgotten
}

const wayOut = (stage: Stage, retain: boolean): string =>
  retain ? '' : `; mend the cause, or let go of what cannot be deleted with --retain ${stage.name}`
