// Systems Manager Automation: runbooks are started, looked at, answered and stopped.
import {
  type AutomationExecution,
  DescribeDocumentCommand,
  GetAutomationExecutionCommand,
  SendAutomationSignalCommand,
  SSMClient,
  StartAutomationExecutionCommand,
  StopAutomationExecutionCommand,
} from '@aws-sdk/client-ssm'
import type { MakeClient } from './connect.ts'

import { absent } from './shape.ts'

type ExecutionState = 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled'

/** An execution of a runbook. */
export interface Execution {
  id: string
  document: string
  state: ExecutionState
  /** As Systems Manager words it. */
  status: string
  startedAt?: number
  endedAt?: number
  /** The step under way. */
  step?: string
  reason?: string
  steps: { name: string; status: string; startedAt?: number; endedAt?: number; reason?: string }[]
}

/** A runbook. */
export interface Runbook {
  name: string
  isActive: boolean
  version: string
  /** Of its content: the same in two regions when they hold the same text. */
  hash: string
}

/** Runbooks of one region. */
export class Automation {
  private readonly client: SSMClient
  constructor(make: MakeClient) {
    this.client = make(SSMClient)
  }

  /**
   * Starts a runbook and gives the id of the execution.
   * @param token a UUID: the same start with the same token is not done twice
   */
  async start(document: string, parameters: Record<string, string> = {}, token?: string): Promise<string> {
    const Parameters = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]))
    const input = { DocumentName: document, Parameters, ...(token !== undefined && { ClientToken: token }) }
    const answer = await this.client.send(new StartAutomationExecutionCommand(input))
    return answer.AutomationExecutionId ?? ''
  }

  /** An execution; undefined when there is none of that id. */
  async look(id: string): Promise<Execution | undefined> {
    const asked = this.client.send(new GetAutomationExecutionCommand({ AutomationExecutionId: id }))
    const found = (await absent(asked, 'AutomationExecutionNotFound'))?.AutomationExecution
    return found && executionOf(found)
  }

  /** Answers a step that waits for an approval. */
  async answer(id: string, approved: boolean): Promise<void> {
    const SignalType = approved ? 'Approve' : 'Reject'
    await this.client.send(new SendAutomationSignalCommand({ AutomationExecutionId: id, SignalType }))
  }

  /** Stops an execution, which then goes its own way back where its document has one. */
  async stop(id: string): Promise<void> {
    await this.client.send(new StopAutomationExecutionCommand({ AutomationExecutionId: id, Type: 'Cancel' }))
  }

  /** A runbook; undefined when there is none of that name. */
  async document(name: string): Promise<Runbook | undefined> {
    const found = (await absent(this.client.send(new DescribeDocumentCommand({ Name: name })), 'InvalidDocument'))
      ?.Document
    if (!found) return undefined
    const { Name = name, Status, DocumentVersion = '', Hash = '' } = found
    return { name: Name, isActive: Status === 'Active', version: DocumentVersion, hash: Hash }
  }
}

/** Every other status means that it goes on, cancelling included: its way back is under way. */
const states: Record<string, ExecutionState> = {
  Success: 'succeeded',
  CompletedWithSuccess: 'succeeded',
  Failed: 'failed',
  CompletedWithFailure: 'failed',
  TimedOut: 'failed',
  Exited: 'failed',
  Rejected: 'failed',
  Cancelled: 'cancelled',
  Waiting: 'waiting',
}

const time = <K extends string>(name: K, at: Date | undefined): Partial<Record<K, number>> =>
  (at ? { [name]: at.getTime() } : {}) as Partial<Record<K, number>>

function executionOf(it: AutomationExecution): Execution {
  const status = it.AutomationExecutionStatus ?? ''
  return {
    id: it.AutomationExecutionId ?? '',
    document: it.DocumentName ?? '',
    state: states[status] ?? 'running',
    status,
    ...time('startedAt', it.ExecutionStartTime),
    ...time('endedAt', it.ExecutionEndTime),
    ...(it.CurrentStepName !== undefined && { step: it.CurrentStepName }),
    ...(it.FailureMessage !== undefined && { reason: it.FailureMessage }),
    steps: (it.StepExecutions ?? []).map((step) => ({
      name: step.StepName ?? '',
      status: step.StepStatus ?? '',
      ...time('startedAt', step.ExecutionStartTime),
      ...time('endedAt', step.ExecutionEndTime),
      ...(step.FailureMessage !== undefined && { reason: step.FailureMessage }),
    })),
  }
}
