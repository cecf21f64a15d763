import {
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackInstancesCommand,
  DeleteStackSetCommand,
  DescribeStackSetCommand,
  DescribeStackSetOperationCommand,
  DescribeStacksCommand,
  ListStackSetsCommand,
  NameAlreadyExistsException,
  OperationIdAlreadyExistsException,
  OperationInProgressException,
  StackSetNotEmptyException,
  StackSetNotFoundException,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation'
import { expect, test } from 'vitest'
import { simulatedAccount } from './account.ts'
import {
  account,
  all,
  bootstrapped,
  both,
  deployed,
  instances,
  name,
  parameters,
  queues,
  results,
  set,
  stackIdOf,
} from './stacksets.ts'

test('a set is deployed to two regions in one parallel operation, and taken away again', async () => {
  const it = await deployed()
  expect(await instances(it)).toEqual(['us-east-1 CURRENT/SUCCEEDED', 'us-west-2 CURRENT/SUCCEEDED'])
  expect(await results(it, 'create-1')).toEqual(['us-east-1 SUCCEEDED', 'us-west-2 SUCCEEDED'])
  const stack = await it.settled(await stackIdOf(it, 'us-west-2'), 'us-west-2')
  expect(stack.StackStatus).toBe('CREATE_COMPLETE')
  expect(stack.StackName).toMatch(/^StackSet-dr-test-data-a-[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/)

  await expect(it.client().send(new DeleteStackSetCommand({ StackSetName: name }))).rejects.toBeInstanceOf(
    StackSetNotEmptyException,
  )
  await it.client().send(new DeleteStackInstancesCommand({ ...all, RetainStacks: false, OperationId: 'delete-1' }))
  expect(await it.operated(name, 'delete-1')).toBe('SUCCEEDED')
  expect(await instances(it)).toEqual([])
  await it.client().send(new DeleteStackSetCommand({ StackSetName: name }))
  expect(Object.keys(it.simulator.inspect().resources)).toEqual([
    'global|AWS::IAM::Role|dr-administration',
    'global|AWS::IAM::Role|dr-execution',
  ])
})

test('an operation takes StackSets its overhead beside the stacks', async () => {
  const it = bootstrapped()
  await it.client().send(new CreateStackSetCommand(set()))
  await it.client().send(new UpdateStackSetCommand({ ...set(), OperationId: 'nothing-to-do' }))
  await it.operated(name, 'nothing-to-do')
  const { StackSetOperation: operation } = await it
    .client()
    .send(new DescribeStackSetOperationCommand({ StackSetName: name, OperationId: 'nothing-to-do' }))
  expect(operation?.Status).toBe('SUCCEEDED')
  expect((operation?.EndTimestamp?.getTime() ?? 0) - (operation?.CreationTimestamp?.getTime() ?? 0)).toBe(30_000)
})

test('one operation at a time: a second one is refused while the first works', async () => {
  const it = bootstrapped()
  await it.client().send(new CreateStackSetCommand(set()))
  await it.client().send(new CreateStackInstancesCommand({ ...all, OperationId: 'one' }))
  const second = it.client().send(new UpdateStackSetCommand({ ...set(), OperationId: 'two' }))
  await expect(second).rejects.toBeInstanceOf(OperationInProgressException)
  await expect(second).rejects.toThrow(/^Another Operation on StackSet .* is in progress/)
  const deletion = it.client().send(new DeleteStackSetCommand({ StackSetName: name }))
  await expect(deletion).rejects.toBeInstanceOf(OperationInProgressException)
})

test('the same call with the same OperationId runs once; another call with it is refused', async () => {
  const it = await deployed()
  const again = {
    ...all,
    OperationId: 'create-1',
    OperationPreferences: { RegionConcurrencyType: 'PARALLEL' as const },
  }
  expect(await it.client().send(new CreateStackInstancesCommand(again))).toMatchObject({ OperationId: 'create-1' })
  const other = it.client().send(new UpdateStackSetCommand({ ...set(), OperationId: 'create-1' }))
  await expect(other).rejects.toBeInstanceOf(OperationIdAlreadyExistsException)
  expect(
    it.simulator.inspect().stackSets[Object.keys(it.simulator.inspect().stackSets)[0] ?? '']?.operations,
  ).toHaveLength(1)
})

test('a name belongs to one active set; a deleted one stays describable by its id, and its name is free', async () => {
  const it = bootstrapped()
  const { StackSetId } = await it.client().send(new CreateStackSetCommand({ ...set(), ClientRequestToken: 'a' }))
  const same = await it.client().send(new CreateStackSetCommand({ ...set(), ClientRequestToken: 'a' }))
  expect(same.StackSetId).toBe(StackSetId)
  const other = it.client().send(new CreateStackSetCommand({ ...set(), ClientRequestToken: 'b' }))
  await expect(other).rejects.toBeInstanceOf(NameAlreadyExistsException)
  await it.client().send(new DeleteStackSetCommand({ StackSetName: name }))
  const gone = it.client().send(new DescribeStackSetCommand({ StackSetName: name }))
  await expect(gone).rejects.toBeInstanceOf(StackSetNotFoundException)
  await expect(gone).rejects.toThrow(`StackSet ${name} not found`)
  const { StackSet } = await it.client().send(new DescribeStackSetCommand({ StackSetName: StackSetId }))
  expect(StackSet?.Status).toBe('DELETED')
  await it.client().send(new CreateStackSetCommand(set()))
  const { Summaries } = await it.client().send(new ListStackSetsCommand({ Status: 'ACTIVE' }))
  expect(Summaries?.map(({ StackSetName }) => StackSetName)).toEqual([name])
})

test('deleting an unknown set is no error', async () => {
  const it = simulatedAccount()
  await expect(it.client().send(new DeleteStackSetCommand({ StackSetName: 'nobody' }))).resolves.toBeDefined()
})

test('without its roles StackSets says so in the result', async () => {
  const it = simulatedAccount()
  await it.client().send(new CreateStackSetCommand(set()))
  await it.client().send(new CreateStackInstancesCommand({ ...all, OperationId: 'x' }))
  expect(await it.operated(name, 'x')).toBe('FAILED')
  expect(await results(it, 'x')).toEqual([
    `us-east-1 FAILED: Account ${account} should have 'dr-administration' role with trust relationship to CloudFormation service.`,
    'us-west-2 CANCELLED: Cancelled since failure tolerance has exceeded',
  ])
})

test('a failed create leaves a deleted stack whose events are found by ARN only, and a retry makes a new stack', async () => {
  const reason = 'Internal failure of the queue service'
  const it = await deployed(queues, [
    { kind: 'resource-fails', region: 'us-west-2', type: 'AWS::SQS::Queue', reason, times: 1 },
  ])
  expect(await instances(it)).toEqual(['us-east-1 CURRENT/SUCCEEDED', 'us-west-2 OUTDATED/FAILED'])
  expect(await results(it, 'create-1')).toEqual([
    'us-east-1 SUCCEEDED',
    `us-west-2 FAILED: ResourceLogicalId:Queue, ResourceType:AWS::SQS::Queue, ResourceStatusReason:${reason}.`,
  ])
  const failed = await stackIdOf(it, 'us-west-2')
  expect((await it.settled(failed, 'us-west-2')).StackStatus).toBe('DELETE_COMPLETE')
  const byName = failed.split('/')[1] ?? ''
  await expect(it.client('us-west-2').send(new DescribeStacksCommand({ StackName: byName }))).rejects.toThrow(
    'does not exist',
  )
  expect(await it.story(failed, 'us-west-2')).toContain(`Queue CREATE_FAILED: ${reason}`)

  await it.simulator.clock.sleep(60_000) // SQS keeps a deleted queue's name for a minute.
  await it.client().send(new CreateStackInstancesCommand({ ...all, Regions: ['us-west-2'], OperationId: 'create-2' }))
  expect(await it.operated(name, 'create-2')).toBe('SUCCEEDED')
  expect(await stackIdOf(it, 'us-west-2')).not.toBe(failed)
  expect(await instances(it)).toEqual(['us-east-1 CURRENT/SUCCEEDED', 'us-west-2 CURRENT/SUCCEEDED'])
})

test('in sequence and without tolerance, later regions are cancelled', async () => {
  const it = bootstrapped([{ kind: 'resource-fails', region: 'us-west-2', reason: 'no', times: 1 }])
  await it.client().send(new CreateStackSetCommand(set()))
  const OperationPreferences = { RegionOrder: ['us-west-2', 'us-east-1'] }
  await it.client().send(new CreateStackInstancesCommand({ ...all, OperationId: 'x', OperationPreferences }))
  expect(await it.operated(name, 'x')).toBe('FAILED')
  expect((await results(it, 'x')).map((line) => line.split(':')[0])).toEqual([
    'us-west-2 FAILED',
    'us-east-1 CANCELLED',
  ])
  expect(await instances(it)).toEqual(['us-east-1 OUTDATED/CANCELLED', 'us-west-2 OUTDATED/FAILED'])
})

test('within its tolerance an operation SUCCEEDS although a stack failed', async () => {
  const it = bootstrapped([{ kind: 'resource-fails', region: 'us-west-2', reason: 'no', times: 1 }])
  await it.client().send(new CreateStackSetCommand(set()))
  const OperationPreferences = { FailureToleranceCount: 1 }
  await it.client().send(new CreateStackInstancesCommand({ ...all, OperationId: 'x', OperationPreferences }))
  expect(await it.operated(name, 'x')).toBe('SUCCEEDED')
  const { StackSetOperation } = await it
    .client()
    .send(new DescribeStackSetOperationCommand({ StackSetName: name, OperationId: 'x' }))
  expect(StackSetOperation?.StatusDetails?.FailedStackInstancesCount).toBe(1)
})

test('an update that fails leaves the new definition in the set and the old one in the stack', async () => {
  const it = await deployed(queues, [{ kind: 'resource-fails', action: 'update', region: 'us-west-2', reason: 'no' }])
  const input = { ...set(), Parameters: parameters({ Delay: '5' }), OperationId: 'u' }
  await it
    .client()
    .send(new UpdateStackSetCommand({ ...input, OperationPreferences: { RegionConcurrencyType: 'PARALLEL' } }))
  expect(await it.operated(name, 'u')).toBe('FAILED')
  expect(await instances(it)).toEqual(['us-east-1 CURRENT/SUCCEEDED', 'us-west-2 OUTDATED/FAILED'])
  const { StackSet } = await it.client().send(new DescribeStackSetCommand({ StackSetName: name }))
  expect(StackSet?.Parameters).toContainEqual({ ParameterKey: 'Delay', ParameterValue: '5' })
  const stack = await it.settled(await stackIdOf(it, 'us-west-2'), 'us-west-2')
  expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE')
  expect(stack.Outputs).toContainEqual({ OutputKey: 'Delay', OutputValue: '0' })
})

test('an update without change is an operation that ends CURRENT', async () => {
  const it = await deployed()
  await it.client().send(new UpdateStackSetCommand({ ...set(), OperationId: 'same' }))
  expect(await it.operated(name, 'same')).toBe('SUCCEEDED')
  expect(await instances(it)).toEqual(['us-east-1 CURRENT/SUCCEEDED', 'us-west-2 CURRENT/SUCCEEDED'])
  expect((await it.story(await stackIdOf(it))).some((line) => line.includes('UPDATE'))).toBe(false)
})

test('an update limited to some regions makes all instances OUTDATED first, and the others stay so', async () => {
  const it = await deployed()
  const input = { ...set(), Parameters: parameters({ Delay: '5' }), Accounts: [account], Regions: ['us-west-2'] }
  await it.client().send(new UpdateStackSetCommand({ ...input, OperationId: 'u' }))
  expect(await instances(it)).toEqual(both.map((region) => `${region} OUTDATED/PENDING`))
  await it.operated(name, 'u')
  expect(await instances(it)).toEqual(['us-east-1 OUTDATED/PENDING', 'us-west-2 CURRENT/SUCCEEDED'])
})
