// The drill for people, as one self-contained page: it opens from a disk, a bucket or a mail, without a network.
import { escaped, heartbeat, lagChart, phaseChart } from './charts.ts'
import { type Cell, content, type List, type Table } from './content.ts'
import { type DrillReport, drillExit } from './report.ts'
import { style } from './style.ts'

const cell = (it: string | Cell): string => {
  if (typeof it === 'string') return escaped(it)
  return it.tone === undefined ? escaped(it.text) : `<span class="${it.tone}">${escaped(it.text)}</span>`
}

const list = (items: readonly string[]): string => `<ul>${items.map((it) => `<li>${escaped(it)}</li>`).join('')}</ul>`

function body(it: Table | List): string {
  if ('items' in it) return it.items.length > 0 ? list(it.items) : `<p>${escaped(it.none)}</p>`
  if (it.rows.length === 0) return '<p>None.</p>'
  const cells = (tag: string, texts: (string | Cell)[]): string =>
    texts.map((text) => `<${tag}>${cell(text)}</${tag}>`).join('')
  const rows = it.rows.map((texts) => `<tr>${cells('td', texts)}</tr>`).join('')
  return `<div class="wide"><table><thead><tr>${cells('th', it.head)}</tr></thead><tbody>${rows}</tbody></table></div>`
}

const section = (title: string, text: string): string => (text ? `<h2>${escaped(title)}</h2>${text}` : '')

/** A chart and how to read it. */
const chart = (title: string, drawn: string, words: string): string =>
  section(title, drawn && `${drawn}<p class="words">${escaped(words)}</p>`)

const heartbeatWords =
  'A stroke for each operation: low where it was ok, half where no answer came, high where it failed, pale while a name has not moved yet. Dashed: the fault.'
const lagWords = 'How far the other side was behind what had been acknowledged.'

const tones: Partial<Record<number, string>> = { 0: 'pass', 5: 'inconclusive', 7: 'inconclusive' }

/** report.html */
export function html(report: DrillReport): string {
  const { title, answer, simulated, objectives, losses, sections } = content(report)
  const tone = tones[drillExit(report)] ?? 'fail'
  const parts = [
    `<h1>${escaped(title)}<br><span class="answer ${tone}">${escaped(answer)}</span></h1>`,
    simulated === undefined ? '' : `<p class="simulated">Simulated: ${escaped(simulated)}</p>`,
    body(objectives),
    losses.length > 0 ? list(losses) : '',
    chart('Heartbeat', report.probes.length > 0 ? heartbeat(report) : '', heartbeatWords),
    chart('Lag', lagChart(report), lagWords),
    section('Phases', report.phases.length > 0 ? phaseChart(report) : ''),
    ...sections.map((it) => section(it.title, body(it.body))),
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(`${title}: ${answer}`)}</title><style>${style}</style></head>
<body>${parts.filter(Boolean).join('\n')}</body></html>
`
}
