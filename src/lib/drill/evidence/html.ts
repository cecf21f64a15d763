// The drill for people, as one self-contained page: it opens from a disk, a bucket or a mail, without a network.
import { escaped, heartbeat, lagChart, phaseChart } from './charts.ts'
import { frameworks } from './frameworks.ts'
import { answer, moment } from './markdown.ts'
import { type DrillReport, drillExit, lossSentence, measured, span, verdictWord } from './report.ts'
import { style } from './style.ts'

const table = (head: string[], rows: string[][]): string => {
  if (rows.length === 0) return '<p>None.</p>'
  const cells = (tag: string, texts: string[]): string => texts.map((text) => `<${tag}>${text}</${tag}>`).join('')
  const body = rows.map((texts) => `<tr>${cells('td', texts)}</tr>`).join('')
  return `<div class="wide"><table><thead><tr>${cells('th', head.map(escaped))}</tr></thead><tbody>${body}</tbody></table></div>`
}

const list = (items: readonly string[], none: string): string =>
  items.length > 0 ? `<ul>${items.map((it) => `<li>${escaped(it)}</li>`).join('')}</ul>` : `<p>${none}</p>`

const section = (title: string, body: string): string => (body ? `<h2>${escaped(title)}</h2>${body}` : '')

const tones: Partial<Record<number, string>> = { 0: 'pass', 5: 'inconclusive', 7: 'inconclusive' }

/** report.html */
export function html(report: DrillReport): string {
  const zero = report.injected ?? report.started
  const since = (at: number): string => escaped(`${at < zero ? '−' : '+'}${span(Math.abs(at - zero))}`)
  const said = (verdict: DrillReport['checks'][number]['verdict']): string =>
    `<span class="${verdict}">${verdictWord(verdict)}</span>`
  const objectives = report.objectives.map((it) => [
    escaped(`${it.name} ${span(it.objective)}`),
    said(it.verdict),
    escaped(measured(it)),
    escaped(it.probe),
    escaped(it.source),
  ])
  const losses = report.probes.flatMap(({ name, loss }) => (loss ? [`${name}: ${lossSentence(loss)}`] : []))
  const facts: [string, string][] = [
    ['drill', `${report.id}, class ${report.class}${report.mode ? `, ${report.mode}` : ''}`],
    ['environment', `${report.system} ${report.suffix}, release ${report.release}, ${report.regions.join(' → ')}`],
    ['account', report.account],
    ['time', `${moment(report.started)} to ${moment(report.ended)}`],
    ['by', report.by],
    ['approved by', report.approvedBy ?? 'nobody was named before it began'],
    ['plan', `sha256 ${report.plan}`],
    ['software', `dr ${report.software}`],
  ]
  const body = [
    `<h1>${escaped(report.title)}<br><span class="answer ${tones[drillExit(report)] ?? 'fail'}">${escaped(answer(report))}</span></h1>`,
    report.simulated ? '<p class="simulated">Simulated: nothing here was measured on AWS.</p>' : '',
    table(['objective', 'verdict', 'measured', 'probe', 'source'], objectives),
    losses.length > 0 ? list(losses, '') : '',
    section('Heartbeat', report.probes.length > 0 ? heartbeat(report) : ''),
    section('Lag', lagChart(report)),
    section('Phases', report.phases.length > 0 ? phaseChart(report) : ''),
    section(
      'What was run',
      table(
        ['', ''],
        facts.map(([name, value]) => [escaped(name), escaped(value)]),
      ),
    ),
    section(
      'Recovery time in parts',
      table(
        ['part', 'time'],
        report.parts.map((it) => [escaped(it.name), span(it.ms)]),
      ),
    ),
    section(
      'Timeline',
      table(
        ['after the fault', 'phase', 'what'],
        report.timeline.map((it) => [since(it.at), it.phase, escaped(it.what)]),
      ),
    ),
    section(
      'Checks',
      table(
        ['phase', 'check', 'verdict', 'detail'],
        report.checks.map((it) => [it.phase, escaped(it.name), said(it.verdict), escaped(it.detail)]),
      ),
    ),
    section(
      'Guards',
      table(
        ['guard', 'armed', 'tripped', 'detail'],
        report.guards.map((it) => [
          escaped(it.name),
          it.armed ? 'yes' : '<span class="fail">NO</span>',
          it.tripped ? '<span class="fail">YES</span>' : 'no',
          escaped(it.detail),
        ]),
      ),
    ),
    section('What this does not prove', list(report.notProven, 'Nothing was named.')),
    section('What to do', list(report.actions, 'Nothing.')),
    section(
      'Use as evidence',
      table(
        ['framework', 'this pack gives', 'it does not give'],
        frameworks.map((it) => [escaped(it.name), escaped(it.gives), escaped(it.lacks)]),
      ),
    ),
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(`${report.title}: ${answer(report)}`)}</title><style>${style}</style></head>
<body>${body.filter(Boolean).join('\n')}</body></html>
`
}
