// `dr deploy`: observe, plan, and under the lock bring every stage to what its templates say.
import { applyStage } from '../execute/actions/apply-stage.ts'
import { deleteStage } from '../execute/actions/delete-stage.ts'
import { directStage } from '../execute/actions/direct-stage.ts'
import { emptyBuckets } from '../execute/actions/empty-bucket.ts'
import { makeSecrets } from '../execute/actions/secrets.ts'
import { upload } from '../execute/actions/upload.ts'
import { unseeable } from '../aws/trouble.ts'
import { findBuckets, keepEnvironment, regionsOf } from '../load/environment.ts'
import { DrError } from '../core/errors.ts'
import type { Report } from '../core/events.ts'
import type { Outcome } from '../execute/execute.ts'
import type { Region } from '../core/model.ts'
import { objectUrl, rightsStack } from '../core/names.ts'
import { leftBehind, locked, operate } from '../execute/operate.ts'
import { silentRegions, type Snapshot } from '../observe/observe.ts'
import { checkOutputsFolder } from '../report/outputs.ts'
import { hasChanges, type Planned } from '../plan/plan.ts'
import type { Run } from '../core/run.ts'
import { optionsOf, type TargetSession } from '../load/session.ts'
import { agreed, type DeployOptions, plannedEvent } from '../confirm/agreed.ts'
import { bootstrapMissing, lacksRights, missingRoles } from './bootstrap.ts'
import { conclude, record, unrecorded } from './concluded.ts'
import { planned, wantedNow } from './planned.ts'
import { injectedState, refuseDisabled } from './preflight.ts'
import { refuseStuck } from './stuck.ts'
import { unlessUnseen } from './unseen.ts'

/** The command. Refusals are thrown before anything is touched; what happens later is in the report. */
export async function deploy(
  run: Run,
  opened: TargetSession,
  options: DeployOptions = { yes: false, allowReplace: [] },
): Promise<Report> {
  checkOutputsFolder()
  await refuseDisabled(opened)
  await requireBootstrap(opened)
  const possible = await planned(opened, { schema: true })
  refuseSilent(opened, possible.snapshot)
  const { allowReplace } = options
  await refuseStuck(opened, possible.differences.stuck, allowReplace)
  const facts = await agreed(run, opened, possible, options)
  const session = await bootstrapped(run, opened)
  run.tell(plannedEvent(facts))
  for (const it of facts.unchecked) run.tell({ kind: 'notice', message: `not checked: ${it}` })
  for (const message of await injectedState(session, facts.snapshot)) run.tell({ kind: 'notice', message })
  // What people compare with the usual time is the work at AWS, not the planning before it.
  const began = run.clock.now()
  // Where nothing is to be changed, a run that died or could not see its end may still owe its records.
  const due = hasChanges(facts.plan) || (await leftBehind(session)) || (await unrecorded(session, facts))
  const outcomes = due ? await change(run, session, facts, allowReplace) : []
  const report = await unlessUnseen(run, session, outcomes, () => conclude(run, session, facts, outcomes))
  return { ...report, seconds: outcomes.length > 0 ? Math.round((run.clock.now() - began) / 1000) : 0 }
}

/** Half a deploy is not what was asked for; the other half alone is, with `--region`. */
function refuseSilent(session: TargetSession, snapshot: Snapshot): void {
  const { target } = session
  const silent = silentRegions(target, snapshot)
  if (silent.length === 0) return
  const rest = regionsOf(target).filter((region) => !silent.includes(region))
  const options = optionsOf(session)
  throw new DrError(
    'RegionSilent',
    3,
    `${silent.join(' and ')} ${silent.length === 1 ? 'does' : 'do'} not answer; nothing was changed`,
    rest.length > 0
      ? `update the rest alone: dr deploy ${options} --region ${rest.join(' --region ')}`
      : 'try again later',
  )
}

const bare = ({ target, buckets }: TargetSession): Region[] =>
  regionsOf(target).filter((region) => buckets[region] === undefined)

const unprepared = (session: TargetSession, lacks: string[]): DrError =>
  new DrError(
    'NotBootstrapped',
    3,
    `this account is not prepared for dr: it lacks ${lacks.join(' and ')}; nothing was changed`,
    `run once: dr bootstrap --system ${session.system.name}${session.simulated ? ' --local' : ''}`,
  )

/** What IAM says, or what is assumed where it does not say. */
const orWhereUnseen = <T>(asked: Promise<T>, otherwise: T): Promise<T> =>
  asked.catch((error: unknown) => {
    if (unseeable(error)) return otherwise
    throw error
  })

/**
 * On AWS a missing bootstrap is refused: an administrator creates it once. Simulated, it is made on the way. Roles and
 * rights are asked for where nothing is recorded yet: later their absence shows as the cause of a failure, and a move to the
 * other region must not wait for IAM, which is in one.
 */
async function requireBootstrap(session: TargetSession): Promise<void> {
  const regions = bare(session)
  if (regions.length > 0 && session.simulated) return
  if (regions.length > 0) throw unprepared(session, [`an artifact bucket in ${regions.join(' and ')}`])
  if (session.environment) return
  const missing = await orWhereUnseen(missingRoles(session), [])
  if (missing.length > 0)
    throw unprepared(
      session,
      missing.map((name) => `the role ${name}`),
    )
  const { name } = session.system
  if (!session.simulated && (await orWhereUnseen(lacksRights(session), false)))
    throw unprepared(session, [`the rights of ${name} (stack ${rightsStack(name)})`])
}

/** Another system's bootstrap may be there, without the rights of this one. */
const mayLackRights = async (session: TargetSession): Promise<boolean> =>
  session.simulated && !session.environment && (await orWhereUnseen(lacksRights(session), false))

async function bootstrapped(run: Run, session: TargetSession): Promise<TargetSession> {
  if (bare(session).length === 0 && !(await mayLackRights(session))) return session
  const { outcomes } = await bootstrapMissing(run, session)
  const bad = outcomes.find((it) => it.outcome !== 'succeeded' && it.outcome !== 'unchanged')
  if (bad)
    throw (
      bad.error ?? new DrError('BootstrapFailed', 4, `${bad.name} failed: ${bad.message}`, 'run: dr bootstrap --local')
    )
  return { ...session, buckets: await findBuckets(session.aws, session.home) }
}

function change(
  run: Run,
  session: TargetSession,
  { plan, pkg, wanted, resources }: Planned,
  allowReplace: string[],
): Promise<Outcome[]> {
  const { aws, target, buckets } = session
  const targets = Object.fromEntries(regionsOf(target).map((region) => [region, buckets[region] ?? '']))
  return locked(run, session, async (lock) => {
    const environment = session.environment ?? {
      version: 1,
      system: target.system.name,
      suffix: target.suffix,
      account: aws.account,
      regions: target.regions,
      createdAt: new Date(run.startedAt).toISOString(),
    }
    await keepEnvironment(aws, buckets, target, environment)
    const outcomes = await operate(run, session, lock, plan, (context, { work, regions, name }) => {
      if (work.kind === 'make-secrets') return makeSecrets(context, work.secrets)
      if (work.kind === 'upload') return upload(context, pkg.artifacts, targets)
      if (work.kind === 'empty-buckets') return emptyBuckets(context, name, work.buckets)
      if (work.kind === 'delete-stage') {
        const totals = Object.fromEntries(regions.map((it) => [it.region, it.resources]))
        return deleteStage(context, { ...work, totals })
      }
      if (work.kind !== 'apply-stage') throw new Error(`a deploy plan holds ${work.kind}`)
      const { stage } = work
      const totals = Object.fromEntries(regionsOf(target).map((region) => [region, resources(stage.name, region)]))
      const now = wantedNow(session, stage, wanted)
      if (!session.settings.direct) return applyStage(context, { stage, totals, wanted: now, allowReplace })
      const key = pkg.stages[stage.name]?.key ?? ''
      const templateUrl = (region: Region): string => objectUrl(buckets[region] ?? '', region, key, aws.partition)
      return directStage(context, { stage, wanted: now, templateUrl })
    })
    await record(run, session, outcomes, pkg.stages)
    return outcomes
  })
}
