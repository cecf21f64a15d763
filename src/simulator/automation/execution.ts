// An execution of an Automation document: what it runs, where it stands, and the values that its steps gave.
import type { Value } from '../../lib/core/model.ts'
import { record, text } from '../existing.ts'
import type { Cloud } from '../state.ts'

export type Status = 'InProgress' | 'Waiting' | 'Success' | 'Failed' | 'TimedOut' | 'Cancelling' | 'Cancelled'

/** A step of a document, as written there. */
export interface Step {
  name: string
  action: string
  onFailure?: string
  onCancel?: string
  nextStep?: string
  isEnd?: boolean
  isCritical?: boolean
  timeoutSeconds?: number
  maxAttempts?: number
  inputs?: Record<string, Value>
  outputs?: { Name: string; Selector: string; Type?: string }[]
}

/** A step as it went. */
export interface StepRun {
  name: string
  action: string
  status: Status
  startedAt: number
  endedAt?: number
  /** Attempts that have failed, and when the present one began. */
  attempts: number
  triedAt: number
  outputs: Record<string, Value>
  failure?: string
  /** An execution that this step started. */
  child?: string
}

export interface Execution {
  id: string
  document: string
  region: string
  status: Status
  startedAt: number
  endedAt?: number
  /** The role of its steps; without one they have the rights of a person who is not looked at. */
  role?: string
  parameters: Record<string, Value>
  steps: Step[]
  runs: StepRun[]
  /** A step that mattered did not succeed, so that the whole ends like this whatever comes after. */
  verdict?: 'Failed' | 'TimedOut'
  failure?: string
  /** Since when it goes its way back, if somebody cancelled it. */
  cancelledAt?: number
  /** A token of the caller: the same start again is the same execution. */
  token?: string
  parent?: string
}

export const executionsOf = (cloud: Cloud): Record<string, Execution> => (cloud.automations ??= {})

export const isOver = ({ status }: Execution): boolean =>
  ['Success', 'Failed', 'TimedOut', 'Cancelled'].includes(status)

/** `$.A.B[0].C` in an answer; undefined where it leads nowhere. */
export function select(answer: unknown, selector: string): unknown {
  const parts = selector.replace(/^\$\.?/, '').match(/[^.[\]]+/g) ?? []
  return parts.reduce<unknown>(
    (value, part) =>
      Array.isArray(value) ? value[Number(part)] : (value as Record<string, unknown> | undefined)?.[part],
    answer,
  )
}

/** The value of `name`, `step.Output`, `global:REGION` or `automation:EXECUTION_ID`; undefined when there is none. */
function valueOf(execution: Execution, name: string): Value | undefined {
  if (name === 'automation:EXECUTION_ID') return execution.id
  if (name === 'global:REGION') return execution.region
  const [step = '', ...output] = name.split('.')
  if (output.length === 0) return execution.parameters[step]
  return execution.runs.findLast((run) => run.name === step)?.outputs[output.join('.')]
}

/** Inputs with their `{{ variables }}` filled in: one alone keeps its type. Throws on a variable without a value. */
export function fill(execution: Execution, value: Value): Value {
  const required = (name: string): Value => {
    const found = valueOf(execution, name)
    if (found === undefined) throw new Error(`There is no value for {{ ${name} }}.`)
    return found
  }
  if (typeof value === 'string') {
    const alone = /^\{\{\s*([^{}\s]+)\s*\}\}$/.exec(value)
    if (alone) return required(alone[1] ?? '')
    return value.replace(/\{\{\s*([^{}\s]+)\s*\}\}/g, (_, name: string) => text(required(name)))
  }
  if (Array.isArray(value)) return value.map((item) => fill(execution, item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(record(value)).map(([key, item]) => [key, fill(execution, item)]))
}
