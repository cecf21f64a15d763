import { writeFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import type { InstanceDifferences, ResourceDifference } from '../../src/lib/core/difference.ts'
import { hasChanges } from '../../src/lib/plan/plan.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { planned } from '../../src/lib/runs/planned.ts'
import { type Account, account, copyOf, inEmptyFolder } from '../cloud.ts'
import { setOf, stackOf, substance, templatesWith } from '../runs/environment.ts'

let deployed: Account

beforeAll(async () => {
  inEmptyFolder()
  deployed = account()
  await deploy(deployed.run('deploy'), await deployed.target())
})
beforeEach(inEmptyFolder)

async function instances(flags: SettingFlags, it = copyOf(deployed)): Promise<InstanceDifferences[]> {
  return (await planned(await it.target(flags), { schema: false })).differences.instances
}

/** `stage region action Path/Id`, and each property as `  path before → after`. */
const told = (all: InstanceDifferences[]): string[] =>
  all.flatMap(({ stage, region, resources }) =>
    resources.flatMap(({ action, path, properties, loss }) => [
      `${stage} ${region} ${action} ${path.join('/')}${loss ? ' DATA LOSS' : ''}`,
      ...properties.map((it) => `  ${it.path} ${it.before ?? '∅'} → ${it.after ?? '∅'}`),
    ]),
  )

const of = (all: InstanceDifferences[], region: string, path: string): ResourceDifference | undefined =>
  all
    .filter((it) => it.region === region)
    .flatMap(({ resources }) => resources)
    .find((it) => it.path.join('/') === path)

const edited = async (edits: Parameters<typeof templatesWith>[0]): Promise<InstanceDifferences[]> =>
  instances({ templates: templatesWith(edits) })

describe('a plan inside the stack instances', () => {
  test('of a parameter names the one property in both regions', async () => {
    expect(told(await instances({ parameter: ['MemorySize=1024'] }))).toEqual([
      'app us-east-1 changed Processor/Function',
      '  MemorySize 512 → 1024',
      'app us-west-2 changed Processor/Function',
      '  MemorySize 512 → 1024',
    ])
  })

  test('of a bucket that gets another name is the loss of its data; what uses it changes with it, in later stages too', async () => {
    const all = await edited({
      'data/documents.yaml': (text) => text.replace("BucketName: !Sub '", "BucketName: !Sub 'new-"),
    })
    for (const region of ['us-east-1', 'us-west-2']) {
      expect(of(all, region, 'Documents/Bucket')).toMatchObject({ action: 'replaced', loss: true })
      expect(of(all, region, 'Documents/BucketPolicy')).toMatchObject({ action: 'replaced', loss: false })
      expect(of(all, region, 'Processor/Function')).toMatchObject({ action: 'changed' })
    }
    expect(all.find(({ stage }) => stage === 'app')?.parameters).toMatchObject([
      { name: 'PrimaryBucketName', after: 'new-documents-pr123-····0000-us-east-1', source: 'data.primary.BucketName' },
      { name: 'FailoverBucketName', source: 'data.failover.BucketName' },
    ])
  })

  test('follows a replacement through references: what only creation tells is known after apply', async () => {
    const all = await instances({ parameter: ['PrimaryVpcCidr=10.99.0.0/16'] })
    const vpc = of(all, 'us-east-1', 'Network/Vpc')
    expect(vpc).toMatchObject({ action: 'replaced', properties: [{ path: 'CidrBlock', replaces: 'yes' }] })
    const users = all.flatMap(({ resources }) =>
      resources.filter(({ properties }) =>
        properties.some(({ path, after }) => path === 'VpcId' && after === '(known after apply)'),
      ),
    )
    expect(users.length).toBeGreaterThan(2)
    expect(users.every(({ action }) => action !== 'changed')).toBe(true)
    const given = all.filter(({ stage }) => stage === 'data').flatMap(({ parameters }) => parameters)
    expect(given).toContainEqual({
      name: 'PrimaryVpcId',
      before: expect.stringMatching(/^vpc-/) as string,
      after: '(known after apply)',
      source: 'foundation.primary.VpcId',
    })
  })

  test('tells added, changed and removed apart', async () => {
    const group =
      "  Archive:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      LogGroupName: !Sub '/dr/transactions-kept-${EnvironmentSuffix}'\n      RetentionInDays: 30\n      KmsKeyId: !Ref KeyArn\n"
    const templates = templatesWith({
      'data/stream.yaml': (text) => text.replace('Outputs:\n', `${group}\nOutputs:\n`),
    })
    const it = copyOf(deployed)
    expect(told(await instances({ templates }, it))).toEqual([
      'data us-west-2 added LogStream/Archive',
      'data us-east-1 added LogStream/Archive',
    ])
    await deploy(it.run('deploy'), await it.target({ templates }))
    const longer = templatesWith({
      'data/stream.yaml': (text) => text.replace('Outputs:\n', `${group.replace('30', '60')}\nOutputs:\n`),
    })
    expect(told(await instances({ templates: longer }, it)).slice(0, 2)).toEqual([
      'data us-west-2 changed LogStream/Archive',
      '  RetentionInDays 30 → 60',
    ])
    expect(told(await instances({}, it))).toEqual([
      'data us-west-2 removed LogStream/Archive DATA LOSS',
      'data us-east-1 removed LogStream/Archive DATA LOSS',
    ])
  })

  test('names the rights that a role gets, and none that it had', async () => {
    const wider = await edited({
      'compute/transaction-processor.yaml': (text) =>
        text.replace('Action: dynamodb:PutItem', 'Action: [dynamodb:PutItem, dynamodb:DeleteItem]'),
    })
    expect(of(wider, 'us-east-1', 'Processor/ExecutionRole')?.rights).toEqual([
      'dynamodb:DeleteItem on arn:aws:dynamodb:us-east-1:····0000:table/transactions-table-pr123',
    ])
  })

  test('of tags shows each that differs, in every instance', async () => {
    const all = await edited({
      'systems/transactions/system.yaml': (text) =>
        text.replace(/tags: \{ (DataClassification: \w+) \}/, 'tags: { $1, CostCenter: payments }'),
    })
    expect(all).toHaveLength(8)
    for (const { tags } of all) expect(tags).toEqual([{ name: 'CostCenter', after: 'payments', source: 'tags' }])
  })

  test('of a stack that is made anew takes none of its outputs for known', async () => {
    const it = copyOf(deployed)
    const { stackId } = setOf(it, 'data').instances.find(({ region }) => region === 'us-east-1') ?? {}
    it.simulator.change(({ stacks }) => {
      const stack = stacks[stackId ?? '']
      if (stack) stack.status = 'DELETE_FAILED'
    })
    const app = (await instances({}, it)).filter(({ stage, region }) => stage === 'app' && region === 'us-east-1')
    expect(app.flatMap(({ parameters }) => parameters)).toContainEqual({
      name: 'PrimaryBucketName',
      before: 'documents-pr123-····0000-us-east-1',
      after: '(known after apply)',
      source: 'data.primary.BucketName',
    })
    expect(app.flatMap(({ parameters }) => parameters.map(({ source }) => source.split('.')[1]))).not.toContain(
      'failover',
    )
  })

  test('shows no account id, in no value', async () => {
    const it = copyOf(deployed)
    const session = await it.target({ parameter: ['PermissionsBoundary=arn:aws:iam::000000000000:policy/limit'] })
    const { differences } = await planned(session, { schema: false })
    expect(JSON.stringify(differences)).toContain('····0000:policy/limit')
    expect(JSON.stringify(differences)).not.toContain('000000000000')
  })
})

describe('the source of a new value', () => {
  const parameters = async (flags: SettingFlags, it?: Account): Promise<string[]> =>
    (await instances(flags, it))
      .filter(({ stage, region }) => stage === 'app' && region === 'us-east-1')
      .flatMap((one) =>
        one.parameters.map(({ name, before, after, source }) => `${name} ${before} → ${after} ${source}`),
      )

  test('is a flag, dr.yaml, the scale, or the default when nothing gives it any more', async () => {
    expect(await parameters({ parameter: ['app.Timeout=90'] })).toEqual(['Timeout 60 → 90 --parameter'])
    expect(await parameters({ scale: 'large' })).toEqual(['ReservedConcurrency 100 → 800 scale large'])
    writeFileSync('dr.yaml', 'parameters: { MemorySize: 768, Timeout: 70 }\n')
    expect(await parameters({ parameter: ['Timeout=90'] })).toEqual([
      'MemorySize 512 → 768 dr.yaml',
      'Timeout 60 → 90 --parameter',
    ])
    const it = copyOf(deployed)
    await deploy(it.run('deploy'), await it.target())
    writeFileSync('dr.yaml', '{}\n')
    expect(await parameters({}, it)).toEqual(['MemorySize 768 → 512 default', 'Timeout 70 → 60 default'])
  })

  test('S4: a parameter that is left out and has a default is no difference', async () => {
    expect(await instances({})).toEqual([])
    expect(await instances({ parameter: ['MemorySize=512'] })).toEqual([])
    const more = (text: string): string =>
      text
        .replace('Parameters:\n', 'Parameters:\n  Greeting:\n    Type: String\n    Default: hello\n')
        .replace('Conditions:\n', 'Conditions:\n  Greets: !Equals [!Ref Greeting, hello]\n')
    const all = await edited({ 'systems/transactions/app.yaml': more })
    expect(all.map(({ parameters: own, resources }) => [own, resources])).toEqual([
      [[], []],
      [[], []],
    ])
  })

  test('S1: an override is named with the output it comes from, for the region that has it', async () => {
    const it = copyOf(deployed)
    it.simulator.change((cloud) => {
      const set = Object.values(cloud.stackSets).find(({ name }) => name === setOf(it, 'data').name)
      const instance = set?.instances.find(({ region }) => region === 'us-east-1')
      if (instance) instance.overrides = { PeeringConnectionId: 'pcx-other' }
      const stack = cloud.stacks[stackOf(it, 'data', 'us-east-1').id]
      if (stack) stack.parameters['PeeringConnectionId'] = 'pcx-other'
    })
    const all = await instances({}, it)
    expect(all.map(({ stage, region }) => `${stage} ${region}`)).toEqual(['data us-east-1'])
    expect(all[0]?.parameters).toMatchObject([
      { name: 'PeeringConnectionId', before: 'pcx-other', source: 'data.failover.PeeringConnectionId' },
    ])
  })

  test('S4: a NoEcho value is never shown, wherever it goes, and makes no endless difference', async () => {
    const declared = (text: string): string =>
      text.replace('Parameters:\n', 'Parameters:\n  Salute:\n    Type: String\n    NoEcho: true\n')
    const templates = templatesWith({
      'systems/transactions/app.yaml': (text) =>
        declared(text).replace(/( +)(TableName: !If .*\n)/, '$1$2$1Salute: !Ref Salute\n'),
      'compute/transaction-processor.yaml': (text) =>
        declared(text).replace(/( +)(TABLE_NAME: .*\n)/, '$1$2$1SALUTE: !Ref Salute\n'),
    })
    const parameter = ['Salute=hunter2']
    const it = copyOf(deployed)
    const session = await it.target({ templates, parameter })
    const { differences } = await planned(session, { schema: false })
    expect(told(differences.instances)).toContain('  Environment.Variables.SALUTE ∅ → (hidden)')
    expect(JSON.stringify(differences)).not.toContain('hunter2')
    await deploy(it.run('deploy'), session)
    it.simulator.change((cloud) => {
      for (const { parameters } of Object.values(cloud.stackSets))
        if (parameters['Salute']) parameters['Salute'] = '****'
    })
    expect(await instances({ templates, parameter }, it)).toEqual([])
    const again = await instances({ templates, parameter: [...parameter, 'MemorySize=1024'] }, it)
    expect(JSON.stringify(again)).not.toContain('hunter2')
    expect(told(again)).toHaveLength(4)
    expect(again.map(({ parameters: own }) => own.map(({ name }) => name))).toEqual([['MemorySize'], ['MemorySize']])
  })
})

describe('S6: a plan', () => {
  test('twice in a row leaves nothing behind and makes no call that changes anything', async () => {
    const it = copyOf(deployed)
    const before = substance(it)
    for (let n = 0; n < 2; n++) {
      const session = await it.target({ parameter: ['MemorySize=1024'] })
      await planned(session, { schema: false })
      expect(session.aws.calls.mutating).toEqual({})
    }
    expect(substance(it)).toEqual(before)
  })

  test('of what stands is empty and reads no template', async () => {
    const session = await copyOf(deployed).target()
    const { differences, plan } = await planned(session, { schema: false })
    expect(differences).toEqual({ instances: [], orphans: [], stuck: [] })
    expect(hasChanges(plan)).toBe(false)
    expect(session.aws.calls.reading['GetTemplate']).toBeUndefined()
  })

  test('of a first deploy asks for nothing, whatever rights it gives', async () => {
    const session = await account().target()
    expect((await planned(session, { schema: false })).differences).toEqual({ instances: [], orphans: [], stuck: [] })
  })

  test('reads only those templates that are not of its own making', async () => {
    const session = await copyOf(deployed).target({ parameter: ['MemorySize=1024'] })
    await planned(session, { schema: false })
    expect(session.aws.calls.reading).toMatchObject({ GetTemplate: 2 })
    expect(session.aws.calls.reading['ListStackResources']).toBeUndefined()
  })
})
