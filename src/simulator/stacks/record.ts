// Stacks by name, ARN and kinship, and the birth of a new one.
import type { Region } from '../../lib/core/model.ts'
import { arn, fresh, uuid } from '../identifiers.ts'
import type { Cloud, Stack } from '../state.ts'
import type { Definition } from './work.ts'

export const isGone = (stack: Stack): boolean => stack.status === 'DELETE_COMPLETE'

/** The stack of that ARN, or the living one of that name in the region: a deleted stack is found by ARN only. */
export function findStack(cloud: Cloud, region: Region, nameOrId: string): Stack | undefined {
  const byId = cloud.stacks[nameOrId]
  if (byId) return byId.region === region ? byId : undefined
  return Object.values(cloud.stacks).find(
    (stack) => stack.region === region && stack.name === nameOrId && !isGone(stack),
  )
}

/** What a new stack is born with. */
export type Birth = Pick<
  Stack,
  'name' | 'region' | 'parentId' | 'rootId' | 'roleArn' | 'actor' | 'terminationProtection'
> &
  Definition

/** A stack without resources, not yet in the cloud. */
export const newStack = (cloud: Cloud, birth: Birth): Stack => ({
  ...birth,
  id: arn('cloudformation', birth.region, `stack/${birth.name}/${uuid(fresh(cloud))}`),
  status: 'CREATE_IN_PROGRESS',
  createdAt: cloud.now,
  outputs: {},
  resources: {},
  events: [],
})

/** The role whose rights a stack works with: its own, else that of whoever set it going; undefined: an administrator. */
export function actorOf(cloud: Cloud, stack: Stack): string | undefined {
  const root = stack.rootId === undefined ? stack : (cloud.stacks[stack.rootId] ?? stack)
  return root.roleArn?.split('/').at(-1) ?? root.actor
}
