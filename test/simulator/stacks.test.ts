import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation'
import { expect, test } from 'vitest'
import { simulatedAccount } from './account.ts'

const twoThings = {
  Parameters: { Name: { Type: 'String', Default: 'orders' } },
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::Sub': '${Name}-${Queue.QueueName}' } } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Name' } } },
  },
  Outputs: { TopicArn: { Value: { Ref: 'Topic' } } },
}

test('a stack is created, described and deleted through a real client in virtual time', async () => {
  const { client, settled, story, simulator } = simulatedAccount()
  const started = simulator.clock.now()
  const { StackId } = await client().send(
    new CreateStackCommand({ StackName: 'two', TemplateBody: JSON.stringify(twoThings) }),
  )
  const stack = await settled('two')
  expect(stack).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    Outputs: [{ OutputKey: 'TopicArn', OutputValue: 'arn:aws:sns:us-east-1:000000000000:orders-orders' }],
    Parameters: [{ ParameterKey: 'Name', ParameterValue: 'orders' }],
  })
  expect(await story('two')).toEqual([
    'two CREATE_IN_PROGRESS: User Initiated',
    'Queue CREATE_IN_PROGRESS',
    'Queue CREATE_IN_PROGRESS: Resource creation Initiated',
    'Queue CREATE_COMPLETE',
    'Topic CREATE_IN_PROGRESS',
    'Topic CREATE_IN_PROGRESS: Resource creation Initiated',
    'Topic CREATE_COMPLETE',
    'two CREATE_COMPLETE',
  ])
  expect(simulator.clock.now() - started).toBeGreaterThan(60_000)
  await client().send(new DeleteStackCommand({ StackName: 'two' }))
  expect(await settled(StackId ?? '')).toMatchObject({ StackStatus: 'DELETE_COMPLETE' })
  await expect(client().send(new DescribeStacksCommand({ StackName: 'two' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id two does not exist',
  })
  expect(Object.keys(simulator.inspect().resources)).toEqual([])
})

test('events come newest first in pages that new events do not shift', async () => {
  const { client, settled } = simulatedAccount()
  const topics = Array.from({ length: 50 }, (_, index) => [`Topic${index}`, { Type: 'AWS::SNS::Topic' }])
  const TemplateBody = JSON.stringify({ Resources: Object.fromEntries(topics) as object })
  await client().send(new CreateStackCommand({ StackName: 'many', TemplateBody }))
  await settled('many')
  const first = await client().send(new DescribeStackEventsCommand({ StackName: 'many' }))
  await client().send(new DeleteStackCommand({ StackName: 'many' }))
  const second = await client().send(new DescribeStackEventsCommand({ StackName: 'many', NextToken: first.NextToken }))
  const ids = [...(first.StackEvents ?? []), ...(second.StackEvents ?? [])].map(({ EventId }) => EventId)
  expect(new Set(ids).size).toBe(152)
  expect(first.StackEvents?.[0]).toMatchObject({ LogicalResourceId: 'many', ResourceStatus: 'CREATE_COMPLETE' })
})
