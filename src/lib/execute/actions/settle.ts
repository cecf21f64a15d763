// Waits for one plain stack: the bootstrap stack, or an instance's own when its stack set cannot be used.
import type { StackView } from '../../aws/stacks.ts'
import { causeOf } from '../../advice/cause.ts'
import { DrError } from '../../core/errors.ts'
import type { EventBody } from '../../core/events.ts'
import type { Region } from '../../core/model.ts'
import { type Context, type Ended, failedBecause, succeeded } from './action.ts'
import { Watch } from '../../observe/watch.ts'

const pollMs = 5_000
/** How a change of a plain stack ends well. */
export const good: ReadonlySet<string> = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'DELETE_COMPLETE',
])

/**
 * Follows the stack until it works no more.
 * Throws DrError exit 7 when that takes longer than our patience.
 * @param since ms; older events belong to earlier changes
 * @param ends statuses that are a good end of this change
 */
export async function* settle(
  context: Context,
  stage: string,
  region: Region,
  id: string,
  since: number,
  ends = good,
): AsyncGenerator<EventBody, Ended> {
  const { aws, signal, patienceMs } = context
  const watch = new Watch(aws.stacks(region), id, since)
  const began = aws.clock.now()
  for (;;) {
    const stack = await aws.stacks(region).describe(id)
    for (const { path, type, status, reason } of await watch.read())
      yield { kind: 'resource', stage, region, path, type, status, reason }
    const { done, busy } = watch.progress()
    yield { kind: 'progress', stage, region, done, total: 0, busy }
    if (!stack?.status.endsWith('_IN_PROGRESS')) return ended(context, stage, region, stack, watch, ends)
    await context.keep()
    if (aws.clock.now() - began > patienceMs)
      throw new DrError(
        'TimedOut',
        7,
        `stack ${stack.name} in ${region} is ${stack.status} after ${Math.round(patienceMs / 60_000)} min; AWS goes on with it`,
        'the same command goes on waiting; --timeout gives it longer',
      )
    await aws.clock.sleep(pollMs, signal)
  }
}

function ended(
  context: Context,
  stage: string,
  region: Region,
  stack: StackView | undefined,
  watch: Watch,
  ends: ReadonlySet<string>,
): Ended {
  if (!stack || ends.has(stack.status)) return succeeded()
  const result = { account: context.aws.account, region, status: stack.status, reason: stack.reason }
  const cause = causeOf(
    { stage, region, account: context.aws.account },
    { events: watch.events, own: watch.own, unread: watch.gaps() },
    result,
  )
  return failedBecause(`stack ${stack.name} is ${stack.status}`, cause ? [cause] : [])
}
