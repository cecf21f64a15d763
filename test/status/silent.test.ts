// A region that does not answer: the screen comes within seconds all the same, says what was seen last and how long ago,
// and nothing that only the lost region could tell keeps one from leaving it.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Fault } from '../../src/simulator/index.ts'
import { isKnown } from '../../src/lib/status/observation.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { status } from '../../src/lib/runs/status.ts'
import { account, type Account, copyOf, inEmptyFolder } from '../cloud.ts'

const whole: Record<string, Account> = {}
const east = 'us-east-1'
const west = 'us-west-2'

beforeAll(async () => {
  inEmptyFolder()
  for (const system of ['transactions', 'payments']) {
    const it = account()
    const flags = { system, 'create-secret': true }
    expect(await deploy(it.run('deploy'), await it.target(flags)), system).toMatchObject({ exit: 0 })
    await it.simulator.clock.sleep(300_000)
    whole[system] = it
  }
}, 300_000)

// What status remembers lies in the folder.
beforeEach(inEmptyFolder)

const gone = (system: string, region: string): Account => {
  const faults: Fault[] = [{ kind: 'region-gone', region }]
  return copyOf(whole[system] ?? account(), faults)
}
const seen = async (it: Account, system: string) => status(await it.target({ system }, true))
/** Seen well, and so many seconds later without the region. */
const after = async (system: string, region: string, seconds: number) => {
  const it = copyOf(whole[system] ?? account())
  await seen(it, system)
  await it.simulator.clock.sleep(seconds * 1000)
  return seen(copyOf(it, [{ kind: 'region-gone', region }]), system)
}

describe('the primary region gone', () => {
  test('leaves payments able to fail over, ungracefully, to be decided by a person', async () => {
    const found = await seen(gone('payments', east), 'payments')
    expect(found).toMatchObject({ answer: 'yes', exit: 0, mode: 'ungraceful only', to: west })
    expect(found.findings.filter(({ level }) => level === 'unknown')).toEqual([])
    expect(found.findings).toContainEqual(
      expect.objectContaining({ rule: 'region-silent', level: 'warning', mend: 'a person decides' }),
    )
    expect(found.command).toContain('--region us-west-2')
  })

  test.each(['payments', 'transactions'])('holds the screen of %s up for three seconds, no longer', async (system) => {
    const it = gone(system, east)
    const began = it.simulator.clock.now()
    await seen(it, system)
    expect(it.simulator.clock.now() - began).toBe(3_000)
  })

  test('leaves the name to be asked of its name servers', async () => {
    const { observation } = await seen(gone('transactions', east), 'transactions')
    expect(observation.roles.find(({ kind }) => kind === 'dns')).toMatchObject({
      actual: { value: { places: [east], state: 'not seen, us-west-2 ready from here', good: true } },
    })
  })

  test('is not left for a region that is not ready either', async () => {
    const it = gone('transactions', east)
    it.simulator.change((cloud) => {
      for (const one of Object.values(cloud.resources))
        if (one.type === 'AWS::Lambda::Function' && one.region === west) one.state = { ...one.state, concurrency: 0 }
    })
    const found = await seen(it, 'transactions')
    expect(found).toMatchObject({ answer: 'no', exit: 9 })
    expect(found.verdict).toContain('us-west-2 not ready')
  })

  test('is shown as it was last seen, with the age of that', async () => {
    const found = await after('payments', east, 60)
    const bus = found.observation.roles.find(({ kind }) => kind === 'bus')?.actual
    expect(bus).toMatchObject({ unknown: 'us-east-1 does not answer', last: { value: { places: [east] } } })
    const age = bus && !isKnown(bus) ? found.observation.at - (bus.last?.at ?? 0) : 0
    expect(age).toBeGreaterThanOrEqual(60_000)
    expect(found).toMatchObject({ answer: 'yes', exit: 0 })
  })

  test('is left by the name of transactions by itself, and there is no going on from there', async () => {
    const it = gone('transactions', east)
    await it.simulator.clock.sleep(300_000)
    const found = await seen(it, 'transactions')
    expect(found).toMatchObject({ answer: 'unknown', exit: 7, from: west })
    expect(found.findings).toContainEqual(
      expect.objectContaining({ rule: 'roles-home', mend: 'it works in us-west-2; wait until us-east-1 answers' }),
    )
  })

  test('leaves a lag that grows with its absence, which is the loss and no reason to stay', async () => {
    const it = gone('payments', east)
    await seen(it, 'payments')
    await it.simulator.clock.sleep(900_000)
    const found = await seen(it, 'payments')
    const lag = found.observation.lags.find(({ name }) => name === 'aurora rpo lag')?.lag
    const seconds = lag && isKnown(lag) ? lag.value.seconds : 0
    // A point is at most two minutes old.
    expect(seconds).toBeGreaterThanOrEqual(780)
    expect(seconds).toBeLessThanOrEqual(902)
    expect(found).toMatchObject({ answer: 'yes', exit: 0, mode: 'ungraceful only', loss: { seconds, least: true } })
    expect(found.command).toContain('payments-promote-pr123')
  })

  test('leaves a loss that is unknown where the lag is measured no more', async () => {
    const it = gone('payments', east)
    it.simulator.change((cloud) => {
      for (const one of Object.values(cloud.resources))
        if (one.type === 'AWS::RDS::GlobalCluster') one.state = { ...one.state, lagStops: true }
    })
    await seen(it, 'payments')
    await it.simulator.clock.sleep(900_000)
    const found = await seen(it, 'payments')
    expect(found).toMatchObject({ answer: 'yes', exit: 0, mode: 'ungraceful only' })
    expect(found.loss).toBeUndefined()
    expect(found.findings.find(({ what }) => what.startsWith('aurora rpo lag'))?.what).toMatch(
      /^aurora rpo lag: unknown loss, .*, last known 0\.9 s, /,
    )
  })

  test('makes what was last seen too long ago no figure of the loss', async () => {
    const found = await after('transactions', east, 900)
    expect(found.loss).toBeUndefined()
    expect(found.findings).toContainEqual(
      expect.objectContaining({
        rule: 'lag',
        level: 'warning',
        what: 'dynamodb transactions: us-east-1 does not answer',
      }),
    )
  })
})

test('the primary region unhealthy, though its APIs answer, is left by what needs nothing of it', async () => {
  const it = copyOf(whole['payments'] ?? account())
  it.simulator.change((cloud) => {
    for (const one of Object.values(cloud.resources))
      if (one.type === 'AWS::Lambda::Function' && one.region === east) one.state = { ...one.state, concurrency: 0 }
  })
  await it.simulator.clock.sleep(300_000)
  const found = await seen(it, 'payments')
  expect(found).toMatchObject({ from: east, to: west, mode: 'ungraceful only' })
  expect(found.command).toContain('payments-promote-pr123')
  expect(found).not.toHaveProperty('lossyCommand')
  expect(found.observation.roles.find(({ kind }) => kind === 'dns')).toMatchObject({
    actual: { value: { places: [east], unhealthy: true } },
  })
})

describe('the administration region gone', () => {
  test.each(['payments', 'transactions'])('still gives the screen of %s, which is unknown', async (system) => {
    const it = gone(system, west)
    const began = it.simulator.clock.now()
    const found = await seen(it, system)
    expect(it.simulator.clock.now() - began).toBe(3_000)
    expect(found).toMatchObject({ answer: 'unknown', exit: 7, to: west })
    expect(found.verdict).toContain('us-west-2 does not answer, and it would take over')
    const { regions, instances, roles } = found.observation
    expect(regions.map(({ region, answered }) => [region, answered])).toEqual([
      [east, true],
      [west, false],
    ])
    // Its stack sets cannot be seen; the stacks that they made in the other region can.
    expect(instances.map(({ region }) => region)).toEqual([east, east, east, east])
    expect(instances.every(({ good }) => good)).toBe(true)
    expect(roles.find(({ kind }) => kind === 'dns')).toMatchObject({ actual: { value: { places: [east] } } })
  })

  test('of a database that writes there lets it go back, ungracefully', async () => {
    const swapped = copyOf(whole['payments'] ?? account())
    const { aws } = await swapped.target({ system: 'payments' })
    const databases = await aws.databases(west)
    const found = await databases.global('payments-global-pr123')
    const target = found?.members.find(({ region }) => region === west)?.arn ?? ''
    await (await aws.databases(east)).switchOver('payments-global-pr123', target)
    await swapped.simulator.clock.sleep(600_000)
    const it = copyOf(swapped, [{ kind: 'region-gone', region: west }])
    expect(await seen(it, 'payments')).toMatchObject({ mode: 'ungraceful only', from: west, to: east, exit: 0 })
  })
})

describe('a region that is not to be asked', () => {
  test('is left alone, like one that is silent, and nothing is waited for', async () => {
    const it = gone('payments', east)
    const began = it.simulator.clock.now()
    const found = await status(await it.target({ system: 'payments', region: [west] }, true))
    expect(it.simulator.clock.now()).toBe(began)
    expect(found).toMatchObject({ answer: 'yes', exit: 0, mode: 'ungraceful only', to: west })
    expect(found.verdict).toContain('us-east-1 was not asked')
    expect(found.observation.regions).toMatchObject([
      { region: east, answered: false, unasked: true },
      { region: west },
    ])
  })

  test('must be one of the environment', async () => {
    const it = copyOf(whole['transactions'] ?? account())
    await expect(it.target({ system: 'transactions', region: ['eu-west-1'] }, true)).rejects.toMatchObject({ exit: 2 })
  })

  test('makes the answer unknown where it would take over', async () => {
    const it = copyOf(whole['transactions'] ?? account())
    const found = await status(await it.target({ system: 'transactions', region: [east] }, true))
    expect(found).toMatchObject({ answer: 'unknown', exit: 7 })
    expect(found.verdict).toContain('us-west-2 was not asked, and it would take over')
  })
})

describe('what is remembered', () => {
  test('is not what another account or the simulator said', async () => {
    const found = await after('payments', east, 0)
    const bus = found.observation.roles.find(({ kind }) => kind === 'bus')?.actual
    expect(bus).toHaveProperty('last')
    const it = gone('payments', east)
    const session = await it.target({ system: 'payments' }, true)
    const other = await status({ ...session, simulated: false })
    expect(other.observation.roles.find(({ kind }) => kind === 'bus')?.actual).not.toHaveProperty('last')
  })

  test('does not hide an answer that says no', async () => {
    await seen(copyOf(whole['transactions'] ?? account()), 'transactions')
    const it = copyOf(whole['transactions'] ?? account())
    it.simulator.change((cloud) => {
      for (const [key, { type }] of Object.entries(cloud.resources))
        if (type === 'AWS::Route53::HealthCheck') delete cloud.resources[key]
    })
    expect(await seen(it, 'transactions')).toMatchObject({ exit: 7 })
  })
})
