// Follows one operation of a stack set to its end: one poller for the operation, its instances and their events.
import type { InstanceView, OperationView } from '../../aws/stack-set-views.ts'
import { inWords, passing } from '../../aws/trouble.ts'
import { DrError } from '../../core/errors.ts'
import type { Cause, EventBody } from '../../core/events.ts'
import type { Region } from '../../core/model.ts'
import { terminal, unended } from '../../observe/observe.ts'
import type { Context } from './action.ts'
import { diagnose } from './diagnose.ts'
import { Watch } from '../../observe/watch.ts'
import { unknownStatus } from '../../observe/unknown-status.ts'

/** Polls are at most 5 s apart while something runs. Copilot polls every 3 s [COP], Terraform every 10 s [TF]. */
const pollMs = 5_000
/** Progress that does not change is repeated this often, so that a log shows life. */
const repeatMs = 60_000
/** Detailed statuses after which an operation does no more for an instance. */
const done = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'INOPERABLE', 'SKIPPED_SUSPENDED_ACCOUNT', 'FAILED_IMPORT'])

export interface Operation {
  stage: string
  set: string
  id: string
  /** Resources in the templates by region, 0 where unknown. */
  totals: Record<Region, number>
}

export interface Followed {
  operation: OperationView
  causes: Cause[]
  /** We waited no longer although it goes on: how it ends is not known, whatever failed so far. */
  late?: DrError
}

/** The stack of one instance while an operation works on it. A retried create gets another stack, hence another watch. */
interface Followee {
  region: Region
  watch: Watch
  /** The last progress that was reported, and when. */
  told: string
  toldAt: number
}

interface Look {
  seen: OperationView
  instances: InstanceView[]
}

/**
 * Polls until AWS says that the operation ended; instances are looked for during its whole life.
 * Throws DrError exit 7 when it takes too long, or ends with a status that is not known and nothing failed.
 */
export async function* follow(context: Context, operation: Operation): AsyncGenerator<EventBody, Followed> {
  const { aws, patienceMs } = context
  const { stage, id } = operation
  const followees: Followee[] = []
  const finished = new Set<Region>()
  let began = aws.clock.now()
  for (;;) {
    const look = await lookAt(context, operation)
    if (look instanceof Error) yield { kind: 'waiting', stage, what: `AWS to answer again (${inWords(look)})` }
    else {
      const { seen, instances } = look
      began = seen.createdAt
      for (const { region, stackId, lastOperationId } of instances) {
        if (lastOperationId !== id || !stackId || followees.some((it) => it.watch.stackId === stackId)) continue
        followees.push({ region, watch: new Watch(aws.stacks(region), stackId, began), told: '', toldAt: began })
      }
      for (const followee of followees) yield* news(operation, followee, aws.clock.now())
      for (const { region, state, good } of ends(seen, instances, followees)) {
        if (finished.has(region)) continue
        finished.add(region)
        const seconds = Math.round((aws.clock.now() - began) / 1000)
        yield { kind: 'instance-finished', stage, region, state, good, seconds }
      }
      if (!unended(seen)) return ended(context, operation, seen, followees)
    }
    if (aws.clock.now() - began > patienceMs) return tooLong(context, operation, look, followees)
    await context.keep()
    await pause(context, operation)
  }
}

/** Waits for the next poll. Who leaves may want AWS to stop as well: it then ends what has begun and starts no more. */
async function pause(context: Context, { set, id }: Operation): Promise<void> {
  const { aws, home, signal } = context
  try {
    await aws.clock.sleep(pollMs, signal)
  } catch (leaving) {
    if (context.stopOnLeaving) {
      await context.hold()
      await aws.stackSets(home).stop(set, id)
    }
    throw leaving
  }
}

/** One poll; a throttle or a broken connection is given back, since it means later and not failure. */
async function lookAt({ aws, home }: Context, { set, id }: Operation): Promise<Look | Error> {
  const sets = aws.stackSets(home)
  try {
    const seen = await sets.operation(set, id)
    if (!seen) throw new Error(`operation ${id} of ${set} is not known to AWS`)
    return { seen, instances: await sets.instances(set) }
  } catch (error) {
    if (passing(error)) return error
    throw error
  }
}

async function ended(
  context: Context,
  { stage, set }: Operation,
  operation: OperationView,
  watches: Followee[],
): Promise<Followed> {
  const causes = await diagnose(context, { stage, set, operation, watches })
  if (causes.length > 0 || terminal.has(operation.status)) return { operation, causes }
  throw unknownStatus(`operation ${operation.id} of ${set} ended ${operation.status}`)
}

/** We wait no longer. What has failed by then is told all the same; what has not is unknown. */
async function tooLong(
  context: Context,
  { stage, set, id }: Operation,
  look: Look | Error,
  watches: Followee[],
): Promise<Followed> {
  const seen = look instanceof Error ? undefined : look.seen
  const causes = seen?.failedInstances ? await diagnose(context, { stage, set, operation: seen, watches }) : []
  const late = new DrError(
    'TimedOut',
    7,
    `operation ${id} of ${set} still runs after ${Math.round(context.patienceMs / 60_000)} min; AWS goes on with it`,
    'the same command goes on waiting; --timeout gives it longer',
  )
  if (seen && causes.length > 0) return { operation: seen, causes, late }
  throw late
}

/** What one stack has done since it was last looked at. */
async function* news({ stage, totals }: Operation, followee: Followee, now: number): AsyncGenerator<EventBody> {
  const { region, watch } = followee
  for (const { path, type, status, reason } of await watch.read())
    yield { kind: 'resource', stage, region, path, type, status, reason }
  const progress = watch.progress()
  const line = JSON.stringify(progress)
  if (line === followee.told && now - followee.toldAt < repeatMs) return
  yield { kind: 'progress', stage, region, done: progress.done, total: totals[region] ?? 0, busy: progress.busy }
  followee.told = line
  followee.toldAt = now
}

interface End {
  region: Region
  state: string
  good: boolean
}

/** Instances for which the operation does no more; one that a deletion took is no longer listed, which is its good end. */
function ends(operation: OperationView, instances: InstanceView[], followees: Followee[]): End[] {
  const deleted =
    operation.action === 'DELETE'
      ? followees.filter((followee) => !instances.some((it) => it.region === followee.region))
      : []
  return [
    ...deleted.map(({ region }) => ({ region, state: 'DELETED', good: true })),
    ...instances
      .filter((it) => it.lastOperationId === operation.id && done.has(it.detailedStatus))
      .map(({ region, status }) => ({ region, state: status, good: status === 'CURRENT' })),
  ]
}
