// Pure: one sentence that says how a deploy ended.
import type { ExitCode } from '../core/errors.ts'
import type { Outcome } from '../execute/execute.ts'
import { plural } from '../core/words.ts'

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
