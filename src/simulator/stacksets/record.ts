// Stack sets by name or id, their operations and instances, and the errors that name them.
import { Refusal, type Call } from '../answer.ts'
import type { Operation, StackInstance, StackSet } from '../state.ts'
import { arn } from '../identifiers.ts'

export const setArn = ({ id, region }: StackSet): string => arn('cloudformation', region, `stackset/${id}`)

/** The active set of that name in the region, or the set of that id, which may be deleted. */
export function findSet({ cloud, region }: Call, nameOrId = ''): StackSet | undefined {
  return Object.values(cloud.stackSets).find(
    (set) =>
      set.region === region &&
      (set.id === nameOrId || setArn(set) === nameOrId || (set.name === nameOrId && set.status === 'ACTIVE')),
  )
}

/** As findSet; throws StackSetNotFoundException. */
export function setNamed(call: Call, nameOrId: string | undefined): StackSet {
  const set = findSet(call, nameOrId)
  if (!set) throw new Refusal('StackSetNotFoundException', `StackSet ${nameOrId ?? ''} not found`, 404)
  return set
}

/** As setNamed, for what needs a living set. */
export function activeSet(call: Call, nameOrId: string | undefined): StackSet {
  const set = setNamed(call, nameOrId)
  if (set.status === 'ACTIVE') return set
  throw new Refusal('StackSetNotFoundException', `StackSet ${nameOrId ?? ''} not found`, 404)
}

export const instanceOf = (set: StackSet, account: string, region: string): StackInstance | undefined =>
  set.instances.find((instance) => instance.account === account && instance.region === region)

/** Throws OperationNotFoundException. */
export function operationNamed(set: StackSet, id: string | undefined): Operation {
  const found = set.operations.find((operation) => operation.id === id)
  if (!found) {
    throw new Refusal('OperationNotFoundException', `Operation ${id ?? ''} not found for StackSet ${set.id}`, 404)
  }
  return found
}

/** An operation that has not come to its end. */
export const isOpen = ({ status }: Operation): boolean => ['QUEUED', 'RUNNING', 'STOPPING'].includes(status)

/** Throws OperationInProgressException while an operation works. */
export function requireIdle(set: StackSet): void {
  const running = set.operations.find(isOpen)
  if (!running) return
  throw new Refusal(
    'OperationInProgressException',
    `Another Operation on StackSet ${setArn(set)} is in progress: ${running.id}`,
    409,
  )
}
