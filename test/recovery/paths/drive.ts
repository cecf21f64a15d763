// One execution of a document on the simulator, led along a way: what must happen at a step is made to happen there.
import { expect } from 'vitest'
import type { Execution } from '../../../src/simulator/automation/execution.ts'
import { executionsOf, isOver } from '../../../src/simulator/automation/execution.ts'
import { start } from '../../../src/simulator/automation/start.ts'
import type { Fault } from '../../../src/simulator/faults.ts'
import type { Step } from '../documents.ts'
import { changes, type Event, type Way } from '../graph.ts'
import { next, pass, type Place } from './place.ts'

/** What somebody does, or what happens to the world, when a step is about to end as named: `waitAway timeout`. */
export type Acts = Record<string, (place: Place) => void>

/** How a step that fails by a call does: the call is refused, or takes effect while its answer is lost. */
export type Failing = 'denied' | 'lost-answer'

const pascal = (name: string): string =>
  name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase()).replace('Db', 'DB')

/** Calls whose failure makes the step fail: of a script all but the first, so that it has done something by then. */
function calls({ action, inputs }: Step): string[] {
  if (action === 'aws:branch') return [action]
  if (action === 'aws:executeAutomation') return ['DescribeGlobalClusters']
  if (action !== 'aws:executeScript') return [String(inputs['Api'])]
  const [first = '', ...more] = [
    ...String(inputs['Script']).matchAll(/\.((?:get|put|update|delete|describe|replicate|failover)_\w+)\(/g),
  ].map(([, name = '']) => pascal(name))
  return more.length > 0 ? more : [first]
}

/** Whether the step's one call may take effect though the step fails; a script would find that at its next attempt. */
export const mayBeLost = (step: Step): boolean => step.action === 'aws:executeAwsApi' && changes(step)

function faultsOf(step: Step, failing: Failing): Fault[] {
  const kind = step.action === 'aws:branch' ? 'server-error' : mayBeLost(step) ? failing : 'denied'
  return calls(step).map((command) => ({ kind, command }))
}

/** Starts the document and leads it to its end; throws where it goes another way. */
export function walk(
  place: Place,
  document: { name: string; region: string },
  given: Record<string, string[]>,
  way: Way,
  acts: Acts,
  failing: Failing = 'denied',
): Execution {
  const { moment } = place
  const execution = start(moment, document.region, document.name, given)
  for (const [index, { step, event }] of way.taken.entries()) {
    const due = moment.cloud.tasks.find(({ kind, id }) => kind === 'automation-step' && id === execution.id)
    expect(
      due?.['step'],
      `after ${execution.runs.map((run) => `${run.name} ${run.status} ${run.failure ?? ''}`).join(', ')}`,
    ).toBe(step.name)
    acts[`${step.name} ${event}`]?.(place)
    if (event === 'failure' && !acts[`${step.name} failure`]) moment.faults.push(...faultsOf(step, failing))
    if (event === 'cancel') stop(place, execution, step, document.region)
    while (execution.runs[index]?.endedAt === undefined && !isOver(execution)) expect(next(place)).toBe(true)
    moment.faults.length = 0
    expectEvent(execution, index, event)
  }
  while (!isOver(execution)) expect(next(place)).toBe(true)
  expect(execution.runs).toHaveLength(way.taken.length)
  return execution
}

function stop(place: Place, { id }: Execution, { action }: Step, region: string): void {
  // What it began goes on without it.
  if (action === 'aws:executeAutomation') next(place)
  place.call(region, 'StopAutomationExecution', { AutomationExecutionId: id })
}

const statuses: Record<Event, string> = {
  success: 'Success',
  failure: 'Failed',
  timeout: 'TimedOut',
  cancel: 'Cancelled',
}

function expectEvent({ runs }: Execution, index: number, event: Event): void {
  const run = runs[index]
  expect(run?.status, `${run?.name}: ${run?.failure ?? 'it did not fail'}`).toBe(statuses[event])
}

/** Everything that was begun comes to its end. */
export function rest(place: Place): void {
  pass(place, 12 * 60 * 60_000)
  expect(Object.values(executionsOf(place.moment.cloud)).filter((one) => !isOver(one))).toEqual([])
}
