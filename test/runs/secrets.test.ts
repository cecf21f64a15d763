import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import { DrError } from '../../src/lib/core/errors.ts'
import type { Fault } from '../../src/simulator/index.ts'
import type { Secret } from '../../src/simulator/state.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { planned } from '../../src/lib/runs/planned.ts'
import { holdingsText } from '../../src/lib/views/holdings.ts'
import { paint } from '../../src/lib/views/paint.ts'
import { planText } from '../../src/lib/views/plan.ts'
import { shown } from '../../src/lib/plan/plan.ts'
import { credentialForms } from '../../src/lib/plan/secrets.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { agreed, cloudOf, bootstrappedFor, substance } from './environment.ts'
import type { Holdings } from '../../src/lib/observe/inventory.ts'

const name = 'dr/miniature/pr123/database'
const [home, failover] = ['us-east-1', 'us-west-2'] as const

/** The miniature system, reading a secret. */
function withSecret(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dr-secrets-'))
  cpSync(fileURLToPath(new URL('../fixtures/miniature', import.meta.url)), folder, { recursive: true })
  const edit = (file: string, from: string, to: string): void => {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    expect(text).toContain(from)
    writeFileSync(
      path,
      text.replace(from, () => to),
    )
  }
  const system = 'systems/miniature/system.yaml'
  const need = 'secrets: [{ name: database, parameter: DatabaseSecretName, keys: [username, password] }]'
  edit(system, 'stages:\n', `${need}\nstages:\n`)
  for (const file of ['systems/miniature/link.yaml', 'data/group.yaml'])
    edit(file, 'Parameters:\n', 'Parameters:\n  DatabaseSecretName: { Type: String }\n')
  edit(
    'systems/miniature/link.yaml',
    '        KeyArn:',
    '        DatabaseSecretName: !Ref DatabaseSecretName\n        KeyArn:',
  )
  edit('data/group.yaml', 'Value: !Ref Peer }]', 'Value: !Ref Peer }, { Key: Reads, Value: !Ref DatabaseSecretName }]')
  return folder
}

const templates = withSecret()
const flags = (more: SettingFlags = {}): SettingFlags => ({ system: 'miniature', templates, ...more })
const create = flags({ 'create-secret': true })

let bootstrapped: Account
beforeAll(async () => {
  bootstrapped = await bootstrappedFor(flags())
})
beforeEach(inEmptyFolder)

const secretsOf = (it: Account): Secret[] =>
  Object.values(cloudOf(it).secrets).filter(({ deletion }) => (deletion?.goneAt ?? Infinity) > cloudOf(it).now)

/** An account in which somebody made the secret. */
function given(change: Partial<Secret> = {}, from = bootstrapped, faults: Fault[] = []): Account {
  const it = copyOf(from, faults)
  it.simulator.change((cloud) => {
    const secret: Secret = {
      name,
      region: home,
      arn: `arn:aws:secretsmanager:${home}:000000000000:secret:${name}-a1b2c3`,
      createdAt: 0,
      value: JSON.stringify({ username: 'writer', password: 'correct-horse-battery' }),
      versionId: 'v1',
      tags: {},
      replicas: { [failover]: { readyAt: 0 } },
      ...change,
    }
    cloud.secrets[`${secret.region}|${secret.name}`] = secret
  })
  return it
}

const verbs = {
  deploy: async (it: Account, how: SettingFlags) => deploy(it.run('deploy'), await it.target(how)),
  plan: async (it: Account, how: SettingFlags) => planned(await it.target(how), { schema: false }),
}

/** What deploy is refused with, and plan alike; nothing was touched. */
async function refusal(it: Account, how = flags()): Promise<DrError> {
  const before = substance(it)
  const errors = [verbs.deploy, verbs.plan].map((verb) =>
    verb(it, how).then(
      () => undefined,
      (thrown: unknown) => thrown,
    ),
  )
  const [error, ofPlan] = await Promise.all(errors)
  expect(error).toBeInstanceOf(DrError)
  expect(ofPlan).toMatchObject({ code: (error as DrError).code, exit: (error as DrError).exit })
  expect(substance(it)).toEqual(before)
  expect(JSON.stringify([(error as DrError).message, (error as DrError).hint])).not.toMatch(/correct-horse|hunter2/)
  return error as DrError
}

describe('a secret that a system reads (COMMON-09)', () => {
  test('is refused where it is missing: name, region, keys, and both ways out', async () => {
    expect(await refusal(copyOf(bootstrapped))).toMatchObject({
      code: 'SecretMissing',
      exit: 3,
      message: `there is no secret ${name} in us-east-1; it must hold JSON with username and password\nnothing was changed`,
      hint:
        'let dr make it with --create-secret, or make it yourself: aws secretsmanager create-secret --region us-east-1' +
        ` --name ${name} --add-replica-regions Region=us-west-2 --secret-string '{"username": "…", "password": "…"}'`,
    })
  })

  test('is refused where it lacks keys, which are named, and is no JSON', async () => {
    const missing = given({ value: '{"username":"writer"}' })
    expect(await refusal(missing)).toMatchObject({
      code: 'SecretIncomplete',
      exit: 3,
      message: expect.stringContaining(
        `the secret ${name} in us-east-1 lacks password; it must hold username and password`,
      ),
      hint: expect.stringContaining('put-secret-value --region us-east-1'),
    })
    expect(await refusal(given({ value: 'hunter2' }))).toMatchObject({
      message: expect.stringContaining('is no JSON object'),
    })
  })

  test.each([
    ['a password that is too short', { username: 'writer', password: 'hunter2' }, 'password must be 8 to 41'],
    ['a password too long for a cluster', { username: 'writer', password: 'x'.repeat(42) }, 'password must be 8 to 41'],
    ['a user name too long', { username: 'w'.repeat(17), password: 'correct-horse-x' }, 'username must be up to 16'],
    [
      'a password with a character that RDS refuses',
      { username: 'writer', password: 'correct-horse/x' },
      'password must be',
    ],
    [
      'a user name that begins with a digit',
      { username: '1writer', password: 'correct-horse-x' },
      'username must be up to',
    ],
    ['a password that is no text', { username: 'writer', password: 12345678 }, 'password must be'],
  ])('is refused with %s, without saying the value', async (_, value, message) => {
    expect(await refusal(given({ value: JSON.stringify(value) }))).toMatchObject({
      code: 'SecretUnfit',
      exit: 3,
      message: expect.stringContaining(message),
    })
  })

  test('is refused without a replica in the failover region', async () => {
    expect(await refusal(given({ replicas: {} }))).toMatchObject({
      code: 'SecretNotReplicated',
      exit: 3,
      message: expect.stringContaining(`the secret ${name} is in us-east-1 and has no replica in us-west-2`),
      hint: `aws secretsmanager replicate-secret-to-regions --region us-east-1 --secret-id ${name} --add-replica-regions Region=us-west-2`,
    })
    expect(await refusal(given({ replicas: { [failover]: { readyAt: 0, failed: true } } }))).toMatchObject({
      code: 'SecretNotReplicated',
      message: expect.stringContaining('failed: another secret has its name there'),
    })
  })

  test('is refused while it is scheduled for deletion', async () => {
    expect(await refusal(given({ replicas: {}, deletion: { at: 0, goneAt: Infinity } }), create)).toMatchObject({
      code: 'SecretDeleted',
      exit: 3,
      message: expect.stringContaining(`the secret ${name} in us-east-1 is scheduled for deletion since 1970-01-01`),
      hint: `bring it back: aws secretsmanager restore-secret --region us-east-1 --secret-id ${name}`,
    })
  })

  test('is refused where the two regions hold secrets of their own that differ, not where they are equal', async () => {
    const own = {
      region: failover,
      arn: `arn:aws:secretsmanager:${failover}:000000000000:secret:${name}-d4e5f6`,
      replicas: {},
    }
    const other = given({ ...own, value: '{"username":"writer","password":"another-horse"}' }, given({ replicas: {} }))
    expect(await refusal(other)).toMatchObject({ code: 'SecretDiffers', exit: 3 })
    await expect(verbs.plan(given(own, given({ replicas: {} })), flags())).resolves.toBeDefined()
  })

  test('is used as it is where it is good, and its name is given to every stage that asks', async () => {
    const it = given()
    expect(await verbs.deploy(it, flags())).toMatchObject({ exit: 0 })
    const { stackSets } = cloudOf(it)
    const link = Object.values(stackSets).find((set) => set.name === 'dr-miniature-link-pr123')
    expect(link?.parameters['DatabaseSecretName']).toBe(name)
    expect(secretsOf(it)).toEqual(secretsOf(given()))
  })

  test('may have another name, which dr does not make', async () => {
    const how = flags({ parameter: ['DatabaseSecretName=shared/writer'] })
    expect(await verbs.deploy(given({ name: 'shared/writer' }), how)).toMatchObject({ exit: 0 })
    expect(await refusal(copyOf(bootstrapped), { ...how, 'create-secret': true })).toMatchObject({
      code: 'SecretMissing',
      hint: expect.stringContaining('dr makes only secrets that it names itself: leave DatabaseSecretName out'),
    })
  })

  test('may be unreadable for those who deploy: then only its existence is checked', async () => {
    const it = given({}, bootstrapped, [{ kind: 'denied', command: 'GetSecretValue' }])
    const unchecked = `the keys and values of ${name} in us-east-1 and us-west-2: not allowed to read them (secretsmanager:GetSecretValue)`
    const { plan, ...rest } = await verbs.plan(it, flags())
    expect(rest).toMatchObject({ unchecked: [unchecked] })
    const text = planText({ stages: shown(plan), ...rest }, paint(false), 80)
    expect(text).toContain(`   not checked  the keys and values of ${name} in us-east-1\n`)
    const run = it.run('deploy')
    expect(await deploy(run, await it.target(flags()))).toMatchObject({ exit: 0 })
    expect(run.events).toContainEqual(expect.objectContaining({ kind: 'notice', message: `not checked: ${unchecked}` }))
  })

  test('says nothing of checks that were made', async () => {
    expect(await verbs.plan(given(), flags())).toMatchObject({ unchecked: [] })
  })

  test('that two regions made each their own and nobody may compare is refused, without a word on their values', async () => {
    const own = { region: failover, arn: `arn:aws:secretsmanager:${failover}:000000000000:secret:${name}-d4e5f6` }
    const it = given({ ...own, replicas: {} }, given({ replicas: {} }), [{ kind: 'denied', command: 'GetSecretValue' }])
    expect(await refusal(it)).toMatchObject({
      code: 'SecretDiffers',
      message: expect.stringContaining('is no replica of the one in us-east-1, and the two cannot be compared'),
    })
  })
})

describe('--create-secret', () => {
  test('shows in the plan what it would make, and makes nothing there', async () => {
    const it = copyOf(bootstrapped)
    const { plan, ...rest } = await verbs.plan(it, create)
    const text = planText({ stages: shown(plan), ...rest }, paint(false), 80)
    expect(text).toContain(`   secrets      + ${name} (us-east-1, replica us-west-2)`)
    expect(secretsOf(it)).toEqual([])
  })

  test('makes it outside the stacks, once: random, tagged, replicated, before any stack', async () => {
    const it = copyOf(bootstrapped)
    const run = it.run('deploy')
    expect(await deploy(run, await it.target(create))).toMatchObject({ exit: 0 })
    const [secret, ...more] = secretsOf(it)
    expect(more).toEqual([])
    const value = JSON.parse(secret?.value ?? '') as Record<string, string>
    expect(Object.keys(value)).toEqual(['username', 'password'])
    expect(value['password']).toMatch(/^[\w-]{32}$/)
    for (const [key, { form }] of Object.entries(credentialForms)) expect(value[key]).toMatch(form)
    expect(secret?.tags).toEqual({
      DataClassification: 'miniature',
      System: 'miniature',
      EnvironmentSuffix: 'pr123',
      ManagedBy: 'dr',
    })
    expect(secret?.replicas).toEqual({ [failover]: { readyAt: expect.any(Number) as number } })
    const told = JSON.stringify(run.events)
    expect(told).toContain(`${name} made in us-east-1 and us-west-2`)
    expect(told).not.toContain(value['password'])
    const order = run.events
      .filter(({ kind }) => kind === 'stage-started')
      .map((event) => ('stage' in event ? event.stage : ''))
    expect(order[0]).toBe('secrets')
    const { stacks, stackSets } = cloudOf(it)
    expect(JSON.stringify([stacks, stackSets])).not.toContain(value['password'])

    const again = await it.target(create)
    expect(await deploy(it.run('deploy'), again)).toMatchObject({ exit: 0 })
    expect(again.aws.calls.mutating).toEqual({})
  })

  test('other environments get another password', async () => {
    const [one, two] = [copyOf(bootstrapped), copyOf(bootstrapped)]
    await Promise.all([verbs.deploy(one, create), verbs.deploy(two, create)])
    expect(secretsOf(one)[0]?.value).not.toBe(secretsOf(two)[0]?.value)
  })

  test('createSecret: true in dr.yaml means the same', async () => {
    writeFileSync('dr.yaml', 'createSecret: true\n')
    const it = copyOf(bootstrapped)
    expect(await verbs.deploy(it, flags())).toMatchObject({ exit: 0 })
    expect(secretsOf(it)).toHaveLength(1)
  })

  test('has no effect where a system has none', async () => {
    const it = copyOf(bootstrapped)
    const folder = fileURLToPath(new URL('../fixtures/miniature', import.meta.url))
    const how = flags({ templates: folder, 'create-secret': true })
    expect(await verbs.deploy(it, how)).toMatchObject({ exit: 0 })
    expect(secretsOf(it)).toEqual([])
  })

  test('leaves a secret alone that somebody else made, and does not replicate it', async () => {
    expect(await refusal(given({ replicas: {} }), create)).toMatchObject({ code: 'SecretNotReplicated' })
  })

  test('adds the replica that a secret of its own lost', async () => {
    const it = given({ replicas: {}, tags: { ManagedBy: 'dr' } })
    expect(await verbs.deploy(it, create)).toMatchObject({ exit: 0 })
    expect(Object.keys(secretsOf(it)[0]?.replicas ?? {})).toEqual([failover])
  })

  test('does not make a new one where a database stands that knows the old one', async () => {
    const it = copyOf(bootstrapped)
    await verbs.deploy(it, create)
    it.simulator.change((cloud) => void (cloud.secrets = {}))
    expect(await refusal(it, create)).toMatchObject({
      code: 'SecretMissing',
      exit: 3,
      message: expect.stringContaining('no longer exists in us-east-1, but resources created with it do'),
      hint: expect.stringContaining('create it again with the values in use'),
    })
  })

  test('goes on where a run died right after making it, or while its replica was being made', async () => {
    for (const replicas of [{ [failover]: { readyAt: Infinity } }, { [failover]: { readyAt: 0 } }]) {
      const it = given({ replicas, tags: { ManagedBy: 'dr' } })
      it.simulator.change(({ now, secrets }) => {
        const replica = secrets[`${home}|${name}`]?.replicas[failover]
        if (replica?.readyAt === Infinity) replica.readyAt = now + 5_000
      })
      expect(await verbs.deploy(it, create)).toMatchObject({ exit: 0 })
      expect(secretsOf(it)).toHaveLength(1)
    }
  })

  test('makes it once, though the answer got lost', async () => {
    const it = copyOf(bootstrapped, [{ kind: 'lost-answer', command: 'CreateSecret', times: 1 }])
    expect(await verbs.deploy(it, create)).toMatchObject({ exit: 0 })
    expect(secretsOf(it)).toHaveLength(1)
  })

  test('that is denied fails before any stack is made, and says so', async () => {
    const it = copyOf(bootstrapped, [{ kind: 'denied', command: 'CreateSecret' }])
    const report = await verbs.deploy(it, create)
    expect(report).toMatchObject({ exit: 4 })
    expect(report.stages.map(({ name, outcome }) => `${name} ${outcome}`).slice(0, 2)).toEqual([
      'secrets failed',
      'upload skipped',
    ])
    expect(Object.values(cloudOf(it).stackSets)).toEqual([])
  })
})

describe('destroy', () => {
  const destroyed = async (it: Account): Promise<{ exit: number; verdict: string; text: string; told: string }> => {
    let text = ''
    const show = (holdings: Holdings): void => void (text = holdingsText(holdings, 80))
    const run = it.run('destroy')
    const { exit, verdict } = await destroy(run, await it.target(flags()), { yes: true, show })
    return { exit, verdict, text, told: JSON.stringify(run.events) }
  }

  test('removes what dr made, at the end, counts it before and frees its name', async () => {
    const it = copyOf(bootstrapped)
    await verbs.deploy(it, create)
    const { exit, verdict, text, told } = await destroyed(it)
    expect({ exit, verdict }).toMatchObject({ exit: 0, verdict: expect.stringContaining('nothing left') })
    expect(text).toContain('1 secret that dr made')
    expect(told).toContain(`${name} removed`)
    expect(secretsOf(it)).toEqual([])
    expect(await verbs.deploy(it, create)).toMatchObject({ exit: 0 })
  })

  test('leaves what somebody else made, and says so', async () => {
    const it = given()
    await verbs.deploy(it, flags())
    const { exit, text } = await destroyed(it)
    expect(exit).toBe(0)
    expect(text).toContain(`keeps    the secret ${name}, which dr did not make`)
    expect(secretsOf(it)).toEqual(secretsOf(given()))
  })

  test('removes both, where a failover made two of one', async () => {
    const tags = { ManagedBy: 'dr', System: 'miniature', EnvironmentSuffix: 'pr123' }
    const own = {
      region: failover,
      arn: `arn:aws:secretsmanager:${failover}:000000000000:secret:${name}-a1b2c3`,
      replicas: {},
      tags,
    }
    const it = given(own, given({ tags, replicas: {} }))
    await verbs.deploy(it, flags())
    expect((await destroyed(it)).exit).toBe(0)
    expect(secretsOf(it)).toEqual([])
  })

  test('takes one along that a deploy left which died before its first stack', async () => {
    const it = given({ tags: { ManagedBy: 'dr', System: 'miniature', EnvironmentSuffix: 'pr123' } })
    expect(await destroyed(it)).toMatchObject({ exit: 0 })
    expect(secretsOf(it)).toEqual([])
    expect(await destroy(it.run('destroy'), await it.target(flags()), agreed)).toMatchObject({
      exit: 0,
      verdict: 'nothing of miniature · pr123 is deployed, nothing to destroy',
    })
  })

  test('keeps it while a stack that reads it could not be removed', async () => {
    const it = copyOf(bootstrapped)
    await verbs.deploy(it, create)
    const broken = copyOf(it, [
      { kind: 'resource-fails', type: 'AWS::Logs::LogGroup', action: 'delete', reason: 'in use' },
    ])
    expect((await destroyed(broken)).exit).not.toBe(0)
    expect(secretsOf(broken)).toHaveLength(1)
  })
})
