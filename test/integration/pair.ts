// What every system with two regions is asked after a deploy, from its outputs file alone.
import { Resolver } from 'node:dns/promises'
import { relative } from 'node:path'
import { expect, test } from 'vitest'
import type { Aws } from '../../src/lib/aws/connect.ts'
import { masked, stackSetName } from '../../src/lib/names.ts'
import { environment, outputsFile } from './environment.ts'

type Rule = (name: string, run: () => unknown) => void

export interface Pair {
  /** A test that runs on the simulator and on AWS alike; skipped when the file is about another system. */
  rule: Rule
  /** A test of what is not simulated: APIs that answer and items that move. */
  onAws: Rule
  /** A value of the outputs file; fails when it is not there. */
  get: (key: string) => string
  aws: Aws
}

/** Prefixes of the keys of either region. */
export const sides = ['Primary', 'Failover'] as const

/** The deployed system, and the rules that hold for any system with two regions. */
export async function pair(system: string): Promise<Pair> {
  const stages = ['foundation', 'data', 'app', 'dns']
  const found = await environment()
  const isOurs = found?.outputs.System === system
  const why = found ? 'that file is about another system' : 'no such file: run dr deploy first'
  const rule: Rule = isOurs ? test : (name) => test.skip(`${name} (${relative('', outputsFile)}: ${why})`)
  const onAws: Rule = isOurs && !found.simulated ? rule : (name) => test.skip(`${name} (AWS only)`)
  const { outputs, aws } = found ?? ({} as NonNullable<typeof found>)
  const get = (key: string): string => {
    expect(outputs[key], `${key} in ${outputsFile}`).toMatch(/\S/)
    return outputs[key] ?? ''
  }
  const instances = (stage: string) =>
    aws.stackSets(get('FailoverRegion')).instances(stackSetName(system, stage, get('EnvironmentSuffix')))

  rule('COMMON-13 the file belongs to the account that the credentials belong to', () => {
    expect(masked(aws.account)).toBe(masked(get('AccountId')))
  })

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
          if (side === 'Primary' && !(key in seen)) seen[key] = value
        }
      }
    const own = new Set(['System', 'EnvironmentSuffix', 'AccountId', 'PrimaryRegion', 'FailoverRegion', 'Simulated'])
    const claimed = Object.entries(outputs).filter(([key]) => !own.has(key))
    expect(claimed.length).toBeGreaterThan(30)
    for (const [key, value] of claimed) expect(seen[key], key).toBe(value)
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

  return { rule, onAws, get, aws }
}
