// Takes clusters out of a global database, so that the one that writes can be deleted. Looks first, and waits for a
// change of the writer that is under way: RDS takes no other until it is over.
import type { GlobalView } from '../../aws/database-views.ts'
import { named } from '../../aws/shape.ts'
import { DrError } from '../../core/errors.ts'
import type { EventBody } from '../../core/events.ts'
import { clusterName, type Follower } from '../../plan/followers.ts'
import { type Action, type Context, succeeded, unchanged } from './action.ts'

const pauseMs = 15_000
/** Said again after so many looks: once a minute. */
const saidEvery = 4

const atRest = ({ status, failover, members }: GlobalView): boolean =>
  status === 'available' && !failover && members.every(({ synchronization }) => synchronization !== 'pending-resync')

/** Ends when none of them is in its global database any more, and each is a cluster of its own at rest. */
export async function* detachFollowers(context: Context, stage: string, followers: Follower[]): Action {
  const out: string[] = []
  for (const follower of followers) if (yield* detached(context, stage, follower)) out.push(follower.cluster)
  const names = out.map(clusterName).join(', ')
  return out.length > 0 ? succeeded(`${names} stands alone`) : unchanged('nothing to take out')
}

/** True when this took it out. Throws DrError exit 7 when RDS takes longer than our patience. */
async function* detached(
  { aws, signal, hold, keep, patienceMs }: Context,
  stage: string,
  { global, cluster, region }: Follower,
): AsyncGenerator<EventBody, boolean> {
  const databases = await aws.databases(region)
  const until = aws.clock.now() + patienceMs
  let asked = false
  for (let looks = 0; ; looks++) {
    signal.throwIfAborted()
    const seen = await databases.global(global)
    const member = seen?.members.find(({ arn }) => arn === cluster)
    const own = await databases.cluster(cluster)
    if (!own || (!member && own.status === 'available') || (member?.writes && seen && atRest(seen))) return asked
    if (seen && member && atRest(seen)) {
      await hold()
      asked = (await databases.leaveGlobal(global, cluster).then(() => true, busy)) || asked
    }
    const what = asked ? `${clusterName(cluster)} to leave ${global}` : `${global} to be at rest`
    if (looks % saidEvery === 0) yield { kind: 'waiting', stage, what }
    if (aws.clock.now() >= until)
      throw new DrError(
        'TimedOut',
        7,
        `waited ${Math.round(patienceMs / 60_000)} min for ${what}; AWS goes on with it`,
        'the same command goes on waiting; --timeout gives it longer',
      )
    await keep()
    await aws.clock.sleep(pauseMs, signal)
  }
}

function busy(error: unknown): false {
  if (named(error, 'InvalidGlobalClusterStateFault', 'InvalidDBClusterStateFault')) return false
  throw error
}
