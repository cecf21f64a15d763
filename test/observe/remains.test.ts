// What is left after a destroy, and what is only listed still.
import { beforeEach, describe, expect, test } from 'vitest'
import type { Held } from '../../src/lib/observe/inventory.ts'
import { remains } from '../../src/lib/observe/remains.ts'
import type { Cloud } from '../../src/simulator/state.ts'
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
  const { left } = await remains(aws, target, ours, ['us-east-1'], async () => undefined)
  expect(left).toEqual([
    'log group /app-pr123 in us-east-1',
    'log group /aws/rds/instance/app-pr123/postgresql in us-east-1',
  ])
})

describe('what the tagging API lists after its deletion', () => {
  const tags = { System: 'transactions', EnvironmentSuffix: 'pr123' }
  const east = 'us-east-1'

  /** Makes a stack of these resources and deletes it again, then looks; tells how often it paused. */
  async function looked(resources: object, change: (cloud: Cloud) => void = () => undefined) {
    const it = account()
    const { aws, target } = await it.target()
    const stacks = aws.stacks(east)
    await stacks.create({ name: 'one', templateBody: JSON.stringify({ Resources: resources }), parameters: {}, tags })
    await it.simulator.clock.sleep(600_000)
    await stacks.delete('one')
    await it.simulator.clock.sleep(300_000)
    it.simulator.change(change)
    let pauses = 0
    const pause = async (): Promise<void> => {
      pauses += 1
      await it.simulator.clock.sleep(15_000)
    }
    return { ...(await remains(aws, target, [], [east], pause)), pauses }
  }

  const topic = (more: object = {}): object => ({
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'one' }, ...more },
  })
  const arn = `arn:aws:sns:${east}:000000000000:one`
  const stack = expect.stringMatching(/:stack\/one\//)
  const stranger = (cloud: Cloud, minutesAgo: number): void => {
    const one = { type: 'AWS::SNS::Topic', physicalId: arn.replace('one', 'two'), region: east, tags }
    cloud.former = [...(cloud.former ?? []), { ...one, goneAt: cloud.now - minutesAgo * 60_000 }]
  }

  test('is gone where its stack says so, without a pause', async () => {
    expect(await looked(topic())).toMatchObject({ left: [], unseen: [], listed: [stack, arn], pauses: 0 })
  })

  test('is left where its stack kept it, without a pause', async () => {
    const found = await looked(topic({ DeletionPolicy: 'Retain' }))
    expect(found).toMatchObject({ left: [arn], listed: [stack], pauses: 0 })
  })

  test('is left while its stack is not deleted', async () => {
    const found = await looked(topic(), ({ stacks }) => {
      for (const one of Object.values(stacks)) one.status = 'DELETE_FAILED'
    })
    expect(found).toMatchObject({ left: [stack, arn], listed: [], pauses: 0 })
  })

  test('is left where its stack failed to delete what an update had replaced', async () => {
    const old = `${arn}-before`
    const found = await looked(topic(), (cloud) => {
      for (const one of Object.values(cloud.stacks)) {
        const made = one.events.find(({ logicalId }) => logicalId === 'Topic')
        if (made) one.events.push({ ...made, id: 'failed', physicalId: old, status: 'DELETE_FAILED' })
      }
      for (const one of cloud.former ?? []) one.physicalId = old
    })
    expect(found).toMatchObject({ left: [old], listed: [stack], pauses: 0 })
  })

  test('is gone where its ARN has an id that the stack does not know, and all that the stack had is deleted', async () => {
    const other = `arn:aws:sns:${east}:000000000000:an-id-of-its-own`
    const found = await looked(topic(), ({ former = [] }) => {
      for (const one of former) one.physicalId = other
    })
    expect(found).toMatchObject({ left: [], listed: [stack, other], pauses: 0 })
  })

  test('is asked for again where no stack made it, until it is listed no more', async () => {
    const found = await looked(topic(), (cloud) => stranger(cloud, 9))
    expect(found).toMatchObject({ left: [], listed: [stack, arn], pauses: 4 })
  })

  test('is left where no stack made it and it stays listed for three minutes', async () => {
    const found = await looked(topic(), (cloud) => stranger(cloud, 0))
    expect(found).toMatchObject({
      left: [expect.stringContaining(`${arn.replace('one', 'two')} (by the tagging API alone`)],
      pauses: 12,
    })
  })

  test.each([
    { deletion: { at: 0, goneAt: Infinity }, why: 'waits for its deletion', is: 'listed' },
    { deletion: undefined, why: 'is not deleted', is: 'left' },
  ] as const)('of a secret that $why is $is, by the word of its service', async ({ deletion, is }) => {
    const secret = `arn:aws:secretsmanager:${east}:000000000000:secret:two-AbCdEf`
    const found = await looked(topic(), ({ secrets }) => {
      const value = { value: '{}', versionId: 'v', createdAt: 0, replicas: {}, tags }
      secrets[`${east}|two`] = { ...value, name: 'two', region: east, arn: secret, ...(deletion && { deletion }) }
    })
    expect(found[is]).toContain(secret)
    expect(found).toMatchObject({ unseen: [], pauses: 0 })
  })
})
