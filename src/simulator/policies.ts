// What policies say: whether a role trusts somebody, and whether it may do something. What is not known here does not hold.
import { all, existing, list, record, text, texts } from './existing.ts'
import { account, type Cloud, type Resource } from './state.ts'
import type { Properties } from './resources/kind.ts'

/** What a request says of itself; a key that AWS does not send is absent. */
export type Context = Record<string, string>

export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`

/** `dr-execution` in `arn:aws:iam::123456789012:role/dr-execution`. */
const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

/** IAM's wildcards. */
const fits = (pattern: string, value: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(value)

const equal = (wanted: string, value: string): boolean => wanted === value

/** Operators in use, without `IfExists`; any other one does not hold. */
const operators: Record<string, (wanted: string, value: string) => boolean> = {
  StringEquals: equal,
  StringLike: fits,
  // Both take wildcards: IAM user guide, condition operators.
  ArnEquals: fits,
  ArnLike: fits,
}

const holds = (condition: unknown, context: Context): boolean =>
  Object.entries(record(condition)).every(([operator, keys]) => {
    const compare = operators[operator.replace(/IfExists$/, '')]
    return Object.entries(record(keys)).every(([key, wanted]) => {
      const value = context[key]
      if (value === undefined) return operator.endsWith('IfExists')
      return compare !== undefined && texts(wanted).some((it) => compare(it, value))
    })
  })

const says = (patterns: unknown, value: string): boolean => texts(patterns).some((it) => fits(it, value))

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
      Effect === 'Allow' && says(Action, 'sts:AssumeRole') && isNamed(Principal, principal) && holds(Condition, given),
  )
}

/** Every policy document of a role: its own, and the managed ones that are attached to it. */
function documentsOf(cloud: Cloud, name: string): unknown[] {
  const role = roleNamed(cloud, name)
  const attached = all(cloud, 'AWS::IAM::ManagedPolicy').filter(
    ({ properties, physicalId }) =>
      texts(properties.Roles).includes(name) || texts(role?.properties.ManagedPolicyArns).includes(physicalId),
  )
  return [...list(role?.properties.Policies), ...attached.map(({ properties }) => properties)].map(
    ({ PolicyDocument }) => PolicyDocument,
  )
}

/** Whether a role may do something. An explicit Deny would win; none is written for the roles of dr. */
export function mayDo(cloud: Cloud, role: string, action: string, resource: string, context: Context = {}): boolean {
  const applies = ({ Action, Resource, Condition }: Properties): boolean =>
    texts(Action).some((it) => fits(it.toLowerCase(), action.toLowerCase())) &&
    says(Resource, resource) &&
    holds(Condition, context)
  const found = documentsOf(cloud, nameOf(role)).flatMap(statements).filter(applies)
  return found.length > 0 && found.every(({ Effect }) => text(Effect) === 'Allow')
}

/** Why a role may not pass a role to CloudFormation, in IAM's words; undefined where it may. */
export function passProblem(cloud: Cloud, by: string, passed: string): string | undefined {
  const context = { 'iam:PassedToService': 'cloudformation.amazonaws.com' }
  if (mayDo(cloud, by, 'iam:PassRole', passed, context)) return undefined
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
