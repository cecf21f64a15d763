// After an update a stack still removes what was replaced. AWS calls it updated by then, and yet refuses any other change.
import { DrError } from '../../core/errors.ts'
import type { EventBody } from '../../core/events.ts'
import type { Stage } from '../../core/model.ts'
import { observeStage, type StageState } from '../../observe/observe.ts'
import type { Context } from './action.ts'

const pauseMs = 15_000
/** Said again after so many looks: once a minute. */
const saidEvery = 4

/** Pure: the regions whose stacks clean up. */
export const cleaningUp = ({ instances }: StageState): string[] =>
  instances.filter((it) => it.stack?.status.endsWith('_CLEANUP_IN_PROGRESS')).map(({ region }) => region)

/**
 * Waits until no stack of the stage cleans up. AWS ends every clean-up: what cannot be removed after three tries is left.
 * Throws DrError exit 7 when it takes longer than our patience.
 */
export async function* cleanUp(
  { aws, home, target, signal, keep, patienceMs }: Context,
  stage: Stage,
): AsyncGenerator<EventBody> {
  const began = aws.clock.now()
  for (let looks = 0; ; looks++) {
    const regions = cleaningUp(await observeStage(aws, home, target, stage))
    if (regions.length === 0) return
    const what = `AWS to clean up after the last update in ${regions.join(' and ')}`
    if (looks % saidEvery === 0) yield { kind: 'waiting', stage: stage.name, what }
    if (aws.clock.now() - began > patienceMs)
      throw new DrError(
        'TimedOut',
        7,
        `${stage.name} still cleans up in ${regions.join(' and ')} after ${Math.round(patienceMs / 60_000)} min; AWS goes on with it`,
        'the same command goes on waiting; --timeout gives it longer',
      )
    await keep()
    await aws.clock.sleep(pauseMs, signal)
  }
}
