import {
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  DeleteStackCommand,
  ListStackResourcesCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation'
import { expect, test } from 'vitest'
import type { Fault } from '../../src/simulator/faults.ts'
import { simulatedAccount, type Account } from './account.ts'

const topic = (TopicName: unknown, more: object = {}) => ({
  Type: 'AWS::SNS::Topic',
  Properties: { TopicName },
  ...more,
})
const queue = (properties: object, more: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties: properties, ...more })

async function create(it: Account, Resources: object, more: object = {}): Promise<string> {
  const input = { StackName: 's', TemplateBody: JSON.stringify({ Resources }), ...more }
  const { StackId } = await it.client().send(new CreateStackCommand(input))
  return (await it.settled(StackId ?? '')).StackStatus ?? ''
}

async function update(it: Account, Resources: object): Promise<string> {
  await it.client().send(new UpdateStackCommand({ StackName: 's', TemplateBody: JSON.stringify({ Resources }) }))
  return (await it.settled('s')).StackStatus ?? ''
}

const since = (story: string[], line: string): string[] => story.slice(story.indexOf(line))
const fails = (logicalId: string, more: Partial<Fault> = {}): Fault =>
  ({ kind: 'resource-fails', logicalId, reason: 'it broke', ...more }) as Fault

test('the first failure cancels what still runs, and the creation is rolled back', async () => {
  const it = simulatedAccount([fails('Topic')])
  const resources = { Topic: topic('a'), Queue: queue({ QueueName: 'slow' }), Later: queue({}, { DependsOn: 'Topic' }) }
  expect(await create(it, resources)).toBe('ROLLBACK_COMPLETE')
  expect(since(await it.story('s'), 'Topic CREATE_FAILED: it broke')).toEqual([
    'Topic CREATE_FAILED: it broke',
    'Queue CREATE_FAILED: Resource creation cancelled',
    's ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Topic, Queue]. Rollback requested by user.',
    'Topic DELETE_IN_PROGRESS',
    'Queue DELETE_IN_PROGRESS',
    'Topic DELETE_COMPLETE',
    'Queue DELETE_COMPLETE',
    's ROLLBACK_COMPLETE',
  ])
  expect(Object.keys(it.simulator.inspect().resources)).toEqual([])
  await expect(update(it, { Topic: topic('b') })).rejects.toThrow(
    'is in ROLLBACK_COMPLETE state and can not be updated',
  )
})

test('OnFailure DELETE leaves a deleted stack, DO_NOTHING a failed one', async () => {
  const it = simulatedAccount([fails('Topic')])
  expect(await create(it, { Topic: topic('a') }, { OnFailure: 'DELETE' })).toBe('DELETE_COMPLETE')
  expect(await create(it, { Topic: topic('a') }, { OnFailure: 'DO_NOTHING' })).toBe('CREATE_FAILED')
})

test('an update changes in place, replaces, adds, and removes last', async () => {
  const it = simulatedAccount()
  const before = { Queue: queue({ QueueName: 'q' }), Topic: topic('old'), Gone: topic('gone') }
  await create(it, before)
  const after = { Queue: queue({ QueueName: 'q', DelaySeconds: 5 }), Topic: topic('new'), Fresh: topic('fresh') }
  expect(await update(it, after)).toBe('UPDATE_COMPLETE')
  const why = 'Requested update requires the creation of a new physical resource; hence creating one.'
  expect(since(await it.story('s'), 's UPDATE_IN_PROGRESS: User Initiated')).toEqual([
    's UPDATE_IN_PROGRESS: User Initiated',
    'Queue UPDATE_IN_PROGRESS',
    `Topic UPDATE_IN_PROGRESS: ${why}`,
    'Fresh CREATE_IN_PROGRESS',
    'Topic UPDATE_IN_PROGRESS: Resource creation Initiated',
    'Fresh CREATE_IN_PROGRESS: Resource creation Initiated',
    'Topic UPDATE_COMPLETE',
    'Fresh CREATE_COMPLETE',
    'Queue UPDATE_COMPLETE',
    's UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Topic DELETE_IN_PROGRESS',
    'Gone DELETE_IN_PROGRESS',
    'Topic DELETE_COMPLETE',
    'Gone DELETE_COMPLETE',
    's UPDATE_COMPLETE',
  ])
  const names = Object.values(it.simulator.inspect().resources).map(({ physicalId }) => physicalId.split(/[:/]/).at(-1))
  expect(names.sort()).toEqual(['fresh', 'new', 'q'])
  const listed = await it.client().send(new ListStackResourcesCommand({ StackName: 's' }))
  expect(listed.StackResourceSummaries?.map(({ LogicalResourceId: id }) => id)).toEqual(['Queue', 'Topic', 'Fresh'])
})

test('an unchanged update is refused, a layout change counts as none', async () => {
  const it = simulatedAccount()
  await create(it, { Topic: topic('a') })
  const TemplateBody = JSON.stringify({ Resources: { Topic: topic('a') } }, null, 2)
  await expect(it.client().send(new UpdateStackCommand({ StackName: 's', TemplateBody }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'No updates are to be performed.',
  })
})

test('a failed update goes back: changed, replaced and added resources', async () => {
  const it = simulatedAccount([fails('Last')])
  await create(it, { Queue: queue({ QueueName: 'q' }), Topic: topic('old'), Gone: topic('gone') })
  const after = {
    Queue: queue({ QueueName: 'q', DelaySeconds: 5 }),
    Topic: topic('new'),
    Fresh: topic('fresh'),
    Last: topic('last', { DependsOn: ['Queue', 'Topic', 'Fresh'] }),
  }
  expect(await update(it, after)).toBe('UPDATE_ROLLBACK_COMPLETE')
  expect(since(await it.story('s'), 'Last CREATE_FAILED: it broke')).toEqual([
    'Last CREATE_FAILED: it broke',
    's UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Last].',
    'Queue UPDATE_IN_PROGRESS',
    'Topic UPDATE_IN_PROGRESS',
    'Topic UPDATE_COMPLETE',
    'Queue UPDATE_COMPLETE',
    's UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'Last DELETE_IN_PROGRESS',
    'Last DELETE_COMPLETE',
    'Topic DELETE_IN_PROGRESS',
    'Fresh DELETE_IN_PROGRESS',
    'Topic DELETE_COMPLETE',
    'Fresh DELETE_COMPLETE',
    's UPDATE_ROLLBACK_COMPLETE',
  ])
  const { resources } = it.simulator.inspect()
  expect(
    Object.values(resources)
      .map(({ physicalId }) => physicalId.split(/[:/]/).at(-1))
      .sort(),
  ).toEqual(['gone', 'old', 'q'])
  expect(await update(it, { Queue: queue({ QueueName: 'q' }) })).toBe('UPDATE_COMPLETE')
})

test('a rollback that fails waits for ContinueUpdateRollback', async () => {
  const it = simulatedAccount([fails('Queue', { action: 'update' }), fails('Queue', { action: 'rollback', times: 2 })])
  await create(it, { Queue: queue({ QueueName: 'q' }) })
  const next = () => it.client().send(new ContinueUpdateRollbackCommand({ StackName: 's' }))
  await expect(next()).rejects.toThrow('is in CREATE_COMPLETE state')
  expect(await update(it, { Queue: queue({ QueueName: 'q', DelaySeconds: 5 }) })).toBe('UPDATE_ROLLBACK_FAILED')
  await next()
  expect((await it.settled('s')).StackStatus).toBe('UPDATE_ROLLBACK_FAILED')
  await next()
  expect((await it.settled('s')).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE')
})

test('deletion takes dependents first and stops before what they need', async () => {
  const it = simulatedAccount([fails('Topic', { action: 'delete', times: 1 })])
  await create(it, { Queue: queue({}), Topic: topic({ 'Fn::GetAtt': ['Queue', 'QueueName'] }) })
  await it.client().send(new DeleteStackCommand({ StackName: 's' }))
  expect(await it.settled('s')).toMatchObject({
    StackStatus: 'DELETE_FAILED',
    StackStatusReason: 'The following resource(s) failed to delete: [Topic].',
  })
  expect(await it.story('s')).not.toContain('Queue DELETE_IN_PROGRESS')
  await it.client().send(new DeleteStackCommand({ StackName: 's' }))
  const id = Object.keys(it.simulator.inspect().stacks)[0] ?? ''
  expect((await it.settled(id)).StackStatus).toBe('DELETE_COMPLETE')
})

test('RetainResources lets go of what could not be deleted, in DELETE_FAILED only', async () => {
  const it = simulatedAccount([fails('Topic', { action: 'delete' })])
  await create(it, { Topic: topic('t'), Queue: queue({}, { DeletionPolicy: 'Retain' }) })
  const retain = new DeleteStackCommand({ StackName: 's', RetainResources: ['Topic'] })
  await expect(it.client().send(retain)).rejects.toThrow('DELETE_FAILED state')
  await it.client().send(new DeleteStackCommand({ StackName: 's' }))
  const { StackId = '' } = await it.settled('s')
  await it.client().send(new DeleteStackCommand({ StackName: 's', RetainResources: ['Topic'] }))
  expect((await it.settled(StackId)).StackStatus).toBe('DELETE_COMPLETE')
  expect(await it.story(StackId)).toContain('Queue DELETE_SKIPPED')
  expect(Object.values(it.simulator.inspect().resources)).toHaveLength(2)
})

test('a clean-up that keeps failing is tried three times and then leaves the resource behind', async () => {
  const it = simulatedAccount([fails('Gone', { action: 'delete' })])
  await create(it, { Topic: topic('t'), Gone: topic('gone') })
  expect(await update(it, { Topic: topic('t') })).toBe('UPDATE_COMPLETE')
  expect((await it.story('s')).filter((line) => line === 'Gone DELETE_FAILED: it broke')).toHaveLength(3)
  expect(Object.values(it.simulator.inspect().resources)).toHaveLength(2)
})
