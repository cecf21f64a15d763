// What a reviewer wants from a drill beside its figures: which writes were lost, what did not go as planned, what to do
// about it.
import { plural, span } from '../../core/words.ts'
import type { Operation } from '../measure/history.ts'
import { type DrillReport, isLonger, measured, verdictWord } from './report.ts'

/** More rows than these nobody reads; `probes/` holds every operation. */
const readable = 100

const fates = {
  delayed: 'came later',
  recoverable: 'in a snapshot of the side that was given up',
  lostForGood: 'lost for good',
  unknown: 'no answer: neither lost nor kept',
} as const

/** Every write that was not found, or had no answer: probe, number, when it ended after the fault, and its fate. */
export function lossList({ probes }: DrillReport): string[][] {
  const rows = probes.flatMap(({ name, operations, loss }) => {
    if (!loss) return []
    const known = new Map(operations.map((operation): [number, Operation] => [operation.sequence, operation]))
    const rowsOf = (fate: keyof typeof fates): { row: string[]; sequence: number }[] =>
      loss[fate].map((sequence) => ({
        sequence,
        row: [name, String(sequence), relative(known.get(sequence)?.ended ?? 0), fates[fate]],
      }))
    const all = [...rowsOf('delayed'), ...rowsOf('recoverable'), ...rowsOf('lostForGood'), ...rowsOf('unknown')]
    return all.toSorted((a, b) => a.sequence - b.sequence).map(({ row }) => row)
  })
  if (rows.length <= readable) return rows
  return [...rows.slice(0, readable), ['', '', '', `${rows.length - readable} more: see probes/`]]
}

/** A moment against that of the fault. */
export const relative = (ms: number): string => `${ms < 0 ? '−' : '+'}${span(Math.abs(ms))}`

/** What did not go as the plan says, in the order in which it happened. */
export function deviations(report: DrillReport): string[] {
  const { approvedBy, guards, turnedBack, objectives, checks } = report
  const blind = guards.filter(({ armed }) => !armed).map(({ name }) => name)
  const failed = checks.filter(({ verdict, name, phase }) => verdict === 'fail' && name !== phase)
  const phases = checks.filter(({ verdict, name, phase }) => verdict === 'fail' && name === phase)
  return [
    ...(approvedBy === undefined ? ['nobody was named who approved it before it began'] : []),
    ...(blind.length > 0
      ? [`it ran without ${plural(blind.length, 'guard')} that could have stopped it: ${blind.join(', ')}`]
      : []),
    ...phases.map(({ phase, detail }) => `the phase ${phase} failed: ${detail}`),
    ...failed.map(({ name, detail }) => `${name}: ${detail}`),
    ...(turnedBack === undefined ? [] : [`it was turned back before its end: ${turnedBack}`]),
    ...objectives.flatMap((it) =>
      it.verdict === 'inconclusive'
        ? [`${it.name} by ${it.probe} could not be told: ${it.because ?? measured(it)}`]
        : [],
    ),
  ]
}

/** What follows from it for people: what the drill itself asks for, then what each miss does. */
export function followUps(report: DrillReport): string[] {
  const { actions, objectives, checks, guards, pooled, approvedBy, turnedBack } = report
  const missed = objectives.filter(({ verdict }) => verdict === 'fail')
  const unknown = objectives.filter(({ verdict }) => verdict === 'inconclusive')
  return [
    ...actions,
    ...missed.map(
      (it) =>
        `find out why ${it.name} by ${it.probe} was ${verdictWord(it.verdict)}: ${measured(it)}, ${span(it.objective)} is allowed`,
    ),
    ...unknown.map(({ name, probe }) => `drill again, so that ${probe} tells ${name}`),
    ...checks.flatMap(({ verdict, name, phase }) =>
      verdict === 'fail' ? [`find out why ${name} failed (${phase})`] : [],
    ),
    ...pooled
      .filter(isLonger)
      .map(({ probe }) => `let clients renew pooled connections, a minute old at most: ${probe} was out longer`),
    ...guards.flatMap(({ armed, name }) => (armed ? [] : [`give ${name} data, or name another guard`])),
    ...(turnedBack === undefined ? [] : ['drill again from the beginning: this one shows nothing of what came after']),
    ...(approvedBy === undefined ? ['have the next one approved before it begins: --approved-by'] : []),
  ]
}
