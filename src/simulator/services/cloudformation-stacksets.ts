// The calls on stack sets themselves: what a set is. Self-managed permissions only; its instances are elsewhere.
import type * as sdk from '@aws-sdk/client-cloudformation'
import { isDeepStrictEqual } from 'node:util'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { fresh, uuid } from '../identifiers.ts'
import { definitionFrom, type DefinitionInput } from '../stacks/definition.ts'
import { invalid, masked } from '../stacks/template.ts'
import { definitionOf } from '../stacks/work.ts'
import { earlier, operate, pairsOf } from '../stacksets/operate.ts'
import { activeSet, findSet, instanceOf, requireIdle, setArn, setNamed } from '../stacksets/record.ts'
import type { StackSet } from '../state.ts'
import { page } from './pages.ts'
import { listed } from './shape.ts'

/** Throws for what the simulator leaves out, so that nobody mistakes it for AWS's answer. */
function requireSelfManaged(input: {
  PermissionModel?: string
  CallAs?: string
  AutoDeployment?: unknown
  ManagedExecution?: { Active?: boolean }
}): void {
  const isOther = input.PermissionModel === 'SERVICE_MANAGED' || input.CallAs === 'DELEGATED_ADMIN'
  if (isOther || input.AutoDeployment !== undefined || input.ManagedExecution?.Active) {
    throw invalid('the simulator knows self-managed stack sets without managed execution only')
  }
}

const driftOf = ({ drift, instances }: StackSet): sdk.StackSetDriftDetectionDetails => ({
  DriftStatus: drift?.status ?? 'NOT_CHECKED',
  ...(drift && { DriftDetectionStatus: drift.detection, LastDriftCheckTimestamp: new Date(drift.at) }),
  TotalStackInstancesCount: instances.length,
  ...(drift && { DriftedStackInstancesCount: drift.status === 'DRIFTED' ? 1 : 0 }),
})

const shown = (set: StackSet): sdk.StackSet => ({
  StackSetId: set.id,
  StackSetARN: setArn(set),
  StackSetName: set.name,
  Description: set.description,
  Status: set.status,
  TemplateBody: set.template,
  Parameters: listed(masked(set), 'ParameterKey', 'ParameterValue'),
  Capabilities: set.capabilities as sdk.Capability[],
  Tags: listed(set.tags, 'Key', 'Value'),
  AdministrationRoleARN: set.administrationRoleArn,
  ExecutionRoleName: set.executionRoleName,
  PermissionModel: 'SELF_MANAGED',
  ManagedExecution: { Active: false },
  StackSetDriftDetectionDetails: driftOf(set),
  OrganizationalUnitIds: [],
  Regions: [...new Set(set.instances.map(({ region }) => region))],
})

/** A set keeps the capabilities that it has until a call gives others. */
const definitionOfSet = (call: Call, input: DefinitionInput, set?: StackSet) =>
  definitionFrom(call.cloud, call.region, { ...input, Capabilities: input.Capabilities ?? set?.capabilities }, set)

function createStackSet(input: sdk.CreateStackSetCommandInput, call: Call): object {
  requireSelfManaged(input)
  const name = input.StackSetName ?? ''
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
    throw invalid(
      `1 validation error detected: Value '${name}' at 'stackSetName' failed to satisfy constraint: ` +
        'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]{0,127}',
    )
  }
  const definition = definitionOfSet(call, input)
  const known = findSet(call, name)
  if (known) {
    const isRepeated = input.ClientRequestToken !== undefined && known.createToken === input.ClientRequestToken
    if (isRepeated && isDeepStrictEqual(definitionOf(known), definition)) return { StackSetId: known.id }
    throw isRepeated
      ? new Refusal('CreatedButModifiedException', `StackSet ${name} was created with other properties`, 409)
      : new Refusal('NameAlreadyExistsException', `StackSet ${name} already exists`, 409)
  }
  const set: StackSet = {
    id: `${name}:${uuid(fresh(call.cloud))}`,
    name,
    region: call.region,
    status: 'ACTIVE',
    ...definition,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.AdministrationRoleARN === undefined ? {} : { administrationRoleArn: input.AdministrationRoleARN }),
    ...(input.ExecutionRoleName === undefined ? {} : { executionRoleName: input.ExecutionRoleName }),
    ...(input.ClientRequestToken === undefined ? {} : { createToken: input.ClientRequestToken }),
    instances: [],
    operations: [],
  }
  call.cloud.stackSets[set.id] = set
  return { StackSetId: set.id }
}

function updateStackSet(input: sdk.UpdateStackSetCommandInput, call: Call): object {
  requireSelfManaged(input)
  const set = activeSet(call, input.StackSetName)
  const known = earlier(set, 'UpdateStackSet', input)
  if (known) return { OperationId: known.id }
  if (set.administrationRoleArn !== undefined && input.AdministrationRoleARN === undefined) {
    throw invalid('You must specify a customized administrator role, since the stack set was created with one')
  }
  const definition = definitionOfSet(call, input, set)
  const chosen = pairsOf(input)
  for (const { account, region } of chosen ?? []) {
    if (instanceOf(set, account, region)) continue
    const message = `Stack instance not found for StackSet ${set.id}, account ${account} and region ${region}`
    throw new Refusal('StackInstanceNotFoundException', message, 404)
  }
  const isChanged = !isDeepStrictEqual(definitionOf(set), definition)
  // The new definition stays, whatever becomes of the operation [M:UpdateStackSet].
  Object.assign(set, definition)
  if (input.AdministrationRoleARN !== undefined) set.administrationRoleArn = input.AdministrationRoleARN
  if (input.ExecutionRoleName !== undefined) set.executionRoleName = input.ExecutionRoleName
  if (input.Description !== undefined) set.description = input.Description
  const operable = set.instances.filter(({ status }) => status !== 'INOPERABLE')
  if (isChanged) for (const it of operable) Object.assign(it, { status: 'OUTDATED', detailedStatus: 'PENDING' })
  const targets = (chosen ?? operable).filter(
    ({ account, region }) => instanceOf(set, account, region)?.status !== 'INOPERABLE',
  )
  const pairs = targets.map(({ account, region }) => ({ account, region }))
  return { OperationId: operate(call, set, 'UPDATE', 'UpdateStackSet', input, pairs).id }
}

export const answers: Answers = {
  CreateStackSetCommand: createStackSet,
  UpdateStackSetCommand: updateStackSet,
  /** No error for an unknown name [LS]. */
  DeleteStackSetCommand: (input: sdk.DeleteStackSetCommandInput, call) => {
    const set = findSet(call, input.StackSetName)
    if (!set || set.status === 'DELETED') return {}
    requireIdle(set)
    if (set.instances.length > 0) {
      throw new Refusal('StackSetNotEmptyException', `StackSet ${set.name} is not empty`, 409)
    }
    set.status = 'DELETED'
    return {}
  },
  DescribeStackSetCommand: (input: sdk.DescribeStackSetCommandInput, call) => ({
    StackSet: shown(setNamed(call, input.StackSetName)),
  }),
  ListStackSetsCommand: (input: sdk.ListStackSetsCommandInput, call) => {
    const all = Object.values(call.cloud.stackSets).filter(
      ({ region, status }) => region === call.region && (input.Status ?? status) === status,
    )
    const { items, next } = page(all, input.MaxResults ?? 100, input.NextToken)
    const Summaries = items.map((set) => ({
      StackSetId: set.id,
      StackSetName: set.name,
      Description: set.description,
      Status: set.status,
      PermissionModel: 'SELF_MANAGED',
      DriftStatus: set.drift?.status ?? 'NOT_CHECKED',
      ManagedExecution: { Active: false },
    }))
    return { Summaries, NextToken: next }
  },
}
