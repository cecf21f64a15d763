// Looks resources up in the simulated cloud; what has passed its waiting period counts as gone.
import type { Value } from '../lib/core/model.ts'
import type { Cloud, Resource } from './state.ts'
import type { Around, Kind, Properties } from './resources/kind.ts'

/** The tag by which CloudFormation marks what a logical id made. */
export const logicalIdTag = 'aws:cloudformation:logical-id'

/** Where resources of this kind live: the region, or `global`. */
export const home = (kind: Pick<Kind, 'scope'>, region: string): string => (kind.scope === 'global' ? 'global' : region)

/** The key in `cloud.resources`. */
export function keyOf(kind: Kind, region: string, physicalId: string, properties: Properties): string {
  const apart = kind.within === undefined ? undefined : properties[kind.within]
  return [home(kind, region), kind.type, physicalId, ...(apart === undefined ? [] : [text(apart)])].join('|')
}

/** A property as text; what is not there gives the empty string. */
export const text = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value)

/** A list property; AWS takes a single value for a list of one, and nothing gives an empty list. */
export const list = (value: unknown): Properties[] =>
  value === undefined || value === null ? [] : ([value].flat() as Properties[])

/** A list of texts. */
export const texts = (value: unknown): string[] => list(value).map(text)

/** An object property; what is not one gives an empty one. */
export const record = (value: unknown): Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : {}

/** A property by its path, `A/B` being B inside A. */
export const at = (properties: Properties, path: string): Value | undefined =>
  path.split('/').reduce<Value | undefined>((value, part) => record(value)[part], properties)

/** Resources by type, while somebody only looks. */
let sorted: { of: Cloud['resources']; byType: Map<string, Resource[]> } | undefined

/** Lets `look`, which makes and removes no resource, ask for many types at the price of one. */
export function looking<T>({ resources }: Cloud, look: () => T): T {
  const byType = new Map<string, Resource[]>()
  for (const resource of Object.values(resources)) {
    const others = byType.get(resource.type)
    if (others) others.push(resource)
    else byType.set(resource.type, [resource])
  }
  const before = sorted
  sorted = { of: resources, byType }
  try {
    return look()
  } finally {
    sorted = before
  }
}

/** All resources of a type that exist now, in one region (or `global`) or everywhere. */
export const all = (cloud: Cloud, type: string, region?: string): Resource[] =>
  (sorted?.of === cloud.resources ? (sorted.byType.get(type) ?? []) : Object.values(cloud.resources)).filter(
    (resource) =>
      resource.type === type && (region === undefined || resource.region === region) && !isExpired(cloud, resource),
  )

/** One resource that exists now, by its physical id. */
export function existing(cloud: Cloud, region: string, type: string, physicalId: string): Resource | undefined {
  // Most keys are just that, and a drill asks thousands of times.
  const direct = cloud.resources[`${region}|${type}|${physicalId}`]
  if (direct && !isExpired(cloud, direct)) return direct
  return all(cloud, type, region).find((resource) => resource.physicalId === physicalId)
}

/** Its waiting period is over: it is only not swept away yet. */
export const isExpired = (cloud: Cloud, resource: Resource): boolean =>
  resource.pendingUntil !== undefined && resource.pendingUntil <= cloud.now

/** Was made by this logical id of this stack. */
export const isOwn = (resource: Resource, around: Around): boolean =>
  resource.stackId === around.stack.id && resource.tags[logicalIdTag] === around.logicalId

/** All other resources of a type in this region (or `global`) than what this logical id made. */
export const others = (around: Around, type: string, region: string = around.region): Resource[] =>
  all(around.cloud, type, region).filter((resource) => !isOwn(resource, around))
