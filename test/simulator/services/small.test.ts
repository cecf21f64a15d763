import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  paginateDescribeLogGroups,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  CreateServiceLinkedRoleCommand,
  GetRoleCommand,
  IAMClient,
  InvalidInputException,
  NoSuchEntityException,
} from '@aws-sdk/client-iam'
import {
  GetResourcesCommand,
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { describe, expect, test } from 'vitest'

import { answers as iam } from '../../../src/simulator/services/iam.ts'
import { answers as logs } from '../../../src/simulator/services/logs.ts'
import { answers as sts } from '../../../src/simulator/services/sts.ts'
import { answers as tagging } from '../../../src/simulator/services/tagging.ts'
import { cloudAtStart, region } from '../resources/region.ts'
import { client } from './clients.ts'

test('STS: the account is the simulated one', async () => {
  const who = await client(STSClient, cloudAtStart(), sts).send(new GetCallerIdentityCommand({}))
  expect(who).toMatchObject({ Account: '000000000000', Arn: expect.stringMatching(/^arn:aws:iam::000000000000:/) })
})

describe('IAM', () => {
  test('a service-linked role is made once, whether by a call or by a stack', async () => {
    const cloud = cloudAtStart()
    const roles = client(IAMClient, cloud, iam)
    const create = new CreateServiceLinkedRoleCommand({ AWSServiceName: 'replication.dynamodb.amazonaws.com' })
    const made = await roles.send(create)
    expect(made.Role?.RoleName).toBe('AWSServiceRoleForDynamoDBReplication')
    await expect(roles.send(create)).rejects.toBeInstanceOf(InvalidInputException)
    await expect(roles.send(create)).rejects.toThrow(/has been taken in this account/)
    const stack = region(cloud, 'us-east-1')
    const properties = { AWSServiceName: 'replication.dynamodb.amazonaws.com' }
    expect(() => stack.make('R', 'AWS::IAM::ServiceLinkedRole', properties)).toThrow('has been taken')
  })

  test('a role can be read from any region, with its path', async () => {
    const cloud = cloudAtStart()
    region(cloud, 'us-west-2').make('R', 'AWS::IAM::Role', { RoleName: 'one', Path: '/dr/' })
    const roles = client(IAMClient, cloud, iam)
    const { Role } = await roles.send(new GetRoleCommand({ RoleName: 'one' }))
    expect(Role?.Arn).toBe('arn:aws:iam::000000000000:role/dr/one')
    await expect(roles.send(new GetRoleCommand({ RoleName: 'none' }))).rejects.toBeInstanceOf(NoSuchEntityException)
  })
})

describe('log groups', () => {
  const setUp = () => {
    const cloud = cloudAtStart()
    const here = region(cloud, 'us-east-1')
    for (const name of ['/aws/lambda/one-pr1', '/aws/lambda/two-pr2', '/dr/three-pr1']) {
      here.make(name, 'AWS::Logs::LogGroup', { LogGroupName: name, RetentionInDays: '7' })
    }
    return { cloud, groups: client(CloudWatchLogsClient, cloud, logs) }
  }
  const namesOf = async (groups: CloudWatchLogsClient, input: object) => {
    const { logGroups } = await groups.send(new DescribeLogGroupsCommand(input))
    return logGroups?.map(({ logGroupName }) => logGroupName)
  }

  test('are found by prefix or by a part of their name, not by both', async () => {
    const { cloud, groups } = setUp()
    expect(await namesOf(groups, { logGroupNamePattern: 'pr1' })).toEqual(['/aws/lambda/one-pr1', '/dr/three-pr1'])
    expect(await namesOf(groups, { logGroupNamePrefix: '/dr/' })).toEqual(['/dr/three-pr1'])
    await expect(namesOf(groups, { logGroupNamePrefix: 'a', logGroupNamePattern: 'b' })).rejects.toThrow(
      'mutually exclusive',
    )
    expect(await namesOf(client(CloudWatchLogsClient, cloud, logs, 'us-west-2'), {})).toEqual([])
  })

  test('come page by page, with retention', async () => {
    const { groups } = setUp()
    const pages: unknown[] = []
    for await (const page of paginateDescribeLogGroups({ client: groups, pageSize: 2 }, {})) pages.push(page.logGroups)
    expect(pages).toMatchObject([[{ retentionInDays: 7 }, {}], [{}]])
  })

  test('can be deleted once', async () => {
    const { groups } = setUp()
    const drop = new DeleteLogGroupCommand({ logGroupName: '/dr/three-pr1' })
    await groups.send(drop)
    await expect(groups.send(drop)).rejects.toBeInstanceOf(ResourceNotFoundException)
  })
})

describe('tags (COMMON-02, COMMON-04)', () => {
  const find = async (cloud: ReturnType<typeof cloudAtStart>, from: string, size = 100) => {
    const tags = client(ResourceGroupsTaggingAPIClient, cloud, tagging, from)
    const TagFilters = [{ Key: 'EnvironmentSuffix', Values: ['pr1'] }, { Key: 'System' }]
    const arns: (string | undefined)[] = []
    for await (const page of paginateGetResources({ client: tags }, { TagFilters, ResourcesPerPage: size })) {
      for (const it of page.ResourceTagMappingList ?? []) arns.push(it.ResourceARN)
    }
    return arns
  }
  const pr1 = { EnvironmentSuffix: 'pr1', System: 'transactions' }

  test('resources are found by all their tags, in their region', async () => {
    const cloud = cloudAtStart()
    const here = region(cloud, 'us-east-1', 'app', pr1)
    here.make('Topic', 'AWS::SNS::Topic', { TopicName: 'one' })
    here.make('Policy', 'AWS::SNS::TopicPolicy', {})
    region(cloud, 'us-east-1', 'other', { ...pr1, EnvironmentSuffix: 'pr2' }).make('Topic', 'AWS::SNS::Topic', {
      TopicName: 'two',
    })
    region(cloud, 'us-east-1', 'bare').make('Topic', 'AWS::SNS::Topic', { TopicName: 'three' })
    region(cloud, 'us-west-2', 'app', pr1).make('Topic', 'AWS::SNS::Topic', { TopicName: 'four' })
    expect(await find(cloud, 'us-east-1')).toEqual(['arn:aws:sns:us-east-1:000000000000:one'])
    expect(await find(cloud, 'us-west-2')).toEqual(['arn:aws:sns:us-west-2:000000000000:four'])
  })

  test('global resources answer in us-east-1 only', async () => {
    const cloud = cloudAtStart()
    const id = region(cloud, 'us-west-2', 'dns', pr1).make('Zone', 'AWS::Route53::HostedZone', { Name: 'x.test' })
    expect(await find(cloud, 'us-east-1')).toEqual([`arn:aws:route53:::hostedzone/${id}`])
    expect(await find(cloud, 'us-west-2')).toEqual([])
  })

  test('a key that waits for its deletion still appears, until it is gone', async () => {
    const cloud = cloudAtStart()
    const here = region(cloud, 'us-east-1', 'app', pr1)
    const id = here.make('Key', 'AWS::KMS::Key', { PendingWindowInDays: 7 })
    here.drop('Key')
    expect(await find(cloud, 'us-east-1')).toEqual([`arn:aws:kms:us-east-1:000000000000:key/${id}`])
    cloud.now += 7 * 86_400_000
    expect(await find(cloud, 'us-east-1')).toEqual([])
  })

  test('a stack is found until it is deleted', async () => {
    const cloud = cloudAtStart()
    const { stack } = region(cloud, 'us-east-1', 'app', pr1).around('x')
    cloud.stacks[stack.id] = stack
    expect(await find(cloud, 'us-east-1')).toEqual([stack.id])
    stack.status = 'DELETE_COMPLETE'
    expect(await find(cloud, 'us-east-1')).toEqual([])
  })

  test('what is deleted is listed for a while longer, and once when it is made again (aws/aws-cli#8197)', async () => {
    const cloud = cloudAtStart()
    const here = region(cloud, 'us-east-1', 'app', pr1)
    const id = here.make('Vpc', 'AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' })
    here.make('Topic', 'AWS::SNS::Topic', { TopicName: 'one' })
    here.drop('Vpc')
    here.drop('Topic')
    const [topic, vpc] = ['arn:aws:sns:us-east-1:000000000000:one', `arn:aws:ec2:us-east-1:000000000000:vpc/${id}`]
    expect(await find(cloud, 'us-east-1')).toEqual([vpc, topic])
    here.make('Topic', 'AWS::SNS::Topic', { TopicName: 'one' })
    expect(await find(cloud, 'us-east-1')).toEqual([vpc, topic])
    here.drop('Topic')
    cloud.now += 20 * 60_000
    expect(await find(cloud, 'us-east-1')).toEqual([vpc])
    cloud.now += 60 * 60_000
    expect(await find(cloud, 'us-east-1')).toEqual([])
  })

  test('a deleted stack is listed for a while longer', async () => {
    const cloud = cloudAtStart()
    const { stack } = region(cloud, 'us-east-1', 'app', pr1).around('x')
    cloud.stacks[stack.id] = Object.assign(stack, { status: 'DELETE_COMPLETE', deletedAt: cloud.now })
    expect(await find(cloud, 'us-east-1')).toEqual([stack.id])
    cloud.now += 20 * 60_000
    expect(await find(cloud, 'us-east-1')).toEqual([])
  })

  test('come page by page; a filter names service and type, a service alone is refused', async () => {
    const cloud = cloudAtStart()
    const here = region(cloud, 'us-east-1', 'app', pr1)
    for (const name of ['a', 'b', 'c']) here.make(name, 'AWS::SNS::Topic', { TopicName: name })
    expect(await find(cloud, 'us-east-1', 2)).toHaveLength(3)
    const tags = client(ResourceGroupsTaggingAPIClient, cloud, tagging)
    here.make('Alarm', 'AWS::CloudWatch::Alarm', { AlarmName: 'loud' })
    const alarms = await tags.send(new GetResourcesCommand({ ResourceTypeFilters: ['cloudwatch:alarm'] }))
    expect(alarms.ResourceTagMappingList?.map(({ ResourceARN }) => ResourceARN)).toEqual([
      'arn:aws:cloudwatch:us-east-1:000000000000:alarm:loud',
    ])
    await expect(tags.send(new GetResourcesCommand({ ResourceTypeFilters: ['sns'] }))).rejects.toThrow('not by sns')
  })
})
