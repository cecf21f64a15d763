// Pure: what really changes between a stack instance as deployed and as wanted, resource by resource.
// What an update does to a resource (replacement, rights) is the library's knowledge, from AWS's own schemas.
import type { PropertyDifference as LibraryProperty, fullDiff } from '@aws-cdk/cloudformation-diff'
import type { Region, Value } from '../core/model.ts'
import type { Action, PropertyDifference, ResourceDifference } from '../core/difference.ts'
import { pathText, type PropertyChange, propertyChanges } from './property-changes.ts'
import { widenedRights } from './rights.ts'
import { parted, shownValue } from './shown-values.ts'
import { isStateful, keepsData } from './stateful.ts'
import type { Evaluated, EvaluatedResource } from '../templates/tree.ts'

export interface Comparison {
  before: Evaluated
  after: Evaluated
  /** `<stage>.<role>`: how tokens of this instance begin. */
  base: string
  account: string
  /** The library's comparison, imported by the caller only when something changes. */
  diff: typeof fullDiff
  /** The property that holds the custom name of a resource type, where it has one. */
  nameOf: (type: string) => string | undefined
}

export interface Compared {
  resources: ResourceDifference[]
  /** Outputs after the change; those that are known only after the change are absent. */
  outputs: Record<string, string>
}

/**
 * Compares. A replaced resource gets a new identity, so whatever uses it changes too, and may be replaced in turn.
 * @param outputs the outputs of the root stack as they are now
 */
export function compare(it: Comparison, outputs: Record<string, string>): Compared {
  const replaced = new Set<string>()
  for (;;) {
    const resources = differences(it, replaced)
    const more = resources.filter(({ action, path }) => action === 'replaced' && !replaced.has(path.join('/')))
    if (more.length === 0) return { resources, outputs: outputsAfter(it, replaced, outputs) }
    for (const { path } of more) replaced.add(path.join('/'))
  }
}

/** The resource that a token names: `data.primary/Documents/Bucket.Arn[*]` → `Documents/Bucket`. */
function resourceOf(base: string, source: string): string | undefined {
  if (!source.startsWith(`${base}/`)) return undefined
  return source
    .slice(base.length + 1)
    .replace(/(\[\*\])?$/, '')
    .replace(/\.[^/]*$/, '')
}

const anyToken = /«([^«»]*)»/g

/** The value with the tokens of replaced resources made unlike those of the resources that exist now. */
function renewed(value: Value, base: string, replaced: Set<string>): Value {
  if (replaced.size === 0) return value
  if (typeof value === 'string')
    return value.replaceAll(anyToken, (text, source: string) =>
      replaced.has(resourceOf(base, source) ?? '') ? `«${source} (new)»` : text,
    )
  if (Array.isArray(value)) return value.map((item) => renewed(item, base, replaced))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renewed(item, base, replaced)]))
}

function differences(it: Comparison, replaced: Set<string>): ResourceDifference[] {
  const keys = [...new Set([...it.before.resources.keys(), ...it.after.resources.keys()])]
  return keys.flatMap(
    (key) => difference(it, it.before.resources.get(key), it.after.resources.get(key), replaced) ?? [],
  )
}

const template = (resource: EvaluatedResource | undefined): object =>
  resource ? { Resources: { It: { Type: resource.type, Properties: resource.properties } } } : { Resources: {} }

function difference(
  it: Comparison,
  before: EvaluatedResource | undefined,
  after: EvaluatedResource | undefined,
  replaced: Set<string>,
): ResourceDifference | undefined {
  const present = after ?? before
  if (!present) return undefined
  const { path, type } = present
  const renew = (value: Value): Value => renewed(value, it.base, replaced)
  const moved = after && { ...after, properties: renew(after.properties) as Record<string, Value> }
  const changed = before && moved ? changesBetween(before, moved) : []
  const retyped = before && after && before.type !== after.type
  if (before && after && !retyped && changed.length === 0) return undefined
  // Rights follow from what is written, not from a new identity, so they are compared before that is marked.
  const rights = it.diff(template(before), template(after))
  const effects =
    before && moved ? it.diff(template(before), template(moved)).resources.changes['It']?.propertyUpdates : {}
  const show = (value: Value, exists: (source: string) => boolean): string => shownValue(value, it.account, exists)
  const exists = (source: string): boolean =>
    /\/AWS::Stack(Name|Id)$/.test(source) || it.before.resources.has(resourceOf(it.base, source) ?? '')
  const properties = changed.map(({ path: where, before: old, after: now }): PropertyDifference => {
    const effect = where[0] === undefined ? undefined : effects?.[where[0]]
    return {
      path: pathText(where),
      ...parted(
        old === undefined ? undefined : show(old, () => true),
        now === undefined ? undefined : show(now, exists),
      ),
      replaces: replaces(effect),
    }
  })
  const action = actionOf(it.after, before, after, properties)
  const kept = action === 'replaced' && !retyped ? keptName(it.nameOf(type), before, moved) : undefined
  return {
    path,
    type,
    action,
    loss: losesData(action, before, after),
    ...(kept === undefined ? {} : { keptName: show(kept, exists) }),
    ...(retyped ? { formerType: before.type } : {}),
    properties,
    rights: widenedRights(rights, action === 'replaced').map((text) => show(text, exists)),
  }
}

/** The name that a resource has and would have again; none where CloudFormation makes it up, or where it changes too. */
function keptName(
  property: string | undefined,
  before: EvaluatedResource | undefined,
  after: EvaluatedResource | undefined,
): string | undefined {
  const [old, now] = [before, after].map((it) => (property === undefined ? undefined : it?.properties[property]))
  return typeof old === 'string' && old === now ? old : undefined
}

function actionOf(
  wanted: Evaluated,
  before: EvaluatedResource | undefined,
  after: EvaluatedResource | undefined,
  properties: PropertyDifference[],
): Action {
  if (!before) return 'added'
  if (!after) {
    const kept = before.keptWith !== undefined && !wanted.stacks.has(before.keptWith)
    return kept || before.deletionPolicy?.startsWith('Retain') ? 'retained' : 'removed'
  }
  if (before.type !== after.type || properties.some((it) => it.replaces === 'yes')) return 'replaced'
  return properties.some((it) => it.replaces === 'maybe') ? 'may-replace' : 'changed'
}

function changesBetween(before: EvaluatedResource, after: EvaluatedResource): PropertyChange[] {
  const policies = (it: EvaluatedResource): Record<string, Value> => ({
    ...(it.deletionPolicy ? { DeletionPolicy: it.deletionPolicy } : {}),
    ...(it.updateReplacePolicy ? { UpdateReplacePolicy: it.updateReplacePolicy } : {}),
  })
  return [
    ...propertyChanges(before.properties, after.properties),
    ...propertyChanges(policies(before), policies(after)),
  ]
}

function replaces(property: LibraryProperty<unknown> | undefined): PropertyDifference['replaces'] {
  const impact: string = property?.changeImpact ?? ''
  return impact === 'WILL_REPLACE' ? 'yes' : impact === 'MAY_REPLACE' ? 'maybe' : 'no'
}

/** A replacement keeps data only where both templates say so: AWS does not document which of them counts. */
function losesData(
  action: Action,
  before: EvaluatedResource | undefined,
  after: EvaluatedResource | undefined,
): boolean {
  if (!before || !isStateful(before.type, before.properties)) return false
  if (action === 'removed') return !keepsData(before.deletionPolicy)
  if (action !== 'replaced' && action !== 'may-replace') return false
  return !(keepsData(before.updateReplacePolicy) && keepsData(after?.updateReplacePolicy))
}

/** An output that means the same as before has the value it has now, even where only AWS knows that value. */
function outputsAfter(
  { before, after, base }: Comparison,
  replaced: Set<string>,
  now: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(after.outputs).flatMap(([name, written]) => {
      const value = renewed(written, base, replaced)
      if (typeof value !== 'string') return []
      const current = now[name]
      if (value === before.outputs[name] && current !== undefined) return [[name, current]]
      return value.includes('«') ? [] : [[name, value]]
    }),
  )
}

/** Regions whose differences read the same are shown once. */
export function sameEverywhere<T extends { region: Region }>(one: T, other: T): boolean {
  return JSON.stringify({ ...one, region: '' }) === JSON.stringify({ ...other, region: '' })
}
