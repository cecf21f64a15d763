// Mends stuck stack instances before a deploy goes on: what is done is decided by the table in plan/repair.ts.
import type { EventBody } from '../../core/events.ts'
import { heldBy } from '../../observe/inventory.ts'
import type { Region, Stage } from '../../core/model.ts'
import { stackSetName } from '../../core/names.ts'
import type { InstanceState } from '../../observe/observe.ts'
import { dataIn, isAllowed, objection, type Repair } from '../../plan/repair.ts'
import { type Context, type Ended, failedBecause, succeeded, undecided } from './action.ts'
import { emptyBuckets } from './empty-bucket.ts'
import { asExecution } from './execution-role.ts'
import { follow } from './follow.ts'
import { operationId } from './operation-id.ts'
import { good, settle } from './settle.ts'

const rolledBack = new Set(['UPDATE_ROLLBACK_COMPLETE', 'DELETE_COMPLETE'])

export const repairing = (stage: Stage, region: Region, what: string): EventBody => ({
  kind: 'repairing',
  stage: stage.name,
  region,
  what,
})

/** Why these repairs may not be made without a flag; empty when they may. Reads only what would be deleted. */
export async function objections(
  aws: Context['aws'],
  stage: Stage,
  found: Repair[],
  allowReplace: string[],
): Promise<{ region: Region; why: string }[]> {
  const open = found.filter((it) => it.remedy === 'delete-stack' && !isAllowed(allowReplace, stage.name, it.region))
  const asked = open.map(async (repair) => {
    const { stack } = repair.instance
    const data = stack && repair.allow !== 'without' ? await heldBy(aws, repair.region, stack.id, stage.name) : []
    const why = objection(repair, stage.name, dataIn(data))
    return why === undefined ? [] : [{ region: repair.region, why }]
  })
  return (await Promise.all(asked)).flat()
}

/** Mends one instance after the other; the others are not touched. Ends failed with nothing done where a flag is missing. */
export async function* repair(
  context: Context,
  stage: Stage,
  found: Repair[],
  allowReplace: string[],
): AsyncGenerator<EventBody, Ended> {
  const [no] = await objections(context.aws, stage, found, allowReplace)
  if (no) return failedBecause(`${no.why}; if that is meant, give --allow-replace ${stage.name}/${no.region}`)
  for (const it of found) {
    context.signal.throwIfAborted()
    const ended = yield* mend(context, stage, it)
    if (ended.outcome !== 'succeeded') return ended
  }
  return succeeded()
}

async function* mend(
  context: Context,
  stage: Stage,
  { remedy, region, instance }: Repair,
): AsyncGenerator<EventBody, Ended> {
  const { aws } = context
  const { stack } = instance
  if (remedy === 'detach') return yield* detach(context, stage, [region])
  if (!stack) return succeeded()
  if (remedy === 'wait') return yield* awaitStack(context, stage, instance)
  if (remedy === 'delete-stack') return yield* deleteDirectly(context, stage, region, stack)
  const isContinued = remedy === 'continue-rollback'
  yield repairing(
    stage,
    region,
    `${isContinued ? 'continuing the rollback' : 'taking back the update'} of ${stack.name}`,
  )
  const since = aws.clock.now() - 1_000
  const called = await asExecution(context, region, (stacks) =>
    isContinued ? stacks.continueRollback(stack.id) : stacks.rollBack(stack.id),
  )
  if ('refused' in called) return called.refused
  return yield* settle(context, stage.name, region, stack.id, since, rolledBack)
}

/** Waits until a stack that works outside of any operation has ended, however it does. */
export async function* awaitStack(
  context: Context,
  stage: Stage,
  { region, stack }: Pick<InstanceState, 'region' | 'stack'>,
): AsyncGenerator<EventBody, Ended> {
  if (!stack) return succeeded()
  yield { kind: 'waiting', stage: stage.name, what: `${stack.name} in ${region}, which is ${stack.status}` }
  yield* settle(context, stage.name, region, stack.id, context.aws.clock.now())
  return succeeded()
}

/**
 * Deletes a stack past its stack set, its buckets emptied before.
 * @param retain lets go of what cannot be deleted (RetainResources) instead of failing
 */
export async function* deleteDirectly(
  context: Context,
  stage: Stage,
  region: Region,
  stack: { id: string; name: string },
  retain = false,
): AsyncGenerator<EventBody, Ended> {
  const { aws } = context
  const stacks = aws.stacks(region)
  const held = await heldBy(aws, region, stack.id, stage.name)
  const buckets = held.filter((it) => it.type === 'AWS::S3::Bucket' && it.physicalId)
  yield repairing(stage, region, `deleting ${stack.name} directly`)
  yield* emptyBuckets(
    context,
    stage.name,
    buckets.map(({ physicalId }) => ({ name: physicalId, region })),
  )
  const attempt = async function* (retained: string[]): AsyncGenerator<EventBody, Ended> {
    const since = aws.clock.now() - 1_000
    const called = await asExecution(context, region, (its) => its.delete(stack.id, retained))
    if ('refused' in called) return called.refused
    return yield* settle(context, stage.name, region, stack.id, since, good)
  }
  const first = yield* attempt([])
  if (first.outcome === 'succeeded' || !retain) return first
  const failed = (await stacks.resources(stack.id)).filter((it) => it.status === 'DELETE_FAILED')
  if (failed.length === 0) return first
  const names = failed.map(({ logicalId }) => logicalId)
  yield repairing(
    stage,
    region,
    `letting go of ${names.join(', ')}, which cannot be deleted, and deleting ${stack.name}`,
  )
  return yield* attempt(names)
}

/** Makes the stack set forget instances whose stacks are gone. */
export async function* detach(context: Context, stage: Stage, regions: Region[]): AsyncGenerator<EventBody, Ended> {
  const { aws, home, target } = context
  const sets = aws.stackSets(home)
  const set = stackSetName(target.system.name, stage.name, target.suffix)
  const { id, running } = await operationId(sets, set, `dr-detach-${regions.join('-')}`)
  if (!running) {
    await context.hold()
    await sets.deleteInstances(set, { account: aws.account, regions, operationId: id }, true)
  }
  for (const region of regions) yield repairing(stage, region, `making ${set} forget its instance, whose stack is gone`)
  const { operation, causes, late } = yield* follow(context, { stage: stage.name, set, id, totals: {} })
  if (late) return undecided(late, causes)
  return operation.status === 'SUCCEEDED' && causes.length === 0
    ? succeeded()
    : failedBecause(`${set} does not let go of ${regions.join(' and ')}`, causes)
}
