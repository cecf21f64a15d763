// Schedules and parameters as dr's own adapters use them.
import { expect, test } from 'vitest'
import type { Schedule, Schedules } from '../../../src/lib/aws/schedules.ts'
import type { Parameters } from '../../../src/lib/aws/parameters.ts'
import type { Fault } from '../../../src/simulator/faults.ts'
import type { Resource } from '../../../src/simulator/state.ts'
import { account, type Account } from '../../cloud.ts'

const region = 'us-west-2'
const minute = 60_000
const topic = `arn:aws:sns:${region}:000000000000:alerts-pr1`

const made = (type: string, physicalId: string, where: string, properties: object = {}): Record<string, Resource> => ({
  [`${where}|${type}|${physicalId}`]: {
    type,
    physicalId,
    region: where,
    properties: properties as Resource['properties'],
    attributes: {},
    tags: {},
    createdAt: 0,
  },
})
const role = (name: string, service: string, ...actions: string[]): Record<string, Resource> =>
  made('AWS::IAM::Role', name, 'global', {
    AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: service } }] },
    Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: topic }] } }],
  })

interface Here {
  it: Account
  schedules: Schedules
  parameters: Parameters
  /** A schedule in so many ms. */
  after(ms: number): Schedule
  told(): { at: number; message: string }[]
}

async function here(faults: Fault[] = []): Promise<Here> {
  const it = account({ faults })
  it.simulator.change(({ resources }) =>
    Object.assign(
      resources,
      role('dead-man-pr1', 'scheduler.amazonaws.com', 'sns:Publish'),
      role('idle-pr1', 'scheduler.amazonaws.com', 'sns:GetTopicAttributes'),
      role('other-pr1', 'events.amazonaws.com'),
      made('AWS::SNS::Topic', topic, region),
      made('AWS::Scheduler::ScheduleGroup', 'drills-pr1', region),
    ),
  )
  const { aws } = await it.open()
  return {
    it,
    schedules: await aws.schedules(region),
    parameters: await aws.parameters(region),
    after: (ms) => ({
      group: 'drills-pr1',
      name: 'dead-man-pr1',
      at: it.simulator.clock.now() + ms,
      target: 'arn:aws:scheduler:::aws-sdk:sns:publish',
      role: 'arn:aws:iam::000000000000:role/dr/dead-man-pr1',
      input: { TopicArn: topic, Subject: 'a', Message: 'nobody returned' },
    }),
    told: () => {
      const found = Object.values(it.simulator.inspect().resources).find(({ physicalId }) => physicalId === topic)
      return (found?.state?.['told'] ?? []) as unknown as { at: number; message: string }[]
    },
  }
}

test('a schedule calls once, within a minute of its time, though nobody is there; then nothing is left of it', async () => {
  const { it, schedules, after, told } = await here()
  const wanted = after(30 * minute)
  await schedules.create(wanted)
  expect(await schedules.look(wanted.group, wanted.name)).toEqual({
    ...wanted,
    at: Math.floor(wanted.at / 1000) * 1000,
  })
  await it.simulator.clock.sleep(29 * minute)
  expect(told()).toEqual([])
  await it.simulator.clock.sleep(24 * 60 * minute)
  expect(await schedules.look(wanted.group, wanted.name)).toBeUndefined()
  expect(told()).toMatchObject([{ message: 'nobody returned' }])
  expect((told()[0]?.at ?? 0) - wanted.at).toBeLessThan(minute)
})

test('a schedule that is moved calls at its new time only, one that is removed never', async () => {
  const { it, schedules, after, told } = await here()
  await schedules.create(after(10 * minute))
  const later = after(40 * minute)
  expect(await schedules.update(later)).toBe(true)
  await it.simulator.clock.sleep(39 * minute)
  expect(told()).toEqual([])
  await it.simulator.clock.sleep(3 * minute)
  expect(told()).toHaveLength(1)
  expect(await schedules.update(after(minute))).toBe(false)
  await schedules.create(after(10 * minute))
  await schedules.remove(later.group, later.name)
  await schedules.remove(later.group, later.name)
  await it.simulator.clock.sleep(60 * minute)
  expect(told()).toHaveLength(1)
})

test('a schedule is refused in the past, with a role for others, in no group, and twice', async () => {
  const { schedules, after } = await here()
  await expect(schedules.create(after(-minute))).rejects.toThrow(/in the past/)
  const other = 'arn:aws:iam::000000000000:role/dr/other-pr1'
  await expect(schedules.create({ ...after(minute), role: other })).rejects.toThrow(
    /must allow AWS EventBridge Scheduler/,
  )
  await expect(schedules.create({ ...after(minute), group: 'nothing' })).rejects.toThrow(/group nothing does not exist/)
  const reading = 'arn:aws:scheduler:::aws-sdk:ssm:getParameters'
  await expect(schedules.create({ ...after(minute), target: reading })).rejects.toThrow(/read-only/)
  await schedules.create(after(minute))
  await expect(schedules.create(after(minute))).rejects.toThrow(/already exists/)
})

test('a schedule calls nothing that its role may not call', async () => {
  const { it, schedules, after, told } = await here()
  const wanted = { ...after(minute), role: 'arn:aws:iam::000000000000:role/dr/idle-pr1' }
  await schedules.create(wanted)
  await it.simulator.clock.sleep(60 * minute)
  expect(told()).toEqual([])
  const found = Object.values(it.simulator.inspect().resources).find(({ type }) => type.endsWith('::Schedule'))
  expect(found?.state?.['failure']).toMatch(/idle-pr1.*not authorized to perform: sns:Publish on resource: arn:aws:sns/)
})

test('a call that fails is made again', async () => {
  const { it, schedules, after, told } = await here([{ kind: 'server-error', command: 'Publish', times: 1 }])
  await schedules.create(after(minute))
  await it.simulator.clock.sleep(3 * minute)
  expect(told()).toEqual([])
  await it.simulator.clock.sleep(10 * minute)
  expect(told()).toHaveLength(1)
})

test('a parameter is made by the first who asks, keeps its value, and is gone when removed', async () => {
  const { parameters } = await here()
  const name = '/dr/payments/pr1/drill'
  expect(await parameters.get(name)).toBeUndefined()
  expect(await parameters.create(name, 'first', { ManagedBy: 'dr' })).toBe(true)
  expect(await parameters.create(name, 'second', {})).toBe(false)
  expect(await parameters.get(name)).toBe('first')
  await parameters.remove(name)
  await parameters.remove(name)
  expect(await parameters.get(name)).toBeUndefined()
})
