// What is true of databases at a moment: which cluster writes, whether it takes writes, how far a follower is behind.
// Every service that answers about databases asks here, and tests read the truth from the same place.
import { existing, text } from '../existing.ts'
import { derived } from '../identifiers.ts'
import { clusterArn, globalOf, membersOf } from '../resources/rds-global.ts'
import type { Region } from '../../lib/core/model.ts'
import type { Cloud, Resource } from '../state.ts'
import type { SqlRow, SqlStore } from './sql.ts'

/** The ground truth of databases: what drills are measured against. */
export interface Databases {
  /** Newest last. */
  events: DatabaseEvent[]
  /** When a writer really took no writes. */
  outages: Outage[]
  /** Rows by what holds them: the ARN of an instance, a cluster or a global cluster. */
  stores: Record<string, SqlStore>
  /** What a failover left behind on the old writer: `lost` rows by table. */
  snapshots: { id: string; region: Region; cluster: string; at: number; lost: Record<string, SqlRow[]> }[]
}

interface DatabaseEvent {
  at: number
  region: Region
  sourceType: 'db-instance' | 'db-cluster'
  source: string
  sourceArn: string
  /** RDS-EVENT-… ; the API does not tell it. */
  id: string
  categories: string[]
  message: string
}

export interface Outage {
  /** ARN of the instance or cluster that wrote. */
  of: string
  from: number
  /** When writes are taken again, by this or another; both times are known from the start. */
  until: number
}

export const types = {
  instance: 'AWS::RDS::DBInstance',
  cluster: 'AWS::RDS::DBCluster',
  global: 'AWS::RDS::GlobalCluster',
} as const

/** A follower is behind by so much, ms, unless `state.lag` of the global cluster says otherwise: "typically under a second". */
const usualLag = 900

export const databasesOf = (cloud: Cloud): Databases =>
  (cloud.databases ??= { events: [], outages: [], stores: {}, snapshots: [] })

/** How far the followers of a global database are behind, ms. */
export const lagOf = (global: Resource): number => Number(global.state?.lag ?? usualLag)

export const arnOf = (resource: Resource): string =>
  text(resource.attributes.DBInstanceArn ?? resource.attributes.DBClusterArn ?? resource.attributes.GlobalClusterArn) ||
  `arn:aws:rds::000000000000:global-cluster:${resource.physicalId}`

/** The rows of an instance or cluster; the members of a global database share theirs. */
export function storeOf(cloud: Cloud, resource: Resource): SqlStore {
  const holder = resource.type === types.cluster ? (globalOf(cloud, arnOf(resource)) ?? resource) : resource
  return (databasesOf(cloud).stores[arnOf(holder)] ??= { tables: {} })
}

/** Follows a cluster in another region. */
export function isFollower(cloud: Cloud, cluster: Resource): boolean {
  const own = clusterArn(cluster.physicalId, cluster.region)
  return membersOf(globalOf(cloud, own)).readers.includes(own)
}

/** The failover that kept it from taking writes at that time, if any. */
export const outageAt = (cloud: Cloud, resource: Resource, at: number): Outage | undefined =>
  (cloud.databases?.outages ?? []).find(({ of, from, until }) => of === arnOf(resource) && from <= at && at < until)

/** Instances of a cluster, by name. */
export const membersIn = (cloud: Cloud, cluster: Resource): Resource[] =>
  Object.values(cloud.resources)
    .filter(
      ({ type, region, properties }) =>
        type === types.instance &&
        region === cluster.region &&
        text(properties.DBClusterIdentifier).toLowerCase() === cluster.physicalId,
    )
    .toSorted((a, b) => (a.physicalId < b.physicalId ? -1 : 1))

/** Whether an instance or cluster takes writes at that time, as far as its failovers and its role go. */
export function takesWrites(cloud: Cloud, resource: Resource, at: number): boolean {
  if (outageAt(cloud, resource, at)) return false
  if (resource.type !== types.cluster) return true
  const serves = membersIn(cloud, resource).some(({ state }) => !/creating|deleting/.test(text(state?.status)))
  return serves && !isFollower(cloud, resource)
}

/** Calls that come so soon after the beginning of an outage were under way when it began, ms. */
const underWay = 1_000

/**
 * Whether a call met the very beginning of an outage: its connection is cut, and nobody is told whether its row was
 * committed, which half of them are.
 */
export function cutAt(cloud: Cloud, resource: Resource, at: number): 'committed' | 'lost' | undefined {
  const outage = outageAt(cloud, resource, at)
  if (!outage || at - outage.from >= underWay) return undefined
  return Math.floor(at) % 2 === 0 ? 'committed' : 'lost'
}

/** A length of time between two, ms, that follows from the seed. */
export const between = (seed: string, least: number, most: number): number =>
  least + Math.round(((most - least) * Number.parseInt(derived(seed, 6), 16)) / 0xff_ff_ff)

type Told = Pick<DatabaseEvent, 'id' | 'message' | 'categories'>

/** Notes an event of RDS. */
export function tell(cloud: Cloud, resource: Resource, region: string, told: Told): void {
  databasesOf(cloud).events.push({
    at: cloud.now,
    region,
    sourceType: resource.type === types.instance ? 'db-instance' : 'db-cluster',
    source: resource.physicalId,
    sourceArn: arnOf(resource),
    ...told,
  })
}

/** Changes what no template says of a resource. */
export function become(resource: Resource, change: NonNullable<Resource['state']>): void {
  resource.state = { ...resource.state, ...change }
}

export const instanceOf = (cloud: Cloud, region: string, id = ''): Resource | undefined =>
  existing(cloud, region, types.instance, id.toLowerCase())

/** A cluster by its name or ARN. */
export const clusterOf = (cloud: Cloud, region: string, id = ''): Resource | undefined => {
  const [, , , where = region, , , name = id] = id.startsWith('arn:') ? id.split(':') : []
  return existing(cloud, where, types.cluster, name.toLowerCase())
}

export const globalBy = (cloud: Cloud, id = ''): Resource | undefined =>
  existing(cloud, 'global', types.global, (id.split(':').at(-1) ?? '').toLowerCase())
