// Who refers to whom inside one template, without evaluating it.
import type { Value } from '../core/model.ts'
import { asText, functionOf, substitute } from './intrinsics.ts'
import { oncePerBody } from './once.ts'
import type { Path } from './positions.ts'

/** One use of a name: `attribute` is set for GetAtt. */
export interface Reference {
  name: string
  attribute?: string
  path: Path
}

/**
 * All references in a value, in order.
 * @param branch which side of an Fn::If counts; both when absent
 */
export function references(value: Value, path: Path = [], branch?: (condition: string) => boolean): Reference[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => references(item, [...path, index], branch))
  if (typeof value !== 'object' || value === null) return []
  const name = functionOf(value)
  const argument = name ? value[name] : undefined
  if (!name || argument === undefined) {
    return Object.entries(value).flatMap(([key, item]) => references(item, [...path, key], branch))
  }
  const inner = [...path, name]
  if (name === 'Ref') return [{ name: text(argument), path }]
  if (name === 'Fn::GetAtt') {
    const [id, ...rest] = Array.isArray(argument) ? argument : text(argument).split(/\.(.*)/s, 2)
    const attribute = rest.every((part) => typeof part === 'string') ? rest.join('.') : '*'
    return [{ name: text(id), attribute, path }, ...rest.flatMap((part) => references(part, inner, branch))]
  }
  if (name === 'Fn::Sub') return inSub(argument, inner, branch)
  if (name === 'Fn::If' && Array.isArray(argument) && branch) {
    const chosen = branch(text(argument[0])) ? 1 : 2
    return references(argument[chosen] ?? null, [...inner, chosen], branch)
  }
  return references(argument, inner, branch)
}

const text = (value: Value | undefined): string => asText(value) ?? ''

function inSub(argument: Value, path: Path, branch?: (condition: string) => boolean): Reference[] {
  const [written, given] = Array.isArray(argument) ? argument : [argument, {}]
  const own = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {}
  const found: Reference[] = []
  if (typeof written === 'string') {
    try {
      substitute(written, (name) => {
        const [id = '', ...attribute] = name.split('.')
        if (Object.hasOwn(own, name)) return ''
        found.push(attribute.length ? { name: id, attribute: attribute.join('.'), path } : { name, path })
        return ''
      })
    } catch {
      // A malformed name is the evaluator's to report; here it refers to nothing.
    }
  }
  return [...found, ...references(own, [...path, 1], branch)]
}

/** References that no resource, parameter or pseudo parameter answers, and unknown names in DependsOn and conditions. */
export const unresolved = oncePerBody((body): Reference[] => {
  const known = (name: string): boolean =>
    name.startsWith('AWS::') || Object.hasOwn(body.Resources, name) || Object.hasOwn(body.Parameters ?? {}, name)
  const sections = (['Conditions', 'Resources', 'Outputs'] as const).map((section): [string, Value] => [
    section,
    (body[section] ?? {}) as unknown as Value,
  ])
  const missing = sections
    .flatMap(([section, content]) => references(content, [section]))
    .filter(({ name, attribute }) => (attribute === undefined ? !known(name) : !Object.hasOwn(body.Resources, name)))
  const waits = Object.entries(body.Resources).flatMap(([id, resource]) =>
    dependsOn(resource)
      .filter((name) => !Object.hasOwn(body.Resources, name))
      .map((name): Reference => ({ name, path: ['Resources', id, 'DependsOn'] })),
  )
  return [...missing, ...waits]
})

export const dependsOn = (resource: { DependsOn?: string | string[] }): string[] =>
  resource.DependsOn === undefined ? [] : [resource.DependsOn].flat()
