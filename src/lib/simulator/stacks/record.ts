// Stacks by name, ARN and kinship, and the birth of a new one.
import type { Region } from '../../model.ts'
import { arn, fresh, uuid } from '../resources/identifiers.ts'
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

/** Adds a stack without resources or status. */
export function newStack(
  cloud: Cloud,
  region: Region,
  name: string,
  definition: Definition,
  more: Partial<Pick<Stack, 'parentId' | 'rootId' | 'roleArn' | 'terminationProtection'>> = {},
): Stack {
  const id = arn('cloudformation', region, `stack/${name}/${uuid(fresh(cloud))}`)
  const stack: Stack = {
    id,
    name,
    region,
    status: 'CREATE_IN_PROGRESS',
    createdAt: cloud.now,
    ...definition,
    ...more,
    outputs: {},
    resources: {},
    events: [],
  }
  cloud.stacks[id] = stack
  return stack
}
