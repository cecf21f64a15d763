// Hooks, and the checks that AWS makes before a deployment: they say no, and tell the reason in DescribeEvents only.
import type { Moment } from '../answer.ts'
import { strike } from '../faults.ts'
import { fresh, uuid } from '../identifiers.ts'
import type { Stack } from '../state.ts'
import { occasionOf } from './pace.ts'
import { bodyOf } from './template.ts'
import type { Step, Work } from './work.ts'

const early = /^AWS::EarlyValidation::/

/** Notes that a check refuses the resource of a step, and gives what the stack's events say of it. */
function refusal({ cloud, faults }: Moment, stack: Stack, step: Step, before: boolean): string | undefined {
  const type = bodyOf(stack.template).Resources[step.logicalId]?.Type ?? ''
  const mine = faults.filter((it) => it.kind === 'check-fails' && early.test(it.check) === before)
  const fault = strike({ cloud, faults: mine }, 'check-fails', occasionOf(stack, step, type))
  if (!fault) return undefined
  const { check: name, reason, path } = fault
  const { logicalId } = step
  const failed = { id: uuid(fresh(cloud)), at: cloud.now, logicalId, type, name, reason, ...(path ? { path } : {}) }
  stack.checks = [...(stack.checks ?? []), failed]
  return before
    ? `The following hook(s)/validation failed: [${name}]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.`
    : `The following hook(s) failed: [${name}]`
}

/** Why AWS refuses a walk before it begins; undefined when it may begin. */
export function refusedBefore(moment: Moment, stack: Stack, { phase, steps }: Work): string | undefined {
  if (phase !== 'create' && phase !== 'update') return undefined
  return Object.values(steps).reduce<string | undefined>(
    (found, step) => found ?? refusal(moment, stack, step, true),
    undefined,
  )
}

/** Why a hook refuses one resource; undefined when none does. */
export const refusedByHook = (moment: Moment, stack: Stack, step: Step): string | undefined =>
  refusal(moment, stack, step, false)
