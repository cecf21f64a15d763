// The citizen data system lives on the simulator: deployed, unchanged, destroyed without a trace, and made anew.
import { beforeAll, expect, test } from 'vitest'
import { type Account, copyOf } from '../cloud.ts'
import { keysOfCitizen } from '../requirements/checks/citizen.ts'
import { deployAgain, destroyAll, firstLife, makespan, outputs } from './lifetime.ts'

let it: Account
let told: Record<string, string>
beforeAll(async () => {
  it = await firstLife('citizen')
  told = outputs()
})

test('a deploy writes an outputs file with all keys (COMMON-13)', () => {
  const own = ['System', 'EnvironmentSuffix', 'AccountId', 'PrimaryRegion', 'Simulated']
  expect(Object.keys(told).sort()).toEqual([...own, ...keysOfCitizen].sort())
  for (const [key, value] of Object.entries(told)) expect(value, key).toMatch(/\S/)
})

test('it takes 22 to 25 minutes, no longer than its longest way', () => {
  const { real, critical } = makespan(it, 'citizen')
  expect(real / critical).toBeLessThan(1.03)
  expect(real / 60).toBeGreaterThan(22)
  expect(real / 60).toBeLessThan(25)
})

test('a second deploy changes nothing at all', async () => {
  expect(await deployAgain(copyOf(it), 'citizen')).toEqual({})
})

test('destroy leaves a key that waits for its deletion, and the same suffix can be deployed again (COMMON-04)', async () => {
  const copy = copyOf(it)
  expect(await destroyAll(copy, 'citizen')).toEqual(['AWS::KMS::Key pending'])
  await deployAgain(copy, 'citizen')
  expect(outputs()).toMatchObject({ DatabaseIdentifier: told.DatabaseIdentifier })
  expect(outputs().KeyArn).not.toBe(told.KeyArn)
})

test('another region and another pair of zones can be chosen', async () => {
  const elsewhere = await firstLife('citizen', { primary: 'eu-west-1', parameter: ['DatabaseZones=1-2'] })
  expect(outputs()).toMatchObject({ PrimaryRegion: 'eu-west-1', PrimaryZone: 'eu-west-1a', StandbyZone: 'eu-west-1b' })
  const database = Object.values(elsewhere.simulator.inspect().resources).find(
    ({ type }) => type === 'AWS::RDS::DBInstance',
  )
  expect(database).toMatchObject({ region: 'eu-west-1', physicalId: 'citizen-pr123' })
})

test('a small environment can grow to the large scale without losing its database', async () => {
  const grown = copyOf(it)
  // CloudFormation says of another retention of backups that it may replace: so it is asked about, and does not.
  await deployAgain(grown, 'citizen', { scale: 'large' }, ['Database/Instance'])
  const made = (account: Account) =>
    Object.values(account.simulator.inspect().resources).find(({ type }) => type === 'AWS::RDS::DBInstance')
  expect(made(grown)).toMatchObject({ createdAt: made(it)?.createdAt, properties: { BackupRetentionPeriod: '35' } })
})
