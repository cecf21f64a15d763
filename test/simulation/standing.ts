// What really stands in a simulated account, without times and made-up ids: two accounts that came there on different
// ways can be compared, and a verdict can be held against it.
import { isDeepStrictEqual } from 'node:util'
import type { Bucket, Cloud, Resource, Stack } from '../../src/simulator/state.ts'

export interface Environment {
  system: string
  suffix: string
}

const settled = /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$|^UPDATE_COMPLETE_CLEANUP_IN_PROGRESS$/

/** Everything of an environment that should be the same however often a run died on the way to it. */
export function standing(cloud: Cloud, of: Environment): object {
  const owed = { records: records(cloud, of), locks: locks(cloud, of), orphans: orphans(cloud, of) }
  return canonical(cloud, of, { sets: sets(cloud, of), ...owed })
}

/** What AWS has of the environment, without what dr remembers of it. */
export const structure = (cloud: Cloud, of: Environment): object => canonical(cloud, of, { sets: sets(cloud, of) })

function sets(cloud: Cloud, of: Environment): unknown[] {
  return setsOf(cloud, of).map((set) => ({
    name: set.name,
    template: set.template,
    parameters: set.parameters,
    tags: set.tags,
    roles: [set.administrationRoleArn, set.executionRoleName],
    instances: set.instances
      .map(({ region, status, overrides, stackId }) => ({
        region,
        status,
        overrides,
        stack: stackOf(cloud, stackId ?? ''),
      }))
      .sort(by(({ region }) => region)),
  }))
}

/** Active stack sets of the environment, by name. */
export const setsOf = ({ stackSets }: Cloud, { system, suffix }: Environment) =>
  Object.values(stackSets)
    .filter(
      ({ name, status }) => status === 'ACTIVE' && name.startsWith(`dr-${system}-`) && name.endsWith(`-${suffix}`),
    )
    .sort(by(({ name }) => name))

function stackOf(cloud: Cloud, id: string): unknown {
  const stack = cloud.stacks[id]
  if (!stack) return undefined
  const resources = Object.values(stack.resources)
    .filter(({ status }) => status !== 'DELETE_COMPLETE')
    .sort(by(({ logicalId }) => logicalId))
    .map(({ logicalId, type, status, physicalId, properties }) => ({
      logicalId,
      type,
      physicalId,
      stands: status.endsWith('_COMPLETE'),
      properties,
      nested: stackOf(cloud, physicalId),
    }))
  const { parameters, tags, outputs, template, status } = stack
  return { stands: settled.test(status) || status, parameters, tags, outputs, template, resources }
}

const newest = ({ versions }: Bucket) =>
  [...new Map(versions.map((version) => [version.key, version])).values()].filter(({ body }) => body !== undefined)

/** Newest objects under a prefix, by bucket. */
const objects = (cloud: Cloud, prefix: string) =>
  Object.values(cloud.buckets)
    .flatMap((bucket) => newest(bucket).map(({ key, body = '' }) => ({ bucket: bucket.name, key, body })))
    .filter(({ key }) => key.startsWith(prefix))
    .sort(by(({ bucket, key }) => `${bucket}/${key}`))

/** What dr remembers, but for times and for the numbers of releases: a run that died may have used one up. */
const records = (cloud: Cloud, { system, suffix }: Environment) =>
  objects(cloud, `env/${system}/${suffix}/`).map(({ bucket, key, body }) => {
    const { at: _at, createdAt: _createdAt, ...record } = JSON.parse(body) as Record<string, unknown>
    return { bucket, key, record }
  })

/** Whether what stands is the newest release, in every region. */
export function released(cloud: Cloud, of: Environment): boolean {
  const names = setsOf(cloud, of)
  return Object.keys(cloud.buckets)
    .filter((bucket) => bucket.startsWith('dr-artifacts-'))
    .every((bucket) => {
      const mine = objects(cloud, `env/${of.system}/${of.suffix}/releases/`).filter((it) => it.bucket === bucket)
      const newest = mine
        .sort((a, b) => a.key.length - b.key.length || by(({ key }: { key: string }) => key)(a, b))
        .at(-1)
      const { stages = {} } = JSON.parse(newest?.body ?? '{}') as { stages?: Record<string, { parameters: object }> }
      return names.every(({ name, parameters }) =>
        isDeepStrictEqual(stages[name.slice(`dr-${of.system}-`.length, -of.suffix.length - 1)]?.parameters, parameters),
      )
    })
}

export const locks = (cloud: Cloud, { system, suffix }: Environment): string[] =>
  objects(cloud, `lock/${system}/${suffix}.json`).map(({ bucket, key }) => `${bucket}/${key}`)

/** Live stacks that no stack set and no parent knows, and resources that no live stack holds. Keys pending deletion are none. */
export function orphans(cloud: Cloud, of: Environment): string[] {
  const live = Object.values(cloud.stacks).filter(({ status }) => status !== 'DELETE_COMPLETE')
  const known = new Set(setsOf(cloud, of).flatMap(({ instances }) => instances.map(({ stackId }) => stackId ?? '')))
  const ids = new Set(live.map(({ id }) => id))
  const held = (stack: Stack): boolean =>
    /^dr-(bootstrap$|rights-)/.test(stack.name) ||
    known.has(stack.id) ||
    (stack.parentId !== undefined && ids.has(stack.parentId))
  const stray = ({ stackId, pendingUntil }: Resource): boolean =>
    stackId !== undefined && pendingUntil === undefined && !ids.has(stackId)
  return [
    ...live.filter((stack) => !held(stack)).map(({ name, region, status }) => `stack ${name} ${region} ${status}`),
    ...Object.values(cloud.resources)
      .filter(stray)
      .map(({ type, region, physicalId }) => `${type} ${region} ${physicalId}`),
  ].sort()
}

/** Pairs of stack set and region that have more than one live stack or instance. */
export function doubled(cloud: Cloud, of: Environment): string[] {
  const roots = Object.values(cloud.stacks).filter(
    ({ name, parentId, status }) => name.startsWith('StackSet-') && !parentId && status !== 'DELETE_COMPLETE',
  )
  const names = setsOf(cloud, of).map(({ name }) => name)
  const pairs = [
    ...roots.flatMap(({ name, region }) =>
      names.filter((set) => name.startsWith(`StackSet-${set}-`)).map((set) => `stack of ${set} in ${region}`),
    ),
    ...setsOf(cloud, of).flatMap(({ name, instances }) => instances.map(({ region }) => `${name} in ${region}`)),
  ]
  return pairs.filter((pair, at) => pairs.indexOf(pair) !== at)
}

/** What is left of an environment: nothing after a destroy that ended well. */
export function remnants(cloud: Cloud, of: Environment): string[] {
  const mine = (tags: Record<string, string>): boolean =>
    tags['EnvironmentSuffix'] === of.suffix && tags['System'] === of.system
  return [
    ...setsOf(cloud, of).map(({ name }) => `stack set ${name}`),
    ...Object.values(cloud.stacks)
      .filter(({ tags, status }) => mine(tags) && status !== 'DELETE_COMPLETE')
      .map(({ name, region }) => `stack ${name} ${region}`),
    ...Object.values(cloud.resources)
      .filter(({ tags, pendingUntil }) => mine(tags) && pendingUntil === undefined)
      .map(({ type, physicalId }) => `${type} ${physicalId}`),
    ...objects(cloud, `env/${of.system}/${of.suffix}/`).map(({ bucket, key }) => `${bucket}/${key}`),
    ...orphans(cloud, of),
  ]
}

const by =
  <T>(key: (it: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : Number(key(a) > key(b))

/** What AWS makes up beside physical ids: UUIDs, name servers, addresses, and load balancers as metrics call them. */
const madeUp =
  /\bns-\d+\.awsdns-\d+\b|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}|\beipalloc-[0-9a-f]+\b|\b(?:app|targetgroup)\/[\w-]+\/[0-9a-f]{16}\b/g

/** The same with every made-up id replaced: by the place of its resource in the stacks, or by its order of appearance. */
function canonical(cloud: Cloud, of: Environment, whole: object): object {
  const places = [...physicalIds(cloud, of)].sort(([a], [b]) => b.length - a.length)
  const known = new Map(places.map(([id, place]) => [id, `«${place}»`]))
  const physical = new RegExp(places.map(([id]) => id.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('|') || '(?!)', 'g')
  const text = JSON.stringify(sorted(whole)).replace(physical, (id) => known.get(id) ?? id)
  return JSON.parse(
    text.replace(madeUp, (id) => {
      const name = known.get(id) ?? `«${known.size + 1}»`
      known.set(id, name)
      return name
    }),
  ) as object
}

/** Physical ids that no template names, each with the place of its resource. */
function physicalIds(cloud: Cloud, of: Environment): Map<string, string> {
  const ids = new Map<string, string>()
  const visit = (id: string, place: string): void => {
    const stack = cloud.stacks[id]
    if (!stack) return
    ids.set(id, place).set(stack.name, `name of ${place}`)
    for (const { logicalId, physicalId, properties, status } of Object.values(stack.resources)) {
      if (status === 'DELETE_COMPLETE') continue
      if (physicalId && !Object.values(properties).includes(physicalId)) ids.set(physicalId, `${place}/${logicalId}`)
      visit(physicalId, `${place}/${logicalId}`)
    }
  }
  for (const { name, instances } of setsOf(cloud, of))
    for (const { region, stackId = '' } of instances) visit(stackId, `${name} ${region}`)
  return ids
}

/** Keys in order, so that ids appear in the same order wherever they came from. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(by(([key]) => key))
      .map(([key, one]) => [key, sorted(one)]),
  )
}
