// Systems Manager: Automation documents and their executions.
import {
  AutomationExecutionNotFoundException,
  type DescribeDocumentCommandInput,
  type GetAutomationExecutionCommandInput,
  InvalidAutomationSignalException,
  InvalidDocument,
  type ListDocumentsCommandInput,
  type SendAutomationSignalCommandInput,
  type StartAutomationExecutionCommandInput,
  type StopAutomationExecutionCommandInput,
} from '@aws-sdk/client-ssm'
import { createHash } from 'node:crypto'

import type { Answers, Call } from '../answer.ts'
import { executionsOf, isOver, type Execution, type StepRun } from '../automation/execution.ts'
import { documentBy, start } from '../automation/start.ts'
import { all, text } from '../existing.ts'
import { said } from '../said.ts'
import { account } from '../state.ts'
import { date } from './shape.ts'

function required({ cloud, region }: Call, id = ''): Execution {
  const found = executionsOf(cloud)[id]
  if (found?.region === region) return found
  throw new AutomationExecutionNotFoundException(said(`Automation execution ${id} does not exist.`))
}

const stepView = (run: StepRun): object => ({
  StepName: run.name,
  Action: run.action,
  StepStatus: run.status,
  ExecutionStartTime: date(run.startedAt),
  ExecutionEndTime: date(run.endedAt),
  FailureMessage: run.failure,
  Outputs: Object.fromEntries(Object.entries(run.outputs).map(([name, value]) => [name, [text(value)]])),
})

const view = (execution: Execution): object => ({
  AutomationExecutionId: execution.id,
  DocumentName: execution.document,
  DocumentVersion: '1',
  AutomationExecutionStatus: execution.status,
  ExecutionStartTime: date(execution.startedAt),
  ExecutionEndTime: date(execution.endedAt),
  Parameters: Object.fromEntries(
    Object.entries(execution.parameters).map(([name, value]) => [name, [value].flat().map(text)]),
  ),
  FailureMessage: execution.failure,
  CurrentStepName: isOver(execution) ? undefined : execution.runs.at(-1)?.name,
  CurrentAction: isOver(execution) ? undefined : execution.runs.at(-1)?.action,
  ParentAutomationExecutionId: execution.parent,
  StepExecutions: execution.runs.map(stepView),
  StepExecutionsTruncated: false,
})

/** The step under way, or the next, looks now instead of when it planned to. */
function wake({ cloud }: Call, { id }: Execution): void {
  for (const task of cloud.tasks) if (task.kind === 'automation-step' && task.id === id) task.at = cloud.now
}

/** Systems Manager, by command. */
export const answers: Answers = {
  StartAutomationExecutionCommand: (input: StartAutomationExecutionCommandInput, call: Call) => {
    const { DocumentName = '', Parameters = {}, ClientToken } = input
    const more = ClientToken === undefined ? {} : { token: ClientToken }
    return { AutomationExecutionId: start(call, call.region, DocumentName, Parameters, more).id }
  },
  GetAutomationExecutionCommand: (input: GetAutomationExecutionCommandInput, call: Call) => ({
    AutomationExecution: view(required(call, input.AutomationExecutionId)),
  }),
  SendAutomationSignalCommand: (input: SendAutomationSignalCommandInput, call: Call) => {
    const execution = required(call, input.AutomationExecutionId)
    const run = execution.runs.at(-1)
    const status = { Approve: 'Approved', Reject: 'Rejected' }[input.SignalType as string]
    if (status === undefined || execution.status !== 'Waiting' || !run)
      throw new InvalidAutomationSignalException(said(`The execution does not wait for ${input.SignalType}.`))
    run.outputs.ApprovalStatus = status
    wake(call, execution)
    return {}
  },
  StopAutomationExecutionCommand: (input: StopAutomationExecutionCommandInput, call: Call) => {
    const execution = required(call, input.AutomationExecutionId)
    if (isOver(execution)) return {}
    // Complete lets the step under way end and takes no other; Cancel ends it at once.
    execution.status = 'Cancelling'
    wake(call, execution)
    return {}
  },
  ListDocumentsCommand: (_: ListDocumentsCommandInput, { cloud, region }: Call) => ({
    DocumentIdentifiers: all(cloud, 'AWS::SSM::Document', region).map(({ physicalId, properties }) => ({
      Name: physicalId,
      Owner: account,
      DocumentType: text(properties.DocumentType),
      DocumentVersion: '1',
    })),
  }),
  DescribeDocumentCommand: ({ Name = '' }: DescribeDocumentCommandInput, { cloud, region }: Call) => {
    const document = documentBy(cloud, region, Name)
    if (!document) throw new InvalidDocument(said(`Document with name ${Name} does not exist.`))
    const Hash = createHash('sha256').update(JSON.stringify(document.properties.Content)).digest('hex')
    return {
      Document: {
        Name: document.physicalId,
        DocumentType: text(document.properties.DocumentType),
        DocumentVersion: '1',
        DefaultVersion: '1',
        LatestVersion: '1',
        Status: 'Active',
        Hash,
        HashType: 'Sha256',
        CreatedDate: date(document.createdAt),
      },
    }
  },
}
