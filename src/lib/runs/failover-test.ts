// `dr failover-test`: injects a failover under watch, measures recovery and lost writes, fails back and keeps evidence.
import { steadyClock } from '../core/clock.ts'
import { actions } from '../drill/actions/index.ts'
import { concluded } from '../drill/conclude.ts'
import type { DrillPlan, Ground, Step } from '../drill/drill.ts'
import { keepEvidence } from '../drill/evidence/keep.ts'
import type { DrillClass } from '../drill/evidence/report.ts'
import { chosenDrill, type DrillFile, drillFiles, isDrill } from '../drill/file.ts'
import { classOf as classOfSteps, planDrill } from '../drill/plan.ts'
import { probeKinds } from '../drill/probes/index.ts'
import { type DrillRecord, recorded } from '../drill/record.ts'
import { runDrill } from '../drill/run.ts'
import { begunAt, type Running, Turn } from '../drill/running.ts'
import { safetyOf } from '../drill/safety.ts'
import { Watching } from '../drill/watching.ts'
import type { Settings } from '../load/config.ts'
import type { Report } from '../core/events.ts'
import type { Lock } from '../execute/lock.ts'
import { maskedDeep, masked } from '../core/names.ts'
import { locked } from '../execute/operate.ts'
import { person } from '../core/person.ts'
import type { Run } from '../core/run.ts'
import { templatesFolder, type TargetSession } from '../load/session.ts'
import { loadSystem } from '../load/system.ts'
import { version } from '../core/version.ts'
import { agreedDrill, type DrillConsent } from '../confirm/agreed-drill.ts'
import { refuseNothing, refuseUnready, valuesOf, worldOf } from './drilled.ts'
import { drillOutcome } from './drill-outcome.ts'
import { archiveOf, isEnded, recordOf, refuseEnded } from './ended-drills.ts'
import { status } from './status.ts'
import { alarmsOf, type GuardState } from '../drill/alarms.ts'
import type { Status } from '../status/status.ts'

export interface DrillOptions extends DrillConsent {
  scenario: string
  mode: string | undefined
  approvedBy?: string | undefined
  /** Id of a drill whose run is gone: it is failed back and ended. */
  resume?: string | undefined
}

/** An id fit for names everywhere: `d-2026-11-20T03-12-44Z`. */
const idOf = (run: Run): string => `d-${run.id}`

/**
 * The plan of a drill on the environment as it is now; reads and changes nothing.
 * @throws DrError exit 2 an unknown scenario, 3 not ready, 8 nothing deployed or not applicable, 10 a drill is running
 */
async function plannedDrill(
  session: TargetSession,
  id: string,
  { scenario, mode }: Pick<DrillOptions, 'scenario' | 'mode'>,
): Promise<{ plan: DrillPlan; ground: Ground; found: Status }> {
  const { target } = session
  const file = chosenDrill(drillFiles(target.system.folder), target.system.name, { scenario, mode })
  const found = await status(session)
  refuseUnready(session, found, file.inject.length === 0)
  const values = valuesOf(session, found)
  const plan = planDrill(file, { id, target, values }, actions)
  const ground = groundOf(session, plan, values)
  // What is not there, or has no second place to go to, is reported before a question is asked.
  const completed = (steps: readonly Step[]): Promise<Step[]> =>
    Promise.all(
      steps.map(async (step) => {
        const whole = (await actions[step.action]?.complete?.(step, ground)) ?? step
        await actions[whole.action]?.observe(whole, ground)
        return whole
      }),
    )
  const whole = { ...plan, inject: await completed(plan.inject), recover: await completed(plan.recover) }
  return { plan: whole, ground, found }
}

/** What a system can drill, and what each may break; reads files alone. */
export function listed(settings: Settings): { files: DrillFile[]; classOf: (file: DrillFile) => DrillClass } {
  const files = drillFiles(loadSystem(templatesFolder(settings), settings.system).folder)
  const classOf = (file: DrillFile): DrillClass =>
    isDrill(file) ? classOfSteps([...file.inject, ...file.recover], actions) : 'L0'
  return { files, classOf }
}

/** What a drill would do, and the results of its guards now; changes nothing. */
export async function previewed(
  session: TargetSession,
  options: Pick<DrillOptions, 'scenario' | 'mode'>,
): Promise<{ plan: DrillPlan; guards: GuardState[] }> {
  const { plan } = await plannedDrill(session, 'd-preview', options)
  return { plan, guards: await alarmsOf(session, plan) }
}

/** The command. Refusals are thrown before anything is touched; what happens later is in the report. */
export async function failoverTest(run: Run, session: TargetSession, options: DrillOptions): Promise<Report> {
  if (options.resume !== undefined) return resumed(run, session, options.resume)
  const { plan, ground, found } = await plannedDrill(session, idOf(run), options)
  await agreedDrill(run, session, plan, options)
  const { approvedBy: by } = options
  const approved = { ...plan, ...(by && { approved: { by, at: run.clock.now() } }) }
  return locked(run, session, async (lock) => {
    const record = recordOf(run, session, { plan: approved, lines: [] })
    await record.begin()
    return drilled(run, session, { record, ground, lock, release: found.release?.id ?? '' })
  })
}

async function resumed(run: Run, session: TargetSession, id: string): Promise<Report> {
  const { target } = session
  const place = { system: target.system.name, suffix: target.suffix }
  const record = recordOf(run, session, await recorded(id, place, archiveOf(session)))
  const { plan } = record
  await refuseEnded(session, record)
  const found = await status(session)
  refuseNothing(session, found)
  const ground = groundOf(session, plan, valuesOf(session, found))
  return locked(run, session, async (lock) => {
    await record.begin()
    // Whatever was injected is restored, also what could not be restored before; nothing is injected again.
    if (!isEnded(record))
      await record.add({ kind: 'turn-back', why: 'resumed', note: 'the run that began it is gone' }, false)
    return drilled(run, session, { record, ground, lock, release: found.release?.id ?? '' })
  })
}

const groundOf = (session: TargetSession, { id }: DrillPlan, outputs: Record<string, string>): Ground => {
  const { aws, target } = session
  const net = session.net(outputs['HostedZoneId'])
  return { ...net, aws, target, outputs, drill: id, signal: new AbortController().signal }
}

interface Begun {
  record: DrillRecord
  ground: Ground
  lock: Lock
  release: string
}

async function drilled(run: Run, session: TargetSession, begun: Begun): Promise<Report> {
  const { record, ground, lock, release } = begun
  const { plan } = record
  const clock = session.simulated ? run.clock : steadyClock
  const by = person()
  const it: Running = {
    plan,
    record,
    ground,
    watching: new Watching(plan.probes, ground, probeKinds, clock),
    clock,
    actions,
    world: worldOf(session, plan, ground, lock),
    safety: safetyOf(ground, plan, by),
    turn: new Turn(),
    guards: [],
  }
  const leave = (): void => {
    if (begunAt(it, 'failback') !== undefined)
      run.tell({ kind: 'notice', message: 'it fails back already, and goes on until all is restored' })
    it.turn.back('signal', 'it was left on request')
  }
  if (run.signal.aborted) leave()
  run.signal.addEventListener('abort', leave, { once: true })
  run.tell({ kind: 'drill-planned', drill: plan.id, title: plan.title, scenario: plan.scenario, class: plan.class })
  const since = new Map<string, number>()
  const named = ({ phase, step }: { phase: string; step?: string }): string => `${phase} ${step ?? ''}`
  const now = await runDrill(it, {
    begun: (task) => {
      since.set(named(task), clock.now())
      run.tell({ kind: 'phase-started', ...task })
    },
    ended: (task, outcome, note) => {
      const seconds = Math.round((clock.now() - (since.get(named(task)) ?? clock.now())) / 1000)
      run.tell({ kind: 'phase-finished', ...task, outcome, note, seconds })
    },
  })
  const report = concluded(it, now, {
    simulated: session.simulated,
    account: masked(session.aws.account),
    software: version,
    release,
    by,
    started: record.lines[0]?.at ?? run.startedAt,
    ended: clock.now(),
  })
  const shown = maskedDeep(report, session.aws.account)
  const { files, trouble } = await keepEvidence(record, shown)
  for (const message of trouble) run.tell({ kind: 'notice', message })
  return drillOutcome(run, session, shown, files)
}
