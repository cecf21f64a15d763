// The one error class, its exit codes, and the errors that more than one file throws.
import type { Position } from './model.ts'

/** The exit codes of every command; printed by every `--help`. */
export const exitCodes = {
  0: 'good',
  1: 'internal error of dr',
  2: 'usage, configuration or validation findings',
  3: 'refused or declined, nothing changed',
  4: 'changed and something failed',
  5: 'interrupted, state known and printed',
  6: 'not restored, residue left, or could not look: a human is needed',
  7: 'unknown or inconclusive',
  8: 'not applicable, nothing deployed',
  9: 'not as asked (status not ready, changes where none were expected)',
  10: 'a drill or failover is running or held',
} as const

export type ExitCode = keyof typeof exitCodes

/** An error meant for a person: what happened and where, and what to do next. */
export class DrError extends Error {
  override name = 'DrError'
  readonly code: string
  readonly exit: ExitCode
  readonly hint: string
  /**
   * @param code stable name for machines, e.g. `UnknownSystem`
   * @param exit what the process exits with
   * @param message what happened and where, one sentence without a trailing dump
   * @param hint what to do next
   */
  constructor(code: string, exit: ExitCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.exit = exit
    this.hint = hint
  }
}

/** `file:line:column`, as editors and terminals link it. */
export const place = (at: Position): string => `${at.file}:${at.line}:${at.column}`

/** True for what JavaScript itself throws: a fault in dr, whatever the world did. */
export const isBug = (error: unknown): boolean =>
  [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind)
