// The end of a deploy: one more look at the world, which is the verdict; then what it leaves: outputs and a release.
import { isDeepStrictEqual } from 'node:util'
import { isSame } from '../execute/actions/direct-stage.ts'
import { lastRelease, regionsOf, type Release, writeRecord } from '../load/environment.ts'
import type { Report } from '../core/events.ts'
import type { Outcome } from '../execute/execute.ts'
import { observe, type Snapshot, type StageState, stageOutputs } from '../observe/observe.ts'
import { flatOutputs, writeOutputs } from '../report/outputs.ts'
import { person } from '../core/person.ts'
import { nextCall } from '../plan/next-call.ts'
import { exitOf, instanceOutcomes, reportHead, stageReport } from '../report/report.ts'
import type { Run } from '../core/run.ts'
import { optionsOf, type TargetSession } from '../load/session.ts'
import { deployVerdict } from '../report/verdict.ts'
import { version } from '../core/version.ts'
import { unclear } from '../observe/unknown-status.ts'
import type { Planned } from '../plan/plan.ts'
import { isSettled } from '../core/stack-status.ts'
import type { Aws } from '../aws/connect.ts'
import type { WantedStage } from '../plan/wanted.ts'

type Roots = Planned['pkg']['stages']

/** What a release records of an environment as it is deployed. */
function standing(
  session: TargetSession,
  snapshot: Snapshot,
  roots: Roots,
): Pick<Release, 'stages' | 'outputs' | 'stageOutputs'> {
  const { aws, target, simulated } = session
  const outputs = stageOutputs(target, snapshot.stages)
  const stages = target.system.stages.map((stage) => [
    stage.name,
    { template: roots[stage.name]?.key ?? '', parameters: snapshot.stages[stage.name]?.set?.parameters ?? {} },
  ])
  return {
    stages: Object.fromEntries(stages) as Release['stages'],
    outputs: flatOutputs(target, aws.account, simulated, outputs).values,
    stageOutputs: outputs,
  }
}

const placeOf = ({ target }: TargetSession): { system: string; suffix: string } => ({
  system: target.system.name,
  suffix: target.suffix,
})

/** Whether what is deployed is no release yet: the run that deployed it could not record it. */
export async function unrecorded(session: TargetSession, { snapshot, pkg }: Planned): Promise<boolean> {
  const { aws, target, buckets } = session
  if (target.only) return false
  const last = await lastRelease(aws, buckets, placeOf(session))
  return !last || !isDeepStrictEqual({ ...last, ...standing(session, snapshot, pkg.stages) }, last)
}

/** A release is what a deploy that ended well has left: the way back to it. */
export async function record(run: Run, session: TargetSession, outcomes: Outcome[], roots: Roots): Promise<void> {
  const { aws, target, buckets, home } = session
  // A deploy of some regions only is no release: the way back must be to a whole.
  if (target.only || outcomes.some((it) => it.outcome !== 'succeeded' && it.outcome !== 'unchanged')) return
  const left = standing(session, await observe(aws, home, target), roots)
  const before = await lastRelease(aws, buckets, placeOf(session))
  // What is deployed is the last release: a run that died may have written it in one region only.
  const same = before && isDeepStrictEqual({ ...before, ...left }, before)
  const release = same
    ? before
    : {
        id: `r${Number(before?.id.slice(1) ?? 0) + 1}`,
        at: new Date(run.clock.now()).toISOString(),
        by: person(),
        version,
        ...left,
        verdict: 'succeeded',
      }
  await writeRecord(aws, buckets, target, `releases/${release.id}.json`, release)
}

/** Stages that are not as wanted where this run looked. With `--direct` the stacks themselves are asked, not their set. */
async function unlikeStages(session: TargetSession, { wanted }: Planned, snapshot: Snapshot): Promise<string[]> {
  const { aws, target, settings } = session
  const outputs = stageOutputs(target, snapshot.stages)
  const unlike: string[] = []
  for (const { name } of target.system.stages) {
    const state = snapshot.stages[name]
    const want = wanted(name, outputs)
    const good = settings.direct
      ? await areStacksWanted(aws, want, state)
      : state?.set !== undefined && nextCall(want, state) === undefined
    if (!good) unlike.push(name)
  }
  return unlike
}

/** Asks each stack of the stage itself, whatever its set says. */
async function areStacksWanted(aws: Aws, want: WantedStage, state: StageState | undefined): Promise<boolean> {
  const asked = want.steps.flatMap((step) =>
    step.regions.map(async (region) => {
      const stack = state?.instances.find((it) => it.region === region)?.stack
      if (!stack || !isSettled(stack.status)) return false
      return isSame({ aws }, region, stack, want, { ...want.definition.parameters, ...step.overrides })
    }),
  )
  return (await Promise.all(asked)).every(Boolean)
}

/** Outputs are written only when everything is as wanted, and not by a run that looked at a part only. */
export async function conclude(run: Run, session: TargetSession, facts: Planned, outcomes: Outcome[]): Promise<Report> {
  const { aws, target, home, simulated } = session
  const changed = outcomes.length > 0
  const snapshot = changed ? await observe(aws, home, target) : facts.snapshot
  const flat = flatOutputs(target, aws.account, simulated, stageOutputs(target, snapshot.stages))
  const missing = target.only ? [] : flat.missing
  const unlike = await unlikeStages(session, facts, snapshot)
  const unknown = Object.values(snapshot.stages).some((it) => unclear(it.instances).length > 0)
  const exit = exitOf(outcomes, unlike.length === 0 && missing.length === 0, 4, unknown)
  const release = await lastRelease(aws, session.buckets, placeOf(session))
  const options = optionsOf(session)
  const only = target.only ? ` --region ${target.only.join(' --region ')}` : ''
  const instances = instanceOutcomes(snapshot).filter((it) => regionsOf(target).includes(it.region))
  const verdict = deployVerdict({
    name: `${target.system.name} · ${target.suffix}`,
    exit,
    outcomes,
    stages: target.system.stages.length,
    instances: instances.length,
    unlike,
    missing,
    release: release?.id,
  })
  const rest = Object.values(target.regions).filter((region) => !regionsOf(target).includes(region))
  return {
    ...reportHead(run, session),
    ...stageReport(outcomes),
    exit,
    verdict:
      rest.length > 0
        ? `${verdict}; only ${regionsOf(target).join(', ')} was looked at, not ${rest.join(', ')}`
        : verdict,
    instances,
    usualSeconds: changed ? facts.usualSeconds : 0,
    next:
      exit === 0
        ? [`dr status ${options}`, `dr outputs ${options}`, `dr destroy ${options}`]
        : [
            `dr deploy ${options}${only}`,
            ...(release && outcomes.some((it) => it.outcome === 'failed')
              ? [`dr deploy ${options} --release ${release.id}`]
              : []),
          ],
    files: exit === 0 && !target.only ? writeOutputs(target, flat.values) : [],
  }
}
