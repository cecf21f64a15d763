// How the alarms of an environment stand. Its tags tell which they are: names carry what their template likes, and
// another suffix may end alike.
import type { Alarm } from '../aws/alarms.ts'
import { regionsOf } from '../load/environment.ts'
import type { Region } from '../core/model.ts'
import type { TargetSession } from '../load/session.ts'
import { asked } from './asked.ts'
import type { RegionFact } from './observation.ts'

/** So many alarms one call describes. */
const describable = 100

/** By region. */
export async function alarmFacts({ aws, target }: TargetSession): Promise<Map<Region, RegionFact['alarms']>> {
  const tags = { System: target.system.name, EnvironmentSuffix: target.suffix }
  const all = regionsOf(target).map(async (region): Promise<[Region, RegionFact['alarms']]> => {
    const fact = await asked(aws.clock.now, async () => {
      const [alarms, tagged] = [await aws.alarms(region), await (await aws.tags(region)).resources(tags, kind)]
      const names = tagged.map(({ arn }) => arn.split(':alarm:')[1] ?? '')
      const found: Alarm[] = []
      for (let from = 0; from < names.length; from += describable)
        found.push(...(await alarms.named(names.slice(from, from + describable))))
      // What is deleted keeps its tags for a while; what is not described is no alarm any more.
      return { firing: found.flatMap(({ name, state }) => (state === 'firing' ? name : [])), total: found.length }
    })
    return [region, fact]
  })
  return new Map(await Promise.all(all))
}

const kind = 'cloudwatch:alarm'
