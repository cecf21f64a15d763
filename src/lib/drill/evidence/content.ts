// What a report of a drill says and in which order, as data. Markdown and HTML only dress it.
import { span } from '../../views/words.ts'
import type { Verdict } from '../measure/judge.ts'
import { frameworks } from './frameworks.ts'
import { type DrillReport, drillExit, lossSentence, measured, verdictWord } from './report.ts'

/** A cell of a table; its tone is a colour where there are colours. */
export interface Cell {
  text: string
  tone?: Verdict
}

export interface Table {
  head: string[]
  rows: (string | Cell)[][]
}

export interface List {
  items: readonly string[]
  /** What stands there when there is no item. */
  none: string
}

export interface Content {
  title: string
  answer: string
  /** Said first, where it was. */
  simulated: string | undefined
  objectives: Table
  losses: string[]
  sections: { title: string; body: Table | List }[]
}

/** ISO time to the second. */
const moment = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

/** The answer of a drill in one line. */
function answer(report: DrillReport): string {
  const exit = drillExit(report)
  if (exit === 6) return 'NOT RESTORED: a human is needed'
  if (exit === 5) return `TURNED BACK, restored: ${report.turnedBack ?? ''}`
  if (exit === 4) return 'FAIL, restored'
  return exit === 7 ? 'INCONCLUSIVE, restored' : 'PASS, restored'
}

const said = (verdict: Verdict): Cell => ({ text: verdictWord(verdict), tone: verdict })

const facts = (report: DrillReport): string[][] => [
  ['drill', `${report.id}, class ${report.class}${report.mode ? `, ${report.mode}` : ''}`],
  ['environment', `${report.system} ${report.suffix}, release ${report.release}, ${report.regions.join(' → ')}`],
  ['account', report.account],
  ['time', `${moment(report.started)} to ${moment(report.ended)}`],
  ['by', report.by],
  ['approved by', report.approvedBy ?? 'nobody was named before it began'],
  ['plan', `sha256 ${report.plan}`],
  ['software', `dr ${report.software}`],
]

/** Everything that a report says, but for its pictures. */
export function content(report: DrillReport): Content {
  const zero = report.injected ?? report.started
  const since = (at: number): string => `${at < zero ? '−' : '+'}${span(Math.abs(at - zero))}`
  const section = (title: string, head: string[], rows: Table['rows']) => ({ title, body: { head, rows } })
  return {
    title: report.title,
    answer: answer(report),
    simulated: report.simulated ? 'nothing here was measured on AWS.' : undefined,
    objectives: {
      head: ['objective', 'verdict', 'measured', 'probe', 'source'],
      rows: report.objectives.map((it) => [
        `${it.name} ${span(it.objective)}`,
        said(it.verdict),
        measured(it),
        it.probe,
        it.source,
      ]),
    },
    losses: report.probes.flatMap(({ name, loss }) => (loss ? [`${name}: ${lossSentence(loss)}`] : [])),
    sections: [
      section('What was run', ['', ''], facts(report)),
      section(
        'Recovery time in parts',
        ['part', 'time'],
        report.parts.map(({ name, ms }) => [name, span(ms)]),
      ),
      section(
        'Timeline',
        ['after the fault', 'phase', 'what'],
        report.timeline.map(({ at, phase, what }) => [since(at), phase, what]),
      ),
      section(
        'Checks',
        ['phase', 'check', 'verdict', 'detail'],
        report.checks.map((it) => [it.phase, it.name, said(it.verdict), it.detail]),
      ),
      section(
        'Guards',
        ['guard', 'armed', 'tripped', 'detail'],
        report.guards.map((it) => [
          it.name,
          it.armed ? 'yes' : { text: 'NO', tone: 'fail' },
          it.tripped ? { text: 'YES', tone: 'fail' } : 'no',
          it.detail,
        ]),
      ),
      { title: 'What this does not prove', body: { items: report.notProven, none: 'Nothing was named.' } },
      { title: 'What to do', body: { items: report.actions, none: 'Nothing.' } },
      section(
        'Use as evidence',
        ['framework', 'this pack gives', 'it does not give'],
        frameworks.map((it) => [it.name, it.gives, it.lacks]),
      ),
    ],
  }
}
