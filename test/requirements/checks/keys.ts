// Encryption keys, topics and roles of the transactions system.
import { expect } from 'vitest'
import {
  all,
  get,
  list,
  meant,
  one,
  output,
  remove,
  set,
  sides,
  type Check,
  type Item,
  type Side,
  type World,
} from '../world.ts'
import { trust } from '../policies.ts'
import { keysOf } from '../encryption.ts'
import { processorRole } from './compute.ts'

const key = (world: World, side: Side): Item => one(world, 'AWS::KMS::Key', side)
const topic = (world: World, side: Side): Item =>
  one(world, 'AWS::SNS::Topic', side, { TopicName: `dr-alerts-${world.suffix}` })
const manager = (world: World): Item => meant(world, 'AWS::IAM::Role', world.outputs.TableManagementRoleArn)

export const keys: Check[] = [
  {
    ids: 'TXN-05 TXN-29',
    rule: 'each region has one key of its own',
    holds: (world) => {
      for (const side of sides) expect(key(world, side).is(output(world, side, 'KeyArn'))).toBe(true)
      expect(output(world, 'primary', 'KeyArn')).not.toBe(output(world, 'failover', 'KeyArn'))
    },
    breaks: (world) => remove(world, key(world, 'failover')),
  },
  {
    ids: 'TXN-30',
    rule: 'the key is alias/transaction-encryption-<suffix> in both regions',
    holds: (world) => {
      for (const side of sides) {
        const alias = one(world, 'AWS::KMS::Alias', side)
        expect(get(alias, 'AliasName')).toBe(`alias/transaction-encryption-${world.suffix}`)
        expect(key(world, side).is(get(alias, 'TargetKeyId'))).toBe(true)
      }
    },
    breaks: (world) => set(one(world, 'AWS::KMS::Alias', 'primary'), 'AliasName', 'alias/transaction-encryption'),
  },
  {
    ids: 'TXN-31',
    rule: 'keys rotate by themselves',
    holds: (world) => {
      for (const side of sides) expect(get(key(world, side), 'EnableKeyRotation')).toBe(true)
    },
    breaks: (world) => set(key(world, 'failover'), 'EnableKeyRotation', false),
  },
  {
    ids: 'TXN-33',
    rule: 'table, documents, topics, streams, log groups and functions use the key of their region',
    holds: (world) => {
      const types = new Set<string>()
      for (const item of world.items)
        for (const { region, key: used } of keysOf(world, item)) {
          types.add(item.type)
          const side = region === world.regions.primary ? 'primary' : 'failover'
          expect(key(world, side).is(used), `${item.name} uses ${JSON.stringify(used)}`).toBe(true)
        }
      expect([...types].sort()).toEqual([
        'AWS::DynamoDB::GlobalTable',
        'AWS::Kinesis::Stream',
        'AWS::Lambda::Function',
        'AWS::Logs::LogGroup',
        'AWS::S3::Bucket',
        'AWS::SNS::Topic',
      ])
    },
    breaks: (world) => set(all(world, 'AWS::Logs::LogGroup', 'failover')[0]!, 'KmsKeyId', undefined),
  },
  {
    ids: 'TXN-39 TXN-40',
    rule: 'each region has the topic dr-alerts-<suffix>',
    holds: (world) => {
      for (const side of sides) expect(topic(world, side).is(output(world, side, 'AlertTopicArn'))).toBe(true)
    },
    breaks: (world) => set(topic(world, 'failover'), 'TopicName', 'dr-alerts'),
  },
  {
    ids: 'TXN-41',
    rule: 'alarms may publish to the topic and use the key that encrypts it',
    holds: (world) => {
      for (const side of sides) {
        expect(key(world, side).is(get(topic(world, side), 'KmsMasterKeyId'))).toBe(true)
        expect(lets(list(key(world, side), 'KeyPolicy.Statement'))).toEqual(['kms:Decrypt', 'kms:GenerateDataKey*'])
        const policy = all(world, 'AWS::SNS::TopicPolicy', side).find((it) =>
          list(it, 'Topics').some((arn) => topic(world, side).is(arn)),
        )
        expect(lets(list(policy, 'PolicyDocument.Statement'))).toEqual(['sns:Publish'])
      }
    },
    breaks: (world) => remove(world, one(world, 'AWS::SNS::TopicPolicy', 'primary')),
  },
  {
    ids: 'TXN-42',
    rule: 'the role for table management can be assumed from both regions, by this account only',
    holds: (world) => {
      const statements = trust(manager(world)).filter((it) => get(it, 'Action') === 'sts:AssumeRole')
      expect(statements.length).toBeGreaterThan(0)
      for (const statement of statements) {
        const text = JSON.stringify(statement)
        for (const side of sides) expect(text, `trusts ${side}`).toContain(world.regions[side])
        expect(text).toContain(world.account)
        expect(get(statement, 'Condition')).toBeTypeOf('object')
      }
    },
    breaks: (world) =>
      set(manager(world), 'AssumeRolePolicyDocument.Statement', [
        { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]),
  },
  {
    ids: 'TXN-44',
    rule: 'function, replication and table management have a role each, which no other service may assume',
    holds: (world) => {
      const replication = meant(world, 'AWS::IAM::Role', world.outputs.ReplicationRoleArn)
      const functions = sides.map((side) => processorRole(world, side))
      const roles = [replication, manager(world), ...functions]
      expect(new Set(roles.map(({ name }) => name)).size).toBe(4)
      const services = (role: Item) => trust(role).flatMap((it) => list(it, 'Principal.Service'))
      expect(services(replication)).toEqual(['s3.amazonaws.com'])
      expect(services(manager(world))).toEqual(['ssm.amazonaws.com'])
      for (const role of functions) expect(services(role)).toEqual(['lambda.amazonaws.com'])
    },
    breaks: (world) => {
      world.outputs.TableManagementRoleArn = world.outputs.ReplicationRoleArn as string
    },
  },
]

/** What statements let CloudWatch alarms of the own account do. */
const lets = (statements: ReturnType<typeof list>): unknown[] =>
  statements
    .filter((it) => get(it, 'Effect') === 'Allow' && list(it, 'Principal.Service').includes('cloudwatch.amazonaws.com'))
    .filter((it) => get(it, 'Condition.StringEquals.aws:SourceAccount') !== undefined)
    .flatMap((it) => list(it, 'Action'))
