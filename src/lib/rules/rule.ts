// What a rule is, and how rules look at resolved templates.
import type { Position, Target, Value } from '../core/model.ts'
import { asText } from '../templates/intrinsics.ts'
import { token } from '../templates/tokens.ts'
import type { Fault, ResolvedResource, ResolvedTemplate } from '../templates/resolve.ts'

/** One thing that is wrong, and what to do about it. */
export interface Finding {
  /** Id of the rule, e.g. `names/suffix`. */
  rule: string
  severity: 'error' | 'warning'
  message: string
  position: Position
  fix: string
  /** Ids of the requirements that the rule checks, e.g. COMMON-01. */
  requirements: string[]
  /** Controls of outside frameworks that the rule helps to hold, e.g. NIST 800-53 SC-28. */
  controls?: string[]
  /** Where a choice of the user broke the rule, not a template: what to choose instead. */
  way?: string
}

/** What every rule may look at; nothing else is read. */
export interface Context {
  target: Target
  /** All templates of all roles. */
  templates: ResolvedTemplate[]
  /** What resolving them found. */
  faults: Fault[]
  /** Text of the functions' sources. */
  sources: { file: string; text: string }[]
}

/** What a rule reports: the place and what is wrong there. */
export interface Violation {
  position: Position
  message: string
  way?: string
}

/** One rule: what holds, why, and how to find where it does not. */
export interface Rule {
  id: string
  /** The rule as a sentence that is true of good templates. */
  title: string
  requirements: string[]
  /** What to do when it is broken. */
  fix: string
  check: (context: Context) => Violation[]
}

/** A resource where it was found. */
export interface Found {
  resource: ResolvedResource
  template: ResolvedTemplate
  properties: Record<string, Value>
  /** The position of a property, or of the nearest thing that holds it. */
  at: (...path: (string | number)[]) => Position
}

/** All resources of some types (of all types when none is named), role by role. */
export function resources({ templates }: Pick<Context, 'templates'>, ...types: string[]): Found[] {
  return templates.flatMap((template) =>
    Object.values(template.resources)
      .filter(({ type }) => types.length === 0 || types.includes(type))
      .map((resource) => ({
        resource,
        template,
        properties: resource.properties,
        at: (...path: (string | number)[]) =>
          template.template.at(['Resources', resource.logicalId, 'Properties', ...path]),
      })),
  )
}

/** Violations of a check that looks at one resource at a time; a message or nothing, or messages with their path. */
export function each(
  types: string[],
  check: (found: Found, context: Context) => string | undefined | { path: (string | number)[]; message: string }[],
): Rule['check'] {
  return (context) =>
    resources(context, ...types).flatMap((found) => {
      const result = check(found, context)
      if (result === undefined) return []
      if (typeof result === 'string')
        return [{ position: found.resource.position, message: `${nameOf(found)} ${result}` }]
      return result.map(({ path, message }) => ({
        position: found.at(...path),
        message: `${nameOf(found)} ${message}`,
      }))
    })
}

/** `Network/Vpc`: a resource as messages name it. */
export const nameOf = ({ resource, template }: Found): string => [...template.path, resource.logicalId].join('/')

/** What Ref of a resource gives while it is not made and has no name. */
export const refOf = ({ resource, template }: Found): string =>
  token([`${template.stage}.${template.role}`, ...template.path, resource.logicalId].join('/'))

/** A member of a cluster has its data, key and backups in the cluster. */
export const isMember = ({ resource, properties }: Found): boolean =>
  resource.type === 'AWS::RDS::DBInstance' && properties['DBClusterIdentifier'] !== undefined

/** The value at a path inside properties; undefined where there is none. */
export function get(value: Value | undefined, ...path: (string | number)[]): Value | undefined {
  let here: Value | undefined = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as Record<string | number, Value | undefined>)[key]
  }
  return here
}

/** A list, one value as a list of one, nothing as an empty list. */
export const listOf = (value: Value | undefined): Value[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]

/** The strings of a list, or of one value. */
export const textsOf = (value: Value | undefined): string[] =>
  listOf(value).filter((item): item is string => typeof item === 'string')

/** A scalar as text, anything else as empty text. */
export const text = (value: Value | undefined): string => asText(value) ?? ''

/** CloudFormation takes `true` and `"true"` alike. */
export const isTrue = (value: Value | undefined): boolean => value === true || value === 'true'
