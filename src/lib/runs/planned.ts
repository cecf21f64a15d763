// load → observe → plan: what plan and deploy share, so that what is shown is what is done.
import { DrError } from '../core/errors.ts'
import { lastRelease } from '../load/environment.ts'
import type { Region, Stage, StageOutputs } from '../core/model.ts'
import {
  administrationRole,
  artifactBucket,
  executionRole,
  masked,
  objectUrl,
  roleArn,
  stackSetName,
} from '../core/names.ts'
import {
  observe,
  observeStage,
  silentRegions,
  type Snapshot,
  stageOutputs,
  type StageState,
} from '../observe/observe.ts'
import { observeStrays } from '../observe/orphans.ts'
import type { InstanceDifferences } from '../core/difference.ts'
import { planDeploy } from '../plan/deploy.ts'
import { orphansOf } from '../plan/orphans.ts'
import { hasChanges, type Plan, type Planned } from '../plan/plan.ts'
import { resourceCount, usualSeconds } from '../plan/resources.ts'
import { withSecrets } from '../plan/secrets.ts'
import { over, wantedStage, type WantedStage } from '../plan/wanted.ts'
import type { TargetSession } from '../load/session.ts'
import { type Package, packageSystem } from '../templates/package.ts'
import { type Chosen, requireParameters } from '../templates/choose.ts'
import type { TemplateBody } from '../templates/evaluation.ts'
import type { ResolvedTemplate } from '../templates/resolve.ts'
import { check, contextOf, refuseFindings, schemaFindings } from '../load/validate.ts'
import { compared } from './compared.ts'
import { refuseClasses, refuseDisabled, type Touched } from './preflight.ts'
import { releasedPackage } from '../load/released.ts'
import { secretsToMake } from './secrets.ts'
import { stuckIn } from './stuck.ts'

/**
 * Validates, packages, observes and plans; changes nothing.
 * @param options.schema also check templates that were never uploaded against AWS's resource schemas (takes seconds)
 * @throws DrError exit 2 with the findings; exit 3 for a stack set that is not ours
 */
export async function planned(session: TargetSession, options: { schema: boolean }): Promise<Planned> {
  const { aws, target, home } = session
  await refuseDisabled(session)
  const context = contextOf(target)
  refuseFindings(check(context))
  const resolved = context.templates
  const [{ pkg, chosen }, snapshot, strays] = await Promise.all([
    source(session),
    observe(aws, home, target),
    observeStrays(aws, home, target),
  ])
  refuseForeign(session, snapshot)
  const { works, unchecked } = await secretsToMake(session, chosen, snapshot)
  const bucket = artifactBucket(aws.account, home)
  const recorded = await recordedOutputs(session, snapshot)
  const wanted = (name: string, outputs: StageOutputs): WantedStage => {
    const stage = target.system.stages.find((it) => it.name === name)
    const root = pkg.stages[name]
    if (!stage || !root) throw new Error(`there is no stage ${name}`)
    const place = {
      templateUrl: objectUrl(bucket, home, root.key, aws.partition),
      template: root.body,
      parameters: chosen[name] ?? {},
      administrationRoleArn: roleArn(administrationRole, aws.partition, aws.account),
      executionRoleName: executionRole,
    }
    return wantedStage(target, stage, place, over(recorded, outputs))
  }
  const resources = (stage: string, region: Region): number => resourceCount(resolved, stage, region)
  const { instances, outputs } = await compared(session, snapshot, pkg, wanted)
  const stuck = await stuckIn(session, snapshot, (stage) => wanted(stage, {}))
  const plan = withSecrets(planDeploy({ target, snapshot, outputs, wanted, resources }), works)
  if (hasChanges(plan)) unchecked.push(...(await refuseClasses(session, resolved, touchedIn(plan, instances))))
  if (options.schema && (await newTemplates(session, plan, pkg))) refuseFindings(await schemaFindings(target, resolved))
  return {
    pkg,
    plan,
    snapshot,
    differences: { instances, orphans: orphansOf(target, snapshot, strays), stuck },
    unchecked,
    strays,
    names: namesOf(resolved),
    wanted,
    resources,
    usualSeconds: usualSeconds(target.system, target.regions, resolved, changeIn(plan)),
  }
}

const namesOf = (resolved: ResolvedTemplate[]): string[] => [
  ...new Set(
    resolved.flatMap(({ stage, path, resources: own }) => Object.keys(own).map((id) => [stage, ...path, id].join('/'))),
  ),
]

/** The templates and the parameters that inputs do not give: the present ones, or with `--release` the recorded ones. */
async function source(session: TargetSession): Promise<{ pkg: Package; chosen: Chosen }> {
  const { target, settings } = session
  if (settings.release !== undefined) {
    const { release, pkg } = await releasedPackage(session, settings.release)
    const stages = Object.entries(release.stages).map(([name, { parameters }]) => [name, parameters] as const)
    return { pkg, chosen: Object.fromEntries(stages) }
  }
  const pkg = await packageSystem(target.system)
  const roots = Object.entries(pkg.stages).map(([name, root]) => [name, JSON.parse(root.body) as TemplateBody] as const)
  return { pkg, chosen: requireParameters(target, Object.fromEntries(roots)) }
}

/** What the last release recorded, for regions that are not asked (`--region`) or do not answer. */
async function recordedOutputs({ aws, buckets, target }: TargetSession, snapshot: Snapshot): Promise<StageOutputs> {
  if (!target.only && silentRegions(target, snapshot).length === 0) return {}
  const release = await lastRelease(aws, buckets, { system: target.system.name, suffix: target.suffix })
  if (release) return release.stageOutputs
  if (!target.only) return {}
  throw new DrError(
    'NoRelease',
    3,
    `no release of ${target.system.name} · ${target.suffix} is recorded, so the other regions' outputs are not known; nothing was changed`,
    'deploy it whole, without --region',
  )
}

/** What the plan does to a stage in a region. */
const changeIn = (plan: Plan) => (stage: string, region: Region) =>
  plan.stages.find((it) => it.name === stage)?.regions.find((it) => it.region === region)?.change ?? 'none'

/** Whether the plan makes a resource or gives it other properties; what could not be compared may be any of it. */
const touchedIn = (plan: Plan, instances: InstanceDifferences[]): Touched => {
  const change = changeIn(plan)
  return (stage, region, path) => {
    if (change(stage, region) === 'create') return true
    const own = instances.find((it) => it.stage === stage && it.region === region)
    return own?.unread !== undefined || (own?.resources.some((it) => it.path.join('/') === path.join('/')) ?? false)
  }
}

/** Whether a stage would change to a template that no deploy has uploaded yet: uploaded ones have been checked before. */
async function newTemplates({ aws, home, buckets }: TargetSession, plan: Plan, pkg: Package): Promise<boolean> {
  if (!hasChanges(plan)) return false
  const bucket = buckets[home]
  if (bucket === undefined) return true
  const keys = Object.values(pkg.stages).map((root) => root.key)
  const there = await Promise.all(keys.map((key) => aws.objects(home).exists(bucket, key)))
  return there.includes(false)
}

/**
 * The stage's wanted state at the moment of its execution: outputs of other stages are read once, since they are
 * complete by then, and its own from what was just observed.
 */
export function wantedNow(
  { aws, home, target }: TargetSession,
  stage: Stage,
  wanted: Planned['wanted'],
): (now: StageState) => Promise<WantedStage> {
  const references = [stage.inputs, ...Object.values(stage.overrides)].flatMap((it) => Object.values(it))
  const others = target.system.stages.filter(
    (it) => it.name !== stage.name && references.some((from) => from.stage === it.name),
  )
  const known: Record<string, StageState> = {}
  return async (now) => {
    for (const other of others) known[other.name] ??= await observeStage(aws, home, target, other)
    return wanted(stage.name, stageOutputs(target, { ...known, [stage.name]: now }))
  }
}

/** A stack set of our name that carries other tags was not created by dr: never touched. */
export function refuseForeign({ target, aws, home }: TargetSession, snapshot: Snapshot): void {
  for (const [stage, { set }] of Object.entries(snapshot.stages)) {
    const { ManagedBy, System, EnvironmentSuffix } = set?.tags ?? {}
    if (!set || (ManagedBy === 'dr' && System === target.system.name && EnvironmentSuffix === target.suffix)) continue
    throw new DrError(
      'ForeignStackSet',
      3,
      `a stack set ${stackSetName(target.system.name, stage, target.suffix)} that dr did not make exists in ${home},` +
        ` account ${masked(aws.account)}; nothing was changed`,
      'choose another suffix, or remove that stack set yourself',
    )
  }
}
