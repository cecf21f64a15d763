// A drill's surroundings: what it may begin from, what it looks at on the way, and what acts when its process does not return.
import { regionsOf } from '../load/environment.ts'
import { DrError } from '../core/errors.ts'
import { alarmsOf } from '../drill/alarms.ts'
import type { Drill } from '../drill/file.ts'
import type { DrillPlan, Ground } from '../drill/drill.ts'
import { drillPrefix } from '../drill/record.ts'
import type { World } from '../drill/running.ts'
import type { Lock } from '../execute/lock.ts'
import { observe } from '../observe/observe.ts'
import type { Region } from '../core/model.ts'
import { optionsOf, type TargetSession } from '../load/session.ts'
import { databaseFacts } from '../status/observe-databases.ts'
import { isKnown } from '../status/observation.ts'
import { secretName } from '../core/names.ts'
import type { Status } from '../status/status.ts'

export type Chosen = Drill & { name: string }

/** What drill files may name in braces: the flat outputs, and `secret.<need>` for the name of each secret. */
export function valuesOf({ target }: TargetSession, { outputs, snapshot, release }: Status): Record<string, string> {
  const { system, suffix } = target
  const deployed = [
    ...Object.values(snapshot?.stages ?? {}).map(({ set }) => set),
    ...Object.values(release?.stages ?? {}),
  ]
  const secrets = system.secrets.map(({ name, parameter }): [string, string] => {
    const given = deployed.find((it) => it?.parameters[parameter])?.parameters[parameter]
    return [`secret.${name}`, given ?? secretName(system.name, suffix, name)]
  })
  return { ...release?.outputs, ...outputs, ...Object.fromEntries(secrets) }
}

/** Refuses a drill where nothing is deployed. Throws DrError (exit 8). */
export function refuseNothing({ target }: TargetSession, { answer }: Status): void {
  const message = `nothing of ${target.system.name} · ${target.suffix} is deployed`
  if (answer === 'nothing') throw new DrError('NothingDeployed', 8, message, 'deploy it first')
}

/**
 * Refuses a drill on an environment that could not survive it.
 * @throws DrError exit 8 nothing deployed, 10 a drill or failover runs, 3 not ready or not known to be
 */
export function refuseUnready(session: TargetSession, found: Status, harmless: boolean): void {
  const { target } = session
  const name = `${target.system.name} · ${target.suffix}`
  const look = `see: dr status ${optionsOf(session)}`
  refuseNothing(session, found)
  if (found.answer === 'busy') throw new DrError('Busy', 10, `${found.verdict}; nothing was changed`, look)
  if (harmless || found.answer === 'yes') {
    const away = found.observation.roles.find(({ expected, actual }) =>
      isKnown(actual) && expected !== undefined ? !actual.value.places.includes(expected) : false,
    )
    if (harmless || !away) return
    const message = `${away.name} of ${name} is not in ${away.expected} now: a drill begins from where things belong; nothing was changed`
    throw new DrError('RolesSwapped', 3, message, look)
  }
  throw new DrError('NotReady', 3, `${found.verdict}; nothing was changed`, look)
}

/** What a drill looks at beside its steps. */
export function worldOf(session: TargetSession, plan: DrillPlan, ground: Ground, lock: Lock): World {
  const { aws, home, target } = session
  return {
    keep: () => lock.keep(),
    obstacles: async () => {
      const { stages } = await observe(aws, home, target)
      const running = Object.entries(stages).filter(([, state]) => state.running.length > 0)
      return [
        ...running.map(([stage]) => `an operation runs on the stage ${stage}`),
        ...(await rotations(session, ground.outputs)),
      ]
    },
    writers: async () => {
      const { roles } = await databaseFacts(session, ground.outputs)
      const writer = roles.find(({ kind }) => kind === 'writer')
      if (!writer || !isKnown(writer.actual)) return undefined
      return [...writer.actual.value.places, ...(await loners(session, ground.outputs))]
    },
    alarms: () => alarmsOf(session, plan),
  }
}

/** Regions whose cluster left the global database: it writes for itself there, whatever the others say. */
async function loners({ aws, home }: TargetSession, outputs: Readonly<Record<string, string>>): Promise<Region[]> {
  const id = outputs['GlobalClusterIdentifier']
  const global = id === undefined ? undefined : await (await aws.databases(home)).global(id)
  if (!global) return []
  const own = ['PrimaryClusterArn', 'FailoverClusterArn'].flatMap((key) => outputs[key] ?? [])
  const alone = own.filter((arn) => global.members.every((member) => member.arn !== arn))
  const found = alone.map(async (arn) => {
    const region = arn.split(':')[3] ?? ''
    return (await (await aws.databases(region)).cluster(arn)) ? region : []
  })
  return (await Promise.all(found)).flat()
}

/** The password changes in the database before it does in the secret: a failover between the two locks everybody out. */
async function rotations({ aws, target }: TargetSession, values: Readonly<Record<string, string>>): Promise<string[]> {
  const all = target.system.secrets.flatMap(({ name }) =>
    regionsOf(target).map(async (region) => {
      const seen = await (await aws.secrets(region)).describe(values[`secret.${name}`] ?? '')
      return seen?.isRotating ? `a rotation of the secret ${seen.name} is under way in ${region}` : []
    }),
  )
  return (await Promise.all(all)).flat()
}

/** How many drills have left evidence: it outlives the environment, so that auditors find it. */
export async function evidenceOf({ aws, home, buckets, target }: TargetSession): Promise<number> {
  const bucket = buckets[home]
  const prefix = drillPrefix(target.system.name, target.suffix)
  const keys = bucket === undefined ? [] : await aws.objects(home).keys(bucket, prefix)
  return new Set(keys.map((key) => key.slice(prefix.length).split('/')[0])).size
}
