// The ways through an automation document: each step may succeed, fail or be cancelled, and one that waits may do so in vain.
import type { Content, Step } from './documents.ts'

export type Event = 'success' | 'failure' | 'timeout' | 'cancel'

/** `done`: the end as planned. `aborted`: Systems Manager stops where it is. */
export type End = 'done' | 'aborted'

export interface Way {
  taken: { step: Step; event: Event }[]
  end: End
}

type Next = Step | End

function after(steps: Step[], index: number): Next {
  const step = steps[index] as Step
  if (step.isEnd) return 'done'
  return (step.nextStep === undefined ? steps[index + 1] : named(steps, step.nextStep)) ?? 'done'
}

function named(steps: Step[], name: string): Step {
  const step = steps.find((one) => one.name === name)
  if (!step) throw new Error(`there is no step ${name}`)
  return step
}

function jump(steps: Step[], index: number, where: string | undefined): Next {
  if (where === 'Continue') return after(steps, index)
  // isEnd is "to end automation no matter whether the step succeeds or fails": API reference of StepExecution.
  if (steps[index]?.isEnd) return 'aborted'
  return where?.startsWith('step:') ? named(steps, where.slice('step:'.length)) : 'aborted'
}

/** Where each event leads; a branch may succeed in several ways. */
export function successors(steps: Step[], step: Step): { event: Event; next: Next }[] {
  const index = steps.indexOf(step)
  const choices = (step.inputs['Choices'] ?? []) as { NextStep: string }[]
  const well: Next[] =
    step.action === 'aws:branch'
      ? [
          ...choices.map(({ NextStep }) => named(steps, NextStep)),
          step.inputs['Default'] === undefined ? 'done' : named(steps, String(step.inputs['Default'])),
        ]
      : [after(steps, index)]
  return [
    ...well.map((next) => ({ event: 'success' as const, next })),
    { event: 'failure' as const, next: jump(steps, index, step.onFailure) },
    ...(waits(step) ? [{ event: 'timeout' as const, next: jump(steps, index, step.onFailure) }] : []),
    { event: 'cancel', next: jump(steps, index, step.onCancel) },
  ]
}

/** All ways from the first step to an end; throws on a way that comes round. */
export function ways({ mainSteps }: Content): Way[] {
  const result: Way[] = []
  const walk = (step: Step, taken: Way['taken']): void => {
    if (taken.some((before) => before.step === step)) throw new Error(`a way comes back to ${step.name}`)
    for (const { event, next } of successors(mainSteps, step)) {
      const now = [...taken, { step, event }]
      if (typeof next === 'string') result.push({ taken: now, end: next })
      else walk(next, now)
    }
  }
  const [first] = mainSteps
  if (first) walk(first, [])
  return result
}

/** Whether nothing but its own time ends it while the world does not become as asked. */
export const waits = ({ action }: Step): boolean => action.startsWith('aws:waitFor')

export const isFailure = (event: Event): boolean => event === 'failure' || event === 'timeout'

const looks = /^(Get|Describe|List|Test)/

/** Whether a step may have changed something once it was begun; a message to the topic changes nothing. */
export const changes = ({ action, inputs }: Step): boolean =>
  action === 'aws:executeAutomation' ||
  (action === 'aws:executeAwsApi' && !looks.test(String(inputs['Api'])) && inputs['Api'] !== 'Publish') ||
  (action === 'aws:executeScript' &&
    /\b\w+\.(replicate|create|delete|update|put|modify|failover|switchover|stop)_/.test(String(inputs['Script'])))

export const tells = ({ inputs }: Step): boolean => inputs['Api'] === 'Publish'
