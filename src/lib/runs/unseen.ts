// The report of a run that cannot look at the world at its end: never a success, and never silent.
import { isBug } from '../core/errors.ts'
import type { Report } from '../core/events.ts'
import type { Outcome } from '../execute/execute.ts'
import { explain } from '../execute/operate.ts'
import { exitOf, reportHead, stageReport } from '../report/report.ts'
import type { Run } from '../core/run.ts'
import { optionsOf, type TargetSession } from '../load/session.ts'

/** The report that `conclude` gives; when AWS does not answer it, one that says what the stages did and no more. */
export async function unlessUnseen(
  run: Run,
  session: TargetSession,
  outcomes: Outcome[],
  conclude: () => Promise<Report>,
): Promise<Report> {
  try {
    return await conclude()
  } catch (thrown) {
    if (outcomes.length === 0 || isBug(thrown)) throw thrown
    const { target, aws } = session
    const { message, error } = explain(thrown, aws.account)
    const options = optionsOf(session)
    return {
      ...reportHead(run, session),
      ...stageReport(outcomes),
      exit: exitOf(
        [...outcomes, { name: 'look', seconds: 0, outcome: 'failed', message, causes: [], error }],
        false,
        6,
      ),
      verdict: `${target.system.name} · ${target.suffix}: could not verify the final state (${message})`,
      next: [`dr ${run.verb} ${options}`, `dr status ${options}`],
    }
  }
}
