// How an execution goes from step to step, whatever its steps do: retries, timeouts, jumps, cancelling, the end.
import { Refusal, type Answers, type Moment } from '../answer.ts'
import { strike } from '../faults.ts'
import { text } from '../existing.ts'
import { schedule, type Handler } from '../tasks.ts'
import { actions, apiOf, type Result } from './actions.ts'
import { executionsOf, isOver, type Execution, type Status, type Step, type StepRun } from './execution.ts'
import type { Scripts } from './script.ts'
import { stepTime } from './start.ts'

/** Systems Manager's own limit where a step names none, s. */
const usualTimeout = 3600
/** "Automation runs the cancellation workflow for a maximum of two minutes": user guide, properties shared by all actions. */
const wayBack = 120_000

type Ended = Extract<Status, 'Success' | 'Failed' | 'TimedOut' | 'Cancelled'>

/** The tasks by which executions go on; `answers` are the services that their steps call, `scripts` what their scripts do. */
export const automationTasks = (answers: Answers, scripts: Scripts): Record<string, Handler> => ({
  'automation-step': ({ id, step }, moment) => {
    const execution = executionsOf(moment.cloud)[text(id)]
    if (execution && !isOver(execution)) turn(moment, execution, text(step), answers, scripts)
  },
})

const stepAt = (cloud: Moment['cloud'], at: number, { id }: Execution, step: string): void =>
  schedule(cloud, at, 'automation-step', { id, step })

function turn(moment: Moment, execution: Execution, name: string, answers: Answers, scripts: Scripts): void {
  const { now } = moment.cloud
  const step = execution.steps.find((one) => one.name === name)
  if (!step) return end(execution, now, name === '' ? undefined : `There is no step ${name}.`)
  let run = execution.runs.at(-1)
  if (run?.name !== name || run.endedAt !== undefined) {
    run = { name, action: step.action, status: 'InProgress', startedAt: now, triedAt: now, attempts: 0, outputs: {} }
    execution.runs.push(run)
  }
  // Cancelled while it ran: the step is over, and where the document says so the way back begins.
  if (execution.status === 'Cancelling') {
    const isFirst = execution.cancelledAt === undefined
    execution.cancelledAt ??= now
    if (isFirst) return close(moment, execution, step, run, 'Cancelled', 'Cancelled by the caller.')
    if (now >= execution.cancelledAt + wayBack) {
      Object.assign(run, { status: 'Cancelled', endedAt: now })
      return end(execution, now)
    }
  }
  try {
    const act = actions[step.action]
    if (!act) throw new Error(`simulator rule: it does not know the action ${step.action}`)
    if (strike(moment, 'server-error', { command: step.action, region: execution.region }))
      throw new Error('Internal Server Error.')
    const api = apiOf(moment, execution.region, answers, execution.role)
    settle(moment, execution, step, run, act({ moment, execution, step, run, api, scripts }))
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error
    const message = `${error instanceof Refusal ? `${error.name}: ` : ''}${error.message}`
    fail(moment, execution, step, run, 'Failed', message)
  }
}

function settle(moment: Moment, execution: Execution, step: Step, run: StepRun, result: Result): void {
  const { cloud } = moment
  if (result.done) {
    Object.assign(run.outputs, result.outputs)
    return close(moment, execution, step, run, 'Success', undefined, result.next)
  }
  if (result.again === 'forever') {
    run.status = 'Waiting'
    execution.status = 'Waiting'
  }
  const deadline =
    run.triedAt + (step.timeoutSeconds ?? (result.again === 'forever' ? 7 * 86_400 : usualTimeout)) * 1000
  if (cloud.now >= deadline) return fail(moment, execution, step, run, 'TimedOut', 'The step took too long.')
  const at = result.again === 'forever' ? deadline : Math.min(deadline, cloud.now + result.again)
  stepAt(cloud, Math.min(at, (execution.cancelledAt ?? Infinity) + wayBack), execution, step.name)
}

/** An attempt is over; the step has failed, or timed out, when the last one has (user guide, maxAttempts). */
function fail(
  moment: Moment,
  execution: Execution,
  step: Step,
  run: StepRun,
  status: 'Failed' | 'TimedOut',
  why: string,
): void {
  run.attempts += 1
  if (run.attempts >= (step.maxAttempts ?? 1)) return close(moment, execution, step, run, status, why)
  run.triedAt = moment.cloud.now + stepTime
  delete run.child
  stepAt(moment.cloud, run.triedAt, execution, step.name)
}

/** Ends a step and goes where the document says; without a word Systems Manager aborts. */
function close(
  { cloud }: Moment,
  execution: Execution,
  step: Step,
  run: StepRun,
  status: Ended,
  failure?: string,
  chosen?: string,
): void {
  Object.assign(run, { status, endedAt: cloud.now, ...(failure !== undefined && { failure }) })
  const go = (name: string): void => stepAt(cloud, cloud.now + stepTime, execution, name)
  const after = execution.steps[execution.steps.indexOf(step) + 1]?.name ?? ''
  const onward = step.isEnd ? '' : (step.nextStep ?? after)
  if (execution.status === 'Waiting') execution.status = 'InProgress'
  if (status === 'Success') return go(chosen ?? onward)
  execution.failure ??= `Step ${step.name}: ${failure ?? status}`
  // "If the onFailure property is set to Continue, the value is false by default": user guide, isCritical.
  const isCritical = step.isCritical ?? step.onFailure !== 'Continue'
  if (status !== 'Cancelled' && isCritical) execution.verdict ??= status
  const where = status === 'Cancelled' ? (step.onCancel ?? 'Abort') : (step.onFailure ?? 'Abort')
  if (where === 'Continue') return go(onward)
  // isEnd is "to end automation no matter whether the step succeeds or fails": API reference of StepExecution.
  if (where.startsWith('step:') && !step.isEnd) return go(where.slice('step:'.length))
  if (status !== 'Cancelled') execution.verdict ??= status
  end(execution, cloud.now)
}

function end(execution: Execution, now: number, failure?: string): void {
  if (failure !== undefined) execution.failure ??= failure
  const isBad = failure !== undefined ? 'Failed' : undefined
  execution.status = execution.status === 'Cancelling' ? 'Cancelled' : (execution.verdict ?? isBad ?? 'Success')
  execution.endedAt = now
}
