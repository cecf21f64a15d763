// What AWS refuses of a call's input is refused here too, before anything changes.
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { describe, expect, test } from 'vitest'

import { answers as cloudwatch } from '../../../src/simulator/services/cloudwatch.ts'
import { answers as dynamodb } from '../../../src/simulator/services/dynamodb.ts'
import { answers as secrets } from '../../../src/simulator/services/secretsmanager.ts'
import { answers as sns } from '../../../src/simulator/services/sns.ts'
import { cloudAtStart, region } from '../resources/region.ts'
import { client } from './clients.ts'

type Key = Record<string, AttributeValue>

describe('DynamoDB', () => {
  const setUp = () => {
    const cloud = cloudAtStart()
    const here = region(cloud, 'us-east-1')
    for (const name of ['one', 'two'])
      here.make(name, 'AWS::DynamoDB::GlobalTable', {
        TableName: name,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        Replicas: [{ Region: 'us-east-1' }],
      })
    return client(DynamoDBClient, cloud, dynamodb)
  }
  const ids = (count: number) => Array.from({ length: count }, (_, at) => ({ id: { S: `${at}` } }))
  const puts = (count: number) => ids(count).map((Item) => ({ PutRequest: { Item } }))

  test('a batch holds so many items over all its tables, and none of them twice', async () => {
    const tables = setUp()
    const write = (one: WriteRequest[], two: WriteRequest[] = []) =>
      tables.send(new BatchWriteItemCommand({ RequestItems: two.length > 0 ? { one, two } : { one } }))
    await expect(write(puts(13), puts(12))).resolves.toBeDefined()
    await expect(write(puts(13), puts(13))).rejects.toThrow('Too many items requested')
    await expect(write([...puts(2), { DeleteRequest: { Key: ids(1)[0] } }])).rejects.toThrow('contains duplicates')
    const read = (one: Key[], two: Key[] = []) =>
      tables.send(new BatchGetItemCommand({ RequestItems: { one: { Keys: one }, two: { Keys: two } } }))
    await expect(read(ids(50), ids(50))).resolves.toBeDefined()
    await expect(read(ids(51), ids(50))).rejects.toThrow('Too many items requested')
    await expect(read([...ids(1), ...ids(1)])).rejects.toThrow('Provided list of item keys contains duplicates')
  })

  test('a condition is not passed over', async () => {
    const put = new PutItemCommand({
      TableName: 'one',
      Item: ids(1)[0],
      ConditionExpression: 'attribute_not_exists(id)',
    })
    await expect(setUp().send(put)).rejects.toThrow('the simulated DynamoDB knows no conditions')
  })
})

test('Secrets Manager: another version than the current one is not there', async () => {
  const cloud = cloudAtStart()
  const manager = client(SecretsManagerClient, cloud, secrets)
  cloud.secrets['us-east-1|s'] = {
    name: 's',
    region: 'us-east-1',
    arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:s-abcdef',
    createdAt: 0,
    value: 'v',
    versionId: 'v1',
    tags: {},
    replicas: {},
  }
  const get = (more: object = {}) => manager.send(new GetSecretValueCommand({ SecretId: 's', ...more }))
  expect(await get({ VersionStage: 'AWSCURRENT', VersionId: 'v1' })).toMatchObject({ SecretString: 'v' })
  await expect(get({ VersionStage: 'AWSPENDING' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
  })
  await expect(get({ VersionId: 'v2' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('SNS: a message says something, under a subject of less than 100 characters in one line', () => {
  const cloud = cloudAtStart()
  const TopicArn = region(cloud, 'us-east-1').make('T', 'AWS::SNS::Topic', { TopicName: 't' })
  const call = { cloud, faults: [], region: 'us-east-1', now: cloud.now }
  const publish = (more: object) => () => sns['PublishCommand']?.({ TopicArn, Message: 'm', ...more } as never, call)
  for (const fine of [{}, { Subject: 'x'.repeat(99) }]) expect(publish(fine)).not.toThrow()
  expect(publish({ Message: '' })).toThrow('Invalid parameter: Empty message')
  for (const Subject of ['x'.repeat(100), 'one\ntwo'])
    expect(publish({ Subject })).toThrow('Invalid parameter: Subject')
})

test('CloudWatch: alarms are asked for by their names or by what they begin with, a hundred at most', async () => {
  const alarms = client(CloudWatchClient, cloudAtStart(), cloudwatch)
  const ask = (input: object) => alarms.send(new DescribeAlarmsCommand(input))
  await expect(ask({ AlarmNames: ['a'], MaxRecords: 100 })).resolves.toBeDefined()
  await expect(ask({ AlarmNames: ['a'], AlarmNamePrefix: 'a' })).rejects.toMatchObject({ name: 'ValidationError' })
  await expect(ask({ AlarmNames: Array.from({ length: 101 }, String) })).rejects.toMatchObject({
    name: 'ValidationError',
  })
  await expect(ask({ MaxRecords: 101 })).rejects.toMatchObject({ name: 'ValidationError' })
})
