// RDS: a global database changes the region that writes, as planned without a loss, or at once with one.
import type {
  FailoverGlobalClusterCommandInput,
  RemoveFromGlobalClusterCommandInput,
  SwitchoverGlobalClusterCommandInput,
} from '@aws-sdk/client-rds'

import { Refusal, type Answers, type Call } from '../answer.ts'
import {
  arnOf,
  become,
  between,
  clusterOf,
  databasesOf,
  globalBy,
  lagOf,
  membersIn,
  storeOf,
  tell,
} from '../data/databases.ts'
import { goneSince } from '../endpoints.ts'
import { record, text, texts } from '../existing.ts'
import { clusterBy, leave, membersOf } from '../resources/rds-global.ts'
import type { SqlRow } from '../data/sql.ts'
import type { Cloud, Resource } from '../state.ts'
import { schedule, type Handler } from '../tasks.ts'

/** From the call on, ms: when the old writer stops, how long nobody writes, and until all is well again ("minutes"). */
const times = {
  switchover: { stops: 20_000, least: 40_000, most: 90_000, settles: 30_000 },
  failover: { stops: 5_000, least: 60_000, most: 150_000, settles: 15_000 },
  /** How long the old writer is rebuilt as a follower: minutes to hours. */
  rebuilt: { least: 300_000, most: 600_000 },
  /** How long a follower that leaves is promoted. */
  leaves: 180_000,
}

const categories = ['global-failover']

const named = (member: string): string => `${text(member.split(':').at(-1))} in Region ${text(member.split(':')[3])}`

function begin(call: Call, global: Resource, target: string | undefined, lossy: boolean): void {
  const { cloud, region } = call
  const invalid = (message: string): Refusal => new Refusal('InvalidGlobalClusterStateFault', message)
  const { writer, readers } = membersOf(global)
  const to = target === undefined ? undefined : clusterOf(cloud, region, target)
  if (!to) throw new Refusal('DBClusterNotFoundFault', `DBCluster ${target} not found.`, 404)
  const own = arnOf(to)
  if (own === writer) throw invalid(`DB cluster ${target} is already the primary of ${global.physicalId}.`)
  if (!readers.includes(own)) throw invalid(`DB cluster ${target} is not a member of ${global.physicalId}.`)
  if (record(global.state?.failover).status !== undefined || texts(global.state?.resyncing).length > 0) {
    throw invalid(`Global cluster ${global.physicalId} is in the middle of another failover or resynchronizes.`)
  }
  if (membersIn(cloud, to).length === 0) throw invalid(`DB cluster ${target} has no DB instance to promote.`)
  const home = (lossy ? own : writer).split(':')[3]
  if (region !== home) {
    const where = lossy ? 'of the cluster to promote' : 'of the primary cluster'
    throw new Refusal('InvalidParameterValue', `This operation must be called in the Region ${where}: ${home}.`)
  }
  const from = clusterBy(cloud, writer)
  const versions = [from, to].map((one) => text(one?.properties.EngineVersion))
  if (versions[0] !== versions[1]) throw invalid(`Engine versions differ: ${versions.join(', ')}.`)
  const { stops, least, most } = times[lossy ? 'failover' : 'switchover']
  const stopped = cloud.now + stops
  const promoted = stopped + between(`${global.physicalId} ${cloud.now}`, least, most)
  databasesOf(cloud).outages.push({ of: writer, from: stopped, until: promoted })
  const status = lossy ? 'failing-over' : 'switching-over'
  become(global, { failover: { status, from: writer, to: own, lossy } })
  if (!lossy) say(cloud, global, '0181', `Global switchover to DB cluster ${named(own)} started.`)
  const data = { id: global.physicalId, from: writer, to: own, lossy, stopped }
  schedule(cloud, stopped, 'global-stopped', data)
  schedule(cloud, promoted, 'global-promoted', data)
}

/** Events of a global cluster are told by its members, each in its region: the API knows no other source. */
function say(cloud: Cloud, global: Resource, id: string, message: string): void {
  const { writer, readers } = membersOf(global)
  for (const member of [writer, ...readers]) {
    const cluster = clusterBy(cloud, member)
    if (cluster) tell(cloud, cluster, cluster.region, { id: `RDS-EVENT-${id}`, message, categories })
  }
}

/** Takes out what the followers did not have yet when the writer stopped. */
function lose(cloud: Cloud, cluster: Resource, since: number): Record<string, SqlRow[]> {
  const lost: Record<string, SqlRow[]> = {}
  for (const [name, { rows }] of Object.entries(storeOf(cloud, cluster).tables)) {
    for (const [key, row] of Object.entries(rows)) {
      if (row.at <= since) continue
      ;(lost[name] ??= []).push(row)
      delete rows[key]
    }
  }
  return lost
}

/** What happens in a change of the writing region, by kind of task. */
export const globalTasks: Record<string, Handler> = {
  'global-stopped': ({ id, from, lossy }, { cloud }) => {
    const global = globalBy(cloud, text(id))
    if (!global || lossy === true) return
    say(cloud, global, '0182', `Old primary DB cluster ${named(text(from))} successfully shut down.`)
    const message = `Waiting for data synchronization across global cluster members. Current lags behind primary DB cluster: ${lagOf(global)} ms`
    say(cloud, global, '0183', message)
  },
  'global-promoted': ({ id, from, to, lossy, stopped }, moment) => {
    const { cloud } = moment
    const global = globalBy(cloud, text(id))
    const [old, next] = [clusterBy(cloud, text(from)), clusterBy(cloud, text(to))]
    if (!global || !next) return
    if (lossy === true) {
      const region = text(from).split(':')[3] ?? ''
      // Nothing was sent any more once the region was gone.
      const sent = Math.min(Number(stopped), goneSince(moment, region) ?? Infinity)
      const lost = lose(cloud, next, sent - lagOf(global))
      const name = old?.physicalId ?? ''
      const snapshot = `rds:unplanned-global-failover-${name}-${new Date(cloud.now).toISOString().slice(0, 16).replace(/[T:]/g, '-')}`
      databasesOf(cloud).snapshots.push({ id: snapshot, region, cluster: text(from), at: cloud.now, lost })
    }
    const { readers } = membersOf(global)
    become(global, {
      writer: text(to),
      readers: [text(from), ...readers.filter((reader) => reader !== to)],
      ...(lossy === true && { resyncing: [text(from)] }),
    })
    become(next, { writer: text(next.state?.writer) || (membersIn(cloud, next)[0]?.physicalId ?? '') })
    say(cloud, global, '0184', `New primary DB cluster ${named(text(to))} was successfully promoted.`)
    const { settles } = times[lossy === true ? 'failover' : 'switchover']
    schedule(cloud, cloud.now + settles, 'global-settled', {
      id: text(id),
      from: text(from),
      to: text(to),
      lossy: lossy === true,
    })
  },
  'global-settled': ({ id, from, to, lossy }, { cloud }) => {
    const global = globalBy(cloud, text(id))
    if (!global) return
    const { failover: _, ...rest } = global.state ?? {}
    global.state = rest
    if (lossy !== true)
      return say(cloud, global, '0185', `Global switchover to DB cluster ${named(text(to))} finished.`)
    say(cloud, global, '0238', `Global failover to DB cluster ${named(text(to))} completed.`)
    say(
      cloud,
      global,
      '0240',
      `Started resynchronizing members of DB cluster ${named(text(from))} post global failover.`,
    )
    const { least, most } = times.rebuilt
    const rebuilt = cloud.now + between(`rebuilt ${text(from)} ${cloud.now}`, least, most)
    schedule(cloud, rebuilt, 'global-rebuilt', { id: text(id), from: text(from) })
  },
  'global-left': ({ cluster }, { cloud }) => {
    leave(cloud, text(cluster))
    const own = clusterBy(cloud, text(cluster))
    if (!own) return
    const { status: _, ...state } = own.state ?? {}
    own.state = { ...state, writer: text(state.writer) || (membersIn(cloud, own)[0]?.physicalId ?? '') }
  },
  'global-rebuilt': ({ id, from }, { cloud }) => {
    const global = globalBy(cloud, text(id))
    if (!global) return
    become(global, { resyncing: texts(global.state?.resyncing).filter((member) => member !== from) })
    say(
      cloud,
      global,
      '0241',
      `Finished resynchronizing members of DB cluster ${named(text(from))} post global failover.`,
    )
  },
}

function required(cloud: Cloud, id: string | undefined): Resource {
  const global = globalBy(cloud, id)
  if (!global) throw new Refusal('GlobalClusterNotFoundFault', `Global cluster ${id} not found.`, 404)
  return global
}

const answered = (global: Resource): object => ({
  GlobalCluster: { GlobalClusterIdentifier: global.physicalId, Status: text(record(global.state?.failover).status) },
})

/** A follower leaves with the rows that it has, and is promoted for a while; the writer leaves last. */
function part(call: Call, global: Resource, member: string): void {
  const { cloud, region } = call
  const { writer, readers } = membersOf(global)
  const cluster = clusterOf(cloud, region, member)
  const own = cluster && arnOf(cluster)
  if (!cluster || cluster.region !== region || (own !== writer && !readers.includes(own ?? ''))) {
    throw new Refusal('DBClusterNotFoundFault', `DBCluster ${member} not found in global cluster.`, 404)
  }
  const { failover, resyncing } = global.state ?? {}
  const isBusy = record(failover).status !== undefined || texts(resyncing).length > 0 || cluster.state?.status
  if (isBusy || (own === writer && readers.length > 0)) {
    const why = isBusy ? 'is in the middle of another change' : 'has followers, which leave before its primary'
    throw new Refusal('InvalidGlobalClusterStateFault', `Global cluster ${global.physicalId} ${why}.`)
  }
  const { tables } = structuredClone(storeOf(cloud, cluster))
  databasesOf(cloud).stores[arnOf(cluster)] = { tables }
  become(cluster, { status: 'promoting' })
  schedule(cloud, cloud.now + times.leaves, 'global-left', { cluster: arnOf(cluster) })
}

/** Changes of the writing region, by command. */
export const regions: Answers = {
  RemoveFromGlobalClusterCommand: (input: RemoveFromGlobalClusterCommandInput, call: Call) => {
    const global = required(call.cloud, input.GlobalClusterIdentifier)
    part(call, global, input.DbClusterIdentifier ?? '')
    return answered(global)
  },
  SwitchoverGlobalClusterCommand: (input: SwitchoverGlobalClusterCommandInput, call: Call) => {
    const global = required(call.cloud, input.GlobalClusterIdentifier)
    begin(call, global, input.TargetDbClusterIdentifier, false)
    return answered(global)
  },
  FailoverGlobalClusterCommand: (input: FailoverGlobalClusterCommandInput, call: Call) => {
    const global = required(call.cloud, input.GlobalClusterIdentifier)
    if (input.AllowDataLoss && input.Switchover) {
      throw new Refusal('InvalidParameterCombination', 'AllowDataLoss and Switchover cannot be set together.')
    }
    begin(call, global, input.TargetDbClusterIdentifier, input.AllowDataLoss === true)
    return answered(global)
  },
}
