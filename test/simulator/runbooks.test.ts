// The runbooks of a deployed system, interpreted by the simulated account: each way to its end.
import { describe, expect, test } from 'vitest'
import type { Aws } from '../../src/lib/aws/connect.ts'
import type { Execution } from '../../src/lib/aws/automation.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import { scripts } from '../../src/simulator/stand-ins/scripts.ts'
import type { Account } from '../cloud.ts'
import { lived } from '../systems/lifetime.ts'

const [east, west] = ['us-east-1', 'us-west-2']
const second = 1_000

describe('payments', () => {
  const { copy, value } = lived('payments')
  const begin = async (faults: Fault[] = []): Promise<{ it: Account; aws: Aws }> => {
    const it = copy(faults)
    return { it, aws: (await it.target({ system: 'payments' })).aws }
  }
  const ended = async (aws: Aws, region: string, id: string): Promise<Execution> => {
    const runbooks = await aws.automation(region)
    for (;;) {
      const seen = (await runbooks.look(id)) ?? expect.unreachable(id)
      if (seen.endedAt !== undefined) return seen
      await aws.clock.sleep(second)
    }
  }
  const run = async (aws: Aws, region: string, name: string, given = {}): Promise<Execution> =>
    ended(aws, region, await (await aws.automation(region)).start(`payments-${name}-pr123`, given))
  const names = ({ steps }: Execution): string[] =>
    steps.map(({ name, status }) => (status === 'Success' ? name : `${name} ${status}`))
  const name = async (aws: Aws): Promise<string | undefined> =>
    (await (await aws.dns()).answer(value('HostedZoneId'), value('RecordName')))[0]
  const inverted = async (aws: Aws): Promise<(boolean | undefined)[]> => {
    const dns = await aws.dns()
    const checks = await Promise.all(
      ['PrimaryHealthCheckId', 'FailoverHealthCheckId'].map((id) => dns.check(value(id))),
    )
    return checks.map((check) => check?.inverted)
  }
  const told = ({ simulator }: Account): string[] =>
    Object.values(simulator.inspect().resources)
      .filter(({ type }) => type === 'AWS::SNS::Topic')
      .flatMap(({ state }) => (state?.['told'] as { subject: string }[] | undefined) ?? [])
      .map(({ subject }) => subject)

  test('a failover test moves the name to the other region and back again (PAY-26)', async () => {
    const { it, aws } = await begin()
    expect(await name(aws)).toBe(value('PrimaryApiHost'))
    const runbooks = await aws.automation(east)
    const id = await runbooks.start('payments-failover-test-pr123', {}, '6f1b1c9e-0000-4000-a000-000000000001')
    expect(await runbooks.start('payments-failover-test-pr123', {}, '6f1b1c9e-0000-4000-a000-000000000001')).toBe(id)
    const answers: (string | undefined)[] = []
    while ((await runbooks.look(id))?.endedAt === undefined) {
      const now = await name(aws)
      if (answers.at(-1) !== now) answers.push(now)
      await aws.clock.sleep(second)
    }
    expect(answers).toEqual([value('PrimaryApiHost'), value('FailoverApiHost'), value('PrimaryApiHost')])
    const seen = await ended(aws, east, id)
    expect(seen).toMatchObject({ state: 'succeeded', status: 'Success' })
    expect(names(seen)).toEqual([
      'look',
      'assertUntouched',
      'assertPrimary',
      'turnPrimary',
      'chooseFailover',
      'turnFailover',
      'waitAway',
      'restorePrimary',
      'restoreFailover',
      'waitBack',
      'tellDone',
    ])
    expect(await inverted(aws)).toEqual([false, false])
    expect(told(it)).toEqual(['payments pr123: a failover test is over'])
  })

  test('a failover test whose second check cannot be turned takes the first one back, and says that it failed', async () => {
    const { it, aws } = await begin([{ kind: 'denied', command: 'UpdateHealthCheck', every: 2, times: 1 }])
    const seen = await run(aws, east, 'failover-test')
    expect(seen).toMatchObject({ state: 'failed', reason: expect.stringContaining('turnFailover') })
    const ways = ['turnFailover Failed', 'restorePrimary', 'restoreFailover', 'waitBack', 'tellDone']
    expect(names(seen).slice(-5)).toEqual(ways)
    expect(await inverted(aws)).toEqual([false, false])
    expect(await name(aws)).toBe(value('PrimaryApiHost'))
    expect(told(it)).toEqual(['payments pr123: a failover test is over'])
  })

  test('what cannot be restored is told to the people on call, after five tries', async () => {
    const { it, aws } = await begin([{ kind: 'denied', command: 'UpdateHealthCheck', after: 10 }])
    const seen = await run(aws, east, 'failover-test')
    expect(names(seen).slice(-2)).toEqual(['restorePrimary Failed', 'tellNotRestored'])
    expect(seen.state).toBe('failed')
    expect(await inverted(aws)).toEqual([true, true])
    expect(told(it)).toEqual(['payments pr123: a failover test is not restored'])
  })

  test('a failover test that is stopped midway goes its way back first', async () => {
    const { aws } = await begin()
    const runbooks = await aws.automation(east)
    const id = await runbooks.start('payments-failover-test-pr123')
    while ((await runbooks.look(id))?.step !== 'waitAway') await aws.clock.sleep(second)
    await runbooks.stop(id)
    const seen = await ended(aws, east, id)
    expect(seen.state).toBe('cancelled')
    const back = ['restorePrimary', 'restoreFailover', 'waitBack', 'tellDone']
    expect(names(seen).slice(-5)).toEqual(['waitAway Cancelled', ...back])
    expect(await inverted(aws)).toEqual([false, false])
  })

  test('a health check that somebody turned round already belongs to another test', async () => {
    const { aws } = await begin()
    const dns = await aws.dns()
    const before = (await dns.check(value('PrimaryHealthCheckId')))?.version
    await dns.invert(value('PrimaryHealthCheckId'), true, before)
    await expect(dns.invert(value('PrimaryHealthCheckId'), false, before)).rejects.toThrow(/HealthCheckVersion/)
    expect(names(await run(aws, east, 'failover-test'))).toEqual(['look', 'assertUntouched Failed'])
    expect(names(await run(aws, east, 'preflight'))).toEqual(['assertPrimaryCheck Failed'])
    expect(await inverted(aws)).toEqual([true, false])
  })

  test('a switchover moves the writer and with it the name; the failback brings both home', async () => {
    const { it, aws } = await begin()
    expect((await run(aws, east, 'preflight')).state).toBe('succeeded')
    const home = value('PrimaryClusterArn')
    const over = await run(aws, east, 'switchover')
    expect(over.reason).toBeUndefined()
    expect((await (await aws.databases(west)).global(value('GlobalClusterIdentifier')))?.writer).not.toBe(home)
    expect((await run(aws, west, 'verify')).reason).toBeUndefined()
    expect(names(await run(aws, east, 'switchover')).at(-1)).toBe('tellDone')
    const back = await run(aws, west, 'failback')
    expect(back.reason).toBeUndefined()
    expect((await run(aws, east, 'verify')).reason).toBeUndefined()
    expect((await (await aws.databases(east)).global(value('GlobalClusterIdentifier')))?.writer).toBe(home)
    expect(told(it)).toContain('payments pr123: the writer is back')
  })

  test('a runbook refuses what its document does not declare, and is unknown where there is none', async () => {
    const { aws } = await begin()
    const runbooks = await aws.automation(east)
    await expect(runbooks.start('payments-failover-test-pr123', { Nonsense: 'a' })).rejects.toThrow(/Nonsense/)
    await expect(runbooks.start('payments-failover-test-pr123', { TurnFailover: 'maybe' })).rejects.toThrow(/allowed/)
    await expect((await aws.automation(west)).start('payments-failover-test-pr123')).rejects.toThrow(/has no value/)
    expect(await runbooks.document('nothing')).toBeUndefined()
    const both = await Promise.all(
      [east, west].map(async (region) => (await aws.automation(region)).document('payments-promote-pr123')),
    )
    expect(both).toMatchObject([{ isActive: true }, { isActive: true }])
  })
})

test('the simulator knows every script of the runbooks as it is written now', async () => {
  const { createHash } = await import('node:crypto')
  const { runbooks } = await import('../recovery/documents.ts')
  const steps = ['payments', 'transactions'].flatMap((system) =>
    runbooks(system).flatMap(({ content }) => content.mainSteps),
  )
  const digests = steps
    .filter(({ action }) => action === 'aws:executeScript')
    .map(({ inputs }) => createHash('sha256').update(String(inputs['Script']).trimEnd()).digest('hex').slice(0, 12))
  expect(new Set(digests)).toEqual(new Set(Object.keys(scripts)))
})
