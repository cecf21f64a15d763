// RDS: failovers inside a region. They begin with the call and end by themselves; how long writes are gone is known here
// from the start, and to nobody else.
import type { FailoverDBClusterCommandInput, RebootDBInstanceCommandInput } from '@aws-sdk/client-rds'

import { Refusal, type Answers, type Call } from '../answer.ts'
import {
  arnOf,
  become,
  between,
  clusterOf,
  databasesOf,
  instanceOf,
  isFollower,
  membersIn,
  tell,
} from '../data/databases.ts'
import { text } from '../existing.ts'
import { isAurora } from '../resources/rds-engines.ts'
import type { Cloud, Resource } from '../state.ts'
import { schedule, type Handler } from '../tasks.ts'
import { restoreTasks } from './rds-restores.ts'
import { instanceView } from './rds-views.ts'

/** Between call and effect, then how long writes are gone, ms; SPEC.md has the sources. */
const times = {
  instance: { starts: 3_000, least: 60_000, most: 117_000 },
  aurora: { starts: 2_000, least: 12_000, most: 45_000 },
  cluster: { starts: 2_000, least: 15_000, most: 32_000 },
}
/** RDS abandons a failover asked for so soon after another one [?], ms. */
const tooSoon = 300_000
/** The zones that RDS shows are those of before for so long [?], ms. */
const late = 45_000

const failover = ['failover']

/** Notes that writes are gone for a while, and gives when they are back. */
function breakOff(cloud: Cloud, of: Resource, { starts, least, most }: (typeof times)['instance']): number {
  const from = cloud.now + starts
  const until = from + between(`${arnOf(of)} ${cloud.now}`, least, most)
  databasesOf(cloud).outages.push({ of: arnOf(of), from, until })
  // Nothing is done then; but whoever watches endpoints looks again.
  schedule(cloud, from, 'writes-stopped')
  return until
}

function requireAvailable(one: Resource, what: string, name: string): void {
  if (text(one.state?.status) === '') return
  throw new Refusal(name, `${what} ${one.physicalId} is not in available state.`)
}

function reboot({ cloud, region, now }: Call, one: Resource, force: boolean): void {
  requireAvailable(one, 'DB instance', 'InvalidDBInstanceStateFault')
  if (!force) {
    const until = breakOff(cloud, one, { starts: 1_000, least: 20_000, most: 40_000 })
    become(one, { status: 'rebooting' })
    return schedule(cloud, until, 'instance-rebooted', { region, id: one.physicalId })
  }
  if (text(one.state?.standby) === '') {
    const message = 'Cannot perform a failover because the DB instance is not a Multi-AZ deployment.'
    throw new Refusal('InvalidParameterCombination', message)
  }
  if (now - Number(one.state?.failedOver ?? -tooSoon) < tooSoon) {
    const message = 'Abandoning user requested failover since a failover recently occurred on the database instance.'
    return tell(cloud, one, region, { id: 'RDS-EVENT-0034', message, categories: failover })
  }
  tell(cloud, one, region, {
    id: 'RDS-EVENT-0013',
    message: 'Multi-AZ instance failover started.',
    categories: failover,
  })
  const until = breakOff(cloud, one, times.instance)
  become(one, { status: 'rebooting' })
  schedule(cloud, until, 'instance-failed-over', { region, id: one.physicalId })
}

function failOver({ cloud, region, now }: Call, cluster: Resource, target: string | undefined): void {
  requireAvailable(cluster, 'DB cluster', 'InvalidDBClusterStateFault')
  if (isFollower(cloud, cluster)) {
    const message = `DB cluster ${cluster.physicalId} follows another region and has no writer to fail over from.`
    throw new Refusal('InvalidDBClusterStateFault', message)
  }
  const writer = text(cluster.state?.writer)
  const readers = membersIn(cloud, cluster).filter(({ physicalId }) => physicalId !== writer)
  const tier = ({ properties }: Resource): number => Number(properties.PromotionTier ?? 1)
  const wanted =
    target === undefined ? readers.toSorted((a, b) => tier(a) - tier(b))[0] : instanceOf(cloud, region, target)
  if (!wanted || !readers.includes(wanted)) {
    const message =
      target === undefined || readers.length === 0
        ? `Cannot failover DB cluster ${cluster.physicalId} because it has no reader to promote.`
        : `DB instance ${target} is not a reader of DB cluster ${cluster.physicalId}.`
    throw new Refusal('InvalidDBClusterStateFault', message)
  }
  const isSame = instanceOf(cloud, region, writer)?.state?.zone === wanted.state?.zone
  tell(cloud, cluster, region, {
    id: isSame ? 'RDS-EVENT-0072' : 'RDS-EVENT-0073',
    message: `Started ${isSame ? 'same' : 'cross'} AZ failover to DB instance: ${wanted.physicalId}`,
    categories: failover,
  })
  const until = breakOff(cloud, cluster, times[isAurora(text(cluster.properties.Engine)) ? 'aurora' : 'cluster'])
  become(cluster, { status: 'failing-over' })
  schedule(cloud, until, 'cluster-failed-over', { region, id: cluster.physicalId, to: wanted.physicalId, began: now })
}

const available = (one: Resource): void => {
  const { status: _, ...rest } = one.state ?? {}
  one.state = rest
}

/** What ends failovers and restores, by kind of task. */
export const failoverTasks: Record<string, Handler> = {
  ...restoreTasks,
  'writes-stopped': () => undefined,
  'instance-rebooted': ({ region, id }, { cloud }) => {
    const one = instanceOf(cloud, text(region), text(id))
    if (!one) return
    available(one)
    tell(cloud, one, text(region), {
      id: 'RDS-EVENT-0006',
      message: 'DB instance restarted',
      categories: ['availability'],
    })
  },
  'instance-failed-over': ({ region, id }, { cloud }) => {
    const one = instanceOf(cloud, text(region), text(id))
    if (!one) return
    available(one)
    become(one, { failedOver: cloud.now })
    const told = (event: string, message: string) =>
      tell(cloud, one, text(region), { id: event, message, categories: failover })
    told('RDS-EVENT-0015', 'Multi-AZ failover to standby complete - DNS propagation may take a few minutes')
    told('RDS-EVENT-0049', 'Multi-AZ instance failover completed')
    schedule(cloud, cloud.now + late, 'zones-shown', { region: text(region), id: one.physicalId })
  },
  'zones-shown': ({ region, id }, { cloud }) => {
    const one = instanceOf(cloud, text(region), text(id))
    if (one) become(one, { zone: one.state?.standby ?? '', standby: one.state?.zone ?? '' })
  },
  'cluster-failed-over': ({ region, id, to }, { cloud }) => {
    const one = clusterOf(cloud, text(region), text(id))
    if (!one) return
    available(one)
    become(one, { writer: text(to) })
    const message = `Completed failover to DB instance: ${text(to)}`
    tell(cloud, one, text(region), { id: 'RDS-EVENT-0071', message, categories: failover })
  },
}

/** Failovers inside a region, by command. */
export const failovers: Answers = {
  RebootDBInstanceCommand: ({ DBInstanceIdentifier: id, ForceFailover }: RebootDBInstanceCommandInput, call: Call) => {
    const one = instanceOf(call.cloud, call.region, id)
    if (!one) throw new Refusal('DBInstanceNotFoundFault', `DBInstance ${id} not found.`, 404)
    reboot(call, one, ForceFailover ?? false)
    return { DBInstance: instanceView(call.cloud, one) }
  },
  FailoverDBClusterCommand: (input: FailoverDBClusterCommandInput, call: Call) => {
    const { DBClusterIdentifier: id, TargetDBInstanceIdentifier: target } = input
    const one = clusterOf(call.cloud, call.region, id)
    if (!one) throw new Refusal('DBClusterNotFoundFault', `DBCluster ${id} not found.`, 404)
    failOver(call, one, target)
    return { DBCluster: { DBClusterIdentifier: one.physicalId, Status: text(one.state?.status) } }
  },
}
