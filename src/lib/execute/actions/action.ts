// What every action is given, and what it gives back while it works.
import type { Aws } from '../../aws/connect.ts'
import type { Cause, EventBody, StageOutcome } from '../../core/events.ts'
import type { Region, Target } from '../../core/model.ts'

export interface Context {
  aws: Aws
  target: Target
  /** The administration region of the stack sets. */
  home: Region
  /** How long one operation may take before we stop waiting for it, ms. AWS goes on with it. */
  patienceMs: number
  /** On leaving, also asks AWS to stop the operation that is being waited for. */
  stopOnLeaving: boolean
  /** Aborts when a person or the system asks us to leave. */
  signal: AbortSignal
  /** Awaited right before each mutating call: renews the lock's lease, throws when the lock is lost. */
  hold(): Promise<void>
  /** Awaited while waiting: keeps the lease alive. */
  keep(): Promise<void>
}

/** How an action ended. */
export interface Ended {
  outcome: StageOutcome
  message: string
  causes: Cause[]
  /** What was thrown, if anything was: it may carry an exit code. */
  error?: unknown
}

/** An action tells what happens by yielding events, and ends with how it ended. */
export type Action = AsyncGenerator<EventBody, Ended>

export const succeeded = (message = ''): Ended => ({ outcome: 'succeeded', message, causes: [] })
export const unchanged = (message = 'no change'): Ended => ({ outcome: 'unchanged', message, causes: [] })
/** Something failed while the end of it all is not known. */
export const undecided = (error: Error, causes: Cause[]): Ended => ({
  outcome: 'failed',
  message: error.message,
  causes,
  error,
})
export const failedBecause = (message: string, causes: Cause[] = []): Ended => ({ outcome: 'failed', message, causes })
