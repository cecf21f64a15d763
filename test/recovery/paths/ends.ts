// What must be true when an execution of a document has come to its end, by whatever way.
import { expect } from 'vitest'
import type { Status } from '../../../src/simulator/automation/execution.ts'
import type { Content, Step } from '../documents.ts'
import { isFailure, tells, type Way } from '../graph.ts'

const isCritical = ({ isCritical, onFailure }: Step): boolean => isCritical ?? onFailure !== 'Continue'

/** What Systems Manager calls the execution then. */
export function statusOf({ taken, end }: Way): Status {
  if (taken.some(({ event }) => event === 'cancel')) return 'Cancelled'
  const failed = taken.find(({ step, event }) => isFailure(event) && isCritical(step))
  const last = taken.at(-1)
  const decides = failed ?? (end === 'aborted' ? last : undefined)
  if (!decides) return 'Success'
  return decides.event === 'timeout' ? 'TimedOut' : 'Failed'
}

const subject = ({ inputs }: Step): string => String(inputs['Subject'])

/** The documents' own messages among those that were told must be those of the steps that told them. */
export function expectTold({ mainSteps }: Content, { taken }: Way, heard: string[]): void {
  const own = new Set(mainSteps.filter(tells).map(subject))
  const wanted = taken.filter(({ step, event }) => tells(step) && event === 'success').map(({ step }) => subject(step))
  expect(heard.filter((one) => own.has(one))).toEqual(wanted)
}

/** Whether people know that something is left: they were told, telling failed, or they stopped it while it restored. */
export function isKnown({ taken }: Way): boolean {
  const last = taken.at(-1)
  if (!last) return false
  const stopped = last.event === 'cancel' && /^(restore|waitBack|remove)/.test(last.step.name)
  return stopped || (tells(last.step) && !last.step.name.endsWith('Done'))
}
