// Follows one operation of a stack set to its end: one poller for the operation, its instances and their events.
import type { OperationResultView, OperationView } from '../aws/stack-set-views.ts'
import { causeOf } from '../cause.ts'
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
const ended = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'INOPERABLE', 'SKIPPED_SUSPENDED_ACCOUNT'])

export interface Followed {
  operation: OperationView
  causes: Cause[]
}

export interface Operation {
  stage: string
  set: string
  id: string
  /** Resources in the templates by region, 0 where unknown. */
  totals: Record<Region, number>
}

/** Polls until AWS says that the operation ended; instances are looked for during its whole life. */
export async function* follow(context: Context, operation: Operation): AsyncGenerator<EventBody, Followed> {
  const { aws, home, signal } = context
  const { stage, set, id, totals } = operation
  const sets = aws.stackSets(home)
  const watches = new Map<Region, Watch>()
  const told = new Map<Region, string>()
  const finished = new Set<Region>()
  for (;;) {
    const seen = await sets.operation(set, id)
    if (!seen) throw new Error(`operation ${id} of ${set} is not known to AWS`)
    const instances = await sets.instances(set)
    for (const instance of instances) {
      // A retried create gets another stack, so a watch belongs to a stack id, not to a region alone.
      if (instance.lastOperationId !== id || !instance.stackId) continue
      const key = `${instance.region} ${instance.stackId}`
      if (!watches.has(key)) watches.set(key, new Watch(aws.stacks(instance.region), instance.stackId, seen.createdAt))
    }
    for (const [key, watch] of watches) {
      const region = key.split(' ')[0] ?? ''
      for (const { path, type, status, reason } of await watch.read())
        yield { kind: 'resource', stage, region, path, type, status, reason }
      const { done, busy } = watch.progress()
      const line = JSON.stringify([done, busy])
      if (told.get(key) !== line) yield { kind: 'progress', stage, region, done, total: totals[region] ?? 0, busy }
      told.set(key, line)
    }
    for (const it of instances) {
      if (it.lastOperationId !== id || !ended.has(it.detailedStatus) || finished.has(it.region)) continue
      finished.add(it.region)
      const seconds = Math.round((aws.clock.now() - seen.createdAt) / 1000)
      yield {
        kind: 'instance-finished',
        stage,
        region: it.region,
        state: it.status,
        good: it.status === 'CURRENT',
        seconds,
      }
    }
    if (!unended(seen.status)) return { operation: seen, causes: await causes(context, operation, watches, seen) }
    await context.keep()
    await aws.clock.sleep(pollMs, signal)
  }
}

async function causes(
  context: Context,
  { stage, set, id }: Operation,
  watches: Map<string, Watch>,
  final: OperationView,
): Promise<Cause[]> {
  if (final.status === 'SUCCEEDED' && final.failedInstances === 0) return []
  const { aws, home } = context
  let results: OperationResultView[] = []
  for (let read = 0; read < rereads && results.length === 0; read++) {
    if (read > 0) await aws.clock.sleep(pollMs, context.signal)
    results = await aws.stackSets(home).results(set, id)
  }
  const regions = new Set([
    ...results.map((it) => it.region),
    ...[...watches.keys()].map((key) => key.split(' ')[0] ?? ''),
  ])
  return [...regions].flatMap((region) => {
    const result = results.find((it) => it.region === region)
    if (result?.status === 'SUCCEEDED') return []
    const events = [...watches].filter(([key]) => key.startsWith(`${region} `)).flatMap(([, watch]) => watch.events)
    const scene = { stage, region, account: result?.account ?? aws.account }
    return causeOf(scene, events, result) ?? []
  })
}
