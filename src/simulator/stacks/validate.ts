// What CloudFormation checks before it starts: types, references, circles, capabilities and parameters.
import type { Region } from '../../lib/core/model.ts'
import type { TemplateBody } from '../../lib/templates/evaluation.ts'
import { order } from '../../lib/templates/graph.ts'
import { asText } from '../../lib/templates/intrinsics.ts'
import { dependsOn, references, unresolved } from '../../lib/templates/references.ts'
import { Refusal } from '../answer.ts'
import { isKnown } from '../resources/lifecycle.ts'
import { invalid } from './template.ts'
import { isNested } from './work.ts'

/** How many of each a template may have. */
const most = { Resources: 500, Parameters: 200, Outputs: 200, Mappings: 200 }

/** Throws ValidationError for a template that AWS refuses in this region before it makes anything. */
export function checkTemplate(body: TemplateBody, region: Region): void {
  for (const [section, limit] of Object.entries(most)) {
    const count = Object.keys(body[section] ?? {}).length
    if (count <= limit) continue
    const what = `Number of ${section.toLowerCase()}, ${count}, is greater than maximum allowed, ${limit}`
    throw invalid(`Template format error: ${what}`)
  }
  const hasExport = Object.values(body.Outputs ?? {}).some((output) => 'Export' in output)
  if (hasExport || body['Transform'] !== undefined) throw invalid('the simulator knows neither exports nor transforms')
  const stored = Object.values(body.Parameters ?? {}).some(({ Type }) => Type.startsWith('AWS::SSM::Parameter::'))
  if (stored) throw invalid('the simulator knows no parameters that are read from Parameter Store')
  const types = Object.values(body.Resources).map(({ Type }) => Type)
  const unknown = [...new Set(types)].filter((type) => !isNested(type) && !isKnown(type, region))
  if (unknown.length > 0) throw invalid(`Template format error: Unrecognized resource types: [${unknown.join(', ')}]`)
  const [lost] = unresolved(body)
  if (lost?.attribute !== undefined) {
    throw invalid(`Template error: instance of Fn::GetAtt references undefined resource ${lost.name}`)
  }
  if (lost) {
    const block = lost.path[0] === 'Outputs' ? 'Outputs' : 'Resources'
    throw invalid(
      `Template format error: Unresolved resource dependencies [${lost.name}] in the ${block} block of the template`,
    )
  }
  const { circle } = order(Object.keys(body.Resources), (id) => {
    const resource = body.Resources[id]
    return resource ? [...dependsOn(resource), ...references(resource.Properties ?? {}).map(({ name }) => name)] : []
  })
  if (circle) throw invalid(`Circular dependency between resources: [${circle.join(', ')}]`)
}

const named = ['RoleName', 'PolicyName', 'ManagedPolicyName', 'UserName', 'GroupName', 'InstanceProfileName']
const identity = /^AWS::IAM::(Role|User|Group|Policy|ManagedPolicy|InstanceProfile|AccessKey|UserToGroupAddition)$/

/** Throws InsufficientCapabilitiesException when the template makes identities and the call does not allow it. */
export function checkCapabilities(body: TemplateBody, capabilities: readonly string[]): void {
  const identities = Object.values(body.Resources).filter(({ Type }) => identity.test(Type))
  if (identities.length === 0) return
  // AWS::IAM::Policy is inline: its PolicyName names nothing of the account.
  const isNamed = identities.some(
    ({ Type, Properties }) => Type !== 'AWS::IAM::Policy' && named.some((name) => Properties?.[name] !== undefined),
  )
  const needed = isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'
  if (capabilities.includes('CAPABILITY_NAMED_IAM') || capabilities.includes(needed)) return
  throw new Refusal('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`)
}

export interface ParameterInput {
  ParameterKey?: string
  ParameterValue?: string
  UsePreviousValue?: boolean
}

/**
 * The values that a call gives, previous ones where it says so, defaults where it says nothing.
 * Throws ValidationError for names that the template lacks and for parameters that end up without a value.
 */
export function parameterValues(
  body: TemplateBody,
  given: readonly ParameterInput[] = [],
  previous: Record<string, string> = {},
): Record<string, string> {
  const declared = body.Parameters ?? {}
  const strange = given.map(({ ParameterKey }) => ParameterKey ?? '').filter((name) => !declared[name])
  if (strange.length > 0) throw invalid(`Parameters: [${strange.join(', ')}] do not exist in the template`)
  const values: Record<string, string> = {}
  for (const [name, { Default }] of Object.entries(declared)) {
    const input = given.find(({ ParameterKey }) => ParameterKey === name)
    const value = input?.UsePreviousValue ? previous[name] : input?.ParameterValue
    if (value !== undefined) values[name] = value
    else if (Default !== undefined) values[name] = asText(Default) ?? ''
  }
  const missing = Object.keys(declared).filter((name) => values[name] === undefined)
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`)
  return values
}
