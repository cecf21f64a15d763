// The payments system lives on the simulator: deployed, unchanged, destroyed without a trace, and made anew.
import { beforeAll, expect, test } from 'vitest'
import { type Account, copyOf } from '../cloud.ts'
import { keysOfPayments } from '../requirements/checks/payments.ts'
import { deployAgain, destroyAll, firstLife, makespan, outputs } from './lifetime.ts'

let it: Account
let told: Record<string, string>
beforeAll(async () => {
  it = await firstLife('payments')
  told = outputs()
})

test('a deploy writes an outputs file with all keys (COMMON-13)', () => {
  const own = ['System', 'EnvironmentSuffix', 'AccountId', 'PrimaryRegion', 'FailoverRegion', 'Simulated']
  expect(Object.keys(told).sort()).toEqual([...own, ...keysOfPayments].sort())
  for (const [key, value] of Object.entries(told)) expect(value, key).toMatch(/\S/)
})

test('it takes 40 to 46 minutes, no longer than its longest way', () => {
  const { real, critical } = makespan(it, 'payments')
  expect(real / critical).toBeLessThan(1.03)
  expect(real / 60).toBeGreaterThan(40)
  expect(real / 60).toBeLessThan(46)
})

test('a second deploy changes nothing at all', async () => {
  expect(await deployAgain(copyOf(it), 'payments')).toEqual({})
})

test('destroy leaves two keys that wait for their deletion, and the same suffix can be deployed again (COMMON-04)', async () => {
  const copy = copyOf(it)
  expect(await destroyAll(copy, 'payments')).toEqual(['AWS::KMS::Key pending', 'AWS::KMS::Key pending'])
  await deployAgain(copy, 'payments')
  expect(outputs()).toMatchObject({ GlobalClusterIdentifier: told.GlobalClusterIdentifier })
  expect(outputs().PrimaryKeyArn).not.toBe(told.PrimaryKeyArn)
})

test('another pair of regions works as well, with everything that is optional', async () => {
  // All but Config rules, which need a recorder that an environment must not make.
  const chosen = ['FailoverWorkflow=true', 'AutomaticPromotion=true', 'Tracing=false']
  const other = await firstLife('payments', { primary: 'eu-west-1', failover: 'eu-central-1', parameter: chosen })
  expect(outputs()).toMatchObject({ PrimaryRegion: 'eu-west-1', FailoverRegion: 'eu-central-1' })
  const count = (type: string) =>
    Object.values(other.simulator.inspect().resources).filter((resource) => resource.type === type).length
  expect(count('AWS::StepFunctions::StateMachine')).toBe(2)
  expect(await destroyAll(other, 'payments')).toEqual(['AWS::KMS::Key pending', 'AWS::KMS::Key pending'])
})

test('a small environment grows to the large scale without losing its database', async () => {
  const grown = copyOf(it)
  await deployAgain(grown, 'payments', { scale: 'large' }, ['Network/Association2', 'Network/Association3'])
  const clusters = (account: Account) =>
    Object.values(account.simulator.inspect().resources)
      .filter(({ type }) => type === 'AWS::RDS::DBCluster')
      .map(({ physicalId, createdAt }) => ({ physicalId, createdAt }))
  expect(clusters(grown)).toEqual(clusters(it))
  expect(
    Object.values(grown.simulator.inspect().resources).filter(({ type }) => type === 'AWS::EC2::NatGateway'),
  ).toHaveLength(6)
})
