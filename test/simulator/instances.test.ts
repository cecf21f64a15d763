import {
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackCommand,
  DeleteStackInstancesCommand,
  DescribeStackInstanceCommand,
  StackInstanceNotFoundException,
  StopStackSetOperationCommand,
  UpdateStackInstancesCommand,
  UpdateStackSetCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation'
import { expect, test } from 'vitest'
import type { Account } from './account.ts'
import {
  account,
  all,
  bootstrapped,
  deployed,
  instances,
  name,
  parameters,
  queues,
  results,
  set,
  stackIdOf,
} from './stacksets.ts'

const west = { StackSetName: name, Accounts: [account], Regions: ['us-west-2'] }

async function update(it: Account, OperationId: string, more: object = {}): Promise<string> {
  await it.client().send(new UpdateStackSetCommand({ ...set(), OperationId, ...more }))
  return it.operated(name, OperationId)
}

async function override(it: Account, OperationId: string, ParameterOverrides?: object[]): Promise<string> {
  await it.client().send(new UpdateStackInstancesCommand({ ...west, OperationId, ParameterOverrides }))
  return it.operated(name, OperationId)
}

async function outputs(it: Account, region = 'us-west-2'): Promise<Record<string, string | undefined>> {
  const { Outputs } = await it.settled(await stackIdOf(it, region), region)
  return Object.fromEntries((Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue]))
}

test('a parameter that an update does not send falls back to the template default', async () => {
  const it = await deployed()
  await update(it, 'u1', { Parameters: parameters({ Delay: '5' }) })
  expect(await outputs(it)).toMatchObject({ Delay: '5' })
  await update(it, 'u2')
  expect(await outputs(it)).toMatchObject({ Delay: '0' })
  await update(it, 'u3', { Parameters: parameters({ Delay: '7' }) })
  await update(it, 'u4', { Parameters: [{ ParameterKey: 'Delay', UsePreviousValue: true }] })
  expect(await outputs(it)).toMatchObject({ Delay: '7' })
})

test('a parameter without default needs a value for the whole set', async () => {
  const it = bootstrapped()
  const bare = { ...queues, Parameters: { ...queues.Parameters, Name: { Type: 'String' } } }
  await expect(it.client().send(new CreateStackSetCommand(set(bare)))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Parameters: [Name] must have values',
  })
})

test('an override holds until a list leaves it out; no list leaves all; the set value does not reach it', async () => {
  const it = await deployed()
  await override(it, 'o1', parameters({ Delay: '9' }))
  expect(await outputs(it)).toMatchObject({ Delay: '9' })
  expect(await outputs(it, 'us-east-1')).toMatchObject({ Delay: '0' })
  await update(it, 'u1', { Parameters: parameters({ Delay: '3' }) })
  expect(await outputs(it)).toMatchObject({ Delay: '9' })
  expect(await outputs(it, 'us-east-1')).toMatchObject({ Delay: '3' })
  await override(it, 'o2')
  expect(await outputs(it)).toMatchObject({ Delay: '9' })
  await override(it, 'o3', [{ ParameterKey: 'Delay', UsePreviousValue: true }])
  expect(await outputs(it)).toMatchObject({ Delay: '9' })
  await override(it, 'o4', parameters({ Name: 'bills' }))
  expect(await outputs(it)).toMatchObject({ Delay: '3', QueueName: 'bills' })
})

test('only a parameter of the set can be overridden', async () => {
  const it = await deployed()
  await expect(override(it, 'o', parameters({ Peer: 'x' }))).rejects.toThrow('Parameters: [Peer] do not exist')
})

test('updating an instance that does not exist is an error, deleting it is an operation without work', async () => {
  const it = bootstrapped()
  await it.client().send(new CreateStackSetCommand(set()))
  await expect(override(it, 'o')).rejects.toBeInstanceOf(StackInstanceNotFoundException)
  await it.client().send(new DeleteStackInstancesCommand({ ...west, RetainStacks: false, OperationId: 'd' }))
  expect(await it.operated(name, 'd')).toBe('SUCCEEDED')
  expect(await results(it, 'd')).toEqual([])
})

test('creating instances that exist is accepted', async () => {
  const it = await deployed()
  await it.client().send(new CreateStackInstancesCommand({ ...all, OperationId: 'again' }))
  expect(await it.operated(name, 'again')).toBe('SUCCEEDED')
  expect(await instances(it)).toEqual(['us-east-1 CURRENT/SUCCEEDED', 'us-west-2 CURRENT/SUCCEEDED'])
})

test('with RetainStacks the instance goes and its stack lives on', async () => {
  const it = await deployed()
  const stack = await stackIdOf(it, 'us-west-2')
  await it.client().send(new DeleteStackInstancesCommand({ ...west, RetainStacks: true, OperationId: 'd' }))
  expect(await it.operated(name, 'd')).toBe('SUCCEEDED')
  expect(await instances(it)).toEqual(['us-east-1 CURRENT/SUCCEEDED'])
  expect((await it.settled(stack, 'us-west-2')).StackStatus).toBe('CREATE_COMPLETE')
})

test('an instance whose deletion fails is INOPERABLE, is passed over by updates, and can be deleted once the cause is gone', async () => {
  const it = await deployed()
  const StackName = await stackIdOf(it, 'us-west-2')
  const protect = (EnableTerminationProtection: boolean) =>
    it.client('us-west-2').send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection }))
  await protect(true)
  await it.client().send(new DeleteStackInstancesCommand({ ...west, RetainStacks: false, OperationId: 'd1' }))
  expect(await it.operated(name, 'd1')).toBe('FAILED')
  expect(await instances(it)).toEqual(['us-east-1 CURRENT/SUCCEEDED', 'us-west-2 INOPERABLE/INOPERABLE'])
  expect(await update(it, 'u', { Parameters: parameters({ Delay: '5' }) })).toBe('SUCCEEDED')
  expect(await results(it, 'u')).toEqual(['us-east-1 SUCCEEDED'])
  await protect(false)
  await it.client().send(new DeleteStackInstancesCommand({ ...west, RetainStacks: false, OperationId: 'd2' }))
  expect(await it.operated(name, 'd2')).toBe('SUCCEEDED')
  expect(await instances(it)).toEqual(['us-east-1 CURRENT/SUCCEEDED'])
})

test('deleting an instance whose stack is gone already succeeds', async () => {
  const it = await deployed()
  const StackName = await stackIdOf(it, 'us-west-2')
  await it.client('us-west-2').send(new DeleteStackCommand({ StackName }))
  await it.settled(StackName, 'us-west-2')
  await it.client().send(new DeleteStackInstancesCommand({ ...west, RetainStacks: false, OperationId: 'd' }))
  expect(await it.operated(name, 'd')).toBe('SUCCEEDED')
})

test('stopping cancels what has not begun and lets the rest end', async () => {
  const it = bootstrapped()
  await it.client().send(new CreateStackSetCommand(set()))
  await it.client().send(new CreateStackInstancesCommand({ ...all, OperationId: 'x' }))
  await it.simulator.clock.sleep(20_000)
  await it.client().send(new StopStackSetOperationCommand({ StackSetName: name, OperationId: 'x' }))
  expect(await it.operated(name, 'x')).toBe('STOPPED')
  expect(await results(it, 'x')).toEqual(['us-east-1 SUCCEEDED', 'us-west-2 CANCELLED: Cancelled by user'])
  const again = it.client().send(new StopStackSetOperationCommand({ StackSetName: name, OperationId: 'x' }))
  await expect(again).rejects.toMatchObject({ name: 'InvalidOperationException' })
})

test('an instance says which operation was its last, and which overrides it has', async () => {
  const it = await deployed()
  await override(it, 'o1', parameters({ Delay: '9' }))
  const input = { StackSetName: name, StackInstanceAccount: account, StackInstanceRegion: 'us-west-2' }
  const { StackInstance } = await it.client().send(new DescribeStackInstanceCommand(input))
  expect(StackInstance).toMatchObject({
    LastOperationId: 'o1',
    ParameterOverrides: [{ ParameterKey: 'Delay', ParameterValue: '9' }],
  })
})

test('an update that forgets the administration role of the set is refused', async () => {
  const it = await deployed()
  await expect(update(it, 'u', { AdministrationRoleARN: undefined })).rejects.toThrow('administrator role')
})

test('a resource that cannot be deleted makes the instance INOPERABLE and is named in the result', async () => {
  const it = await deployed(queues, [
    { kind: 'resource-fails', action: 'delete', region: 'us-west-2', reason: 'still in use', times: 1 },
  ])
  await it.client().send(new DeleteStackInstancesCommand({ ...west, RetainStacks: false, OperationId: 'd1' }))
  expect(await it.operated(name, 'd1')).toBe('FAILED')
  expect(await results(it, 'd1')).toEqual([
    'us-west-2 FAILED: ResourceLogicalId:Queue, ResourceType:AWS::SQS::Queue, ResourceStatusReason:still in use.',
  ])
  expect(await instances(it)).toContain('us-west-2 INOPERABLE/INOPERABLE')
  await it.client().send(new DeleteStackInstancesCommand({ ...west, RetainStacks: false, OperationId: 'd2' }))
  expect(await it.operated(name, 'd2')).toBe('SUCCEEDED')
})

test('an operation may wait in line, and counts as working while it does', async () => {
  const it = bootstrapped([{ kind: 'queued', seconds: 120, command: 'CreateStackInstances', times: 1 }])
  await it.client().send(new CreateStackSetCommand(set()))
  await it.client().send(new CreateStackInstancesCommand({ ...all, OperationId: 'x' }))
  const operation = (): string | undefined => Object.values(it.simulator.inspect().stackSets)[0]?.operations[0]?.status
  expect(operation()).toBe('QUEUED')
  await expect(update(it, 'u')).rejects.toMatchObject({ name: 'OperationInProgressException' })
  await it.simulator.clock.sleep(131_000)
  expect(operation()).toBe('RUNNING')
  expect(await it.operated(name, 'x')).toBe('SUCCEEDED')
})
