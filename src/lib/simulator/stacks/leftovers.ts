// What an update leaves over: resources that it replaced, and those that the new template no longer has.
import type { Stack } from '../state.ts'
import { evaluated } from './evaluated.ts'
import { definitionOf, type Leftovers, type Work } from './work.ts'

/** Finds the leftovers of an update that succeeded, and takes those without a successor off the stack. */
export function leftoversOf(stack: Stack, before: NonNullable<Work['before']>): Leftovers {
  const wanted = new Set(evaluated(stack).resources)
  const resources = Object.values(before.resources).filter((old) => {
    if (wanted.has(old.logicalId)) return stack.resources[old.logicalId]?.physicalId !== old.physicalId
    delete stack.resources[old.logicalId]
    return true
  })
  return { of: definitionOf(before), resources }
}
