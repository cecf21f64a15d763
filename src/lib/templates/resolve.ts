// Every template of a system as each region will see it, before anything exists.
// What only creation will tell is a token in guillemets that names its source.
import { dirname, resolve as resolvePath } from 'node:path'
import { DrError, place } from '../core/errors.ts'
import type { Position, Region, Role, Target, Value } from '../core/model.ts'
import { chooseParameters, missingParameters, type Roots } from './choose.ts'
import { evaluate } from './evaluate.ts'
import { EvaluationError, type Evaluation, type TemplateBody } from './evaluation.ts'
import { asText } from './intrinsics.ts'
import { loadTemplate, type Template } from './load.ts'
import { localReference } from './package.ts'
import type { Path } from './positions.ts'
import { references, type Reference } from './references.ts'
import { token } from './tokens.ts'
import { wiringOf } from './wiring.ts'
import { worldOf } from './world.ts'

export { placeholderAccount } from './world.ts'

export interface ResolvedResource {
  logicalId: string
  type: string
  properties: Record<string, Value>
  /** Logical ids it waits for, by DependsOn or by reference. */
  dependsOn: string[]
  deletionPolicy?: string
  updateReplacePolicy?: string
  metadata?: Record<string, Value>
  position: Position
}

/** One template in one region; `path` holds the logical ids of the nested stacks that lead to it, empty for a root. */
export interface ResolvedTemplate {
  stage: string
  role: Role
  region: Region
  path: string[]
  template: Template
  parameters: Record<string, Value>
  conditions: Record<string, boolean>
  /** Only those whose condition holds. */
  resources: Record<string, ResolvedResource>
  outputs: Record<string, Value>
}

/** Something that CloudFormation would refuse. */
export interface Fault {
  kind: 'value' | 'parameter' | 'output'
  position: Position
  message: string
}

/**
 * Resolves all templates of a target: stages in order, within a stage step by step, parents before their children.
 * @param onFault told of each fault, after which resolving goes on as well as it can
 * @throws DrError exit 2: files that do not load, parameters that do not fit, and without `onFault` the first fault
 */
export function resolveSystem(target: Target, onFault: (fault: Fault) => void = refuse): ResolvedTemplate[] {
  const load = cached(loadTemplate)
  const roots: Roots = {}
  for (const stage of target.system.stages) roots[stage.name] = load(stage.template).body
  const chosen = chooseParameters(target, roots)
  const done: ResolvedTemplate[] = []
  const outputs = new Map<string, Record<string, Value>>()
  const wiring = wiringOf(target.system, onFault)
  for (const stage of target.system.stages) {
    const template = load(stage.template)
    for (const role of stage.steps.flat()) {
      const wired = wiring.values(stage, role, template.body, outputs)
      const given = { ...chosen[stage.name], ...wired }
      for (const name of missingParameters(stage, template.body, given)) {
        const message = `the stage ${stage.name} gets no value for its parameter ${name}`
        onFault({ kind: 'parameter', position: template.at(['Parameters', name]), message })
      }
      const setting: Setting = { stage: stage.name, role, region: target.regions[role] ?? '' }
      const root = resolveTemplate(template, given, [], setting, { load, onFault, done, trail: [] })
      outputs.set(`${stage.name}.${role}`, root.outputs)
    }
  }
  for (const stage of target.system.stages) wiring.checkOutputs(stage, outputs)
  return done
}

interface Setting {
  stage: string
  role: Role
  region: Region
}

interface Work {
  load: (file: string) => Template
  onFault: (fault: Fault) => void
  done: ResolvedTemplate[]
  /** Files that nest the one at hand, outermost first. */
  trail: string[]
}

/** The template, or why there is none. */
function loaded(load: Work['load'], file: string): Template | string {
  try {
    return load(file)
  } catch (error) {
    if (error instanceof DrError && error.code === 'FileNotReadable') return error.message
    throw error
  }
}

function resolveTemplate(
  template: Template,
  given: Record<string, string>,
  path: string[],
  setting: Setting,
  work: Work,
): ResolvedTemplate {
  const { body, at } = template
  const result: ResolvedTemplate = {
    ...setting,
    path,
    template,
    parameters: {},
    conditions: {},
    resources: {},
    outputs: {},
  }
  work.done.push(result)
  const source = (name: string): string => token(`${[`${setting.stage}.${setting.role}`, ...path].join('/')}/${name}`)
  const guard = <T>(otherwise: T, run: () => T): T => {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error
      work.onFault({ kind: 'value', position: at(error.path), message: error.message })
      return otherwise
    }
  }
  const nested = cached((id: string): ResolvedTemplate | undefined => {
    const from = evaluation?.properties(id) ?? {}
    const local = localReference('AWS::CloudFormation::Stack', from)
    if (!local) return undefined
    const file = resolvePath(dirname(template.file), local.path)
    const trail = [...work.trail, template.file]
    const child = trail.includes(file) ? 'it nests a template in itself' : loaded(work.load, file)
    if (typeof child === 'string') {
      work.onFault({
        kind: 'value',
        position: at(['Resources', id, 'Properties', local.property]),
        message: `${id}: ${child}`,
      })
      return undefined
    }
    const values = nestedParameters(template, id, from['Parameters'], child.body, work.onFault)
    return resolveTemplate(child, values, [...path, id], setting, { ...work, trail })
  })
  const world = worldOf(body, setting.region, source, (value) => evaluation?.resolve(value), nested)
  const declared = Object.keys(body.Parameters ?? {})
  const values = Object.fromEntries(
    declared.map((name) => [name, given[name] ?? defaultOf(body, name) ?? source(name)]),
  )
  const evaluation: Evaluation | undefined = guard(undefined, () => evaluate(body, values, world))
  const outputs = Object.keys(body.Outputs ?? {})
  if (!evaluation) {
    result.outputs = Object.fromEntries(outputs.map((name) => [name, source(name)]))
    return result
  }
  result.parameters = evaluation.parameters
  result.conditions = evaluation.conditions
  for (const id of evaluation.resources) {
    const resource = body.Resources[id]
    if (!resource) continue
    result.resources[id] = {
      logicalId: id,
      type: resource.Type,
      properties: guard({}, () => evaluation.properties(id)),
      dependsOn: guard([], () => evaluation.dependencies(id)),
      deletionPolicy: resource.DeletionPolicy,
      updateReplacePolicy: resource.UpdateReplacePolicy,
      metadata: resource.Metadata,
      position: at(['Resources', id]),
    }
    if (resource.Type === 'AWS::CloudFormation::Stack') guard(undefined, () => nested(id))
  }
  for (const name of outputs) {
    const value = guard(source(name), () => evaluation.output(name))
    if (value !== undefined) result.outputs[name] = value
  }
  for (const { name, attribute, path: where } of liveReferences(body, evaluation)) {
    const output = attribute?.startsWith('Outputs.') ? attribute.slice('Outputs.'.length) : undefined
    const child = output === undefined ? undefined : guard(undefined, () => nested(name))
    if (output === undefined || !child || output in child.outputs) continue
    const message = `${name} has no output ${output} in ${setting.region}`
    work.onFault({ kind: 'output', position: at(where), message })
  }
  return result
}

/** References that count under the conditions, in resources that exist and outputs that are given. */
function liveReferences(body: TemplateBody, { conditions, resources }: Evaluation): Reference[] {
  const branch = (name: string): boolean => conditions[name] ?? false
  const live = ({ Condition: condition }: { Condition?: string }): boolean =>
    condition === undefined || branch(condition)
  return [
    ...resources.flatMap((id) =>
      references(body.Resources[id]?.Properties ?? {}, ['Resources', id, 'Properties'], branch),
    ),
    ...Object.entries(body.Outputs ?? {})
      .filter(([, output]) => live(output))
      .flatMap(([name, output]) => references(output.Value, ['Outputs', name, 'Value'], branch)),
  ]
}

const defaultOf = (body: TemplateBody, name: string): string | undefined => asText(body.Parameters?.[name]?.Default)

/** What a parent hands to a nested stack, without what the child does not declare. */
function nestedParameters(
  parent: Template,
  id: string,
  written: Value | undefined,
  child: TemplateBody,
  onFault: (fault: Fault) => void,
): Record<string, string> {
  const where = ['Resources', id, 'Properties', 'Parameters']
  const given = typeof written === 'object' && written !== null && !Array.isArray(written) ? written : {}
  const fault = (path: Path, message: string): void =>
    onFault({ kind: 'parameter', position: parent.at(path), message: `${id}: ${message}` })
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    const text = asText(value)
    if (!Object.hasOwn(child.Parameters ?? {}, name)) fault([...where, name], `its template has no parameter ${name}`)
    else if (text === undefined) fault([...where, name], `the parameter ${name} must be a string`)
    else values[name] = text
  }
  for (const name of Object.keys(child.Parameters ?? {})) {
    if (Object.hasOwn(given, name) || defaultOf(child, name) !== undefined) continue
    fault(where, `it gets no value for the parameter ${name}`)
  }
  return values
}

function cached<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>()
  return (key) => {
    if (!known.has(key)) known.set(key, make(key))
    return known.get(key) as T
  }
}

function refuse({ position, message }: Fault): never {
  throw new DrError('TemplateFault', 2, `${place(position)}: ${message}`, 'run dr validate to see all findings')
}
