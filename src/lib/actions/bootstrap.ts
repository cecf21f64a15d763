// The plain stack `dr-bootstrap` of one region: artifact bucket, and in one region the roles of StackSets.
import type { EventBody } from '../events.ts'
import type { PlainStack, StackView } from '../aws/stacks.ts'
import { causeOf } from '../cause.ts'
import type { Region } from '../model.ts'
import { artifactBucket, bootstrapStack } from '../names.ts'
import { type Action, type Context, type Ended, failedBecause, succeeded, unchanged } from './action.ts'
import { emptyBuckets } from './empty-bucket.ts'
import { Watch } from './watch.ts'

const pollMs = 5_000

/** Services whose first use would otherwise fail or wait for a role that AWS makes on demand. */
const linkedServices = [
  'replication.dynamodb.amazonaws.com', // global tables replicate with it
  'ops.apigateway.amazonaws.com', // HTTP APIs
]

export interface Bootstrap {
  name: string
  region: Region
  stack: PlainStack
  /** Also makes service-linked roles, which belong to the account. */
  linkServices: boolean
}

/** Creates or updates the stack and waits. A create that failed earlier is cleared away first: AWS updates no such stack. */
export async function* applyBootstrap(context: Context, { name, region, stack, linkServices }: Bootstrap): Action {
  const { aws } = context
  const stacks = aws.stacks(region)
  const before = await stacks.describe(bootstrapStack)
  if (before?.status === 'ROLLBACK_COMPLETE' || before?.status === 'ROLLBACK_FAILED') {
    await stacks.delete(bootstrapStack)
    yield* settle(context, name, region, before.id, aws.clock.now())
  }
  const since = aws.clock.now() - 1_000
  if (linkServices) {
    const roles = await aws.roles()
    for (const service of linkedServices) await roles.linkService(service)
  }
  const updates =
    before?.status.endsWith('_COMPLETE') && !before.status.startsWith('ROLLBACK') && !before.status.startsWith('DELETE')
  if (!updates) await stacks.create(stack)
  else if (!(await stacks.update(stack))) return unchanged()
  const id = (await stacks.describe(bootstrapStack))?.id ?? bootstrapStack
  return yield* settle(context, name, region, id, since)
}

/** Deletes the stack, its bucket emptied before. */
export async function* removeBootstrap(context: Context, name: string, region: Region): Action {
  const { aws } = context
  const stack = await aws.stacks(region).describe(bootstrapStack)
  if (!stack) return unchanged('nothing there')
  const bucket = { name: artifactBucket(aws.account, region), region }
  yield* emptyBuckets(context, name, [bucket])
  const since = aws.clock.now() - 1_000
  await aws.stacks(region).delete(bootstrapStack)
  return yield* settle(context, name, region, stack.id, since)
}

async function* settle(
  context: Context,
  stage: string,
  region: Region,
  id: string,
  since: number,
): AsyncGenerator<EventBody, Ended> {
  const { aws, signal } = context
  const watch = new Watch(aws.stacks(region), id, since)
  for (;;) {
    const stack = await aws.stacks(region).describe(id)
    for (const { path, type, status, reason } of await watch.read())
      yield { kind: 'resource', stage, region, path, type, status, reason }
    const { done, busy } = watch.progress()
    yield { kind: 'progress', stage, region, done, total: 0, busy }
    if (!stack?.status.endsWith('_IN_PROGRESS')) return ended(context, stage, region, stack, watch)
    await aws.clock.sleep(pollMs, signal)
  }
}

const good = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE'])

function ended(context: Context, stage: string, region: Region, stack: StackView | undefined, watch: Watch): Ended {
  if (!stack || good.has(stack.status)) return succeeded()
  const result = { account: context.aws.account, region, status: stack.status, reason: stack.reason }
  const cause = causeOf(
    { stage, region, account: context.aws.account },
    { events: watch.events, own: watch.own, unread: watch.gaps() },
    result,
  )
  return failedBecause(`stack ${bootstrapStack} is ${stack.status}`, cause ? [cause] : [])
}
