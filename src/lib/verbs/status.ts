// `dr status`: how an environment stands; without a suffix, which environments there are.
import { type Environment, lastRelease, listEnvironments, type Release } from '../environment.ts'
import type { ExitCode } from '../errors.ts'
import { observe, silentRegions, type Snapshot, stageOutputs } from '../observe.ts'
import { flatOutputs } from '../outputs.ts'
import { isGood } from '../plan/next-call.ts'
import { regionOf } from '../plan/wanted.ts'
import type { Session, TargetSession } from '../session.ts'

export interface Status {
  exit: ExitCode
  /** One sentence. */
  verdict: string
  snapshot: Snapshot
  release: Release | undefined
  outputs: Record<string, string>
  missing: string[]
}

/** Reads; changes nothing. Exit 0 all good, 7 a region is silent, 8 nothing deployed, 9 something is not as it should be. */
export async function status(session: TargetSession): Promise<Status> {
  const { aws, home, target, simulated, buckets } = session
  const place = { system: target.system.name, suffix: target.suffix }
  const [snapshot, release] = await Promise.all([observe(aws, home, target), lastRelease(aws, buckets, place)])
  const { values, missing } = flatOutputs(target, aws.account, simulated, stageOutputs(target, snapshot.stages))
  const name = `${target.system.name} · ${target.suffix}`
  const all = { snapshot, release, outputs: values, missing }
  const states = Object.entries(snapshot.stages)
  if (states.every(([, it]) => !it.set)) return { ...all, exit: 8, verdict: `nothing of ${name} is deployed` }
  const busy = states.filter(([, it]) => it.running.length > 0).map(([stage]) => stage)
  const wrong = target.system.stages.flatMap((stage) => {
    const instances = snapshot.stages[stage.name]?.instances ?? []
    return stage.steps
      .flat()
      .map((role) => regionOf(target, role))
      .filter((region) => !instances.some((it) => it.region === region && isGood(it)))
      .map((region) => `${stage.name} in ${region}`)
  })
  const silent = silentRegions(target, snapshot)
  if (silent.length > 0)
    return {
      ...all,
      exit: 7,
      verdict: `${silent.join(' and ')} ${silent.length === 1 ? 'does' : 'do'} not answer; how ${name} stands there is unknown`,
    }
  if (busy.length > 0) return { ...all, exit: 9, verdict: `${name} is being changed (${busy.join(', ')})` }
  if (wrong.length > 0) return { ...all, exit: 9, verdict: `${name} is not complete: ${wrong.join(', ')}` }
  return { ...all, exit: 0, verdict: `${name} is complete: every stack instance is current` }
}

/** All recorded environments of the account. */
export const environments = (session: Session): Promise<Environment[]> => listEnvironments(session.aws, session.buckets)
