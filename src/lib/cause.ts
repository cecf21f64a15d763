// Pure: the first true reason of a failure, out of everything that was seen.
import { type ResourceEvent, nestedType } from './actions/watch.ts'
import type { OperationResultView } from './aws/stack-set-views.ts'
import type { Cause } from './events.ts'
import { masked, withoutAccount } from './names.ts'

const failed = /_FAILED$/
const cancelled = /cancell?ed/i

/** Where a failure was looked for. */
export interface Scene {
  stage: string
  region: string
  account: string
}

/**
 * The oldest failure that is not a cancellation. A nested stack's own failure only repeats what happened
 * inside it, so it counts only when nothing inside is known.
 */
export function firstFailure(events: ResourceEvent[]): { event: ResourceEvent; cancelled: number } | undefined {
  const failures = events.filter((it) => failed.test(it.status))
  const own = failures.filter((it) => !cancelled.test(it.reason))
  const event = own.find((it) => it.type !== nestedType) ?? own[0]
  return event && { event, cancelled: failures.length - own.length }
}

/**
 * The cause of a failed operation in one region: from the resources' events, else from what the operation says.
 * StackSets names only the root stack's resource, hence the events first.
 */
export function causeOf(
  scene: Scene,
  events: ResourceEvent[],
  result: OperationResultView | undefined,
): Cause | undefined {
  const place = { stage: scene.stage, region: scene.region, account: masked(scene.account) }
  const found = firstFailure(events)
  if (found)
    return {
      ...place,
      path: found.event.path,
      type: found.event.type,
      reason: withoutAccount(found.event.reason, scene.account),
      cancelled: found.cancelled,
    }
  if (!result || result.status === 'SUCCEEDED' || result.status === 'CANCELLED') return undefined
  const reason = result.reason || `the operation ended ${result.status} without a reason`
  return { ...place, path: [], type: '', reason: withoutAccount(reason, scene.account), cancelled: 0 }
}
