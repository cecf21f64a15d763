import { readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { cloudOf, operationsOf, operationsTold, setOf, substance, templatesWith, standing } from './environment.ts'

let deployed: Account

beforeAll(async () => {
  deployed = await standing()
})
beforeEach(inEmptyFolder)

const stages = ['foundation', 'data', 'app', 'dns']

/** When each stack of a stage was last touched, and how many operations its set has had. */
const touched = (it: Account, stage: string): unknown => ({
  operations: operationsOf(it, stage),
  stacks: setOf(it, stage).instances.map(({ region, stackId = '' }) => {
    const { id, createdAt, updatedAt, events } = cloudOf(it).stacks[stackId] ?? {}
    return { region, id, createdAt, updatedAt, events: events?.length }
  }),
})

const untouched = (it: Account, but: string): void => {
  for (const stage of stages) if (stage !== but) expect(touched(it, stage)).toEqual(touched(deployed, stage))
}

/** Memory of the transaction processor by region, as the simulated account has it. */
const memory = (it: Account): Record<string, string> =>
  Object.fromEntries(
    Object.values(cloudOf(it).resources)
      .filter(
        ({ type, physicalId }) => type === 'AWS::Lambda::Function' && physicalId === 'transaction-processor-pr123',
      )
      .map(({ region, properties }) => [region, String(properties['MemorySize'])]),
  )

describe('a deploy of what stands already', () => {
  test('makes no call that changes anything, takes no lock, and writes the outputs again', async () => {
    const it = copyOf(deployed)
    const before = substance(it)
    const session = await it.target()
    const run = it.run('deploy')
    expect(await deploy(run, session)).toMatchObject({
      exit: 0,
      stages: [],
      files: ['cfn-outputs/flat-outputs.json', 'cfn-outputs/transactions-pr123.json'],
      calls: { mutating: 0 },
    })
    expect(session.aws.calls.mutating).toEqual({})
    expect(substance(it)).toEqual(before)
    expect(run.events.map(({ kind }) => kind)).toEqual(['planned'])
    expect(JSON.parse(readFileSync('cfn-outputs/flat-outputs.json', 'utf8'))).toMatchObject({ Simulated: 'true' })
  })
})

describe('a change', () => {
  test('of a parameter touches only the stage that has it', async () => {
    const it = copyOf(deployed)
    const run = it.run('deploy')
    const report = await deploy(run, await it.target({ parameter: ['MemorySize=1024'] }))
    expect(report).toMatchObject({ exit: 0, causes: [] })
    expect(report.stages.filter(({ outcome }) => outcome !== 'unchanged').map(({ name }) => name)).toEqual(['app'])
    expect(operationsTold(run.events, false)).toEqual(['app'])
    expect(memory(it)).toEqual({ 'us-east-1': '1024', 'us-west-2': '1024' })
    untouched(it, 'app')
  })

  test('of a template, a resource more, touches only the stage that nests it', async () => {
    const templates = templatesWith({
      'data/stream.yaml': (text) =>
        text.replace(
          'Outputs:\n',
          '  Archive:\n    Type: AWS::Logs::LogGroup\n    Properties:\n' +
            "      LogGroupName: !Sub '/dr/transactions-kept-${EnvironmentSuffix}'\n      RetentionInDays: 30\n      KmsKeyId: !Ref KeyArn\n\nOutputs:\n",
        ),
    })
    const it = copyOf(deployed)
    const run = it.run('deploy')
    const report = await deploy(run, await it.target({ templates }))
    expect(report).toMatchObject({ exit: 0, causes: [] })
    expect(operationsTold(run.events, false)).toEqual(['data', 'data'])
    const names = Object.values(cloudOf(it).resources).filter(
      ({ physicalId }) => physicalId === '/dr/transactions-kept-pr123',
    )
    expect(names.map(({ region }) => region).sort()).toEqual(['us-east-1', 'us-west-2'])
    untouched(it, 'data')
  })

  test('to B and back to A really ends at A', async () => {
    const it = copyOf(deployed)
    expect(memory(it)).toEqual({ 'us-east-1': '512', 'us-west-2': '512' })
    await deploy(it.run('deploy'), await it.target({ parameter: ['MemorySize=1024'] }))
    expect(memory(it)).toEqual({ 'us-east-1': '1024', 'us-west-2': '1024' })
    const back = await deploy(it.run('deploy'), await it.target())
    expect(back).toMatchObject({ exit: 0, causes: [] })
    expect(memory(it)).toEqual({ 'us-east-1': '512', 'us-west-2': '512' })
    const again = await deploy(it.run('deploy'), await it.target({ parameter: ['app.MemorySize=1024'] }))
    expect(again).toMatchObject({ exit: 0 })
    expect(memory(it)).toEqual({ 'us-east-1': '1024', 'us-west-2': '1024' })
    expect(operationsOf(it, 'app')).toHaveLength(4)
    untouched(it, 'app')
  })
})
