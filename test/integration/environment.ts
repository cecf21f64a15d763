// Where the integration tests find their target: the outputs file, and nothing else.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { connect, type Aws } from '../../src/lib/aws/connect.ts'
import { realClock } from '../../src/lib/core/clock.ts'

/** The file of the last deploy in this folder, or the one that `DR_OUTPUTS` names. */
export const outputsFile = resolve(process.env.DR_OUTPUTS ?? 'cfn-outputs/flat-outputs.json')

export interface Environment {
  outputs: Record<string, string>
  simulated: boolean
  /** Clients for the account: the simulated one beside the file, or AWS with the credentials at hand. */
  aws: Aws
}

/** The deployed environment; undefined when there is no outputs file. */
export async function environment(): Promise<Environment | undefined> {
  if (!existsSync(outputsFile)) return undefined
  const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<string, string>
  const home = outputs.FailoverRegion ?? outputs.PrimaryRegion ?? ''
  if (outputs.Simulated !== 'true') return { outputs, simulated: false, aws: await connect({ clock: realClock }, home) }
  const { localSimulator } = await import('../../src/simulator/index.ts')
  const simulator = localSimulator({ folder: join(dirname(dirname(outputsFile)), '.dr/local') })
  const plug = (client: Parameters<typeof simulator.plug>[0]) => simulator.plug(client)
  return { outputs, simulated: true, aws: await connect({ clock: simulator.clock, plug }, home) }
}
