// Bootstrap finds out what is missing, and makes that and no more.
import { beforeEach, expect, test } from 'vitest'
import type { Report } from '../../src/lib/events.ts'
import { bootstrap } from '../../src/lib/verbs/bootstrap.ts'
import { type Account, account, inEmptyFolder } from '../cloud.ts'
import { cloudOf } from './environment.ts'

beforeEach(inEmptyFolder)

const bootstrapping = async (it: Account): Promise<Report> =>
  bootstrap(it.run('bootstrap'), await it.target(), { remove: false })

test('twice has nothing to do', async () => {
  const it = account()
  expect(await bootstrapping(it)).toMatchObject({ exit: 0, verdict: 'bootstrap is complete' })
  expect(await bootstrapping(it)).toMatchObject({ exit: 0, stages: [] })
})

test.each(['dr-execution', 'dr-administration'])(
  'makes the role %s again that was removed outside of its stack',
  async (role) => {
    const it = account()
    await bootstrapping(it)
    const key = `global|AWS::IAM::Role|${role}`
    expect(cloudOf(it).resources).toHaveProperty([key])
    it.simulator.change(({ resources }) => delete resources[key])
    expect(await bootstrapping(it)).toMatchObject({ exit: 0, verdict: 'bootstrap is complete' })
    expect(cloudOf(it).resources).toHaveProperty([key])
    expect(await bootstrapping(it)).toMatchObject({ exit: 0, stages: [] })
  },
)

test('of several systems at once leaves one set of roles and a bucket in each region', async () => {
  const it = account()
  const systems = ['transactions', 'payments', 'records', 'citizen', 'streaming']
  const sessions = await Promise.all(systems.map((system) => it.target({ system })))
  const reports = await Promise.all(
    sessions.map((session) => bootstrap(it.run('bootstrap'), session, { remove: false })),
  )
  expect(reports.map(({ verdict }) => verdict)).toEqual(systems.map(() => 'bootstrap is complete'))
  const stacks = Object.values(cloudOf(it).stacks).filter(({ deletedAt }) => deletedAt === undefined)
  expect(stacks.map(({ region }) => region).sort()).toEqual(
    ['ca-central-1', 'eu-central-1', 'eu-central-2', 'us-east-1', 'us-west-2'].sort(),
  )
  expect(stacks.filter(({ parameters }) => parameters['CreateRoles'] === 'true')).toHaveLength(1)
  for (const session of sessions) {
    expect(await bootstrap(it.run('bootstrap'), session, { remove: false })).toMatchObject({ exit: 0, stages: [] })
  }
})
