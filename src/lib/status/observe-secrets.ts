// Whether the secrets that an environment reads are there in each region, under the names that it reads.
import { type Release, regionsOf } from '../load/environment.ts'
import { secretName } from '../core/names.ts'
import type { Snapshot } from '../observe/observe.ts'
import { judgeSecret } from '../plan/secrets.ts'
import type { TargetSession } from '../load/session.ts'
import { asked } from './asked.ts'
import type { SecretFact } from './observation.ts'

/** Under the name that the environment reads: the one in its stack sets, else as last released, else the one dr gives. */
export async function secretFacts(
  { aws, target }: TargetSession,
  snapshot: Snapshot | undefined,
  release: Release | undefined,
): Promise<SecretFact[]> {
  const { system, suffix } = target
  const wanted = system.secrets.flatMap((need) => regionsOf(target).map((region) => ({ need, region })))
  const chosen = [
    ...Object.values(snapshot?.stages ?? {}).map(({ set }) => set),
    ...Object.values(release?.stages ?? {}),
  ]
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
