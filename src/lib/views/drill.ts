// Drills as pure text: what a system can drill, what one would do, and what one has shown.
import type { Action, DrillPlan, ProbePlan } from '../drill/drill.ts'
import { verdictWord } from '../drill/evidence/report.ts'
import { type DrillFile, isDrill } from '../drill/file.ts'
import type { DrillClass } from '../drill/evidence/report.ts'
import type { DrillOutcome } from '../core/events.ts'
import type { Paint } from './paint.ts'
import { duration, plural, roughly, wrap } from '../core/words.ts'

const label = 13
const indent = '   '

function field(name: string, text: string, width: number): string[] {
  const lines = wrap(text, width - indent.length - label)
  return lines.map((line, at) => indent + (at === 0 ? name : '').padEnd(label) + line)
}

const fields = (name: string, texts: readonly string[], width: number): string[] =>
  texts.flatMap((text, at) => field(at === 0 ? name : '', text, width))

/** What can be drilled, a row each. */
export function drillList(
  files: readonly DrillFile[],
  classOf: (file: DrillFile) => DrillClass,
  width: number,
): string {
  const rows = files.flatMap((file) => {
    const name = [file.scenario, file.mode].filter(Boolean).join(' ')
    const [kind, text] = isDrill(file) ? [classOf(file), file.title] : ['–', `not applicable: ${file.notApplicable}`]
    const lines = wrap(text, width - 28)
    return lines.map(
      (line, at) => `${indent}${(at === 0 ? name : '').padEnd(20)}${(at === 0 ? kind : '').padEnd(5)}${line}`,
    )
  })
  const classes = 'L1 writes numbers of its own · L2 interrupts · L3 moves a region · L4 may lose data'
  return [...rows, '', ...wrap(classes, width - 3).map((line) => indent + line)].join('\n')
}

const probeText = ({ name, kind, interval, from, to, measures, beside }: ProbePlan): string => {
  const where = from === to ? from : `${from} → ${to}`
  const aims = [
    ...measures.map((it) => (it === 'switch' ? 'when the name moves' : it)),
    ...(beside === undefined ? [] : [`what pooled connections add to ${beside}`]),
  ]
  const what = aims.join(', ') || 'steady state'
  return `${name}: ${kind} in ${where}, every ${duration(interval / 1000)}, for ${what}`
}

/** What a drill would do, step by step, and what it would not prove. */
export function drillPlanText(
  plan: DrillPlan,
  actions: Readonly<Record<string, Action>>,
  guards: readonly { alarm: string; state: string }[],
  width: number,
): string {
  const described = [...plan.inject, ...plan.recover].flatMap((step) => actions[step.action]?.describe(step) ?? [])
  const calls = [...new Set(described)]
  const back = plan.inject.length === 0 ? [] : [...plan.inject, ...plan.recover].toReversed().map(({ name }) => name)
  const armed = plan.guards.map(({ alarm, region }) => {
    const state = guards.find((it) => it.alarm === alarm)?.state ?? 'not looked at'
    return `${alarm} in ${region}: ${state}`
  })
  return [
    ...field('drill', `${plan.title} · ${plan.class}`, width),
    ...field('interruption', plan.interruption, width),
    ...fields('calls', calls.length > 0 ? calls : ['none that change anything of the system'], width),
    ...fields('watched by', plan.probes.map(probeText), width),
    ...fields('guards', [...armed, `at most ${roughly(plan.maxSeconds)}, then it fails back`], width),
    ...(back.length > 0 ? field('fails back', back.join(', then '), width) : []),
    ...field(
      'objectives',
      `RTO ${duration(plan.objectives.rtoSeconds)}, RPO ${duration(plan.objectives.rpoSeconds)} (${plan.objectives.source})`,
      width,
    ),
    ...fields('not proven', plan.notProven, width),
  ].join('\n')
}

/** What a drill has shown: objectives first, then what failed, then what it says nothing about. */
export function drillOutcomeText(it: DrillOutcome, paint: Paint, width: number): string[] {
  const colours = { pass: paint.good, fail: paint.bad, inconclusive: paint.warn, 'not-tested': paint.dim }
  const objectives = it.objectives.flatMap(({ name, probe, verdict, measured, objectiveSeconds, loss }) => {
    const word = verdictWord(verdict)
    const text = `${word}  ${[loss, measured].filter(Boolean).join('; ')} · objective ${duration(objectiveSeconds)} · ${probe}`
    return field(name, text, width).map((line) => line.replace(word, colours[verdict](word)))
  })
  // Where no objective is measured, the checks are what it shows.
  const shown = it.checks.filter(({ verdict }) => verdict !== 'pass' || it.objectives.length === 0)
  const passed = it.checks.length - shown.length
  const parts = it.parts.map(({ name, seconds }) => `${name} ${duration(seconds)}`).join(' · ')
  return [
    ...objectives,
    ...(parts === '' ? [] : field('RTO in parts', parts, width)),
    ...fields(
      'pooled',
      it.pooled.map(({ longer, probe }) => `${longer} · ${probe}`),
      width,
    ),
    ...(passed > 0 ? field('checks', `${plural(passed, 'more check')} passed`, width) : []),
    ...shown.flatMap(({ name, verdict, detail }) =>
      field('check', `${verdictWord(verdict)}  ${name}: ${detail}`, width),
    ),
    ...fields('do', it.actions, width),
    ...fields('not proven', it.notProven, width),
  ]
}
