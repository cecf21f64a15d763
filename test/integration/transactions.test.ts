// End to end on a deployed transactions system; run after `dr deploy`, on the simulator or on AWS.
import { Resolver } from 'node:dns/promises'
import { relative } from 'node:path'
import { expect, test } from 'vitest'
import { masked, stackSetName } from '../../src/lib/names.ts'
import { environment, outputsFile } from './environment.ts'

const found = await environment()
const isOurs = found?.outputs.System === 'transactions'
const why = found ? 'that file is about another system' : 'no such file: run dr deploy first'
const rule = isOurs
  ? test
  : (name: string, _run: () => unknown) => test.skip(`${name} (${relative('', outputsFile)}: ${why})`)
// Data planes are not simulated: only AWS can answer a request or move an item.
const onAws = isOurs && !found.simulated ? test : (name: string, _run: () => unknown) => test.skip(`${name} (AWS only)`)

const { outputs, aws } = found ?? ({} as NonNullable<typeof found>)
const get = (key: string): string => {
  expect(outputs[key], `${key} in ${outputsFile}`).toMatch(/\S/)
  return outputs[key] ?? ''
}
const stages = ['foundation', 'data', 'app', 'dns']
const sides = ['Primary', 'Failover']

rule('COMMON-13 the file belongs to the account that the credentials belong to', () => {
  expect(masked(aws.account)).toBe(masked(get('AccountId')))
})

rule('COMMON-14 every stage is current in both regions', async () => {
  for (const stage of stages) {
    const name = stackSetName('transactions', stage, get('EnvironmentSuffix'))
    const instances = await aws.stackSets(get('FailoverRegion')).instances(name)
    const regions = instances.filter(({ status }) => status === 'CURRENT').map(({ region }) => region)
    expect(regions.sort(), name).toEqual([get('PrimaryRegion'), get('FailoverRegion')].sort())
  }
})

rule('COMMON-14 the stacks still say what the file says', async () => {
  const seen: Record<string, string> = {}
  for (const stage of stages) {
    const name = stackSetName('transactions', stage, get('EnvironmentSuffix'))
    for (const { region, stackId } of await aws.stackSets(get('FailoverRegion')).instances(name)) {
      const stack = await aws.stacks(region).describe(stackId ?? '')
      const side = region === get('PrimaryRegion') ? 'Primary' : 'Failover'
      for (const [key, value] of Object.entries(stack?.outputs ?? {})) {
        seen[side + key] = value
        if (side === 'Primary' && !(key in seen)) seen[key] = value
      }
    }
  }
  const own = new Set(['System', 'EnvironmentSuffix', 'AccountId', 'PrimaryRegion', 'FailoverRegion', 'Simulated'])
  const claimed = Object.entries(outputs).filter(([key]) => !own.has(key))
  expect(claimed.length).toBeGreaterThan(30)
  for (const [key, value] of claimed) expect(seen[key], key).toBe(value)
})

rule('COMMON-14 a document can be stored in the bucket of each region, read, and removed for good', async () => {
  for (const side of sides) {
    const objects = aws.objects(get(`${side}Region`))
    const [bucket, key] = [get(`${side}BucketName`), `integration-test/${side}.json`]
    await objects.put(bucket, key, '{"stored":true}')
    expect((await objects.get(bucket, key))?.text).toBe('{"stored":true}')
    await objects.deleteVersions(bucket, await objects.versions(bucket, key))
    expect(await objects.exists(bucket, key)).toBe(false)
  }
})

rule('COMMON-14 the resources of both regions carry the tag of the environment', async () => {
  for (const side of sides) {
    const tags = await aws.tags(get(`${side}Region`))
    const tagged = await tags.resources({ EnvironmentSuffix: get('EnvironmentSuffix'), System: 'transactions' })
    const arns = tagged.map(({ arn }) => arn)
    expect(arns).toContain(get(`${side}KeyArn`))
    expect(arns).toContain(get(`${side}FunctionArn`))
  }
})

onAws('COMMON-14 both APIs live and accept commits', async () => {
  for (const side of sides)
    for (const path of ['/health', '/ready'])
      expect((await fetch(`https://${get(`${side}ApiHost`)}${path}`)).status, side + path).toBe(200)
})

onAws('COMMON-14 a stranger cannot write', async () => {
  const answer = await fetch(`https://${get('PrimaryApiHost')}/transactions`, { method: 'POST', body: '{}' })
  expect(answer.status).toBe(403)
})

onAws('COMMON-14 the name leads to the primary, asked at the name servers of its zone', async () => {
  const [server = ''] = get('NameServers').split(',')
  const resolver = new Resolver()
  resolver.setServers(await new Resolver().resolve4(server))
  expect(await resolver.resolveCname(get('RecordName'))).toEqual([get('PrimaryApiHost')])
})
