// The stack calls that change something: create, update, delete, and going on with a failed rollback.
import type * as sdk from '@aws-sdk/client-cloudformation'

import { Refusal, type Answers } from '../answer.ts'
import { beginDelete, beginRevert, beginUpdate, createStack } from '../stacks/begin.ts'
import { checkUpdate, definitionFrom } from '../stacks/definition.ts'
import { reasonOf } from '../stacks/reasons.ts'
import { findStack, isGone } from '../stacks/record.ts'
import { invalid } from '../stacks/template.ts'
import { isSettled, workOf } from '../stacks/work.ts'
import type { Cloud } from '../state.ts'
import { stackNamed } from './cloudformation-stacks.ts'

/** Says what the evaluator refuses (rules, parameter values) as a ValidationError. */
function asValidation<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw invalid(reasonOf(error))
  }
}

/** Throws ValidationError for a role that CloudFormation could not take on. */
function checkRole(cloud: Cloud, roleArn: string | undefined): void {
  if (roleArn === undefined || cloud.resources[`global|AWS::IAM::Role|${roleArn.split('/').at(-1)}`]) return
  throw invalid(`Role ${roleArn} is invalid or cannot be assumed`)
}

export const answers: Answers = {
  CreateStackCommand: (input: sdk.CreateStackCommandInput, { cloud, region }) => {
    const name = input.StackName ?? ''
    if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
      throw invalid(
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ` +
          'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*',
      )
    }
    if (findStack(cloud, region, name)) throw new Refusal('AlreadyExistsException', `Stack [${name}] already exists`)
    checkRole(cloud, input.RoleARN)
    const birth = {
      name,
      region,
      ...definitionFrom(cloud, region, input),
      ...(input.RoleARN === undefined ? {} : { roleArn: input.RoleARN }),
      ...(input.EnableTerminationProtection ? { terminationProtection: true } : {}),
    }
    const onFailure = input.DisableRollback ? 'DO_NOTHING' : (input.OnFailure ?? 'ROLLBACK')
    const stack = asValidation(() => createStack(cloud, birth, onFailure))
    return { StackId: stack.id }
  },
  UpdateStackCommand: (input: sdk.UpdateStackCommandInput, call) => {
    const { cloud, region } = call
    const stack = stackNamed(call, input.StackName)
    checkRole(cloud, input.RoleARN)
    const definition = definitionFrom(cloud, region, input, stack)
    checkUpdate(stack, definition)
    asValidation(() => beginUpdate(cloud, stack, definition, input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK'))
    if (input.RoleARN !== undefined) stack.roleArn = input.RoleARN
    return { StackId: stack.id }
  },
  /** A stack that does not exist, or no longer, is deleted already. */
  DeleteStackCommand: (input: sdk.DeleteStackCommandInput, { cloud, region }) => {
    const stack = findStack(cloud, region, input.StackName ?? '')
    if (!stack || isGone(stack) || stack.status === 'DELETE_IN_PROGRESS') return {}
    checkRole(cloud, input.RoleARN)
    if (stack.terminationProtection) {
      throw invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`)
    }
    const retained = input.RetainResources ?? []
    if (retained.length > 0 && stack.status !== 'DELETE_FAILED') {
      throw invalid(
        `Invalid operation on stack [${stack.id}]. When you delete a stack, specify which resources to retain only ` +
          'when the stack is in the DELETE_FAILED state.',
      )
    }
    if (!isSettled(stack.status) && stack.status !== 'CREATE_IN_PROGRESS') {
      throw invalid(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`)
    }
    beginDelete(cloud, stack, { retained, reason: 'User Initiated' })
    return {}
  },
  ContinueUpdateRollbackCommand: (input: sdk.ContinueUpdateRollbackCommandInput, call) => {
    const stack = stackNamed(call, input.StackName)
    const before = workOf(stack)?.before
    if (stack.status !== 'UPDATE_ROLLBACK_FAILED' || !before) {
      throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not continue rollback.`)
    }
    if (stack.parentId) throw invalid(`RollbackUpdatedStack is not allowed on nested stack ${stack.id}`)
    checkRole(call.cloud, input.RoleARN)
    beginRevert(call.cloud, stack, before, {
      reason: 'User Initiated',
      givenUp: input.ResourcesToSkip ?? [],
      continued: true,
    })
    return {}
  },
  /** Takes back what was left as it failed: an update by undoing it, a creation by deleting it. */
  RollbackStackCommand: (input: sdk.RollbackStackCommandInput, call) => {
    const stack = stackNamed(call, input.StackName)
    checkRole(call.cloud, input.RoleARN)
    const before = workOf(stack)?.before
    if (stack.status === 'UPDATE_FAILED' && before) {
      beginRevert(call.cloud, stack, before, { reason: 'User Initiated' })
    } else if (stack.status === 'CREATE_FAILED') {
      beginDelete(call.cloud, stack, { status: 'ROLLBACK_IN_PROGRESS', reason: 'User Initiated' })
    } else {
      throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`)
    }
    return { StackId: stack.id }
  },
  UpdateTerminationProtectionCommand: (input: sdk.UpdateTerminationProtectionCommandInput, call) => {
    const stack = stackNamed(call, input.StackName)
    stack.terminationProtection = input.EnableTerminationProtection ?? false
    return { StackId: stack.id }
  },
}
