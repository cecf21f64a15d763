// Pure: one sentence that says how a deploy ended, and which of AWS's words nobody here can judge.
import { DrError, type ExitCode } from '../core/errors.ts'
import type { Outcome } from '../execute/execute.ts'
import type { InstanceState } from '../observe/observe.ts'
import { plural } from '../core/words.ts'

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

interface Evidence {
  /** `transactions · pr123`. */
  name: string
  exit: ExitCode
  /** None when the plan had no changes. */
  outcomes: Outcome[]
  stages: number
  instances: number
  /** Stages that are not as wanted, as last seen. */
  unlike: string[]
  /** Promised outputs that no stack gave. */
  missing: string[]
  release: string | undefined
}

const list = (names: string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`

/** What failed comes first; what was skipped because of it is named, since it is not deployed either. */
export function deployVerdict({ name, exit, outcomes, stages, instances, unlike, missing, release }: Evidence): string {
  const of = (outcome: Outcome['outcome']): string[] =>
    outcomes.filter((it) => it.outcome === outcome).map((it) => it.name)
  if (exit === 0 && outcomes.length === 0)
    return `${name} is up to date (${plural(stages, 'stage')}, ${plural(instances, 'instance')}${release ? `, release ${release}` : ''})`
  if (exit === 0) return `${name} is deployed${release ? ` as release ${release}` : ''}`
  if (exit === 5) return `${name}: left before the end; AWS goes on with what was begun, the same command resumes`
  const [failed, skipped] = [of('failed'), of('skipped')]
  const also = skipped.length > 0 ? `, ${list(skipped)} skipped` : ''
  if (exit === 7)
    return `it is not known whether ${name} is deployed: ${list(failed.length > 0 ? failed : unlike)} came to no end that dr knows${also}`
  // An action may fail to see the end of what it began: what stands is what counts.
  if (failed.length > 0 && unlike.length + missing.length === 0)
    return `${name} stands as wanted, but ${list(failed)} failed on the way${also}`
  if (failed.length > 0) return `${name} is not deployed: ${list(failed)} failed${also}`
  if (unlike.length > 0) return `${name} is not deployed: ${list(unlike)} not as wanted, though no operation failed`
  return `${name} lacks outputs: ${list(missing)}`
}
