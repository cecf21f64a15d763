// The events of a stack: what happened to the stack itself and to each resource, in order.
import { derived, fresh, uuid } from '../identifiers.ts'
import type { Cloud, Stack, StackResource } from '../state.ts'
import { isNested } from './work.ts'

/** Sets the stack's status and records it. */
export function say(cloud: Cloud, stack: Stack, status: string, reason?: string): void {
  stack.status = status
  stack.reason = reason
  stack.events.push({
    id: uuid(fresh(cloud)),
    at: cloud.now,
    stackId: stack.id,
    stackName: stack.name,
    logicalId: stack.name,
    physicalId: stack.id,
    type: 'AWS::CloudFormation::Stack',
    status,
    ...(reason === undefined ? {} : { reason }),
  })
}

/** Sets a resource's status and records it. */
export function sayOf(cloud: Cloud, stack: Stack, resource: StackResource, status: string, reason?: string): void {
  resource.status = status
  resource.reason = reason
  resource.at = cloud.now
  stack.events.push({
    id: `${resource.logicalId}-${status}-${derived(fresh(cloud), 16)}`,
    at: cloud.now,
    stackId: stack.id,
    stackName: stack.name,
    logicalId: resource.logicalId,
    physicalId: resource.physicalId,
    type: resource.type,
    status,
    ...(reason === undefined ? {} : { reason }),
  })
}

/** The stack that a nested-stack resource stands for. */
export const childOf = (cloud: Cloud, resource: StackResource): Stack | undefined =>
  isNested(resource.type) ? cloud.stacks[resource.physicalId] : undefined
