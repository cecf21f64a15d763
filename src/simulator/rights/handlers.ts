// Asks at each create, update and delete of a resource whether the role that works on the stack may call what the handler
// of its type calls. Of a type without facts nothing is asked.
import { needsOf, type Handler, type Need } from '../../lib/rights/needs.ts'
import { refused } from '../resources/define.ts'
import type { Around, Properties } from '../resources/kind.ts'
import { account, type Cloud, type Stack } from '../state.ts'
import { actorOf } from '../stacks/record.ts'
import { judgeOf } from './policies.ts'

/** A create is followed by the read that gives the attributes, and so is an update. */
const called: Record<Exclude<Handler, 'read'>, readonly Handler[]> = {
  create: ['create', 'read'],
  update: ['update', 'read'],
  delete: ['delete'],
}

/** What Application Auto Scaling tries by itself, and refuses in words of its own: resources/caller-checks.ts. */
const tried = /^(cloudwatch|ecs|rds):/

/** Every need of a handler for a resource that is about to be made, changed or deleted. */
export function handlerNeeds(
  { region, stack, logicalId }: Around,
  type: string,
  properties: Properties,
  handler: keyof typeof called,
  physicalId?: string,
): Need[] {
  const unnamed = physicalId?.split(/[:/]/).at(-1) ?? `${stack.name}-${logicalId}-000000000000`
  const needs = needsOf({ type, properties }, { partition: 'aws', region, account, unnamed }) ?? []
  const own =
    type === 'AWS::ApplicationAutoScaling::ScalableTarget' ? needs.filter(({ action }) => !tried.test(action)) : needs
  return own.filter(({ handlers }) => handlers.some((one) => called[handler].includes(one)))
}

/** What IAM says to a role that nothing allows a call. */
const denial = (role: string, action: string, on: string): string =>
  `User: arn:aws:sts::${account}:assumed-role/${role}/AWSCloudFormation is not authorized to perform: ${action} on ` +
  `resource: ${on} because no identity-based policy allows the ${action} action`

/**
 * Why the role that works on a stack may not create, update or delete a stack, nested ones too, or read its template;
 * undefined where it may. Source: service authorization reference of CloudFormation; that the template is read with the
 * caller's rights: API reference of CreateStack, TemplateURL.
 */
export function stackProblem(
  cloud: Cloud,
  role: string | undefined,
  call: 'CreateStack' | 'UpdateStack' | 'DeleteStack',
  { region, name }: Pick<Stack, 'region' | 'name'>,
  templateUrl?: string,
): string | undefined {
  if (role === undefined) return undefined
  const may = judgeOf(cloud, role)
  const object = /^https:\/\/([^.]+)\.s3[.\w-]*\.amazonaws\.com\/(.+)$/.exec(templateUrl ?? '')
  const calls: [action: string, on: string][] = [
    [`cloudformation:${call}`, `arn:aws:cloudformation:${region}:${account}:stack/${name}/*`],
    ...(object ? [['s3:GetObject', `arn:aws:s3:::${object[1]}/${object[2]}`] as [string, string]] : []),
  ]
  const lacking = calls.find(([action, on]) => !may(action, on))
  return lacking && denial(role, ...lacking)
}

/** Throws Failure in IAM's words for the first call that the role may not make. */
export function requireHandler(
  around: Around,
  type: string,
  properties: Properties,
  handler: keyof typeof called,
  physicalId?: string,
): void {
  const role = actorOf(around.cloud, around.stack)
  if (role === undefined) return
  const may = judgeOf(around.cloud, role)
  const lacking = handlerNeeds(around, type, properties, handler, physicalId).find(
    ({ action, on, context }) => !may(action, on, context),
  )
  if (!lacking) return
  throw refused(around, denial(role, lacking.action, lacking.on), 'AccessDenied')
}
