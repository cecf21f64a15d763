// Pure: statuses of AWS that dr does not know. They are neither success nor failure.
import { DrError } from '../core/errors.ts'
import { stackState } from '../core/stack-status.ts'
import type { InstanceState } from './observe.ts'

const instanceWord = /^(CURRENT|OUTDATED|INOPERABLE)$/
/** Instances with a status that we do not know, as `us-east-1 PAUSED (CREATE_COMPLETE)`: neither good nor failed. */
export const unclear = (instances: InstanceState[]): string[] =>
  instances
    .filter((it) => !instanceWord.test(it.status) || (it.stack && stackState(it.stack.status) === 'unknown'))
    .map((it) => `${it.region} ${it.status} (${it.stack?.status ?? 'no stack'})`)

/** For a stage of which nothing failed, but of which AWS says something that we do not know. */
export const unknownStatus = (what: string): DrError =>
  new DrError(
    'UnknownStatus',
    7,
    `${what}: a status that dr does not know`,
    'run the same command again: it looks at what stands now',
  )
