// One instance's turn in an operation: what is done to its stack, and what its end means.
import { isOptIn, regionalPrincipal } from '../../lib/aws/opt-in.ts'
import type { Region } from '../../lib/core/model.ts'
import { roleArn, serviceRoleProblem, trusts } from '../policies.ts'
import { isAllowed } from '../rights/policies.ts'
import type { Cloud, Operation, OperationResult, Stack, StackInstance, StackSet } from '../state.ts'
import { fresh, uuid } from '../identifiers.ts'
import { beginDelete, beginUpdate, createStack } from '../stacks/begin.ts'
import { checkUpdate } from '../stacks/definition.ts'
import { reasonOf } from '../stacks/reasons.ts'
import { isGone } from '../stacks/record.ts'
import { bodyOf } from '../stacks/template.ts'
import { isSettled, type Definition } from '../stacks/work.ts'
import { account } from '../state.ts'
import { isPassedOver } from './operate.ts'
import { setArn } from './record.ts'
import { stackProblem } from '../rights/handlers.ts'

/** Begun: the stack's end decides. Otherwise the turn is over at once, with a reason if it failed. */
export type Begun = 'begun' | { reason?: string }

/** What the instance's stack should be: the set's values, overridden where the instance has its own. */
function wanted(set: StackSet, { overrides }: StackInstance): Definition {
  const declared = bodyOf(set.template).Parameters ?? {}
  const own = Object.entries(overrides).filter(([name]) => declared[name] !== undefined)
  const { template, tags, capabilities } = set
  return { template, parameters: { ...set.parameters, ...Object.fromEntries(own) }, tags, capabilities }
}

const executionOf = ({ executionRoleName }: StackSet): string =>
  executionRoleName ?? 'AWSCloudFormationStackSetExecutionRole'

/** Who takes on the administration role: an opt-in region has a principal of its own. */
const workers = (set: StackSet, region: Region): string[] => [
  'cloudformation.amazonaws.com',
  ...[set.region, region].filter(isOptIn).map(regionalPrincipal),
]

/** Why StackSets cannot act in the target account and region; roles are global. */
function roleProblem(cloud: Cloud, set: StackSet, { account: target, region }: StackInstance): string | undefined {
  const administration = set.administrationRoleArn?.split('/').at(-1) ?? 'AWSCloudFormationStackSetAdministrationRole'
  const execution = executionOf(set)
  const context = { 'aws:SourceAccount': account, 'aws:SourceArn': setArn(set) }
  if (workers(set, region).some((service) => !trusts(cloud, administration, { service }, context))) {
    return `Account ${account} should have '${administration}' role with trust relationship to CloudFormation service.`
  }
  const mayAssume =
    isAllowed(cloud, administration, 'sts:AssumeRole', roleArn(execution)) &&
    trusts(cloud, execution, { arn: roleArn(administration) })
  if (target !== account || !mayAssume) {
    return `Account ${target} should have '${execution}' role with trust relationship to Role '${administration}'.`
  }
  return undefined
}

/** Begins what the operation does to one instance. */
export function begin(cloud: Cloud, set: StackSet, operation: Operation, instance: StackInstance): Begun {
  const problem = roleProblem(cloud, set, instance)
  if (problem && !operation.retainStacks) return { reason: problem }
  const stack = instance.stackId === undefined ? undefined : cloud.stacks[instance.stackId]
  const unusable = stack && !isGone(stack) && !operation.retainStacks && serviceRoleProblem(cloud, stack.roleArn)
  if (unusable) return { reason: unusable }
  if (operation.action !== 'DELETE' && isPassedOver(cloud, instance)) return {}
  return operation.action === 'DELETE'
    ? beginDeletion(cloud, set, operation, stack)
    : beginDeployment(cloud, set, instance, stack)
}

function beginDeletion(cloud: Cloud, set: StackSet, { retainStacks }: Operation, stack: Stack | undefined): Begun {
  if (retainStacks || !stack || isGone(stack)) return {}
  if (stack.terminationProtection) {
    return { reason: `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled` }
  }
  if (!isSettled(stack.status)) {
    return { reason: `Stack [${stack.id}] cannot be deleted while in status ${stack.status}` }
  }
  const actor = executionOf(set)
  const problem = stackProblem(cloud, actor, 'DeleteStack', stack)
  if (problem) return { reason: problem }
  stack.actor = actor
  beginDelete(cloud, stack, { reason: 'User Initiated' })
  return 'begun'
}

/** A stack that never came to life is replaced by a fresh one. */
const isStillborn = ({ status }: Stack): boolean => /^(DELETE|ROLLBACK|CREATE)_(COMPLETE|FAILED)$/.test(status)

function beginDeployment(cloud: Cloud, set: StackSet, instance: StackInstance, stack: Stack | undefined): Begun {
  const definition = wanted(set, instance)
  const actor = executionOf(set)
  try {
    if (!stack || (isStillborn(stack) && stack.status !== 'CREATE_COMPLETE')) {
      const name = `StackSet-${set.name}-${uuid(fresh(cloud))}`
      const problem = stackProblem(cloud, actor, 'CreateStack', { region: instance.region, name })
      if (problem) return { reason: problem }
      instance.stackId = createStack(cloud, { name, region: instance.region, actor, ...definition }, 'DELETE').id
    } else {
      checkUpdate(stack, definition)
      const problem = stackProblem(cloud, actor, 'UpdateStack', stack)
      if (problem) return { reason: problem }
      stack.actor = actor
      beginUpdate(cloud, stack, definition)
    }
    return 'begun'
  } catch (error) {
    const reason = reasonOf(error)
    return reason === 'No updates are to be performed.' ? {} : { reason }
  }
}

/** What the end of its stack means for the turn; a reason means failure. */
export function outcome(operation: Operation, stack: Stack): { reason?: string } {
  const good = operation.action === 'DELETE' ? ['DELETE_COMPLETE'] : ['CREATE_COMPLETE', 'UPDATE_COMPLETE']
  if (good.includes(stack.status)) return {}
  // The first failure is the cause: what is cancelled for its sake comes after it.
  const first = stack.events.find(
    ({ at, status, stackId, physicalId }) =>
      at >= operation.createdAt && status.endsWith('_FAILED') && physicalId !== stackId,
  )
  if (!first) return { reason: stack.reason ?? `the stack ended in ${stack.status}` }
  const { logicalId, type, reason } = first
  return { reason: `ResourceLogicalId:${logicalId}, ResourceType:${type}, ResourceStatusReason:${reason ?? ''}.` }
}

/** Records how a turn ended in the operation and on the instance. */
export function conclude(set: StackSet, operation: Operation, result: OperationResult, reason?: string): void {
  const isDelete = operation.action === 'DELETE'
  result.status = reason === undefined ? 'SUCCEEDED' : 'FAILED'
  if (reason !== undefined) result.reason = reason
  const isMine = (it: StackInstance): boolean => it.account === result.account && it.region === result.region
  if (isDelete && reason === undefined) {
    set.instances = set.instances.filter((instance) => !isMine(instance))
    return
  }
  const failed = isDelete ? 'INOPERABLE' : 'OUTDATED'
  const instance = set.instances.find(isMine)
  if (!instance) return
  instance.status = reason === undefined ? 'CURRENT' : failed
  instance.detailedStatus = reason === undefined ? 'SUCCEEDED' : isDelete ? 'INOPERABLE' : 'FAILED'
  instance.reason = reason
}
