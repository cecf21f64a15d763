// What every system with two regions is asked after a deploy, from its outputs file alone.
import { Resolver } from 'node:dns/promises'
import { expect } from 'vitest'
import { stackSetName } from '../../src/lib/core/names.ts'
import { deployed, type Deployed } from './deployed.ts'

/** Prefixes of the keys of either region. */
export const sides = ['Primary', 'Failover'] as const

/** The deployed system, and the rules that hold for any system with two regions. */
export async function pair(system: string): Promise<Deployed> {
  const stages = ['foundation', 'data', 'app', 'dns']
  const found = await deployed(system)
  const { rule, onAws, get, aws, claimed } = found
  const instances = (stage: string) =>
    aws.stackSets(get('FailoverRegion')).instances(stackSetName(system, stage, get('EnvironmentSuffix')))

  rule('COMMON-14 every stage is current in both regions', async () => {
    for (const stage of stages) {
      const regions = (await instances(stage)).filter(({ status }) => status === 'CURRENT').map(({ region }) => region)
      expect(regions.sort(), stage).toEqual([get('PrimaryRegion'), get('FailoverRegion')].sort())
    }
  })

  rule('COMMON-14 the stacks still say what the file says', async () => {
    const seen: Record<string, string> = {}
    for (const stage of stages)
      for (const { region, stackId } of await instances(stage)) {
        const stack = await aws.stacks(region).describe(stackId ?? '')
        const side = region === get('PrimaryRegion') ? 'Primary' : 'Failover'
        for (const [key, value] of Object.entries(stack?.outputs ?? {})) {
          seen[side + key] = value
          // What only one region tells has no side in its name; the primary's counts where both do.
          seen[`either ${key}`] = side === 'Primary' ? value : (seen[`either ${key}`] ?? value)
        }
      }
    for (const [key, value] of claimed(30)) expect(seen[key] ?? seen[`either ${key}`], key).toBe(value)
  })

  rule('COMMON-14 the resources of both regions carry the tag of the environment', async () => {
    for (const side of sides) {
      const tags = await aws.tags(get(`${side}Region`))
      const tagged = await tags.resources({ EnvironmentSuffix: get('EnvironmentSuffix'), System: system })
      const arns = tagged.map(({ arn }) => arn)
      expect(arns).toContain(get(`${side}KeyArn`))
      expect(arns).toContain(get(`${side}FunctionArn`))
    }
  })

  onAws('COMMON-14 the name leads to the primary, asked at the name servers of its zone', async () => {
    const [server = ''] = get('NameServers').split(',')
    const resolver = new Resolver()
    resolver.setServers(await new Resolver().resolve4(server))
    expect(await resolver.resolveCname(get('RecordName'))).toEqual([get('PrimaryApiHost')])
  })

  return found
}
