// What a drill is refused for, with its exit code, its words and the way on; and that nothing was touched then.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { take } from '../../src/lib/drill/lock-mirror.ts'
import type { DrillPlan } from '../../src/lib/drill/drill.ts'
import { loadedDrills } from '../../src/lib/drill/file.ts'
import { readSettings } from '../../src/lib/load/config.ts'
import { DrError } from '../../src/lib/core/errors.ts'
import { acquire, holder } from '../../src/lib/execute/lock.ts'
import { Interrupted } from '../../src/lib/execute/operate.ts'
import type { Cloud } from '../../src/simulator/state.ts'
import { failoverTest, type DrillOptions } from '../../src/lib/runs/failover-test.ts'
import { validateSystems } from '../../src/lib/runs/validate.ts'
import { type Account, account, copyOf, inEmptyFolder } from '../cloud.ts'
import { templatesFolder } from '../requirements/templates.ts'
import { live } from '../simulation/life.ts'
import { firstLife, outputs } from '../systems/lifetime.ts'
import { substance, templatesWith } from '../runs/environment.ts'
import { groundOf } from './ground.ts'
import { hasty } from './hasty.ts'

const [east, west] = ['us-east-1', 'us-west-2']
const guard = 'payments-database-load-pr123'

let payments: Account
let transactions: Account
let values: Record<string, string>
beforeAll(async () => {
  transactions = await firstLife('transactions')
  payments = await firstLife('payments')
  values = outputs()
})
beforeEach(inEmptyFolder)

interface Asked extends Partial<DrillOptions> {
  system?: string
  answer?: string
}

/** Everything but the lock and the evidence, which a drill keeps in the artifact bucket. */
const touchable = (it: Account): unknown => {
  const { buckets, ...rest } = substance(it) as Pick<Cloud, 'buckets'> & object
  const versions = Object.values(buckets).flatMap((bucket) => bucket.versions)
  return {
    ...rest,
    objects: versions.filter(({ key }) => !/^(lock|drills)\//.test(key)).length,
    databases: it.simulator.inspect().databases?.stores,
  }
}

interface Refused {
  exit: number | undefined
  words: string
  hint: string
  calls: Record<string, number>
}

/** Asks for a drill, which must be refused; says how, and what was called. */
async function refused(it: Account, { system = 'payments', answer, ...options }: Asked): Promise<Refused> {
  const session = await it.target({ system })
  const before = touchable(it)
  const drill = { scenario: 'region', mode: undefined, yes: true, allowDataLoss: true, ...options }
  const ended = await failoverTest(it.run('failover-test', { answer }), session, drill).then(
    ({ exit, verdict, next }) => ({ exit, words: verdict, hint: next.join() }),
    (error: unknown) => {
      if (!(error instanceof DrError)) throw error
      return { exit: error.exit, words: error.message, hint: error.hint ?? '' }
    },
  )
  expect(touchable(it)).toEqual(before)
  return { ...ended, calls: session.aws.calls.mutating }
}

const change = (it: Account, how: (cloud: Cloud) => void): Account => {
  it.simulator.change(how)
  return it
}
const alarmIn = ({ resources }: Cloud): [string, Cloud['resources'][string]] =>
  Object.entries(resources).find(([, { physicalId, region }]) => physicalId === guard && region === west) ??
  expect.unreachable('no such alarm')
const place = async (it: Account) => {
  const { aws, home, buckets, target } = await it.target({ system: 'payments' })
  return { aws, region: home, bucket: buckets[home] ?? '', target }
}

describe('before anything is called that changes something', () => {
  const look = expect.stringContaining('dr status --system payments --suffix pr123')
  const nothing = (got: Refused): void => expect(got.calls).toEqual({})

  test('a scenario that nobody knows (2)', async () => {
    const got = await refused(copyOf(payments), { scenario: 'flood' })
    expect(got).toMatchObject({
      exit: 2,
      words: 'payments has no drill of flood',
      hint: expect.stringContaining('probe, az'),
    })
    nothing(got)
  })

  test('a mode that the scenario does not have (2)', async () => {
    const got = await refused(copyOf(payments), { scenario: 'dns', mode: 'graceful' })
    expect(got).toMatchObject({ exit: 2, words: 'payments has no drill of dns (graceful)' })
    expect(got.hint).toContain('region --mode graceful, region --mode ungraceful')
    nothing(got)
  })

  test.each(['az', 'database'])('%s of a system of regional services, which says why (8)', async (scenario) => {
    const got = await refused(copyOf(transactions), { system: 'transactions', scenario })
    expect(got).toMatchObject({
      exit: 8,
      hint: expect.stringMatching(/^see what can: dr failover-test --system \w+ --list$/),
    })
    expect(got.words).toMatch(new RegExp(`^${scenario} cannot be drilled: (functions, table|a global table)`))
    nothing(got)
  })

  test.each(['az', 'database'])(
    '%s where the cluster has no reader, with the scale that has one (8)',
    async (scenario) => {
      const got = await refused(copyOf(payments), { scenario })
      expect(got).toMatchObject({
        exit: 8,
        words: 'payments-primary-pr123 in us-east-1 has no reader to fail over to',
        hint: expect.stringContaining('--scale large'),
      })
      nothing(got)
    },
  )

  test('an environment of which nothing is deployed (8)', async () => {
    const got = await refused(account(), {})
    expect(got).toMatchObject({ exit: 8, words: 'nothing of payments · pr123 is deployed', hint: 'deploy it first' })
    nothing(got)
  })

  test.each([
    { verb: 'deploy', exit: 3, words: /runs dr deploy; nothing was changed/ },
    { verb: 'failover-test', exit: 10, words: /a drill by .* is running; nothing was changed/ },
  ])('another run, dr $verb, that holds the lock ($exit)', async ({ verb, exit, words }) => {
    const it = copyOf(payments)
    await acquire(await place(it), holder(verb, 'other', it.simulator.clock.now()))
    const got = await refused(it, {})
    expect(got).toMatchObject({ exit, words: expect.stringMatching(words), hint: look })
    nothing(got)
  })

  test('a drill that was never ended and has its name in the surviving region (10)', async () => {
    const it = copyOf(payments)
    const regions = { primary: east, failover: west }
    const plan = { id: 'd-other', system: 'payments', suffix: 'pr123', regions } as unknown as DrillPlan
    await take(await groundOf(it, 'payments', values), plan, 'ann', it.simulator.clock.now())
    const got = await refused(it, {})
    expect(got).toMatchObject({ exit: 10, words: expect.stringMatching(/d-other.* is held/), hint: look })
    nothing(got)
  })

  test('roles that are swapped, as a failover has left them (3)', async () => {
    const it = copyOf(payments)
    const databases = await (await it.target({ system: 'payments' })).aws.databases(east)
    await databases.switchOver(values['GlobalClusterIdentifier'] ?? '', values['FailoverClusterArn'] ?? '')
    await it.simulator.clock.sleep(15 * 60_000)
    const got = await refused(it, {})
    expect(got).toMatchObject({ exit: 3, hint: look })
    expect(got.words).toMatch(/is not in us-east-1 now: a drill begins from where things belong; nothing was changed$/)
    nothing(got)
  })

  test('an operation that runs on a stage (3)', async () => {
    const it = copyOf(payments)
    const leaving = new AbortController()
    // Leaving lets AWS work on.
    const { end } = live(
      it.simulator,
      'deploy',
      { system: 'payments', parameter: ['ThrottlingRateLimit=11'] },
      {
        signal: leaving.signal,
        listen: ({ kind }) => kind === 'operation-started' && leaving.abort(new Interrupted('left')),
      },
    )
    expect(await end).toMatchObject({ report: { exit: 5 } })
    const got = await refused(it, {})
    expect(got).toMatchObject({ exit: 3, words: expect.stringContaining('being changed: '), hint: look })
    nothing(got)
  })

  test.each([
    { answer: undefined, words: 'an L3 drill interrupts the service: writes fail for about two minutes, twice' },
    { answer: 'yes', words: '"yes" is not payments' },
  ])('a drill to which the answer was $answer (3)', async ({ answer, words }) => {
    const got = await refused(copyOf(payments), { yes: false, ...(answer && { answer }) })
    expect(got).toMatchObject({
      exit: 3,
      words: `${words}; nothing was changed`,
      hint: expect.stringContaining('--dry-run'),
    })
    nothing(got)
  })

  test('a drill that may lose data, where --yes alone was given (3)', async () => {
    const got = await refused(copyOf(payments), { mode: 'ungraceful', allowDataLoss: false })
    expect(got).toMatchObject({
      exit: 3,
      words: 'this drill loses what was not replicated yet; nothing was changed',
      hint: 'agree with --allow-data-loss, or choose --mode graceful',
    })
    nothing(got)
  })

  test('a drill that may lose data, where dr.yaml protects the environment (3)', async () => {
    writeFileSync('dr.yaml', 'protect: true\n')
    const got = await refused(copyOf(payments), { mode: 'ungraceful' })
    expect(got).toMatchObject({ exit: 3, hint: expect.stringContaining('take protect out of dr.yaml') })
    expect(got.words).toMatch(/^dr.yaml protects payments · pr123, and this drill may lose data/)
    nothing(got)
  })

  test('a drill to resume that nobody knows (2)', async () => {
    const got = await refused(copyOf(payments), { resume: 'd-never' })
    expect(got).toMatchObject({
      exit: 2,
      words: 'there is no drill d-never of payments · pr123',
      hint: 'see its id: dr status',
    })
    nothing(got)
  })

  test.each([
    ['of another system', JSON.stringify({ system: 'records', suffix: 'pr123' })],
    ['whose plan nobody can read', '{"system": "paym'],
  ])('a drill to resume %s, though its folder lies on this machine (2)', async (_which, plan) => {
    mkdirSync(join('.dr', 'drills', 'd-other'), { recursive: true })
    writeFileSync(join('.dr', 'drills', 'd-other', 'plan.json'), plan)
    const got = await refused(copyOf(payments), { resume: 'd-other' })
    expect(got).toMatchObject({ exit: 2, words: 'there is no drill d-other of payments · pr123' })
    nothing(got)
  })
})

describe('before anything but its own journal is written', () => {
  const own = (got: Refused): void => {
    expect(Object.keys(got.calls).filter((call) => !/^(PutObject|DeleteObjects?)$/.test(call))).toEqual([])
    expect(got).toMatchObject({ exit: 3, hint: expect.stringContaining('dr status') })
    expect(got.words).toContain('refused, nothing was injected')
  }

  test('an alarm of its guards that fires already (3)', async () => {
    const it = change(copyOf(payments), (cloud) => {
      const [, alarm] = alarmIn(cloud)
      alarm.state = { ...alarm.state, value: 'ALARM' }
    })
    const got = await refused(it, {})
    expect(got.words).toContain(`${guard} fires already`)
    own(got)
  })

  test('an alarm that does not exist and should guard it (3)', async () => {
    const it = change(copyOf(payments), (cloud) => delete cloud.resources[alarmIn(cloud)[0]])
    const got = await refused(it, {})
    expect(got.words).toContain(`there is no alarm ${guard} to guard the drill`)
    own(got)
  })

  test('a rotation of a password that is under way: a failover now would lock everybody out (3)', async () => {
    const it = change(copyOf(payments), ({ secrets }) => {
      for (const secret of Object.values(secrets))
        if (secret.name === 'dr/payments/pr123/database') secret.pendingId = 'next'
    })
    const got = await refused(it, {})
    expect(got.words).toContain('a rotation of the secret dr/payments/pr123/database is under way in us-east-1')
    own(got)
    // A drill that only looks is no danger to it.
    const probe = { scenario: 'probe', mode: undefined, yes: false, allowDataLoss: false }
    const session = await it.target({ system: 'payments' })
    expect((await failoverTest(it.run('failover-test'), session, probe)).exit).toBe(0)
  })

  test('a folder in which no journal can be written (2)', async () => {
    const it = copyOf(payments)
    writeFileSync('.dr', '')
    const got = await refused(it, {})
    expect(got).toMatchObject({
      exit: 2,
      words: expect.stringMatching(/^\.dr\/drills cannot be written \(E\w+\); nothing was changed$/),
    })
    expect(got.hint).toBe('see its rights')
    expect(Object.keys(got.calls)).toEqual(['PutObject', 'DeleteObject', 'DeleteObjects'])
  })

  test('a drill to resume whose journal was changed: nobody knows what is undone (6)', async () => {
    const templates = hasty(['payments'])
    const it = copyOf(payments)
    const session = await it.target({ system: 'payments', templates })
    const report = await failoverTest(it.run('failover-test'), session, {
      scenario: 'dns',
      mode: undefined,
      yes: true,
      allowDataLoss: false,
    })
    const id = report.drill?.id ?? ''
    const path = join('.dr', 'drills', id, 'journal.jsonl')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"outcome":"done"', '"outcome":"failed"'))
    change(it, ({ buckets }) => {
      for (const { versions } of Object.values(buckets))
        for (const one of versions) if (one.key.endsWith(`${id}/journal.jsonl`)) one.body = readFileSync(path, 'utf8')
    })
    const got = await refused(it, { resume: id })
    expect(got).toMatchObject({ exit: 6, hint: expect.stringContaining(`.dr/drills/${id}/journal.jsonl`), calls: {} })
    expect(got.words).toMatch(
      /^the journal of d-.* cannot be trusted: line \d+ does not follow from the lines before it$/,
    )
    // What was changed on this machine alone does not count where the bucket has it whole.
    rmSync('.dr', { recursive: true })
  })
})

describe('a drill file', () => {
  const file = 'systems/records/drills/database.yaml'
  /** What is said of records' file when this stands in it instead. */
  const said = (from: string | RegExp, to: string): string => {
    const folder = templatesWith({ [file]: (text) => text.replace(from, to) })
    try {
      loadedDrills(join(folder, 'systems/records'))
    } catch (error) {
      expect(error).toMatchObject({ exit: 2, hint: 'correct the file and run the command again' })
      return (error as Error).message.replace(folder, '').replace(/^\//, '')
    }
    return expect.unreachable('nothing was said')
  }

  test.each([
    ['that is no YAML', 'steady: 2m', 'steady: [2m', /:7:1: deficient indentation/],
    ['with a key that nobody knows', 'steady: 2m', 'stead: 2m', /:6:1: (.|\n)*unknown key "stead"/],
    [
      'with an action that nobody knows',
      'action: cluster-failover',
      'action: earthquake',
      /:17:5: "inject.0.action": must be one of cache-failover, cluster-failover/,
    ],
    [
      'with a kind of probe that nobody knows',
      'kind: sql-function',
      'kind: divination',
      /:9:5: "probes.0.kind": must be one of .*sql-function/,
    ],
    [
      'with a time without a unit',
      'steady: 2m',
      "steady: '120'",
      /:6:1: "steady": must be a duration such as 30s, 15m or 2h/,
    ],
    [
      'that injects nothing',
      /inject:[^]*guards/,
      'guards',
      /:3:1[0-9]?: a drill of "database" injects something: "inject" is empty/,
    ],
    [
      'with a pool for a probe that has no connections',
      'kind: sql-function\n',
      'kind: file\n',
      /:10:5: a probe of the kind file has no connections of its own to keep/,
    ],
    [
      'with a probe called as the pooled one beside another',
      'probes:\n',
      'probes:\n  - { name: rows-pooled, kind: sql-function, from: standalone, to: standalone, target: {} }\n',
      /two of probes are called "rows-pooled"/,
    ],
    [
      'with twins',
      'inject:\n',
      'inject:\n  - { name: writer, action: tasks-stop, in: standalone, target: {} }\n',
      /two of inject are called "writer"/,
    ],
  ])('%s is told with file, line and column (2)', (_, from, to, words) => {
    const message = said(from, to)
    expect(message).toMatch(/^systems\/records\/drills\/database\.yaml:\d+:\d+: /)
    expect(message).toMatch(words)
  })
})

describe('dr validate reads the drill files too', () => {
  const findings = async (edits: Record<string, (text: string) => string>, system = 'payments') => {
    const templates = Object.keys(edits).length > 0 ? templatesWith(edits) : templatesFolder
    const { exit, systems } = await validateSystems(readSettings({ system, templates }, {}), false)
    const drills = (systems[0]?.findings ?? []).filter(({ rule }) => rule.startsWith('drills/'))
    return {
      exit,
      drills,
    }
  }
  const dns = 'systems/payments/drills/dns.yaml'

  test.each(['payments', 'transactions', 'records', 'citizen', 'streaming'])(
    'of %s, in which nothing is wrong',
    async (system) => {
      expect(await findings({}, system)).toEqual({ exit: 0, drills: [] })
    },
  )

  test.each([
    [
      'a name in braces that nothing gives',
      '{RecordName}',
      '{RecordNames}',
      'drills/placeholder {RecordNames} is no output of payments and no name that dr knows',
    ],
    [
      'a secret that the system does not have',
      '{secret.database}',
      '{secret.database2}',
      'drills/placeholder {secret.database2} is no output of payments and no name that dr knows',
    ],
    [
      'a region that it does not have',
      'in: primary',
      'in: standalone',
      'drills/region payments has no standalone region',
    ],
    [
      'an alarm that no template makes',
      '-database-load-',
      '-database-lode-',
      'drills/alarm no template makes the alarm payments-database-lode-a2345678901234567890 in the failover region',
    ],
  ])('%s is a finding (exit 2)', async (_, from, to, finding) => {
    let line = 0
    const edit = (text: string): string => {
      line = text.slice(0, text.indexOf(from)).split('\n').length
      return text.replace(from, to)
    }
    const { exit, drills } = await findings({ [dns]: edit })
    expect(exit).toBe(2)
    expect(drills.map(({ rule, message, position }) => `${rule} ${message} ${position.line}`)).toEqual([
      `${finding} ${line}`,
    ])
  })

  test('a file that is none is told with its place (2)', async () => {
    const edit = { [dns]: (text: string) => text.replace('steady: 2m', 'steady: long') }
    await expect(findings(edit)).rejects.toMatchObject({
      exit: 2,
      message: expect.stringMatching(/dns\.yaml:6:1: "steady"/),
    })
  })
})
