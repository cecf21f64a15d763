// Finds out why an operation failed, region by region: its results lead to the stacks, their events to the cause.
import type { InstanceView, OperationResultView, OperationView } from '../../aws/stack-set-views.ts'
import { inWords, unseeable } from '../../aws/trouble.ts'
import { causeOf, type Seen, unclear } from '../../advice/cause.ts'
import type { Cause } from '../../core/events.ts'
import type { Region } from '../../core/model.ts'
import type { Context } from './action.ts'
import { Watch } from '../../observe/watch.ts'

const pauseMs = 5_000
/** Results of an operation are eventually consistent: so often are they read again after its end. */
const rereads = 3

/** The operation that failed, and the watches of the stacks that were followed while it ran. */
export interface Failed {
  stage: string
  set: string
  operation: OperationView
  watches: { region: Region; watch: Watch }[]
}

/** One cause per region that failed; none when nothing did. A count of failures that AWS does not name is one as well. */
export async function diagnose(context: Context, failed: Failed): Promise<Cause[]> {
  const { aws, home } = context
  const { stage, set, operation } = failed
  if (operation.status === 'SUCCEEDED' && operation.failedInstances === 0) return []
  const results = await settled(context, failed)
  const instances = await answered(() => aws.stackSets(home).instances(set), [])
  const touched = instances.filter((it) => it.lastOperationId === operation.id)
  const regions = new Set([...results, ...touched, ...failed.watches].map((it) => it.region))
  const causes: Cause[] = []
  for (const region of regions) {
    const result = results.find((it) => it.region === region) ?? guessed(touched.find((it) => it.region === region))
    if (result?.status === 'SUCCEEDED') continue
    const account = result?.account ?? aws.account
    const seen = await look(context, failed, region, instances.find((it) => it.region === region)?.stackId)
    causes.push(...[causeOf({ stage, region, account }, seen, result) ?? []].flat())
  }
  if (causes.length > 0 || !operation.failedInstances) return causes
  const place = { stage, region: [...regions].join(' or ') || home, account: aws.account }
  const reason = `AWS counts ${operation.failedInstances} failed stack instances and does not say which`
  return [causeOf(place, { events: [] }, { ...place, status: 'FAILED', reason }) ?? []].flat()
}

/** The results once they tell as many failures as the operation counts. */
async function settled({ aws, home, signal }: Context, { set, operation }: Failed): Promise<OperationResultView[]> {
  const failures = (results: OperationResultView[]): number => results.filter((it) => it.status === 'FAILED').length
  let results: OperationResultView[] = []
  for (let read = 0; read < rereads; read++) {
    if (read > 0) await aws.clock.sleep(pauseMs, signal)
    results = await answered(() => aws.stackSets(home).results(set, operation.id), results)
    const counted = failures(results) >= (operation.failedInstances ?? 0)
    if (results.length > 0 && counted && !results.some((it) => /^(PENDING|RUNNING)$/.test(it.status))) break
  }
  return results
}

/** What the instance itself says, for a result that AWS does not give. */
const guessed = (it: InstanceView | undefined): OperationResultView | undefined =>
  it && { account: it.account, region: it.region, status: it.detailedStatus, reason: it.reason }

/**
 * All that can be known of a region's stack. One that was never followed (an operation adopted late, a stack that
 * came and went between two polls) is read now, by its ARN: a deleted stack is found by nothing else.
 */
async function look(context: Context, failed: Failed, region: Region, stackId: string | undefined): Promise<Seen> {
  const stacks = context.aws.stacks(region)
  const since = failed.operation.createdAt
  const watches = failed.watches.filter((it) => it.region === region).map((it) => it.watch)
  if (stackId && !watches.some((it) => it.stackId === stackId)) watches.push(new Watch(stacks, stackId, since))
  for (const watch of watches) if (watch.gaps().length > 0 || watch.events.length === 0) await watch.read()
  const seen = { events: watches.flatMap((it) => it.events), own: watches.flatMap((it) => it.own) }
  const unread = watches.flatMap((it) => it.gaps())
  const root = watches.at(-1)?.stackId
  const more = root === undefined ? undefined : unclear(seen.events, root)
  if (!more) return { ...seen, unread }
  try {
    return { ...seen, unread, asked: { path: more.path, failures: await stacks.failures(more.stackId, since) } }
  } catch (error) {
    if (!unseeable(error)) throw error
    return {
      ...seen,
      unread: [...unread, `failed checks of ${more.path.join(' › ') || 'root stack'} (${inWords(error)})`],
    }
  }
}

/** What AWS answers, or `otherwise` while it does not: a diagnosis must not fail where an operation did. */
async function answered<T>(call: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (unseeable(error)) return otherwise
    throw error
  }
}
