// Reads IAM policies of every kind from resolved templates.
import type { Value } from '../core/model.ts'
import { get, listOf, resources, type Context, type Found } from './rule.ts'

export type Statement = Record<string, Value>

/** Statements of a policy document; a document given as JSON text is read as well. */
export function statementsOf(document: Value | undefined): Statement[] {
  const parsed = typeof document === 'string' ? parse(document) : document
  return listOf(get(parsed, 'Statement')).filter(
    (item): item is Statement => typeof item === 'object' && item !== null && !Array.isArray(item),
  )
}

function parse(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value
  } catch {
    return undefined
  }
}

/** A statement that grants something to a role, and where it stands. */
export interface Grant {
  found: Found
  statement: Statement
  path: (string | number)[]
}

/** Identity policies: inline in roles, and managed or separate ones. */
export function grants(context: Pick<Context, 'templates'>): Grant[] {
  const inline = resources(context, 'AWS::IAM::Role').flatMap((found) =>
    listOf(found.properties['Policies']).flatMap((policy, index) =>
      allowed(found, get(policy, 'PolicyDocument'), ['Policies', index, 'PolicyDocument']),
    ),
  )
  const separate = resources(context, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy')
  return [
    ...inline,
    ...separate.flatMap((found) => allowed(found, found.properties['PolicyDocument'], ['PolicyDocument'])),
  ]
}

const allowed = (found: Found, document: Value | undefined, path: (string | number)[]): Grant[] =>
  statementsOf(document)
    .map((statement, index) => ({ found, statement, path: [...path, 'Statement', index] }))
    .filter(({ statement }) => statement['Effect'] === 'Allow')

/** Policies on resources: who may do what to them. */
export const resourcePolicies: [type: string, document: string][] = [
  ['AWS::S3::BucketPolicy', 'PolicyDocument'],
  ['AWS::SNS::TopicPolicy', 'PolicyDocument'],
  ['AWS::SQS::QueuePolicy', 'PolicyDocument'],
  ['AWS::KMS::Key', 'KeyPolicy'],
  ['AWS::Logs::Destination', 'DestinationPolicy'],
  ['AWS::EFS::FileSystem', 'FileSystemPolicy'],
  ['AWS::IAM::Role', 'AssumeRolePolicyDocument'],
]

/** Principals of a statement by kind: `AWS`, `Service`, …; a bare `*` counts as AWS. */
export function principals(statement: Statement): Record<string, string[]> {
  const principal = statement['Principal']
  if (typeof principal === 'string') return { AWS: [principal] }
  if (typeof principal !== 'object' || principal === null || Array.isArray(principal)) return {}
  return Object.fromEntries(
    Object.entries(principal).map(([kind, who]) => [kind, listOf(who).filter((one) => typeof one === 'string')]),
  )
}
