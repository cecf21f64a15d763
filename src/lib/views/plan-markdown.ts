// A plan as Markdown, fit for a comment on a pull request: the answer first, the rest behind a fold.
import { flagsFor, needsConsent, orphanNames, said } from '../confirm/consent.ts'
import { keptNames, saidOfKept, wayOfKept } from '../confirm/kept-names.ts'
import type { Heading } from './head.ts'
import { type PlanView, summaryOf } from './plan.ts'
import {
  actionSigns,
  bareReason,
  change,
  counts,
  remedyOf,
  type Row,
  rowsOf,
  stuckFlag,
  verdictOf,
} from './plan-differences.ts'
import { crumbs, plural, route } from '../core/words.ts'

/** In a table or a list, where a line break or a bar would end it and a tag would be read as HTML. */
const safe = (text: string): string => text.replaceAll(/[\\`*_|[\]<>]/g, String.raw`\$&`).replaceAll(/\s*\n\s*/g, ' ')

/** A fence longer than any in the text. */
function fenced(lines: string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}diff`, ...lines, fence]
}

function table({ stages, differences }: PlanView): string[] {
  const rows = rowsOf(differences)
  const lines = stages.flatMap((stage) => {
    if (stage.notes) return stage.notes.map((note) => `| ${safe(stage.name)} | | ${safe(note)} |`)
    if (stage.regions.length === 0) return []
    if (stage.regions.every((it) => it.change === 'none')) return [`| ${safe(stage.name)} | | no change |`]
    return stage.regions.flatMap((it) => {
      const row = rows.find((one) => one.stage === stage.name && one.regions.includes(it.region))
      if (row && row.regions[0] !== it.region) return []
      const count = it.change === 'none' || it.change === 'unknown' ? '' : `, ${plural(it.resources, 'resource')}`
      const plain = it.change === 'none' ? 'no change' : it.change === 'unknown' ? 'no answer' : `${it.change}${count}`
      const inside = row && [counts(row.resources), bareReason(row)].filter(Boolean).join(', ').replaceAll('   ', ', ')
      const loss = row?.resources.some((one) => one.loss) ? ', **DATA LOSS**' : ''
      return [`| ${safe(stage.name)} | ${row ? row.where : it.region} | ${safe(inside || plain)}${loss} |`]
    })
  })
  return ['| stage | region | change |', '|---|---|---|', ...lines]
}

function detail(row: Row): string[] {
  const sign = (text: string): string => (text === '~' ? '!' : text)
  return [
    `# ${row.stage} · ${row.where}`,
    ...row.parameters.map((it) => `! ${it.name}  ${change(it)}  (${it.source})`),
    ...row.tags.map((it) => `! tag ${it.name}  ${change(it)}`),
    ...row.resources.flatMap((it) => [
      `${sign(actionSigns[it.action])} ${crumbs(it.path)}  ${it.type}${verdictOf(it) ? `  ${verdictOf(it)}` : ''}`,
      ...it.properties.map((one) => `    ${one.path}  ${change(one)}`),
    ]),
  ]
}

/** The whole plan, with its heading. */
export function planMarkdown(view: PlanView, { system, suffix, regions, account, simulated }: Heading): string {
  const { differences } = view
  const needs = needsConsent(differences)
  const rows = rowsOf(differences)
  const where = [route(regions), simulated ? 'simulated' : `account ${account}`].join(' · ')
  const warning = (kind: string, lines: string[]): string[] =>
    lines.length > 0
      ? ['', `> [!${kind}]`, ...lines.map((line, at) => `> ${line}${at < lines.length - 1 ? '  ' : ''}`)]
      : []
  const asked = (loss: boolean): string[] => {
    const some = needs.filter((it) => it.loss === loss)
    return some.length === 0
      ? []
      : [...some.map((it) => safe(said(it))), `Allow it with \`${flagsFor(some, needs).join(' ')}\``]
  }
  const rights = rows.flatMap((row) =>
    row.resources.flatMap((it) => it.rights.map((text) => `- ${safe(crumbs([row.stage, ...it.path]))}: ${safe(text)}`)),
  )
  const { stuck } = differences
  const refused = stuck.flatMap((it) =>
    it.objection === undefined ? [] : [safe(it.objection), `Allow it with \`${stuckFlag(it)}\``],
  )
  const names = keptNames(differences)
  const kept = names.length === 0 ? [] : [...names.map((it) => safe(saidOfKept(it))), safe(wayOfKept(differences))]
  const mended = stuck.map((it) => safe(`${it.stage} in ${it.region}: ${remedyOf(it)}`))
  const inside = rows.filter((it) => it.resources.length + it.parameters.length + it.tags.length > 0).flatMap(detail)
  const resources = rows.reduce((sum, row) => sum + row.resources.length, 0)
  return [
    `### dr plan: ${safe(system)} · ${safe(suffix)}`,
    '',
    `${summaryOf(view)}  `,
    where,
    '',
    ...table(view),
    ...warning('CAUTION', [...asked(true), ...kept, ...refused]),
    ...warning('WARNING', [...asked(false), ...mended]),
    ...(rights.length > 0 ? ['', '**New rights**', '', ...new Set(rights)] : []),
    ...warning(
      'NOTE',
      view.unchecked.map((it) => safe(`Not checked: ${it}`)),
    ),
    ...warning(
      'NOTE',
      orphanNames(differences).map(
        (name) => `${safe(name)} is deployed, but no longer in system.yaml. Remove it with \`--allow-replace ${name}\``,
      ),
    ),
    ...(inside.length > 0
      ? ['', `<details><summary>${plural(resources, 'resource')}</summary>`, '', ...fenced(inside), '', '</details>']
      : []),
  ].join('\n')
}
