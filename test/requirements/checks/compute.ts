// The function that accepts transactions: the same in both regions, told apart only by its environment.
import { expect } from 'vitest'
import {
  get,
  list,
  meant,
  one,
  output,
  peer,
  set,
  sides,
  texts,
  type Check,
  type Item,
  type Side,
  type World,
} from '../world.ts'
import { allows, statements } from '../policies.ts'

export const processor = (world: World, side: Side): Item =>
  one(world, 'AWS::Lambda::Function', side, { FunctionName: `transaction-processor-${world.suffix}` })

export const processorRole = (world: World, side: Side): Item =>
  meant(world, 'AWS::IAM::Role', get(processor(world, side), 'Role'))

/** A folder in the templates, the content's hash where it is deployed; buckets differ by region. */
const code = (item: Item | undefined) => get(item, 'Code.S3Key') ?? get(item, 'Code')

export const compute: Check[] = [
  {
    ids: 'TXN-23',
    rule: 'both regions run the same code behind an API',
    holds: (world) => {
      const [here, there] = sides.map((side) => processor(world, side))
      for (const property of ['Handler', 'Runtime', 'MemorySize', 'Timeout'])
        expect(get(here, property), property).toEqual(get(there, property))
      expect(code(here)).toEqual(code(there))
      for (const side of sides)
        expect(
          processor(world, side).is(get(one(world, 'AWS::ApiGatewayV2::Integration', side), 'IntegrationUri')),
        ).toBe(true)
    },
    breaks: (world) => set(processor(world, 'failover'), 'Code', { S3Key: 'functions/another.zip' }),
  },
  {
    ids: 'TXN-24',
    rule: 'the environment names the role of the region, its peer, the table and the bucket',
    holds: (world) => {
      for (const side of sides)
        expect(get(processor(world, side), 'Environment.Variables')).toEqual({
          REGION_ROLE: side,
          PEER_REGION: world.regions[peer(side)],
          TABLE_NAME: `transactions-table-${world.suffix}`,
          BUCKET_NAME: output(world, side, 'BucketName'),
        })
    },
    breaks: (world) =>
      set(processor(world, 'failover'), 'Environment.Variables.BUCKET_NAME', output(world, 'primary', 'BucketName')),
  },
  {
    ids: 'TXN-25',
    rule: 'at least 100 concurrent executions are reserved',
    holds: (world) => {
      for (const side of sides)
        expect(Number(get(processor(world, side), 'ReservedConcurrentExecutions'))).toBeGreaterThanOrEqual(100)
    },
    breaks: (world) => set(processor(world, 'primary'), 'ReservedConcurrentExecutions', '99'),
  },
  {
    ids: 'TXN-26',
    rule: 'the runtime is a Node.js that Lambda still accepts',
    holds: (world) => {
      for (const side of sides) expect(['nodejs22.x', 'nodejs24.x']).toContain(get(processor(world, side), 'Runtime'))
    },
    breaks: (world) => set(processor(world, 'primary'), 'Runtime', 'nodejs18.x'),
  },
  {
    ids: 'TXN-27',
    rule: 'the function is transaction-processor-<suffix> in both regions',
    holds: (world) => {
      for (const side of sides)
        expect(output(world, side, 'FunctionName')).toBe(`transaction-processor-${world.suffix}`)
      for (const side of sides) processor(world, side)
    },
    breaks: (world) => set(processor(world, 'failover'), 'FunctionName', 'transaction-processor'),
  },
  {
    ids: 'TXN-28',
    rule: 'its role may write to the table, the bucket and the key of its region',
    holds: (world) => {
      for (const side of sides) {
        const role = processorRole(world, side)
        const at = `${world.regions[side]}:${world.account}`
        expect(allows(role, 'dynamodb:PutItem')).toEqual([
          `arn:aws:dynamodb:${at}:table/transactions-table-${world.suffix}`,
        ])
        expect(allows(role, 's3:PutObject')).toEqual([
          `arn:aws:s3:::${output(world, side, 'BucketName')}/transactions/*`,
        ])
        expect(allows(role, 'kms:GenerateDataKey')).toEqual([output(world, side, 'KeyArn')])
      }
    },
    breaks: (world) => set(processorRole(world, 'primary'), 'Policies.0.PolicyDocument.Statement.1.Resource', '*'),
  },
  {
    ids: 'TXN-32',
    rule: 'the function may use the key, by its role and because the key leaves it to IAM',
    holds: (world) => {
      for (const side of sides) {
        const role = processorRole(world, side)
        for (const action of ['kms:Decrypt', 'kms:GenerateDataKey'])
          expect(allows(role, action)).toEqual([output(world, side, 'KeyArn')])
        expect(list(one(world, 'AWS::KMS::Key', side), 'KeyPolicy.Statement')).toContainEqual(
          expect.objectContaining({
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${world.account}:root` },
            Action: 'kms:*',
          }),
        )
      }
    },
    breaks: (world) => set(one(world, 'AWS::KMS::Key', 'failover'), 'KeyPolicy.Statement', []),
  },
  {
    ids: 'TXN-43',
    rule: 'the role of the function allows no wildcard action, and all resources only to Lambda itself',
    holds: (world) => {
      for (const side of sides)
        for (const statement of statements(processorRole(world, side))) {
          expect(texts(statement, 'Action').filter((action) => action.includes('*'))).toEqual([])
          if (!list(statement, 'Resource').includes('*')) continue
          expect(get(statement, 'Condition')).toEqual({ Null: { 'lambda:SourceFunctionArn': 'true' } })
          expect(texts(statement, 'Action').filter((action) => !action.startsWith('ec2:'))).toEqual([])
        }
    },
    breaks: (world) =>
      set(processorRole(world, 'failover'), 'Policies.0.PolicyDocument.Statement.0.Action', 'dynamodb:*'),
  },
  {
    ids: 'TXN-63',
    rule: 'the function may run 60 seconds',
    holds: (world) => {
      for (const side of sides) expect(Number(get(processor(world, side), 'Timeout'))).toBe(60)
    },
    breaks: (world) => set(processor(world, 'primary'), 'Timeout', '3'),
  },
  {
    ids: 'TXN-64',
    rule: 'the function has at least 512 MB',
    holds: (world) => {
      for (const side of sides) expect(Number(get(processor(world, side), 'MemorySize'))).toBeGreaterThanOrEqual(512)
    },
    breaks: (world) => set(processor(world, 'failover'), 'MemorySize', '256'),
  },
]
