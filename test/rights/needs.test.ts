// What one resource needs, and how a gap is told.
import { describe, expect, test } from 'vitest'
import { needsOf, type Need, type Place } from '../../src/lib/rights/needs.ts'
import type { Value } from '../../src/lib/core/model.ts'

const place: Place = { partition: 'aws', region: 'eu-west-1', account: '111122223333', unnamed: 'StackSet-dr-*' }
const needs = (type: string, properties: Record<string, Value> = {}): Need[] =>
  needsOf({ type, properties }, place) ?? []
const on = (all: Need[], action: string): string[] => all.filter((it) => it.action === action).map((it) => it.on)

describe('the ARN of a need', () => {
  test('has the name of the resource, or the one that CloudFormation makes', () => {
    expect(on(needs('AWS::SQS::Queue', { QueueName: 'jobs' }), 'sqs:CreateQueue')).toEqual([
      'arn:aws:sqs:eu-west-1:111122223333:jobs',
    ])
    expect(on(needs('AWS::SQS::Queue'), 'sqs:CreateQueue')).toEqual([
      'arn:aws:sqs:eu-west-1:111122223333:StackSet-dr-*',
    ])
  })

  test.each([
    [
      'AWS::Lambda::Permission',
      { FunctionName: 'arn:aws:lambda:eu-west-1:1:function:f' },
      'lambda:AddPermission',
      'function:f',
    ],
    ['AWS::Lambda::Permission', { FunctionName: 'f' }, 'lambda:AddPermission', 'function:f'],
    ['AWS::SQS::QueuePolicy', { Queues: ['https://sqs.eu-west-1.amazonaws.com/1/q'] }, 'sqs:SetQueueAttributes', 'q'],
    ['AWS::SNS::TopicPolicy', { Topics: ['arn:aws:sns:eu-west-1:1:t'] }, 'sns:SetTopicAttributes', 't'],
    ['AWS::IAM::Role', { RoleName: 'r', Path: '/dr/' }, 'iam:CreateRole', 'role/dr/r'],
    ['AWS::IAM::Role', { RoleName: 'r' }, 'iam:CreateRole', 'role/r'],
    ['AWS::Events::Rule', { Name: 'r', EventBusName: 'b' }, 'events:PutRule', 'rule/b/r'],
    ['AWS::Events::Rule', { Name: 'r' }, 'events:PutRule', 'rule/r'],
  ])('of %s %j for %s ends with %s', (type, properties, action, end) => {
    const [arn = ''] = on(needs(type, properties), action)
    expect(arn.split(':').slice(5).join(':')).toBe(end)
  })

  test('is the value itself where a role is passed on, with the service that gets it', () => {
    const role = 'arn:aws:iam::111122223333:role/dr/f'
    const passed = needs('AWS::Lambda::Function', { FunctionName: 'f', Role: role }).filter(
      ({ action }) => action === 'iam:PassRole',
    )
    expect(passed).toMatchObject([
      { on: role, context: { 'iam:PassedToService': 'lambda.amazonaws.com' }, because: 'Role' },
    ])
  })

  test('is one for each element of a list', () => {
    const Targets = ['a', 'b'].map((name) => ({ RoleArn: `arn:aws:iam::1:role/${name}` }))
    expect(on(needs('AWS::Events::Rule', { Name: 'r', Targets }), 'iam:PassRole')).toEqual(
      Targets.map(({ RoleArn }) => RoleArn),
    )
  })
})

describe('a need that depends on a property', () => {
  test('names the property, and is there only where the property is set', () => {
    const managed = needs('AWS::RDS::DBCluster', { DBClusterIdentifier: 'c', ManageMasterUserPassword: true })
    expect(managed.find(({ action }) => action === 'secretsmanager:CreateSecret')).toMatchObject({
      because: 'ManageMasterUserPassword',
      handlers: ['create', 'update'],
    })
    expect(on(needs('AWS::RDS::DBCluster', { DBClusterIdentifier: 'c' }), 'secretsmanager:CreateSecret')).toEqual([])
  })

  test('looks for a text in its value', () => {
    const target = (ServiceNamespace: string): string[] =>
      on(
        needs('AWS::ApplicationAutoScaling::ScalableTarget', { ServiceNamespace, ResourceId: 'cluster:c' }),
        'rds:DeleteDBInstance',
      )
    expect(target('ecs')).toEqual([])
    expect(target('rds')).toEqual(['arn:aws:rds:eu-west-1:111122223333:db:'])
  })
})

test('reads what dynamic references name with the rights of the stack', () => {
  const all = needs('AWS::RDS::DBInstance', {
    MasterUserPassword: '{{resolve:secretsmanager:dr/x/pr1/database:SecretString:password}}',
    DBName: '{{resolve:ssm:/app/name}}',
  })
  expect(on(all, 'secretsmanager:GetSecretValue')).toEqual([
    'arn:aws:secretsmanager:eu-west-1:111122223333:secret:dr/x/pr1/database-*',
  ])
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:x-a1b2c3'
  expect(
    on(
      needs('AWS::RDS::DBInstance', { DBName: `{{resolve:secretsmanager:${arn}:SecretString:name}}` }),
      'secretsmanager:GetSecretValue',
    ),
  ).toEqual([arn])
  expect(on(all, 'ssm:GetParameters')).toEqual(['arn:aws:ssm:eu-west-1:111122223333:parameter/app/name'])
})

test('calls the function of a custom resource', () => {
  const ServiceToken = 'arn:aws:lambda:eu-west-1:111122223333:function:f'
  expect(needs('Custom::Thing', { ServiceToken })).toMatchObject([
    { action: 'lambda:InvokeFunction', on: ServiceToken },
  ])
})

test('knows nothing of a type without facts, and asks nothing for nested stacks', () => {
  expect(needsOf({ type: 'AWS::Timestream::Table', properties: {} }, place)).toBeUndefined()
  expect(needs('AWS::CloudFormation::Stack')).toEqual([])
})
