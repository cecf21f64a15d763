// The plain stack `dr-bootstrap` of one region: artifact bucket, and in one region the roles of StackSets.
import type { PlainStack, Stacks } from '../../aws/stacks.ts'
import type { Region } from '../../core/model.ts'
import { artifactBucket, bootstrapStack, rightsStackPrefix } from '../../core/names.ts'
import { type Action, type Context, unchanged } from './action.ts'
import { emptyBuckets } from './empty-bucket.ts'
import { removeRights } from './rights.ts'
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
  /**
   * A role was removed outside of the stack: without a look at them, CloudFormation finds nothing to update. The rights go
   * before: IAM deletes no role that has policies of other stacks.
   */
  rolesGone: boolean
}

/**
 * Creates or updates the stack and waits. A create that failed earlier is cleared away first: AWS updates no such stack.
 * The roles come in an update of their own: when another region has them already, only that is rolled back. A create that
 * is rolled back takes the bucket along, whose name then stays blocked for a while.
 */
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
  const stands =
    before?.status.endsWith('_COMPLETE') && !before.status.startsWith('ROLLBACK') && !before.status.startsWith('DELETE')
  const without = { ...stack, parameters: { ...stack.parameters, CreateRoles: 'false' } }
  const settled = async function* (): Action {
    const id = (await stacks.describe(bootstrapStack))?.id ?? bootstrapStack
    return yield* settle(context, name, region, id, since)
  }
  if (rolesGone)
    for (const { name: rights } of await stacks.roots())
      if (rights.startsWith(rightsStackPrefix)) yield* removeRights(context, name, region, rights)
  if (!stands || rolesGone) {
    if (!stands) await stacks.create(without)
    else await changed(stacks, without)
    const ended = yield* settled()
    if (ended.outcome !== 'succeeded' || !linkServices) return ended
  }
  const isNew = await changed(stacks, stack)
  return isNew || !stands ? yield* settled() : unchanged()
}

/** False when there is nothing to change. Whoever changes it just now is waited for, as if it were us. */
async function changed(stacks: Stacks, stack: PlainStack): Promise<boolean> {
  try {
    return await stacks.update(stack)
  } catch (error) {
    if (error instanceof Error && /_IN_PROGRESS state and can ?not be updated/.test(error.message)) return true
    throw error
  }
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
