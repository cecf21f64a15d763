// Pure: the report of a drill as every command's report: verdict, exit code, what people want next.
import type { DrillReport } from '../drill/evidence/report.ts'
import { drillExit, gapSentence, lossSentence, measured } from '../drill/evidence/report.ts'
import type { ExitCode } from '../core/errors.ts'
import type { DrillOutcome, Report } from '../core/events.ts'
import { reportHead } from '../report/report.ts'
import type { Run } from '../core/run.ts'
import { optionsOf, type TargetSession } from '../load/session.ts'

/** What is left out of the evidence on the last line: the raw operations. */
export function outcomeOf(report: DrillReport): DrillOutcome {
  const { id, title, scenario, mode, checks, parts, pooled, notProven, restored, turnedBack, actions } = report
  return {
    id,
    title,
    scenario,
    ...(mode && { mode }),
    class: report.class,
    restored,
    ...(turnedBack !== undefined && { turnedBack }),
    objectives: report.objectives.map((one) => {
      const loss = report.probes.find(({ name }) => name === one.probe)?.loss
      return {
        name: one.name,
        probe: one.probe,
        verdict: one.verdict,
        measured: measured(one),
        objectiveSeconds: one.objective / 1000,
        ...(one.name === 'RPO' && loss && { loss: lossSentence(loss) }),
      }
    }),
    parts: parts.map(({ name, ms }) => ({ name, seconds: Math.round(ms / 1000) })),
    pooled: pooled.map((it) => ({ probe: it.probe, beside: it.beside, longer: gapSentence(it) })),
    checks: checks.map(({ phase, name, verdict, detail }) => ({ phase, name, verdict, detail })),
    notProven,
    actions,
  }
}

const sentences: Partial<Record<ExitCode, string>> = {
  0: 'every objective met, all restored',
  3: 'refused, nothing was injected',
  4: 'an objective was missed, all restored',
  5: 'turned back, all restored',
  6: 'NOT RESTORED: a person is needed',
  7: 'the measurement proves nothing, all restored',
}

/** The whole report. */
export function drillOutcome(run: Run, session: TargetSession, report: DrillReport, files: string[]): Report {
  const exit = drillExit(report)
  const { system, suffix } = session.target
  const options = optionsOf(session)
  const what = [report.scenario, report.mode].filter(Boolean).join(' ')
  // No data is never a pass: a drill of a name alone measures no objective.
  const isAim = exit !== 0 || report.objectives.length > 0
  const isPart = exit === 0 && report.objectives.some(({ verdict }) => verdict === 'not-tested')
  const tested = isPart ? 'every objective that it tests is met, all restored' : sentences[exit]
  const sentence = isAim ? tested : 'it measures no objective, every check passed, all restored'
  const why = report.turnedBack === undefined ? '' : `: ${report.turnedBack}`
  const next =
    exit === 6
      ? [`dr failover-test ${options} --resume ${report.id}`, `dr status ${options}`]
      : [`dr status ${options}`]
  return {
    ...reportHead(run, session),
    exit,
    verdict: `${system.name} · ${suffix} · ${what} drill: ${sentence ?? ''}${why}`,
    next,
    files,
    drill: outcomeOf(report),
  }
}
