// What a stack does when a walk has ended: finish, or begin the walk that follows from how this one went.
import { asText } from '../../lib/templates/intrinsics.ts'
import type { Cloud, Stack } from '../state.ts'
import { schedule, type Handler } from '../tasks.ts'
import { beginClean, beginDelete, beginRevert } from './begin.ts'
import { evaluated } from './evaluated.ts'
import { say } from './events.ts'
import { tell } from './nested.ts'
import { embedded, failedResources, reasonOf } from './reasons.ts'
import { workOf, type Work } from './work.ts'

/** CloudFormation shows a deleted stack for 90 days. */
const remembered = 90 * 24 * 3_600_000

/** Ends the stack's work in a state, and tells whoever waits for it. */
function finish(cloud: Cloud, stack: Stack, status: string, reason?: string, toParent?: string): void {
  say(cloud, stack, status, reason)
  if (!/^(UPDATE_ROLLBACK|UPDATE|DELETE)_FAILED$/.test(status)) delete stack.work
  tell(cloud, stack, toParent)
}

/** Works out the outputs; gives the reason when the template's outputs cannot be had. */
function setOutputs(stack: Stack): string | undefined {
  try {
    const outputs = evaluated(stack).outputs()
    stack.outputs = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, asText(value) ?? '']))
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

/** Why the walk failed; undefined when every step is done. */
function failureOf(stack: Stack, work: Work): string | undefined {
  if (work.refused !== undefined) return work.refused
  if (Object.values(work.steps).every(({ state }) => state === 'done')) return undefined
  return failedResources(
    Object.values(work.steps)
      .filter(({ state }) => state === 'failed')
      .flatMap(({ leftover, logicalId }) => leftover ?? stack.resources[logicalId] ?? []),
  )
}

type End = (cloud: Cloud, stack: Stack, work: Work, failure: string | undefined) => void

const afterDelete: End = (cloud, stack, work, failure) => {
  if (failure !== undefined) {
    const open = Object.values(work.steps).filter(({ state }) => state !== 'done')
    if (work.leftovers) work.leftovers.resources = open.flatMap(({ leftover }) => leftover ?? [])
    const reason = failure.trimEnd()
    return finish(cloud, stack, 'DELETE_FAILED', reason, embedded(stack, 'deleted', reason))
  }
  stack.deletedAt = cloud.now
  finish(cloud, stack, 'DELETE_COMPLETE')
  schedule(cloud, cloud.now + remembered, 'stack.forgotten', { stack: stack.id })
}

const ends: Record<Work['phase'], End> = {
  create: (cloud, stack, work, failure) => {
    const reason = failure ?? setOutputs(stack)
    if (reason === undefined) return finish(cloud, stack, 'CREATE_COMPLETE')
    if (stack.parentId !== undefined) {
      return finish(cloud, stack, 'CREATE_FAILED', reason.trimEnd(), embedded(stack, 'created', reason.trimEnd()))
    }
    if (work.onFailure === 'DO_NOTHING') return finish(cloud, stack, 'CREATE_FAILED', reason.trimEnd())
    const status = work.onFailure === 'DELETE' ? 'DELETE_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS'
    const what = work.onFailure === 'DELETE' ? 'Delete' : 'Rollback'
    beginDelete(cloud, stack, { status, reason: `${reason.trimEnd()} ${what} requested by user.` })
  },
  rollback: (cloud, stack, _work, failure) =>
    failure === undefined
      ? finish(cloud, stack, 'ROLLBACK_COMPLETE')
      : finish(cloud, stack, 'ROLLBACK_FAILED', failure.trimEnd()),
  delete: afterDelete,
  update: (cloud, stack, work, failure) => {
    const { before } = work
    if (!before) return
    const reason = failure ?? setOutputs(stack)
    if (reason !== undefined && work.onFailure === 'DO_NOTHING') {
      return finish(cloud, stack, 'UPDATE_FAILED', reason.trimEnd())
    }
    if (reason !== undefined) {
      beginRevert(cloud, stack, before, { reason: reason.trimEnd() })
      return tell(cloud, stack, embedded(stack, 'updated', reason.trimEnd()))
    }
    say(cloud, stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')
    if (stack.parentId === undefined) return beginClean(cloud, stack)
    work.phase = 'updated'
    tell(cloud, stack)
  },
  revert: (cloud, stack, work, failure) => {
    if (failure !== undefined) {
      const reason = failure.trimEnd()
      return finish(cloud, stack, 'UPDATE_ROLLBACK_FAILED', reason, embedded(stack, 'updated', reason))
    }
    setOutputs(stack)
    say(cloud, stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS')
    if (stack.parentId === undefined) return beginClean(cloud, stack)
    work.phase = 'reverted'
    tell(cloud, stack)
  },
  clean: (cloud, stack) => finish(cloud, stack, 'UPDATE_COMPLETE'),
  'revert-clean': (cloud, stack) => finish(cloud, stack, 'UPDATE_ROLLBACK_COMPLETE'),
  updated: () => undefined,
  reverted: () => undefined,
}

export const phaseTasks: Record<string, Handler> = {
  'stack.settled': (task, { cloud }) => {
    const stack = cloud.stacks[task['stack'] as string]
    const work = stack && workOf(stack)
    if (!stack || !work || work.serial !== task['work']) return
    ends[work.phase](cloud, stack, work, failureOf(stack, work))
  },
  'stack.forgotten': (task, { cloud }) => {
    delete cloud.stacks[task['stack'] as string]
  },
}
