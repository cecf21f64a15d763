// The plain stack `dr-bootstrap` of one region: artifact bucket, and in one region the roles of StackSets.
import type { PlainStack } from '../aws/stacks.ts'
import type { Region } from '../model.ts'
import { artifactBucket, bootstrapStack } from '../names.ts'
import { type Action, type Context, unchanged } from './action.ts'
import { emptyBuckets } from './empty-bucket.ts'
import { settle } from './settle.ts'

/**
 * Services that work with a role of their own, which AWS makes on first use and does not wait for: the first cluster of
 * ECS fails for want of it (aws-cloudformation/cloudformation-coverage-roadmap#818).
 */
export const linkedServices = [
  'replication.dynamodb.amazonaws.com', // global tables
  'ops.apigateway.amazonaws.com', // HTTP APIs and their VPC links
  'rds.amazonaws.com',
  'elasticache.amazonaws.com',
  'elasticfilesystem.amazonaws.com',
  'ecs.amazonaws.com',
  'elasticloadbalancing.amazonaws.com',
  'ecs.application-autoscaling.amazonaws.com', // services that scale
  'rds.application-autoscaling.amazonaws.com', // database readers that scale
  'backup.amazonaws.com',
]

export interface Bootstrap {
  name: string
  region: Region
  stack: PlainStack
  /** Also makes service-linked roles, which belong to the account. */
  linkServices: boolean
  /** The roles were removed outside of the stack: without a look at them, CloudFormation finds nothing to update. */
  rolesGone: boolean
}

/** Creates or updates the stack and waits. A create that failed earlier is cleared away first: AWS updates no such stack. */
export async function* applyBootstrap(
  context: Context,
  { name, region, stack, linkServices, rolesGone }: Bootstrap,
): Action {
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
  if (updates && rolesGone) {
    const without = { ...stack, parameters: { ...stack.parameters, CreateRoles: 'false' } }
    if (await stacks.update(without)) {
      const ended = yield* settle(context, name, region, before?.id ?? bootstrapStack, since)
      if (ended.outcome !== 'succeeded') return ended
    }
  }
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
