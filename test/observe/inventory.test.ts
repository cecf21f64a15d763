import { beforeEach, expect, test } from 'vitest'
import { type Held, remains } from '../../src/lib/observe/inventory.ts'
import { account, inEmptyFolder } from '../cloud.ts'

beforeEach(inEmptyFolder)

const held = (type: string, physicalId: string): Held => ({
  stage: 'data',
  region: 'us-east-1',
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/gone/1',
  path: ['Thing'],
  logicalId: 'Thing',
  type,
  physicalId,
  status: 'DELETE_COMPLETE',
})

test('log groups that a database of ours made are left over, those of strangers are not ours (COMMON-08)', async () => {
  const it = account()
  const names = [
    '/aws/rds/instance/app-pr123/postgresql',
    '/aws/rds/cluster/app-pr123/postgresql',
    '/aws/rds/instance/app-pr123-other/postgresql',
    '/app-pr123',
    '/strangers-pr123',
  ]
  it.simulator.change((cloud) => {
    for (const physicalId of names) {
      const key = `us-east-1|AWS::Logs::LogGroup|${physicalId}`
      const bare = { properties: {}, attributes: {}, tags: {}, createdAt: cloud.now }
      cloud.resources[key] = { ...bare, type: 'AWS::Logs::LogGroup', physicalId, region: 'us-east-1' }
    }
  })
  const { aws, target } = await it.target()
  const ours = [held('AWS::RDS::DBInstance', 'app-pr123'), held('AWS::Logs::LogGroup', '/app-pr123')]
  const { left } = await remains(aws, target, ours, ['us-east-1'])
  expect(left).toEqual([
    'log group /app-pr123 in us-east-1',
    'log group /aws/rds/instance/app-pr123/postgresql in us-east-1',
  ])
})
