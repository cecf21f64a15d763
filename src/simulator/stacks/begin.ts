// How each walk of a stack begins: status, steps, and a task that sets it going. Nothing happens here yet.
import type { Cloud, Stack } from '../state.ts'
import { schedule } from '../tasks.ts'
import { childOf, say, sayOf } from './events.ts'
import { stepsToClean, stepsToDelete, stepsToMake } from './graph.ts'
import { takeLeftovers } from './leftovers.ts'
import { stackOverhead } from './pace.ts'
import { newStack, type Birth } from './record.ts'
import { definitionOf, setWork, workOf, type Definition, type Work } from './work.ts'

function go(cloud: Cloud, stack: Stack, work: Omit<Work, 'serial'>, delay = stackOverhead): void {
  const { serial } = setWork(cloud, stack, work)
  schedule(cloud, cloud.now + delay, 'stack.begin', { stack: stack.id, work: serial })
}

/** Adds a stack and begins to create it. Throws EvaluationError, with nothing added, for values the template refuses. */
export function createStack(cloud: Cloud, birth: Birth, onFailure: Work['onFailure'] = 'ROLLBACK'): Stack {
  const stack = newStack(cloud, birth)
  const steps = stepsToMake(stack)
  cloud.stacks[stack.id] = stack
  say(cloud, stack, 'CREATE_IN_PROGRESS', 'User Initiated')
  go(cloud, stack, { phase: 'create', steps, onFailure })
  return stack
}

/** Begins an update. Throws EvaluationError, with nothing changed, for values the template refuses. */
export function beginUpdate(
  cloud: Cloud,
  stack: Stack,
  to: Definition,
  onFailure: Work['onFailure'] = 'ROLLBACK',
): void {
  const steps = stepsToMake({ ...stack, ...to })
  const before = { ...definitionOf(stack), resources: structuredClone(stack.resources) }
  Object.assign(stack, to)
  stack.updatedAt = cloud.now
  say(cloud, stack, 'UPDATE_IN_PROGRESS', 'User Initiated')
  go(cloud, stack, { phase: 'update', steps, onFailure, before })
}

/** Undoes an update; the resources `givenUp` stay as they are. */
export function beginRevert(
  cloud: Cloud,
  stack: Stack,
  before: NonNullable<Work['before']>,
  {
    reason,
    givenUp = [],
    continued = false,
  }: { reason?: string; givenUp?: readonly string[]; continued?: boolean } = {},
): void {
  say(cloud, stack, 'UPDATE_ROLLBACK_IN_PROGRESS', reason)
  const of = definitionOf(stack)
  Object.assign(stack, definitionOf(before))
  const steps = stepsToMake(stack)
  for (const logicalId of givenUp) if (steps[logicalId]) steps[logicalId].state = 'done'
  // A rollback that goes on comes from the definition that the update wanted, not from the one it goes back to.
  const leftovers = workOf(stack)?.leftovers ?? { of, resources: [] }
  go(cloud, stack, { phase: 'revert', steps, onFailure: 'ROLLBACK', before, continued, leftovers })
}

/** Deletes what an update or its undoing left over. */
export function beginClean(cloud: Cloud, stack: Stack): void {
  const phase = workOf(stack)?.before && stack.status.startsWith('UPDATE_ROLLBACK') ? 'revert-clean' : 'clean'
  go(cloud, stack, { phase, steps: stepsToClean(stack, takeLeftovers(stack)), onFailure: 'ROLLBACK' })
}

/** Deletes a stack in whatever state it is. `status` differs for the rollback of a creation. */
export function beginDelete(
  cloud: Cloud,
  stack: Stack,
  {
    retained = [],
    status = 'DELETE_IN_PROGRESS',
    reason,
  }: { retained?: string[]; status?: string; reason?: string } = {},
): void {
  halt(cloud, stack)
  say(cloud, stack, status, reason)
  const phase = status === 'ROLLBACK_IN_PROGRESS' ? 'rollback' : 'delete'
  const isFailedCreation = reason?.includes('failed to create') ?? false
  const leftovers = takeLeftovers(stack)
  const steps = stepsToDelete(stack, retained, isFailedCreation, leftovers.resources)
  go(cloud, stack, { phase, steps, onFailure: 'ROLLBACK', leftovers })
}

/** Stops a creation or update where it is: what runs is cancelled, nested stacks too. Says nothing of the stack itself. */
export function halt(cloud: Cloud, stack: Stack): void {
  const work = workOf(stack)
  if (!work || (work.phase !== 'create' && work.phase !== 'update')) return
  for (const step of Object.values(work.steps)) {
    const resource = stack.resources[step.logicalId]
    if (step.state !== 'running' || !resource) continue
    step.state = 'failed'
    const what = step.verb === 'CREATE' ? 'creation' : 'update'
    sayOf(cloud, stack, resource, `${step.verb}_FAILED`, `Resource ${what} cancelled`)
    const child = childOf(cloud, resource)
    if (child) cancel(cloud, child)
  }
}

/** Cancels a nested stack because something beside it failed. */
function cancel(cloud: Cloud, child: Stack): void {
  const work = workOf(child)
  if (!work || (work.phase !== 'create' && work.phase !== 'update')) return
  halt(cloud, child)
  if (work.phase === 'create') {
    say(cloud, child, 'CREATE_FAILED', 'Resource creation cancelled')
    delete child.work
  } else if (work.before) {
    beginRevert(cloud, child, work.before, { reason: 'Resource update cancelled' })
  }
}
