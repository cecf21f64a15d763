// Failovers of databases on deployed systems in virtual time: what probes see is compared with what really happened.
import {
  CreateDBInstanceCommand,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  RDSClient,
  RestoreDBClusterToPointInTimeCommand,
} from '@aws-sdk/client-rds'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { clusterFailover } from '../../src/lib/drill/actions/cluster-failover.ts'
import { functionsOff } from '../../src/lib/drill/actions/functions-off.ts'
import { instanceFailover } from '../../src/lib/drill/actions/instance-failover.ts'
import type { Ground, ProbePlan, Step } from '../../src/lib/drill/drill.ts'
import { measureLoss } from '../../src/lib/drill/measure/loss.ts'
import { measureRecovery } from '../../src/lib/drill/measure/recovery.ts'
import { sql } from '../../src/lib/drill/probes/sql.ts'
import { type Fault, localSimulator } from '../../src/simulator/index.ts'
import { type Account, accountOf, copyOf } from '../cloud.ts'
import { firstLife, outputs } from '../systems/lifetime.ts'
import { expectTruth, groundOf, minute, second, truth, watched } from './ground.ts'

const [east, west] = ['us-east-1', 'us-west-2']

const watch = { interval: second, timeout: 5 * second, before: 2 * minute, after: 8 * minute }
const step = (action: string, region: string, target: Record<string, string>): Step => ({
  name: 'one',
  action,
  region,
  target,
})

describe('payments', () => {
  let deployed: Account
  let values: Record<string, string>
  beforeAll(async () => {
    deployed = await firstLife('payments', { scale: 'large' })
    values = outputs()
  })
  const begin = async (faults: Fault[] = []): Promise<{ it: Account; ground: Ground; plan: ProbePlan }> => {
    const it = copyOf(deployed, faults)
    const ground = await groundOf(it, 'payments', values)
    const target = {
      cluster: values['PrimaryClusterArn'] ?? '',
      survivor: values['FailoverClusterArn'] ?? '',
      secret: 'dr/payments/pr123/database',
      database: 'payments',
    }
    const plan = { name: 'rows', kind: 'sql', interval: second, measures: ['RTO', 'RPO'], target } as const
    return { it, ground, plan: { ...plan, from: east, to: west } }
  }
  const globalId = () => values['GlobalClusterIdentifier'] ?? ''

  test('a switchover interrupts writes for minutes and loses none; the roles are swapped', async () => {
    const { it, ground, plan } = await begin()
    const probe = sql.start(plan, ground)
    const east1 = await ground.aws.databases(east)
    const history = await watched(ground, probe, watch, () =>
      east1.switchOver(globalId(), plan.target['survivor'] ?? ''),
    )
    const { seconds } = expectTruth(it, history)
    expect(seconds).toBeGreaterThan(30)
    const found = await probe.find?.()
    expect(measureLoss(history, { ...(found && { verify: found }) })).toMatchObject({ lost: [] })
    expect(await east1.global(globalId())).toMatchObject({ status: 'available', writer: plan.target['survivor'] })
    const events = await east1.events('db-cluster', 'payments-primary-pr123', history.injected - minute)
    expect(events.map(({ message }) => message.split(' ').slice(0, 3).join(' '))).toEqual([
      'Global switchover to',
      'Old primary DB',
      'Waiting for data',
      'New primary DB',
      'Global switchover to',
    ])
    await probe.remove()
    expect(await probe.find?.()).toEqual(new Set())
  })

  test.each([
    { lag: 400, least: 0 },
    { lag: 30_000, least: 25 },
  ])(
    'an unplanned failover with $lag ms of lag loses exactly the rows that the survivor lacks',
    async ({ lag, least }) => {
      const { it, ground, plan } = await begin()
      it.simulator.change((cloud) => {
        const global = Object.values(cloud.resources).find(({ type }) => type === 'AWS::RDS::GlobalCluster')
        if (global) global.state = { ...global.state, lag }
      })
      const probe = sql.start(plan, ground)
      const west2 = await ground.aws.databases(west)
      const history = await watched(ground, probe, watch, () =>
        west2.failOverLosingData(globalId(), plan.target['survivor'] ?? ''),
      )
      expectTruth(it, history)
      const verify = await probe.find?.()
      const kept = truth(it).snapshots.at(-1)?.lost['dr_probe'] ?? []
      const really = kept.map(({ values: { n } }) => Number(n))
      const loss = measureLoss(history, { ...(verify && { verify }), snapshot: new Set(really) })
      // A row whose answer was lost with its connection is in the snapshot too, and is no loss of the client's.
      const acknowledged = really.filter((n) => !loss?.unknown.includes(n))
      expect(loss?.unknown).toHaveLength(1)
      expect(loss?.lost).toEqual(acknowledged)
      expect(loss?.recoverable).toEqual(acknowledged)
      expect(really.length).toBeGreaterThanOrEqual(least)
      // The old writer is rebuilt, and follows later.
      expect(await west2.global(globalId())).toMatchObject({
        writer: plan.target['survivor'],
        members: [
          { region: west, writes: true },
          { region: east, writes: false },
        ],
      })
      const back = () => west2.switchOver(globalId(), plan.target['cluster'] ?? '')
      await ground.aws.clock.sleep(10 * minute)
      await back()
      await ground.aws.clock.sleep(5 * minute)
      expect((await west2.global(globalId()))?.writer).toBe(plan.target['cluster'])
    },
  )

  test('a follower refuses rows until it is promoted, and a failover is asked for in the region that the API demands', async () => {
    const { ground, plan } = await begin()
    const api = await ground.aws.sql(west)
    const secret = `arn:aws:secretsmanager:${west}:000000000000:secret:dr/payments/pr123/database`
    const place = { cluster: plan.target['survivor'] ?? '', secret, database: 'payments' }
    await expect(api.run(place, 'SELECT 1')).rejects.toMatchObject({ name: 'BadRequestException' })
    const west2 = await ground.aws.databases(west)
    await expect(west2.switchOver(globalId(), place.cluster)).rejects.toThrow(/Region of the primary/)
    const east1 = await ground.aws.databases(east)
    await expect(east1.failOverLosingData(globalId(), place.cluster)).rejects.toThrow(/cluster to promote/)
  })

  test('a region that does not answer at all hides no recovery: rows go to the survivor once it takes them', async () => {
    const { it, ground, plan } = await begin([{ kind: 'region-gone', region: east, after: 125 }])
    const probe = sql.start(plan, ground)
    const west2 = await ground.aws.databases(west)
    await ground.aws.clock.sleep(1)
    const history = await watched(ground, probe, { ...watch, before: 3 * minute }, () =>
      west2.failOverLosingData(globalId(), plan.target['survivor'] ?? ''),
    )
    const { bounds, recovered } = measureRecovery(history)
    const real = (truth(it).outages.at(-1)?.until ?? 0) - history.injected
    expect(recovered).toBeDefined()
    expect(bounds.from).toBeLessThanOrEqual(real)
    expect(bounds.to).toBeGreaterThanOrEqual(real)
    expect(bounds.to).toBeLessThan(real + 20 * second)
    expect((await probe.find?.())?.size).toBeGreaterThan(60)
  })

  test('with --local the rows are there for the next process, though no call rewrote the state', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dr-rows-'))
    const first = localSimulator({ folder })
    first.change((empty) => Object.assign(empty, structuredClone(deployed.simulator.inspect())))
    const ground = await groundOf(accountOf(first), 'payments', values)
    const { plan } = await begin()
    const probe = sql.start(plan, ground)
    await probe.prepare()
    const before = readFileSync(join(folder, 'state.json'), 'utf8')
    const { signal } = new AbortController()
    for (let n = 0; n < 50; n++) expect(await probe.attempt(n, signal)).toBe('ok')
    expect(readFileSync(join(folder, 'state.json'), 'utf8')).toBe(before)
    expect(localSimulator({ folder }).inspect().databases).toEqual(first.inspect().databases)
    expect((await probe.find?.('from'))?.size).toBe(50)
    rmSync(folder, { recursive: true })
  })

  test('a cluster is restored beside its source as it was at a moment, and removed again', async () => {
    const { it, ground, plan } = await begin()
    const { clock } = ground.aws
    const probe = sql.start(plan, ground)
    await probe.prepare()
    const { signal } = new AbortController()
    await probe.attempt(0, signal)
    await clock.sleep(minute)
    const RestoreToTime = new Date(clock.now())
    await clock.sleep(minute)
    await probe.attempt(1, signal)
    const client = new RDSClient({ region: east, credentials: { accessKeyId: 's', secretAccessKey: 's' } })
    it.simulator.plug(client)
    const name = { DBClusterIdentifier: 'payments-rewind-pr123' }
    const from = { ...name, SourceDBClusterIdentifier: 'payments-primary-pr123' }
    const early = new RestoreDBClusterToPointInTimeCommand({ ...from, RestoreToTime: new Date(0) })
    await expect(client.send(early)).rejects.toMatchObject({ name: 'InvalidRestoreFault' })
    await client.send(new RestoreDBClusterToPointInTimeCommand({ ...from, RestoreToTime }))
    const databases = await ground.aws.databases(east)
    expect(await databases.cluster(name.DBClusterIdentifier)).toMatchObject({ status: 'creating', readers: [] })
    await clock.sleep(11 * minute)
    const one = {
      DBInstanceIdentifier: name.DBClusterIdentifier,
      DBInstanceClass: 'db.r5.large',
      Engine: 'aurora-mysql',
    }
    await client.send(new CreateDBInstanceCommand({ ...one, ...name }))
    await clock.sleep(10 * minute)
    const restored = await databases.cluster(name.DBClusterIdentifier)
    expect(restored).toMatchObject({ status: 'available', writer: one.DBInstanceIdentifier })
    const target = { ...plan.target, cluster: restored?.arn ?? '', survivor: restored?.arn ?? '' }
    expect(await sql.start({ ...plan, to: east, target }, ground).find?.()).toEqual(new Set([0]))
    await expect(client.send(new DeleteDBClusterCommand(name))).rejects.toThrow(/still contains/)
    await client.send(new DeleteDBInstanceCommand(one))
    await client.send(new DeleteDBClusterCommand(name))
    await clock.sleep(5 * minute)
    expect(await databases.cluster(name.DBClusterIdentifier)).toBeUndefined()
    expect(await databases.instance(one.DBInstanceIdentifier)).toBeUndefined()
  })

  test('functions that are switched off answer nobody, the other region’s do, and are restored', async () => {
    const { ground } = await begin()
    const name = values['PrimaryFunctionName'] ?? ''
    const off = step('functions-off', east, { functions: name, reserved: 'none' })
    const ready = async (region: string) =>
      (await ground.aws.functions(region)).invoke(name, { requestContext: { http: { method: 'GET', path: '/ready' } } })
    expect(await ready(east)).toMatchObject({ statusCode: 200 })
    // The follower's region is not ready: its database takes no writes.
    expect(await ready(west)).toMatchObject({ statusCode: 503 })
    expect(await functionsOff.observe(off, ground)).toBe('normal')
    await functionsOff.inject(off, ground)
    expect(await functionsOff.observe(off, ground)).toBe('injected')
    await expect(ready(east)).rejects.toMatchObject({ name: 'TooManyRequestsException' })
    expect(await ready(west)).toMatchObject({ statusCode: 503 })
    expect(await functionsOff.restore(off, ground)).toMatch(/may run again/)
    expect(await functionsOff.restore(off, ground)).toMatch(/nothing to undo/)
    expect(await ready(east)).toMatchObject({ statusCode: 200 })
  })

  test('a cluster fails over within its region in less than a minute without a loss, and its writer writes again', async () => {
    const { it, ground, plan } = await begin()
    const { survivor: _, ...target } = plan.target
    const probe = sql.start({ ...plan, to: east, target }, ground)
    const act = step('cluster-failover', east, {
      cluster: 'payments-primary-pr123',
      writer: 'payments-primary-1-pr123',
    })
    expect(await clusterFailover.observe(act, ground)).toBe('normal')
    const history = await watched(ground, probe, watch, () => clusterFailover.inject(act, ground))
    expect(expectTruth(it, history).seconds).toBeLessThan(60)
    const verify = await probe.find?.()
    expect(measureLoss(history, { ...(verify && { verify }) })?.lost).toEqual([])
    expect(await clusterFailover.observe(act, ground)).toBe('injected')
    expect(await clusterFailover.restore(act, ground)).toMatch(/writes in .* again/)
    expect(await clusterFailover.observe(act, ground)).toBe('normal')
    expect(await clusterFailover.restore(act, ground)).toMatch(/nothing to undo/)
  })

  test('an empty target is a failure, and never a drill that passes', async () => {
    const { ground } = await begin()
    const nowhere = (action: string) => step(action, east, { cluster: 'x', instance: 'x', functions: 'x', writer: 'x' })
    for (const action of [clusterFailover, instanceFailover, functionsOff]) {
      await expect(action.observe(nowhere(action.name), ground)).rejects.toMatchObject({ code: 'NoTarget' })
    }
    await expect(functionsOff.observe(step('functions-off', east, { functions: '' }), ground)).rejects.toThrow(
      /no function/,
    )
  })
})
