// Room for a failover: what a region may run at once, against what it and the other region ran at their peaks.
import { regionsOf } from '../load/environment.ts'
import type { Region } from '../core/model.ts'
import type { TargetSession } from '../load/session.ts'
import { asked } from './asked.ts'
import { type Fact, isKnown, type RegionFact, type Unknown } from './observation.ts'

const day = 86_400_000

/** By region; only what the system uses is asked for. */
export async function quotaFacts(
  session: TargetSession,
  outputs: Record<string, string>,
): Promise<Map<Region, RegionFact['quotas']>> {
  const { aws, target } = session
  const keys = Object.keys(outputs)
  const runs = keys.some((key) => key.endsWith('FunctionName'))
  const stores = keys.some((key) => /(Cluster|Database)Identifier$/.test(key))
  const regions = regionsOf(target)
  const peaks: Fact<number>[] = await Promise.all(
    regions.map((region) => asked(aws.clock.now, () => (runs ? peak(session, region) : Promise.resolve(0)))),
  )
  // Of a silent region nobody knows the load: the figure would promise too much.
  const blind = peaks.flatMap((fact) => (isKnown(fact) ? [] : [fact]))
  const unseen = blind.find(({ silent }) => silent === undefined) ?? blind[0]
  const load = peaks.reduce((sum, fact) => sum + (isKnown(fact) ? fact.value : 0), 0)
  const all = regions.map(async (region): Promise<[Region, RegionFact['quotas']]> => {
    const fact = await asked(aws.clock.now, async () => {
      const quotas = await aws.quotas(region)
      const [concurrency, instances] = await Promise.all([
        runs && !unseen ? quotas.concurrency() : undefined,
        stores ? quotas.instances() : undefined,
      ])
      return [
        ...(concurrency === undefined ? [] : [{ name: 'lambda', headroom: left(load, concurrency) }]),
        ...(instances === undefined ? [] : [{ name: 'rds', headroom: left(instances.used, instances.most) }]),
      ]
    })
    if (!unseen || !isKnown(fact)) return [region, fact]
    // What is left of a figure beside a silent region is told; a refusal may hide the one that counts.
    return [region, fact.value.length === 0 || unseen.silent === undefined ? silence(unseen) : fact]
  })
  return new Map(await Promise.all(all))
}

/** Why nobody knows, without what was known of something else. */
const silence = ({ unknown, looked, silent }: Unknown<unknown>): Unknown<never> => ({
  unknown,
  looked,
  ...(silent !== undefined && { silent }),
})

/** Per cent that is left. */
const left = (used: number, most: number): number => (most > 0 ? Math.floor(((most - used) / most) * 100) : 0)

/** The most invocations that ran at once in the last day; none where nothing ran. */
async function peak({ aws }: TargetSession, region: Region): Promise<number> {
  const to = aws.clock.now()
  const metric = { namespace: 'AWS/Lambda', name: 'ConcurrentExecutions', dimensions: {} }
  const points = await (await aws.alarms(region)).points(metric, { from: to - day, to, period: 3600 })
  return Math.max(0, ...points.map(({ value }) => value))
}
