// `dr status`: whether an environment can fail over now and how it stands; without a suffix, which there are.
import { type Environment, lastRelease, listEnvironments, type Release } from '../environment.ts'
import { observe, type Snapshot, stageOutputs } from '../observe.ts'
import { flatOutputs } from '../outputs.ts'
import type { Session, TargetSession } from '../session.ts'
import type { Observation } from '../status/observation.ts'
import { observation } from '../status/observe.ts'
import { judge, type Verdict } from '../status/verdict.ts'

export interface Status extends Verdict {
  observation: Observation
  snapshot: Snapshot
  release: Release | undefined
  outputs: Record<string, string>
  missing: string[]
}

/** Reads; changes nothing. Exit 0 ready, 7 unknown, 8 nothing deployed, 9 not ready, 10 a drill or failover runs or is held. */
export async function status(session: TargetSession): Promise<Status> {
  const { aws, home, target, simulated, buckets } = session
  const place = { system: target.system.name, suffix: target.suffix }
  const [snapshot, release] = await Promise.all([observe(aws, home, target), lastRelease(aws, buckets, place)])
  const { values, missing } = flatOutputs(target, aws.account, simulated, stageOutputs(target, snapshot.stages))
  // A silent region gives no outputs; what was recorded still names what it shares with the other.
  const seen = await observation(session, snapshot, { ...release?.outputs, ...values }, release)
  return { ...judge(seen), observation: seen, snapshot, release, outputs: values, missing }
}

/** All recorded environments of the account. */
export const environments = (session: Session): Promise<Environment[]> => listEnvironments(session.aws, session.buckets)
