// The shared conventions on what is deployed, and on how an environment lives and dies.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { localSimulator } from '../../src/simulator/index.ts'
import { accountWorld } from './account.ts'
import { common } from './checks/common.ts'
import { keysOfTransactions } from './checks/outputs.ts'
import { deployed, deploymentOf, integrationOf, runDr } from './deployment.ts'
import { goesRed, output } from './world.ts'

const deployment = await deployed()
const world = accountWorld(deployment)
/** For tests that run a command as a user would: milliseconds on a machine that many share. */
const patience = 240_000
const { stacks, stackSets, resources, suffix, regions } = world

beforeEach(({ task }) => {
  Object.assign(task.meta, { target: deployment.target })
})

for (const { ids, rule, holds } of common) test(`${ids} ${rule}`, () => holds(world))

describe('a check goes red when what is deployed breaks its rule', () => {
  for (const check of common) test(`broken: ${check.ids} ${check.rule}`, () => goesRed(check, world))
})

test('COMMON-01 what AWS does not number carries the suffix in its physical name', () => {
  // Ids that AWS makes: prefixed hexadecimal, UUIDs, words of capitals and digits, short API ids, lists of them.
  const numbered = /^([a-z]+-[0-9a-f]{17}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|Z[A-Z0-9]{10,31}|[a-z0-9]{7,10})$/
  const named = resources.filter(({ physicalId }) => !physicalId.split('|').every((part) => numbered.test(part)))
  expect(named.length).toBeGreaterThan(40)
  const nameless = new Set(['AWS::EC2::Route', 'AWS::ApiGatewayV2::Stage'])
  for (const { type, physicalId } of named.filter((it) => !nameless.has(it.type)))
    expect(physicalId, type).toContain(suffix)
})

test('COMMON-13 the outputs file tells what was deployed where', () => {
  expect(deployment.outputs).toMatchObject({
    System: 'transactions',
    EnvironmentSuffix: suffix,
    AccountId: expect.stringMatching(/^\d{12}$/) as string,
    PrimaryRegion: regions.primary,
    FailoverRegion: regions.failover,
  })
  expect(Object.keys(deployment.outputs)).toEqual(expect.arrayContaining(keysOfTransactions))
})

test(
  'COMMON-14 the integration tests pass against this deployment, by the outputs file alone',
  async () => {
    const report = await integrationOf(deployment)
    expect(report).toMatchObject({ numFailedTests: 0 })
    expect(report.numPassedTests).toBeGreaterThan(3)
  },
  patience,
)

test('COMMON-22 all stacks are in the regions of the environment', () => {
  expect(new Set(stacks.map(({ region }) => region))).toEqual(new Set(Object.values(regions)))
})

test('COMMON-23 all instances are current, all stacks complete', () => {
  const instances = stackSets.flatMap((set) => set.instances)
  expect(instances).toHaveLength(8)
  for (const it of instances) expect(it).toMatchObject({ status: 'CURRENT', detailedStatus: 'SUCCEEDED' })
  for (const it of stacks) expect(it.status, it.name).toMatch(/^(CREATE|UPDATE)_COMPLETE$/)
})

// These make and remove further environments, which nobody's account but the tests' own should be asked for.
describe.runIf(deployment.own)('a second environment beside the first', () => {
  const file = join(deployment.folder, 'cfn-outputs/transactions-pr124.json')
  const look = () => localSimulator({ folder: join(deployment.folder, '.dr/local') })

  beforeAll(() => runDr(deployment.folder, 'deploy', '--suffix', 'pr124'), patience)

  test('COMMON-03 two environments share no resource in one account', async () => {
    const second = accountWorld(await deploymentOf(file))
    expect(second.resources).toHaveLength(resources.length)
    const first = accountWorld({ ...deployment, cloud: second.cloud })
    expect(first.resources).toHaveLength(resources.length)
    for (const set of first.stackSets) for (const it of set.instances) expect(it.status).toBe('CURRENT')
    const mine = new Set(first.resources)
    expect(second.resources.filter((it) => mine.has(it))).toEqual([])
  })

  describe('after its destruction', () => {
    let ids: string[]
    beforeAll(async () => {
      const second = accountWorld(await deploymentOf(file))
      ids = second.stacks.map(({ id }) => id)
      look().change((cloud) => {
        for (const side of ['primary', 'failover'] as const) {
          const bucket = cloud.buckets[output(second, side, 'BucketName')]
          for (const versionId of ['v1', 'v2'])
            bucket?.versions.push({ key: 'kept.txt', versionId, at: cloud.now, etag: '"1"', body: 'kept' })
          bucket?.versions.push({ key: 'gone.txt', versionId: 'v3', at: cloud.now, etag: '"2"' })
        }
      })
      await runDr(deployment.folder, 'destroy', '--suffix', 'pr124')
    }, patience)

    test('COMMON-04 COMMON-24 nothing of it is left but keys that wait for their deletion', () => {
      const { stackSets, stacks, resources } = look().inspect()
      const tagged = (tags: Record<string, string>) => tags.EnvironmentSuffix === 'pr124'
      expect(Object.values(stackSets).filter(({ tags, status }) => tagged(tags) && status === 'ACTIVE')).toEqual([])
      const living = Object.values(stacks).filter(({ tags, status }) => tagged(tags) && status !== 'DELETE_COMPLETE')
      expect(living.map(({ name }) => name)).toEqual([])
      const left = Object.values(resources).filter(({ tags }) => tagged(tags))
      expect(left.filter(({ pendingUntil }) => pendingUntil === undefined)).toEqual([])
      expect(new Set(left.map(({ type }) => type))).toEqual(new Set(['AWS::KMS::Key']))
      expect(existsSync(file)).toBe(false)
    })

    test('COMMON-05 its stacks skipped no deletion', () => {
      const stacks = Object.values(look().inspect().stacks).filter(({ id }) => ids.includes(id))
      expect(stacks).toHaveLength(ids.length)
      const events = stacks.flatMap((stack) => stack.events)
      expect(events.filter(({ status }) => status === 'DELETE_COMPLETE').length).toBeGreaterThan(100)
      expect(events.filter(({ status }) => ['DELETE_SKIPPED', 'DELETE_FAILED'].includes(status))).toEqual([])
    })

    test('COMMON-08 its buckets are gone, though they held versions and delete markers', () => {
      const { buckets } = look().inspect()
      expect(Object.keys(buckets).filter((name) => name.includes('pr124'))).toEqual([])
    })

    test('COMMON-03 the first environment is untouched', () => {
      const first = accountWorld({ ...deployment, cloud: look().inspect() })
      expect(first.resources).toHaveLength(resources.length)
    })
  })
})

describe.runIf(deployment.own)('other regions than the default ones', () => {
  test(
    'COMMON-12 the system deploys to the regions that are asked for',
    async () => {
      const chosen = ['--primary', 'eu-west-1', '--failover', 'eu-central-1']
      await runDr(deployment.folder, 'deploy', '--suffix', 'elsewhere', ...chosen)
      const there = accountWorld(await deploymentOf(join(deployment.folder, 'cfn-outputs/transactions-elsewhere.json')))
      expect(there.regions).toEqual({ primary: 'eu-west-1', failover: 'eu-central-1' })
      expect(new Set(there.stacks.map(({ region }) => region))).toEqual(new Set(['eu-west-1', 'eu-central-1']))
    },
    patience,
  )
})
