// The stack calls that change something: create, update, delete, and going on with a failed rollback.
import type * as sdk from '@aws-sdk/client-cloudformation'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { passProblem, serviceRoleProblem } from '../policies.ts'
import { isAllowed } from '../rights/policies.ts'
import { beginDelete, beginRevert, beginUpdate, createStack } from '../stacks/begin.ts'
import { checkUpdate, definitionFrom } from '../stacks/definition.ts'
import { reasonOf } from '../stacks/reasons.ts'
import { findStack, isGone } from '../stacks/record.ts'
import { invalid } from '../stacks/template.ts'
import { isSettled, workOf } from '../stacks/work.ts'
import { account, type Stack } from '../state.ts'
import { stackNamed } from './cloudformation-stacks.ts'

/** Says what the evaluator refuses (rules, parameter values) as a ValidationError. */
function asValidation<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw invalid(reasonOf(error))
  }
}

/** Throws what AWS says of a role that the caller may not pass, or that CloudFormation cannot take on. */
function checkRole({ cloud, role }: Call, passed: string | undefined, kept?: string): void {
  const problem = role && passed && passProblem(cloud, role, passed)
  if (problem) throw new Refusal('AccessDenied', problem, 403)
  const unusable = serviceRoleProblem(cloud, passed ?? kept)
  if (unusable) throw invalid(unusable)
}

/** Throws AccessDenied where the role in whose session the call is made may not make it. */
function checkCaller({ cloud, role }: Call, action: string, stack: Stack): void {
  if (role === undefined || isAllowed(cloud, role, `cloudformation:${action}`, stack.id)) return
  const who = `arn:aws:sts::${account}:assumed-role/${role}/dr`
  const message = `User: ${who} is not authorized to perform: cloudformation:${action} on resource: ${stack.id}`
  throw new Refusal('AccessDenied', message, 403)
}

/** Who works on the stack from now on: the role that is passed stays with it, and wins over the caller. */
function engage({ role }: Call, stack: Stack, roleArn: string | undefined): void {
  if (roleArn !== undefined) stack.roleArn = roleArn
  if (role === undefined) delete stack.actor
  else stack.actor = role
}

export const answers: Answers = {
  CreateStackCommand: (input: sdk.CreateStackCommandInput, call) => {
    const { cloud, region } = call
    const name = input.StackName ?? ''
    if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
      throw invalid(
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ` +
          'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*',
      )
    }
    if (findStack(cloud, region, name)) throw new Refusal('AlreadyExistsException', `Stack [${name}] already exists`)
    checkRole(call, input.RoleARN)
    const birth = {
      name,
      region,
      ...definitionFrom(cloud, region, input),
      ...(input.RoleARN === undefined ? {} : { roleArn: input.RoleARN }),
      ...(call.role === undefined ? {} : { actor: call.role }),
      ...(input.EnableTerminationProtection ? { terminationProtection: true } : {}),
    }
    const onFailure = input.DisableRollback ? 'DO_NOTHING' : (input.OnFailure ?? 'ROLLBACK')
    const stack = asValidation(() => createStack(cloud, birth, onFailure))
    return { StackId: stack.id }
  },
  UpdateStackCommand: (input: sdk.UpdateStackCommandInput, call) => {
    const { cloud, region } = call
    const stack = stackNamed(call, input.StackName)
    checkCaller(call, 'UpdateStack', stack)
    checkRole(call, input.RoleARN, stack.roleArn)
    const definition = definitionFrom(cloud, region, input, stack)
    checkUpdate(stack, definition)
    asValidation(() => beginUpdate(cloud, stack, definition, input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK'))
    engage(call, stack, input.RoleARN)
    return { StackId: stack.id }
  },
  /** A stack that does not exist, or no longer, is deleted already. */
  DeleteStackCommand: (input: sdk.DeleteStackCommandInput, call) => {
    const { cloud, region } = call
    const stack = findStack(cloud, region, input.StackName ?? '')
    if (!stack || isGone(stack) || stack.status === 'DELETE_IN_PROGRESS') return {}
    checkCaller(call, 'DeleteStack', stack)
    checkRole(call, input.RoleARN, stack.roleArn)
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
    engage(call, stack, input.RoleARN)
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
    checkCaller(call, 'ContinueUpdateRollback', stack)
    checkRole(call, input.RoleARN, stack.roleArn)
    engage(call, stack, input.RoleARN)
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
    checkCaller(call, 'RollbackStack', stack)
    checkRole(call, input.RoleARN, stack.roleArn)
    const before = workOf(stack)?.before
    if (stack.status === 'UPDATE_FAILED' && before) {
      engage(call, stack, input.RoleARN)
      beginRevert(call.cloud, stack, before, { reason: 'User Initiated' })
    } else if (stack.status === 'CREATE_FAILED') {
      engage(call, stack, input.RoleARN)
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
