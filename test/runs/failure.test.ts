import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Fault } from '../../src/simulator/index.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { operationsOf, operationsTold, setOf, stackOf, templatesWith, prepared } from './environment.ts'

const fails = (stage: string, region: string, logicalId: string): Fault => ({
  kind: 'resource-fails',
  stage,
  region,
  logicalId,
  reason: `${logicalId} was refused in account 000000000000`,
})

let ready: Account
let deployed: Account

beforeAll(async () => {
  ready = await prepared()
  deployed = copyOf(ready)
  await deploy(deployed.run('deploy'), await deployed.target())
})
beforeEach(inEmptyFolder)

describe('a resource that fails in one region', () => {
  test('of a parallel stage: the report gives the true first reason, the healthy region stays, the next deploy heals', async () => {
    const it = copyOf(ready, [fails('app', 'us-east-1', 'Function')])
    const report = await deploy(it.run('deploy'), await it.target())
    expect(report).toMatchObject({
      exit: 4,
      verdict: expect.stringContaining('transactions · pr123 is not deployed'),
      files: [],
      next: ['dr deploy --system transactions --suffix pr123 --local'],
      causes: [
        {
          stage: 'app',
          region: 'us-east-1',
          account: '····0000',
          path: ['Archive', 'Function'],
          type: 'AWS::Lambda::Function',
          reason: 'Function was refused in account ····0000',
          cancelled: 2,
        },
      ],
    })
    expect(report.stages.map(({ name, outcome, message }) => [name, outcome, message])).toEqual([
      ['upload', 'unchanged', 'all there'],
      ['foundation', 'succeeded', ''],
      ['data', 'succeeded', ''],
      ['app', 'failed', ''],
      ['dns', 'skipped', 'because app failed'],
    ])
    const app = report.instances.filter(({ stage }) => stage === 'app')
    expect(app).toEqual([
      { stage: 'app', region: 'us-east-1', state: 'OUTDATED (no stack)', good: false },
      { stage: 'app', region: 'us-west-2', state: 'CURRENT (CREATE_COMPLETE)', good: true },
    ])
    expect(existsSync('cfn-outputs/flat-outputs.json')).toBe(false)

    const mended = copyOf(it)
    const healthy = stackOf(mended, 'app', 'us-west-2')
    const run = mended.run('deploy')
    expect(await deploy(run, await mended.target())).toMatchObject({ exit: 0, causes: [] })
    expect(operationsTold(run.events, false)).toEqual(['app', 'dns'])
    expect(operationsOf(mended, 'app')).toEqual(['CREATE us-east-1+us-west-2 FAILED', 'CREATE us-east-1 SUCCEEDED'])
    expect(stackOf(mended, 'app', 'us-west-2')).toMatchObject({ id: healthy.id, status: 'CREATE_COMPLETE' })
    expect(existsSync('cfn-outputs/flat-outputs.json')).toBe(true)
  })

  test('in the first step of a stage: the second step is never begun', async () => {
    const it = copyOf(ready, [fails('data', 'us-west-2', 'Stream')])
    const report = await deploy(it.run('deploy'), await it.target())
    expect(report).toMatchObject({
      exit: 4,
      causes: [{ stage: 'data', region: 'us-west-2', path: ['LogStream', 'Stream'] }],
    })
    expect(setOf(it, 'data').instances.map(({ region }) => region)).toEqual(['us-west-2'])
    expect(operationsOf(it, 'data')).toEqual(['CREATE us-west-2 FAILED'])

    const mended = copyOf(it)
    expect(await deploy(mended.run('deploy'), await mended.target())).toMatchObject({ exit: 0, causes: [] })
  })

  test('in the second step of a stage: the first one stays, and only the second is made again', async () => {
    const it = copyOf(ready, [fails('data', 'us-east-1', 'Stream')])
    const report = await deploy(it.run('deploy'), await it.target())
    expect(report).toMatchObject({
      exit: 4,
      causes: [{ stage: 'data', region: 'us-east-1', path: ['LogStream', 'Stream'] }],
    })
    const first = stackOf(it, 'data', 'us-west-2')
    expect(first.status).toBe('CREATE_COMPLETE')

    const mended = copyOf(it)
    expect(await deploy(mended.run('deploy'), await mended.target())).toMatchObject({ exit: 0, causes: [] })
    const same = stackOf(mended, 'data', 'us-west-2')
    expect([same.id, same.updatedAt]).toEqual([first.id, undefined])
    expect(operationsOf(mended, 'data')).toEqual([
      'CREATE us-west-2 SUCCEEDED',
      'CREATE us-east-1 FAILED',
      'CREATE us-east-1 SUCCEEDED',
    ])
  })

  test('two nested stacks deep: the path leads there', async () => {
    const templates = templatesWith({
      'data/stream.yaml': (text) =>
        text.replace(
          'Outputs:\n',
          '  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: archive.yaml\n' +
            '      Parameters: { EnvironmentSuffix: !Ref EnvironmentSuffix, KeyArn: !Ref KeyArn }\n\nOutputs:\n',
        ),
      'data/archive.yaml': () =>
        'Parameters:\n  EnvironmentSuffix: { Type: String }\n  KeyArn: { Type: String }\n' +
        'Resources:\n  Archived:\n    Type: AWS::Logs::LogGroup\n    Properties:\n' +
        "      LogGroupName: !Sub '/dr/transactions-kept-${EnvironmentSuffix}'\n      RetentionInDays: 30\n      KmsKeyId: !Ref KeyArn\n",
    })
    const it = copyOf(deployed, [fails('data', 'us-east-1', 'Archived')])
    const report = await deploy(it.run('deploy'), await it.target({ templates }))
    expect(report).toMatchObject({ exit: 4 })
    expect(report.causes).toMatchObject([
      {
        stage: 'data',
        region: 'us-east-1',
        path: ['LogStream', 'Inner', 'Archived'],
        type: 'AWS::Logs::LogGroup',
        reason: 'Archived was refused in account ····0000',
      },
    ])

    const mended = copyOf(it)
    expect(await deploy(mended.run('deploy'), await mended.target({ templates }))).toMatchObject({
      exit: 0,
      causes: [],
    })
  })
})

describe('a failed update', () => {
  test('leaves the outputs files as they were, goes back in that region, and is made good by the next deploy', async () => {
    const it = copyOf(deployed, [fails('app', 'us-west-2', 'Function')])
    await deploy(it.run('deploy'), await it.target())
    const before = readdirSync('cfn-outputs').map((name) => readFileSync(`cfn-outputs/${name}`, 'utf8'))
    const wanted = { parameter: ['MemorySize=1024'] }
    const report = await deploy(it.run('deploy'), await it.target(wanted))
    expect(report).toMatchObject({
      exit: 4,
      causes: [{ stage: 'app', region: 'us-west-2', path: ['Processor', 'Function'] }],
      files: [],
    })
    expect(before).toHaveLength(2)
    expect(readdirSync('cfn-outputs').map((name) => readFileSync(`cfn-outputs/${name}`, 'utf8'))).toEqual(before)
    expect(memory(it)).toEqual({ 'us-east-1': '1024', 'us-west-2': '512' })

    const mended = copyOf(it)
    const second = await deploy(mended.run('deploy'), await mended.target(wanted))
    expect(second).toMatchObject({ exit: 0, causes: [] })
    expect(memory(mended)).toEqual({ 'us-east-1': '1024', 'us-west-2': '1024' })
  })
})

/** Memory of the transaction processor by region, as the simulated account has it. */
const memory = (it: Account): Record<string, unknown> =>
  Object.fromEntries(
    Object.values(it.simulator.inspect().resources)
      .filter(
        ({ physicalId, type }) => type === 'AWS::Lambda::Function' && physicalId === 'transaction-processor-pr123',
      )
      .map(({ region, properties }) => [region, String(properties['MemorySize'])]),
  )
