// Pure: what a drill has shown, from its plan, its journal and what its probes saw.
import type { DrillPlan } from './drill.ts'
import type { DrillReport, Objective, PooledGap, ProbeRecord } from './evidence/report.ts'
import { phases, type Line, type Phase } from './journal.ts'
import { measureGap } from './measure/gap.ts'
import { judgeLoss, judgeRecovery, unfit } from './measure/judge.ts'
import type { History } from './measure/history.ts'
import { measureLoss } from './measure/loss.ts'
import { measureRecovery } from './measure/recovery.ts'
import type { Standing } from './next.ts'
import { begunAt, endedAt, injectedAt, type Running } from './running.ts'
import type { Watched } from './watching.ts'

export type Head = Pick<DrillReport, 'simulated' | 'account' | 'software' | 'release' | 'by' | 'started' | 'ended'>

/** The report of a drill as its journal and its probes stand now. */
export function concluded(it: Running, now: Standing, head: Head): DrillReport {
  const { plan, record, watching, guards } = it
  const injected = injectedAt(it)
  const { scenario, mode, regions } = plan
  const turn = record.lines.findLast(({ entry }) => entry.kind === 'turn-back')?.entry
  const seen = watching.probes.map((one) => judged(it, one, injected))
  const restored = isRestored(it, now)
  return {
    version: 1,
    id: plan.id,
    title: plan.title,
    system: plan.system,
    suffix: plan.suffix,
    scenario,
    ...(mode && { mode }),
    class: plan.class,
    ...head,
    ...(plan.approved && { approvedBy: plan.approved.by, approvedAt: plan.approved.at }),
    regions: Object.values(regions),
    plan: record.hash,
    ...(injected !== undefined && { injected }),
    objectives: seen.flatMap(({ objectives }) => objectives).toSorted((a, b) => b.name.localeCompare(a.name)),
    parts: parts(it, injected),
    pooled: gaps(it, injected),
    phases: spans(record.lines, head.ended),
    probes: seen.map((one) => one.record),
    checks: [...seen.flatMap((one) => one.checks), ...phaseChecks(record.lines)],
    guards,
    timeline: record.lines.flatMap(({ at, entry }) => {
      if (entry.kind === 'begin' || entry.kind === 'closed') return []
      if (entry.kind === 'turn-back') return [{ at, phase: 'failback' as const, what: `turned back: ${entry.note}` }]
      const name = entry.step === undefined ? '' : `${entry.step}: `
      return [{ at, phase: entry.phase, what: `${name}${entry.outcome === 'failed' ? 'FAILED: ' : ''}${entry.note}` }]
    }),
    restored,
    ...(turn?.kind === 'turn-back' && { turnedBack: turn.note, interrupted: ['signal', 'resumed'].includes(turn.why) }),
    notProven: [...plan.notProven],
    actions:
      now.open.length > 0 ? [`undo ${now.open.join(', then ')}, or let dr try again with --resume ${plan.id}`] : [],
  }
}

/**
 * Everything is as it was. A run that died while it injected has left no word whether it did: the service must have been
 * seen to be well.
 */
export const isRestored = (it: Pick<Running, 'record'>, { open }: Pick<Standing, 'open'>): boolean =>
  open.length === 0 && (begunAt(it, 'inject') === undefined || outcomeOf(it.record.lines, 'steady-after') === 'done')

const outcomeOf = (lines: readonly Line[], phase: Phase): string | undefined =>
  lines.flatMap(({ entry }) => (entry.kind === 'end' && entry.phase === phase ? entry.outcome : [])).at(-1)

interface Judged {
  record: ProbeRecord
  objectives: Objective[]
  checks: DrillReport['checks']
}

/** What one probe says about the objectives. Without an injection only the copies can be judged, as they were found. */
function judged(it: Running, one: Watched, injected: number | undefined): Judged {
  const { plan, watching } = it
  const { name, measures, exposure } = one.plan
  const { rtoSeconds, rpoSeconds, source } = plan.objectives
  const record = watching.record(one, injected)
  const objectives: Objective[] = []
  const checks: DrillReport['checks'] = []
  const until = begunAt(it, 'failback') ?? begunAt(it, 'steady-after') ?? Number.MAX_SAFE_INTEGER
  if (injected !== undefined && !watching.hasWatchedSince(injected)) return unseen(plan, one, record)
  if (measures.includes('RTO') && injected !== undefined) {
    const history = watching.history(one, injected, Math.min(until, it.clock.now()))
    const judgement = judgeRecovery(history, measureRecovery(history), rtoSeconds * 1000)
    objectives.push({ name: 'RTO', probe: name, source, ...judgement })
  } else if (measures.includes('RTO')) {
    const because = 'nothing was injected'
    objectives.push({ name: 'RTO', probe: name, source, verdict: 'not-tested', objective: rtoSeconds * 1000, because })
  }
  // A drill that was to inject and did not says nothing of a loss.
  const isRefused = injected === undefined && plan.inject.length > 0
  if (measures.includes('RPO') && isRefused) {
    const because = 'nothing was injected'
    objectives.push({ name: 'RPO', probe: name, source, verdict: 'not-tested', objective: rpoSeconds * 1000, because })
  } else if (measures.includes('RPO')) {
    const zero = exposure ? injected : (lossBegan(it) ?? injected)
    const at = zero ?? one.verifiedAt
    const history = watching.history(one, at ?? it.clock.now(), one.verifiedAt)
    const loss = measureLoss(history, one.found)
    objectives.push({ name: 'RPO', probe: name, source, ...judgeLoss(history, loss, rpoSeconds * 1000) })
    if (loss) record.loss = loss
  }
  if (measures.includes('switch') && injected !== undefined)
    checks.push(switched(one, injected, until, rtoSeconds * 1000))
  if (injected === undefined && one.operations.length > 0) {
    const good = one.operations.filter(({ outcome }) => outcome === 'ok').length
    const all = good === one.operations.length
    const detail = `${good} of ${one.operations.length} operations were ok`
    if (!measures.includes('switch')) checks.push({ phase: 'verify', name, verdict: all ? 'pass' : 'fail', detail })
  }
  return { record, objectives, checks }
}

/** The run that watched is gone, and what it had seen with it. */
function unseen(
  { objectives: { rtoSeconds, rpoSeconds, source } }: DrillPlan,
  one: Watched,
  record: ProbeRecord,
): Judged {
  const { name, measures } = one.plan
  const objectives = measures.flatMap((what): Objective[] => {
    if (what === 'switch') return []
    const objective = (what === 'RTO' ? rtoSeconds : rpoSeconds) * 1000
    const because = 'the run that watched is gone'
    return [{ name: what, probe: name, source, verdict: 'inconclusive', objective, because }]
  })
  return { record, objectives, checks: [] }
}

/** When data began to be lost: where a runbook gives up what was not replicated, not before. */
function lossBegan(it: Running): number | undefined {
  const losing = it.plan.recover.find(({ action }) => it.actions[action]?.class === 'L4')
  return losing && begunAt(it, 'recover', losing.name)
}

/** How long the name took to move, and that it did: never called a recovery time. */
function switched(
  { plan, operations }: Watched,
  injected: number,
  until: number,
  limit: number,
): DrillReport['checks'][0] {
  const moved = operations.find(({ sent, outcome }) => sent >= injected && sent < until && outcome === 'ok')
  const name = `${plan.name} leads to ${plan.to}`
  if (!moved) return { phase: 'recover', name, verdict: 'fail', detail: 'the name was not seen to move' }
  const seconds = ((moved.ended - injected) / 1000).toFixed(1)
  const verdict = moved.ended - injected <= limit ? 'pass' : 'fail'
  return {
    phase: 'recover',
    name,
    verdict,
    detail: `${seconds} s after the injection; clients see it one time to live (TTL) later`,
  }
}

/** A phase that failed is a failed check, whatever the probes saw. */
const phaseChecks = (lines: readonly Line[]): DrillReport['checks'] =>
  lines.flatMap(({ entry }) => {
    if (entry.kind !== 'end' || entry.outcome !== 'failed') return []
    return [{ phase: entry.phase, name: entry.step ?? entry.phase, verdict: 'fail' as const, detail: entry.note }]
  })

/** The recovery time in its parts: noticing, deciding, what a runbook did, and what came after it. */
function parts(it: Running, injected: number | undefined): DrillReport['parts'] {
  const judge = it.watching.probes.find(({ plan }) => plan.measures.includes('RTO'))
  if (injected === undefined || !judge) return []
  const until = begunAt(it, 'failback') ?? it.clock.now()
  const { effect, recovered } = measureRecovery(it.watching.history(judge, injected, until))
  if (effect === undefined || recovered === undefined) return []
  const [first, last] = [it.plan.recover[0], it.plan.recover.at(-1)]
  const from = first && begunAt(it, 'recover', first.name)
  const to = last && endedAt(it, 'recover')
  const named = (name: string, ms: number): DrillReport['parts'] => (ms > 0 ? [{ name, ms }] : [])
  if (from === undefined || to === undefined)
    return [...named('detect', effect), ...named('recover', recovered - effect)]
  const [acted, done] = [from - injected, to - injected]
  return [
    ...named('detect', Math.min(effect, acted)),
    ...named('decide', acted - effect),
    ...named('promote', Math.min(done, recovered) - acted),
    ...named('return', recovered - done),
  ]
}

/** Pooled connections against fresh ones, until the drill failed back. */
function gaps(it: Running, injected: number | undefined): PooledGap[] {
  const { watching, plan } = it
  if (injected === undefined || !watching.hasWatchedSince(injected)) return []
  const until = begunAt(it, 'failback') ?? it.clock.now()
  return watching.probes.flatMap((one) => {
    const beside = watching.probes.find((fresh) => fresh.plan.name === one.plan.beside)
    if (!beside) return []
    const [fresh, pooled] = [beside, one].map((each) => watching.history(each, injected, until)) as [History, History]
    const names = { probe: one.plan.name, beside: beside.plan.name }
    const poor = unfit(fresh, plan.objectives.rtoSeconds * 1000) ?? unfit(pooled, plan.objectives.rtoSeconds * 1000)
    if (poor !== undefined) return [{ ...names, because: poor }]
    // One of them is back a moment after the other: held until the end of the watch is enough for either.
    const [plain, kept] = [measureRecovery(fresh, 0), measureRecovery(pooled, 0)]
    const longer = measureGap(plain, kept)
    const isQuiet = plain.effect === undefined && kept.effect === undefined
    const because = isQuiet ? 'neither kind saw an outage' : 'not both kinds were seen to go and come back'
    return [{ ...names, ...(longer ? { longer } : { because }) }]
  })
}

/** When each phase was, from the first word about it to the last. */
function spans(lines: readonly Line[], ended: number): DrillReport['phases'] {
  return phases.flatMap((phase) => {
    const own = lines.filter(({ entry }) => 'phase' in entry && entry.phase === phase)
    const [first, last] = [own[0], own.at(-1)]
    return first && last ? [{ phase, from: first.at, to: last.entry.kind === 'begin' ? ended : last.at }] : []
  })
}
