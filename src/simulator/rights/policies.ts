// What the policies of a role allow, as IAM decides it: an explicit denial wins, and without a grant nothing is allowed.
import type { Value } from '../../lib/core/model.ts'
import { all, existing, list, record, text, texts } from '../existing.ts'
import { roleName } from '../resources/iam.ts'
import type { Properties } from '../resources/kind.ts'
import type { Cloud, Resource } from '../state.ts'

/** What a call says about itself, by condition key. */
export type Context = Record<string, string>

/**
 * What policies of AWS's own allow, on anything, as far as it is asked: AWS managed policy reference, one page for each.
 * Others grant nothing here.
 */
export const awsPolicies: Record<string, string[]> = {
  AWSBackupServiceRolePolicyForBackup: [
    'backup:CopyFromBackupVault',
    'backup:CopyIntoBackupVault',
    'backup:DescribeBackupVault',
    'backup:TagResource',
    'dynamodb:CreateBackup',
    'dynamodb:DeleteBackup',
    'dynamodb:DescribeBackup',
    'dynamodb:DescribeTable',
    'dynamodb:ListTagsOfResource',
    'dynamodb:StartAwsBackupJob',
    'kms:CreateGrant',
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:GenerateDataKey',
    'rds:AddTagsToResource',
    'rds:CopyDBClusterSnapshot',
    'rds:CreateDBClusterSnapshot',
    'rds:DeleteDBClusterSnapshot',
    'rds:DescribeDBClusterSnapshots',
    'rds:DescribeDBClusters',
    'rds:ListTagsForResource',
    'tag:GetResources',
  ],
  AWSLambdaVPCAccessExecutionRole: [
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  AWSLambdaBasicExecutionRole: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  AmazonECSTaskExecutionRolePolicy: [
    'ecr:GetAuthorizationToken',
    'ecr:BatchCheckLayerAvailability',
    'ecr:GetDownloadUrlForLayer',
    'ecr:BatchGetImage',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ],
}

const documentsOf = ({ properties }: Resource): Value[] =>
  properties.PolicyDocument === undefined ? [] : [properties.PolicyDocument]

/** All policy documents of a role but its boundary. */
function identityPolicies(cloud: Cloud, name: string, role: Resource | undefined): Value[] {
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => all(cloud, type))
    .filter(
      ({ properties, physicalId }) =>
        texts(properties.Roles).includes(name) || texts(role?.properties.ManagedPolicyArns).includes(physicalId),
    )
  const separate = all(cloud, 'AWS::IAM::RolePolicy').filter(({ properties }) => properties.RoleName === name)
  const inline = list(role?.properties.Policies).flatMap(({ PolicyDocument }) => PolicyDocument ?? [])
  const byAws = texts(role?.properties.ManagedPolicyArns).flatMap((arn) => awsPolicies[roleName(arn)] ?? [])
  const managed = { Statement: [{ Effect: 'Allow', Action: byAws, Resource: '*' }] }
  return [...inline, ...[...attached, ...separate].flatMap(documentsOf), managed]
}

const patterns = new Map<string, RegExp>()

/** IAM's wildcards as a pattern; each is made once. */
function pattern(written: string, flags = ''): RegExp {
  const key = `${flags} ${written}`
  const known = patterns.get(key)
  if (known) return known
  const escaped = written.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
  const made = new RegExp(`^${escaped.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`, flags)
  patterns.set(key, made)
  return made
}

const isAmong = (written: unknown, value: string, flags = ''): boolean =>
  texts(written).some((one) => pattern(one, flags).test(value))

/** Operators of conditions by name; each says whether the value of a key is among those written. */
const operators: Record<string, (written: unknown, value: string) => boolean> = {
  StringEquals: (written, value) => texts(written).includes(value),
  StringNotEquals: (written, value) => !texts(written).includes(value),
  StringLike: isAmong,
  ArnEquals: isAmong,
  ArnLike: isAmong,
  ArnNotLike: (written, value) => !isAmong(written, value),
  Bool: (written, value) => texts(written).map(String).includes(value),
}

/** A key without a value satisfies `Null: true`, `…IfExists` and what is negated, and nothing else (IAM user guide). */
function holds(operator: string, key: string, written: unknown, context: Context): boolean {
  const value = context[key]
  if (operator === 'Null')
    return texts(written)
      .map(String)
      .includes(String(value === undefined))
  const name = operator.replace(/IfExists$/, '')
  const judge = operators[name]
  if (!judge) throw new Error(`simulator rule: it does not know the condition operator ${operator}`)
  if (value === undefined) return operator !== name || name.includes('Not')
  return judge(written, value)
}

/** Whether the condition of a statement holds for what a call says about itself. */
export const fulfils = (condition: unknown, context: Context): boolean =>
  Object.entries(record(condition)).every(([operator, keys]) =>
    Object.entries(record(keys)).every(([key, written]) => holds(operator, key, written, context)),
  )

function applies(statement: Properties, action: string, resource: string, context: Context): boolean {
  const { Action, NotAction, Resource: on, NotResource, Condition } = statement
  const isAction = NotAction === undefined ? isAmong(Action, action, 'i') : !isAmong(NotAction, action, 'i')
  const isResource = NotResource === undefined ? isAmong(on, resource) : !isAmong(NotResource, resource)
  return isAction && isResource && fulfils(Condition, context)
}

const statementsOf = (documents: Value[]): Properties[] =>
  documents.flatMap((document) =>
    list(record(typeof document === 'string' ? JSON.parse(document) : document).Statement),
  )

/** The boundary of a role; undefined where it has none. One that is not known here grants nothing. */
function boundaryOf(cloud: Cloud, role: Resource | undefined): Properties[] | undefined {
  const arn = text(role?.properties.PermissionsBoundary)
  if (arn === '') return undefined
  const policy = all(cloud, 'AWS::IAM::ManagedPolicy').find(({ physicalId }) => physicalId === arn)
  return statementsOf(policy ? documentsOf(policy) : [])
}

/** What a role was asked for, and whether it may. */
export interface Question {
  /** The role's name. */
  role: string
  action: string
  resource: string
  context: Context
  allowed: boolean
}

/** Who is told of every question, as the mutation of rights, which asks the same ones again. */
export const listeners = new Set<(question: Question) => void>()

/** Answers for one role, whose policies are read once. */
export type Judge = (action: string, resource: string, context?: Context) => boolean

/** Statements by the list as it is written, which is asked for very often. */
const read = new WeakMap<object, Properties[]>()

function statementsOnce(document: Value): Properties[] {
  const { Statement } = record(document)
  if (typeof Statement !== 'object' || Statement === null) return statementsOf([document])
  const known = read.get(Statement) ?? statementsOf([document])
  read.set(Statement, known)
  return known
}

/**
 * What a role may do, by its own policies and its boundary. Policies of AWS's own grant what is in `awsPolicies`, and
 * nothing else.
 */
export function judgeOf(cloud: Cloud, arn: string): Judge {
  const name = roleName(arn)
  const role = existing(cloud, 'global', 'AWS::IAM::Role', name)
  const own = identityPolicies(cloud, name, role).flatMap(statementsOnce)
  const boundary = boundaryOf(cloud, role)
  const may = (action: string, resource: string, context: Context): boolean => {
    const asked = (statements: Properties[], effect: string): boolean =>
      statements.some((one) => one.Effect === effect && applies(one, action, resource, context))
    if (asked(own, 'Deny') || (boundary && (asked(boundary, 'Deny') || !asked(boundary, 'Allow')))) return false
    return asked(own, 'Allow')
  }
  return (action, resource, context = {}) => {
    const allowed = may(action, resource, context)
    for (const tell of listeners) tell({ role: name, action, resource, context, allowed })
    return allowed
  }
}

/** Whether a role may do that. */
export const isAllowed = (
  cloud: Cloud,
  arn: string,
  action: string,
  resource: string,
  context: Context = {},
): boolean => judgeOf(cloud, arn)(action, resource, context)
