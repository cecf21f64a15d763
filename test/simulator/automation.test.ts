// How Systems Manager leads an execution through its steps, whatever these do: attempts, times, ends and cancelling.
// Source: Systems Manager User Guide, "Properties shared by all actions"; API reference of StepExecution.
import { expect, test } from 'vitest'
import { advance } from '../../src/simulator/advance.ts'
import type { Call } from '../../src/simulator/answer.ts'
import { executionsOf, type Execution, type Step } from '../../src/simulator/automation/execution.ts'
import { start } from '../../src/simulator/automation/start.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import { answers } from '../../src/simulator/services/index.ts'
import type { Cloud } from '../../src/simulator/state.ts'
import { emptyCloud } from '../../src/simulator/store.ts'

const region = 'us-east-1'
const second = 1_000

const look = { Service: 'ssm', Api: 'GetParameters', Names: ['lock'] }
const step = (name: string, more: Partial<Step> = {}): Step => ({
  name,
  action: 'aws:executeAwsApi',
  inputs: look,
  ...more,
})
const put = (Value: string): Step['inputs'] => ({ Service: 'ssm', Api: 'PutParameter', Name: 'lock', Value })
/** Waits for a parameter that nobody writes. */
const wait = (name: string, more: Partial<Step> = {}): Step =>
  step(name, {
    action: 'aws:waitForAwsResourceProperty',
    inputs: { ...look, PropertySelector: '$.Parameters[0].Value', DesiredValues: ['free'] },
    ...more,
  })

interface Begun {
  cloud: Cloud
  execution: Execution
  call: (command: string, input: object) => unknown
  pass: (seconds: number) => void
}

function begin(steps: Step[], faults: Fault[] = []): Begun {
  const cloud = emptyCloud(0)
  cloud.resources['document'] = {
    type: 'AWS::SSM::Document',
    region,
    physicalId: 'doc',
    properties: { Content: { schemaVersion: '0.3', parameters: {}, mainSteps: steps as never } },
    attributes: {},
    tags: {},
    createdAt: 0,
  }
  const moment = { cloud, faults }
  const call = (command: string, input: object): unknown => {
    const now: Call = { ...moment, region, now: cloud.now }
    return answers[`${command}Command`]?.(input as never, now)
  }
  const execution = start(moment, region, 'doc', {})
  return { cloud, execution, call, pass: (seconds) => void advance(moment, cloud.now + seconds * second) }
}

const went = ({ runs }: Execution): string[] => runs.map(({ name, status }) => `${name} ${status}`)

function ended(steps: Step[], faults?: Fault[]): Execution {
  const { execution, pass } = begin(steps, faults)
  pass(86_400)
  return execution
}

const denied: Fault = { kind: 'denied', command: 'GetParameters' }

test('a step that is the end ends the execution when it fails too, wherever its failure would lead', () => {
  const steps = [step('last', { isEnd: true, onFailure: 'step:tell' }), step('tell', { inputs: put('told') })]
  const seen = ended(steps, [denied])
  expect(went(seen)).toEqual(['last Failed'])
  expect(seen.status).toBe('Failed')
})

test('a failure after which the execution continues is not critical unless the step says so', () => {
  const after = step('after', { inputs: put('x') })
  expect(ended([step('first', { onFailure: 'Continue' }), after], [denied]).status).toBe('Success')
  expect(ended([step('first', { onFailure: 'Continue', isCritical: true }), after], [denied]).status).toBe('Failed')
  expect(ended([step('first', { onFailure: 'step:after' }), after], [denied]).status).toBe('Failed')
})

test('each attempt has the time of its step, and none has timed out before the last one has', () => {
  const { execution, pass } = begin([wait('free', { timeoutSeconds: 100, maxAttempts: 3 })])
  pass(290)
  expect(execution.runs).toMatchObject([{ status: 'InProgress', attempts: 2 }])
  pass(30)
  expect(execution).toMatchObject({ status: 'TimedOut', runs: [{ status: 'TimedOut', attempts: 3 }] })
})

test('an attempt after one that timed out may still succeed', () => {
  const { execution, call, pass } = begin([wait('free', { timeoutSeconds: 100, maxAttempts: 2 })])
  pass(150)
  call('PutParameter', { Name: 'lock', Value: 'free' })
  pass(10)
  expect(execution.status).toBe('Success')
})

test('whoever cancels gives the way back two minutes', () => {
  const back = wait('back', { timeoutSeconds: 600, onFailure: 'step:tell' })
  const { execution, call, pass } = begin([wait('away', { onCancel: 'step:back' }), back, step('tell')])
  pass(10)
  call('StopAutomationExecution', { AutomationExecutionId: execution.id })
  pass(115)
  expect(execution.status).toBe('Cancelling')
  pass(10)
  expect(went(execution)).toEqual(['away Cancelled', 'back Cancelled'])
  expect(execution.status).toBe('Cancelled')
})

test('a call whose answer is lost has taken effect, and its step has failed', () => {
  const { execution, call, pass } = begin(
    [step('write', { inputs: put('x') })],
    [{ kind: 'lost-answer', command: 'PutParameter' }],
  )
  pass(60)
  expect(execution.status).toBe('Failed')
  expect(call('GetParameters', { Names: ['lock'] })).toMatchObject({ Parameters: [{ Value: 'x' }] })
})

test('Systems Manager itself may fail a step, a branch like any other', () => {
  const inputs = { Choices: [{ NextStep: 'after', Variable: 'a', StringEquals: 'b' }], Default: 'after' }
  const steps = [step('choose', { action: 'aws:branch', onFailure: 'step:after', inputs }), step('after')]
  const seen = ended(steps, [{ kind: 'server-error', command: 'aws:branch' }])
  expect(went(seen)).toEqual(['choose Failed', 'after Success'])
})

test('an execution that another one begins anew is another execution', () => {
  const again = step('again', { action: 'aws:executeAutomation', maxAttempts: 2, inputs: { DocumentName: 'doc' } })
  const { execution, cloud, pass } = begin([again])
  // What it begins is the same document, which from now on fails at once.
  const [document] = Object.values(cloud.resources)
  document!.properties = { Content: { parameters: {}, mainSteps: [{ name: 'fail', action: 'aws:none' }] } }
  pass(3_600)
  expect(execution).toMatchObject({ status: 'Failed', runs: [{ attempts: 2 }] })
  expect(Object.values(executionsOf(cloud)).filter(({ parent }) => parent === execution.id)).toHaveLength(2)
})
