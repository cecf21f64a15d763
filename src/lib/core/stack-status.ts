// Pure: what the status of a stack means. One answer for everybody who asks; a status that is not known is never success.

/** `settled`: the stack is as its last good change left it, and another change may begin. */
export type StackState = 'settled' | 'working' | 'failed' | 'unknown'

const settled: ReadonlySet<string> = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  // Everything new is there; only what it replaced is still being deleted.
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
])

const working =
  /^(CREATE|ROLLBACK|DELETE|UPDATE|UPDATE_ROLLBACK|UPDATE_ROLLBACK_COMPLETE_CLEANUP|REVIEW|IMPORT|IMPORT_ROLLBACK)_IN_PROGRESS$/

/** `ROLLBACK_COMPLETE` contains nothing: its creation failed. dr imports nothing, so an import that went back is a failure. */
const failed =
  /^(CREATE|ROLLBACK|DELETE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_FAILED$|^(ROLLBACK|DELETE|IMPORT_ROLLBACK)_COMPLETE$/

/**
 * @param status as CloudFormation returns it
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
export function stackState(status: string): StackState {
  if (settled.has(status)) return 'settled'
  if (working.test(status)) return 'working'
  return failed.test(status) ? 'failed' : 'unknown'
}

export const isSettled = (status: string | undefined): boolean => stackState(status ?? '') === 'settled'
