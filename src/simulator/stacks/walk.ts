// Walks a stack through its steps: starts what is ready, takes in what has ended, stops at the first failure.
import type { Moment } from '../answer.ts'
import type { Stack, StackResource } from '../state.ts'
import { schedule, type Handler } from '../tasks.ts'
import { halt } from './begin.ts'
import { refusedBefore } from './checks.ts'
import { childOf, sayOf } from './events.ts'
import { outputsOf, startNested } from './nested.ts'
import { stackOverhead } from './pace.ts'
import { endDelete, startResource, type Turn } from './resource.ts'
import { bodyOf } from './template.ts'
import { isNested, workOf, type Step } from './work.ts'

/** CloudFormation tries a clean-up three times and then leaves the resource behind. */
const cleanTries = 3

/** Starts every step whose needs are done; ends the walk when nothing runs any more. */
function proceed(moment: Moment, stack: Stack): void {
  const work = workOf(stack)
  if (!work) return
  const { steps, phase } = work
  const all = Object.entries(steps)
  const stops = phase === 'create' || phase === 'update'
  const isReady = ({ state, needs }: Step): boolean =>
    state === 'waiting' && needs.every((need) => (steps[need]?.state ?? 'done') === 'done')
  for (let isNews = true; isNews;) {
    isNews = false
    for (const [key, step] of all) {
      if (!isReady(step) || (stops && all.some(([, { state }]) => state === 'failed'))) continue
      step.state = 'running'
      isNews = start({ moment, stack, work, key, step }) || isNews
    }
  }
  if (all.some(([, { state }]) => state === 'running')) return
  schedule(moment.cloud, moment.cloud.now + stackOverhead, 'stack.settled', { stack: stack.id, work: work.serial })
}

/** Starts one step and says whether it is done at once. */
function start(turn: Turn): boolean {
  const { moment, stack, step } = turn
  const resource = step.leftover ?? stack.resources[step.logicalId]
  const type = resource?.type ?? bodyOf(stack.template).Resources[step.logicalId]?.Type ?? ''
  if (step.retain && resource) sayOf(moment.cloud, stack, resource, 'DELETE_SKIPPED')
  else if (!(isNested(type) ? startNested(turn) : startResource(turn))) return false
  step.state = 'done'
  return true
}

function complete(turn: Turn, resource: StackResource): void {
  const { moment, stack, work, step } = turn
  const child = childOf(moment.cloud, resource)
  const isQuiet = step.verb !== 'DELETE' && (work.phase === 'clean' || work.phase === 'revert-clean')
  step.state = 'done'
  if (isQuiet) return
  if (step.verb === 'DELETE' && !child) endDelete(turn, resource)
  else if (child) resource.attributes = outputsOf(child)
  sayOf(moment.cloud, stack, resource, `${step.verb}_COMPLETE`)
}

function fail(turn: Turn, resource: StackResource, reason: string): void {
  const { moment, stack, work, step } = turn
  sayOf(moment.cloud, stack, resource, `${step.verb}_FAILED`, reason)
  const isClean = work.phase === 'clean' || work.phase === 'revert-clean'
  step.tries = (step.tries ?? 0) + 1
  step.state = isClean && step.tries < cleanTries ? 'waiting' : 'failed'
  halt(moment.cloud, stack)
}

export const walkTasks: Record<string, Handler> = {
  'stack.begin': (task, moment) => {
    const stack = moment.cloud.stacks[task['stack'] as string]
    const work = stack && workOf(stack)
    if (!stack || !work || work.serial !== task['work']) return
    const refused = refusedBefore(moment, stack, work)
    if (refused === undefined) return proceed(moment, stack)
    work.refused = refused
    schedule(moment.cloud, moment.cloud.now + stackOverhead, 'stack.settled', { stack: stack.id, work: work.serial })
  },
  'stack.initiated': (task, { cloud }) => {
    const stack = cloud.stacks[task['stack'] as string]
    const work = stack && workOf(stack)
    const step = work?.steps[task['key'] as string]
    const resource = step && stack?.resources[step.logicalId]
    if (!stack || !resource || work?.serial !== task['work'] || step?.state !== 'running') return
    sayOf(cloud, stack, resource, `${step.verb}_IN_PROGRESS`, 'Resource creation Initiated')
  },
  'stack.step': (task, moment) => {
    const stack = moment.cloud.stacks[task['stack'] as string]
    const work = stack && workOf(stack)
    const key = task['key'] as string
    const step = work?.steps[key]
    if (!stack || !step || work?.serial !== task['work'] || step.state !== 'running') return
    const resource = step.leftover ?? stack.resources[step.logicalId]
    if (!resource) return
    const turn = { moment, stack, work, key, step }
    if (typeof task['reason'] === 'string') fail(turn, resource, task['reason'])
    else complete(turn, resource)
    proceed(moment, stack)
  },
}
