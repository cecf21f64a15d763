// The plain stack `dr-rights-<system>`: policies of the execution role.
import type { Region } from '../../core/model.ts'
import { artifactBucket, objectUrl } from '../../core/names.ts'
import type { Artifact } from '../../templates/package.ts'
import { type Action, type Context, unchanged } from './action.ts'
import { settle } from './settle.ts'

export interface RightsWork {
  region: Region
  stack: string
  parameters: Record<string, string>
}

/** Creates or updates the stack from an object of the artifact bucket, and waits. One that cannot be updated is replaced. */
export async function* applyRights(
  context: Context,
  name: string,
  { region, stack, parameters }: RightsWork,
  template: Artifact,
  tags: Record<string, string>,
): Action {
  const { aws } = context
  const stacks = aws.stacks(region)
  const bucket = artifactBucket(aws.account, region)
  // Another run, or one that died, may be at work on it.
  const found = await stacks.describe(stack)
  if (found?.status.endsWith('_IN_PROGRESS')) yield* settle(context, name, region, found.id, aws.clock.now())
  const before = await stacks.describe(stack)
  if (before && /^ROLLBACK_(COMPLETE|FAILED)$/.test(before.status)) {
    const gone = yield* removeRights(context, name, region, stack)
    if (gone.outcome === 'failed') return gone
  }
  await aws.objects(region).put(bucket, template.key, template.bytes, template.contentType)
  const templateUrl = objectUrl(bucket, region, template.key, aws.partition)
  const since = aws.clock.now() - 1_000
  const there = await stacks.describe(stack)
  const wanted = { name: stack, templateUrl, parameters, tags }
  const changed = there ? await stacks.update(wanted) : await stacks.create(wanted)
  if (there && !changed) return unchanged()
  const id = (await stacks.describe(stack))?.id ?? stack
  return yield* settle(context, name, region, id, since)
}

/** Deletes the stack and waits. */
export async function* removeRights(context: Context, name: string, region: Region, stack: string): Action {
  const { aws } = context
  const there = await aws.stacks(region).describe(stack)
  if (!there) return unchanged('nothing there')
  const since = aws.clock.now() - 1_000
  await aws.stacks(region).delete(stack)
  return yield* settle(context, name, region, there.id, since)
}
