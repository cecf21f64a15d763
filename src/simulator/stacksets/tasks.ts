// How an operation goes on: instance after instance, or all at once, until it ends.
import type { Moment } from '../answer.ts'
import { strike } from '../faults.ts'
import { seconds } from '../stacks/pace.ts'
import type { Cloud, Operation, OperationResult, StackSet } from '../state.ts'
import { schedule, type Handler } from '../tasks.ts'
import { overheadAfter } from './operate.ts'
import { instanceOf, isOpen } from './record.ts'
import { begin, conclude, outcome } from './turn.ts'

/** How long StackSets takes to find out that there is nothing to do, or that it may not. */
const soon = seconds(5)
/** How often it knocks at a region that does not answer. */
const knock = seconds(60)

const failures = ({ results }: Operation): OperationResult[] => results.filter(({ status }) => status === 'FAILED')

/** Regions in which more accounts failed than the operation tolerates. */
const isExceeded = (operation: Operation): boolean => {
  const failed = failures(operation)
  return failed.some(({ region }) => failed.filter((one) => one.region === region).length > operation.tolerance)
}

function proceed(cloud: Cloud, set: StackSet, operation: Operation): void {
  const key = { set: set.id, operation: operation.id }
  if (operation.status === 'QUEUED') operation.status = 'RUNNING'
  const isOver = operation.status === 'STOPPING' || isExceeded(operation)
  for (const result of operation.results) {
    if (result.status !== 'PENDING' || !isOver) continue
    result.status = 'CANCELLED'
    result.reason =
      operation.status === 'STOPPING' ? 'Cancelled by user' : 'Cancelled since failure tolerance has exceeded'
    const instance = instanceOf(set, result.account, result.region)
    if (instance) Object.assign(instance, { detailedStatus: 'CANCELLED', reason: result.reason })
  }
  const running = operation.results.some(({ status }) => status === 'RUNNING')
  if (running && !operation.parallel) return
  const pending = operation.results.filter(({ status }) => status === 'PENDING')
  const next = operation.parallel ? pending : pending.slice(0, 1)
  for (const result of next) {
    result.status = 'RUNNING'
    const instance = instanceOf(set, result.account, result.region)
    if (instance) instance.detailedStatus = 'RUNNING'
    schedule(cloud, cloud.now, 'stackset.turn', { ...key, account: result.account, region: result.region })
  }
  if (next.length === 0 && !running) schedule(cloud, cloud.now + overheadAfter, 'stackset.end', key)
}

type On = (
  cloud: Cloud,
  set: StackSet,
  operation: Operation,
  result: OperationResult | undefined,
  moment: Moment,
) => void

/** A task on an operation that still works; `result` is the pair that it is about, if any. */
const onOperation =
  (run: On): Handler =>
  (task, moment) => {
    const set = moment.cloud.stackSets[task['set'] as string]
    const operation = set?.operations.find(({ id }) => id === task['operation'])
    if (!set || !operation || !isOpen(operation)) return
    const result = operation.results.find((one) => one.account === task['account'] && one.region === task['region'])
    run(moment.cloud, set, operation, result, moment)
  }

export const stackSetTasks: Record<string, Handler> = {
  'stackset.next': onOperation(proceed),
  'stackset.turn': (task, moment) =>
    onOperation((cloud, set, operation, result) => {
      const instance = result && instanceOf(set, result.account, result.region)
      if (!instance) return
      if (strike(moment, 'region-gone', { region: instance.region })) {
        schedule(cloud, cloud.now + knock, task.kind, task)
        return
      }
      const begun = begin(cloud, set, operation, instance)
      if (begun !== 'begun') schedule(cloud, cloud.now + soon, 'stackset.turned', { ...task, ...begun })
    })(task, moment),
  'stackset.turned': (task, moment) =>
    onOperation((cloud, set, operation, result) => {
      if (result) conclude(set, operation, result, task['reason'] as string | undefined)
      proceed(cloud, set, operation)
    })(task, moment),
  'stack.ended': (task, { cloud }) => {
    const stack = cloud.stacks[task['stack'] as string]
    for (const set of stack ? Object.values(cloud.stackSets) : []) {
      const instance = set.instances.find(({ stackId }) => stackId === stack?.id)
      const operation = set.operations.find(isOpen)
      const result = operation?.results.find(
        ({ account, region, status }) =>
          status === 'RUNNING' && account === instance?.account && region === instance.region,
      )
      if (!stack || !instance || !operation || !result) continue
      conclude(set, operation, result, outcome(operation, stack).reason)
      proceed(cloud, set, operation)
    }
  },
  'stackset.end': onOperation((cloud, _set, operation) => {
    const isStopped = operation.status === 'STOPPING'
    operation.status = isStopped ? 'STOPPED' : isExceeded(operation) ? 'FAILED' : 'SUCCEEDED'
    operation.endedAt = cloud.now
  }),
}
