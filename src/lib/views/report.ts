// The end of a run as pure text: the verdict, for each cause a block, and what people want next.
import { advice } from '../advice/advice.ts'
import type { Cause, Report } from '../core/events.ts'
import { drillOutcomeText } from './drill.ts'
import type { Paint } from './paint.ts'
import { crumbs, duration, plural, roughly, wrap } from '../core/words.ts'

const indent = '   '
const label = 9

/** `cause    text`, wrapped under itself. */
function field(name: string, text: string, width: number): string[] {
  const lines = wrap(text, width - indent.length - label)
  return lines.map((line, at) => indent + (at === 0 ? name : '').padEnd(label) + line)
}

function causeBlock(cause: Cause, report: Report, paint: Paint, width: number): string[] {
  const what =
    cause.path.length > 0
      ? [crumbs(cause.path), cause.type, cause.code].filter(Boolean).join(' · ')
      : cause.type || 'the operation itself'
  const others =
    cause.cancelled > 0
      ? `${plural(cause.cancelled, 'resource')} ${cause.cancelled === 1 ? 'was' : 'were'} cancelled because of it`
      : 'nothing else failed because of it'
  const instances = report.instances.filter((it) => it.stage === cause.stage)
  const stage = report.stages.find((it) => it.name === cause.stage)
  return [
    ` ${paint.bad('✖')} ${paint.strong(`${cause.stage} failed in ${cause.region}`)}${stage ? ` after ${duration(stage.seconds)}` : ''}`,
    '',
    ...field('cause', `${what}\n${cause.reason}`, width),
    ...field('where', `stage ${cause.stage} · ${cause.region} · account ${cause.account}`, width),
    ...field('others', others, width),
    ...cause.unread.flatMap((it) => field('unseen', `${it}: the true cause may be there`, width)),
    ...field('state', instances.map((it) => `${it.region} ${it.state}`).join(' · '), width),
    ...field('next', advice(cause, report), width),
    '',
  ]
}

/** The whole end of a run. */
export function reportText(report: Report, paint: Paint, width: number): string {
  const lines: string[] = []
  for (const cause of report.causes) lines.push(...causeBlock(cause, report, paint, width))
  const mark = report.exit === 0 ? paint.good('✔') : paint.bad('✖')
  const time = duration(report.seconds)
  const took = report.seconds === 0 ? '' : report.exit === 0 ? ` in ${time}` : ` (after ${time})`
  const usual = report.usualSeconds > 0 && report.exit === 0 ? `, usually ${roughly(report.usualSeconds)}` : ''
  const verdict = wrap(`${report.verdict}${took}${usual}`, width - 3)
  lines.push(...verdict.map((line, at) => (at === 0 ? ` ${mark} ${line}` : `   ${line}`)))
  if (report.drill) lines.push('', ...drillOutcomeText(report.drill, paint, width), '')
  for (const stage of report.stages)
    if (stage.outcome === 'failed' && !report.causes.some((it) => it.stage === stage.name))
      lines.push(...field(stage.name, stage.message || stage.outcome, width))
  const journal = report.files.filter((file) => file.includes('.dr/runs/'))
  for (const file of report.files) if (!journal.includes(file)) lines.push(...field('wrote', file, width))
  // With a cause the next command stands beside it; nothing is said twice.
  const back = report.next.find((it) => it.includes('--release'))
  if (back && report.causes.length > 0) lines.push(...field('or back', back, width))
  if (report.next.length > 0 && report.causes.length === 0) lines.push(...field('next', report.next.join('\n'), width))
  if (report.exit !== 0)
    lines.push('', `${indent}${[`exit ${report.exit}`, ...journal.map((it) => `journal ${it}`)].join(' · ')}`)
  return lines.join('\n')
}
