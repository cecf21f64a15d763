import {
  CreateStackCommand,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackInstancesCommand,
  DescribeStacksCommand,
  ListStackInstancesCommand,
  ListStacksCommand,
  ListTypesCommand,
} from '@aws-sdk/client-cloudformation'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { DrError } from '../../src/lib/core/errors.ts'
import { readFaults, type Fault } from '../../src/simulator/faults.ts'
import { memorySimulator } from '../../src/simulator/index.ts'
import { simulatedAccount } from './account.ts'
import { all, bootstrapped, deployed, instances, name, results, set } from './stacksets.ts'

const list = new ListStacksCommand({})
const attempts = async (faults: Fault[]): Promise<number | undefined> => {
  const { $metadata } = await simulatedAccount(faults).client().send(list)
  return $metadata.attempts
}

test('throttles, server errors and resets are retried by the SDK, in virtual time', async () => {
  expect(await attempts([])).toBe(1)
  expect(await attempts([{ kind: 'throttle', times: 3 }])).toBe(4)
  expect(await attempts([{ kind: 'server-error', times: 2 }])).toBe(3)
  expect(await attempts([{ kind: 'reset', times: 2 }])).toBe(3)
})

test('a throttle is HTTP 400 with the code Throttling', async () => {
  await expect(
    simulatedAccount([{ kind: 'throttle' }])
      .client()
      .send(list),
  ).rejects.toMatchObject({
    name: 'Throttling',
    message: 'Rate exceeded',
    $metadata: { httpStatusCode: 400 },
  })
})

test('a lost answer hides a call that took effect', async () => {
  const it = simulatedAccount([{ kind: 'lost-answer', command: 'CreateStack', times: 1 }])
  const TemplateBody = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } })
  const again = it.client().send(new CreateStackCommand({ StackName: 's', TemplateBody }))
  await expect(again).rejects.toMatchObject({ name: 'AlreadyExistsException' })
  const token = { ...set(), ClientRequestToken: 'once' }
  const other = bootstrapped([{ kind: 'lost-answer', command: 'CreateStackSet', times: 1 }])
  await expect(other.client().send(new CreateStackSetCommand(token))).resolves.toMatchObject({
    StackSetId: expect.stringContaining(name) as string,
  })
})

test('a fault meets what it names: command, region, every n-th occasion, a span of time', async () => {
  const it = simulatedAccount([
    { kind: 'denied', command: 'ListStacks', region: 'us-west-2' },
    { kind: 'denied', command: 'DescribeStacks', every: 2 },
    { kind: 'denied', command: 'ListTypes', after: 60, for: 60 },
  ])
  await it.client('us-east-1').send(list)
  await expect(it.client('us-west-2').send(list)).rejects.toMatchObject({ name: 'AccessDenied' })
  const describe = () => it.client().send(new DescribeStacksCommand({}))
  await describe()
  await expect(describe()).rejects.toMatchObject({ name: 'AccessDenied' })
  await describe()
  const types = () => it.client().send(new ListTypesCommand({}))
  await expect(types()).rejects.toMatchObject({ name: 'UnknownOperation' })
  await it.simulator.clock.sleep(61_000)
  await expect(types()).rejects.toMatchObject({ name: 'AccessDenied' })
  await it.simulator.clock.sleep(60_000)
  await expect(types()).rejects.toMatchObject({ name: 'UnknownOperation' })
})

test('a command that the simulator does not know is an error that names it', async () => {
  await expect(simulatedAccount().client().send(new ListTypesCommand({}))).rejects.toThrow(
    'the simulator does not know the command ListTypesCommand',
  )
})

test('expired and missing credentials look as they do in the SDK', async () => {
  const expired = simulatedAccount([{ kind: 'expired-credentials', after: 600 }])
  await expired.client().send(list)
  await expired.simulator.clock.sleep(600_000)
  await expect(expired.client().send(list)).rejects.toMatchObject({ name: 'ExpiredToken' })
  await expect(
    simulatedAccount([{ kind: 'no-credentials' }])
      .client()
      .send(list),
  ).rejects.toMatchObject({
    name: 'CredentialsProviderError',
  })
})

test('a region that is gone does not answer, and operations wait for it', async () => {
  const it = bootstrapped([{ kind: 'region-gone', region: 'us-west-2', for: 1800 }])
  const before = it.simulator.clock.now()
  await expect(it.client('us-west-2').send(list)).rejects.toMatchObject({ name: 'TimeoutError' })
  expect(it.simulator.clock.now() - before).toBeGreaterThanOrEqual(10_000)
  await it.client().send(new CreateStackSetCommand(set()))
  const OperationPreferences = { RegionConcurrencyType: 'PARALLEL' as const }
  await it.client().send(new CreateStackInstancesCommand({ ...all, OperationId: 'x', OperationPreferences }))
  await it.simulator.clock.sleep(600_000)
  expect(await results(it, 'x')).toEqual(['us-east-1 SUCCEEDED', 'us-west-2 RUNNING'])
  expect(await it.operated(name, 'x')).toBe('SUCCEEDED')
})

test('a stale read answers what was true, until it is too old', async () => {
  const it = await deployed(undefined, [{ kind: 'stale', command: 'ListStackInstances', seconds: 300 }])
  const before = await instances(it)
  await it.client().send(new DeleteStackInstancesCommand({ ...all, RetainStacks: false, OperationId: 'd' }))
  await it.operated(name, 'd')
  expect(await instances(it)).toEqual(before)
  await it.simulator.clock.sleep(300_000)
  expect(await instances(it)).toEqual([])
  const { Summaries } = await it.client().send(new ListStackInstancesCommand({ StackSetName: name, MaxResults: 5 }))
  expect(Summaries).toEqual([])
})

test('slow and stuck resources', async () => {
  const took = async (faults: Fault[], wait: number): Promise<string> => {
    const it = simulatedAccount(faults)
    const TemplateBody = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } })
    await it.client().send(new CreateStackCommand({ StackName: 's', TemplateBody }))
    await it.simulator.clock.sleep(wait)
    return Object.values(it.simulator.inspect().stacks)[0]?.status ?? ''
  }
  expect(await took([], 60_000)).toBe('CREATE_COMPLETE')
  const slow: Fault = { kind: 'slow', type: 'AWS::SNS::Topic', factor: 100 }
  expect(await took([slow], 60_000)).toBe('CREATE_IN_PROGRESS')
  expect(await took([slow], 2_000_000)).toBe('CREATE_COMPLETE')
  expect(await took([{ kind: 'stuck', logicalId: 'Topic' }], 36_000_000)).toBe('CREATE_IN_PROGRESS')
})

test('other seeds give other ids, the same seed the same', async () => {
  const id = async (seed: number): Promise<string | undefined> => {
    const it = simulatedAccount([], memorySimulator({ seed }))
    return (await it.client().send(new CreateStackSetCommand(set()))).StackSetId
  }
  expect(await id(1)).toBe(await id(1))
  expect(await id(1)).not.toBe(await id(2))
})

const folder = mkdtempSync(join(tmpdir(), 'dr-faults-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (text: string): string => {
  const path = join(folder, 'faults.yaml')
  writeFileSync(path, text)
  return path
}

test('faults are read from YAML and JSON', () => {
  expect(readFaults(file('- { kind: throttle, every: 3 }\n'))).toEqual([{ kind: 'throttle', every: 3 }])
  expect(readFaults(file('[{"kind": "stuck", "type": "AWS::SNS::Topic"}]'))).toHaveLength(1)
})

test.each([
  ['an unknown kind', '- kind: earthquake', /0\.kind/],
  ['an unknown key', '- { kind: throttle, often: 3 }', /often/],
  ['a wrong type', '- { kind: slow, factor: much }', /0\.factor/],
  ['no list', 'kind: throttle', /expected array/],
  ['bad YAML', '- { kind: throttle', /cannot read the faults/],
])('%s in a faults file is refused with exit 2', (_what, text, said) => {
  const read = (): unknown => readFaults(file(text))
  expect(read).toThrow(DrError)
  expect(read).toThrow(said)
})

test('a faults file that does not exist is refused with exit 2', () => {
  expect(() => readFaults(join(folder, 'nothing.yaml'))).toThrow(DrError)
})
