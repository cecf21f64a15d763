// Errors that end a command, as text or as the last NDJSON line.
import type { Paint } from './paint.ts'
import { wrap } from '../core/words.ts'
import { schemaVersion } from './ndjson.ts'

/** ` ✖ what happened` and `   what to do next`, then the exit code. */
export function errorText(message: string, hint: string, exit: number, paint: Paint, width: number): string {
  const what = message.split('\n').flatMap((line) => wrap(line, width - 3))
  const next = wrap(hint, width - 12)
  return [
    ...what.map((line, at) => (at === 0 ? ` ${paint.bad('✖')} ${line}` : `   ${line}`)),
    ...next.map((line, at) => `   ${(at === 0 ? 'next' : '').padEnd(9)}${line}`),
    '',
    `   exit ${exit}`,
  ].join('\n')
}

/** The same for a machine. */
export const errorLine = (exit: number, code: string, message: string, hint: string): string =>
  JSON.stringify({
    schema: schemaVersion,
    kind: 'run-finished',
    report: { exit, verdict: message, error: { code, message, hint } },
  })
