import {
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  DeleteStackCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation'
import { expect, test } from 'vitest'
import type { Fault } from '../../src/simulator/faults.ts'
import { simulatedAccount, type Account } from './account.ts'

const leaf = (delay: number) => ({
  Parameters: { Name: { Type: 'String' }, Sizes: { Type: 'CommaDelimitedList', Default: '' } },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Name' }, DelaySeconds: delay } },
    After: { Type: 'AWS::SNS::Topic', DependsOn: 'Queue', Properties: { TopicName: { Ref: 'Name' } } },
  },
  Outputs: {
    Arn: { Value: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
    Sizes: { Value: { 'Fn::Join': ['-', { Ref: 'Sizes' }] } },
  },
})

/** Root → Middle → Leaf, and a topic in the root that reads the leaf's output through both. */
function family(it: Account, delay = 0, more: Record<string, object> = {}): object {
  const child = (TemplateURL: string, Parameters: object) => ({
    Type: 'AWS::CloudFormation::Stack',
    Properties: { TemplateURL, Parameters },
  })
  const leafUrl = it.upload(`leaf-${delay}.json`, leaf(delay))
  const middle = {
    Parameters: { Name: { Type: 'String' } },
    Resources: { Leaf: child(leafUrl, { Name: { Ref: 'Name' }, Sizes: ['1', 2] }) },
    Outputs: {
      Arn: { Value: { 'Fn::GetAtt': ['Leaf', 'Outputs.Arn'] } },
      Sizes: { Value: { 'Fn::GetAtt': ['Leaf', 'Outputs.Sizes'] } },
    },
  }
  return {
    Resources: {
      Middle: child(it.upload(`middle-${delay}.json`, middle), { Name: 'orders' }),
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::GetAtt': ['Middle', 'Outputs.Sizes'] } } },
      ...more,
    },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Middle', 'Outputs.Arn'] } } },
  }
}

async function create(it: Account, template: object, more: object = {}): Promise<string> {
  const input = { StackName: 'root', TemplateBody: JSON.stringify(template), ...more }
  const { StackId } = await it.client().send(new CreateStackCommand(input))
  return (await it.settled(StackId ?? '')).StackStatus ?? ''
}

const nameable = (it: Account, logicalId: string): string => {
  const found = Object.values(it.simulator.inspect().stacks).filter(({ name }) => name.split('-').at(-2) === logicalId)
  return found.at(-1)?.id ?? ''
}
const statuses = (it: Account): string[] =>
  Object.values(it.simulator.inspect().stacks).map(
    ({ name, status }) => `${name.replace(/-[A-Z0-9]{12}/g, '')} ${status}`,
  )
const fails = (logicalId: string, more: Partial<Fault> = {}): Fault =>
  ({ kind: 'resource-fails', logicalId, reason: 'it broke', times: 1, ...more }) as Fault

test('nested stacks are stacks of their own: names, parents, parameters, outputs', async () => {
  const it = simulatedAccount()
  expect(await create(it, family(it))).toBe('CREATE_COMPLETE')
  const { stacks } = it.simulator.inspect()
  const [root, middle, bottom] = Object.values(stacks)
  expect(middle?.name).toMatch(/^root-Middle-[A-Z0-9]{12}$/)
  expect(bottom?.name).toMatch(/^root-Middle-[A-Z0-9]{12}-Leaf-[A-Z0-9]{12}$/)
  expect(bottom).toMatchObject({ parentId: middle?.id, rootId: root?.id, parameters: { Name: 'orders', Sizes: '1,2' } })
  expect(root?.outputs).toEqual({ Arn: 'arn:aws:sqs:us-east-1:000000000000:orders' })
  await it.client().send(new DeleteStackCommand({ StackName: 'root' }))
  await it.settled(root?.id ?? '')
  expect(new Set(Object.values(it.simulator.inspect().stacks).map(({ status }) => status))).toEqual(
    new Set(['DELETE_COMPLETE']),
  )
  expect(it.simulator.inspect().resources).toEqual({})
})

async function update(it: Account, template: object): Promise<string> {
  await it.client().send(new UpdateStackCommand({ StackName: 'root', TemplateBody: JSON.stringify(template) }))
  return (await it.settled('root')).StackStatus ?? ''
}

test('the parent names only its own resource: the cause stands in the events of the nested stack', async () => {
  const it = simulatedAccount([fails('Queue')])
  expect(await create(it, family(it), { OnFailure: 'DO_NOTHING' })).toBe('CREATE_FAILED')
  const [middle, bottom] = [nameable(it, 'Middle'), nameable(it, 'Leaf')]
  expect(await it.story('root')).toContain(
    `Middle CREATE_FAILED: Embedded stack ${middle} was not successfully created: The following resource(s) failed to create: [Leaf].`,
  )
  expect(await it.story(middle)).toContain(
    `Leaf CREATE_FAILED: Embedded stack ${bottom} was not successfully created: The following resource(s) failed to create: [Queue].`,
  )
  expect(await it.story(bottom)).toContain('Queue CREATE_FAILED: it broke')
})

test('a rollback deletes the nested stacks, however far they were', async () => {
  const it = simulatedAccount([fails('Topic')])
  const template = family(it, 0, { Topic: { Type: 'AWS::SNS::Topic' } })
  expect(await create(it, template)).toBe('ROLLBACK_COMPLETE')
  expect(statuses(it).map((line) => line.split(' ')[1])).toEqual([
    'ROLLBACK_COMPLETE',
    'DELETE_COMPLETE',
    'DELETE_COMPLETE',
  ])
  expect(await it.story('root')).toContain('Middle CREATE_FAILED: Resource creation cancelled')
  expect(it.simulator.inspect().resources).toEqual({})
})

test('an update reaches the leaf; children clean up after the root is through', async () => {
  const it = simulatedAccount()
  await create(it, family(it, 0))
  expect(await update(it, family(it, 5))).toBe('UPDATE_COMPLETE')
  expect(statuses(it)).toEqual([
    'root UPDATE_COMPLETE',
    'root-Middle UPDATE_COMPLETE',
    'root-Middle-Leaf UPDATE_COMPLETE',
  ])
  expect((await it.story(nameable(it, 'Leaf'))).slice(-5)).toEqual([
    expect.stringMatching(/UPDATE_IN_PROGRESS: User Initiated$/),
    'Queue UPDATE_IN_PROGRESS',
    'Queue UPDATE_COMPLETE',
    expect.stringMatching(/UPDATE_COMPLETE_CLEANUP_IN_PROGRESS$/),
    expect.stringMatching(/UPDATE_COMPLETE$/),
  ])
})

test('an unchanged nested stack shows in its parent only', async () => {
  const it = simulatedAccount()
  await create(it, family(it, 0))
  expect(await update(it, family(it, 0, { Fresh: { Type: 'AWS::SNS::Topic' } }))).toBe('UPDATE_COMPLETE')
  expect(await it.story('root')).toContain('Middle UPDATE_COMPLETE')
  expect(statuses(it).slice(1)).toEqual(['root-Middle CREATE_COMPLETE', 'root-Middle-Leaf CREATE_COMPLETE'])
})

test('a leaf that cannot be updated takes the whole family back', async () => {
  const it = simulatedAccount([fails('Queue', { action: 'update' })])
  await create(it, family(it, 0))
  expect(await update(it, family(it, 5))).toBe('UPDATE_ROLLBACK_COMPLETE')
  expect(statuses(it).map((line) => line.split(' ')[1])).toEqual(Array(3).fill('UPDATE_ROLLBACK_COMPLETE'))
  expect(await it.story('root')).toContain(
    `Middle UPDATE_FAILED: Embedded stack ${nameable(it, 'Middle')} was not successfully updated. ` +
      'Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: The following resource(s) failed to update: [Leaf].',
  )
  expect(await update(it, family(it, 5))).toBe('UPDATE_COMPLETE')
})

test('a nested stack that was updated goes back when something beside it fails', async () => {
  const it = simulatedAccount([fails('Late')])
  await create(it, family(it, 0))
  const late = { Late: { Type: 'AWS::SNS::Topic', DependsOn: 'Middle' } }
  expect(await update(it, family(it, 5, late))).toBe('UPDATE_ROLLBACK_COMPLETE')
  expect(statuses(it).map((line) => line.split(' ')[1])).toEqual(Array(3).fill('UPDATE_ROLLBACK_COMPLETE'))
  const queues = Object.values(it.simulator.inspect().resources).filter(({ type }) => type === 'AWS::SQS::Queue')
  expect(queues.map(({ properties }) => properties['DelaySeconds'])).toEqual([0])
})

test('a nested stack that is being updated is cancelled when something beside it fails', async () => {
  const it = simulatedAccount([fails('Late')])
  await create(it, family(it, 0))
  expect(await update(it, family(it, 5, { Late: { Type: 'AWS::SNS::Topic' } }))).toBe('UPDATE_ROLLBACK_COMPLETE')
  expect(await it.story('root')).toContain('Middle UPDATE_FAILED: Resource update cancelled')
  expect(statuses(it).every((line) => !line.endsWith('IN_PROGRESS'))).toBe(true)
})

test('a nested stack that leaves the template is deleted in the clean-up', async () => {
  const it = simulatedAccount()
  await create(it, family(it, 0))
  expect(await update(it, { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } })).toBe('UPDATE_COMPLETE')
  expect(statuses(it).map((line) => line.split(' ')[1])).toEqual([
    'UPDATE_COMPLETE',
    'DELETE_COMPLETE',
    'DELETE_COMPLETE',
  ])
})

test('a deletion that fails in the leaf fails in every parent, and can be repeated', async () => {
  const it = simulatedAccount([fails('Queue', { action: 'delete' })])
  await create(it, family(it))
  await it.client().send(new DeleteStackCommand({ StackName: 'root' }))
  const { StackId = '', StackStatus } = await it.settled('root')
  expect(StackStatus).toBe('DELETE_FAILED')
  expect(await it.story('root')).toContain(
    `Middle DELETE_FAILED: Embedded stack ${nameable(it, 'Middle')} was not successfully deleted: The following resource(s) failed to delete: [Leaf].`,
  )
  await it.client().send(new DeleteStackCommand({ StackName: 'root' }))
  expect((await it.settled(StackId)).StackStatus).toBe('DELETE_COMPLETE')
  expect(it.simulator.inspect().resources).toEqual({})
})

test('a nested template that is not in the bucket, or in a bucket of another region, is refused in S3 words', async () => {
  const it = simulatedAccount()
  const nested = (TemplateURL: string) => ({
    Resources: { Child: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL } } },
  })
  const failed = async (url: string): Promise<string | undefined> => {
    await create(it, nested(url), { OnFailure: 'DELETE' })
    const root = Object.values(it.simulator.inspect().stacks).at(-1)
    return root?.events.find(({ status }) => status === 'CREATE_FAILED')?.reason
  }
  const here = it.upload('x.json', leaf(0))
  const west = it.upload('x.json', leaf(0), 'us-west-2')
  expect(await failed(here.replace('x.json', 'y.json'))).toContain('S3 error: The specified key does not exist.')
  expect(await failed(here.replace('templates', 'nothing'))).toContain('S3 error: The specified bucket does not exist')
  expect(await failed(west)).toContain('must be addressed using the specified endpoint')
  expect(await failed('http://example.com/x')).toBe('TemplateURL must be a supported URL.')
  expect(await failed(here)).toBe('Parameters: [Name] must have values')
})

test('a stack can be deleted while it is being created, its nested stacks with it', async () => {
  const it = simulatedAccount()
  const input = { StackName: 'root', TemplateBody: JSON.stringify(family(it)) }
  const { StackId = '' } = await it.client().send(new CreateStackCommand(input))
  await it.simulator.clock.sleep(20_000)
  await it.client().send(new DeleteStackCommand({ StackName: 'root' }))
  expect((await it.settled(StackId)).StackStatus).toBe('DELETE_COMPLETE')
  expect(statuses(it).map((line) => line.split(' ')[1])).toEqual(Array(3).fill('DELETE_COMPLETE'))
  expect(it.simulator.inspect().resources).toEqual({})
})

test('a leaf whose rollback fails holds the whole family until ContinueUpdateRollback on the root', async () => {
  const it = simulatedAccount([fails('Queue', { action: 'update' }), fails('Queue', { action: 'rollback' })])
  await create(it, family(it, 0))
  expect(await update(it, family(it, 5))).toBe('UPDATE_ROLLBACK_FAILED')
  expect(statuses(it).map((line) => line.split(' ')[1])).toEqual(Array(3).fill('UPDATE_ROLLBACK_FAILED'))
  const StackName = nameable(it, 'Leaf')
  await expect(it.client().send(new ContinueUpdateRollbackCommand({ StackName }))).rejects.toThrow('nested stack')
  await it.client().send(new ContinueUpdateRollbackCommand({ StackName: 'root' }))
  expect((await it.settled('root')).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE')
  expect(statuses(it).map((line) => line.split(' ')[1])).toEqual(Array(3).fill('UPDATE_ROLLBACK_COMPLETE'))
})
