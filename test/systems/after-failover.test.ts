// The payments system while its writer is in the failover region: what deploy leaves alone, and how destroy comes to an end.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Aws } from '../../src/lib/aws/connect.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { status } from '../../src/lib/runs/status.ts'
import { type Account, copyOf } from '../cloud.ts'
import { agreed } from '../runs/environment.ts'
import { deployAgain, destroyAll, firstLife, outputs } from './lifetime.ts'

const [east, west] = ['us-east-1', 'us-west-2']
const minute = 60_000

let deployed: Account
let values: Record<string, string>
const value = (name: string): string => values[name] ?? expect.unreachable(name)
beforeAll(async () => {
  deployed = await firstLife('payments')
  values = outputs()
})

const awsOf = async (it: Account): Promise<Aws> => (await it.target({ system: 'payments' })).aws
const writer = async (it: Account): Promise<string | undefined> =>
  (await (await (await awsOf(it)).databases(west)).global(value('GlobalClusterIdentifier')))?.writer?.split(':')[3]

/** Runs a runbook to its end, and waits until the old writer follows again. */
async function moved(runbook: 'switchover' | 'promote', settles = 15 * minute): Promise<Account> {
  const it = copyOf(deployed)
  const aws = await awsOf(it)
  const runbooks = await aws.automation(runbook === 'promote' ? west : east)
  const id = await runbooks.start(`payments-${runbook}-pr123`)
  while ((await runbooks.look(id))?.endedAt === undefined) await aws.clock.sleep(5_000)
  expect(await runbooks.look(id)).toMatchObject({ state: 'succeeded' })
  await aws.clock.sleep(settles)
  expect(await writer(it)).toBe(west)
  return it
}

describe.each(['switchover', 'promote'] as const)('after a %s', (runbook) => {
  test('destroy takes the follower out of the global database first, and leaves nothing', async () => {
    const it = await moved(runbook)
    expect(await destroyAll(it, 'payments')).toEqual(['AWS::KMS::Key pending', 'AWS::KMS::Key pending'])
  })

  test('status names the runbook that brings everything home, and it does', async () => {
    const it = await moved(runbook)
    const { observation } = await status(await it.target({ system: 'payments' }))
    const home = 'aws ssm start-automation-execution --region us-west-2 --document-name payments-failback-pr123'
    expect(observation.handovers).toEqual({ [east]: home })
    const aws = await awsOf(it)
    const runbooks = await aws.automation(west)
    const id = await runbooks.start('payments-failback-pr123')
    while ((await runbooks.look(id))?.endedAt === undefined) await aws.clock.sleep(5_000)
    expect(await runbooks.look(id)).toMatchObject({ state: 'succeeded' })
    expect(await writer(it)).toBe(east)
  })

  test('deploy leaves the writer where it is', async () => {
    const it = await moved(runbook)
    expect(await deployAgain(it, 'payments')).toEqual({})
    await deployAgain(it, 'payments', { scale: 'large' }, ['Network/Association2', 'Network/Association3'])
    expect(await writer(it)).toBe(west)
  })
})

test('destroy says in its plan that it takes a cluster out, and only where that is needed', async () => {
  const planOf = async (it: Account): Promise<string[]> => {
    const run = it.run('destroy')
    await destroy(run, await it.target({ system: 'payments', 'create-secret': true }), agreed)
    return run.events.flatMap((event) =>
      event.kind === 'planned' ? event.stages.flatMap(({ notes = [] }) => notes) : [],
    )
  }
  expect(await planOf(await moved('promote'))).toContain('~ payments-primary-pr123 out of payments-global-pr123')
  expect((await planOf(copyOf(deployed))).join('\n')).not.toContain('out of')
})

test('destroy waits for a failover that is still under way', async () => {
  const it = copyOf(deployed)
  const databases = await (await awsOf(it)).databases(west)
  await databases.failOverLosingData(value('GlobalClusterIdentifier'), value('FailoverClusterArn'))
  expect(await destroyAll(it, 'payments')).toEqual(['AWS::KMS::Key pending', 'AWS::KMS::Key pending'])
})
