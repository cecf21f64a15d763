// What an update or its undoing leaves over: replaced resources, and those that the definition does not have.
import type { Stack, StackResource } from '../state.ts'
import { definitionOf, workOf, type Leftovers } from './work.ts'

/**
 * Finds what is left over at this point of the stack's work and takes it off the stack,
 * which from then on has only what its definition wants.
 */
export function takeLeftovers(stack: Stack): Leftovers {
  const work = workOf(stack)
  const none = { of: definitionOf(stack), resources: [] }
  const { before, leftovers = none } = work ?? {}
  if (!work || !before) return leftovers
  // A rollback that failed may not have come to all that was replaced.
  const replaced = Object.values(before.resources).filter(
    ({ logicalId, physicalId }) => physicalId !== stack.resources[logicalId]?.physicalId,
  )
  if (work.phase === 'update' || work.phase === 'updated') {
    const removed = takeOff(stack, ({ logicalId }) => work.steps[logicalId] === undefined)
    return { of: definitionOf(before), resources: [...replaced, ...removed] }
  }
  const made = takeOff(stack, ({ logicalId }) => before.resources[logicalId] === undefined)
  const real = made.filter(({ physicalId }) => physicalId !== '')
  return { of: leftovers.of, resources: [...leftovers.resources, ...replaced, ...real] }
}

function takeOff(stack: Stack, isOver: (resource: StackResource) => boolean): StackResource[] {
  const taken = Object.values(stack.resources).filter(isOver)
  for (const { logicalId } of taken) delete stack.resources[logicalId]
  return taken
}
