// Pure: what became of a run, as the report that the screen, the last JSON line, the record and the exit code share.
import { total } from '../aws/calls.ts'
import type { InstanceOutcome, Report } from '../core/events.ts'
import { DrError, type ExitCode } from '../core/errors.ts'
import type { Outcome } from '../execute/execute.ts'
import { masked } from '../core/names.ts'
import { regionsOf } from '../load/environment.ts'
import type { Snapshot } from '../observe/observe.ts'
import { isGood } from '../plan/next-call.ts'
import type { Run } from '../core/run.ts'
import type { TargetSession } from '../load/session.ts'

/** What all reports of a run about one environment begin with. */
export function reportHead(run: Run, session: TargetSession): Omit<Report, 'exit' | 'verdict'> {
  const { target, aws, simulated } = session
  return {
    verb: run.verb,
    system: target.system.name,
    suffix: target.suffix,
    account: masked(aws.account),
    regions: regionsOf(target),
    simulated,
    stages: [],
    instances: [],
    causes: [],
    seconds: Math.round((run.clock.now() - run.startedAt) / 1000),
    usualSeconds: 0,
    next: [],
    files: [],
    calls: { reading: total(aws.calls.reading), mutating: total(aws.calls.mutating) },
  }
}

/** Each stack instance as it stands. */
export const instanceOutcomes = (snapshot: Snapshot): InstanceOutcome[] =>
  Object.entries(snapshot.stages).flatMap(([stage, { instances }]) =>
    instances.map((it) => ({
      stage,
      region: it.region,
      state: it.stack ? `${it.status} (${it.stack.status})` : `${it.status} (no stack)`,
      good: isGood(it),
    })),
  )

/** The part of a report that comes from the stages. */
export const stageReport = (outcomes: Outcome[]): Pick<Report, 'stages' | 'causes'> => ({
  stages: outcomes.map(({ name, outcome, seconds, message }) => ({ name, outcome, seconds, message })),
  causes: outcomes.flatMap((it) => it.causes),
})

/** What a person must know first: we left, we are broken, somebody is needed, something failed; only then: unknown. */
const severity: ExitCode[] = [5, 1, 6, 4, 3, 2, 7]

/**
 * The exit code of a run whose stages ended so and whose end was seen to be good or not.
 * @param unknown what is not good at the end is only what AWS says in words that we do not know
 */
export function exitOf(outcomes: Outcome[], reached: boolean, whenFailed: ExitCode, unknown = false): ExitCode {
  if (outcomes.some((it) => it.outcome === 'interrupted')) return 5
  const ends = outcomes
    .filter((it) => it.outcome === 'failed')
    .map((it) => (it.error instanceof DrError ? it.error.exit : whenFailed))
  const worst = severity.find((exit) => ends.includes(exit)) ?? ends[0]
  if (worst !== undefined) return worst
  if (reached && outcomes.every((it) => it.outcome !== 'skipped')) return 0
  return unknown ? 7 : whenFailed
}
