// How long things take in the simulated cloud, in virtual milliseconds.
import { nestedOverhead, usualOf } from '../../lib/core/durations.ts'
import type { Moment } from '../answer.ts'
import { strike, type Occasion } from '../faults.ts'
import type { Stack, StackResource } from '../state.ts'
import { workOf, type Step } from './work.ts'

export const seconds = (count: number): number => count * 1000

/** From the call to the first resource, and from the last resource to the end: a part of what a nested stack costs. */
export const stackOverhead = seconds(2)
/** Between a nested stack's end and its parent's noticing it. */
export const noticeOverhead = seconds(nestedOverhead) - 2 * stackOverhead

/** What faults can meet in a step. */
export const occasionOf = (stack: Stack, step: Step, type: string): Occasion => ({
  region: stack.region,
  type,
  logicalId: step.logicalId,
  stage: /^(?:StackSet-)?dr-[a-z0-9]+-([a-z0-9]+)-/.exec(stack.name)?.[1],
  action: workOf(stack)?.phase === 'revert' ? 'rollback' : verbs[step.verb],
})

const verbs = { CREATE: 'create', UPDATE: 'update', DELETE: 'delete' } as const

/** How long a step takes; undefined for one that is stuck. */
export function pace(
  moment: Moment,
  stack: Stack,
  step: Step,
  { type, properties }: Pick<StackResource, 'type' | 'properties'>,
): number | undefined {
  const occasion = occasionOf(stack, step, type)
  if (strike(moment, 'stuck', occasion)) return undefined
  const factor = strike(moment, 'slow', occasion)?.factor ?? 1
  return seconds(usualOf(type, properties)[verbs[step.verb]]) * factor
}
