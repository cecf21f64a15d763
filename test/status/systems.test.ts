// Systems of two regions, freshly deployed on the simulator: what status sees of them, and what makes it red.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { status } from '../../src/lib/runs/status.ts'
import type { Resource } from '../../src/simulator/state.ts'
import { account, type Account, copyOf } from '../cloud.ts'
import { firstLife } from '../systems/lifetime.ts'

/** Read before the tests leave for an empty folder. */
const page = readFileSync(resolve('docs/at-3am.md'), 'utf8')
const systems = ['transactions', 'payments', 'records', 'streaming', 'citizen']
const whole: Record<string, Account> = {}

beforeAll(async () => {
  for (const system of systems) whole[system] = await firstLife(system)
}, 300_000)

const copy = (system: string): Account => copyOf(whole[system] ?? account())
const seen = async (it: Account, system: string) => status(await it.target({ system }))

/** Turns a health check round and lets it take effect. */
async function invert(it: Account, system: string, key: 'PrimaryHealthCheckId' | 'FailoverHealthCheckId') {
  const { outputs } = await seen(it, system)
  const { aws } = await it.target({ system })
  await (await aws.dns()).invert(outputs[key] ?? '', true)
  await it.simulator.clock.sleep(120_000)
}

describe('the name of a system of two regions', () => {
  test.each(['transactions', 'payments'])('of %s leads to the primary region', async (system) => {
    const it = copy(system)
    await it.simulator.clock.sleep(300_000)
    const { observation } = await seen(it, system)
    const dns = observation.roles.find(({ kind }) => kind === 'dns')
    const state = system === 'payments' ? 'healthy, us-west-2 waits' : 'healthy'
    expect(dns).toMatchObject({
      expected: 'us-east-1',
      actual: { value: { places: ['us-east-1'], state, good: true } },
    })
  })

  test('that leads to the failover region is told as swapped, and nothing ill takes over', async () => {
    const it = copy('transactions')
    await invert(it, 'transactions', 'PrimaryHealthCheckId')
    const found = await seen(it, 'transactions')
    expect(found).toMatchObject({ exit: 9, from: 'us-west-2', to: 'us-east-1' })
    expect(found.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['roles-home', 'role-state']))
  })

  test('of transactions cannot move to a failover region that is ill', async () => {
    const it = copy('transactions')
    await invert(it, 'transactions', 'FailoverHealthCheckId')
    const found = await seen(it, 'transactions')
    expect(found).toMatchObject({ exit: 9 })
    expect(found.verdict).toContain('us-west-2 unhealthy')
    const check = found.outputs['FailoverHealthCheckId'] ?? ''
    expect(found.findings.find(({ rule }) => rule === 'role-state')?.mend).toContain(`--health-check-id ${check}`)
  })

  test('of payments whose primary is ill does not forbid what mends it', async () => {
    const it = copy('payments')
    await it.simulator.clock.sleep(300_000)
    await invert(it, 'payments', 'PrimaryHealthCheckId')
    const found = await seen(it, 'payments')
    expect(found.findings).toContainEqual(expect.objectContaining({ rule: 'role-ill', level: 'warning' }))
    // What made it ill here is an obstacle of its own.
    const blockers = found.findings.filter(({ level, rule }) => level === 'blocker' && rule !== 'leftovers')
    expect(blockers).toEqual([])
  })

  test('is unknown where a health check is gone', async () => {
    const it = copy('transactions')
    it.simulator.change((cloud) => {
      for (const [key, { type }] of Object.entries(cloud.resources))
        if (type === 'AWS::Route53::HealthCheck') delete cloud.resources[key]
    })
    const found = await seen(it, 'transactions')
    expect(found).toMatchObject({ exit: 7 })
    expect(found.verdict).toContain('there is no health check')
  })
})

test.each(['records', 'streaming'])('readers of %s in the zone of the writer are no standby', async (system) => {
  const it = copy(system)
  expect((await seen(it, system)).observation.standbys).toMatchObject([{ now: { value: { usable: true } } }])
  const { from } = await seen(it, system)
  it.simulator.change((cloud) => {
    for (const one of Object.values(cloud.resources))
      if (one.type === 'AWS::RDS::DBInstance') one.state = { ...one.state, zone: from }
  })
  const found = await seen(it, system)
  expect(found).toMatchObject({ answer: 'no', exit: 9 })
  expect(found.verdict).toContain(`in ${from} only, as the writer`)
})

describe('the event bus of payments', () => {
  const bus = async (it: Account) => (await seen(it, 'payments')).observation.roles.find(({ kind }) => kind === 'bus')
  const change = (it: Account, edit: (endpoint: Resource) => void) =>
    it.simulator.change((cloud) => {
      Object.values(cloud.resources)
        .filter(({ type }) => type === 'AWS::Events::Endpoint')
        .forEach(edit)
    })

  test('is where the endpoint leads', async () => {
    const it = copy('payments')
    const actual = { value: { places: ['us-east-1'], state: 'replicates', good: true } }
    expect(await bus(it)).toMatchObject({ expected: 'us-east-1', actual })
    await invert(it, 'payments', 'PrimaryHealthCheckId')
    expect(await bus(it)).toMatchObject({ actual: { value: { places: ['us-west-2'] } } })
  })

  test('whose endpoint failed or does not replicate is a blocker', async () => {
    const it = copy('payments')
    change(it, (one) => (one.state = { state: 'UPDATE_FAILED' }))
    expect(await seen(it, 'payments')).toMatchObject({ exit: 9 })
    expect(await bus(it)).toMatchObject({ actual: { value: { state: 'UPDATE_FAILED' } } })
    const other = copy('payments')
    change(other, (one) => (one.properties.ReplicationConfig = { State: 'DISABLED' }))
    const found = await seen(other, 'payments')
    expect(found).toMatchObject({ exit: 9 })
    expect(found.findings.find(({ rule }) => rule === 'role-state')?.mend).toBe(
      'aws events update-endpoint --region us-east-1 --name payments-pr123 --replication-config State=ENABLED',
    )
  })

  test('whose endpoint is gone is unknown', async () => {
    const it = copy('payments')
    it.simulator.change((cloud) => {
      for (const [key, { type }] of Object.entries(cloud.resources))
        if (type === 'AWS::Events::Endpoint') delete cloud.resources[key]
    })
    expect(await seen(it, 'payments')).toMatchObject({ exit: 7 })
  })
})

describe('a fresh deployment', () => {
  test.each(systems)('of %s can fail over', async (system) => {
    const found = await seen(copy(system), system)
    expect(found.verdict).toContain('can fail over')
    expect(found).toMatchObject({ answer: 'yes', exit: 0 })
  })
})

describe('alarms', () => {
  test('of the environment are counted by region; one that fires is a warning', async () => {
    const it = copy('payments')
    await it.simulator.clock.sleep(300_000)
    const before = await seen(it, 'payments')
    const counts = before.observation.regions.map(({ alarms }) => alarms)
    expect(counts).toMatchObject([{ value: { firing: [] } }, { value: { firing: [] } }])
    const name = 'payments-database-load-pr123'
    it.simulator.change((cloud) => {
      for (const one of Object.values(cloud.resources))
        if (one.type === 'AWS::CloudWatch::Alarm' && one.physicalId === name) one.state = { value: 'ALARM' }
    })
    const after = await seen(it, 'payments')
    expect(after).toMatchObject({ exit: 0 })
    expect(after.findings).toContainEqual(
      expect.objectContaining({ rule: 'alarms', level: 'warning', what: `us-east-1 alarm ${name}` }),
    )
  })
})

describe('the page for 3 a.m.', () => {
  /** Where the right is not called as the call is. */
  const rights: Record<string, string> = { ListBuckets: 'ListAllMyBuckets', ListObjectsV2: 'ListBucket' }

  test.each(systems)('lists every right that a look at %s needs, and a look changes nothing', async (system) => {
    const session = await copy(system).target({ system })
    const { command } = await status(session)
    const { reading, mutating } = session.aws.calls
    const needed = Object.keys(reading).map((call) => rights[call] ?? call)
    expect(needed.filter((call) => !page.includes(call))).toEqual([])
    expect(mutating).toEqual({})
    // What is to be typed stands there as the screen gives it.
    expect(page).toContain(command.replaceAll('-pr123', '-live'))
  })

  test('names runbooks that there are', () => {
    const documents = new Set(
      Object.values(copy('payments').simulator.inspect().resources)
        .filter(({ type }) => type === 'AWS::SSM::Document')
        .map(({ physicalId }) => physicalId),
    )
    const named = [...page.matchAll(/payments-[a-z]+-live/g)].map(([name]) => name.replace('live', 'pr123'))
    expect(named.length).toBeGreaterThan(4)
    expect(named.filter((name) => !documents.has(name))).toEqual([])
  })
})

describe('the alarms of an environment', () => {
  const totals = async (it: Account, system: string) =>
    (await seen(it, system)).observation.regions.map(({ alarms }) =>
      'value' in alarms ? alarms.value.total : undefined,
    )
  const alarms = (it: Account) =>
    Object.values(it.simulator.inspect().resources).filter(({ type }) => type === 'AWS::CloudWatch::Alarm')

  test.each(systems)('of %s are all of them, whatever their names', async (system) => {
    const it = copy(system)
    const found = await totals(it, system)
    expect(found.reduce((sum: number, one) => sum + (one ?? 0), 0)).toBe(alarms(it).length)
  })

  test('are not those of another suffix that ends alike', async () => {
    const it = copy('payments')
    const before = await totals(it, 'payments')
    it.simulator.change((cloud) => {
      for (const [key, one] of Object.entries(cloud.resources))
        if (one.type === 'AWS::CloudWatch::Alarm') {
          const physicalId = one.physicalId.replace('-pr123', '-x-pr123')
          const tags = { ...one.tags, EnvironmentSuffix: 'x-pr123' }
          cloud.resources[key.replace('-pr123', '-x-pr123')] = { ...one, physicalId, tags, state: { value: 'ALARM' } }
        }
    })
    expect(await totals(it, 'payments')).toEqual(before)
  })

  test('is a warning where it fires, whatever its name', async () => {
    const it = copy('transactions')
    it.simulator.change((cloud) => {
      for (const one of Object.values(cloud.resources))
        if (one.physicalId === 'documents-replication-latency-pr123') one.state = { value: 'ALARM' }
    })
    const found = await seen(it, 'transactions')
    expect(found.findings.map(({ what }) => what)).toContain('us-west-2 alarm documents-replication-latency-pr123')
  })
})

describe('a secret under a name that the user chose', () => {
  const name = 'team/citizen'

  test('is looked for under that name, and missed when it is gone', async () => {
    const it = account()
    it.simulator.change((cloud) => {
      cloud.secrets[`eu-central-2|${name}`] = {
        name,
        region: 'eu-central-2',
        arn: `arn:aws:secretsmanager:eu-central-2:000000000000:secret:${name}-a1b2c3`,
        createdAt: 0,
        value: JSON.stringify({ username: 'writer', password: 'correct-horse-battery' }),
        versionId: 'v1',
        tags: {},
        replicas: {},
      }
    })
    const chosen = { system: 'citizen', parameter: [`DatabaseSecretName=${name}`] }
    expect(await deploy(it.run('deploy'), await it.target(chosen))).toMatchObject({ exit: 0 })
    expect(await seen(it, 'citizen')).toMatchObject({ exit: 0 })
    it.simulator.change((cloud) => {
      cloud.secrets = {}
    })
    const found = await seen(it, 'citizen')
    expect(found).toMatchObject({ exit: 9 })
    expect(found.verdict).toContain(name)
  }, 60_000)
})

describe('replication to the other region', () => {
  const lagsOf = async (it: Account, system: string) => {
    const found = await seen(it, system)
    return Object.fromEntries(found.observation.lags.map(({ name, lag }) => [name, lag]))
  }
  test('is told in seconds, with the time when it was so', async () => {
    const lags = await lagsOf(copy('payments'), 'payments')
    expect(lags['aurora rpo lag']).toMatchObject({ value: { seconds: 0.9 } })
    expect(lags['aurora rpo lag']).toHaveProperty('at', expect.any(Number))
  })

  test('of what nobody writes is no writes, a warning and no doubt', async () => {
    const it = copy('transactions')
    const found = await seen(it, 'transactions')
    expect(found.observation.lags.map(({ lag }) => lag)).toMatchObject([
      { value: { idle: true } },
      { value: { idle: true } },
    ])
    expect(found).toMatchObject({ exit: 0, loss: { seconds: 0 } })
    expect(found.findings.filter(({ rule }) => rule === 'lag').map(({ level }) => level)).toEqual([
      'warning',
      'warning',
    ])
  })

  test('that exceeds the objective is a blocker', async () => {
    const it = copy('transactions')
    it.simulator.change((cloud) => {
      for (const one of Object.values(cloud.resources))
        if (one.type === 'AWS::DynamoDB::GlobalTable') one.state = { ...one.state, lag: 400_000 }
    })
    const found = await seen(it, 'transactions')
    expect(found).toMatchObject({ exit: 9 })
    expect(found.verdict).toContain('dynamodb transactions 400 s of 300 s')
  })

  test('of a database that publishes none is unknown', async () => {
    const it = copy('payments')
    it.simulator.change((cloud) => {
      for (const one of Object.values(cloud.resources))
        if (one.type === 'AWS::RDS::GlobalCluster') {
          const members = Object.values(cloud.resources).filter(({ type }) => type === 'AWS::RDS::DBCluster')
          const resyncing = members.map(
            ({ physicalId, region }) => `arn:aws:rds:${region}:000000000000:cluster:${physicalId}`,
          )
          one.state = { ...one.state, resyncing }
        }
    })
    expect((await lagsOf(it, 'payments'))['aurora rpo lag']).toMatchObject({
      unknown: 'us-west-2 has no recent AuroraGlobalDBReplicationLag',
    })
  })

  test('of documents that were written and of which no metric tells is unknown', async () => {
    const it = copy('transactions')
    const { aws } = await it.target({ system: 'transactions' })
    const { outputs } = await seen(it, 'transactions')
    const [bucket, objects] = [outputs['PrimaryBucketName'] ?? '', aws.objects('us-east-1')]
    await objects.put(bucket, 'a', 'text')
    expect((await lagsOf(it, 'transactions'))['s3 documents']).toMatchObject({ value: { seconds: 0 } })
    await objects.stopReplication(bucket)
    const found = await seen(it, 'transactions')
    expect(found).toMatchObject({ exit: 7 })
    expect(found.verdict).toContain('s3 documents: us-west-2 has no recent ReplicationLatency, though there are writes')
  })
})
