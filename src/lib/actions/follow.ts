// Follows one operation of a stack set to its end: one poller for the operation, its instances and their events.
import type { InstanceView, OperationResultView, OperationView } from '../aws/stack-set-views.ts'
import { causeOf } from '../cause.ts'
import { DrError } from '../errors.ts'
import type { Cause, EventBody } from '../events.ts'
import type { Region } from '../model.ts'
import { unended } from '../observe.ts'
import type { Context } from './action.ts'
import { Watch } from './watch.ts'

/** Decisions: polls are at most 5 s apart while something runs. */
const pollMs = 5_000
/** Results of an operation are eventually consistent: so often are they read again after its end. */
const rereads = 3
/** Detailed statuses after which an operation does no more for an instance. */
const done = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'INOPERABLE', 'SKIPPED_SUSPENDED_ACCOUNT'])

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
}

/** The stack of one instance while an operation works on it. A retried create gets another stack, hence another watch. */
interface Followee {
  region: Region
  stackId: string
  watch: Watch
  told: string
}

/** Polls until AWS says that the operation ended; instances are looked for during its whole life. */
export async function* follow(context: Context, operation: Operation): AsyncGenerator<EventBody, Followed> {
  const { aws, home, signal } = context
  const { stage, set, id } = operation
  const sets = aws.stackSets(home)
  const followees: Followee[] = []
  const finished = new Set<Region>()
  for (;;) {
    const seen = await sets.operation(set, id)
    if (!seen) throw new Error(`operation ${id} of ${set} is not known to AWS`)
    const instances = await sets.instances(set)
    for (const { region, stackId, lastOperationId } of instances) {
      if (lastOperationId !== id || !stackId || followees.some((it) => it.stackId === stackId)) continue
      followees.push({ region, stackId, watch: new Watch(aws.stacks(region), stackId, seen.createdAt), told: '' })
    }
    for (const followee of followees) yield* news(operation, followee)
    for (const { region, state, good } of ends(seen, instances, followees)) {
      if (finished.has(region)) continue
      finished.add(region)
      const seconds = Math.round((aws.clock.now() - seen.createdAt) / 1000)
      yield { kind: 'instance-finished', stage, region, state, good, seconds }
    }
    if (!unended(seen.status)) return { operation: seen, causes: await causes(context, operation, followees, seen) }
    if (aws.clock.now() - seen.createdAt > context.patienceMs) throw tooLong(operation, seen, context.patienceMs)
    await context.keep()
    await aws.clock.sleep(pollMs, signal)
  }
}

const tooLong = ({ set, id }: Operation, { action }: OperationView, patienceMs: number): DrError =>
  new DrError(
    'TimedOut',
    7,
    `${action} operation ${id} of ${set} still runs after ${Math.round(patienceMs / 60_000)} min; AWS goes on with it`,
    'the same command goes on waiting; --timeout gives it longer',
  )

/** What one stack has done since it was last looked at. */
async function* news({ stage, totals }: Operation, followee: Followee): AsyncGenerator<EventBody> {
  const { region, watch } = followee
  for (const { path, type, status, reason } of await watch.read())
    yield { kind: 'resource', stage, region, path, type, status, reason }
  const progress = watch.progress()
  const line = JSON.stringify(progress)
  if (line !== followee.told)
    yield { kind: 'progress', stage, region, done: progress.done, total: totals[region] ?? 0, busy: progress.busy }
  followee.told = line
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

async function causes(
  { aws, home, signal }: Context,
  { stage, set, id }: Operation,
  followees: Followee[],
  ended: OperationView,
): Promise<Cause[]> {
  if (ended.status === 'SUCCEEDED' && ended.failedInstances === 0) return []
  let results: OperationResultView[] = []
  for (let read = 0; read < rereads && results.length === 0; read++) {
    if (read > 0) await aws.clock.sleep(pollMs, signal)
    results = await aws.stackSets(home).results(set, id)
  }
  const regions = new Set([...results.map((it) => it.region), ...followees.map((it) => it.region)])
  return [...regions].flatMap((region) => {
    const result = results.find((it) => it.region === region)
    if (result?.status === 'SUCCEEDED') return []
    const events = followees.filter((it) => it.region === region).flatMap((it) => it.watch.events)
    return causeOf({ stage, region, account: result?.account ?? aws.account }, events, result) ?? []
  })
}
