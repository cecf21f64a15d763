// Ctrl-C and its like: a run that is asked to leave.
import type { ExitCode } from '../core/errors.ts'
import { Interrupted } from '../execute/operate.ts'

/** First signal: abort, which leaves in order. Second: leave at once, with a last word and its exit code. */
export function hearSignals(last: () => Promise<ExitCode>): { signal: AbortSignal; forget(): void } {
  const controller = new AbortController()
  const heard = (): void => {
    if (controller.signal.aborted) return void last().then((code) => process.exit(code))
    controller.abort(new Interrupted('left on request; AWS goes on with what was begun'))
  }
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, heard)
  return {
    signal: controller.signal,
    forget: () => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, heard)
    },
  }
}
