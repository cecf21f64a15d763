// A template as one region sees it, with everything that its conditions decide already decided.
import type { Value } from '../core/model.ts'
import type { TemplateBody } from './evaluation.ts'
import { functionOf } from './intrinsics.ts'
import { dependsOn } from './references.ts'
import type { ResolvedTemplate } from './resolve.ts'

/** The body without conditions: what does not exist is gone, each Fn::If is the side that counts. Other functions stay. */
export function pruned({ template: { body }, conditions, resources }: ResolvedTemplate): TemplateBody {
  const outputs = Object.entries(body.Outputs ?? {}).filter(
    ([, { Condition: on }]) => on === undefined || conditions[on],
  )
  const Resources: TemplateBody['Resources'] = {}
  for (const id of Object.keys(resources)) {
    const resource = { ...body.Resources[id], Type: body.Resources[id]?.Type ?? '' }
    delete resource.Condition
    delete resource.DependsOn
    const waitsFor = dependsOn(body.Resources[id] ?? {}).filter((name) => Object.hasOwn(resources, name))
    if (waitsFor.length) resource.DependsOn = waitsFor
    Resources[id] = { ...resource, Properties: decide(resource.Properties ?? {}, conditions) as Record<string, Value> }
  }
  const Outputs = Object.fromEntries(
    outputs.map(([name, { Value: value }]) => [name, { Value: decide(value, conditions) ?? '' }]),
  )
  const result: TemplateBody = { ...body, Resources, Outputs }
  delete result.Conditions
  return result
}

/** Undefined for AWS::NoValue, which disappears from lists and mappings. */
function decide(value: Value, conditions: Record<string, boolean>): Value | undefined {
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const decided = decide(item, conditions)
      return decided === undefined ? [] : [decided]
    })
  }
  if (typeof value !== 'object' || value === null) return value
  const name = functionOf(value)
  const argument = name === undefined ? undefined : value[name]
  if (name === 'Ref' && argument === 'AWS::NoValue') return undefined
  if (name === 'Fn::If' && Array.isArray(argument)) {
    const chosen = conditions[argument[0] as string] ? 1 : 2
    return decide(argument[chosen] ?? null, conditions)
  }
  const entries = Object.entries(value).map(([key, item]) => [key, decide(item, conditions)] as const)
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined)) as Value
}
