import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { type Account, account, copyOf, inEmptyFolder } from '../cloud.ts'
import { agreed, cloudOf, operationsOf, setOf, stacksOf, substance, prepared } from './environment.ts'

let ready: Account
let deployed: Account

beforeAll(async () => {
  ready = await prepared()
  deployed = copyOf(ready)
  await deploy(deployed.run('deploy'), await deployed.target())
})
beforeEach(inEmptyFolder)

/** What a simulated account still holds of an environment; keys wait for their deletion and are not counted. */
function leftOf(it: Account, suffix = 'pr123'): string[] {
  const { stackSets, resources, buckets } = cloudOf(it)
  const own = new RegExp(`[-/]${suffix}([-./]|$)`)
  return [
    ...Object.values(stackSets).flatMap(({ name, status }) => (status === 'ACTIVE' && own.test(name) ? [name] : [])),
    ...stacksOf(it, suffix).map(({ name }) => name),
    ...Object.values(resources)
      .filter(
        ({ pendingUntil, tags, physicalId }) =>
          pendingUntil === undefined && (tags['EnvironmentSuffix'] === suffix || own.test(physicalId)),
      )
      .map(({ type, physicalId, region }) => `${type} ${physicalId} ${region}`),
    ...Object.values(buckets).flatMap(({ name, versions }) => [
      ...(own.test(name) ? [name] : []),
      ...versions
        .filter(
          ({ key }) => key.startsWith(`env/transactions/${suffix}/`) || (key.startsWith('lock/') && own.test(key)),
        )
        .map(({ key }) => `${name}/${key}`),
    ]),
  ]
}

/** The document buckets of an environment, by region. */
const documentBuckets = (it: Account): [region: string, name: string][] =>
  ['us-east-1', 'us-west-2'].map((region) => [region, setOfBucket(it, region)])

const setOfBucket = (it: Account, region: string): string => {
  const stackId = setOf(it, 'data').instances.find((one) => one.region === region)?.stackId ?? ''
  return cloudOf(it).stacks[stackId]?.outputs['BucketName'] ?? ''
}

describe('destroy', () => {
  test('removes everything of the environment: buckets with objects, old versions and delete markers too', async () => {
    const it = copyOf(deployed)
    const session = await it.target()
    await deploy(it.run('deploy'), session)
    for (const [region, bucket] of documentBuckets(it)) {
      const objects = session.aws.objects(region)
      for (const text of ['first', 'second', 'third']) await objects.put(bucket, 'accounts/1.json', text)
      await objects.put(bucket, 'accounts/2.json', 'only')
      it.simulator.change(({ buckets }) => {
        const versions = buckets[bucket]?.versions
        versions?.push({
          key: 'accounts/2.json',
          versionId: `marker-${region}`,
          at: it.simulator.clock.now(),
          etag: '',
        })
      })
      expect((await objects.versions(bucket)).length).toBeGreaterThanOrEqual(5)
    }
    const shown: unknown[] = []
    const run = it.run('destroy')
    const report = await destroy(run, await it.target(), {
      yes: true,
      show: (holdings) => shown.push(holdings),
    })
    expect(report).toMatchObject({ exit: 0, causes: [], instances: [] })
    expect(report.verdict).toMatch(
      /nothing left: \d+ of \d+ resources gone, 2 keys pending deletion, \d+ gone but still listed by the tagging API, 0 not looked at$/,
    )
    expect(run.events.filter(({ kind }) => kind === 'notice')).toEqual([])
    expect(shown).toMatchObject([{ instances: 8, tables: ['transactions-table-pr123'], keys: 2 }])
    expect(leftOf(it)).toEqual([])
    expect(readdirSync('cfn-outputs')).toEqual([])
    expect(readdirSync('.dr/proofs')).toHaveLength(1)
  })

  test('keeps what belongs to the account: artifacts and the bootstrap', async () => {
    const it = copyOf(deployed)
    await destroy(it.run('destroy'), await it.target(), agreed)
    const plain = Object.values(cloudOf(it).stacks).filter(({ status }) => status !== 'DELETE_COMPLETE')
    expect(plain.map(({ name, region }) => `${name} ${region}`).sort()).toEqual([
      'dr-bootstrap us-east-1',
      'dr-bootstrap us-west-2',
      'dr-rights-transactions us-west-2',
    ])
  })

  test('twice is a clean 0 that changes nothing', async () => {
    const it = copyOf(deployed)
    await destroy(it.run('destroy'), await it.target(), agreed)
    const before = substance(it)
    const session = await it.target()
    const again = await destroy(it.run('destroy'), session, agreed)
    expect(again).toMatchObject({ exit: 0, verdict: 'nothing of transactions · pr123 is deployed, nothing to destroy' })
    expect(session.aws.calls.mutating).toEqual({})
    expect(substance(it)).toEqual(before)
  })

  test('of what never was is a clean 0 that changes nothing', async () => {
    const it = account()
    const before = substance(it)
    expect(await destroy(it.run('destroy'), await it.target(), agreed)).toMatchObject({ exit: 0 })
    expect(substance(it)).toEqual(before)
  })

  test('of what a run left that died after the last stack set removes its record', async () => {
    const it = copyOf(deployed)
    it.simulator.change((cloud) => {
      cloud.stackSets = {}
      for (const stack of Object.values(cloud.stacks))
        if (stack.tags['EnvironmentSuffix'] === 'pr123') stack.status = 'DELETE_COMPLETE'
      for (const [key, { tags }] of Object.entries(cloud.resources))
        if (tags['EnvironmentSuffix'] === 'pr123') delete cloud.resources[key]
    })
    expect(await destroy(it.run('destroy'), await it.target(), agreed)).toMatchObject({ exit: 0 })
    const keys = Object.values(cloudOf(it).buckets).flatMap(({ versions }) => versions.map(({ key }) => key))
    expect(keys.filter((key) => key.startsWith('env/'))).toEqual([])
  })

  test('makes room: the same suffix can be deployed again, and after that removed again', async () => {
    const it = copyOf(deployed)
    await destroy(it.run('destroy'), await it.target(), agreed)
    const again = await deploy(it.run('deploy'), await it.target())
    expect(again).toMatchObject({ exit: 0, causes: [] })
    expect(await destroy(it.run('destroy'), await it.target(), agreed)).toMatchObject({ exit: 0, causes: [] })
    expect(leftOf(it)).toEqual([])
  })

  test('of half an environment removes the half', async () => {
    const it = copyOf(ready, [
      { kind: 'resource-fails', stage: 'data', region: 'us-east-1', logicalId: 'Table', reason: 'no' },
    ])
    expect(await deploy(it.run('deploy'), await it.target())).toMatchObject({ exit: 4 })
    expect(await destroy(it.run('destroy'), await it.target(), agreed)).toMatchObject({ exit: 0, causes: [] })
    expect(leftOf(it)).toEqual([])
  })

  test('that could not look at everything afterwards does not say that nothing is left, and keeps its record', async () => {
    const it = copyOf(deployed, [{ kind: 'denied', command: 'GetResources', region: 'us-west-2' }])
    const report = await destroy(it.run('destroy'), await it.target(), agreed)
    expect(report).toMatchObject({ exit: 6, next: ['dr destroy --system transactions --suffix pr123 --local'] })
    expect(report.verdict).toMatch(/could not look at everything: tags in us-west-2: /)
    expect(leftOf(it).filter((what) => what.includes('/env/'))).not.toEqual([])

    const again = await destroy(it.run('destroy'), await it.target(), agreed)
    expect(again).toMatchObject({
      exit: 6,
      verdict: expect.stringMatching(/could not look at everything: tags in us-w/),
    })
    expect(leftOf(it).filter((what) => what.includes('/env/'))).not.toEqual([])
    const sees = copyOf(it)
    expect(await destroy(sees.run('destroy'), await sees.target(), agreed)).toMatchObject({ exit: 0 })
    expect(leftOf(sees)).toEqual([])
  })

  test('that fails says what is left and goes on next time', async () => {
    const it = copyOf(deployed, [
      {
        kind: 'resource-fails',
        action: 'delete',
        stage: 'app',
        region: 'us-west-2',
        logicalId: 'LogGroup',
        reason: 'it is in use',
      },
    ])
    const report = await destroy(it.run('destroy'), await it.target(), agreed)
    expect(report).toMatchObject({
      exit: 6,
      causes: [{ stage: 'app', region: 'us-west-2', path: ['Processor', 'LogGroup'], reason: 'it is in use' }],
      next: ['dr destroy --system transactions --suffix pr123 --local'],
    })
    expect(report.verdict).toContain('transactions · pr123 is not destroyed: foundation, data, app are left')
    const mended = copyOf(it)
    expect(await destroy(mended.run('destroy'), await mended.target(), agreed)).toMatchObject({ exit: 0, causes: [] })
    expect(leftOf(mended)).toEqual([])
  })
})

describe('two environments side by side', () => {
  test('do not touch each other, and leave the flat outputs file of the other alone', async () => {
    const it = copyOf(deployed)
    const other = { suffix: 'live' }
    expect(await deploy(it.run('deploy'), await it.target(other))).toMatchObject({ exit: 0, causes: [] })
    const before = {
      operations: operationsOf(it, 'data', 'live'),
      stacks: stacksOf(it, 'live'),
      files: readFileSync('cfn-outputs/flat-outputs.json', 'utf8'),
    }
    expect(leftOf(it, 'live').length).toBeGreaterThan(100)
    const held = leftOf(it, 'live')
    expect(await destroy(it.run('destroy'), await it.target(), agreed)).toMatchObject({ exit: 0, causes: [] })
    expect(leftOf(it)).toEqual([])
    expect(leftOf(it, 'live')).toEqual(held)
    expect({
      operations: operationsOf(it, 'data', 'live'),
      stacks: stacksOf(it, 'live'),
      files: readFileSync('cfn-outputs/flat-outputs.json', 'utf8'),
    }).toEqual(before)
    expect(readdirSync('cfn-outputs').sort()).toEqual(['flat-outputs.json', 'transactions-live.json'])
    const session = await it.target(other)
    expect(await deploy(it.run('deploy'), session)).toMatchObject({ exit: 0, stages: [] })
    expect(session.aws.calls.mutating).toEqual({})
  })
})

describe('regions other than the usual', () => {
  const elsewhere = { primary: 'us-east-2', failover: 'us-west-1' }

  test('are recorded at the first deploy: later ones and destroy find them, and others are refused', async () => {
    const it = copyOf(ready)
    const first = await deploy(it.run('deploy'), await it.target(elsewhere))
    expect(first).toMatchObject({ exit: 0, causes: [], regions: ['us-east-2', 'us-west-1'] })
    const before = substance(it)

    const session = await it.target()
    expect(await deploy(it.run('deploy'), session)).toMatchObject({
      exit: 0,
      stages: [],
      regions: ['us-east-2', 'us-west-1'],
    })
    expect(session.aws.calls.mutating).toEqual({})
    for (const flags of [{ primary: 'us-east-1' }, { failover: 'eu-west-1' }])
      await expect(it.target(flags)).rejects.toMatchObject({
        code: 'RegionsFixed',
        exit: 3,
        message: expect.stringMatching(
          /^transactions · pr123 has its (primary|failover) region in us-(east-2|west-1), not in .*; nothing was changed$/,
        ),
        hint: 'leave the region out, or destroy it first: dr destroy --system transactions --suffix pr123 --local',
      })
    expect(substance(it)).toEqual(before)

    expect(await destroy(it.run('destroy'), await it.target(), agreed)).toMatchObject({
      exit: 0,
      causes: [],
      regions: ['us-east-2', 'us-west-1'],
    })
    expect(leftOf(it)).toEqual([])
    expect(await it.target()).toMatchObject({ target: { regions: { primary: 'us-east-1', failover: 'us-west-2' } } })
  })
})

describe('consent', () => {
  const refusals = [
    {
      why: 'there is no terminal',
      answer: undefined,
      code: 'ConsentNeeded',
      message: 'a destroy must be confirmed, and there is no terminal to ask on; nothing was changed',
      hint: 'confirm it with --yes',
    },
    {
      why: 'the answer is another suffix',
      answer: 'pr124',
      code: 'Declined',
      message: '"pr124" is not the suffix; nothing was changed',
      hint: 'run the command again and type the suffix',
    },
    {
      why: 'the answer is empty',
      answer: '',
      code: 'Declined',
      message: '"" is not the suffix; nothing was changed',
      hint: 'run the command again and type the suffix',
    },
  ]
  test.each(refusals)('is missing when $why: refused, and nothing is touched', async ({ answer, ...error }) => {
    const it = copyOf(deployed)
    const before = substance(it)
    const session = await it.target()
    const { why: _, ...wanted } = error
    await expect(destroy(it.run('destroy', { answer }), session, { ...agreed, yes: false })).rejects.toMatchObject({
      ...wanted,
      exit: 3,
    })
    expect(session.aws.calls.mutating).toEqual({})
    expect(substance(it)).toEqual(before)
    expect(existsSync('.dr')).toBe(false)
  })

  test('is the suffix, typed', async () => {
    const it = copyOf(deployed)
    const session = await it.target()
    expect(await destroy(it.run('destroy', { answer: 'pr123' }), session, { ...agreed, yes: false })).toMatchObject({
      exit: 0,
    })
  })

  test('is not enough where dr.yaml protects the environment', async () => {
    const it = copyOf(deployed)
    const before = substance(it)
    writeFileSync('dr.yaml', 'protect: true\n')
    const session = await it.target()
    await expect(destroy(it.run('destroy'), session, agreed)).rejects.toMatchObject({
      code: 'Protected',
      exit: 3,
      message: 'dr.yaml protects transactions · pr123; nothing was changed',
      hint: 'take protect: true out of dr.yaml first',
    })
    expect(substance(it)).toEqual(before)
  })
})
