// Removes the name of a drill that nobody has ended, when what it was about is gone.
import type { OpenDrill } from '../../plan/open-drill.ts'
import { type Action, type Context, succeeded } from './action.ts'

/** "Already gone" is success. */
export async function* forgetDrill({ aws, hold }: Context, { drill, parameter, region }: OpenDrill): Action {
  await hold()
  await (await aws.parameters(region)).remove(parameter)
  yield { kind: 'progress', stage: 'drill', region, done: 1, total: 1, busy: [] }
  return succeeded(`${drill} counts as ended`)
}
