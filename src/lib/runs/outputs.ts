// `dr outputs`: the outputs as they are at AWS now, written again.
import { DrError } from '../core/errors.ts'
import { observe, stageOutputs } from '../observe/observe.ts'
import { flatOutputs, writeOutputs } from '../report/outputs.ts'
import { optionsOf, type TargetSession } from '../load/session.ts'

export interface Outputs {
  values: Record<string, string>
  missing: string[]
  files: string[]
}

/** Reads and writes them; throws (exit 8) when nothing is deployed. An incomplete set is shown but not written. */
export async function outputs(session: TargetSession): Promise<Outputs> {
  const { aws, home, target, simulated } = session
  const snapshot = await observe(aws, home, target)
  if (Object.values(snapshot.stages).every((it) => !it.set)) throw nothingDeployed(session)
  const flat = flatOutputs(target, aws.account, simulated, stageOutputs(target, snapshot.stages))
  return { ...flat, files: flat.missing.length === 0 ? writeOutputs(target, flat.values) : [] }
}

/** The error of commands that need something deployed. */
const nothingDeployed = (session: TargetSession): DrError =>
  new DrError(
    'NothingDeployed',
    8,
    `nothing of ${session.target.system.name} · ${session.target.suffix} is deployed`,
    `deploy it with: dr deploy ${optionsOf(session)}`,
  )
