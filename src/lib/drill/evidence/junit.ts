// The drill for build servers: a case per objective and check. A miss is a failure, what could not be told an error.
import { span } from '../../core/words.ts'
import type { Verdict } from '../measure/judge.ts'
import { escaped } from './charts.ts'
import { type DrillReport, measured, verdictWord } from './report.ts'

interface Case {
  name: string
  verdict: Verdict
  text: string
}

const bodies: Record<Verdict, (text: string) => string> = {
  pass: () => '',
  fail: (text) => `<failure message="${escaped(text)}"/>`,
  inconclusive: (text) => `<error message="${escaped(text)}"/>`,
  'not-tested': (text) => `<skipped message="${escaped(text)}"/>`,
}

/** junit.xml; the properties hold what was measured, in ms. */
export function junit(report: DrillReport): string {
  const objectives = report.objectives.map((it): Case => ({
    name: `${it.name} ${span(it.objective)} (${it.probe})`,
    verdict: it.verdict,
    text: `${verdictWord(it.verdict)}: ${measured(it)}`,
  }))
  const checks = report.checks.map(({ phase, name, verdict, detail }): Case => ({
    name: `${phase}: ${name}`,
    verdict,
    text: detail,
  }))
  const restored: Case = {
    name: 'everything is restored',
    verdict: report.restored ? 'pass' : 'fail',
    text: report.restored ? '' : 'the drill left something changed',
  }
  const cases = [...objectives, ...checks, restored]
  const count = (verdict: Verdict): number => cases.filter((it) => it.verdict === verdict).length
  const what = [report.system, report.scenario, report.mode].filter(Boolean).join(' ')
  const suite = `${what}${report.simulated ? ' (simulated)' : ''}`
  const seconds = Math.round((report.ended - report.started) / 1000)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${escaped(suite)}" tests="${cases.length}" failures="${count('fail')}" errors="${count('inconclusive')}" skipped="${count('not-tested')}" time="${seconds}" timestamp="${new Date(report.started).toISOString()}">`,
    '  <properties>',
    ...report.objectives.flatMap(({ name, probe, bounds }) =>
      bounds
        ? (['from', 'to'] as const).map(
            (end) => `    <property name="${escaped(`${name} ${probe} ${end}`)}" value="${Math.round(bounds[end])}"/>`,
          )
        : [],
    ),
    '  </properties>',
    ...cases.map(
      ({ name, verdict, text }) =>
        `  <testcase classname="${escaped(suite)}" name="${escaped(name)}">${bodies[verdict](text)}</testcase>`,
    ),
    '</testsuite>',
    '',
  ].join('\n')
}
