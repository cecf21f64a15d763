// CloudFormation's intrinsic functions, each as strict as the service: what it would refuse is refused here.
// Source of the rules: CloudFormation template reference, "Intrinsic function reference".
import type { Value } from '../core/model.ts'
import { formatBlock, parseBlock, subdivide, subdivideV6 } from './cidr.ts'
import { EvaluationError } from './evaluation.ts'
import type { Path } from './positions.ts'
import { hasToken, listSource, splitAroundTokens, token } from './tokens.ts'

/** What a function may ask of its surroundings. */
export interface Surroundings {
  /** The value at a path, functions resolved; undefined for AWS::NoValue. */
  resolve(value: Value, path: Path): Value | undefined
  ref(name: string): Value | undefined
  attribute(logicalId: string, name: string): Value
  condition(name: string): boolean
  mapping(map: string, top: string, second: string): Value
  zones(region: string): string[]
  region: string
}

type Intrinsic = (argument: Value, around: Surroundings, path: Path) => Value | undefined

/** `{Ref: x}` → `Ref`: the function a value calls, if it is a call at all. */
export function functionOf(value: Value): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const keys = Object.keys(value)
  const name = keys.length === 1 ? keys[0] : undefined
  return name === 'Ref' || name?.startsWith('Fn::') ? name : undefined
}

/** `a.b` names an attribute, anything else a Ref; `${!x}` is text. Calls back for each name in the text. */
export function substitute(text: string, value: (name: string) => string): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`
    if (!/^[A-Za-z0-9_.:]+$/.test(name)) {
      throw new EvaluationError(`"\${${name}}" is not a name (letters, digits, "_", "." and ":")`)
    }
    return value(name)
  })
}

/** The text of a string, number or boolean; undefined for lists, mappings and null. */
export const asText = (value: Value | undefined): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined

const fail = (reason: string): never => {
  throw new EvaluationError(reason)
}

const textOf = (value: Value | undefined, what: string): string => asText(value) ?? fail(`${what} must be a string`)

const listOf = (value: Value | undefined, what: string): Value[] =>
  Array.isArray(value) ? value : fail(`${what} must be a list`)

const integerOf = (value: Value | undefined, what: string): number => {
  const text = asText(value) ?? ''
  return /^-?\d+$/.test(text) ? Number(text) : fail(`${what} must be a whole number`)
}

const variablesOf = (value: Value): Record<string, Value> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
    ? value
    : fail('needs a mapping of variables')

/** Arguments written as a list, unresolved, after a check of their number. */
function written(argument: Value, least: number, most: number): Value[] {
  const list = listOf(argument, 'its argument')
  const wanted = least === most ? String(least) : `${least} to ${most}`
  return list.length >= least && list.length <= most ? list : fail(`takes ${wanted} arguments, not ${list.length}`)
}

/** The truth of a condition function, of `{Condition: name}`, or of text that says true or false. */
export function truth(value: Value, around: Surroundings, path: Path): boolean {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value['Condition'] === 'string') {
    return around.condition(value['Condition'])
  }
  const result = around.resolve(value, path)
  if (typeof result === 'boolean') return result
  return result === 'true' || result === 'false' ? result === 'true' : fail('a condition must give true or false')
}

export const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, around) => around.ref(textOf(name, 'its argument')),

  'Fn::GetAtt': (argument, around, path) => {
    const [id, ...names] = Array.isArray(argument) ? argument : textOf(argument, 'its argument').split(/\.(.*)/s, 2)
    // The attribute may be computed with Ref, the logical id may not.
    const attribute = names.map((name, index) => textOf(around.resolve(name, [...path, index + 1]), 'the attribute'))
    if (attribute.length === 0 || attribute.includes('')) fail('needs a logical id and an attribute')
    return around.attribute(textOf(id, 'the logical id'), attribute.join('.'))
  },

  'Fn::Sub': (argument, around, path) => {
    const [text, given] = Array.isArray(argument) ? written(argument, 2, 2) : [argument, undefined]
    if (typeof text !== 'string') return fail('needs a text')
    const variables = given === undefined ? {} : variablesOf(given)
    return substitute(text, (name) => {
      const [id = '', ...attribute] = name.split('.')
      const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
      const value =
        variable !== undefined
          ? around.resolve(variable, [...path, 1, name])
          : attribute.length
            ? around.attribute(id, attribute.join('.'))
            : around.ref(name)
      return textOf(value, `the variable "${name}"`)
    })
  },

  'Fn::Join': (argument, around, path) => {
    const [delimiter, list] = written(argument, 2, 2)
    if (typeof delimiter !== 'string') return fail('needs a delimiter that is a string')
    const items = listOf(around.resolve(list ?? null, [...path, 1]), 'what it joins')
    return items.map((item) => textOf(item, 'each item it joins')).join(delimiter)
  },

  'Fn::Split': (argument, around, path) => {
    const [delimiter, text] = written(argument, 2, 2)
    if (typeof delimiter !== 'string' || delimiter === '') return fail('needs a delimiter that is not empty')
    const source = around.resolve(text ?? null, [...path, 1])
    return typeof source === 'string' ? splitAroundTokens(source, delimiter) : fail('what it splits must be a string')
  },

  'Fn::Select': (argument, around, path) => {
    const [written0, writtenList] = written(argument, 2, 2)
    const index = integerOf(around.resolve(written0 ?? null, [...path, 0]), 'the index')
    const list = listOf(around.resolve(writtenList ?? null, [...path, 1]), 'what it selects from')
    const unknown = listSource(list)
    if (unknown !== undefined && index >= 0) return `${token(unknown)}[${index}]`
    return list[index] ?? fail(`cannot select item ${index} of a list of ${list.length}`)
  },

  'Fn::FindInMap': (argument, around, path) => {
    const [map, top, second] = written(argument, 3, 3).map((key, index) =>
      textOf(around.resolve(key, [...path, index]), 'each key'),
    )
    return around.mapping(map ?? '', top ?? '', second ?? '')
  },

  'Fn::Base64': (argument, around, path) => {
    const text = textOf(around.resolve(argument, path), 'what it encodes')
    return hasToken(text) ? text : Buffer.from(text).toString('base64')
  },

  'Fn::GetAZs': (argument, around, path) => {
    const region = textOf(around.resolve(argument, path), 'the region')
    return around.zones(region || around.region)
  },

  'Fn::Cidr': (argument, around, path) => {
    const [written0, ...numbers] = written(argument, 3, 3).map((part, index) => around.resolve(part, [...path, index]))
    const text = textOf(written0, 'the block')
    const [count = 0, hostBits = 0] = numbers.map((number) => integerOf(number, 'count and bits'))
    if (count < 1 || count > 256) return fail(`can make 1 to 256 blocks, not ${count}`)
    if (hasToken(text)) return Array.from({ length: count }, (_, index) => `${text}[${index}]`)
    if (text.includes(':')) return subdivideV6(text, count, hostBits) ?? fail(`cannot split ${text} so`)
    const block = parseBlock(text) ?? fail(`"${text}" is not an IPv4 block such as 10.0.0.0/16`)
    if (hostBits < 1 || hostBits > 31) return fail(`the bits of a block are 1 to 31, not ${hostBits}`)
    const parts = subdivide(block, count, hostBits) ?? fail(`${count} blocks of ${hostBits} bits do not fit ${text}`)
    return parts.map(formatBlock)
  },

  'Fn::If': (argument, around, path) => {
    const [name, yes, no] = written(argument, 3, 3)
    const chosen = around.condition(textOf(name, 'the condition')) ? 1 : 2
    return around.resolve((chosen === 1 ? yes : no) ?? null, [...path, chosen])
  },

  'Fn::And': (argument, around, path) =>
    written(argument, 2, 10).every((part, index) => truth(part, around, [...path, index])),
  'Fn::Or': (argument, around, path) =>
    written(argument, 2, 10).some((part, index) => truth(part, around, [...path, index])),
  'Fn::Not': (argument, around, path) =>
    !written(argument, 1, 1).every((part, index) => truth(part, around, [...path, index])),

  // Numbers, booleans and strings are compared as text: "Fn::Equals" knows no types.
  'Fn::Equals': (argument, around, path) => {
    const [left, right] = written(argument, 2, 2).map(
      (part, index) => asText(around.resolve(part, [...path, index])) ?? fail('compares two strings'),
    )
    return left === right
  },

  'Fn::Contains': (argument, around, path) => {
    const [list, value] = written(argument, 2, 2).map((part, index) => around.resolve(part, [...path, index]))
    return listOf(list, 'its first argument').some((item) => comparable(item) === comparable(value))
  },
  'Fn::EachMemberEquals': (argument, around, path) => {
    const [list, value] = written(argument, 2, 2).map((part, index) => around.resolve(part, [...path, index]))
    return listOf(list, 'its first argument').every((item) => comparable(item) === comparable(value))
  },
  'Fn::EachMemberIn': (argument, around, path) => {
    const [list, other] = written(argument, 2, 2).map((part, index) => around.resolve(part, [...path, index]))
    const allowed = new Set(listOf(other, 'its second argument').map(comparable))
    return listOf(list, 'its first argument').every((item) => allowed.has(comparable(item)))
  },
}

const comparable = (value: Value | undefined): string => asText(value) ?? JSON.stringify(value)
