import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import { DrError } from '../../src/lib/core/errors.ts'
import type { Fault } from '../../src/simulator/index.ts'
import { advice } from '../../src/lib/advice/advice.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { outputs } from '../../src/lib/runs/outputs.ts'
import { planned } from '../../src/lib/runs/planned.ts'
import { type Account, account, copyOf, inEmptyFolder } from '../cloud.ts'
import { agreed, cloudOf, bootstrappedFor, substance, templatesWith } from './environment.ts'

let bootstrapped: Account

beforeAll(async () => {
  bootstrapped = await bootstrappedFor()
})
beforeEach(inEmptyFolder)

const hub = 'us-west-2'

/** What a deploy with these flags is refused with; fails when it goes through or touches anything. */
async function refusal(it: Account, flags: SettingFlags = {}): Promise<DrError> {
  const before = substance(it)
  const error = await it
    .target(flags)
    .then((session) => deploy(it.run('deploy'), session))
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  expect(error).toBeInstanceOf(DrError)
  expect(substance(it)).toEqual(before)
  expect(existsSync('cfn-outputs') ? readdirSync('cfn-outputs') : []).toEqual([])
  return error as DrError
}

describe('a suffix', () => {
  test.each([
    ['Pr123', '"Pr123" cannot be a suffix: it may hold a-z, 0-9 and single hyphens inside'],
    ['-pr', '"-pr" cannot be a suffix: it may hold a-z, 0-9 and single hyphens inside'],
    ['pr--1', '"pr--1" cannot be a suffix: it may hold a-z, 0-9 and single hyphens inside'],
    ['pr_1', '"pr_1" cannot be a suffix: it may hold a-z, 0-9 and single hyphens inside'],
    ['', '"" cannot be a suffix: it is empty'],
    ['a23456789012345678901', '"a23456789012345678901" cannot be a suffix: it has 21 characters, 20 is the most'],
  ])('%j is refused before anything is asked', async (suffix, message) => {
    expect(await refusal(account(), { suffix })).toMatchObject({
      code: 'IllegalSuffix',
      exit: 2,
      message,
      hint: 'choose one such as --suffix pr123',
    })
  })

  test.each(['a', 'pr123', '1', 'a-b-c', 'a2345678901234567890'])('%j is good', async (suffix) => {
    await expect(account().target({ suffix })).resolves.toMatchObject({ target: { suffix } })
  })
})

describe('a choice that nothing knows', () => {
  const unknown: [string, SettingFlags, object][] = [
    [
      'system',
      { system: 'payroll' },
      { code: 'UnknownSystem', message: 'there is no system "payroll"', hint: expect.stringContaining('transactions') },
    ],
    [
      'parameter',
      { parameter: ['MemorySice=1024'] },
      {
        code: 'UnknownParameter',
        message: expect.stringMatching(/^parameter MemorySice: no stage declares it; there are .*app\.MemorySize/),
      },
    ],
    [
      'stage of a parameter',
      { parameter: ['web.MemorySize=1024'] },
      { code: 'UnknownParameter', message: 'parameter web.MemorySize: there is no stage web' },
    ],
    [
      'parameter among several',
      { parameter: ['LambdaRuntime=nodejs24.x'] },
      {
        code: 'UnknownParameter',
        message: 'parameter LambdaRuntime: several stages have it, choose app.LambdaRuntime or dns.LambdaRuntime',
      },
    ],
    [
      "parameter that is dr's own",
      { parameter: ['EnvironmentSuffix=live'] },
      { code: 'UnknownParameter', message: 'parameter EnvironmentSuffix: dr gives it itself' },
    ],
    [
      'parameter that another stage gives',
      { parameter: ['app.PrimaryVpcId=vpc-1'] },
      { code: 'UnknownParameter', message: 'parameter app.PrimaryVpcId: it comes from another stage' },
    ],
    [
      'form of a parameter',
      { parameter: ['MemorySize'] },
      {
        code: 'IllegalParameter',
        message: '--parameter MemorySize is not of the form Name=Value',
        hint: 'give for example --parameter MemorySize=1024',
      },
    ],
    [
      'pair of regions',
      { primary: 'us-west-2' },
      { code: 'SameRegion', message: 'primary and failover are both us-west-2', hint: 'give two different regions' },
    ],
    [
      'folder of templates',
      { templates: 'nowhere' },
      { code: 'NoTemplates', message: expect.stringMatching(/^there is no folder .*nowhere$/) },
    ],
    [
      'settings file',
      { config: 'other.yaml' },
      { code: 'NoConfig', message: 'there is no file other.yaml', hint: 'give another one with --config' },
    ],
  ]
  test.each(unknown)('%s: exit 2', async (_, flags, error) => {
    const found = await refusal(copyOf(bootstrapped), flags)
    expect(found).toMatchObject({ exit: 2, ...error })
    expect(found.hint).not.toBe('')
  })

  test('value of a parameter: exit 2', async () => {
    expect(await refusal(copyOf(bootstrapped), { parameter: ['MemorySize=much'] })).toMatchObject({
      exit: 2,
      message: expect.stringContaining('MemorySize'),
    })
    expect(await refusal(copyOf(bootstrapped), { parameter: ['MemorySize=64'] })).toMatchObject({
      exit: 2,
      message: expect.stringContaining('MemorySize'),
    })
  })
})

describe('a template', () => {
  const broken: [string, string, (text: string) => string, RegExp][] = [
    [
      'with a syntax error',
      'data/stream.yaml',
      (text) => text.replace('Resources:\n', 'Resources: [\n'),
      /data\/stream\.yaml:\d+:\d+: /,
    ],
    [
      'with a key twice',
      'data/stream.yaml',
      (text) => text.replace('Outputs:\n', 'Outputs: {}\nOutputs:\n'),
      /data\/stream\.yaml:\d+:\d+: .*duplicate/,
    ],
    [
      'with an unknown tag',
      'data/stream.yaml',
      (text) => text.replace('!Ref KeyArn', '!Reff KeyArn'),
      /data\/stream\.yaml:25:\d+: unknown tag !Reff for a scalar/,
    ],
    [
      'with an unknown type',
      'data/stream.yaml',
      (text) => text.replace('AWS::Kinesis::Stream', 'AWS::Kinesis::Streem'),
      /data\/stream\.yaml:14:\d+: .*AWS::Kinesis::Streem/,
    ],
    [
      'with an unknown property',
      'data/stream.yaml',
      (text) => text.replace('RetentionPeriodHours', 'RetentionPeriodDays'),
      /data\/stream\.yaml:\d+:\d+: .*RetentionPeriodDays/,
    ],
    [
      'with a reference to nothing',
      'data/stream.yaml',
      (text) => text.replace('!Ref KeyArn', '!Ref KeyArm'),
      /data\/stream\.yaml:25:\d+: .*KeyArm/,
    ],
    [
      'with an attribute of nothing',
      'data/stream.yaml',
      (text) => text.replace('!GetAtt Stream.Arn', '!GetAtt Streem.Arn'),
      /data\/stream\.yaml:\d+:\d+: .*Streem/,
    ],
    [
      'whose resources wait for each other',
      'data/stream.yaml',
      (text) => text.replace('    DeletionPolicy: Delete\n', '    DependsOn: Stream\n    DeletionPolicy: Delete\n'),
      /data\/stream\.yaml:\d+:\d+: .*Stream/,
    ],
    [
      'that nests itself',
      'data/stream.yaml',
      (text) =>
        text.replace(
          'Outputs:\n',
          '  Again:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: stream.yaml\nOutputs:\n',
        ),
      /data\/stream\.yaml:\d+:\d+: Again: it nests a template in itself/,
    ],
    [
      'that nests a file that does not exist',
      'systems/transactions/data.yaml',
      (text) => text.replace('../../data/stream.yaml', '../../data/streem.yaml'),
      /systems\/transactions\/data\.yaml:\d+:\d+: .*streem\.yaml/,
    ],
    [
      'that gives its nested stack a parameter it does not have',
      'systems/transactions/data.yaml',
      (text) => text.replace("Name: !Sub '${System}-logs'", "Nam: !Sub '${System}-logs'"),
      /systems\/transactions\/data\.yaml:\d+:\d+: .*Name?/,
    ],
    [
      'whose stages need each other',
      'systems/transactions/system.yaml',
      (text) => text.replace('  - name: foundation\n', '  - name: foundation\n    needs: [dns]\n'),
      /system\.yaml:\d+:\d+: the stages .* need each other/,
    ],
    [
      'whose stage takes what no stage gives',
      'systems/transactions/system.yaml',
      (text) => text.replace('data.primary.LogStreamArn', 'data.primary.LogStreamArm'),
      /system\.yaml:\d+:\d+: .*LogStreamArm/,
    ],
  ]
  test.each(broken)('%s: exit 2 with file, line and column', async (_, file, edit, message) => {
    const templates = templatesWith({ [file]: edit })
    const error = await copyOf(bootstrapped)
      .target({ templates })
      .then((session) => planned(session, { schema: true }))
      .then(
        () => expect.unreachable('nothing is refused'),
        (thrown: unknown) => thrown as DrError,
      )
    expect(error).toMatchObject({ exit: 2, message: expect.stringMatching(message) })
    expect(error.hint).toMatch(/correct|break/)
    expect(error.message).not.toMatch(/\[object|undefined|\n\s+at /)
  })

  test('that is refused leaves the account untouched, a fresh one as well', async () => {
    const templates = templatesWith({
      'data/stream.yaml': (text) => text.replace('RetentionPeriodHours', 'RetentionPeriodDays'),
    })
    for (const it of [account(), copyOf(bootstrapped)])
      expect(await refusal(it, { templates })).toMatchObject({
        exit: 2,
        message: expect.stringContaining('RetentionPeriodDays'),
      })
  })
})

describe('a stack set of our name that dr did not make', () => {
  const foreign = async (): Promise<Account> => {
    const it = copyOf(bootstrapped)
    const { aws } = await it.target()
    const templateUrl = `https://dr-artifacts-000000000000-${hub}.s3.${hub}.amazonaws.com/theirs.json`
    const topic = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }
    await aws.objects(hub).put(`dr-artifacts-000000000000-${hub}`, 'theirs.json', JSON.stringify(topic))
    await aws.stackSets(hub).create('dr-transactions-data-pr123', {
      templateUrl,
      parameters: {},
      tags: { Owner: 'somebody' },
      administrationRoleArn: 'arn:aws:iam::000000000000:role/dr-administration',
      executionRoleName: 'dr-execution',
    })
    return it
  }
  const refused = {
    code: 'ForeignStackSet',
    exit: 3,
    message:
      'a stack set dr-transactions-data-pr123 that dr did not make exists in us-west-2, account ····0000; nothing was changed',
    hint: 'choose another suffix, or remove that stack set yourself',
  }

  test('is not deployed over', async () => {
    expect(await refusal(await foreign())).toMatchObject(refused)
  })

  test('is not destroyed', async () => {
    const it = await foreign()
    const before = substance(it)
    await expect(destroy(it.run('destroy'), await it.target(), agreed)).rejects.toMatchObject(refused)
    expect(substance(it)).toEqual(before)
  })
})

describe('an account', () => {
  test('that is not bootstrapped is refused on AWS', async () => {
    const it = account()
    const before = substance(it)
    const session = { ...(await it.target()), simulated: false }
    await expect(deploy(it.run('deploy'), session)).rejects.toMatchObject({
      code: 'NotBootstrapped',
      exit: 3,
      message:
        'this account is not prepared for dr: it lacks an artifact bucket in us-east-1 and us-west-2; nothing was changed',
      hint: 'run once: dr bootstrap --system transactions',
    })
    expect(session.aws.calls.mutating).toEqual({})
    expect(substance(it)).toEqual(before)
  })

  /** Bootstrapped, and then the roles are taken away. */
  const withoutRoles = (faults: Fault[] = []): Account => {
    const it = copyOf(bootstrapped, faults)
    it.simulator.change((cloud) => {
      for (const [key, { physicalId }] of Object.entries(cloud.resources))
        if (['dr-administration', 'dr-execution'].includes(physicalId)) delete cloud.resources[key]
    })
    return it
  }

  test.each([
    [true, ' --local'],
    [false, ''],
  ])('whose roles are gone is refused before anything is made (simulated: %s)', async (simulated, local) => {
    const it = withoutRoles()
    const before = substance(it)
    const session = { ...(await it.target()), simulated }
    await expect(deploy(it.run('deploy'), session)).rejects.toMatchObject({
      code: 'NotBootstrapped',
      exit: 3,
      message: expect.stringContaining('it lacks the role dr-administration and the role dr-execution'),
      hint: `run once: dr bootstrap --system transactions${local}`,
    })
    expect(substance(it)).toEqual(before)
  })

  test('whose roles nobody may see is told by AWS what it lacks, and what makes it', async () => {
    const it = withoutRoles([{ kind: 'denied', command: 'GetRole' }])
    const report = await deploy(it.run('deploy'), await it.target())
    expect(report).toMatchObject({ exit: 4 })
    const [cause] = report.causes
    expect(cause?.reason).toContain("should have 'dr-administration' role")
    expect(cause && advice(cause, report)).toContain('Both are done by: dr bootstrap --system transactions --local\n')
  })

  const faults: [string, Fault, object][] = [
    [
      'no credentials',
      { kind: 'no-credentials' },
      {
        code: 'NoCredentials',
        message: 'no AWS credentials were found; nothing was changed',
        hint: 'set AWS_PROFILE, give --profile, or try without AWS: --local',
      },
    ],
    [
      'expired credentials',
      { kind: 'expired-credentials' },
      {
        code: 'CredentialsExpired',
        message: 'the AWS credentials have expired; nothing was changed',
        hint: expect.stringContaining('sign in again'),
      },
    ],
    [
      'credentials that expire before anything is done',
      { kind: 'expired-credentials', command: 'DescribeStackSet' },
      {
        code: 'CredentialsExpired',
        message: 'the AWS credentials have expired; nothing was changed',
        hint: expect.stringContaining('sign in again'),
      },
    ],
    [
      'credentials that AWS refuses',
      { kind: 'denied', command: 'GetCallerIdentity' },
      {
        code: 'CredentialsRefused',
        message: 'AWS does not accept the credentials (AccessDenied); nothing was changed',
      },
    ],
  ]
  test.each(faults)('reached with %s: exit 3', async (_, fault, error) => {
    expect(await refusal(copyOf(bootstrapped, [fault]))).toMatchObject({ exit: 3, ...error })
  })

  test.each(['deploy', 'destroy'] as const)(
    'whose credentials expire midway: %s ends with 5 and says how to go on',
    async (verb) => {
      const fault: Fault = { kind: 'expired-credentials', after: 300 }
      const it = copyOf(bootstrapped, verb === 'deploy' ? [fault] : [])
      const report = await (verb === 'deploy'
        ? deploy(it.run(verb), await it.target())
        : deploy(it.run('deploy'), await it.target()).then(async () => {
            const late = copyOf(it, [fault])
            return destroy(late.run(verb), await late.target(), agreed)
          }))
      expect(report).toMatchObject({
        exit: 5,
        instances: [],
        next: expect.arrayContaining([`dr ${verb} --system transactions --suffix pr123 --local`]),
      })
      const broken = report.stages.filter(({ outcome }) => outcome === 'failed')
      expect(broken.map(({ message }) => message)).toEqual([
        expect.stringContaining('the AWS credentials expired midway; what was begun goes on at AWS'),
      ])
      expect(report.verdict).not.toMatch(/nothing left|up to date|is deployed$/)

      const renewed = copyOf(it)
      // The lock could not be given back, so its process must be gone, or its lease over.
      renewed.simulator.change(({ buckets }) => {
        for (const { versions } of Object.values(buckets))
          for (const it of versions)
            if (it.key.startsWith('lock/')) it.body = (it.body ?? '').replace(`"pid":${process.pid}`, '"pid":999999999')
      })
      if (verb === 'deploy') expect(await deploy(renewed.run(verb), await renewed.target())).toMatchObject({ exit: 0 })
    },
  )
})

describe('an output folder that cannot be written', () => {
  test('is refused before anything is touched, and said so', async () => {
    writeFileSync('cfn-outputs', 'a file of mine')
    const it = copyOf(bootstrapped)
    const before = substance(it)
    const session = await it.target()
    await expect(deploy(it.run('deploy'), session)).rejects.toMatchObject({
      code: 'OutputsNotWritable',
      exit: 2,
      message: expect.stringMatching(
        /^outputs cannot be written to cfn-outputs\/ \((EEXIST|ENOTDIR)\); nothing was changed$/,
      ),
      hint: 'run dr in a folder where cfn-outputs/ can be written',
    })
    expect(session.aws.calls.mutating).toEqual({})
    expect(substance(it)).toEqual(before)
    expect(readFileSync('cfn-outputs', 'utf8')).toBe('a file of mine')
  })
})

describe('outputs of nothing', () => {
  test('exit 8 and write nothing', async () => {
    await expect(outputs(await copyOf(bootstrapped).target())).rejects.toMatchObject({
      code: 'NothingDeployed',
      exit: 8,
      message: 'nothing of transactions · pr123 is deployed',
      hint: 'deploy it with: dr deploy --system transactions --suffix pr123 --local',
    })
    expect(existsSync('cfn-outputs')).toBe(false)
    expect(Object.keys(cloudOf(bootstrapped).stackSets)).toEqual([])
  })
})
