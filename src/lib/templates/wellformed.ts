// What CloudFormation refuses in a template before it reads one parameter: its shape, and functions out of their place.
// Source of each refusal: the cases in test/templates/outside.
import type { Value } from '../core/model.ts'
import type { TemplateBody } from './evaluation.ts'
import { functionOf } from './intrinsics.ts'
import { oncePerBody } from './once.ts'
import type { Path } from './positions.ts'

/** Something that no parameter can make right. */
export interface Malformed {
  path: Path
  reason: string
}

/** The faults of a template, those of its shape first: the rest reads a template of the right shape. */
export const malformed = oncePerBody((body): Malformed[] => {
  const shape = [...transforms(body), ...names(body), ...resources(body), ...parameterTypes(body), ...mappings(body)]
  return shape.length > 0 ? shape : [...namedConditions(body), ...places(body)]
})

function* transforms(body: TemplateBody): Generator<Malformed> {
  if (body['Transform'] !== undefined) {
    yield { path: ['Transform'], reason: 'dr does not know what a transform makes of a template' }
  }
}

function* names(body: TemplateBody): Generator<Malformed> {
  for (const section of ['Parameters', 'Resources', 'Outputs'] as const) {
    for (const name of Object.keys(body[section] ?? {})) {
      if (!/^[A-Za-z0-9]+$/.test(name)) yield { path: [section, name], reason: `the name ${name} is not alphanumeric` }
    }
  }
  for (const name of Object.keys(body.Parameters ?? {})) {
    if (!Object.hasOwn(body.Resources, name)) continue
    yield { path: ['Parameters', name], reason: `${name} is declared twice, as parameter and as resource` }
  }
}

const attributes = new Set([
  'Condition',
  'CreationPolicy',
  'DeletionPolicy',
  'DependsOn',
  'Metadata',
  'Properties',
  'Type',
  'UpdatePolicy',
  'UpdateReplacePolicy',
  'Version',
])

function* resources(body: TemplateBody): Generator<Malformed> {
  if (Object.keys(body.Resources).length === 0) {
    yield { path: ['Resources'], reason: 'at least one resource must be defined' }
  }
  for (const [id, resource] of Object.entries(body.Resources)) {
    for (const name of Object.keys(resource)) {
      if (attributes.has(name)) continue
      yield { path: ['Resources', id, name], reason: `${name} is not an attribute of a resource` }
    }
    const waits = [resource.DependsOn ?? []].flat()
    if (waits.some((one: unknown) => typeof one !== 'string')) {
      yield { path: ['Resources', id, 'DependsOn'], reason: 'DependsOn must be a string or a list of strings' }
    }
  }
}

/** AWS takes any type of a service; of Parameter Store it takes no list. */
const parameterType = /^(String|Number|CommaDelimitedList|AWS::.+|List<(?!AWS::SSM::Parameter).+>)$/

function* parameterTypes(body: TemplateBody): Generator<Malformed> {
  for (const [name, { Type }] of Object.entries(body.Parameters ?? {})) {
    if (!parameterType.test(Type)) yield { path: ['Parameters', name], reason: `${Type} is not a type of a parameter` }
  }
}

function* mappings(body: TemplateBody): Generator<Malformed> {
  for (const [map, tops] of Object.entries(body.Mappings ?? {})) {
    for (const [top, seconds] of Object.entries(tops)) {
      const path = ['Mappings', map, top]
      if (!isMapping(seconds)) {
        yield { path, reason: `${map}.${top} must be a mapping` }
        continue
      }
      for (const [second, value] of Object.entries(seconds)) {
        if (!isMapping(value) && value !== null) continue
        yield { path: [...path, second], reason: 'a value of a mapping must be a string or a list' }
      }
    }
  }
}

function* namedConditions(body: TemplateBody): Generator<Malformed> {
  for (const section of ['Resources', 'Outputs'] as const) {
    for (const [id, { Condition: name }] of Object.entries(body[section] ?? {})) {
      if (name !== undefined) yield* condition(name, body, [section, id, 'Condition'])
    }
  }
}

function* condition(name: unknown, body: TemplateBody, path: Path): Generator<Malformed> {
  if (typeof name !== 'string') yield { path, reason: 'the condition must be a string' }
  else if (!Object.hasOwn(body.Conditions ?? {}, name)) yield { path, reason: `there is no condition ${name}` }
}

type Section = 'Conditions' | 'Rules' | 'Values'

function* places(body: TemplateBody): Generator<Malformed> {
  yield* inValue(body.Conditions, body, 'Conditions', ['Conditions'])
  yield* inValue(body.Rules, body, 'Rules', ['Rules'])
  for (const [id, { Properties }] of Object.entries(body.Resources)) {
    yield* inValue(Properties, body, 'Values', ['Resources', id, 'Properties'])
  }
  for (const [name, output] of Object.entries(body.Outputs ?? {})) {
    yield* inValue(output.Value, body, 'Values', ['Outputs', name, 'Value'])
  }
}

function* inValue(value: Value | undefined, body: TemplateBody, section: Section, path: Path): Generator<Malformed> {
  if (typeof value !== 'object' || value === null) return
  const name = functionOf(value)
  if (name !== undefined && isMapping(value)) yield* inCall(name, value[name] ?? null, body, section, path)
  const keys = Object.keys(value)
  // In Conditions and Rules this names another condition. Elsewhere it is a property, as in a policy.
  if (section !== 'Values' && isMapping(value) && keys.length === 1 && keys[0] === 'Condition' && path.length > 1) {
    yield* condition(value['Condition'], body, path)
  }
  for (const [key, item] of Object.entries(value)) {
    yield* inValue(item, body, section, [...path, Array.isArray(value) ? Number(key) : key])
  }
}

const deciding = new Set(['Fn::And', 'Fn::Or', 'Fn::Not', 'Fn::Equals'])
const ruling = new Set(['Fn::Contains', 'Fn::EachMemberEquals', 'Fn::EachMemberIn'])

function* inCall(
  name: string,
  argument: Value,
  body: TemplateBody,
  section: Section,
  path: Path,
): Generator<Malformed> {
  if (deciding.has(name) && section === 'Values') {
    yield { path, reason: `${name} is for conditions, only in Conditions and Rules` }
  }
  if (ruling.has(name) && section !== 'Rules') yield { path, reason: `${name} is for assertions, only in Rules` }
  if (!Array.isArray(argument)) return
  if (name === 'Fn::If') yield* condition(argument[0], body, path)
  if (name === 'Fn::FindInMap' && !argument.slice(0, 3).every((key) => isComputed(key, ['Ref', name]))) {
    yield { path, reason: `the keys of ${name} may use only Ref and Fn::FindInMap` }
  }
  if (name === 'Fn::GetAtt' && !argument.slice(1).every((key) => isComputed(key, ['Ref']))) {
    yield { path, reason: `the attribute of ${name} may use only Ref` }
  }
}

/** Text, or a call of one of these functions. */
const isComputed = (value: Value, functions: string[]): boolean =>
  typeof value !== 'object' || functions.includes(functionOf(value) ?? '')

const isMapping = (value: unknown): value is Record<string, Value> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
