// The drill for people, as Markdown: the answer first, then how it was found, then what it does not say.
import { frameworks } from './frameworks.ts'
import { type DrillReport, drillExit, lossSentence, measured, span, verdictWord } from './report.ts'

const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\n/g, ' ')
const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`
const table = (head: string[], rows: string[][]): string[] =>
  rows.length === 0 ? ['None.'] : [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))]

/** ISO time to the second. */
export const moment = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

/** The answer of a drill in one line. */
export function answer(report: DrillReport): string {
  const exit = drillExit(report)
  if (exit === 6) return 'NOT RESTORED: a human is needed'
  if (exit === 5) return `TURNED BACK, restored: ${report.turnedBack ?? ''}`
  if (exit === 4) return 'FAIL, restored'
  return exit === 7 ? 'INCONCLUSIVE, restored' : 'PASS, restored'
}

/** report.md */
export function markdown(report: DrillReport): string {
  const zero = report.injected ?? report.started
  const since = (at: number): string => `${at < zero ? '−' : '+'}${span(Math.abs(at - zero))}`
  const facts = [
    ['drill', `${report.id}, class ${report.class}${report.mode ? `, ${report.mode}` : ''}`],
    ['environment', `${report.system} ${report.suffix}, release ${report.release}, ${report.regions.join(' → ')}`],
    ['account', report.account],
    ['time', `${moment(report.started)} to ${moment(report.ended)}`],
    ['by', report.by],
    ['approved by', report.approvedBy ?? 'nobody was named before it began'],
    ['plan', `sha256 ${report.plan}`],
    ['software', `dr ${report.software}`],
  ]
  return [
    `# ${report.title}: ${answer(report)}`,
    '',
    ...(report.simulated ? ['**Simulated**: nothing here was measured on AWS.', ''] : []),
    ...table(
      ['objective', 'verdict', 'measured', 'probe', 'source'],
      report.objectives.map((it) => [
        `${it.name} ${span(it.objective)}`,
        verdictWord(it.verdict),
        measured(it),
        it.probe,
        it.source,
      ]),
    ),
    '',
    ...report.probes.flatMap(({ name, loss }) => (loss ? [`- ${name}: ${lossSentence(loss)}`] : [])),
    '',
    '## What was run',
    '',
    ...table(['', ''], facts),
    '',
    '## Recovery time in parts',
    '',
    ...table(
      ['part', 'time'],
      report.parts.map(({ name, ms }) => [name, span(ms)]),
    ),
    '',
    '## Timeline',
    '',
    ...table(
      ['after the fault', 'phase', 'what'],
      report.timeline.map(({ at, phase, what }) => [since(at), phase, what]),
    ),
    '',
    '## Checks',
    '',
    ...table(
      ['phase', 'check', 'verdict', 'detail'],
      report.checks.map((it) => [it.phase, it.name, verdictWord(it.verdict), it.detail]),
    ),
    '',
    '## Guards',
    '',
    ...table(
      ['guard', 'armed', 'tripped', 'detail'],
      report.guards.map((it) => [it.name, it.armed ? 'yes' : 'NO', it.tripped ? 'YES' : 'no', it.detail]),
    ),
    '',
    '## What this does not prove',
    '',
    ...report.notProven.map((it) => `- ${it}`),
    '',
    '## What to do',
    '',
    ...(report.actions.length > 0 ? report.actions.map((it) => `- ${it}`) : ['Nothing.']),
    '',
    '## Use as evidence',
    '',
    ...table(
      ['framework', 'this pack gives', 'it does not give'],
      frameworks.map((it) => [it.name, it.gives, it.lacks]),
    ),
    '',
  ].join('\n')
}
