// What the trust policies of roles say, and what CloudFormation asks of a role. What is not known here does not hold.
import { existing, list, record, texts } from './existing.ts'
import { type Context, fulfils, isAllowed } from './rights/policies.ts'
import { account, type Cloud, type Resource } from './state.ts'
import type { Properties } from './resources/kind.ts'

export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`

/** `dr-execution` in `arn:aws:iam::123456789012:role/dr-execution`. */
const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

const statements = (document: unknown): Properties[] => list(record(document).Statement)

const roleNamed = (cloud: Cloud, name: string): Resource | undefined =>
  existing(cloud, 'global', 'AWS::IAM::Role', name)

/** Who asks for a role: a service, or a user or role of the account by its ARN. */
export type Principal = { service: string } | { arn: string }

function isNamed(named: unknown, principal: Principal): boolean {
  if ('service' in principal) return texts(record(named).Service).includes(principal.service)
  // The root of an account stands for all of its users and roles.
  const root = `arn:aws:iam::${account}:root`
  return texts(record(named).AWS).some((it) => it === principal.arn || it === root || it === account)
}

/** Whether the trust policy of a role lets the principal take it on. */
export function trusts(cloud: Cloud, role: string, principal: Principal, context: Context = {}): boolean {
  const given = 'arn' in principal ? { ...context, 'aws:PrincipalArn': principal.arn } : context
  return statements(roleNamed(cloud, role)?.properties.AssumeRolePolicyDocument).some(
    ({ Effect, Principal, Action, Condition }) =>
      Effect === 'Allow' &&
      texts(Action).includes('sts:AssumeRole') &&
      isNamed(Principal, principal) &&
      fulfils(Condition, given),
  )
}

/** Why a role may not pass a role to CloudFormation, in IAM's words; undefined where it may. */
export function passProblem(cloud: Cloud, by: string, passed: string): string | undefined {
  const context = { 'iam:PassedToService': 'cloudformation.amazonaws.com' }
  if (isAllowed(cloud, by, 'iam:PassRole', passed, context)) return undefined
  return (
    `User: arn:aws:sts::${account}:assumed-role/${by}/AWSCloudFormation is not authorized to perform: iam:PassRole on ` +
    `resource: ${passed} because no identity-based policy allows the iam:PassRole action`
  )
}

/**
 * Why CloudFormation cannot work with a stack's role; undefined where it can. AWS documents no `aws:SourceAccount` for
 * this, so a trust policy that insists on it does not hold.
 */
export function serviceRoleProblem(cloud: Cloud, role: string | undefined): string | undefined {
  const isGood = role === undefined || trusts(cloud, nameOf(role), { service: 'cloudformation.amazonaws.com' })
  return isGood ? undefined : `Role ${role} is invalid or cannot be assumed`
}
