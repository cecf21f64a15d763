// Pure: a root template with its nested ones, evaluated into the resources that really come out of it.
// Both sides of a comparison go through here, so that what is equal comes out equal.
import type { Region, Role, Value } from '../core/model.ts'
import { evaluate } from './evaluate.ts'
import type { Evaluation, ResourceBody, TemplateBody } from './evaluation.ts'
import { asText } from './intrinsics.ts'
import type { Package } from './package.ts'
import { token } from './tokens.ts'
import { worldOf } from './world.ts'

/** The type of a nested stack. */
export const nestedType = 'AWS::CloudFormation::Stack'

/** A template and, by logical id, the templates of its nested stacks as far as they are known. */
export interface TemplateTree {
  body: TemplateBody
  nested: Record<string, TemplateTree>
}

/** Where a root template is evaluated. */
export interface Spot {
  stage: string
  role: Role
  region: Region
  account: string
}

export interface EvaluatedResource {
  /** Logical ids from the root stack down. */
  path: string[]
  type: string
  properties: Record<string, Value>
  deletionPolicy?: string | undefined
  updateReplacePolicy?: string | undefined
  /** Path of the nested stack with which it would be retained, if that stack left its parent. */
  keptWith?: string
}

export interface Evaluated {
  /** By path, joined with `/`; nested stacks themselves are not among them. */
  resources: Map<string, EvaluatedResource>
  /** Paths of the nested stacks. */
  stacks: Set<string>
  outputs: Record<string, Value>
}

/** Ids of the nested stacks in a template, each with the content-hash key of its template if dr packaged it. */
export function nestedKeys(body: TemplateBody): { id: string; key: string | undefined }[] {
  const key = (resource: ResourceBody): string | undefined =>
    /cfn\/[0-9a-f]{64}\.json/.exec(JSON.stringify(resource.Properties?.['TemplateURL'] ?? ''))?.[0]
  return Object.entries(body.Resources).flatMap(([id, resource]) =>
    resource.Type === nestedType ? [{ id, key: key(resource) }] : [],
  )
}

/** Gives the trees of a package, by the key of their root. */
export function packagedTrees(pkg: Package): (key: string) => TemplateTree | undefined {
  const artifacts = new Map(pkg.artifacts.map((it) => [it.key, it]))
  const done = new Map<string, TemplateTree>()
  const tree = (key: string): TemplateTree | undefined => {
    const known = done.get(key)
    const artifact = artifacts.get(key)
    if (known || !artifact) return known
    const body = JSON.parse(Buffer.from(artifact.bytes).toString()) as TemplateBody
    const nested = nestedKeys(body).flatMap(({ id, key: own }) => {
      const child = own === undefined ? undefined : tree(own)
      return child ? [[id, child] as const] : []
    })
    const made = { body, nested: Object.fromEntries(nested) }
    done.set(key, made)
    return made
  }
  return tree
}

/** Whether the value of a parameter must never be shown. */
export const isSecret = (body: TemplateBody, name: string): boolean =>
  String(body.Parameters?.[name]?.['NoEcho'] ?? false) === 'true'

/** Stands for the value of a NoEcho parameter on both sides: AWS masks it, so it can be neither compared nor shown. */
const secret = (name: string): string => token(`NoEcho ${name}`)

/** What of `given` the template declares, with secrets hidden. */
function declared(body: TemplateBody, given: Record<string, string>): Record<string, string> {
  const names = Object.keys(body.Parameters ?? {})
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = isSecret(body, name) ? secret(name) : given[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/**
 * Evaluates a tree from its root down.
 * @throws EvaluationError what CloudFormation would refuse
 */
export function evaluateTree(
  tree: TemplateTree,
  given: Record<string, string>,
  spot: Spot,
  path: string[] = [],
): Evaluated {
  const { body } = tree
  const source = (name: string): string => token([`${spot.stage}.${spot.role}`, ...path, name].join('/'))
  const children = new Map<string, Evaluated | undefined>()
  const nested = (id: string): Evaluated | undefined => {
    const child = tree.nested[id]
    if (!children.has(id) && child) children.set(id, evaluateTree(child, handed(evaluation, id), spot, [...path, id]))
    return children.get(id)
  }
  const world = worldOf(body, spot.region, source, (value) => evaluation.resolve(value), nested, spot.account)
  const evaluation: Evaluation = evaluate(body, declared(body, given), world)
  const found: Evaluated = { resources: new Map(), stacks: new Set(), outputs: evaluation.outputs() }
  for (const id of evaluation.resources) {
    const resource = body.Resources[id]
    const own = [...path, id]
    if (resource?.Type === nestedType) {
      found.stacks.add(own.join('/'))
      const inner = nested(id)
      for (const stack of inner?.stacks ?? []) found.stacks.add(stack)
      for (const [key, it] of inner?.resources ?? [])
        found.resources.set(key, resource.DeletionPolicy === 'Retain' ? { ...it, keptWith: own.join('/') } : it)
    } else if (resource)
      found.resources.set(own.join('/'), {
        path: own,
        type: resource.Type,
        properties: evaluation.properties(id),
        deletionPolicy: resource.DeletionPolicy,
        updateReplacePolicy: resource.UpdateReplacePolicy,
      })
  }
  return found
}

/** The parameters that a template hands to its nested stack `id`. */
function handed(evaluation: Evaluation, id: string): Record<string, string> {
  const written = evaluation.properties(id)['Parameters']
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return {}
  return Object.fromEntries(
    Object.entries(written).flatMap(([name, value]) => {
      const text = Array.isArray(value) ? value.map((it) => asText(it) ?? '').join(',') : asText(value)
      return text === undefined ? [] : [[name, text]]
    }),
  )
}
