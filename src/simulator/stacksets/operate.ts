// How an operation on a stack set begins: who it is for, in which order, and that there is only one.
import type * as sdk from '@aws-sdk/client-cloudformation'

import { stackSetOverhead } from '../../lib/core/durations.ts'
import { Refusal, type Call } from '../answer.ts'
import { strike } from '../faults.ts'
import { fresh, uuid } from '../identifiers.ts'
import { seconds } from '../stacks/pace.ts'
import { isGone } from '../stacks/record.ts'
import type { Cloud, Operation, OperationResult, StackInstance, StackSet } from '../state.ts'
import { schedule } from '../tasks.ts'
import { instanceOf, requireIdle } from './record.ts'

/** Of the overhead of an operation, this part passes before the first stack begins. */
const overheadBefore = seconds(stackSetOverhead) / 3
export const overheadAfter = seconds(stackSetOverhead) - overheadBefore

interface Input {
  OperationId?: string
  OperationPreferences?: sdk.StackSetOperationPreferences
  RetainStacks?: boolean
}

/** One account and region. */
export interface Pair {
  account: string
  region: string
}

/** Every account in every region; throws where only one of the two is given. */
export function pairsOf({ Accounts, Regions }: { Accounts?: string[]; Regions?: string[] }): Pair[] | undefined {
  if (Accounts === undefined && Regions === undefined) return undefined
  if (!Accounts?.length || !Regions?.length) {
    throw new Refusal('ValidationError', 'You must specify both Accounts and Regions')
  }
  return Regions.flatMap((region) => Accounts.map((account) => ({ account, region })))
}

/**
 * The operation that the same call started before, if it is the same call.
 * Throws OperationIdAlreadyExistsException for another call with that id, OperationInProgressException for a busy set.
 */
export function earlier(set: StackSet, command: string, input: Input): Operation | undefined {
  const known = set.operations.find(({ id }) => id === input.OperationId)
  if (known?.request === requestOf(command, input)) return known
  if (known) {
    const message = `The operation ID ${known.id} already exists for StackSet ${set.id}`
    throw new Refusal('OperationIdAlreadyExistsException', message, 409)
  }
  requireIdle(set)
  return undefined
}

const requestOf = (command: string, input: object): string => JSON.stringify([command, input])

/**
 * An instance that is up to date although its stack was deleted: operations retry the OUTDATED ones, so nothing is done
 * for it [M:CreateStackInstances].
 */
export const isPassedOver = ({ stacks }: Cloud, { status, stackId = '' }: StackInstance): boolean =>
  status === 'CURRENT' && (stacks[stackId] === undefined || isGone(stacks[stackId]))

/** Begins an operation on these pairs; instances are OUTDATED from now on until their turn has passed. */
export function operate(
  call: Call,
  set: StackSet,
  action: Operation['action'],
  command: string,
  input: Input,
  pairs: readonly Pair[],
): Operation {
  const { RegionOrder = [], RegionConcurrencyType, FailureToleranceCount = 0 } = input.OperationPreferences ?? {}
  const { cloud } = call
  const queued = strike(call, 'queued', { command, region: call.region })
  const place = ({ region }: Pair): number => (RegionOrder.includes(region) ? RegionOrder.indexOf(region) : Infinity)
  const results = [...pairs]
    .sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)))
    .map((pair): OperationResult => ({ ...pair, status: 'PENDING' }))
  const operation: Operation = {
    id: input.OperationId ?? uuid(fresh(cloud)),
    action,
    status: queued ? 'QUEUED' : 'RUNNING',
    createdAt: cloud.now,
    parallel: RegionConcurrencyType === 'PARALLEL',
    tolerance: FailureToleranceCount,
    ...(input.RetainStacks === undefined ? {} : { retainStacks: input.RetainStacks }),
    request: requestOf(command, input),
    results,
  }
  for (const { account, region } of pairs) {
    const instance = instanceOf(set, account, region)
    if (!instance) continue
    if (action !== 'DELETE' && !isPassedOver(cloud, instance)) instance.status = 'OUTDATED'
    Object.assign(instance, { detailedStatus: 'PENDING', lastOperationId: operation.id, reason: undefined })
  }
  set.operations.push(operation)
  const key = { set: set.id, operation: operation.id }
  schedule(cloud, cloud.now + seconds(queued?.seconds ?? 0) + overheadBefore, 'stackset.next', key)
  return operation
}
