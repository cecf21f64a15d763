// Operation ids `<base>-<n>`: they name the state that an operation leads to, which makes observation resume.
import { named } from '../../aws/shape.ts'
import type { OperationView } from '../../aws/stack-set-views.ts'
import type { StackSets } from '../../aws/stack-sets.ts'
import { unended } from '../../observe/observe.ts'

/**
 * The first id that AWS does not know yet, or the one of ours that still runs and is to be adopted.
 * After an ended operation with the state not reached comes the next number, so A, B, A again works.
 */
export async function operationId(
  sets: StackSets,
  set: string,
  base: string,
): Promise<{ id: string; running: OperationView | undefined }> {
  for (let n = 1; ; n++) {
    const id = `${base}-${n}`
    const known = await sets.operation(set, id)
    if (!known) return { id, running: undefined }
    if (unended(known)) return { id, running: known }
  }
}

/** False when AWS refuses because another operation is under way or began meanwhile: look again, do not insist. */
export async function unlessBusy(call: Promise<void>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    if (named(error, 'OperationInProgress', 'OperationIdAlreadyExists', 'StaleRequest')) return false
    throw error
  }
}
