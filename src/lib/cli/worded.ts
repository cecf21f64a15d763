// What went wrong, as a person and a machine are told it: whatever was thrown becomes a code, a message and a next step.
import { Errors } from '@oclif/core'
import { DrError, type ExitCode } from '../core/errors.ts'
import { Interrupted } from '../execute/operate.ts'

interface Worded {
  exit: ExitCode
  code: string
  message: string
  hint: string
}

/**
 * The words for an error; one that nobody thought of is a fault of dr.
 * @param options what means the environment on a command line: whoever throws knows none
 */
export function worded(error: Error, options = ''): Worded {
  const { exit, code, message, hint } = plain(error)
  return { exit, code, message, hint: options === '' ? hint : hint.replace(/\bdr status$/, `$& ${options}`) }
}

function plain(error: Error): Worded {
  if (error instanceof DrError) return error
  if (error instanceof Interrupted)
    return { exit: 5, code: 'Interrupted', message: error.message, hint: 'the same command goes on' }
  if (error instanceof Errors.CLIError) {
    const message = error.message.replace(/\nSee more help with --help$/, '')
    return { exit: 2, code: 'Usage', message, hint: 'see --help' }
  }
  if ('$metadata' in error)
    return {
      exit: 7,
      code: error.name,
      message: `AWS says ${error.name}: ${error.message}`,
      hint: 'what was begun goes on at AWS; look with: dr status',
    }
  return {
    exit: 1,
    code: 'Internal',
    message: `internal error of dr: ${error.message}`,
    hint: 'please report it; DEBUG=1 shows where it happened',
  }
}
