// The actions of Automation documents: each tries its step once and says whether it is done, must be tried later, or not.
import { createHash } from 'node:crypto'
import type { Value } from '../../lib/core/model.ts'
import { type Answers, type Call, type Moment, Refusal } from '../answer.ts'
import { ask, isGone } from '../endpoints.ts'
import { strike } from '../faults.ts'
import { list, record, text, texts } from '../existing.ts'
import { requireCall } from '../rights/ask.ts'
import { executionsOf, fill, isOver, select, type Execution, type Step, type StepRun } from './execution.ts'
import type { Api, Scripts } from './script.ts'
import { start } from './start.ts'

/** What a try of a step came to. */
export type Result =
  | { done: true; outputs?: Record<string, Value>; next?: string }
  /** Looks again after so long, ms; `forever` waits for somebody. */
  | { done: false; again: number | 'forever' }

interface Here {
  moment: Moment
  execution: Execution
  step: Step
  run: StepRun
  api: Api
  scripts: Scripts
}

/** How often a waiting step looks, ms [?]: Systems Manager does not say. */
const looks = 5_000

/**
 * A service's API as a runbook calls it, in the region of its execution, faults included. With a role it must be allowed.
 * `GET` asks `https://<Host><Path>`, as a script does.
 */
export function apiOf(moment: Moment, home: string, answers: Answers, role?: string): Api {
  return (name, input, region = home) => {
    if (name === 'GET') return ask(moment, text(input.Host), text(input.Path))
    const call: Call = { ...moment, region, now: moment.cloud.now }
    const occasion = { command: name, region }
    if (isGone(moment, region)) throw new Error(`Could not connect to the endpoint of ${region}.`)
    if (strike(call, 'denied', occasion)) throw new Refusal('AccessDenied', `The role may not call ${name}.`, 403)
    if (strike(call, 'server-error', occasion)) throw new Refusal('InternalFailure', `${name} failed.`, 500)
    if (strike(call, 'throttle', occasion)) throw new Refusal('Throttling', 'Rate exceeded')
    const answer = answers[`${name}Command`]
    if (!answer) throw new Refusal('UnknownOperation', `the simulator does not know the command ${name}`, 501)
    if (role !== undefined) requireCall(moment.cloud, role, name, region, input)
    const answered = answer(input as never, call)
    if (strike(call, 'lost-answer', occasion)) throw new Error(`The connection broke before ${name} answered.`)
    return answered
  }
}

/** Everything but what names the call and judges its answer is the call's input. */
function callOf({ execution, step, api }: Here): { answer: unknown; found: string; wanted: string[] } {
  const {
    Service: _,
    Api: name,
    PropertySelector,
    DesiredValues,
    ...input
  } = record(fill(execution, step.inputs ?? {}))
  const answer = api(text(name), input)
  return { answer, found: text(select(answer, text(PropertySelector))), wanted: texts(DesiredValues) }
}

function outputs({ step }: Here, answer: unknown): Record<string, Value> {
  const found = (step.outputs ?? []).map(({ Name, Selector }) => {
    const value = select(answer, Selector)
    if (value === undefined) throw new Error(`The selector ${Selector} finds nothing in the answer.`)
    return [Name, value as Value] as const
  })
  return Object.fromEntries(found)
}

function isChosen(choice: Record<string, Value>): boolean {
  const { Variable, StringEquals, BooleanEquals, NumericEquals } = choice
  if (StringEquals !== undefined) return text(Variable) === text(StringEquals)
  if (BooleanEquals !== undefined) return text(Variable) === text(BooleanEquals)
  if (NumericEquals !== undefined) return Number(Variable) === Number(NumericEquals)
  throw new Error(`simulator rule: it does not know how to decide ${JSON.stringify(choice)}`)
}

/** `PT1H30M5S` in ms. */
export function duration(iso: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(iso) ?? []
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
}

const done: Result = { done: true }

/** Actions by name. One that throws has failed. */
export const actions: Record<string, (here: Here) => Result> = {
  'aws:executeAwsApi': (here) => ({ done: true, outputs: outputs(here, callOf(here).answer) }),
  'aws:assertAwsResourceProperty': (here) => {
    const { found, wanted } = callOf(here)
    if (wanted.includes(found)) return done
    throw new Error(`Value ${found} is none of ${wanted.join(', ')}.`)
  },
  'aws:waitForAwsResourceProperty': (here) => {
    const { found, wanted } = callOf(here)
    return wanted.includes(found) ? done : { done: false, again: looks }
  },
  'aws:branch': ({ execution, step }) => {
    const { Choices, Default } = step.inputs ?? {}
    const chosen = list(Choices).find((choice) => isChosen(record(fill(execution, choice))))
    const next = text(chosen?.NextStep ?? Default)
    return { done: true, ...(next && { next }) }
  },
  'aws:sleep': ({ moment, execution, step, run }) => {
    const until = run.startedAt + duration(text(fill(execution, step.inputs?.Duration ?? '')))
    return moment.cloud.now >= until ? done : { done: false, again: until - moment.cloud.now }
  },
  'aws:approve': ({ run }) => {
    if (run.outputs.ApprovalStatus === 'Rejected') throw new Error('The request was rejected.')
    return run.outputs.ApprovalStatus === 'Approved' ? done : { done: false, again: 'forever' }
  },
  'aws:executeAutomation': ({ moment, execution, step, run }) => {
    const { DocumentName, RuntimeParameters } = record(fill(execution, step.inputs ?? {}))
    const given = Object.fromEntries(
      Object.entries(record(RuntimeParameters)).map(([key, value]) => [key, texts(value)]),
    )
    const { region, role } = execution
    const may = (api: string, input: Record<string, Value>): void => {
      if (role !== undefined) requireCall(moment.cloud, role, api, region, input)
    }
    if (run.child === undefined) {
      may('StartAutomationExecution', { DocumentName: text(DocumentName), Parameters: given })
      run.child = start(moment, region, text(DocumentName), given, { parent: execution.id }).id
    }
    may('GetAutomationExecution', { AutomationExecutionId: run.child })
    const child = executionsOf(moment.cloud)[run.child]
    if (!child || !isOver(child)) return { done: false, again: looks }
    if (child.status === 'Success') return done
    throw new Error(`Execution ${child.id} of ${child.document} ended as ${child.status}: ${child.failure ?? ''}`)
  },
  'aws:executeScript': (here) => {
    const { moment, execution, step, api, run, scripts } = here
    const script = text(step.inputs?.Script)
    const digest = createHash('sha256').update(script.trimEnd()).digest('hex').slice(0, 12)
    const known = scripts[digest]
    if (!known) throw new Error(`simulator rule: it does not know the script ${digest} of step ${step.name}`)
    const waited = moment.cloud.now - run.triedAt
    const payload = known(record(fill(execution, step.inputs?.InputPayload ?? {})), api, waited)
    if (payload !== 'later') return { done: true, outputs: outputs(here, { Payload: payload }) }
    if (waited < 500_000) return { done: false, again: looks }
    throw new Error('the world did not become as asked')
  },
}
