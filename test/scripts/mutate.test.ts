// What judges rights that are taken away, shown on one small role: npm run mutate -- --only rights.
import { describe, expect, test } from 'vitest'
import { mutantsOf } from '../mutants/execution.ts'
import type { Need } from '../../src/lib/rights/needs.ts'
import type { Statement } from '../../src/lib/rights/statements.ts'
import { judgeAll, type Reason } from '../mutants/rights.ts'
import { mutantsIn } from '../mutants/services.ts'
import { registry } from '../rights/registry.ts'
import type { Question } from '../../src/simulator/rights/policies.ts'
import type { Cloud } from '../../src/simulator/state.ts'
import { emptyCloud } from '../../src/simulator/store.ts'

const [table, other] = ['one', 'two'].map((name) => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`)

/** An account with one role of Lambda. */
function withRole(): Cloud {
  const cloud = emptyCloud(0)
  const Statement = [
    { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: [table, other] },
    { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' },
  ]
  cloud.resources['global|AWS::IAM::Role|mine'] = {
    type: 'AWS::IAM::Role',
    physicalId: 'mine',
    region: 'global',
    properties: {
      RoleName: 'mine',
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }] },
      Policies: [{ PolicyName: 'use', PolicyDocument: { Statement } }],
    } as never,
    attributes: {},
    tags: {},
    createdAt: 0,
  }
  return cloud
}

const question = (action: string, resource = ''): Question => ({
  role: 'mine',
  action,
  resource,
  context: {},
  allowed: true,
})
const judge = (questions: Question[], reasons: Reason[] = []) => judgeAll(mutantsIn(withRole(), questions), reasons)

const publish = question('sns:Publish', 'arn:aws:sns:us-east-1:000000000000:topic')
const all = [question('dynamodb:GetItem', table), question('dynamodb:PutItem', other), publish]

describe('a right that is taken away', () => {
  test('is noticed where somebody asks for it: each statement, action and resource', () => {
    expect(judge(all)).toEqual({ killed: 6, total: 6, explained: [], survivors: [], idle: [] })
  })

  test('survives where nobody does, and is named', () => {
    const { killed, survivors } = judge([question('dynamodb:GetItem', table), publish])
    expect(killed).toBe(4)
    expect(survivors).toEqual([
      expect.stringMatching(/^mine: action dynamodb:PutItem of statement 1 of use/),
      expect.stringMatching(/^mine: resource .*table\/two of statement 1 of use/),
    ])
  })

  test('may survive for a reason, and a reason that explains nothing is told', () => {
    const why = { why: 'a test', source: 'https://docs.aws.amazon.com/' }
    const reasons = [
      { subject: /PutItem|table\/two/, ...why },
      { subject: /sns:Publish/, ...why },
    ]
    const { explained, survivors, idle } = judge([question('dynamodb:GetItem', table), publish], reasons)
    expect(explained).toHaveLength(2)
    expect(survivors).toEqual([])
    expect(idle).toEqual(['/sns:Publish/'])
  })
})

describe('a right of the execution role that is taken away', () => {
  const queue = 'arn:aws:sqs:us-east-1:000000000000:jobs'
  const statements: Statement[] = [
    { actions: ['sqs:CreateQueue', 'sqs:Idle'], resources: [queue], context: {} },
    {
      actions: ['iam:PassRole'],
      resources: ['*'],
      context: { 'iam:PassedToService': ['lambda.amazonaws.com', 'ecs.amazonaws.com'] },
    },
  ]
  const asked: Pick<Need, 'action' | 'on' | 'context'>[] = [
    { action: 'sqs:CreateQueue', on: queue, context: {} },
    { action: 'iam:PassRole', on: 'role', context: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
  ]

  test('is noticed by an act, or by the permissions of a type; an idle one survives', () => {
    const { survivors, total } = judgeAll(mutantsOf('dr-rights-x', statements, asked, []), [])
    expect(total).toBe(9)
    expect(survivors).toEqual([
      expect.stringMatching(/^dr-rights-x: action sqs:Idle of statement 1/),
      expect.stringMatching(/^dr-rights-x: iam:PassedToService ecs\.amazonaws\.com of statement 2/),
    ])
  })

  test.skipIf(registry === undefined)('is noticed by the schema of a type without any act', () => {
    const untagged = [{ actions: ['sqs:UntagQueue'], resources: [queue], context: {} }]
    const killed = (types: string[]): number => judgeAll(mutantsOf('x', untagged, [], types), []).killed
    expect(killed(['AWS::SQS::Queue'])).toBe(2)
    expect(killed(['AWS::SNS::Topic'])).toBe(0)
  })
})
