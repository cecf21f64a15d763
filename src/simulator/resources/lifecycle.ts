// How resources come, change and go in the simulated cloud; what a type may do is in the tables of kinds.
import { isDeepStrictEqual } from 'node:util'

import type { Region, Value } from '../../lib/core/model.ts'
import type { Cloud, Resource } from '../state.ts'
import { customKind, isCustom } from './custom.ts'
import { refused } from './define.ts'
import { resolved } from './dynamic.ts'
import { all, at, home, isExpired, isOwn, keyOf, list, logicalIdTag, record, text } from '../existing.ts'
import { Failure, type Around, type Kind, type Properties } from './kind.ts'
import { kinds } from './kinds.ts'
import { listOn } from '../former.ts'
import { requireHandler } from '../rights/handlers.ts'

const table = new Map(kinds.map((kind) => [kind.type, kind]))

/** The simulator can make resources of this type; in this region, where one is given. */
export const isKnown = (type: string, region?: Region): boolean => {
  const kind = isCustom(type) ? customKind(type) : table.get(type)
  return kind !== undefined && !(region !== undefined && kind.absent?.includes(region))
}

/** What the simulator knows of a type; throws Failure for a type it does not know. */
export function kindOf(type: string): Kind {
  const kind = isCustom(type) ? customKind(type) : table.get(type)
  if (!kind) throw new Failure(`Template format error: Unrecognized resource types: [${type}]`)
  return kind
}

/**
 * Makes a resource and enters it in `cloud.resources`; called when creation starts.
 * Throws Failure, with the reason as AWS words it, and then has changed nothing but the serial.
 */
export function create(
  around: Around,
  type: string,
  properties: Properties,
): { physicalId: string; attributes: Record<string, Value> } {
  const kind = kindOf(type)
  const { cloud, region, stack } = around
  sweep(cloud)
  requireHandler(around, type, properties, 'create')
  const real = resolved(type, properties, around)
  kind.requires?.(real, around)
  requireName(kind, real, around)
  const physicalId = kind.physicalId(real, around)
  const key = keyOf(kind, region, physicalId, properties)
  if (cloud.resources[key]) throw refused(around, taken(kind, physicalId), 'AlreadyExists')
  if (cloud.cooling[key] !== undefined) {
    throw refused(around, kind.cooling?.message ?? taken(kind, physicalId), 'InvalidRequest')
  }
  const attributes = kind.attributes(real, physicalId, around)
  cloud.resources[key] = {
    type,
    physicalId,
    region: home(kind, region),
    properties,
    attributes,
    tags: tagsOf(around, properties),
    createdAt: cloud.now,
    stackId: stack.id,
  }
  kind.made?.(real, physicalId, around)
  return { physicalId, attributes }
}

/** A name that is given fits. */
function requireName({ name = '', longest = Infinity }: Kind, properties: Properties, around: Around): void {
  const given = text(properties[name])
  if (given.length <= longest) return
  const called = `${name.charAt(0).toLowerCase()}${name.slice(1)}`
  const message =
    `1 validation error detected: Value '${given}' at '${called}' failed to satisfy constraint: ` +
    `Member must have length less than or equal to ${longest}`
  throw refused(around, message, 'InvalidRequest')
}

/**
 * Changes a resource in place, or says that nothing changes or that it must be replaced.
 * Throws Failure when the new properties are refused.
 */
export function update(
  around: Around,
  type: string,
  physicalId: string,
  before: Properties,
  after: Properties,
): 'same' | 'replace' | { attributes: Record<string, Value> } {
  const kind = kindOf(type)
  const resource = find(around, kind, physicalId)
  const tags = tagsOf(around, after)
  const isTagged = kind.arn === undefined || !resource || isDeepStrictEqual(resource.tags, tags)
  if (isDeepStrictEqual(before, after) && isTagged) return 'same'
  const isChanged = (path: string): boolean => !isDeepStrictEqual(at(before, path), at(after, path))
  if (kind.createOnly.some(isChanged) || kind.isReplaced?.(after, before)) {
    const name = kind.name ?? kind.customName
    if (name !== undefined && after[name] !== undefined && before[name] === after[name]) {
      throw new Failure(
        'CloudFormation cannot update a stack when a custom-named resource requires replacing. ' +
          `Rename ${text(after[name])} and update the stack again.`,
      )
    }
    return 'replace'
  }
  if (!resource) {
    throw refused(around, `Resource of type '${type}' with identifier '${physicalId}' was not found.`, 'NotFound')
  }
  requireHandler(around, type, after, 'update', physicalId)
  const real = resolved(type, after, around)
  kind.requires?.(real, around)
  const attributes = kind.attributes(real, physicalId, around)
  delete around.cloud.resources[keyOf(kind, around.region, physicalId, resource.properties)]
  Object.assign(resource, { properties: after, attributes, tags })
  around.cloud.resources[keyOf(kind, around.region, physicalId, after)] = resource
  kind.made?.(real, physicalId, around)
  return { attributes }
}

/** Throws Failure when the resource cannot be deleted now; called when deletion starts. */
export function removable(around: Around, type: string, physicalId: string): void {
  const kind = kindOf(type)
  const resource = find(around, kind, physicalId)
  if (!resource) return
  requireHandler(around, type, resource.properties, 'delete', physicalId)
  kind.removable?.(physicalId, around)
}

/** Takes a resource away, or marks it when AWS keeps it for a while; called when deletion ends. Gone already is fine. */
export function remove(around: Around, type: string, physicalId: string): 'gone' | 'keep' {
  const kind = kindOf(type)
  const resource = find(around, kind, physicalId)
  if (!resource) return 'gone'
  const before = Object.entries(around.cloud.resources)
  const outcome = kind.removed?.(physicalId, around) ?? 'gone'
  if (outcome === 'keep') return 'keep'
  const key = keyOf(kind, around.region, physicalId, resource.properties)
  delete around.cloud.resources[key]
  // Others may have gone with it: replicas of a table, members of a cluster.
  listOn(
    around.cloud,
    before.flatMap(([one, it]) => (around.cloud.resources[one] ? [] : [it])),
  )
  if (kind.cooling) around.cloud.cooling[key] = around.cloud.now + kind.cooling.seconds * 1000
  return 'gone'
}

/** The resource that this logical id made; one that nobody's stack owns is taken as well. */
function find(around: Around, kind: Kind, physicalId: string): Resource | undefined {
  const same = all(around.cloud, kind.type, home(kind, around.region)).filter((one) => one.physicalId === physicalId)
  return same.find((one) => isOwn(one, around)) ?? same.find((one) => one.stackId === undefined)
}

const taken = (kind: Kind, physicalId: string): string =>
  kind.taken?.(physicalId) ?? `Resource of type '${kind.type}' with identifier '${physicalId}' already exists.`

/** Forgets what has passed its waiting period. */
function sweep(cloud: Cloud): void {
  for (const [key, resource] of Object.entries(cloud.resources)) {
    if (isExpired(cloud, resource)) delete cloud.resources[key]
  }
  for (const [key, freeAt] of Object.entries(cloud.cooling)) if (freeAt <= cloud.now) delete cloud.cooling[key]
}

const tagProperties = [
  'Tags',
  'HostedZoneTags',
  'HealthCheckTags',
  'FileSystemTags',
  'AccessPointTags',
  'BackupVaultTags',
  'BackupPlanTags',
]

/** Tags under all the names that AWS gives the property, and those of CloudFormation itself. */
function tagsOf({ stack, logicalId, tags }: Around, properties: Properties): Record<string, string> {
  const own = tagProperties.flatMap((name) => {
    const given = properties[name]
    return Array.isArray(given)
      ? list(given).map((tag): [string, string] => [text(tag.Key), text(tag.Value)])
      : Object.entries(record(given)).map(([key, value]): [string, string] => [key, text(value)])
  })
  return {
    ...tags,
    ...Object.fromEntries(own),
    'aws:cloudformation:stack-name': stack.name,
    'aws:cloudformation:stack-id': stack.id,
    [logicalIdTag]: logicalId,
  }
}
