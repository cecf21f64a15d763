// Looks at an environment for `dr status`: every region at once, and nothing that one of them does not answer holds up
// the others. What no reader exists for is said to be not looked at.
import { type Release, regionsOf } from '../load/environment.ts'
import { silentRegions, type Snapshot } from '../observe/observe.ts'
import type { Region, Target } from '../core/model.ts'
import { isGood } from '../plan/next-call.ts'
import { regionOf } from '../plan/wanted.ts'
import type { TargetSession } from '../load/session.ts'
import { Checks } from './checks.ts'
import { direction } from './direction.ts'
import { alarmFacts } from './observe-alarms.ts'
import { backupFact } from './observe-backups.ts'
import { busFacts } from './observe-buses.ts'
import { databaseFacts } from './observe-databases.ts'
import { driftFact, type OwnStack, stackFacts } from './observe-drift.ts'
import { drillFacts } from './observe-drills.ts'
import { lagFacts } from './observe-lags.ts'
import { leftoverFact, namedDrill } from './observe-leftovers.ts'
import { nameFacts } from './observe-names.ts'
import { quotaFacts } from './observe-quotas.ts'
import { secretFacts } from './observe-secrets.ts'
import { lockFact, workOf } from './observe-work.ts'
import { type Fact, type InstanceFact, isKnown, known, notLookedAt, type Observation } from './observation.ts'
import { isSettled } from '../core/stack-status.ts'

/**
 * @param snapshot undefined where the administration region does not answer: what stands in the other one is seen still
 * @param outputs of the environment, as its stacks give them or as they were recorded
 * @param release the last one, whose parameters tell names that the user chose
 */
export async function observation(
  session: TargetSession,
  snapshot: Snapshot | undefined,
  outputs: Record<string, string>,
  release?: Release,
): Promise<Observation> {
  const { aws, target, home, settings } = session
  // When the look began: what it finds is never old, however fast simulated time passes meanwhile.
  const at = aws.clock.now()
  const states = Object.entries(snapshot?.stages ?? {})
  const here = {
    system: target.system.name,
    suffix: target.suffix,
    ...(session.simulated && { simulated: true as const }),
    objectives: target.system.objectives,
    operations: states.flatMap(([stage, { running }]) =>
      running.map(({ id, action, status, createdAt }) => ({ stage, id, action, status, since: createdAt })),
    ),
  }
  if (snapshot && states.every(([, { set }]) => set === undefined))
    return { ...unlooked(session), ...here, deployed: false, instances: instanceFacts(session, snapshot) }
  const checks = new Checks(aws)
  const [databases, names, buses, alarms, stacks, quotas, backup, secrets, lock, named, leftovers, { drills, open }] =
    await Promise.all([
      databaseFacts(session, outputs),
      nameFacts(session, outputs, checks),
      busFacts(session, outputs, checks),
      alarmFacts(session),
      stackFacts(session, snapshot),
      quotaFacts(session, outputs),
      backupFact(session, outputs),
      secretFacts(session, snapshot, release),
      lockFact(session),
      namedDrill(session),
      leftoverFact(session, outputs, snapshot, checks),
      drillFacts(session),
    ])
  const silent = snapshot ? silentRegions(target, snapshot) : [home]
  const regions = regionsOf(target).map((region) => {
    const fact = alarms.get(region) ?? notLookedAt
    const answered = !silent.includes(region) && (isKnown(fact) || fact.silent !== region)
    const unasked = settings.only && !settings.only.includes(region) ? { unasked: true as const } : {}
    return { region, answered, ...unasked, alarms: fact, quotas: quotas.get(region) ?? notLookedAt }
  })
  const roles = [...databases.roles, ...names, ...buses]
  const lags = await lagFacts(session, outputs, direction({ ...databases, roles, regions }))
  const instances = snapshot ? instanceFacts(session, snapshot) : stackInstances(session, stacks)
  // What the stacks of a silent region are named, only the record tells: without it nobody can look for them.
  const promised = target.system.stages.flatMap((stage) => stage.outputs.map(({ key }) => key))
  const untold = silent.length > 0 && !release ? promised.filter((key) => outputs[key] === undefined) : []
  return {
    ...unlooked(session),
    ...here,
    ...databases,
    deployed: snapshot || instances.length > 0 ? true : undefined,
    instances,
    regions,
    drift: driftFact(stacks, snapshot, at),
    roles,
    lags,
    secrets,
    backup,
    drills,
    leftovers,
    work: workOf(lock, open, named, at),
    ...(untold.length > 0 && { untold }),
    at,
  }
}

/** Without the stack sets: the stacks that should be where somebody answers, also one that is not there. */
function stackInstances({ target }: TargetSession, stacks: Fact<OwnStack[]>[]): InstanceFact[] {
  const roots = stacks.flatMap((fact) => (isKnown(fact) ? fact.value.filter(({ rootId }) => rootId === undefined) : []))
  if (roots.length === 0) return []
  const answering = new Set(regionsOf(target).filter((_, index) => isKnown(stacks[index] ?? notLookedAt)))
  return wantedInstances(target).flatMap(({ stage, region }) => {
    if (!answering.has(region)) return []
    const stack = roots.find((it) => it.stage === stage && it.region === region)?.status ?? 'none'
    return [{ stage, region, status: 'not seen', stack, good: isSettled(stack) }]
  })
}

/** What is said where there is nothing to look at. */
function unlooked({ aws, target }: TargetSession) {
  const at = aws.clock.now()
  const regions = regionsOf(target).map((region) => ({
    region,
    answered: true,
    alarms: notLookedAt,
    quotas: notLookedAt,
  }))
  const none = { roles: [], standbys: [], lags: [], secrets: [], commands: {} }
  const unseen = { drift: notLookedAt, backup: notLookedAt, drills: notLookedAt, leftovers: notLookedAt }
  return { at, regions, ...none, ...unseen, work: known(undefined, at) }
}

/** Every instance that should be, also one that no stack set has; those of silent regions are left to the region's row. */
function instanceFacts({ target }: TargetSession, { stages }: Snapshot): InstanceFact[] {
  return wantedInstances(target).flatMap(({ stage, region }): InstanceFact[] => {
    const found = stages[stage]?.instances.find((it) => it.region === region)
    if (found?.unseen || !(target.only?.includes(region) ?? true)) return []
    const [status, stack] = [found?.status ?? 'not deployed', found?.stack?.status ?? 'none']
    return [{ stage, region, status, stack, good: found !== undefined && isGood(found) }]
  })
}

const wantedInstances = (target: Target): { stage: string; region: Region }[] =>
  target.system.stages.flatMap(({ name, steps }) =>
    steps.flat().map((role) => ({ stage: name, region: regionOf(target, role) })),
  )
