// The drill for people, as Markdown: the answer first, then how it was found, then what it does not say.
import { type Cell, content, type List, type Table } from './content.ts'
import type { DrillReport } from './report.ts'

const cell = (it: string | Cell): string =>
  (typeof it === 'string' ? it : it.text).replace(/\|/g, '\\|').replace(/\n/g, ' ')
const row = (cells: (string | Cell)[]): string => `| ${cells.map(cell).join(' | ')} |`
const list = (items: readonly string[]): string[] => items.map((it) => `- ${it}`)

function body(it: Table | List): string[] {
  if ('items' in it) return it.items.length > 0 ? list(it.items) : [it.none]
  return it.rows.length > 0 ? [row(it.head), row(it.head.map(() => '---')), ...it.rows.map(row)] : ['None.']
}

/** report.md */
export function markdown(report: DrillReport): string {
  const { title, answer, simulated, objectives, losses, sections } = content(report)
  return [
    `# ${title}: ${answer}`,
    '',
    ...(simulated === undefined ? [] : [`**Simulated**: ${simulated}`, '']),
    ...body(objectives),
    '',
    ...list(losses),
    '',
    ...sections.flatMap((section) => [`## ${section.title}`, '', ...body(section.body), '']),
  ].join('\n')
}
