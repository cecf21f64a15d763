// Looks at an environment for `dr status`: every region at once, and nothing that one of them does not answer holds up
// the others. What no reader exists for is said to be not looked at.
import { lockHolder } from '../lock.ts'
import { secretName } from '../names.ts'
import { silentRegions, type Snapshot } from '../observe.ts'
import { isGood } from '../plan/next-call.ts'
import { judgeSecret } from '../plan/secrets.ts'
import { regionOf } from '../plan/wanted.ts'
import { type Release, regionsOf } from '../environment.ts'
import type { TargetSession } from '../session.ts'
import { asked } from './asked.ts'
import { direction } from './direction.ts'
import { alarmFacts } from './observe-alarms.ts'
import { busFacts } from './observe-buses.ts'
import { databaseFacts } from './observe-databases.ts'
import { lagFacts } from './observe-lags.ts'
import { nameFacts } from './observe-names.ts'
import {
  type Fact,
  type InstanceFact,
  known,
  notLookedAt,
  type Observation,
  type SecretFact,
  type Work,
} from './observation.ts'

/**
 * @param outputs of the environment, as its stacks give them or as they were recorded
 * @param release the last one, whose parameters tell names that the user chose
 */
export async function observation(
  session: TargetSession,
  snapshot: Snapshot,
  outputs: Record<string, string>,
  release?: Release,
): Promise<Observation> {
  const { aws, target } = session
  const { system, suffix } = target
  const now = (): number => aws.clock.now()
  const silent = silentRegions(target, snapshot)
  const states = Object.entries(snapshot.stages)
  const deployed = states.some(([, { set }]) => set !== undefined)
  const [databases, names, buses, alarms, secrets, work] = deployed
    ? await Promise.all([
        databaseFacts(session, outputs),
        nameFacts(session, outputs),
        busFacts(session, outputs),
        alarmFacts(session),
        secretFacts(session, snapshot, release),
        workFact(session),
      ])
    : [{ roles: [], standbys: [], commands: {} }, [], [], new Map<string, never>(), [], known(undefined, now())]
  const regions = regionsOf(target).map((region) => ({
    region,
    answered: !silent.includes(region),
    alarms: alarms.get(region) ?? notLookedAt,
    quotas: notLookedAt,
  }))
  const roles = [...databases.roles, ...names, ...buses]
  const lags = deployed ? await lagFacts(session, outputs, direction({ ...databases, roles, regions })) : []
  return {
    at: now(),
    system: system.name,
    suffix,
    objectives: system.objectives,
    regions,
    deployed,
    instances: instanceFacts(session, snapshot),
    operations: states.flatMap(([stage, { running }]) =>
      running.map(({ id, action, status, createdAt }) => ({ stage, id, action, status, since: createdAt })),
    ),
    drift: notLookedAt,
    ...databases,
    roles,
    lags,
    secrets,
    backup: notLookedAt,
    drills: notLookedAt,
    leftovers: notLookedAt,
    work,
  }
}

/** Every instance that should be, also one that no stack set has; those of silent regions are left to the region's row. */
function instanceFacts({ target }: TargetSession, { stages }: Snapshot): InstanceFact[] {
  return target.system.stages.flatMap((stage) =>
    stage.steps.flat().flatMap((role): InstanceFact[] => {
      const region = regionOf(target, role)
      const found = stages[stage.name]?.instances.find((it) => it.region === region)
      if (found?.unseen || !(target.only?.includes(region) ?? true)) return []
      const [status, stack] = [found?.status ?? 'not deployed', found?.stack?.status ?? 'none']
      return [{ stage: stage.name, region, status, stack, good: found !== undefined && isGood(found) }]
    }),
  )
}

/** Under the name that the environment reads: the one in its stack sets, else as last released, else the one dr gives. */
async function secretFacts(
  { aws, target }: TargetSession,
  { stages }: Snapshot,
  release: Release | undefined,
): Promise<SecretFact[]> {
  const { system, suffix } = target
  const wanted = system.secrets.flatMap((need) => regionsOf(target).map((region) => ({ need, region })))
  const chosen = [...Object.values(stages).map(({ set }) => set), ...Object.values(release?.stages ?? {})]
  return Promise.all(
    wanted.map(async ({ need, region }) => {
      const given = chosen.find((it) => it?.parameters[need.parameter])?.parameters[need.parameter]
      const own = secretName(system.name, suffix, need.name)
      const name = given ?? own
      const now = await asked(aws.clock.now, async () => {
        const view = await (await aws.secrets(region)).describe(name)
        const { fault } = judgeSecret(
          { name, need, own: name === own, regions: [region], inUse: true },
          [{ region, view, content: undefined }],
          false,
        )
        const off = Object.entries(view?.replicas ?? {}).filter(([, status]) => status !== 'InSync')
        const state = view === undefined ? 'missing' : off.length > 0 ? `replica ${off.join(', ')}` : 'there'
        return { state, ...(fault && { fault: fault.message, mend: fault.hint }) }
      })
      return { name: need.name, region, now }
    }),
  )
}

async function workFact({ aws, home, buckets, target }: TargetSession): Promise<Fact<Work | undefined>> {
  const bucket = buckets[home]
  if (bucket === undefined) return known(undefined, aws.clock.now())
  return asked(aws.clock.now, async () => {
    const found = await lockHolder({ aws, region: home, bucket, target })
    if (!found) return undefined
    const { verb, user, host, since } = found.other
    return { verb, by: `${user} on ${host}`, since: Date.parse(since), dead: found.dead }
  })
}
