// What a report of a drill says and in which order, as data. Markdown and HTML only dress it.
import { plural, span } from '../../core/words.ts'
import type { Verdict } from '../measure/judge.ts'
import { deviations, followUps, lossList, relative } from './findings.ts'
import { frameworks } from './frameworks.ts'
import { type DrillReport, drillExit, gapSentence, lossSentence, measured, verdictWord } from './report.ts'

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
  ['approved by', approval(report)],
  ['plan', `sha256 ${report.plan}`],
  ['software', `dr ${report.software}`],
  ['cost', cost(report)],
]

const approval = ({ approvedBy, approvedAt }: DrillReport): string => {
  if (approvedBy === undefined) return 'nobody was named before it began'
  return approvedAt === undefined ? approvedBy : `${approvedBy}, as given before it began, ${moment(approvedAt)}`
}

/** No bill is read: it says what there is to look for in it. */
const cost = ({ simulated, probes }: DrillReport): string => {
  if (simulated) return 'nothing, it ran on no cloud'
  const sent = probes.reduce((sum, { operations }) => sum + operations.length, 0)
  return `not known to dr: ${plural(sent, 'operation')} of its probes, and what its steps used; see the bill of these hours`
}

/** The service before and after, and how long it took until all was as it was: longer than the recovery, and told apart. */
function steadyState({ timeline, phases, injected }: DrillReport): string[][] {
  const rows = (['steady-before', 'steady-after'] as const).map((phase) => {
    const said = timeline.filter((it) => it.phase === phase).map(({ what }) => what)
    return [phase === 'steady-before' ? 'before' : 'after', said.join('; ') || 'was not looked at']
  })
  const after = phases.find(({ phase }) => phase === 'steady-after')
  const isKnown = after !== undefined && injected !== undefined
  return [...rows, ...(isKnown ? [['as before again', `${relative(after.to - injected)} after the fault`]] : [])]
}

const blank = '________'

/** Everything that a report says, but for its pictures. */
export function content(report: DrillReport): Content {
  const zero = report.injected ?? report.started
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
      section('Steady state', ['', 'what was seen'], steadyState(report)),
      section(
        'Recovery time in parts',
        ['part', 'time'],
        report.parts.map(({ name, ms }) => [name, span(ms)]),
      ),
      section(
        'Pooled connections',
        ['probe', 'what was seen'],
        report.pooled.map((it) => [it.probe, gapSentence(it)]),
      ),
      section(
        'Timeline',
        ['after the fault', 'phase', 'what'],
        report.timeline.map(({ at, phase, what }) => [relative(at - zero), phase, what]),
      ),
      section(
        'Writes that were not found',
        ['probe', 'number', 'after the fault', 'what became of it'],
        lossList(report),
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
      { title: 'Deviations from the plan', body: { items: deviations(report), none: 'None.' } },
      { title: 'What this does not prove', body: { items: report.notProven, none: 'Nothing was named.' } },
      section(
        'What to do',
        ['what', 'owner', 'until', 'done'],
        [...followUps(report), blank].map((what) => [what, blank, blank, blank]),
      ),
      section(
        'Review',
        ['', ''],
        ['reviewed by', 'on', 'accepted, or why not', 'people who were told of it'].map((what) => [what, blank]),
      ),
      section(
        'Use as evidence',
        ['framework', 'this pack gives', 'it does not give'],
        frameworks.map((it) => [it.name, it.gives, it.lacks]),
      ),
    ],
  }
}
