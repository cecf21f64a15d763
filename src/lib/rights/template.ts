// The stack `dr-rights-<system>`: what the execution role may do for one system, as managed policies of that role.
import { DrError } from '../core/errors.ts'
import type { System, Value } from '../core/model.ts'
import { executionRole } from '../core/names.ts'
import { grantsOf, type UnknownType } from './grants.ts'
import { maxPolicies, maxPolicyLength, statementsOf, type Statement } from './statements.ts'

type Json = { [key: string]: Value }

/** Actions that IAM allows only on roles with the boundary that the condition names (IAM user guide, boundaries). */
const boundable = new Set([
  'iam:CreateRole',
  'iam:PutRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:AttachRolePolicy',
  'iam:DetachRolePolicy',
])

const isArn = (text: string): boolean => text.startsWith('arn:')

/** A text that CloudFormation fills in where it holds a pseudo parameter. */
const sub = (text: string): Value => (text.includes('${') ? { 'Fn::Sub': text } : text)

const one = (values: Value[]): Value => (values.length === 1 ? (values[0] ?? null) : values)

function conditionOf({ context }: Statement, bounded: boolean): Value | undefined {
  const equals: Json = {}
  const like: Json = {}
  for (const [key, values] of Object.entries(context)) {
    const target = values.some(isArn) ? like : equals
    target[key] = one(values.map(sub))
  }
  const plain: Json = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(Object.keys(like).length > 0 && { ArnLike: like }),
  }
  const none = Object.keys(plain).length === 0
  if (!bounded) return none ? undefined : plain
  const within = { ...plain, StringEquals: { ...equals, 'iam:PermissionsBoundary': { Ref: 'PermissionsBoundary' } } }
  return { 'Fn::If': ['Bounded', within, none ? { Ref: 'AWS::NoValue' } : plain] }
}

function written(statement: Statement, bounded: boolean): Json {
  const condition = conditionOf(statement, bounded)
  return {
    Effect: 'Allow',
    Action: one(statement.actions),
    Resource: one(statement.resources.map(sub)),
    ...(condition !== undefined && { Condition: condition }),
  }
}

/** The statements of a policy: those that a boundary limits apart from the others. */
function separate(statement: Statement): Json[] {
  const bounded = statement.actions.filter((action) => boundable.has(action))
  const free = statement.actions.filter((action) => !boundable.has(action))
  return [
    ...(free.length > 0 ? [written({ ...statement, actions: free }, false)] : []),
    ...(bounded.length > 0 ? [written({ ...statement, actions: bounded }, true)] : []),
  ]
}

/** Characters that IAM counts, with the longest partition and any account in place of what a stack fills in. */
const lengthOf = (statements: Json[]): number =>
  JSON.stringify(statements)
    .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
    .replaceAll('${AWS::Partition}', 'aws-us-gov')
    .replaceAll('${AWS::AccountId}', '000000000000').length

/** Around the statements of a policy. */
const frame = JSON.stringify({ Version: '2012-10-17', Statement: [] }).length

/** Fills one policy after the other. */
function policies(statements: Json[]): Json[][] {
  const filled: Json[][] = []
  for (const statement of statements) {
    const last = filled.at(-1)
    if (last && frame + lengthOf([...last, statement]) <= maxPolicyLength) last.push(statement)
    else filled.push([statement])
  }
  return filled
}

const policyName = (system: string, number: number): string => `dr-rights-${system}-${number}`

function policyResource(system: string, statements: Json[], number: number): Json {
  return {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      ManagedPolicyName: policyName(system, number),
      Roles: [executionRole],
      PolicyDocument: { Version: '2012-10-17', Statement: statements },
    },
  }
}

export interface Rights {
  /** Body of the stack's template. */
  template: Json
  /** Types that the system uses and of which nothing is known: nothing is granted for them. */
  unknown: UnknownType[]
}

/**
 * The rights of a system, from its templates.
 * @param parameters of the user, which count besides every choice that the templates offer
 * @throws DrError exit 2 where they do not fit IAM's limits
 */
export function rightsOf(system: System, parameters: Record<string, string> = {}): Rights {
  const { grants, unknown } = grantsOf(system, parameters)
  const all = policies(statementsOf(grants).flatMap(separate))
  const tooLong = all.flat().find((statement) => frame + lengthOf([statement]) > maxPolicyLength)
  if (tooLong || all.length > maxPolicies)
    throw new DrError(
      'RightsTooLarge',
      2,
      `the rights of ${system.name} need ${all.length} policies of at most ${maxPolicyLength} characters, and IAM allows a role ${maxPolicies}; nothing was changed`,
      'split the system in two, or give the execution role policies of your own',
    )
  const resources = all.map((statements, at) => [`Rights${at + 1}`, policyResource(system.name, statements, at + 1)])
  return {
    unknown,
    template: {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: `What the role ${executionRole} may do for the system ${system.name}. Written by dr rights execution.`,
      // AWS's resource schemas name actions that cfn-lint's list lacks, such as apigateway:TagResource.
      Metadata: { 'cfn-lint': { config: { ignore_checks: ['W3037'] } } },
      Parameters: {
        PermissionsBoundary: {
          Type: 'String',
          Default: '',
          Description: 'ARN of the managed policy that every role of the system must carry, or empty.',
        },
      },
      Conditions: { Bounded: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'PermissionsBoundary' }, ''] }] } },
      Resources: Object.fromEntries(resources) as Json,
    },
  }
}
