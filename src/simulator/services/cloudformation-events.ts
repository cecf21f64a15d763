// DescribeEvents: the events of a stack together with what hooks and checks refused.
import type * as sdk from '@aws-sdk/client-cloudformation'

import type { Answers } from '../answer.ts'
import { invalid } from '../stacks/template.ts'
import type { FailedCheck, StackEvent } from '../state.ts'
import { stackNamed } from './cloudformation-stacks.ts'
import { page } from './pages.ts'

const ofStack = (event: StackEvent): sdk.OperationEvent => ({
  EventId: event.id,
  StackId: event.stackId,
  EventType: event.status.endsWith('_FAILED') ? 'PROVISIONING_ERROR' : 'STACK_EVENT',
  LogicalResourceId: event.logicalId,
  PhysicalResourceId: event.physicalId || undefined,
  ResourceType: event.type,
  Timestamp: new Date(event.at),
  ResourceStatus: event.status as sdk.ResourceStatus,
  ResourceStatusReason: event.reason,
})

const ofCheck = ({ id, at, logicalId, type, name, reason, path }: FailedCheck): sdk.OperationEvent => {
  const about = { EventId: id, LogicalResourceId: logicalId, ResourceType: type, Timestamp: new Date(at) }
  return name.startsWith('AWS::EarlyValidation::')
    ? {
        ...about,
        EventType: 'VALIDATION_ERROR',
        ValidationName: name,
        ValidationStatus: 'FAILED',
        ValidationStatusReason: reason,
        ValidationPath: path,
      }
    : {
        ...about,
        EventType: 'HOOK_INVOCATION_ERROR',
        HookType: name,
        HookStatus: 'HOOK_COMPLETE_FAILED',
        HookStatusReason: reason,
      }
}

export const answers: Answers = {
  DescribeEventsCommand: (input: sdk.DescribeEventsCommandInput, call) => {
    if (input.StackName === undefined) throw invalid('One of ChangeSetName, OperationId or StackName must be specified')
    const { events, checks = [] } = stackNamed(call, input.StackName)
    const onlyFailed = input.Filters?.FailedEvents ?? false
    const all = [
      ...events.filter(({ status }) => !onlyFailed || status.endsWith('_FAILED')).map(ofStack),
      ...checks.map(ofCheck),
    ].sort((a, b) => Number(b.Timestamp) - Number(a.Timestamp))
    const { items, next } = page(all, 100, input.NextToken)
    return { OperationEvents: items, NextToken: next }
  },
}
