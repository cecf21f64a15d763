// RDS: clusters restored beside their source as they were at a moment, and instances and clusters made or removed by calls.
import type {
  CreateDBInstanceCommandInput,
  DeleteDBClusterCommandInput,
  DeleteDBInstanceCommandInput,
  RestoreDBClusterToPointInTimeCommandInput,
} from '@aws-sdk/client-rds'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { arnOf, become, clusterOf, databasesOf, instanceOf, membersIn, storeOf, types } from '../data/databases.ts'
import { text } from '../existing.ts'
import { globalOf } from '../resources/rds-global.ts'
import type { SqlStore } from '../data/sql.ts'
import type { Cloud, Resource } from '../state.ts'
import { schedule, type Handler } from '../tasks.ts'
import { tagsOf } from './shape.ts'

/** How long they take [typical], ms. */
const times = { cluster: 600_000, instance: 480_000, removal: 240_000 }

/** The same resource under another name, owned by no stack. */
function copyOf(one: Resource, id: string, createdAt: number, tags: Record<string, string>): Resource {
  const renamed = (value: object): object => JSON.parse(JSON.stringify(value).replaceAll(one.physicalId, id)) as object
  return {
    type: one.type,
    region: one.region,
    physicalId: id,
    properties: renamed(one.properties) as Resource['properties'],
    attributes: renamed(one.attributes) as Resource['attributes'],
    state: { status: 'creating' },
    tags,
    createdAt,
  }
}

const keyOf = ({ region, type, physicalId }: Resource): string => `${region}|${type}|${physicalId}`

function add(cloud: Cloud, one: Resource, length: number): void {
  cloud.resources[keyOf(one)] = one
  schedule(cloud, cloud.now + length, 'database-made', { key: keyOf(one) })
}

function remove(cloud: Cloud, one: Resource): void {
  become(one, { status: 'deleting' })
  schedule(cloud, cloud.now + times.removal, 'database-removed', { key: keyOf(one) })
}

/** The rows that were there at a moment; one that was changed or removed since counts as it is now. */
const until = (store: SqlStore, moment: number): SqlStore => ({
  tables: Object.fromEntries(
    Object.entries(store.tables).map(([name, { key, rows }]) => {
      const kept = Object.entries(rows).filter(([, { at }]) => at <= moment)
      return [name, { key, rows: structuredClone(Object.fromEntries(kept)) }]
    }),
  ),
})

const missing = (what: 'DBCluster' | 'DBInstance', id = ''): Refusal =>
  new Refusal(`${what}NotFoundFault`, `${what} ${id} not found.`, 404)

const isBusy = (one: Resource): boolean => text(one.state?.status) !== ''

const view = (one: Resource, name: string): object => ({ [name]: one.physicalId, Status: text(one.state?.status) })

/** What ends them, by kind of task. */
export const restoreTasks: Record<string, Handler> = {
  'database-made': ({ key }, { cloud }) => {
    const one = cloud.resources[text(key)]
    if (!one) return
    const { status: _, ...rest } = one.state ?? {}
    one.state = rest
    const cluster = clusterOf(cloud, one.region, text(one.properties.DBClusterIdentifier))
    if (one.type === types.instance && cluster) cluster.state = { writer: one.physicalId, ...cluster.state }
  },
  'database-removed': ({ key }, { cloud }) => {
    const one = cloud.resources[text(key)]
    if (one) delete databasesOf(cloud).stores[arnOf(one)]
    delete cloud.resources[text(key)]
  },
}

/** Restoring, making and removing, by command. */
export const restores: Answers = {
  RestoreDBClusterToPointInTimeCommand: (input: RestoreDBClusterToPointInTimeCommandInput, call: Call) => {
    const { cloud, region, now } = call
    const id = (input.DBClusterIdentifier ?? '').toLowerCase()
    const source = clusterOf(cloud, region, input.SourceDBClusterIdentifier)
    if (!source) throw missing('DBCluster', input.SourceDBClusterIdentifier)
    if (clusterOf(cloud, region, id)) throw new Refusal('DBClusterAlreadyExistsFault', 'DB Cluster already exists')
    const moment = input.UseLatestRestorableTime ? now : new Date(input.RestoreToTime ?? Number.NaN).getTime()
    const days = Number(source.properties.BackupRetentionPeriod ?? 1)
    if (!(moment <= now && moment >= Math.max(source.createdAt, now - days * 86_400_000))) {
      const message = `The specified time is not between the earliest and the latest restorable time of ${source.physicalId}.`
      throw new Refusal('InvalidRestoreFault', message)
    }
    const made = copyOf(source, id, now, tagsOf(input.Tags) ?? {})
    delete made.properties.GlobalClusterIdentifier
    add(cloud, made, times.cluster)
    if (globalOf(cloud, arnOf(made))) throw new Error('a restored cluster is in no global database')
    databasesOf(cloud).stores[arnOf(made)] = until(storeOf(cloud, source), moment)
    return { DBCluster: view(made, 'DBClusterIdentifier') }
  },
  CreateDBInstanceCommand: (input: CreateDBInstanceCommandInput, { cloud, region, now }: Call) => {
    const id = (input.DBInstanceIdentifier ?? '').toLowerCase()
    const cluster = clusterOf(cloud, region, input.DBClusterIdentifier)
    if (!cluster) throw missing('DBCluster', input.DBClusterIdentifier)
    if (instanceOf(cloud, region, id)) throw new Refusal('DBInstanceAlreadyExistsFault', 'DB instance already exists')
    const like = Object.values(cloud.resources).find((one) => one.type === types.instance && one.region === region)
    if (!like) throw new Refusal('InvalidParameterValue', 'simulator rule: the region has no instance to model it on')
    const made = copyOf(like, id, now, tagsOf(input.Tags) ?? {})
    made.properties = {
      DBInstanceIdentifier: id,
      DBClusterIdentifier: cluster.physicalId,
      DBInstanceClass: input.DBInstanceClass ?? '',
      Engine: text(cluster.properties.Engine),
    }
    become(made, { zone: text(like.state?.zone) })
    add(cloud, made, times.instance)
    return { DBInstance: view(made, 'DBInstanceIdentifier') }
  },
  DeleteDBInstanceCommand: ({ DBInstanceIdentifier: id }: DeleteDBInstanceCommandInput, { cloud, region }: Call) => {
    const one = instanceOf(cloud, region, id)
    if (!one) throw missing('DBInstance', id)
    if (isBusy(one)) throw new Refusal('InvalidDBInstanceStateFault', `Instance ${id} is not available.`)
    remove(cloud, one)
    return { DBInstance: view(one, 'DBInstanceIdentifier') }
  },
  DeleteDBClusterCommand: ({ DBClusterIdentifier: id }: DeleteDBClusterCommandInput, { cloud, region }: Call) => {
    const one = clusterOf(cloud, region, id)
    if (!one) throw missing('DBCluster', id)
    const isLeft = membersIn(cloud, one).some(({ state }) => state?.status !== 'deleting')
    if (isLeft || isBusy(one) || globalOf(cloud, arnOf(one))) {
      const message = 'Cluster cannot be deleted, it still contains DB instances in non-deleting state.'
      throw new Refusal('InvalidDBClusterStateFault', message)
    }
    remove(cloud, one)
    return { DBCluster: view(one, 'DBClusterIdentifier') }
  },
}
