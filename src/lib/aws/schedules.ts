// EventBridge Scheduler: what AWS shall call once at a later time, whoever is there by then.
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import type { MakeClient } from './connect.ts'
import { absent } from './shape.ts'

/** One call in the future, after which nothing is left of it. */
export interface Schedule {
  group: string
  name: string
  /** ms since the epoch; Scheduler knows whole seconds and calls within a minute of it. */
  at: number
  /** The API to call: `arn:<partition>:scheduler:::aws-sdk:<service>:<action>`. */
  target: string
  /** Under which it is called. */
  role: string
  /** The call's input, as its API words it. */
  input: Record<string, unknown>
}

/** `at(2026-11-20T03:12:44)`, in UTC. */
const once = (at: number): string => `at(${new Date(at).toISOString().slice(0, 19)})`

const moment = (expression = ''): number => Date.parse(`${/^at\((.*)\)$/.exec(expression)?.[1] ?? ''}Z`)

/** An update takes all values anew, so that both calls say the same. */
const inputOf = ({ group, name, at, target, role, input }: Schedule): CreateScheduleCommandInput => ({
  Name: name,
  GroupName: group,
  ScheduleExpression: once(at),
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'DELETE',
  Target: { Arn: target, RoleArn: role, Input: JSON.stringify(input) },
})

/** The schedules of one region. */
export class Schedules {
  private readonly client: SchedulerClient
  constructor(make: MakeClient) {
    this.client = make(SchedulerClient)
  }

  /** A schedule that has not come due yet; undefined when there is none of that name. */
  async look(group: string, name: string): Promise<Schedule | undefined> {
    const asked = this.client.send(new GetScheduleCommand({ GroupName: group, Name: name }))
    const found = await absent(asked, 'ResourceNotFound')
    if (!found) return undefined
    const { ScheduleExpression, Target } = found
    const input = JSON.parse(Target?.Input ?? '{}') as Record<string, unknown>
    const at = moment(ScheduleExpression)
    return { group, name, at, target: Target?.Arn ?? '', role: Target?.RoleArn ?? '', input }
  }

  /** Makes a schedule. Throws ConflictException where there is one of that name. */
  async create(schedule: Schedule): Promise<void> {
    await this.client.send(new CreateScheduleCommand(inputOf(schedule)))
  }

  /** Changes a schedule; false when it is not there, since it has come due or somebody took it away. */
  async update(schedule: Schedule): Promise<boolean> {
    const answer = this.client.send(new UpdateScheduleCommand(inputOf(schedule)))
    return (await absent(answer, 'ResourceNotFound')) !== undefined
  }

  /** Removes a schedule; none of that name is as good. */
  async remove(group: string, name: string): Promise<void> {
    await absent(this.client.send(new DeleteScheduleCommand({ GroupName: group, Name: name })), 'ResourceNotFound')
  }
}
