// `dr deploy`: observe, plan, and under the lock bring every stage to what its templates say.
import { applyStage } from '../actions/apply-stage.ts'
import { upload } from '../actions/upload.ts'
import { findBuckets, lastRelease, regionsOf, writeRecord } from '../environment.ts'
import { DrError } from '../errors.ts'
import type { Report } from '../events.ts'
import type { Outcome } from '../execute.ts'
import type { Region } from '../model.ts'
import { locked, operate } from '../operate.ts'
import { observe, stageOutputs } from '../observe.ts'
import { checkOutputsFolder, flatOutputs, writeOutputs } from '../outputs.ts'
import { nextCall } from '../plan/next-call.ts'
import { hasChanges, shown } from '../plan/plan.ts'
import { exitOf, instanceOutcomes, reportHead, stageReport } from '../report.ts'
import type { Run } from '../run.ts'
import type { TargetSession } from '../session.ts'
import { deployVerdict } from '../verdict.ts'
import { version } from '../version.ts'
import { bootstrapMissing } from './bootstrap.ts'
import { planned, type Planned, wantedNow } from './planned.ts'
import { unlessUnseen } from './unseen.ts'

/** The command. Refusals are thrown before anything is touched; what happens later is in the report. */
export async function deploy(run: Run, opened: TargetSession): Promise<Report> {
  checkOutputsFolder()
  requireBootstrap(opened)
  const facts = await planned(opened, { schema: true })
  const session = await bootstrapped(run, opened)
  run.tell({ kind: 'planned', stages: shown(facts.plan), usualSeconds: facts.usualSeconds })
  // What people compare with the usual time is the work at AWS, not the planning before it.
  const began = run.clock.now()
  const outcomes = hasChanges(facts.plan) ? await change(run, session, facts) : []
  const report = await unlessUnseen(run, session, outcomes, () => conclude(run, session, facts, outcomes))
  return { ...report, seconds: outcomes.length > 0 ? Math.round((run.clock.now() - began) / 1000) : 0 }
}

const lacking = ({ target, buckets }: TargetSession): Region[] =>
  regionsOf(target).filter((region) => buckets[region] === undefined)

/** On AWS a missing bootstrap is refused: it is made once, by somebody who may. Simulated, it is made on the way. */
function requireBootstrap(session: TargetSession): void {
  const missing = lacking(session)
  if (missing.length === 0 || session.simulated) return
  throw new DrError(
    'NotBootstrapped',
    3,
    `this account is not prepared for dr in ${missing.join(' and ')}; nothing was changed`,
    `run once: dr bootstrap --system ${session.system.name}`,
  )
}

async function bootstrapped(run: Run, session: TargetSession): Promise<TargetSession> {
  if (lacking(session).length === 0) return session
  const { outcomes } = await bootstrapMissing(run, session)
  const bad = outcomes.find((it) => it.outcome !== 'succeeded' && it.outcome !== 'unchanged')
  if (bad)
    throw (
      bad.error ?? new DrError('BootstrapFailed', 4, `${bad.name} failed: ${bad.message}`, 'run: dr bootstrap --local')
    )
  return { ...session, buckets: await findBuckets(session.aws, session.home) }
}

function change(run: Run, session: TargetSession, { plan, pkg, wanted, resources }: Planned): Promise<Outcome[]> {
  const { aws, target, buckets } = session
  const targets = Object.fromEntries(regionsOf(target).map((region) => [region, buckets[region] ?? '']))
  return locked(run, session, async (lock) => {
    if (!session.environment)
      await writeRecord(aws, buckets, target, 'environment.json', {
        version: 1,
        system: target.system.name,
        suffix: target.suffix,
        account: aws.account,
        regions: target.regions,
        createdAt: new Date(run.startedAt).toISOString(),
      })
    const outcomes = await operate(run, session, lock, plan, (context, { work }) => {
      if (work.kind === 'upload') return upload(context, pkg.artifacts, targets)
      if (work.kind !== 'apply-stage') throw new Error(`a deploy plan holds ${work.kind}`)
      const { stage } = work
      const totals = Object.fromEntries(regionsOf(target).map((region) => [region, resources(stage.name, region)]))
      return applyStage(context, { stage, totals, wanted: wantedNow(session, stage, wanted) })
    })
    await record(run, session, outcomes, pkg.stages)
    return outcomes
  })
}

/** A release is what a deploy that ended well has left: the way back to it. */
async function record(
  run: Run,
  session: TargetSession,
  outcomes: Outcome[],
  roots: Planned['pkg']['stages'],
): Promise<void> {
  const { aws, target, buckets, simulated, home } = session
  if (outcomes.some((it) => it.outcome !== 'succeeded' && it.outcome !== 'unchanged')) return
  const snapshot = await observe(aws, home, target)
  const before = await lastRelease(aws, buckets, { system: target.system.name, suffix: target.suffix })
  const id = `r${Number(before?.id.slice(1) ?? 0) + 1}`
  const stages = target.system.stages.map((stage) => [
    stage.name,
    { template: roots[stage.name]?.key ?? '', parameters: snapshot.stages[stage.name]?.set?.parameters ?? {} },
  ])
  await writeRecord(aws, buckets, target, `releases/${id}.json`, {
    id,
    at: new Date(run.clock.now()).toISOString(),
    by: process.env['USER'] ?? 'somebody',
    version,
    stages: Object.fromEntries(stages),
    outputs: flatOutputs(target, aws.account, simulated, stageOutputs(target, snapshot.stages)).values,
    verdict: 'succeeded',
  })
}

/** The verdict comes from one more look at the world; outputs are written only when it is good. */
async function conclude(run: Run, session: TargetSession, facts: Planned, outcomes: Outcome[]): Promise<Report> {
  const { aws, target, home, simulated } = session
  const changed = outcomes.length > 0
  const snapshot = changed ? await observe(aws, home, target) : facts.snapshot
  const outputs = stageOutputs(target, snapshot.stages)
  const flat = flatOutputs(target, aws.account, simulated, outputs)
  const unlike = target.system.stages.filter((stage) => {
    const state = snapshot.stages[stage.name]
    return !state?.set || nextCall(facts.wanted(stage.name, outputs), state) !== undefined
  })
  const reached = unlike.length === 0 && flat.missing.length === 0
  const exit = exitOf(outcomes, reached, 4)
  const files = exit === 0 ? writeOutputs(target, flat.values) : []
  const release = await lastRelease(aws, session.buckets, { system: target.system.name, suffix: target.suffix })
  const name = `${target.system.name} · ${target.suffix}`
  const options = `--system ${target.system.name} --suffix ${target.suffix}${simulated ? ' --local' : ''}`
  return {
    ...reportHead(run, session),
    ...stageReport(outcomes),
    exit,
    verdict: deployVerdict({
      name,
      exit,
      outcomes,
      stages: target.system.stages.length,
      instances: instanceOutcomes(snapshot).length,
      unlike: unlike.map((it) => it.name),
      missing: flat.missing,
      release: release?.id,
    }),
    instances: instanceOutcomes(snapshot),
    usualSeconds: changed ? facts.usualSeconds : 0,
    next:
      exit === 0
        ? [`dr status ${options}`, `dr outputs ${options}`, `dr destroy ${options}`]
        : [`dr deploy ${options}`],
    files,
  }
}
