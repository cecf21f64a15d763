// Who writes and what would take over, as RDS tells it: a global database between regions, or a standby between zones.
import { anyOf } from '../aws/silence.ts'
import type { TargetSession } from '../load/session.ts'
import { isKnown, known, type Observation, type RoleFact, type StandbyFact } from './observation.ts'
import { asked } from './asked.ts'

type Found = Pick<Observation, 'roles' | 'standbys' | 'commands' | 'handovers'>
const nothing: Found = { roles: [], standbys: [], commands: {} }
const wellStates = new Set(['available', 'backing-up', 'storage-optimization'])

/** The databases that the outputs name; nothing where there are none. */
export async function databaseFacts(session: TargetSession, outputs: Record<string, string>): Promise<Found> {
  const global = outputs['GlobalClusterIdentifier']
  if (global !== undefined) return globalDatabase(session, global, outputs['PromoteDocument'])
  const id = outputs['ClusterIdentifier'] ?? outputs['DatabaseIdentifier']
  return id === undefined || session.target.regions.standalone === undefined ? nothing : zonal(session, id)
}

/** Asked of the administration region, which survives the primary; of the other one where it is silent itself. */
async function globalDatabase({ aws, target, home }: TargetSession, id: string, document?: string): Promise<Found> {
  const { primary = '', failover = '' } = target.regions
  const view = await asked(aws.clock.now, async () => {
    const found = await anyOf([home, primary], async (region) => (await aws.databases(region)).global(id))
    if (!found) throw new Error(`there is no global database ${id}`)
    return found
  })
  const to =
    isKnown(view) && view.value.members.some(({ writes, region }) => writes && region === failover) ? primary : failover
  const actual: RoleFact['actual'] = isKnown(view)
    ? known(
        {
          places: view.value.members.flatMap(({ writes, region }) => (writes ? [region] : [])),
          state: view.value.status,
          good: wellStates.has(view.value.status),
          ...(view.value.failover && { moving: view.value.failover.status }),
        },
        view.at,
      )
    : view
  const arn = isKnown(view) ? view.value.members.find(({ region }) => region === to)?.arn : undefined
  const now: StandbyFact['now'] = await asked(aws.clock.now, async () => {
    const cluster = arn === undefined ? undefined : await (await aws.databases(to)).cluster(arn)
    if (!cluster) return { state: 'not there', usable: false }
    if (cluster.readers.length === 0 && cluster.writer === undefined)
      return { state: 'without an instance', usable: false }
    return { state: cluster.status, usable: wellStates.has(cluster.status) }
  })
  const from = to === failover ? primary : failover
  const start = (region: string, name: string): string =>
    `aws ssm start-automation-execution --region ${region} --document-name ${name}`
  return {
    roles: [{ kind: 'writer', name: 'aurora writer', expected: primary, actual }],
    standbys: [{ name: 'aurora cluster', place: to, now: isKnown(view) ? now : view }],
    // The survivor promotes itself; who writes hands over. The way home also makes the other region's secret a copy again.
    ...(document === undefined
      ? { commands: {} }
      : {
          commands: { [to]: start(to, document) },
          handovers: {
            [to]: start(from, document.replace('-promote-', to === primary ? '-failback-' : '-switchover-')),
          },
        }),
  }
}

/** One region: the zone that writes, and the best of those that could. */
async function zonal({ aws, target }: TargetSession, id: string): Promise<Found> {
  const region = target.regions.standalone ?? ''
  const databases = await aws.databases(region)
  const seen = await asked(aws.clock.now, async () => {
    const cluster = await databases.cluster(id)
    const one = await databases.instance(cluster?.writer ?? id)
    if (!one) throw new Error(`there is no database ${id}`)
    if (!cluster)
      return {
        zone: one.zone,
        status: one.status,
        standby: one.standby ?? '',
        standbyStatus: one.standby === undefined ? 'not there' : 'available',
        command: `aws rds reboot-db-instance --region ${region} --db-instance-identifier ${id} --force-failover`,
      }
    const readers = (await Promise.all(cluster.readers.map((reader) => databases.instance(reader)))).flatMap(
      (it) => it ?? [],
    )
    // With the zone of the writer goes every reader there.
    const others = readers.filter(({ zone }) => zone !== one.zone)
    const best = others.find(({ status }) => wellStates.has(status)) ?? others[0]
    return {
      zone: one.zone,
      status: cluster.status,
      standby: best?.zone ?? '',
      standbyStatus: best?.status ?? (readers.length > 0 ? `in ${one.zone} only, as the writer` : 'not there'),
      ...(!best &&
        readers.length > 0 && { mend: 'aws rds create-db-instance, with --availability-zone of another zone' }),
      command: `aws rds failover-db-cluster --region ${region} --db-cluster-identifier ${id}`,
    }
  })
  if (!isKnown(seen))
    return {
      roles: [{ kind: 'writer', name: 'database writer', actual: seen }],
      standbys: [{ name: 'database standby', place: region, now: seen }],
      commands: {},
    }
  const { zone, status, standby, standbyStatus, mend, command } = seen.value
  return {
    roles: [
      {
        kind: 'writer',
        name: 'database writer',
        actual: known({ places: [zone], state: status, good: wellStates.has(status) }, seen.at),
      },
    ],
    standbys: [
      {
        name: 'database standby',
        place: standby || region,
        now: known({ state: standbyStatus, usable: wellStates.has(standbyStatus), ...(mend && { mend }) }, seen.at),
      },
    ],
    commands: { [standby || region]: command },
  }
}
