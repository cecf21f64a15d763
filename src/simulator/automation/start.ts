// Starts an execution of an Automation document after checking what it is given, as Systems Manager does.
import {
  AutomationDefinitionNotFoundException,
  InvalidAutomationExecutionParametersException,
} from '@aws-sdk/client-ssm'

import type { Value } from '../../lib/core/model.ts'
import type { Moment } from '../answer.ts'
import { existing, list, record, text } from '../existing.ts'
import { fresh, uuid } from '../identifiers.ts'
import { said } from '../said.ts'
import type { Cloud, Resource } from '../state.ts'
import { schedule } from '../tasks.ts'
import { isTrusted } from '../resources/iam.ts'
import { executionsOf, fill, type Execution, type Step } from './execution.ts'

/** How long a step takes at least, ms [?]: what executions in public logs show. */
export const stepTime = 2_000

/** A document of the region by its name or ARN. */
export const documentBy = (cloud: Cloud, region: string, name = ''): Resource | undefined =>
  existing(cloud, region, 'AWS::SSM::Document', name.split('/').at(-1) ?? '')

/** The content of a document, which a template may hold as text. */
export function contentOf({ properties }: Resource): Record<string, Value> {
  const { Content } = properties
  return typeof Content === 'string' ? (JSON.parse(Content) as Record<string, Value>) : record(Content)
}

/** Begins it; its first step runs a moment later. Throws what Systems Manager says of a wrong start. */
export function start(
  { cloud }: Moment,
  region: string,
  name: string,
  given: Record<string, string[]>,
  more: { token?: string; parent?: string } = {},
): Execution {
  const executions = executionsOf(cloud)
  const same = Object.values(executions).find(({ token }) => token !== undefined && token === more.token)
  if (same) return same
  const document = documentBy(cloud, region, name)
  if (!document) throw new AutomationDefinitionNotFoundException(said(`Automation document ${name} does not exist.`))
  const { assumeRole, parameters, mainSteps } = contentOf(document)
  const id = uuid(fresh(cloud))
  const steps = list(mainSteps) as unknown as Step[]
  const execution: Execution = {
    id,
    document: document.physicalId,
    region,
    status: 'InProgress',
    startedAt: cloud.now,
    parameters: parametersOf(record(parameters), given),
    steps,
    runs: [],
    ...more,
  }
  takeRole(cloud, execution, assumeRole)
  executions[id] = execution
  schedule(cloud, cloud.now + stepTime, 'automation-step', { id, step: steps[0]?.name ?? '' })
  return execution
}

/** Takes on the role that the document names. Throws when Systems Manager may not. */
function takeRole(cloud: Cloud, execution: Execution, assumeRole: Value | undefined): void {
  const role = text(fill(execution, assumeRole ?? ''))
  if (role === '') return
  if (!isTrusted({ cloud }, role, 'ssm.amazonaws.com'))
    throw new InvalidAutomationExecutionParametersException(said('The defined assume role is unable to be assumed.'))
  execution.role = role
}

function parametersOf(declared: Record<string, Value>, given: Record<string, string[]>): Record<string, Value> {
  const invalid = (message: string): Error => new InvalidAutomationExecutionParametersException(said(message))
  for (const name of Object.keys(given)) if (!declared[name]) throw invalid(`Unknown parameter: ${name}.`)
  const values = Object.entries(declared).map(([name, it]) => {
    const { type, default: usual, allowedValues } = record(it)
    const values = given[name]
    const value = values === undefined ? usual : type === 'StringList' ? values : values[0]
    if (value === undefined) throw invalid(`Parameter ${name} has no value.`)
    if (allowedValues !== undefined && !list(allowedValues).map(text).includes(text(value)))
      throw invalid(`Parameter ${name} has the value ${text(value)}, which is not allowed.`)
    return [name, value] as const
  })
  return Object.fromEntries(values)
}
