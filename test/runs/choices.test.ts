// Choices of the user that cannot work are refused before anything is touched: the value, the rule and the way out.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import { DrError } from '../../src/lib/core/errors.ts'
import type { Fault } from '../../src/simulator/index.ts'
import { bootstrap } from '../../src/lib/runs/bootstrap.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { planned } from '../../src/lib/runs/planned.ts'
import { type Account, account, copyOf, inEmptyFolder } from '../cloud.ts'
import { substance, templatesWith } from './environment.ts'
import { firstLife } from '../systems/lifetime.ts'

let ready: Account
beforeAll(async () => {
  inEmptyFolder()
  ready = account()
  for (const flags of [{}, { system: 'records' }, { system: 'payments', primary: 'eu-central-2' }])
    await bootstrap(ready.run('bootstrap'), await ready.target(flags), { remove: false })
})
beforeEach(inEmptyFolder)

/** What deploy is refused with, and plan alike; nothing was touched, and no call was made that could have. */
async function refusal(flags: SettingFlags, faults: Fault[] = [], from = ready): Promise<DrError> {
  const it = copyOf(from, faults)
  const before = substance(it)
  const caught = async (work: () => Promise<unknown>): Promise<unknown> => {
    try {
      await work()
    } catch (thrown) {
      return thrown
    }
    return undefined
  }
  const made: { mutating: object }[] = []
  const opened = async (): ReturnType<Account['target']> => {
    const session = await it.target(flags)
    made.push(session.aws.calls)
    return session
  }
  const error = await caught(async () => deploy(it.run('deploy'), await opened()))
  const ofPlan = await caught(async () => planned(await opened(), { schema: false }))
  expect(error).toBeInstanceOf(DrError)
  const { code, exit, message, hint } = error as DrError
  expect(ofPlan).toMatchObject({ code, exit, message, hint })
  expect(substance(it)).toEqual(before)
  for (const { mutating } of made) expect(mutating).toEqual({})
  expect(hint).not.toBe('')
  return error as DrError
}

describe('a region where the data may not be (STR-04, COMMON-22)', () => {
  const residency = "residency: { allow: ['us-*', ca-central-1], because: the ledgers stay in America }"
  const templates = templatesWith({
    'systems/transactions/system.yaml': (text) => text.replace('objectives:', `${residency}\nobjectives:`),
  })

  test('is refused with the rule and a region that fits', async () => {
    expect(await refusal({ templates, failover: 'eu-west-1' })).toMatchObject({
      code: 'RegionNotAllowed',
      exit: 2,
      message: 'transactions may not be in eu-west-1: the ledgers stay in America; nothing was changed',
      hint: 'choose a region among us-*, ca-central-1: --failover us-west-2',
    })
    expect(await refusal({ templates, primary: 'ca-west-1' })).toMatchObject({
      hint: expect.stringContaining('--primary us-east-1'),
    })
  })

  test('is any other that no rule allows, and none that one does', async () => {
    await expect(ready.target({ templates, primary: 'ca-central-1' })).resolves.toBeDefined()
    await expect(ready.target({ templates, primary: 'us-gov-west-1' })).resolves.toBeDefined()
    await expect(ready.target({ primary: 'eu-west-1' })).resolves.toBeDefined()
  })
})

describe('networks that overlap and are peered (TXN-61, PAY-29)', () => {
  test.each([
    ['FailoverVpcCidr=10.0.0.0/16', '10.0.0.0/16 in us-west-2', '--parameter FailoverVpcCidr=10.1.0.0/16'],
    ['FailoverVpcCidr=10.0.64.0/18', '10.0.64.0/18 in us-west-2', '--parameter FailoverVpcCidr=10.1.0.0/18'],
    [
      'foundation.PrimaryVpcCidr=10.0.0.0/8',
      '10.0.0.0/8 in us-east-1',
      '--parameter foundation.PrimaryVpcCidr=11.0.0.0/8',
    ],
  ])('%s is refused with both blocks and one that is free', async (parameter, block, way) => {
    const error = await refusal({ parameter: [parameter] })
    expect(error).toMatchObject({ code: 'BadChoice', exit: 2, hint: `give another block, such as ${way}` })
    expect(error.message).toMatch(/peers networks that overlap: .* \(network\/overlap\)\nnothing was changed$/)
    expect(error.message).toContain(block)
  })
})

describe('an instance class that the region does not offer (COMMON-32)', () => {
  test('is refused with class, engine, region and who needs it', async () => {
    const error = await refusal({
      system: 'records',
      'create-secret': true,
      parameter: ['InstanceClass=db.m6id.large'],
    })
    expect(error).toMatchObject({
      code: 'ClassNotOffered',
      exit: 3,
      message: expect.stringMatching(
        /^ca-central-1 does not offer db\.m6id\.large for postgres as a Multi-AZ cluster, which data\.Database\S*\/Cluster needs\nnothing was changed$/,
      ),
      hint: expect.stringMatching(
        /^choose another class with --parameter data\.InstanceClass=…; see what it offers: aws rds describe-orderable-db-instance-options --region ca-central-1 --engine postgres$/,
      ),
    })
  })

  test('is not blamed where the version is withdrawn, which is said with the versions that are offered', async () => {
    const error = await refusal({ system: 'records', 'create-secret': true, parameter: ['data.EngineVersion=17.6'] })
    expect(error).toMatchObject({
      code: 'ClassNotOffered',
      exit: 3,
      message: expect.stringMatching(
        /^ca-central-1 does not offer postgres 17\.6 as a Multi-AZ cluster with db\.m6gd\.large, which data\.Database\S*\/Cluster needs\n/,
      ),
      hint: expect.stringMatching(/^choose another version with --parameter data\.EngineVersion=…: 17\.\d+, /),
    })
    expect(error.hint).not.toContain('17.6')
  })

  test('is not asked about where the database stays as it is, since what runs may be offered no more', async () => {
    const it = copyOf(await firstLife('records'), [{ kind: 'denied', command: 'DescribeOrderableDBInstanceOptions' }])
    const parameter = ['data.LogRetentionDays=60']
    const { plan, unchecked } = await planned(await it.target({ system: 'records', parameter }), { schema: false })
    expect(plan.stages.find(({ name }) => name === 'data')?.regions).toMatchObject([{ change: 'update' }])
    expect(unchecked).toEqual([])
  })

  test('is not asked about where nothing would change, nor held against those who may not ask', async () => {
    const it = copyOf(ready, [{ kind: 'denied', command: 'DescribeOrderableDBInstanceOptions' }])
    const session = await it.target({ system: 'records', 'create-secret': true })
    const { unchecked } = await planned(session, { schema: false })
    expect(unchecked).toEqual([
      expect.stringMatching(
        /^whether ca-central-1 offers db\.\S+ for postgres [\d.]+: not allowed to ask \(rds:DescribeOrderableDBInstanceOptions\)$/,
      ),
    ])
  })
})

describe('a type that a region does not have (PAY-21, CIT-02)', () => {
  test('payments with a region without global endpoints is refused with the type and its source', async () => {
    const error = await refusal({ system: 'payments', primary: 'eu-central-2', 'create-secret': true })
    expect(error).toMatchObject({
      code: 'BadChoice',
      exit: 2,
      message: expect.stringMatching(
        /Endpoint needs AWS::Events::Endpoint, which eu-central-2 does not have \(CloudFormation registry .*\) \(availability\/region\)/,
      ),
      hint: 'choose another region: --primary us-east-1 is known to have all that it needs',
    })
  })

  test('transactions likewise, whose buckets are accelerated', async () => {
    const error = await refusal({ primary: 'eu-central-2' })
    expect(error.message).toContain(
      'needs AccelerateConfiguration of AWS::S3::Bucket, which eu-central-2 does not have',
    )
  })
})

describe('a suffix too long for a name (COMMON-01)', () => {
  const templates = templatesWith({
    'systems/transactions/app.yaml': (text) =>
      text.replace('Name: transaction-processor\n', 'Name: transaction-processor-of-all-ledgers\n'),
  })

  test('is refused with the tightest name and the longest suffix that fits', async () => {
    const suffix = 'a-suffix-of-20-chars'
    const error = await refusal({ templates, suffix })
    expect(error).toMatchObject({ code: 'BadChoice', exit: 2 })
    const found = / has a name of (\d+) characters, 64 is the most: (\S+); no other name of transactions/.exec(
      error.message,
    )
    expect(found?.[2]).toMatch(/^transaction-processor-of-all-ledgers-/)
    const room = suffix.length - (Number(found?.[1]) - 64)
    expect(error.hint).toBe(`choose a suffix of at most ${room} characters: every name fits with it`)
    const it = copyOf(ready)
    const session = await it.target({ templates, suffix: 'x'.repeat(room) })
    await expect(planned(session, { schema: false })).resolves.toBeDefined()
    expect(await refusal({ templates, suffix: 'x'.repeat(room + 1) })).toMatchObject({ hint: error.hint })
  })
})

describe('a region that is not switched on (CIT-02)', () => {
  const off: Fault = { kind: 'region-not-enabled', region: 'eu-central-2' }
  const refused = {
    code: 'RegionNotEnabled',
    exit: 3,
    message: 'eu-central-2 is not switched on in this account, or not for these credentials; nothing was changed',
    hint: expect.stringContaining('aws account enable-region --region-name eu-central-2'),
  }

  test('is told from wrong credentials, as the only region and as one of two', async () => {
    expect(await refusal({ system: 'citizen' }, [off], account())).toMatchObject(refused)
    expect(await refusal({ system: 'payments', primary: 'eu-central-2' }, [off], account())).toMatchObject(refused)
  })

  test('cannot be prepared either', async () => {
    const it = account({ faults: [off] })
    const before = substance(it)
    await expect(
      (async () => bootstrap(it.run('bootstrap'), await it.target({ primary: 'eu-central-2' }), { remove: false }))(),
    ).rejects.toMatchObject(refused)
    expect(substance(it)).toEqual(before)
  })

  test('wrong credentials are still wrong credentials', async () => {
    const everywhere: Fault[] = ['eu-central-2', 'us-east-1'].map((region) => ({ kind: 'region-not-enabled', region }))
    await expect(account({ faults: everywhere }).target({ system: 'citizen' })).rejects.toMatchObject({
      code: 'CredentialsRefused',
    })
  })
})
