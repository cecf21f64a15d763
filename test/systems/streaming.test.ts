// The streaming system lives on the simulator: deployed, unchanged, destroyed without a trace, and made anew.
import { beforeAll, expect, test } from 'vitest'
import { type Account, copyOf } from '../cloud.ts'
import { keysOfStreaming } from '../requirements/checks/streaming.ts'
import { cloudOf } from '../runs/environment.ts'
import { deployAgain, destroyAll, firstLife, makespan, outputs } from './lifetime.ts'

const resourcesOf = (account: Account, type: string): unknown[] =>
  Object.values(cloudOf(account).resources)
    .filter((one) => one.type === type)
    .map(({ physicalId, properties }) => ({ physicalId, properties }))

let it: Account
let told: Record<string, string>
beforeAll(async () => {
  it = await firstLife('streaming')
  told = outputs()
})

test('a deploy writes an outputs file with all keys (COMMON-13)', () => {
  const own = ['System', 'EnvironmentSuffix', 'AccountId', 'PrimaryRegion', 'Simulated']
  expect(Object.keys(told).sort()).toEqual([...own, ...keysOfStreaming].sort())
  for (const [key, value] of Object.entries(told)) expect(value, key).toMatch(/\S/)
})

test('it takes about 27 minutes, no longer than its longest way', () => {
  const { real, critical } = makespan(it, 'streaming')
  expect(real / critical).toBeLessThan(1.03)
  expect(real / 60).toBeGreaterThan(24)
  expect(real / 60).toBeLessThan(30)
})

test('a second deploy changes nothing at all', async () => {
  expect(await deployAgain(copyOf(it), 'streaming')).toEqual({})
})

test('takes the port of an own image later, in place (AWS-07)', async () => {
  const copy = copyOf(it)
  const changed = await deployAgain(copy, 'streaming', { parameter: ['app.ContainerPort=3000'] }, [
    'Service/TaskDefinition',
  ])
  expect(Object.keys(changed).filter((name) => /StackSet|StackInstances/.test(name))).not.toEqual([])
  const groups = resourcesOf(copy, 'AWS::ElasticLoadBalancingV2::TargetGroup')
  expect(groups).toEqual(resourcesOf(it, 'AWS::ElasticLoadBalancingV2::TargetGroup'))
  const [service] = resourcesOf(copy, 'AWS::ECS::Service')
  expect(JSON.stringify(service)).toContain('"ContainerPort":"3000"')
})

test('destroy leaves a key that waits for its deletion, and the same suffix can be deployed again (COMMON-04)', async () => {
  const copy = copyOf(it)
  expect(await destroyAll(copy, 'streaming')).toEqual(['AWS::KMS::Key pending'])
  await deployAgain(copy, 'streaming')
  expect(outputs()).toMatchObject({ DatabaseIdentifier: told.DatabaseIdentifier })
  expect(outputs().KeyArn).not.toBe(told.KeyArn)
})

test('readers that scaling added, which no stack knows, do not keep the cluster (COMMON-04)', async () => {
  const copy = copyOf(it)
  copy.simulator.change((cloud) => {
    const own = Object.values(cloud.resources).find(({ type }) => type === 'AWS::RDS::DBInstance')
    if (!own) throw new Error('there is no instance')
    const { stackId: _, ...added } = structuredClone(own)
    const id = 'application-autoscaling-1'
    cloud.resources[`eu-central-1|AWS::RDS::DBInstance|${id}`] = { ...added, physicalId: id, tags: {} }
  })
  expect(await destroyAll(copy, 'streaming')).toEqual(['AWS::KMS::Key pending'])
})
