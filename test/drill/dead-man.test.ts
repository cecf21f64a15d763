// When nobody ends a drill: its schedule does, from the region that survives, and only while the drill is still open.
import { beforeAll, describe, expect, test } from 'vitest'
import { dnsInvert } from '../../src/lib/drill/actions/dns-invert.ts'
import { document } from '../../src/lib/drill/actions/document.ts'
import { functionsOff } from '../../src/lib/drill/actions/functions-off.ts'
import { arm, disarm, look, move } from '../../src/lib/drill/dead-man.ts'
import type { DrillPlan, Ground, Step } from '../../src/lib/drill/drill.ts'
import { heldDrill, release, take } from '../../src/lib/drill/lock-mirror.ts'
import { executionsOf } from '../../src/simulator/automation/execution.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import { type Account, copyOf } from '../cloud.ts'
import { destroyAll, firstLife, outputs } from '../systems/lifetime.ts'
import { groundOf, minute } from './ground.ts'

const [east, west] = ['us-east-1', 'us-west-2']
const who = 'ann on build'

interface Place {
  it: Account
  ground: Ground
  plan: DrillPlan
  value(name: string): string
  at: number
}

interface Deployed {
  account: Account
  values: Record<string, string>
}

const deployed = async (system: string): Promise<Deployed> => ({ account: await firstLife(system), values: outputs() })

/** A drill of this class and with these steps, half an hour before the dead man acts. */
async function begin(
  { account, values }: Deployed,
  { steps = [], level = 'L3', faults = [] }: { steps?: Step[]; level?: DrillPlan['class']; faults?: Fault[] } = {},
): Promise<Place> {
  const it = copyOf(account, faults)
  const system = values['System'] ?? expect.unreachable('no system')
  const ground = await groundOf(it, system, values)
  const plan: DrillPlan = {
    version: 1,
    id: 'd-1',
    title: 'a drill',
    system,
    suffix: 'pr123',
    scenario: 'region',
    class: level,
    regions: ground.target.regions,
    objectives: { rtoSeconds: 900, rpoSeconds: 300, source: 'test' },
    maxSeconds: 1500,
    steadySeconds: 60,
    inject: steps,
    recover: [],
    probes: [],
    guards: [],
    interruption: 'none',
    notProven: [],
  }
  const value = (name: string): string => values[name] ?? expect.unreachable(name)
  return { it, ground, plan, value, at: ground.aws.clock.now() + 30 * minute }
}

async function armed(place: Place): Promise<Place> {
  const { ground, plan, at } = place
  await take(ground, plan, who, at)
  await arm(ground, plan, at)
  return place
}

const told = ({ it }: Place): string[] =>
  Object.values(it.simulator.inspect().resources)
    .filter(({ type }) => type === 'AWS::SNS::Topic')
    .flatMap(({ state }) => (state?.['told'] as { subject: string }[] | undefined) ?? [])
    .map(({ subject }) => subject)
    .filter((subject) => subject.includes('drill'))

/** How the dead man's runbook ended, and the steps that it took. */
const ended = ({ it, plan }: Place): string[] =>
  Object.values(executionsOf(it.simulator.inspect()))
    .filter((one) => one.document === `${plan.system}-dead-man-pr123`)
    .flatMap(({ status, runs }) => [status, ...runs.map(({ name }) => name)])

const step = (action: string, region: string, target: Record<string, string>): Step => ({
  name: action,
  action,
  region,
  target,
})

describe('payments', () => {
  let here: Deployed
  beforeAll(async () => {
    here = await deployed('payments')
  })
  const off = (): Step =>
    step('functions-off', east, { functions: here.values['PrimaryFunctionName'] ?? '', reserved: 'none' })
  const inverted = (): Step => {
    const { PrimaryHealthCheckId, FailoverHealthCheckId } = here.values
    return step('dns-invert', east, { checks: `${PrimaryHealthCheckId},${FailoverHealthCheckId}` })
  }
  const writer = async ({ ground, value }: Place): Promise<string | undefined> =>
    (await (await ground.aws.databases(west)).global(value('GlobalClusterIdentifier')))?.writer?.split(':')[3]
  const name = async ({ ground, value }: Place): Promise<string | undefined> =>
    (await (await ground.aws.dns()).answer(value('HostedZoneId'), value('RecordName')))[0]

  test('a switchover that nobody takes back is taken back: functions, checks, writer and name (PAY-26)', async () => {
    const place = await armed(await begin(here, { steps: [off(), inverted()] }))
    const { ground, value, plan } = place
    await functionsOff.inject(off(), ground)
    await dnsInvert.inject(inverted(), ground)
    await document.inject(step('document', east, { document: 'payments-switchover-pr123' }), ground)
    expect(await writer(place)).toBe(west)
    await ground.aws.clock.sleep(90 * minute)
    expect(ended(place).slice(-3)).toEqual(['verifyHealth', 'verifyName', 'tellDone'])
    expect(ended(place)[0]).toBe('Success')
    expect(await writer(place)).toBe(east)
    expect(await functionsOff.observe(off(), ground)).toBe('normal')
    expect(await dnsInvert.observe(inverted(), ground)).toBe('normal')
    expect(await name(place)).toBe(value('PrimaryApiHost'))
    expect(told(place)).toEqual(['payments pr123: a drill that nobody ended is taken back'])
    expect(await look(ground, plan)).toBeUndefined()
    // It counts as open until somebody closes it.
    expect(await heldDrill(ground, plan)).toMatchObject({ drill: 'd-1', who })
  })

  test('after a promotion with loss he changes nothing, calls people and holds the drill', async () => {
    const place = await armed(await begin(here, { steps: [off()], level: 'L4' }))
    const { ground, plan } = place
    await functionsOff.inject(off(), ground)
    await document.inject(step('document', west, { document: 'payments-promote-pr123' }), ground)
    await ground.aws.clock.sleep(90 * minute)
    expect(ended(place)).toEqual(['Success', 'look', 'choose', 'hold', 'tellHeld'])
    expect(await writer(place)).toBe(west)
    expect(await functionsOff.observe(off(), ground)).toBe('injected')
    expect(told(place)).toEqual(['payments pr123: a drill with loss is held, nobody has ended it'])
    expect(await heldDrill(ground, plan)).toMatchObject({ drill: 'd-1', who, state: 'HELD' })
    await expect(take(ground, { ...plan, id: 'd-2' }, who, place.at)).rejects.toMatchObject({ exit: 10 })
  })

  test('what he cannot take back he tells, and the drill stays open', async () => {
    const faults: Fault[] = [{ kind: 'denied', command: 'DeleteFunctionConcurrency' }]
    const place = await armed(await begin(here, { steps: [off()], faults }))
    await functionsOff.inject(off(), place.ground)
    await place.ground.aws.clock.sleep(60 * minute)
    expect(ended(place)).toEqual(['Failed', 'look', 'choose', 'allowFunctions', 'tellFailed'])
    expect(told(place)).toEqual(['payments pr123: a drill that nobody ended is not taken back'])
    expect(await heldDrill(place.ground, place.plan)).toMatchObject({ drill: 'd-1' })
  })

  test('a drill that was ended he leaves alone, and so he does when another one is open', async () => {
    for (const next of [undefined, 'd-2']) {
      const place = await armed(await begin(here, { steps: [off()] }))
      const { ground, plan, at } = place
      await release(ground, plan)
      if (next) await take(ground, { ...plan, id: next }, who, at)
      // What is off now somebody else has switched off.
      await functionsOff.inject(off(), ground)
      await ground.aws.clock.sleep(60 * minute)
      expect(ended(place)).toEqual(['Success', 'look', 'choose', 'leave'])
      expect(await functionsOff.observe(off(), ground)).toBe('injected')
      expect(told(place)).toEqual([])
    }
  })

  test('these tests see a dead man who does not look whether the drill is open', async () => {
    const place = await armed(await begin(here, { steps: [off()] }))
    const { it, ground, plan } = place
    await release(ground, plan)
    it.simulator.change(({ resources }) => {
      const runbook = Object.values(resources).find(
        (one) => one.physicalId === 'payments-dead-man-pr123' && one.region === west,
      )
      const content = JSON.stringify(runbook?.properties['Content']).replace(
        '"Default":"leave"',
        '"Default":"allowFunctions"',
      )
      if (runbook) runbook.properties['Content'] = JSON.parse(content) as never
    })
    await functionsOff.inject(off(), ground)
    await ground.aws.clock.sleep(60 * minute)
    expect(await functionsOff.observe(off(), ground)).toBe('normal')
  })

  test('he is set once, moved while somebody is there, and goes when the drill is closed', async () => {
    const place = await begin(here)
    const { ground, plan, at } = place
    expect(await disarm(ground, plan)).toBe('there was no dead man')
    expect(await arm(ground, plan, at)).toMatch(/takes the drill back at \d\d:\d\d:\d\d UTC/)
    const calls = { ...ground.aws.calls.mutating }
    await arm(ground, plan, at)
    await move(ground, plan, at + 10_000)
    expect(ground.aws.calls.mutating).toEqual(calls)
    await move(ground, plan, at + 20 * minute)
    expect(await look(ground, plan)).toEqual({ at: at + 20 * minute, mode: 'restore', drill: 'd-1' })
    expect(await disarm(ground, { ...plan, id: 'd-2' })).toMatch(/that of drill d-1, and stays/)
    expect(await disarm(ground, plan)).toBe('the dead man is gone')
    await ground.aws.clock.sleep(90 * minute)
    expect(ended(place)).toEqual([])
    await expect(move(ground, plan, at + 200 * minute)).rejects.toMatchObject({ exit: 6, code: 'DeadManGone' })
  })

  test('two drills cannot hold the parameter: the first has it, and only its own end takes it away', async () => {
    const { ground, plan, at } = await begin(here)
    await take(ground, plan, who, at)
    await take(ground, plan, who, at)
    const other = { ...plan, id: 'd-2' }
    await expect(take(ground, other, who, at)).rejects.toMatchObject({
      exit: 3,
      message: expect.stringContaining(who) as unknown,
    })
    await release(ground, other)
    expect(await heldDrill(ground, plan)).toEqual({ drill: 'd-1', who, deadline: new Date(at).toISOString() })
    await release(ground, plan)
    expect(await heldDrill(ground, plan)).toBeUndefined()
    await take(ground, other, who, at)
  })

  test('an environment that has nothing to arm him with is refused before anything is injected', async () => {
    const { ground, plan, at } = await begin(here)
    const { DeadManRoleArn: _, ...older } = here.values
    await expect(arm({ ...ground, outputs: older }, plan, at)).rejects.toMatchObject({ exit: 3, code: 'NoDeadMan' })
    expect(ground.aws.calls.mutating).toEqual({})
  })
})

test('transactions: functions that nobody switched on again run as their template reserves them (TXN-57)', async () => {
  const here = await deployed('transactions')
  const off = step('functions-off', east, { functions: here.values['PrimaryFunctionName'] ?? '', reserved: '100' })
  const place = await armed(await begin(here, { steps: [off] }))
  const { ground, value } = place
  await functionsOff.inject(off, ground)
  await ground.aws.clock.sleep(20 * minute)
  const answer = async (): Promise<string | undefined> =>
    (await (await ground.aws.dns()).answer(value('HostedZoneId'), value('RecordName')))[0]
  expect(await answer()).toBe(value('FailoverApiHost'))
  await ground.aws.clock.sleep(60 * minute)
  expect(await functionsOff.observe(off, ground)).toBe('normal')
  expect(await answer()).toBe(value('PrimaryApiHost'))
  expect(ended(place)[0]).toBe('Success')
  expect(told(place)).toEqual(['transactions pr123: a drill that nobody ended is taken back'])
})

test('a destroy takes the name and the dead man of a drill away that nobody has ended', async () => {
  const place = await armed(await begin(await deployed('records'), { level: 'L2' }))
  expect(await destroyAll(place.it, 'records')).toEqual(['AWS::KMS::Key pending'])
  expect(await heldDrill(place.ground, place.plan)).toBeUndefined()
  expect(await look(place.ground, place.plan)).toBeUndefined()
})

test('records, which have no runbooks: the people on call are told', async () => {
  const place = await armed(await begin(await deployed('records'), { level: 'L2' }))
  const { ground, plan, at } = place
  expect(await look(ground, plan)).toMatchObject({ mode: 'tell', drill: 'd-1' })
  await ground.aws.clock.sleep(29 * minute)
  expect(told(place)).toEqual([])
  await ground.aws.clock.sleep(at - ground.aws.clock.now() + 2 * minute)
  expect(told(place)).toEqual(['records pr123: a drill that nobody ended'])
})
