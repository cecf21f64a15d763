// What a stack is busy with: a walk over the graph of its resources, kept in the stack so that it survives the process.
import { createHash } from 'node:crypto'

import type { Value } from '../../lib/core/model.ts'
import type { Cloud, Stack, StackResource } from '../state.ts'

/**
 * The walks a stack can be on. `revert` undoes an update; `clean` and `revert-clean` delete what an update or its
 * undoing left over; a nested stack rests in `updated` and `reverted` until its parent cleans up.
 */
export type Phase =
  | 'create'
  | 'rollback'
  | 'delete'
  | 'update'
  | 'updated'
  | 'clean'
  | 'revert'
  | 'reverted'
  | 'revert-clean'

export interface Step {
  logicalId: string
  verb: 'CREATE' | 'UPDATE' | 'DELETE'
  /** Keys of the steps that come before it. */
  needs: string[]
  state: 'waiting' | 'running' | 'done' | 'failed'
  /** For the deletion of what an update left over: the resource as it was. */
  leftover?: StackResource
  /** DeletionPolicy or UpdateReplacePolicy Retain: CloudFormation lets go of it. */
  retain?: boolean
  /** DeletionPolicy or UpdateReplacePolicy Snapshot, or the default of databases. */
  snapshot?: boolean
  /** How often a clean-up was tried; CloudFormation gives up after three. */
  tries?: number
}

/** What an update replaces, and returns to when it fails. */
export interface Definition {
  template: string
  parameters: Record<string, string>
  tags: Record<string, string>
  capabilities: string[]
}

export interface Work {
  /** Tells the tasks of this walk from those of an earlier one. */
  serial: number
  phase: Phase
  steps: Record<string, Step>
  onFailure: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING'
  before?: Definition & { resources: Record<string, StackResource> }
  /** A rollback that a person asked to go on: nested stacks whose own failed try again. */
  continued?: boolean
  /** Why AWS refused the whole of it before it began. */
  refused?: string
  /** What waits for the clean-up, and the definition that it came from. */
  leftovers?: Leftovers
}

export interface Leftovers {
  of: Definition
  resources: StackResource[]
}

export const workOf = (stack: Stack): Work | undefined => stack.work as unknown as Work | undefined

/** Puts a stack on a new walk. */
export function setWork(cloud: Cloud, stack: Stack, work: Omit<Work, 'serial'>): Work {
  const fresh: Work = { ...work, serial: (cloud.serial += 1) }
  stack.work = fresh as unknown as Value
  return fresh
}

export const definitionOf = ({ template, parameters, tags, capabilities }: Definition): Definition => ({
  template,
  parameters,
  tags,
  capabilities,
})

export const isNested = (type: string): boolean => type === 'AWS::CloudFormation::Stack'

/** The SHA-256 of a text in hexadecimal digits. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** No operation is under way. A stack in review waits for its change set, and for nothing else. */
export const isSettled = (status: string): boolean =>
  !status.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS'
