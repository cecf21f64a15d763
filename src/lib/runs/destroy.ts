// `dr destroy`: count what is there, ask, remove in reverse order, and then show that nothing is left.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deleteStage } from '../execute/actions/delete-stage.ts'
import { detachFollowers } from '../execute/actions/detach-followers.ts'
import { emptyBuckets } from '../execute/actions/empty-bucket.ts'
import { forgetDrill } from '../execute/actions/forget-drill.ts'
import { deleteLost } from '../execute/actions/repair-lost.ts'
import { removeSecrets } from '../execute/actions/secrets.ts'
import { regionsOf } from '../load/environment.ts'
import { makeDataFolder } from '../core/data-folder.ts'
import { DrError } from '../core/errors.ts'
import type { Report } from '../core/events.ts'
import type { Outcome } from '../execute/execute.ts'
import { type Held, heldBy, type Holdings, inventory } from '../observe/inventory.ts'
import { withoutAccount } from '../core/names.ts'
import { observe, silentRegions } from '../observe/observe.ts'
import { type Remains, remains } from '../observe/remains.ts'
import type { Lock } from '../execute/lock.ts'
import { leftBehind, locked, operate } from '../execute/operate.ts'
import { removeOutputs } from '../report/outputs.ts'
import { planDestroy } from '../plan/destroy.ts'
import { type Follower, followerOf, withoutFollowers } from '../plan/followers.ts'
import { withLost } from '../plan/lost.ts'
import { withoutDrill } from '../plan/open-drill.ts'
import { type Plan, shown } from '../plan/plan.ts'
import { withoutSecrets } from '../plan/secrets.ts'
import { exitOf, instanceOutcomes, reportHead, stageReport } from '../report/report.ts'
import type { Run } from '../core/run.ts'
import { optionsOf, type TargetSession } from '../load/session.ts'
import { openDrill } from './open-drill.ts'
import { evidenceOf } from './drilled.ts'
import { forgotten } from './ended-drills.ts'
import { refuseForeign } from './planned.ts'
import { secretsHeld } from './secrets.ts'
import { lostToDelete } from './stuck.ts'
import { plural } from '../core/words.ts'
import { unlessUnseen } from './unseen.ts'
import type { Bucket } from '../core/model.ts'
import { nestedType } from '../templates/tree.ts'

/** Between two looks at the tagging API. */
const pauseMs = 15_000

export interface DestroyOptions {
  yes: boolean
  /** Stages, or `stage/region`, whose lost stacks may go with the data that they hold. */
  allowReplace?: string[]
  /** Stages whose resources are retained where they cannot be deleted. */
  retain?: string[]
  /** Shows what is there before a question is asked. */
  show(holdings: Holdings): void
}

/** The command. Refusals are thrown before anything is touched. */
export async function destroy(run: Run, session: TargetSession, options: DestroyOptions): Promise<Report> {
  const { aws, home, target, settings } = session
  if (settings.protect)
    throw new DrError(
      'Protected',
      3,
      `dr.yaml protects ${target.system.name} · ${target.suffix}; nothing was changed`,
      'take protect: true out of dr.yaml first',
    )
  const snapshot = await observe(aws, home, target)
  refuseForeign(session, snapshot)
  const silent = silentRegions(target, snapshot)
  if (silent.length > 0)
    throw new DrError(
      'CouldNotLook',
      6,
      `${silent.join(' and ')} ${silent.length === 1 ? 'does' : 'do'} not answer, so what is there cannot be removed nor shown to be gone; nothing was changed`,
      'run the command again when the region answers',
    )
  const lost = await lostToDelete(session, options)
  const secrets = await secretsHeld(session)
  const stands = lost.length > 0 || secrets.ours.length > 0 || Object.values(snapshot.stages).some((it) => it.set)
  if (!stands) return nothing(run, session)
  const ofLost = await Promise.all(lost.map((it) => heldBy(aws, it.region, it.id, it.stage)))
  const held = [...(await inventory(aws, snapshot)), ...ofLost.flat()]
  const buckets = bucketsByStage(held)
  const followers = await followersOf(session, held)
  const drill = await openDrill(session)
  const names = { secrets: secrets.ours.map(({ name }) => name), keptSecrets: secrets.theirs }
  const drills = await evidenceOf(session)
  options.show({ ...(await holdings(session, held, Object.values(buckets).flat())), ...names, drills })
  await consent(run, target.suffix, options.yes)
  const resources = (stage: string, region: string): number =>
    held.filter((it) => it.stage === stage && it.region === region && it.type !== nestedType).length
  const stacks = withLost(planDestroy({ target, snapshot, buckets, resources }), target, lost)
  const plan = withoutDrill(withoutSecrets(withoutFollowers(stacks, followers), secrets.ours), drill)
  run.tell({ kind: 'planned', stages: shown(plan), usualSeconds: 0 })
  return locked(run, session, async (lock) => {
    const outcomes = await work(run, session, lock, plan, options.retain ?? [])
    return unlessUnseen(run, session, outcomes, () => conclude(run, session, lock, outcomes, held))
  })
}

function work(run: Run, session: TargetSession, lock: Lock, plan: Plan, retained: string[]): Promise<Outcome[]> {
  return operate(run, session, lock, plan, (context, { work, regions, name }) => {
    if (work.kind === 'empty-buckets') return emptyBuckets(context, name, work.buckets)
    if (work.kind === 'detach-followers') return detachFollowers(context, name, work.followers)
    if (work.kind === 'forget-drill') return forgetDrill(context, work.open)
    if (work.kind === 'remove-secrets') return removeSecrets(context, work.secrets)
    const retain = 'stage' in work && retained.includes(work.stage.name)
    if (work.kind === 'delete-stacks') return deleteLost(context, { ...work.stage, name }, work.stacks, retain)
    if (work.kind !== 'delete-stage') throw new Error(`a destroy plan holds ${work.kind}`)
    const totals = Object.fromEntries(regions.map((it) => [it.region, it.resources]))
    return deleteStage(context, { stage: work.stage, order: work.order, totals, retain })
  })
}

async function conclude(
  run: Run,
  session: TargetSession,
  lock: Lock,
  outcomes: Outcome[],
  held: Held[],
): Promise<Report> {
  const { aws, home, target } = session
  const name = `${target.system.name} · ${target.suffix}`
  const options = optionsOf(session)
  const snapshot = await observe(aws, home, target)
  const report = { ...reportHead(run, session), ...stageReport(outcomes), instances: instanceOutcomes(snapshot) }
  const stands = Object.entries(snapshot.stages).filter(([, it]) => it.set)
  if (stands.length > 0) {
    const exit = exitOf(outcomes, false, 6)
    const rest = stands.map(([stage]) => stage).join(', ')
    const verdict = `${name} is not destroyed: ${rest} ${stands.length === 1 ? 'is' : 'are'} left`
    return { ...report, exit, verdict, next: [`dr destroy ${options}`] }
  }
  const found = await remains(aws, target, held, regionsOf(target), pauses(run, lock))
  const clean = isClean(found)
  if (clean) await forgotten(run, session)
  const files = [writeProof(run, session, found)]
  const next = clean ? [`dr deploy ${options}`] : [`dr destroy ${options}`]
  const verdict = withoutAccount(`${name}: ${provenVerdict(found)}`, aws.account)
  return { ...report, exit: clean ? 0 : 6, verdict, files, next }
}

/** Waits before the tagging API is asked again; says once why. */
function pauses(run: Run, lock: Lock): (count: number) => Promise<void> {
  let told = false
  return async (count) => {
    const message = `the tagging API lists ${plural(count, 'resource')} of which no stack tells whether they are deleted; looking again for up to 3m`
    if (!told) run.tell({ kind: 'notice', message })
    told = true
    await lock.keep()
    await run.clock.sleep(pauseMs, run.signal)
  }
}

const isClean = ({ left, unseen }: Remains): boolean => left.length === 0 && unseen.length === 0

function provenVerdict({ gone, pending, listed, left, unseen }: Remains): string {
  const resources = gone.filter((it) => it.type !== nestedType).length
  const keys = pending.length > 0 ? `, ${plural(pending.length, 'key')} pending deletion` : ''
  const still = listed.length > 0 ? `, ${listed.length} gone but still listed by the tagging API` : ''
  if (left.length > 0) return `${left.length} things are left: ${left.slice(0, 5).join(', ')}`
  if (unseen.length > 0) return `could not look at everything: ${unseen.slice(0, 3).join('; ')}`
  return `nothing left: ${resources} of ${resources + pending.length} resources gone${keys}${still}, 0 not looked at`
}

function writeProof(run: Run, { target, aws, simulated }: TargetSession, found: Remains): string {
  const folder = makeDataFolder('proofs')
  const path = join(folder, `${target.system.name}-${target.suffix}-${run.id}.json`)
  const proof = {
    system: target.system.name,
    suffix: target.suffix,
    regions: target.regions,
    simulated,
    at: new Date(run.clock.now()),
    ...found,
  }
  writeFileSync(path, withoutAccount(JSON.stringify(proof, undefined, 2), aws.account))
  return path
}

async function nothing(run: Run, session: TargetSession): Promise<Report> {
  const { aws, target, environment } = session
  const verdict = `nothing of ${target.system.name} · ${target.suffix} is deployed, nothing to destroy`
  const end = (): Report => {
    removeOutputs(target)
    return { ...reportHead(run, session), exit: 0, verdict }
  }
  // A run that died after the last stack set went has left its record, or its lock.
  if (!environment && !(await leftBehind(session))) return end()
  return locked(run, session, async (lock) => {
    // Its stacks are gone; what carries its tags may be left all the same, or a region may not say.
    const found = await remains(aws, target, [], regionsOf(target), pauses(run, lock))
    const left = withoutAccount(`${target.system.name} · ${target.suffix}: ${provenVerdict(found)}`, aws.account)
    if (!isClean(found)) return { ...reportHead(run, session), exit: 6, verdict: left }
    await forgotten(run, session)
    return end()
  })
}

/** Where a global database is written to in another region than the one whose stack made it. */
async function followersOf({ aws }: TargetSession, held: Held[]): Promise<Follower[]> {
  const databases = held.filter((it) => it.type === 'AWS::RDS::GlobalCluster' && it.physicalId !== '')
  const found = databases.map(async ({ stage, region, physicalId }) => {
    const database = await (await aws.databases(region)).global(physicalId)
    return database ? followerOf(stage, region, database) : []
  })
  return (await Promise.all(found)).flat()
}

function bucketsByStage(held: Held[]): Record<string, Bucket[]> {
  const buckets: Record<string, Bucket[]> = {}
  for (const { stage, type, physicalId, region } of held)
    if (type === 'AWS::S3::Bucket' && physicalId) (buckets[stage] ??= []).push({ name: physicalId, region })
  return buckets
}

async function holdings(
  { aws }: TargetSession,
  held: Held[],
  buckets: Bucket[],
): Promise<Omit<Holdings, 'secrets' | 'keptSecrets' | 'drills'>> {
  const counted = buckets.map(async ({ name, region }) => {
    const versions = await aws.objects(region).versions(name)
    return { name, versions: versions.length, bytes: versions.reduce((sum, it) => sum + it.size, 0) }
  })
  const of = (type: string): Held[] => held.filter((it) => it.type === type)
  return {
    resources: held.filter((it) => it.type !== nestedType).length,
    instances: new Set(held.map((it) => `${it.stage} ${it.region}`)).size,
    buckets: await Promise.all(counted),
    tables: of('AWS::DynamoDB::GlobalTable').map((it) => it.physicalId),
    keys: of('AWS::KMS::Key').length,
  }
}

async function consent(run: Run, suffix: string, yes: boolean): Promise<void> {
  if (yes) return
  const answer = await run.ask(`Type the suffix to destroy it: `)
  if (answer === suffix) return
  throw answer === undefined
    ? new DrError(
        'ConsentNeeded',
        3,
        'a destroy must be confirmed, and there is no terminal to ask on; nothing was changed',
        'confirm it with --yes',
      )
    : new DrError(
        'Declined',
        3,
        `"${answer}" is not the suffix; nothing was changed`,
        'run the command again and type the suffix',
      )
}
