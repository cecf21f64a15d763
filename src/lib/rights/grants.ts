// From what the resources of a system need to what is granted: names become patterns, so that the grants fit every
// environment of the system.
import type { System } from '../core/model.ts'
import { administrationRole, executionRole, roleArn } from '../core/names.ts'
import { fits } from './granted.ts'
import { placeholderAccount } from '../templates/resolve.ts'
import { needsOf, type Need } from './needs.ts'
import { anySuffix, used, type Used } from './used.ts'

/** One action on one pattern of ARNs. */
export interface Grant {
  action: string
  on: string
  context: Record<string, string>
}

/** A type of which nothing is known, with the places that have it. */
export interface UnknownType {
  type: string
  used: Used[]
}

/** In the ARNs of grants: what a template fills in. */
export const partition = '${AWS::Partition}'
export const account = '${AWS::AccountId}'

/** CloudFormation makes a name from the stack's, shortened to what the type allows, where a template gives none. */
export const unnamed = 'StackSet-dr-*'

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/**
 * The pattern of an ARN for every environment: suffix, regions and values that are not known yet are `*`, and behind the
 * name of the system everything is the system's own.
 */
function patternOf(system: System, arn: string): string {
  const own = new RegExp(`(^|[:/])${escaped(system.name)}([-/]).*$`)
  const regions = Object.values(system.regions).map(escaped).join('|')
  return arn
    .replace(/^arn:aws[\w-]*:/, `arn:${partition}:`)
    .replaceAll(placeholderAccount, account)
    .replace(own, (_, before: string, after: string) => `${before}${system.name}${after}*`)
    .replaceAll(anySuffix, '*')
    .replaceAll(/«[^«»]*»/g, '*')
    .replaceAll(new RegExp(`(?<![a-z])(${regions})(?![0-9])`, 'g'), '*')
    .replaceAll(/\*(-?\*)+/g, '*')
}

/**
 * Services whose handlers may do everything with what carries a name of the system: which calls they make changes from
 * release to release. In all others a name is no limit that is close enough, and the actions are listed.
 */
const whole = new Set([
  'backup',
  'cloudwatch',
  'dynamodb',
  'ecs',
  'elasticache',
  'elasticloadbalancing',
  'events',
  'kinesis',
  'lambda',
  'logs',
  'rds',
  'scheduler',
  'sns',
  'sqs',
  'ssm',
  'states',
  'xray',
])

/** Services whose descriptions look beyond one resource, and which handlers ask for many. */
const described = new Set([
  'application-autoscaling',
  'config',
  'ec2',
  'elasticache',
  'elasticfilesystem',
  'elasticloadbalancing',
  'rds',
])

const serviceOf = (action: string): string => action.slice(0, action.indexOf(':'))

/** Whether a pattern is limited by a name of the system, not by an id or by its kind alone. */
const isNamed = (system: System, on: string): boolean => {
  const resource = on.split(':').slice(5).join(':')
  return new RegExp(`(^|[:/])${escaped(system.name)}-\\*`).test(resource)
}

function grantOf(system: System, { action, on, context }: Need): Grant {
  const pattern = patternOf(system, on)
  const service = serviceOf(action)
  const values = Object.entries(context).map(([key, value]) => [key, patternOf(system, value)] as const)
  const granted =
    whole.has(service) && isNamed(system, pattern)
      ? `${service}:*`
      : on === '*' && described.has(service) && /:Describe/.test(action)
        ? `${service}:Describe*`
        : action
  return { action: granted, on: pattern, context: Object.fromEntries(values) }
}

/** Whoever may change one of the two roles of dr, or pass it on, is an administrator. */
const touchesOwnRoles = ({ action, on }: Grant): boolean =>
  action.startsWith('iam:') &&
  [administrationRole, executionRole].some((role) => fits(on, roleArn(role, partition, account)))

/** What one resource of a system needs, in the account that stands for any. */
export const needsOfUsed = (one: Used): Need[] | undefined =>
  needsOf(one, { partition, region: one.region, account: placeholderAccount, unnamed })

const isCovered = (one: Grant, by: Grant): boolean =>
  by !== one &&
  fits(by.action, one.action) &&
  fits(by.on, one.on) &&
  Object.entries(by.context).every(([key, value]) => one.context[key] === value)

/** Without those that another one grants already: an action on one resource where it is granted on all. */
const withoutCovered = (grants: Grant[]): Grant[] => grants.filter((one) => !grants.some((by) => isCovered(one, by)))

/** Every grant that the resources of a system need, each once, and the types of which nothing is known. */
export function grantsOf(
  system: System,
  parameters: Record<string, string> = {},
): { grants: Grant[]; unknown: UnknownType[] } {
  const grants = new Map<string, Grant>()
  const unknown = new Map<string, Used[]>()
  for (const one of used(system, parameters)) {
    const needs = needsOfUsed(one)
    if (!needs) unknown.set(one.type, [...(unknown.get(one.type) ?? []), one])
    for (const need of needs ?? []) {
      const grant = grantOf(system, need)
      if (touchesOwnRoles(grant)) continue
      grants.set(JSON.stringify(grant), grant)
    }
  }
  return {
    grants: withoutCovered([...grants.values()]),
    unknown: [...unknown].map(([type, places]) => ({ type, used: places })),
  }
}
