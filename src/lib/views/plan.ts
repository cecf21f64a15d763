// A plan as pure text: one row per stage and region, what changes inside, and what needs consent.
import { flagsFor, type Need, needsConsent, orphanNames, said } from '../confirm/consent.ts'
import { keptNames, saidOfKept, wayOfKept } from '../confirm/kept-names.ts'
import type { Change, PlannedStage } from '../core/events.ts'
import type { Differences } from '../core/difference.ts'
import type { Paint } from './paint.ts'
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
import { crumbs, plural, roughly, wrap } from '../core/words.ts'

/** A plan as views see it. */
export interface PlanView {
  stages: PlannedStage[]
  usualSeconds: number
  differences: Differences
  /** What could not be checked beforehand, a line each. */
  unchecked: string[]
}

const signs: Record<Change, string> = { none: ' ', create: '+', update: '~', delete: '-', unknown: '?' }
const words: Record<Change, string> = {
  none: 'no change',
  create: 'create',
  update: 'update',
  delete: 'delete',
  unknown: 'no answer',
}

const label = 13
const inside = ' '.repeat(18)
/** Of one resource; nobody reads on. */
const mostProperties = 4

/** What is longer than the line ends in an ellipsis. */
const cropped = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text)

/** Head and tail of a text, where names differ most. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  const tail = Math.floor((most - 1) / 3)
  return `${text.slice(0, most - 1 - tail)}…${text.slice(text.length - tail)}`
}

/** `name  before → after (note)` in one line where it fits; else the values go below, shortened alike. */
function valueLines(name: string, { before, after }: Sides, note: string, room: number): string[] {
  const whole = `${name}  ${change({ before, after })}${note}`
  if (whole.length <= room) return [whole]
  // Indented by four; an arrow, or a sign, takes three. What the shorter side leaves, the longer one may use.
  const free = room - 7
  const half = Math.floor(free / 2)
  const most = (other = ''): number => free - Math.min(other.length, half)
  const sides = {
    before: before && shortened(before, most(after)),
    after: after && shortened(after, most(before)),
  }
  return [`${name}${note}`, `    ${change(sides)}`]
}

interface Sides {
  before?: string | undefined
  after?: string | undefined
}

function details({ parameters, tags, resources }: Row, paint: Paint, width: number): string[] {
  const lines: string[] = []
  const room = width - inside.length
  const add = (texts: string[], indent = ''): void =>
    void lines.push(...texts.map((text) => cropped(inside + indent + text, width)))
  for (const it of parameters) add(valueLines(it.name, it, `  (${it.source})`, room))
  for (const it of tags) add(valueLines(`tag ${it.name}`, it, '', room))
  for (const it of resources) {
    const head = `${actionSigns[it.action]} ${crumbs(it.path)}`
    const verdict = verdictOf(it)
    const [only, ...more] = it.properties
    const lone = only && more.length === 0 && !verdict ? `${head}  ${only.path}  ${change(only)}` : undefined
    if (lone !== undefined && lone.length <= room) add([lone])
    else {
      const text = cropped(inside + [head, verdict].filter(Boolean).join('  '), width)
      lines.push(it.loss ? text.replace('DATA LOSS', paint.bad('DATA LOSS')) : text)
      for (const one of it.properties.slice(0, mostProperties))
        add(valueLines(one.path, one, one.replaces === 'maybe' ? '  (may replace)' : '', room - 4), '    ')
      const rest = it.properties.length - mostProperties
      if (rest > 0) add([`and ${rest} more, see --format json`], '    ')
    }
  }
  return lines
}

function stageRows(stage: PlannedStage, { differences }: PlanView, paint: Paint, width: number): string[] {
  const own = rowsOf(differences).filter((row) => row.stage === stage.name)
  const stuck = differences.stuck.filter((it) => it.stage === stage.name)
  if (stage.notes)
    return stage.notes.map((note, at) => cropped(`   ${(at === 0 ? stage.name : '').padEnd(label)}${note}`, width))
  if (stage.regions.every((it) => it.change === 'none'))
    return [`   ${stage.name.padEnd(label)}${paint.dim('no change')}`]
  const lines = stage.regions.flatMap((it): string[] => {
    const row = own.find(({ regions }) => regions.includes(it.region))
    const mended = stuck.filter((one) => row?.regions.includes(one.region) ?? one.region === it.region)
    // A region that reads like an earlier one is shown with it.
    if (row && row.regions[0] !== it.region) return []
    const count = it.change === 'none' || it.change === 'unknown' ? '' : plural(it.resources, 'resource')
    const plain = `${signs[it.change]} ${words[it.change].padEnd(10)} ${count}`.trimEnd()
    const text = row ? [counts(row.resources), bareReason(row)].filter(Boolean).join('   ') : plain
    const where = row ? row.where : it.region
    return [
      `${where.padEnd(14)}${it.change === 'none' ? paint.dim(text) : text}`,
      ...mended.map((one) => cropped(`${inside}! ${row?.regions[1] ? `${one.region} ` : ''}${remedyOf(one)}`, width)),
      ...(row ? details(row, paint, width) : []),
    ]
  })
  const first = `   ${stage.name.padEnd(label)}`
  let named = false
  return lines.map((line) => {
    if (line.startsWith(inside)) return line
    const text = `${named ? ' '.repeat(first.length) : first}${line}`
    named = true
    return cropped(text, width)
  })
}

/** `name      text`, wrapped under itself. */
const field = (name: string, text: string, width: number): string[] =>
  wrap(text, width - 3 - label).map((line, at) => cropped(`   ${(at === 0 ? name : '').padEnd(label)}${line}`, width))

function endings({ differences, unchecked }: PlanView, width: number): string[] {
  const needs = needsConsent(differences)
  const rights = rowsOf(differences).flatMap((row) =>
    row.resources.flatMap((it) => it.rights.map((text) => `+ ${crumbs([row.stage, ...it.path])}\n  ${text}`)),
  )
  const once = [...new Set(rights)].flatMap((text, at) => field(at === 0 ? 'rights' : '', text, width))
  const stood = (loss: boolean): Need[] => needs.filter((it) => it.loss === loss)
  const ask = (name: string, some: Need[]): string[] =>
    some.length === 0
      ? []
      : field(name, `${some.map(said).join('\n')}\nAllow it with ${flagsFor(some, needs).join(' ')}`, width)
  const kept = keptNames(differences)
  const names =
    kept.length === 0 ? [] : field('refused', `${kept.map(saidOfKept).join('\n')}\n${wayOfKept(differences)}`, width)
  const orphans = orphanNames(differences).flatMap((name) =>
    field('left', `${name} is deployed, but no longer in system.yaml. Remove it with --allow-replace ${name}`, width),
  )
  const stuck = differences.stuck.flatMap((it) =>
    it.objection === undefined ? [] : field('refused', `${it.objection}\nAllow it with ${stuckFlag(it)}`, width),
  )
  const blind = unchecked.flatMap((text, at) => field(at === 0 ? 'not checked' : '', text, width))
  return [
    ...once,
    ...blind,
    ...orphans,
    ...ask('asks', stood(false)),
    ...ask('refused', stood(true)),
    ...names,
    ...stuck,
  ]
}

/** One line: how many instances the plan creates, updates and deletes, and how long that usually takes. */
export function summaryOf({ stages, usualSeconds }: PlanView): string {
  const pairs = stages.flatMap((stage) => stage.regions)
  const count = (what: Change): number => pairs.filter((it) => it.change === what).length
  const changes = (['create', 'update', 'delete'] as const)
    .filter((what) => count(what) > 0)
    .map((what) => `${count(what)} to ${what}`)
  const silent = count('unknown') > 0 ? `, ${count('unknown')} not seen` : ''
  if (changes.length === 0) return `no changes: ${plural(pairs.length, 'stack instance')} as wanted${silent}`
  return `${plural(pairs.length, 'stack instance')}: ${changes.join(', ')}${silent} · usually ${roughly(usualSeconds)}`
}

/** The whole plan, without its heading, in lines of at most `width` columns. */
export function planText(view: PlanView, paint: Paint, width: number): string {
  const shown = view.stages.filter((stage) => stage.regions.length > 0 || stage.notes)
  const ends = endings(view, width)
  return [
    ...shown.flatMap((stage) => stageRows(stage, view, paint, width)),
    '',
    ...(ends.length > 0 ? [...ends, ''] : []),
    `   ${summaryOf(view)}`,
  ].join('\n')
}
