// Which steps a stack has to take, and in which order: made from the dependencies in its template.
import type { Stack } from '../state.ts'
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

/** Deletes what exists, dependents first. `rollback`: of a creation, where RetainExceptOnCreate does not hold. */
export function stepsToDelete(stack: Stack, retained: readonly string[] = [], rollback = false): Steps {
  const existing = Object.values(stack.resources).filter(
    ({ physicalId, status }) => physicalId !== '' && status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED',
  )
  const { Resources } = bodyOf(stack.template)
  const steps = existing.map((resource): [string, Step] => {
    const policy = Resources[resource.logicalId]?.DeletionPolicy
    const retain =
      retained.includes(resource.logicalId) || policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !rollback)
    return [resource.logicalId, deletion(resource.logicalId, retain)]
  })
  return reversed(stack, Object.fromEntries(steps))
}

/** Deletes what an update left over, dependents first, and lets nested stacks clean up. */
export function stepsToClean(stack: Stack, { of, resources }: Leftovers): Steps {
  const { Resources } = bodyOf(of.template)
  const steps: Steps = {}
  for (const [index, leftover] of resources.entries()) {
    const isReplaced = stack.resources[leftover.logicalId] !== undefined
    const body = Resources[leftover.logicalId]
    const policy = isReplaced ? body?.UpdateReplacePolicy : body?.DeletionPolicy
    const retain = policy === 'Retain' || policy === 'RetainExceptOnCreate'
    steps[`${index}:${leftover.logicalId}`] = { ...deletion(leftover.logicalId, retain), leftover }
  }
  for (const { logicalId, type } of Object.values(stack.resources)) {
    if (isNested(type)) steps[logicalId] = { logicalId, verb: 'UPDATE', needs: [], state: 'waiting' }
  }
  return reversed({ ...stack, ...of }, steps)
}

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
