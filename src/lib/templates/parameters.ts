// What CloudFormation checks when it is given parameter values, and what Ref of a parameter then gives.
import type { Value } from '../core/model.ts'
import { EvaluationError, type TemplateBody } from './evaluation.ts'
import { asText } from './intrinsics.ts'
import { javaPattern } from './patterns.ts'
import { hasToken, listToken, token } from './tokens.ts'

type Declaration = NonNullable<TemplateBody['Parameters']>[string]

/** Whether Ref of the parameter gives a list. SSM types hold the same kind of value as what they wrap. */
const isList = (type: string): boolean => /^(CommaDelimitedList|List<.*>)$/.test(inner(type))

/**
 * Values of all declared parameters: given ones, else defaults. Numbers stay text, as in CloudFormation.
 * @throws EvaluationError as CloudFormation's ValidationError: unknown, missing or forbidden value
 */
export function parameterValues(
  declared: NonNullable<TemplateBody['Parameters']>,
  given: Record<string, string>,
): Record<string, Value> {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name))
  if (unknown.length) throw new EvaluationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`)
  const own = new Map(Object.entries(given))
  const missing = Object.keys(declared).filter(
    (name) => own.get(name) === undefined && declared[name]?.Default === undefined,
  )
  if (missing.length) {
    throw new EvaluationError(`Parameters: [${missing.join(', ')}] must have values`, ['Parameters', missing[0] ?? ''])
  }
  return Object.fromEntries(
    Object.entries(declared).map(([name, declaration]) => {
      const otherwise = declaration.Default === undefined ? undefined : defaultOf(name, declaration)
      const text = own.get(name)
      return [name, text === undefined ? (otherwise ?? '') : valueOf(name, declaration, text)]
    }),
  )
}

/** CloudFormation checks the default too, whatever is given. */
function defaultOf(name: string, declaration: Declaration): Value {
  const text = asText(declaration.Default)
  if (text === undefined) {
    throw new EvaluationError(`the default of parameter '${name}' must be a string`, ['Parameters', name])
  }
  return valueOf(name, declaration, text)
}

function valueOf(name: string, declaration: Declaration, text: string): Value {
  const fail = (why: string): never => {
    throw new EvaluationError(`Parameter '${name}' ${why}`, ['Parameters', name])
  }
  const list = isList(declaration.Type)
  const items = list ? text.split(',').map((item) => item.trim()) : [text]
  for (const item of items) {
    if (hasToken(item)) continue
    const problem = /^(Number|List<Number>)$/.test(inner(declaration.Type)) ? numberFault(item) : undefined
    const why = problem ?? constraintFault(declaration, item)
    if (why) fail(why)
  }
  if (declaration.Type.startsWith('AWS::SSM::Parameter::Value<')) return stored(text, list)
  return list ? items : text
}

/** AWS gives what Parameter Store holds under the key. That is known only there. */
function stored(key: string, list: boolean): Value {
  if (hasToken(key)) return key
  return list ? listToken(`Parameter Store ${key}`) : token(`Parameter Store ${key}`)
}

const inner = (type: string): string => /^AWS::SSM::Parameter::Value<(.*)>$/.exec(type)?.[1] ?? type

const numberFault = (item: string): string | undefined =>
  item.trim() !== '' && Number.isFinite(Number(item)) ? undefined : `must be a number, not "${item}"`

function constraintFault(declaration: Declaration, item: string): string | undefined {
  const { AllowedValues: allowed, AllowedPattern: pattern, ConstraintDescription: text } = declaration
  const described = (otherwise: string): string =>
    text === undefined ? otherwise : `failed to satisfy constraint: ${asText(text) ?? ''}`
  if (Array.isArray(allowed) && !allowed.some((one) => asText(one) === item)) {
    return described(`must be one of AllowedValues (${allowed.map((one) => asText(one)).join(', ')})`)
  }
  if (typeof pattern === 'string' && !javaPattern(pattern).test(item)) {
    return described(`must match pattern ${pattern}`)
  }
  const limit = (key: string): number | undefined => {
    const value = asText(declaration[key])
    return value === undefined ? undefined : Number(value)
  }
  const [minLength, maxLength] = [limit('MinLength'), limit('MaxLength')]
  if (minLength !== undefined && item.length < minLength) return described(`must have at least ${minLength} characters`)
  if (maxLength !== undefined && item.length > maxLength) return described(`must have at most ${maxLength} characters`)
  const [minimum, maximum] = [limit('MinValue'), limit('MaxValue')]
  if (minimum !== undefined && Number(item) < minimum) return described(`must be at least ${minimum}`)
  if (maximum !== undefined && Number(item) > maximum) return described(`must be at most ${maximum}`)
  return undefined
}
