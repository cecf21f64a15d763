// The last look at each environment, kept on this machine: a region that falls silent is then shown as it was last seen.
// Nothing depends on it, so a folder that cannot be read or written is no error.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDataFolder } from '../core/data-folder.ts'
import { masked } from '../core/names.ts'
import type { TargetSession } from '../load/session.ts'
import type { Observation } from './observation.ts'

interface Memory {
  version: 2
  /** Two accounts may have environments of one name, and a simulated one is no memory of a real one. */
  account: string
  simulated: boolean
  observation: Observation
}

const folder = join('.dr', 'status')
const fileOf = ({ target }: TargetSession): string => join(folder, `${target.system.name}-${target.suffix}.json`)

/** What was seen last of this environment; undefined where nothing usable is there. */
export function recall(session: TargetSession): Observation | undefined {
  try {
    const it = JSON.parse(readFileSync(fileOf(session), 'utf8')) as Memory
    const own = it.account === masked(session.aws.account) && it.simulated === session.simulated
    return it.version === 2 && own ? it.observation : undefined
  } catch {
    return undefined
  }
}

/** Keeps what was seen. */
export function keep(session: TargetSession, observation: Observation): void {
  const { aws, simulated } = session
  const memory: Memory = { version: 2, account: masked(aws.account), simulated, observation }
  try {
    makeDataFolder('status')
    writeFileSync(fileOf(session), `${JSON.stringify(memory)}\n`)
  } catch {
    // A full disk or a folder without rights: the next look lacks this one, that is all.
  }
}
