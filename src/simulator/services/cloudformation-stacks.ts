// The stack calls of CloudFormation: reading, and the checks before a stack begins to change.
import type * as sdk from '@aws-sdk/client-cloudformation'

import type { Answers, Call } from '../answer.ts'
import { findStack } from '../stacks/record.ts'
import { invalid, masked } from '../stacks/template.ts'
import type { Stack, StackResource } from '../state.ts'
import { page } from './pages.ts'
import { date, listed } from './shape.ts'

/** The stack that a call names. Throws ValidationError when there is none. */
export function stackNamed({ cloud, region }: Call, name: string | undefined): Stack {
  const stack = findStack(cloud, region, name ?? '')
  if (!stack) throw invalid(`Stack with id ${name ?? ''} does not exist`)
  return stack
}

const described = (stack: Stack): sdk.Stack => {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: new Date(stack.createdAt),
    LastUpdatedTime: date(stack.updatedAt),
    DeletionTime: date(stack.deletedAt),
    StackStatus: stack.status as sdk.StackStatus,
    StackStatusReason: stack.reason,
    Parameters: listed(masked(stack), 'ParameterKey', 'ParameterValue'),
    Outputs: listed(stack.outputs, 'OutputKey', 'OutputValue'),
    Tags: listed(stack.tags, 'Key', 'Value'),
    Capabilities: stack.capabilities as sdk.Capability[],
    RoleARN: stack.roleArn,
    ParentId: stack.parentId,
    RootId: stack.rootId,
    EnableTerminationProtection: stack.terminationProtection ?? false,
    DisableRollback: false,
    NotificationARNs: [],
    DriftInformation: {
      StackDriftStatus: stack.drift?.status ?? 'NOT_CHECKED',
      ...(stack.drift && { LastCheckTimestamp: new Date(stack.drift.at) }),
    },
  }
}

const summary = (resource: StackResource): sdk.StackResourceSummary => ({
  LogicalResourceId: resource.logicalId,
  PhysicalResourceId: resource.physicalId || undefined,
  ResourceType: resource.type,
  LastUpdatedTimestamp: new Date(resource.at),
  ResourceStatus: resource.status as sdk.ResourceStatus,
  ResourceStatusReason: resource.reason,
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
})

export const answers: Answers = {
  DescribeStacksCommand: (input: sdk.DescribeStacksCommandInput, call) => {
    if (input.StackName !== undefined) return { Stacks: [described(stackNamed(call, input.StackName))] }
    const living = Object.values(call.cloud.stacks).filter(
      ({ region, status }) => region === call.region && status !== 'DELETE_COMPLETE',
    )
    const { items, next } = page(living.reverse(), 100, input.NextToken)
    return { Stacks: items.map(described), NextToken: next }
  },
  ListStacksCommand: (input: sdk.ListStacksCommandInput, call) => {
    const wanted = input.StackStatusFilter ?? []
    const all = Object.values(call.cloud.stacks).filter(
      ({ region, status }) =>
        region === call.region && (wanted.length === 0 || wanted.includes(status as sdk.StackStatus)),
    )
    const { items, next } = page(all.reverse(), 100, input.NextToken)
    return {
      StackSummaries: items.map((stack) => {
        const { Parameters: _p, Outputs: _o, Tags: _t, Capabilities: _c, ...rest } = described(stack)
        return rest
      }),
      NextToken: next,
    }
  },
  DescribeStackEventsCommand: (input: sdk.DescribeStackEventsCommandInput, call) => {
    const { events } = stackNamed(call, input.StackName)
    // The token counts from the oldest event, so that events which arrive between two pages move nothing.
    const end = input.NextToken === undefined ? events.length : Number(input.NextToken)
    const start = Math.max(0, end - 100)
    const items = events.slice(start, end).reverse()
    return {
      StackEvents: items.map((event) => ({
        EventId: event.id,
        StackId: event.stackId,
        StackName: event.stackName,
        LogicalResourceId: event.logicalId,
        PhysicalResourceId: event.physicalId || undefined,
        ResourceType: event.type,
        Timestamp: new Date(event.at),
        ResourceStatus: event.status as sdk.ResourceStatus,
        ResourceStatusReason: event.reason,
      })),
      NextToken: start > 0 ? String(start) : undefined,
    }
  },
  DescribeStackResourcesCommand: (input: sdk.DescribeStackResourcesCommandInput, call) => {
    const stack = stackNamed(call, input.StackName)
    const wanted = Object.values(stack.resources).filter(
      ({ logicalId }) => input.LogicalResourceId === undefined || logicalId === input.LogicalResourceId,
    )
    return {
      StackResources: wanted.map((resource) => {
        const { LastUpdatedTimestamp: Timestamp, ...rest } = summary(resource)
        return { StackId: stack.id, StackName: stack.name, Timestamp, ...rest }
      }),
    }
  },
  ListStackResourcesCommand: (input: sdk.ListStackResourcesCommandInput, call) => {
    const all = Object.values(stackNamed(call, input.StackName).resources)
    const { items, next } = page(all, 100, input.NextToken)
    return { StackResourceSummaries: items.map(summary), NextToken: next }
  },
  GetTemplateCommand: (input: sdk.GetTemplateCommandInput, call) => ({
    TemplateBody: stackNamed(call, input.StackName).template,
    StagesAvailable: ['Original', 'Processed'],
  }),
}
