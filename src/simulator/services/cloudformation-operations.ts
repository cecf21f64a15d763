// The calls on the operations of a stack set: how far they are, what came of them, and stopping one.
import type * as sdk from '@aws-sdk/client-cloudformation'

import { Refusal, type Answers } from '../answer.ts'
import { isOpen, operationNamed, setNamed } from '../stacksets/record.ts'
import type { Operation } from '../state.ts'
import { schedule } from '../tasks.ts'
import { page } from './pages.ts'
import { date } from './shape.ts'

const shown = (operation: Operation) => ({
  OperationId: operation.id,
  Action: operation.action,
  Status: operation.status,
  StatusReason: operation.statusReason,
  CreationTimestamp: new Date(operation.createdAt),
  EndTimestamp: date(operation.endedAt),
  StatusDetails: {
    FailedStackInstancesCount: operation.results.filter(({ status }) => status === 'FAILED').length,
  },
  OperationPreferences: {
    RegionConcurrencyType: operation.parallel ? ('PARALLEL' as const) : ('SEQUENTIAL' as const),
    RegionOrder: [...new Set(operation.results.map(({ region }) => region))],
    FailureToleranceCount: operation.tolerance,
    MaxConcurrentCount: 1,
  },
})

export const answers: Answers = {
  DescribeStackSetOperationCommand: (input: sdk.DescribeStackSetOperationCommandInput, call) => {
    const set = setNamed(call, input.StackSetName)
    const operation = operationNamed(set, input.OperationId)
    return {
      StackSetOperation: {
        ...shown(operation),
        StackSetId: set.id,
        RetainStacks: operation.retainStacks,
        AdministrationRoleARN: set.administrationRoleArn,
        ExecutionRoleName: set.executionRoleName,
      },
    }
  },
  ListStackSetOperationsCommand: (input: sdk.ListStackSetOperationsCommandInput, call) => {
    const newestFirst = setNamed(call, input.StackSetName).operations.toReversed()
    const { items, next } = page(newestFirst, input.MaxResults ?? 100, input.NextToken)
    return { Summaries: items.map(shown), NextToken: next }
  },
  ListStackSetOperationResultsCommand: (input: sdk.ListStackSetOperationResultsCommandInput, call) => {
    const { results } = operationNamed(setNamed(call, input.StackSetName), input.OperationId)
    const wanted = input.Filters?.find(({ Name }) => Name === 'OPERATION_RESULT_STATUS')?.Values
    const all = results.filter(({ status }) => (wanted ?? status) === status)
    const { items, next } = page(all, input.MaxResults ?? 100, input.NextToken)
    const Summaries = items.map(({ account, region, status, reason }) => ({
      Account: account,
      Region: region,
      Status: status,
      StatusReason: reason,
      AccountGateResult: { Status: 'SKIPPED', StatusReason: 'Function not found' },
      OrganizationalUnitId: '',
    }))
    return { Summaries, NextToken: next }
  },
  StopStackSetOperationCommand: (input: sdk.StopStackSetOperationCommandInput, call) => {
    const set = setNamed(call, input.StackSetName)
    const operation = operationNamed(set, input.OperationId)
    if (operation.status === 'STOPPING') return {}
    if (!isOpen(operation)) {
      throw new Refusal('InvalidOperationException', `Operation ${operation.id} is not running`)
    }
    operation.status = 'STOPPING'
    schedule(call.cloud, call.now, 'stackset.next', { set: set.id, operation: operation.id })
    return {}
  },
}
