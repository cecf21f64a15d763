// The calls on the instances of a stack set: one per account and region, each with a stack of its own.
import type * as sdk from '@aws-sdk/client-cloudformation'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { bodyOf, invalid } from '../stacks/template.ts'
import { earlier, operate, pairsOf, type Pair } from '../stacksets/operate.ts'
import { activeSet, instanceOf, setNamed } from '../stacksets/record.ts'
import type { StackInstance, StackSet } from '../state.ts'
import { page } from './pages.ts'
import { listed } from './shape.ts'

/** Given overrides replace the whole list; what the list leaves out goes back to the set's value [M:Parameter]. */
function overridden(set: StackSet, given: sdk.Parameter[] | undefined, current: Record<string, string>) {
  if (given === undefined) return current
  const declared = bodyOf(set.template).Parameters ?? {}
  const strange = given.map(({ ParameterKey: key = '' }) => key).filter((key) => declared[key] === undefined)
  if (strange.length > 0) throw invalid(`Parameters: [${strange.join(', ')}] do not exist in the template`)
  const entries = given.map(({ ParameterKey: key = '', ParameterValue, UsePreviousValue }) => [
    key,
    UsePreviousValue ? current[key] : ParameterValue,
  ])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, string>
}

const missing = (set: StackSet, { account, region }: Pair): Refusal =>
  new Refusal(
    'StackInstanceNotFoundException',
    `Stack instance not found for StackSet ${set.id}, account ${account} and region ${region}`,
    404,
  )

function targetsOf(input: { Accounts?: string[]; Regions?: string[]; DeploymentTargets?: unknown }): Pair[] {
  const pairs = input.DeploymentTargets === undefined ? pairsOf(input) : undefined
  if (!pairs) throw invalid('You must specify Accounts and Regions')
  return pairs
}

const summary = (set: StackSet, instance: StackInstance): sdk.StackInstanceSummary => ({
  StackSetId: set.id,
  Account: instance.account,
  Region: instance.region,
  StackId: instance.stackId,
  Status: instance.status,
  StatusReason: instance.reason,
  StackInstanceStatus: { DetailedStatus: instance.detailedStatus as sdk.StackInstanceDetailedStatus },
  OrganizationalUnitId: '',
  DriftStatus: 'NOT_CHECKED',
  LastOperationId: instance.lastOperationId,
})

function createStackInstances(input: sdk.CreateStackInstancesCommandInput, call: Call): object {
  const set = activeSet(call, input.StackSetName)
  const known = earlier(set, 'CreateStackInstances', input)
  if (known) return { OperationId: known.id }
  const pairs = targetsOf(input)
  const fresh = pairs.map(({ account, region }): StackInstance => {
    const present = instanceOf(set, account, region)
    const overrides = overridden(set, input.ParameterOverrides, present?.overrides ?? {})
    return { ...(present ?? { account, region, status: 'OUTDATED', detailedStatus: 'PENDING' }), overrides }
  })
  const isTouched = (it: StackInstance): boolean =>
    pairs.some((p) => p.account === it.account && p.region === it.region)
  set.instances = [...set.instances.filter((it) => !isTouched(it)), ...fresh]
  return { OperationId: operate(call, set, 'CREATE', 'CreateStackInstances', input, pairs).id }
}

function updateStackInstances(input: sdk.UpdateStackInstancesCommandInput, call: Call): object {
  const set = activeSet(call, input.StackSetName)
  const known = earlier(set, 'UpdateStackInstances', input)
  if (known) return { OperationId: known.id }
  const pairs = targetsOf(input)
  const changes = pairs.map((pair): [StackInstance, Record<string, string>] => {
    const instance = instanceOf(set, pair.account, pair.region)
    if (!instance) throw missing(set, pair)
    return [instance, overridden(set, input.ParameterOverrides, instance.overrides)]
  })
  for (const [instance, overrides] of changes) instance.overrides = overrides
  return { OperationId: operate(call, set, 'UPDATE', 'UpdateStackInstances', input, pairs).id }
}

/** Instances that do not exist are passed over: an operation without work [COP]. */
function deleteStackInstances(input: sdk.DeleteStackInstancesCommandInput, call: Call): object {
  const set = activeSet(call, input.StackSetName)
  const known = earlier(set, 'DeleteStackInstances', input)
  if (known) return { OperationId: known.id }
  const pairs = targetsOf(input).filter(({ account, region }) => instanceOf(set, account, region))
  return { OperationId: operate(call, set, 'DELETE', 'DeleteStackInstances', input, pairs).id }
}

export const answers: Answers = {
  CreateStackInstancesCommand: createStackInstances,
  UpdateStackInstancesCommand: updateStackInstances,
  DeleteStackInstancesCommand: deleteStackInstances,
  DescribeStackInstanceCommand: (input: sdk.DescribeStackInstanceCommandInput, call) => {
    const set = setNamed(call, input.StackSetName)
    const pair = { account: input.StackInstanceAccount ?? '', region: input.StackInstanceRegion ?? '' }
    const instance = instanceOf(set, pair.account, pair.region)
    if (!instance) throw missing(set, pair)
    const ParameterOverrides = listed(instance.overrides, 'ParameterKey', 'ParameterValue')
    return { StackInstance: { ...summary(set, instance), ParameterOverrides } }
  },
  ListStackInstancesCommand: (input: sdk.ListStackInstancesCommandInput, call) => {
    const set = setNamed(call, input.StackSetName)
    const filters = (input.Filters ?? []).map(({ Name, Values = '' }) => (it: StackInstance): boolean => {
      if (Name === 'DETAILED_STATUS') return it.detailedStatus === Values
      return Name === 'LAST_OPERATION_ID' ? it.lastOperationId === Values : true
    })
    const wanted = set.instances.filter(
      (it) =>
        (input.StackInstanceAccount ?? it.account) === it.account &&
        (input.StackInstanceRegion ?? it.region) === it.region &&
        filters.every((filter) => filter(it)),
    )
    const { items, next } = page(wanted, input.MaxResults ?? 100, input.NextToken)
    return { Summaries: items.map((instance) => summary(set, instance)), NextToken: next }
  },
}
