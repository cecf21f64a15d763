// Pure: statuses of AWS that dr does not know. They are neither success nor failure.
import { DrError } from '../core/errors.ts'
import type { InstanceState } from './observe.ts'

const instanceWord = /^(CURRENT|OUTDATED|INOPERABLE)$/
const stackWord =
  /^(CREATE|UPDATE|DELETE|ROLLBACK|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK|REVIEW)_((COMPLETE_CLEANUP_)?IN_PROGRESS|COMPLETE|FAILED)$/

/** Instances with a status that we do not know, as `us-east-1 PAUSED (CREATE_COMPLETE)`: neither good nor failed. */
export const unclear = (instances: InstanceState[]): string[] =>
  instances
    .filter((it) => !instanceWord.test(it.status) || (it.stack && !stackWord.test(it.stack.status)))
    .map((it) => `${it.region} ${it.status} (${it.stack?.status ?? 'no stack'})`)

/** For a stage of which nothing failed, but of which AWS says something that we do not know. */
export const unknownStatus = (what: string): DrError =>
  new DrError(
    'UnknownStatus',
    7,
    `${what}: a status that dr does not know`,
    'run the same command again: it looks at what stands now',
  )
