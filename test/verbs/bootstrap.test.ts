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
