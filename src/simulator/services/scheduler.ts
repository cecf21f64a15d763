// EventBridge Scheduler: one call in the future, which is made whether or not anybody is there by then.
import {
  ConflictException,
  type CreateScheduleCommandInput,
  type DeleteScheduleCommandInput,
  type GetScheduleCommandInput,
  ResourceNotFoundException,
  type UpdateScheduleCommandInput,
} from '@aws-sdk/client-scheduler'

import type { Value } from '../../lib/core/model.ts'
import { Refusal, type Answers, type Call } from '../answer.ts'
import { apiOf } from '../automation/actions.ts'
import { between } from '../data/databases.ts'
import { existing, keyOf, record, text } from '../existing.ts'
import { isTrusted } from '../resources/iam.ts'
import { kindOf } from '../resources/lifecycle.ts'
import type { Resource } from '../state.ts'
import { schedule, type Handler } from '../tasks.ts'
import { said } from '../said.ts'
import { date } from './shape.ts'

const type = 'AWS::Scheduler::Schedule'
const principal = 'scheduler.amazonaws.com'
/** Tried again for a day, at most 185 times: Scheduler's own default. Between two tries, ms [?]. */
const again = { times: 185, every: 300_000 }

const invalid = (message: string): Refusal => new Refusal('ValidationException', message)

const keyFor = (region: string, name: string, group: string): string =>
  keyOf(kindOf(type), region, name, { GroupName: group })

const found = (
  { cloud, region }: Call,
  { Name = '', GroupName = 'default' }: GetScheduleCommandInput,
): Resource | undefined => cloud.resources[keyFor(region, Name, GroupName)]

function required(call: Call, input: GetScheduleCommandInput): Resource {
  const one = found(call, input)
  if (one) return one
  const Message = `Schedule ${input.Name} does not exist.`
  throw new ResourceNotFoundException({ Message, ...said(Message) })
}

/** Checks what is asked for, and gives the moment that it names (ms). */
function check({ cloud, region, now }: Call, input: CreateScheduleCommandInput): number {
  const { Name = '', GroupName = 'default', ScheduleExpression = '', Target } = input
  if (!/^[\w.-]{1,64}$/.test(Name)) throw invalid(`Schedule name ${Name} is not valid.`)
  const named = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(ScheduleExpression)?.[1]
  if (named === undefined) throw invalid(`Invalid Schedule Expression ${ScheduleExpression}.`)
  if ((input.ScheduleExpressionTimezone ?? 'UTC') !== 'UTC' || input.FlexibleTimeWindow?.Mode !== 'OFF')
    throw invalid('simulator rule: it knows schedules in UTC and without a flexible window only')
  const at = Date.parse(`${named}Z`)
  if (at <= now) throw invalid(`Invalid Schedule Expression ${ScheduleExpression}: it is in the past.`)
  if (GroupName !== 'default' && !existing(cloud, region, 'AWS::Scheduler::ScheduleGroup', GroupName)) {
    const Message = `Schedule group ${GroupName} does not exist.`
    throw new ResourceNotFoundException({ Message, ...said(Message) })
  }
  if (!/^arn:aws[\w-]*:scheduler:::aws-sdk:\w+:[a-z]\w+$/.test(Target?.Arn ?? ''))
    throw invalid(`simulator rule: it knows universal targets only, not ${Target?.Arn}`)
  if (!isTrusted({ cloud }, Target?.RoleArn ?? '', principal))
    throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.')
  if (/^(get|describe|list|batchGet)/.test(Target?.Arn?.split(':').at(-1) ?? ''))
    throw invalid('Universal targets do not support read-only API operations.')
  return at
}

/** Puts it there, or in the place of what it was, and sees to it that it comes due. */
function put(call: Call, input: CreateScheduleCommandInput, at: number, before?: Resource): object {
  const { cloud, region, now } = call
  const { Name = '', GroupName = 'default' } = input
  const Arn = `arn:aws:scheduler:${region}:000000000000:schedule/${GroupName}/${Name}`
  const key = keyFor(region, Name, GroupName)
  cloud.resources[key] = {
    type,
    physicalId: Name,
    region,
    properties: { ...(input as unknown as Record<string, Value>), GroupName },
    attributes: { Arn },
    state: { at, tries: 0 },
    tags: {},
    createdAt: before?.createdAt ?? now,
  }
  // "Within 60 seconds" of its time: who relies on the second is wrong.
  schedule(cloud, at + between(`${key} ${at}`, 0, 59_000), 'schedule-due', { key, named: at })
  return { ScheduleArn: Arn }
}

/** EventBridge Scheduler, by command. */
export const answers: Answers = {
  CreateScheduleCommand: (input: CreateScheduleCommandInput, call: Call) => {
    const at = check(call, input)
    const Message = `Schedule ${input.Name} already exists.`
    if (found(call, input)) throw new ConflictException({ Message, ...said(Message) })
    return put(call, input, at)
  },
  UpdateScheduleCommand: (input: UpdateScheduleCommandInput, call: Call) => {
    const before = required(call, input)
    return put(call, input, check(call, input), before)
  },
  GetScheduleCommand: (input: GetScheduleCommandInput, call: Call) => {
    const { properties, attributes, createdAt } = required(call, input)
    return { ...properties, Arn: attributes.Arn, State: 'ENABLED', CreationDate: date(createdAt) }
  },
  DeleteScheduleCommand: (input: DeleteScheduleCommandInput, call: Call) => {
    required(call, input)
    delete call.cloud.resources[keyFor(call.region, input.Name ?? '', input.GroupName ?? 'default')]
    return {}
  },
}

/** Schedules come due; `services` answer what they call. */
export const schedulerTasks = (services: Answers): Record<string, Handler> => ({
  'schedule-due': ({ key, named }, moment) => {
    const { cloud } = moment
    const one = cloud.resources[text(key)]
    // Another time was set since, or it was taken away.
    if (!one || one.state?.at !== named) return
    const { Arn, RoleArn, Input } = record(one.properties.Target)
    const action = text(Arn).split(':').at(-1) ?? ''
    try {
      if (!isTrusted({ cloud }, text(RoleArn), principal)) throw new Error(`the role ${text(RoleArn)} is gone`)
      const api = apiOf(moment, one.region, services, text(RoleArn))
      api(`${action.slice(0, 1).toUpperCase()}${action.slice(1)}`, JSON.parse(text(Input)) as Record<string, Value>)
    } catch (error) {
      if (!(error instanceof Error) || error instanceof TypeError) throw error
      const tries = Number(one.state?.tries ?? 0) + 1
      one.state = { ...one.state, tries, failure: error.message }
      if (tries > again.times) return
      return schedule(cloud, cloud.now + again.every, 'schedule-due', { key: text(key), named: Number(named) })
    }
    if (one.properties.ActionAfterCompletion === 'DELETE') delete cloud.resources[text(key)]
  },
})
