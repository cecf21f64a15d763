// Requirements of the transactions system on what is deployed, found through the outputs file.
import { beforeEach, describe, expect, test } from 'vitest'
import { accountWorld } from './account.ts'
import { transactions } from './checks/transactions.ts'
import { deployed } from './deployment.ts'
import { all, goesRed, output, sides } from './world.ts'

const deployment = await deployed()
const world = accountWorld(deployment)
const { stacks, stackSets, outputs, suffix, account, regions } = world
const stages = ['foundation', 'data', 'app', 'dns']

beforeEach(({ task }) => {
  Object.assign(task.meta, { target: deployment.target })
})

for (const { ids, rule, holds } of transactions) test(`${ids} ${rule}`, () => holds(world))

describe('a check goes red when what is deployed breaks its rule', () => {
  for (const check of transactions) test(`broken: ${check.ids} ${check.rule}`, () => goesRed(check, world))
})

test('TXN-01 CloudFormation holds JSON, in every stack and stack set', () => {
  expect(stacks.length).toBeGreaterThan(stackSets.length * 2)
  for (const { name, template } of [...stacks, ...stackSets])
    expect(JSON.parse(template), name).toMatchObject({ Resources: expect.any(Object) as object })
})

test('TXN-02 every stage is current in both regions', () => {
  expect(stackSets.map(({ name }) => name).sort()).toEqual(stages.map((it) => `dr-transactions-${it}-${suffix}`).sort())
  for (const { name, instances } of stackSets) {
    expect(new Set(instances.map(({ region }) => region)), name).toEqual(new Set(Object.values(regions)))
    for (const instance of instances) expect(instance, name).toMatchObject({ account, status: 'CURRENT' })
  }
})

test('TXN-10 the table exists in both regions', () => {
  for (const side of sides)
    expect(all(world, 'AWS::DynamoDB::GlobalTable', side).map(({ name }) => name)).toEqual([
      `transactions-table-${suffix}`,
    ])
})

test('TXN-48 TXN-49 TXN-50 TXN-51 TXN-52 outputs have the form of what they name', () => {
  const id = '[0-9a-f]{17}'
  for (const side of sides) {
    const at = `${regions[side]}:${account}`
    const forms: Record<string, RegExp> = {
      VpcId: new RegExp(`^vpc-${id}$`),
      PrivateSubnetIds: new RegExp(`^subnet-${id},subnet-${id},subnet-${id}$`),
      KeyId: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      KeyArn: new RegExp(`^arn:aws:kms:${at}:key/${output(world, side, 'KeyId')}$`),
      AlertTopicArn: new RegExp(`^arn:aws:sns:${at}:dr-alerts-${suffix}$`),
      TransactionTableName: new RegExp(`^transactions-table-${suffix}$`),
      BucketName: new RegExp(`^documents-${suffix}-${account}-${regions[side]}$`),
      FunctionName: new RegExp(`^transaction-processor-${suffix}$`),
      FunctionArn: new RegExp(`^arn:aws:lambda:${at}:function:transaction-processor-${suffix}$`),
      ApiHost: new RegExp(`^[a-z0-9]{10}\\.execute-api\\.${regions[side]}\\.amazonaws\\.com$`),
      LogGroupName: new RegExp(`^/aws/lambda/transaction-processor-${suffix}$`),
      PeeringConnectionId: new RegExp(`^pcx-${id}$`),
    }
    for (const [name, form] of Object.entries(forms)) expect(output(world, side, name), side + name).toMatch(form)
  }
  expect(outputs.HostedZoneId).toMatch(/^Z[A-Z0-9]{10,31}$/)
})

test('TXN-56 the stages are stack sets of the failover region, their roots compose nested stacks', () => {
  expect(new Set(stackSets.map(({ region }) => region))).toEqual(new Set([regions.failover]))
  const roots = stacks.filter(({ parentId }) => parentId === undefined)
  expect(roots).toHaveLength(stages.length * 2)
  for (const root of roots) expect(stacks.filter((it) => it.parentId === root.id).length, root.name).toBeGreaterThan(0)
})
