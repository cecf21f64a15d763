// Evaluates a template once parameters and surroundings are known; plan, validate and the simulator all use it.
import type { Region, Value } from '../core/model.ts'
import { EvaluationError, type Evaluation, type ResourceBody, type TemplateBody, type World } from './evaluation.ts'
import { asText, functionOf, intrinsics, truth, type Surroundings } from './intrinsics.ts'
import { parameterValues } from './parameters.ts'
import type { Path } from './positions.ts'
import { dependsOn, references, unresolved } from './references.ts'
import { malformed } from './wellformed.ts'

/**
 * Evaluates a template. Parameters, conditions, rules and names are checked at once, values when asked for.
 * @param given parameter values; what is missing falls back to the default
 * @throws EvaluationError with the path, here and in every method: whatever CloudFormation would refuse
 */
export function evaluate(body: TemplateBody, given: Record<string, string>, world: World): Evaluation {
  const [fault] = malformed(body)
  if (fault) throw new EvaluationError(fault.reason, fault.path)
  const lost = unresolved(body)[0]
  if (lost) {
    const section = lost.path[0] === 'Outputs' ? 'Outputs' : 'Resources'
    throw new EvaluationError(`unresolved dependency [${lost.name}] in the ${section} block`, lost.path)
  }
  const parameters = parameterValues(body.Parameters ?? {}, given)
  const conditions: Record<string, boolean> = Object.create(null) as Record<string, boolean>
  const surroundings = new Evaluator(body, parameters, conditions, world)
  for (const name of Object.keys(body.Conditions ?? {})) surroundings.condition(name)
  assertRules(body, surroundings)

  const exists = (id: string): boolean => surroundings.exists(id)
  const resource = (id: string): ResourceBody => {
    const found = Object.hasOwn(body.Resources, id) ? body.Resources[id] : undefined
    if (!found) throw new EvaluationError(`there is no resource ${id}`)
    return found
  }
  return {
    parameters,
    conditions,
    resources: Object.keys(body.Resources).filter(exists),
    resolve: (value) => surroundings.resolve(value, []),
    properties: (id) =>
      (surroundings.resolve(resource(id).Properties ?? {}, ['Resources', id, 'Properties']) ?? {}) as Properties,
    dependencies: (id) => {
      const used = references(resource(id).Properties ?? {}, [], (name) => surroundings.condition(name))
      return [...new Set([...dependsOn(resource(id)), ...used.map(({ name }) => name)])].filter(
        (name) => Object.hasOwn(body.Resources, name) && exists(name),
      )
    },
    output: (name) => output(body, surroundings, name),
    outputs: () =>
      Object.fromEntries(
        Object.keys(body.Outputs ?? {}).flatMap((name) => {
          const value = output(body, surroundings, name)
          return value === undefined ? [] : [[name, value]]
        }),
      ),
  }
}

type Properties = Record<string, Value>

class Evaluator implements Surroundings {
  readonly #body: TemplateBody
  readonly #parameters: Record<string, Value>
  readonly #conditions: Record<string, boolean>
  readonly #world: World
  readonly #open = new Set<string>()
  /** Conditions and rules are decided before any resource exists, so they may not name one. */
  #deciding = 0

  constructor(body: TemplateBody, parameters: Properties, conditions: Record<string, boolean>, world: World) {
    this.#body = body
    this.#parameters = parameters
    this.#conditions = conditions
    this.#world = world
  }

  get region(): Region {
    return this.#world.pseudo['AWS::Region'] ?? ''
  }

  zones(region: Region): string[] {
    return this.#world.zones(region)
  }

  exists(id: string): boolean {
    const condition = own(this.#body.Resources, id)?.Condition
    return condition === undefined || this.at(['Resources', id, 'Condition'], () => this.condition(condition))
  }

  resolve(value: Value, path: Path): Value | undefined {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) {
      return value.flatMap((item, index) => {
        const resolved = this.resolve(item, [...path, index])
        return resolved === undefined ? [] : [resolved] // AWS::NoValue removes the item.
      })
    }
    const name = functionOf(value)
    if (name !== undefined) {
      const call = intrinsics[name]
      if (!call) throw new EvaluationError(`unknown function ${name}`, path)
      return this.at(path, () => call(value[name] ?? null, this, [...path, name]), name)
    }
    const entries: Properties = {}
    for (const [key, item] of Object.entries(value)) {
      const resolved = this.resolve(item, [...path, key])
      if (resolved !== undefined) entries[key] = resolved
    }
    return entries
  }

  ref(name: string): Value | undefined {
    if (name === 'AWS::NoValue') return undefined
    if (Object.hasOwn(this.#parameters, name)) return this.#parameters[name]
    if (name.startsWith('AWS::')) {
      return this.#world.pseudo[name] ?? this.#fail(`unknown pseudo parameter ${name}`)
    }
    this.#needsResource(name)
    return this.#world.ref(name)
  }

  attribute(logicalId: string, name: string): Value {
    this.#needsResource(logicalId)
    return this.#world.attribute(logicalId, name)
  }

  condition(name: string): boolean {
    const known = this.#conditions[name]
    if (known !== undefined) return known
    const written = own(this.#body.Conditions, name)
    if (written === undefined) return this.#fail(`there is no condition ${name}`)
    if (this.#open.has(name)) return this.#fail(`the condition ${name} needs itself`)
    this.#open.add(name)
    const result = this.decide(written, ['Conditions', name])
    this.#open.delete(name)
    return (this.#conditions[name] = result)
  }

  /** The truth of a condition function, or of `{Condition: name}`. */
  decide(written: Value, path: Path): boolean {
    this.#deciding++
    try {
      return this.at(path, () => truth(written, this, path))
    } finally {
      this.#deciding--
    }
  }

  mapping(map: string, top: string, second: string): Value {
    const tops = own(this.#body.Mappings, map)
    const found = own(own(tops, top), second)
    return found ?? this.#fail(`there is no ${map}.${top}.${second} under Mappings`)
  }

  /** Adds the place to an error that does not have one. */
  at<T>(path: Path, run: () => T, label?: string): T {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof EvaluationError) || error.path.length) throw error
      throw new EvaluationError(label ? `${label}: ${error.reason}` : error.reason, path)
    }
  }

  #needsResource(id: string): void {
    if (this.#deciding) this.#fail(`a condition or rule cannot use the resource ${id}`)
    if (!Object.hasOwn(this.#body.Resources, id)) this.#fail(`unresolved dependency [${id}]`)
    if (!this.exists(id)) this.#fail(`unresolved dependency [${id}]: its condition is false`)
  }

  #fail(reason: string): never {
    throw new EvaluationError(reason)
  }
}

/** An entry of a mapping, and not what every object has, such as its constructor. */
const own = <T>(mapping: Record<string, T> | undefined, key: string): T | undefined =>
  mapping !== undefined && Object.hasOwn(mapping, key) ? mapping[key] : undefined

function assertRules(body: TemplateBody, around: Evaluator): void {
  for (const [name, rule] of Object.entries(body.Rules ?? {})) {
    const { RuleCondition, Assertions } = rule as { RuleCondition?: Value; Assertions?: Value[] }
    const path = ['Rules', name]
    if (RuleCondition !== undefined && !around.decide(RuleCondition, [...path, 'RuleCondition'])) continue
    for (const [index, assertion] of (Assertions ?? []).entries()) {
      const { Assert, AssertDescription } = assertion as { Assert: Value; AssertDescription?: string }
      const at = [...path, 'Assertions', index]
      if (!around.decide(Assert, [...at, 'Assert'])) {
        throw new EvaluationError(AssertDescription ?? `the assertion of rule ${name} does not hold`, at)
      }
    }
  }
}

function output(body: TemplateBody, around: Evaluator, name: string): string | undefined {
  const { Value: written, Condition: condition } = own(body.Outputs, name) ?? { Value: null }
  if (condition !== undefined && !around.at(['Outputs', name], () => around.condition(condition))) return undefined
  const path = ['Outputs', name, 'Value']
  const value = around.resolve(written, path)
  // A number or boolean that is written becomes text. One that a resource gives is refused.
  const text = functionOf(written) === 'Fn::GetAtt' && typeof value !== 'string' ? undefined : asText(value)
  if (text === undefined) throw new EvaluationError('an output must be a string', path)
  return text
}
