// Holds what a run said against what is so in the simulated account.
import { isDeepStrictEqual } from 'node:util'
import { DrError } from '../../src/lib/core/errors.ts'
import { Interrupted } from '../../src/lib/execute/operate.ts'
import type { Simulator } from '../../src/simulator/index.ts'
import { isOpen } from '../../src/simulator/stacksets/record.ts'
import type { End, Life, Work } from './life.ts'
import type { Subject } from './scenarios.ts'
import { remnants, setsOf, structure } from './standing.ts'

/** How an environment stands when all went well, by what the update parameter is: left out, or given. */
export interface Wanted {
  plain: object
  changed: object
}

export interface Act {
  verb: Work
  /** Which state a deploy wants. */
  wants: keyof Wanted
}

interface Scene {
  subject: Subject
  wanted: Wanted
  simulator: Simulator
}

const account = '000000000000'

/** Whether all is as wanted and no operation is under way. */
export function isStill({ simulator, subject, wanted }: Scene, wants: Act['wants']): boolean {
  const cloud = simulator.inspect()
  const busy = setsOf(cloud, subject.environment).some(({ operations }) => operations.some(isOpen))
  return !busy && isDeepStrictEqual(structure(cloud, subject.environment), wanted[wants])
}

/** Errors are told in words, and no event or report names the account. */
export function discreet(end: End, { events }: Life): string[] {
  const error = typeof end === 'object' && 'error' in end ? end.error : undefined
  const known = !error || error instanceof DrError || error instanceof Interrupted || '$metadata' in error
  const told = JSON.stringify([events, typeof end === 'object' && 'report' in end ? masks(end.report) : ''])
  return [
    ...(known ? [] : [`threw ${error.stack ?? error.message}`]),
    ...(told.includes(account) ? [`tells the account: …${told.slice(told.indexOf(account) - 120).slice(0, 140)}`] : []),
    ...(`${told} ${error?.message ?? ''}`.includes('[object Object]') ? ['says [object Object]'] : []),
  ]
}

/** A report as it is shown; what else a verb gives (status: a snapshot) is masked where it is printed. */
const masks = ({
  verdict: text,
  stages,
  instances,
  causes,
  next,
  files,
  error,
}: Extract<End, { report: unknown }>['report']) => ({
  text,
  stages,
  instances,
  causes,
  next,
  files,
  error,
})

/**
 * Whether what a run said is so.
 * @param before it was as wanted when the run began, and AWS was doing nothing
 */
export function verdict(
  { simulator, subject, wanted }: Scene,
  { verb, wants }: Act,
  end: Extract<End, { report: unknown }>,
  before: boolean,
): string[] {
  const { exit, verdict: text } = end.report
  const cloud = simulator.inspect()
  const now = structure(cloud, subject.environment)
  const left = remnants(cloud, subject.environment)
  if (verb === 'deploy') {
    const reached = isDeepStrictEqual(now, wanted[wants])
    if (exit === 0 && !reached) return [`says that it is deployed, and it is not`]
    if (exit === 4 && reached && / is not deployed/.test(text)) return ['says that it is not deployed, and it is']
  }
  if (verb === 'destroy') {
    if (exit === 0 && left.length > 0)
      return [`says that nothing is left, and there are ${left.slice(0, 5).join(', ')}`]
    if (/ (is|are) left$/.test(text) && left.length === 0) return ['says that something is left, and nothing is']
  }
  if (verb === 'plan') {
    const same = isDeepStrictEqual(now, wanted[wants])
    // AWS may finish what an earlier run began while a plan is made: then it told of a moment that has passed.
    if (text === 'no changes' ? !same : same && before) return [`says that ${text}, and that is not so`]
  }
  if (verb === 'status') {
    const complete = Object.values(wanted).some((it) => isDeepStrictEqual(now, it))
    if (exit === 0 && !complete && !left.some((it) => it.startsWith('stack set')))
      return ['says complete, and nothing is there']
    if (exit === 8 && left.some((it) => it.startsWith('stack set')))
      return ['says that nothing is deployed, and something is']
  }
  return []
}
