// SDK clients that are answered by a simulated cloud held in memory.
import { plug, type Pluggable } from '../../../src/simulator/middleware.ts'
import type { Answers, Call } from '../../../src/simulator/answer.ts'
import type { Fault } from '../../../src/simulator/faults.ts'
import type { Bucket, Cloud } from '../../../src/simulator/state.ts'

/** A client of one region, answered by these answers at the cloud's present time. */
export function client<C extends Pluggable>(
  Client: new (config: never) => C,
  cloud: Cloud,
  answers: Answers,
  region = 'us-east-1',
  faults: readonly Fault[] = [],
): C {
  const credentials = { accessKeyId: 'simulated', secretAccessKey: 'simulated' }
  const made = new Client({ region, credentials, maxAttempts: 1 } as never)
  plug(made, async (command, input, from) => {
    const call: Call = { cloud, faults, region: from, now: cloud.now }
    const answer = answers[command]
    if (!answer) throw new Error(`the simulator does not know ${command}`)
    return answer(input as never, call)
  })
  return made
}

/** An empty bucket. */
export const bucket = (name: string, versioning: Bucket['versioning'] = 'Enabled', region = 'us-east-1'): Bucket => ({
  name,
  region,
  createdAt: 0,
  versioning,
  tags: {},
  versions: [],
  uploads: [],
})
