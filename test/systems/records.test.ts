// The student records system lives on the simulator: deployed, unchanged, destroyed without a trace, and made anew.
import { beforeAll, expect, test } from 'vitest'
import { type Account, copyOf } from '../cloud.ts'
import { keysOfRecords } from '../requirements/checks/records.ts'
import { deployAgain, destroyAll, firstLife, makespan, outputs } from './lifetime.ts'

let it: Account
let told: Record<string, string>
beforeAll(async () => {
  it = await firstLife('records')
  told = outputs()
})

test('a deploy writes an outputs file with all keys (COMMON-13)', () => {
  const own = ['System', 'EnvironmentSuffix', 'AccountId', 'PrimaryRegion', 'Simulated']
  expect(Object.keys(told).sort()).toEqual([...own, ...keysOfRecords].sort())
  for (const [key, value] of Object.entries(told)) expect(value, key).toMatch(/\S/)
})

test('it takes 20 to 30 minutes, no longer than its longest way', () => {
  const { real, critical } = makespan(it, 'records')
  expect(real / critical).toBeLessThan(1.03)
  expect(real / 60).toBeGreaterThan(20)
  expect(real / 60).toBeLessThan(30)
})

test('a second deploy changes nothing at all', async () => {
  expect(await deployAgain(copyOf(it), 'records')).toEqual({})
})

test('destroy leaves a key that waits for its deletion, and the same suffix can be deployed again (COMMON-04)', async () => {
  const copy = copyOf(it)
  expect(await destroyAll(copy, 'records')).toEqual(['AWS::KMS::Key pending'])
  await deployAgain(copy, 'records')
  expect(outputs()).toMatchObject({ DatabaseIdentifier: told.DatabaseIdentifier })
  expect(outputs().KeyArn).not.toBe(told.KeyArn)
})

test('a cheap run has an instance instead of the cluster, campuses that are named, and no probe', async () => {
  const chosen = ['DatabaseTopology=instance', 'InstanceClass=db.t4g.medium', 'DrillProbes=false']
  const cheap = await firstLife('records', { parameter: [...chosen, 'CampusCidrs=192.0.2.0/24,198.51.100.0/24'] })
  expect(outputs()).toMatchObject({ DatabaseIdentifier: 'records-pr123', ProbeFunctionName: 'none' })
  expect(outputs().DatabaseReaderEndpoint).toBe(outputs().DatabaseEndpoint)
  expect(await destroyAll(cheap, 'records')).toEqual(['AWS::KMS::Key pending'])
})

test('the large scale can be deployed, and a small environment can grow to it without losing its database', async () => {
  const grown = copyOf(it)
  await deployAgain(grown, 'records', { scale: 'large' })
  const made = (account: Account) =>
    Object.values(account.simulator.inspect().resources).find(({ type }) => type === 'AWS::RDS::DBCluster')
  expect(made(grown)).toMatchObject({ createdAt: made(it)?.createdAt, properties: { StorageType: 'gp3' } })
})
