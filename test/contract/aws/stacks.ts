// Stacks that contracts need: making them, waiting for them, reading their events, and the cheapest resource there is.
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type CreateStackCommandInput,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation'
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { given, NotShown } from './rule.ts'
import type { World } from './world.ts'

/** A parameter of Systems Manager: it costs nothing and is there within seconds. */
export const parameter = (Name: unknown, Value: unknown, more: object = {}): object => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name, Type: 'String', Value },
  ...more,
})

/** A template with one such parameter. */
export const oneParameter = (name: string, value = 'first'): string =>
  JSON.stringify({ Resources: { Only: parameter(name, value) } })

export const described = async ({ cloudformation }: World, StackName: string): Promise<Partial<Stack>> => {
  const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }))
  return Stacks?.[0] ?? {}
}

/** The stack when nothing moves any more. `after` begins its statuses from then on: a read can be older than the call. */
export const settled = (world: World, nameOrId: string, after = ''): Promise<Partial<Stack>> =>
  world.until(
    `the end of what ${nameOrId} does`,
    () => described(world, nameOrId),
    ({ StackStatus = '' }) =>
      StackStatus !== '' && StackStatus.startsWith(after) && !StackStatus.endsWith('_IN_PROGRESS'),
  )

/** Begins a stack that is taken away at the end; gives its id. */
export async function begunStack(world: World, input: CreateStackCommandInput): Promise<string> {
  const { StackName } = input
  world.cleanup(`stack ${StackName}`, () => removeStack(world, StackName ?? ''))
  const { StackId = '' } = await given(`stack ${StackName}`, () =>
    world.cloudformation.send(new CreateStackCommand(input)),
  )
  return StackId
}

/** A stack that is CREATE_COMPLETE, else the rule is not shown; gives its id. */
export async function madeStack(world: World, input: CreateStackCommandInput): Promise<string> {
  const id = await begunStack(world, input)
  const { StackStatus, StackStatusReason = '' } = await settled(world, id)
  if (StackStatus !== 'CREATE_COMPLETE') {
    throw new NotShown(`stack ${input.StackName} could not be prepared: ${StackStatus} ${StackStatusReason}`)
  }
  return id
}

/** Deletes the stack of that name and waits until it is gone; a second one has the name only where a rule is broken. */
export async function removeStack(world: World, name: string): Promise<void> {
  for (let round = 0; round < 3; round++) {
    if (!(await removeOne(world, name))) return
  }
}

/** Whether there was a stack to delete. */
async function removeOne(world: World, name: string): Promise<boolean> {
  const stack = await described(world, name).catch((error: Error) => {
    if (error.message.includes('does not exist')) return undefined
    throw error
  })
  if (!stack?.StackId) return false
  const { StackId } = stack
  await world.cloudformation.send(new DeleteStackCommand({ StackName: StackId }))
  const { StackStatus } = await settled(world, StackId, 'DELETE_')
  if (StackStatus !== 'DELETE_COMPLETE') throw new Error(`it is ${StackStatus}`)
  return true
}

/** All events of a stack up to this status of its own, in the order in which AWS gives them. */
export const eventsUntil = (world: World, id: string, end: string): Promise<StackEvent[]> =>
  world.until(
    `the event ${end} of ${id}`,
    () => eventsOf(world, id),
    (events) =>
      events.some(({ PhysicalResourceId, ResourceStatus }) => PhysicalResourceId === id && ResourceStatus === end),
  )

async function eventsOf({ cloudformation }: World, StackName: string): Promise<StackEvent[]> {
  const events: StackEvent[] = []
  let NextToken: string | undefined
  do {
    const page = await cloudformation.send(new DescribeStackEventsCommand({ StackName, NextToken }))
    events.push(...(page.StackEvents ?? []))
    NextToken = page.NextToken
  } while (NextToken)
  return events
}

/** A bucket that all rules of the run share, made by a stack of its own and emptied before it goes; gives its name. */
export const bucket = (world: World): Promise<string> =>
  world.shared('bucket', async (common) => {
    const Bucket = common.name('objects')
    const Resources = { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: Bucket } } }
    await madeStack(common, { StackName: common.name('bucket'), TemplateBody: JSON.stringify({ Resources }) })
    common.cleanup(`objects of ${Bucket}`, async () => {
      const { Contents = [] } = await common.s3.send(new ListObjectsV2Command({ Bucket }))
      for (const { Key } of Contents) await common.s3.send(new DeleteObjectCommand({ Bucket, Key }))
    })
    return Bucket
  })
