// Which steps a stack has to take, and in which order: made from the dependencies in its template.
import { leavesSnapshot } from '../resources/snapshots.ts'
import type { Stack, StackResource } from '../state.ts'
import { evaluated } from './evaluated.ts'
import { bodyOf } from './template.ts'
import { isNested, type Leftovers, type Step } from './work.ts'

export type Steps = Record<string, Step>

/** Creates or updates everything in the present template, dependencies first. */
export function stepsToMake(stack: Stack): Steps {
  const evaluation = evaluated(stack)
  return Object.fromEntries(
    evaluation.resources.map((logicalId) => {
      const verb = stack.resources[logicalId] ? 'UPDATE' : 'CREATE'
      return [logicalId, { logicalId, verb, needs: evaluation.dependencies(logicalId), state: 'waiting' }]
    }),
  )
}

/** Deletes what exists and what is left over, dependents first. A rollback of a creation has no RetainExceptOnCreate. */
export function stepsToDelete(
  stack: Stack,
  retained: readonly string[],
  isRollback: boolean,
  leftovers: readonly StackResource[],
): Steps {
  const existing = Object.values(stack.resources).filter(
    ({ physicalId, status }) => physicalId !== '' && status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED',
  )
  const { Resources } = bodyOf(stack.template)
  const steps: Steps = {}
  for (const { logicalId, type, properties } of existing) {
    const policy = Resources[logicalId]?.DeletionPolicy
    const retain =
      retained.includes(logicalId) || policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !isRollback)
    steps[logicalId] = { ...deletion(logicalId, retain), ...snapshotOf(type, policy, properties) }
  }
  return reversed(stack, { ...steps, ...stepsOfLeftovers(leftovers) })
}

/** Deletes what an update left over, dependents first, and lets nested stacks clean up. */
export function stepsToClean(stack: Stack, { of, resources }: Leftovers): Steps {
  const { Resources } = bodyOf(of.template)
  const steps = stepsOfLeftovers(resources)
  for (const step of Object.values(steps)) {
    const isReplaced = stack.resources[step.logicalId] !== undefined
    const body = Resources[step.logicalId]
    const policy = isReplaced ? body?.UpdateReplacePolicy : body?.DeletionPolicy
    if (policy === 'Retain' || policy === 'RetainExceptOnCreate') step.retain = true
    // What a replacement leaves is deleted without a snapshot unless the template asks for one.
    const { type = '', properties = {} } = step.leftover ?? {}
    Object.assign(step, snapshotOf(type, isReplaced ? (policy ?? 'Delete') : policy, properties))
  }
  for (const { logicalId, type } of Object.values(stack.resources)) {
    if (isNested(type)) steps[logicalId] = { logicalId, verb: 'UPDATE', needs: [], state: 'waiting' }
  }
  return reversed({ ...stack, ...of }, steps)
}

const stepsOfLeftovers = (leftovers: readonly StackResource[]): Steps =>
  Object.fromEntries(
    leftovers.map((leftover, index) => [
      `${index}:${leftover.logicalId}`,
      { ...deletion(leftover.logicalId, false), leftover },
    ]),
  )

const snapshotOf = (...resource: Parameters<typeof leavesSnapshot>): Pick<Step, 'snapshot'> =>
  leavesSnapshot(...resource) ? { snapshot: true } : {}

const deletion = (logicalId: string, retain: boolean): Step => ({
  logicalId,
  verb: 'DELETE',
  needs: [],
  state: 'waiting',
  ...(retain ? { retain } : {}),
})

/** Lets each deletion wait for those of its dependents. */
function reversed(stack: Stack, steps: Steps): Steps {
  const evaluation = evaluated(stack)
  const known = new Set(evaluation.resources)
  const deletions = Object.entries(steps).filter(([, { verb }]) => verb === 'DELETE')
  for (const [key, { logicalId }] of deletions) {
    if (!known.has(logicalId)) continue
    const before = new Set(evaluation.dependencies(logicalId))
    for (const [, other] of deletions) if (before.has(other.logicalId)) other.needs.push(key)
  }
  return steps
}
