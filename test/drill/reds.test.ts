// Real drills in which something goes wrong on purpose: each must say so, by its exit code and with the figures that the
// simulated cloud knows to be true, and must leave the environment as it was or say that it did not.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RDSClient, RemoveFromGlobalClusterCommand } from '@aws-sdk/client-rds'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DrillReport, Objective } from '../../src/lib/drill/evidence/report.ts'
import type { Event, Listener, Report } from '../../src/lib/core/events.ts'
import type { Fault } from '../../src/simulator/index.ts'
import type { Turn } from '../../src/simulator/data/health.ts'
import type { Cloud, Resource } from '../../src/simulator/state.ts'
import type { Clock } from '../../src/lib/core/clock.ts'
import type { Scale } from '../../src/lib/core/model.ts'
import { failoverTest } from '../../src/lib/runs/failover-test.ts'
import { status } from '../../src/lib/runs/status.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { drillReport } from '../contract/drill-report.ts'
import { shortened } from '../simulation/wire.ts'
import { firstLife, outputs } from '../systems/lifetime.ts'
import { second, truth } from './ground.ts'
import { hasty } from './hasty.ts'
import type { Status } from '../../src/lib/status/status.ts'

const west = 'us-west-2'
/** The name's time to live: so long clients go where it led, ms. */
const ttl = 30 * second
/** Three checks, thirty seconds apart: so long a name needs at the most to follow its endpoint, ms. */
const noticed = 90 * second

interface Drilled {
  report: Report
  evidence: DrillReport
  events: Event[]
}

interface Asked {
  scenario: string
  mode?: string
  resume?: string
  approvedBy?: string
  templates: string
  listen?: Listener
  clock?: Clock
}

/** A whole drill; its evidence keeps the published form. */
async function drill(it: Account, system: string, asked: Asked): Promise<Drilled> {
  const { templates, listen, clock = it.simulator.clock, mode, ...options } = asked
  const run = it.run('failover-test', { ...(listen && { listen }) })
  const session = await it.target({ system, templates })
  const report = await failoverTest({ ...run, clock }, session, { mode, yes: true, allowDataLoss: true, ...options })
  const text = readFileSync(join(dirname(report.files[0] ?? ''), 'report.json'), 'utf8')
  expect(drillReport.safeParse(JSON.parse(text)).error?.issues ?? []).toEqual([])
  return { report, evidence: JSON.parse(text) as DrillReport, events: run.events }
}

const objective = ({ evidence }: Drilled, name: string, probe: string): Objective =>
  evidence.objectives.find((it) => it.name === name && it.probe === probe) ?? expect.unreachable(`no ${name}`)
const lossOf = ({ evidence }: Drilled, probe: string) =>
  evidence.probes.find(({ name }) => name === probe)?.loss ?? expect.unreachable(`${probe} tells no loss`)
const said = ({ report }: Drilled): string => `${report.verdict} ${JSON.stringify(report.drill)}`

const resources = ({ simulator }: Account, type: string): Resource[] =>
  Object.values(simulator.inspect().resources).filter((it) => it.type === type)
const edit = (it: Account, which: (resource: Resource) => boolean, state: Resource['state']): void =>
  it.simulator.change(({ resources: all }: Cloud) => {
    const found = Object.values(all).filter(which)
    expect(found).not.toEqual([])
    for (const one of found) one.state = { ...one.state, ...state }
  })
const lagging = (it: Account, lag: number): void => edit(it, ({ type }) => type === 'AWS::RDS::GlobalCluster', { lag })

/** Once, when a phase begins. */
function when(phase: string, then: () => void): Listener {
  let done = false
  return (event) => {
    if (done || event.kind !== 'phase-started' || event.phase !== phase) return
    done = true
    then()
  }
}

/** Numbers of the rows that a failover really left behind, but for those without an answer. */
const reallyGone = (it: Account, unknown: readonly number[]): number[] =>
  (truth(it).snapshots.at(-1)?.lost['dr_probe'] ?? [])
    .map(({ values: { n } }) => Number(n))
    .filter((n) => !unknown.includes(n))

/** The truth lies between the bounds; `late` is how much later than that clients may see it, ms. */
function expectWithin({ bounds }: Objective, real: number, late = 0): void {
  expect(bounds?.from).toBeLessThanOrEqual(real + late)
  expect(bounds?.to).toBeGreaterThanOrEqual(real)
}

/** When the check of a region's endpoint last turned that way, ms after the injection. */
function turned(it: Account, check: string, well: boolean, injected: number): number {
  const found = resources(it, 'AWS::Route53::HealthCheck').find(({ physicalId }) => physicalId === check)
  const turns = (found?.state?.['turns'] ?? []) as unknown as Turn[]
  const turn = turns.find((one) => one.at >= injected && one.well === well) ?? expect.unreachable('it never turned')
  return turn.at - injected
}

/** The templates with another text in one file. */
function changed(templates: string, file: string, from: RegExp, to: string): string {
  const path = join(templates, file)
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(from)
  writeFileSync(path, text.replace(from, to))
  return templates
}

async function life(system: string, scale: Scale = 'small') {
  const templates = hasty([system], {})
  const deployed = await firstLife(system, { templates, scale })
  const values = outputs()
  const look = async (it: Account): Promise<Status> => status(await it.target({ system, templates }))
  return {
    templates,
    values,
    look,
    copy: (faults: Fault[] = []) => copyOf(deployed, faults),
    /** Nothing of the drill is left, as anybody who looks can see. */
    expectAsBefore: async (it: Account): Promise<void> => expect((await look(it)).verdict).toMatch(/can fail over/),
  }
}
type Life = Awaited<ReturnType<typeof life>>

beforeEach(inEmptyFolder)

describe('payments, the region', () => {
  let first: Life
  beforeAll(async () => {
    first = await life('payments')
  })
  const lost = (templates = first.templates) => ({ scenario: 'region', mode: 'ungraceful', templates })

  test('loses exactly the rows that are really gone, in intervals in which the truth lies (PAY-25)', async () => {
    const it = first.copy()
    lagging(it, 20 * second)
    const done = await drill(it, 'payments', { ...lost(), approvedBy: 'J. Doe' })
    expect(done.report.exit, said(done)).toBe(0)
    const loss = lossOf(done, 'rows')
    const gone = reallyGone(it, loss.unknown)
    expect(gone.length).toBeGreaterThan(10)
    expect(loss.lost).toEqual(gone)
    expectWithin(objective(done, 'RPO', 'rows'), 20 * second)
    const { injected = 0, approvedBy, approvedAt = 0, started } = done.evidence
    // Clients are back when a writer is, the check has seen it, and the name was asked anew.
    const back = turned(it, first.values['FailoverHealthCheckId'] ?? '', true, injected)
    expect(back).toBeGreaterThanOrEqual((truth(it).outages[0]?.until ?? Infinity) - injected)
    expectWithin(objective(done, 'RTO', 'ready'), back, noticed + ttl + 10 * second)
    expect({ approvedBy, early: approvedAt <= started }).toEqual({ approvedBy: 'J. Doe', early: true })
    const markdown = readFileSync(join(dirname(done.report.files[0] ?? ''), 'report.md'), 'utf8')
    expect(markdown).toMatch(/\| approved by \| J\. Doe, as given before it began, 2026-/)
    expect(markdown).toMatch(/\| before \| 20 s · \d+ operations ok.* \|\n\| after \| as before for 20 s/)
    for (const n of gone) expect(markdown).toContain(`| rows | ${n} | `)
    await first.expectAsBefore(it)
  })

  test('whose copy lags more than the RPO misses it, by exactly the rows that are gone (4)', async () => {
    const systemFolder = 'systems/payments'
    const long = changed(
      hasty(['payments'], {}),
      `${systemFolder}/drills/region-ungraceful.yaml`,
      /steady: \w+/,
      'steady: 4m',
    )
    const templates = changed(long, `${systemFolder}/system.yaml`, /rpo: \w+/, 'rpo: 2m')
    const it = first.copy()
    const done = await drill(it, 'payments', {
      ...lost(templates),
      listen: when('recover', () => lagging(it, 150 * second)),
    })
    expect(done.report, said(done)).toMatchObject({ exit: 4, drill: { restored: true } })
    expect(objective(done, 'RPO', 'rows').verdict).toBe('fail')
    expectWithin(objective(done, 'RPO', 'rows'), 150 * second)
    const loss = lossOf(done, 'rows')
    expect(loss.lost).toEqual(reallyGone(it, loss.unknown))
    expect(loss.lost.length).toBeGreaterThan(120)
    await first.expectAsBefore(it)
  })

  test('of which everything is lost that was written proves nothing, however little that was (7)', async () => {
    const it = first.copy()
    const done = await drill(it, 'payments', { ...lost(), listen: when('recover', () => lagging(it, 3_600 * second)) })
    expect(done.report, said(done)).toMatchObject({ exit: 7, drill: { restored: true } })
    expect(objective(done, 'RPO', 'rows')).toMatchObject({
      verdict: 'inconclusive',
      because: 'the end of the loss was not seen',
    })
    lagging(it, second)
    await first.expectAsBefore(it)
  })

  test('that comes back later than the RTO misses it (4)', async () => {
    const templates = changed(hasty(['payments'], {}), 'systems/payments/system.yaml', /rto: \w+/, 'rto: 60s')
    const it = first.copy()
    const done = await drill(it, 'payments', { scenario: 'region', mode: 'graceful', templates })
    expect(done.report, said(done)).toMatchObject({ exit: 4, drill: { restored: true } })
    const { injected = 0 } = done.evidence
    const outage = truth(it).outages[0] ?? expect.unreachable('nothing happened')
    const missed = objective(done, 'RTO', 'rows')
    expect(missed.verdict).toBe('fail')
    expectWithin(missed, outage.until - injected)
    expect(outage.until - injected).toBeGreaterThan(60 * second)
    await first.expectAsBefore(it)
  })

  test('whose copies nobody could look at proves nothing about them (7)', async () => {
    const faults: Fault[] = []
    const it = first.copy(faults)
    const listen = when('arm', () => faults.push({ kind: 'denied', command: 'BatchGetItem' }))
    const done = await drill(it, 'payments', {
      scenario: 'region',
      mode: 'graceful',
      templates: first.templates,
      listen,
    })
    expect(done.report, said(done)).toMatchObject({ exit: 7, drill: { restored: true } })
    expect(objective(done, 'RPO', 'sessions')).toMatchObject({
      verdict: 'inconclusive',
      because: 'nobody could look for the writes',
    })
  })

  test('that has two writers is turned back, and is no success while it has them (6)', async () => {
    const it = first.copy()
    const client = new RDSClient({ region: west, credentials: { accessKeyId: 's', secretAccessKey: 's' } })
    it.simulator.plug(client)
    shortened(client)
    const slow = changed(
      hasty(['payments'], {}),
      'systems/payments/drills/region-ungraceful.yaml',
      /steady: \w+/,
      'steady: 4m',
    )
    const split = (): void =>
      void client.send(
        new RemoveFromGlobalClusterCommand({
          GlobalClusterIdentifier: first.values['GlobalClusterIdentifier'] ?? '',
          DbClusterIdentifier: first.values['FailoverClusterArn'] ?? '',
        }),
      )
    const done = await drill(it, 'payments', { ...lost(slow), listen: when('steady-before', split) })
    expect(done.report, said(done)).toMatchObject({ exit: 6, drill: { restored: false } })
    expect(done.evidence.turnedBack).toBe('us-east-1 and us-west-2 both write')
    expect(done.events.filter((it) => it.kind === 'phase-started' && it.phase === 'recover')).toEqual([])
  })
})

describe('payments, the name', () => {
  let first: Life
  beforeAll(async () => {
    first = await life('payments')
  })
  const name = (templates = first.templates) => ({ scenario: 'dns', templates })
  const inverted = (it: Account): boolean =>
    resources(it, 'AWS::Route53::HealthCheck').some(({ state }) =>
      Boolean((state?.['config'] as { Inverted?: boolean } | undefined)?.Inverted),
    )

  test('goes home when an alarm of a guard fires in the middle (5)', async () => {
    const it = first.copy()
    const guard = 'payments-database-load-pr123'
    const isGuard = ({ physicalId, region }: Resource): boolean => physicalId === guard && region === west
    const listen = when('recover', () => edit(it, isGuard, { value: 'ALARM' }))
    const done = await drill(it, 'payments', { ...name(), listen })
    expect(done.report, said(done)).toMatchObject({
      exit: 5,
      drill: { restored: true, turnedBack: `${guard} fires in ${west}` },
    })
    expect(done.evidence.guards.find((one) => one.name === guard)).toMatchObject({ armed: true, tripped: true })
    expect(inverted(it)).toBe(false)
  })

  test('goes home when the drill takes longer than it may (5)', async () => {
    const short = changed(
      hasty(['payments'], {}),
      'systems/payments/drills/dns.yaml',
      /maxDuration: \w+/,
      'maxDuration: 10s',
    )
    const it = first.copy()
    const done = await drill(it, 'payments', name(short))
    expect(done.report, said(done)).toMatchObject({
      exit: 5,
      drill: { restored: true, turnedBack: 'it took longer than 10s' },
    })
    expect(inverted(it)).toBe(false)
    await first.expectAsBefore(it)
  })

  test('goes home when it could be moved only by half (5)', async () => {
    const it = first.copy([{ kind: 'denied', command: 'UpdateHealthCheck', every: 2, times: 1 }])
    const done = await drill(it, 'payments', name())
    expect(done.report, said(done)).toMatchObject({ exit: 5, drill: { restored: true } })
    expect(done.report.drill?.checks.find(({ phase }) => phase === 'inject')).toMatchObject({
      name: 'name',
      verdict: 'fail',
    })
    expect(inverted(it)).toBe(false)
    await first.expectAsBefore(it)
  })

  test('that cannot be brought home holds the environment until --resume does (6, 10)', async () => {
    const faults: Fault[] = []
    const it = first.copy(faults)
    const listen = when('failback', () => faults.push({ kind: 'denied', command: 'UpdateHealthCheck' }))
    const done = await drill(it, 'payments', { ...name(), listen })
    const { id = '' } = done.report.drill ?? {}
    expect(done.report, said(done)).toMatchObject({ exit: 6, drill: { restored: false } })
    expect(done.report.drill?.actions).toEqual([`undo name, or let dr try again with --resume ${id}`])
    expect(done.report.next[0]).toContain(`--resume ${id}`)
    expect(inverted(it)).toBe(true)
    expect(await first.look(it)).toMatchObject({ exit: 10, verdict: expect.stringContaining(`drill ${id}`) })
    // Another drill must not begin on top of it.
    await expect(drill(it, 'payments', name())).rejects.toMatchObject({ exit: 10 })
    faults.length = 0
    const again = await drill(it, 'payments', { ...name(), resume: id })
    expect(again.report, said(again)).toMatchObject({ exit: 5, drill: { restored: true } })
    expect(inverted(it)).toBe(false)
    await first.expectAsBefore(it)
  })
})

describe('transactions', () => {
  let first: Life
  beforeAll(async () => {
    first = await life('transactions')
  })

  test('the region: the measured recovery contains the moment at which the name really left it (TXN-57)', async () => {
    const it = first.copy()
    const lag = 7 * second
    edit(it, ({ type }) => type === 'AWS::DynamoDB::GlobalTable', { lag })
    const done = await drill(it, 'transactions', { scenario: 'region', templates: first.templates })
    expect(done.report.exit, said(done)).toBe(0)
    const left = turned(it, first.values['PrimaryHealthCheckId'] ?? '', false, 0) - (done.evidence.injected ?? 0)
    // The endpoint is ill at once; when the third of its checks has seen it, the name leaves.
    expectWithin(objective(done, 'RTO', 'ready'), left + noticed - 30 * second, ttl + 70 * second)
    // Of the items, those were exposed that had not arrived at that moment.
    const { injected = 0 } = done.evidence
    const writes = Object.entries(
      it.simulator.inspect().items?.[first.values['PrimaryTransactionTableName'] ?? ''] ?? {},
    )
    const away = writes.flatMap(([key, [one]]) =>
      one?.item && one.at < injected && one.at + lag > injected ? Number(/(\d+)\D*$/.exec(key)?.[1]) : [],
    )
    expect(away.length).toBeGreaterThan(2)
    expect(lossOf(done, 'items').lost).toEqual(away.toSorted((a, b) => a - b))
    expectWithin(objective(done, 'RPO', 'items'), lag)
    await first.expectAsBefore(it)
  })

  test('a probe whose process hangs and cannot send proves nothing (7)', async () => {
    const it = first.copy()
    const { now, sleep } = it.simulator.clock
    let slower = 1
    const clock: Clock = { now, sleep: (ms, signal) => sleep(ms * slower, signal) }
    const listen = when('steady-before', () => (slower = 10))
    const done = await drill(it, 'transactions', { scenario: 'probe', templates: first.templates, listen, clock })
    expect(done.report, said(done)).toMatchObject({ exit: 7, drill: { restored: true } })
    expect(objective(done, 'RPO', 'items').because).toMatch(/^the probe sent \d+ of \d+ planned operations$/)
  })
})

describe('records', () => {
  let first: Life
  beforeAll(async () => {
    first = await life('records')
  })

  test('the database: the measured recovery contains the real one, and no row is lost (REC-05)', async () => {
    const it = first.copy()
    const done = await drill(it, 'records', { scenario: 'database', templates: first.templates })
    expect(done.report.exit, said(done)).toBe(0)
    const outage = truth(it).outages[0] ?? expect.unreachable('nothing happened')
    expectWithin(objective(done, 'RTO', 'rows'), outage.until - (done.evidence.injected ?? 0))
    expect(lossOf(done, 'rows').lost).toEqual([])
    await first.expectAsBefore(it)
  })
})
