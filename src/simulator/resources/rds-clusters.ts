// RDS clusters: Aurora's, alone or in a global database, and Multi-AZ clusters of three instances with local disks.
import { define } from './define.ts'
import { all, existing, isOwn, keyOf, text } from '../existing.ts'
import { derived } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'
import { requireKey } from './kms.ts'
import { requireAurora, requireMultiAz } from './rds-cluster-kinds.ts'
import { rdsInstances, instanceType } from './rds.ts'
import {
  invalid,
  placesOfGroup,
  requireGiven,
  requireIdentifier,
  requireParameterGroup,
  requireRetention,
  requireSecurityGroups,
  requireUnprotected,
  requireUpgrade,
} from './rds-checks.ts'
import { isAurora, portOf } from './rds-engines.ts'
import { clusterArn, globalOf, globalType, join, leave, membersOf } from './rds-global.ts'
import { exportLogs } from './rds-logs.ts'
import { requireSettings } from './rds-settings.ts'

const type = 'AWS::RDS::DBCluster'

const host = (id: string, kind: string, region: string): string =>
  `${id}.${kind}-${derived(`rds ${region}`, 12)}.${region}.rds.amazonaws.com`

/** A member of a global database is upgraded by its own procedure, never by a plain change. */
function requireSameVersion(around: Around, before: Properties, after: Properties, id: string): void {
  if (text(before.EngineVersion) === text(after.EngineVersion)) return
  const global = globalOf(around.cloud, clusterArn(id, around.region))
  if (!global || membersOf(global).readers.length === 0) return
  throw invalid(
    around,
    `The cluster ${id} is a member of the global cluster ${global.physicalId}: ` +
      'its engine version cannot be modified here. Upgrade the secondary clusters first, then the primary cluster.',
  )
}

/** A global cluster is left in place, and joined by a new cluster only. */
const isReplaced = (after: Properties, before: Properties): boolean => {
  const [from, to] = [text(before.GlobalClusterIdentifier), text(after.GlobalClusterIdentifier)]
  return from !== to && to !== ''
}

/** The three instances that RDS makes for a Multi-AZ cluster; the first one writes at first. */
function makeInstances(properties: Properties, id: string, around: Around): void {
  const { cloud, region } = around
  const cluster = existing(cloud, region, type, id)
  if (!cluster || cluster.state) return
  const { zones } = placesOfGroup(around, properties.DBSubnetGroupName)
  for (const [index, zone] of zones.slice(0, 3).entries()) {
    const physicalId = `${id}-instance-${index + 1}`
    const own = {
      DBInstanceIdentifier: physicalId,
      DBClusterIdentifier: id,
      Engine: properties.Engine ?? '',
      DBInstanceClass: properties.DBClusterInstanceClass ?? '',
    }
    const kind = rdsInstances[0] as Kind
    cloud.resources[keyOf(kind, region, physicalId, own)] = {
      ...cluster,
      type: instanceType,
      physicalId,
      properties: own,
      attributes: kind.attributes(own, physicalId, around),
      state: { zone },
    }
  }
  cluster.state = { writer: `${id}-instance-1` }
}

const made: Kind['made'] = (properties, id, around) => {
  const { cloud, region } = around
  const member = clusterArn(id, region)
  const wanted = text(properties.GlobalClusterIdentifier).toLowerCase()
  const present = globalOf(cloud, member)
  // Made by a GlobalCluster from this cluster: that is no business of the cluster's own template.
  const byName = text(existing(cloud, region, type, id)?.state?.global)
  if (present && byName === present.physicalId && wanted === '') leave(cloud, member)
  const global = wanted === '' ? undefined : existing(cloud, 'global', globalType, wanted)
  if (global) join(global, member)
  if (!isAurora(text(properties.Engine))) makeInstances(properties, id, around)
  const cluster = existing(cloud, region, type, id)
  if (cluster) {
    const { global: _, ...state } = cluster.state ?? {}
    cluster.state = wanted === '' ? state : { ...state, global: wanted }
  }
  exportLogs(around, 'cluster', id, properties)
}

export const rdsClusters: Kind[] = [
  define(type, {
    name: 'DBClusterIdentifier',
    limit: 63,
    id: (name) => name.toLowerCase(),
    createOnly: [
      'AvailabilityZones',
      'ClusterScalabilityType',
      'DBSubnetGroupName',
      'DBSystemId',
      'DatabaseName',
      'Engine',
      'EngineMode',
      'KmsKeyId',
      'MasterUsername',
      'PubliclyAccessible',
      'RestoreToTime',
      'RestoreType',
      'SnapshotIdentifier',
      'SourceDBClusterIdentifier',
      'SourceDbClusterResourceId',
      'SourceRegion',
      'StorageEncrypted',
      'UseLatestRestorableTime',
    ],
    isReplaced,
    arn: clusterArn,
    taken: () => 'DB Cluster already exists',
    attributes: ({ Engine, Port }, id, { region }) => ({
      DBClusterArn: clusterArn(id, region),
      DBClusterResourceId: `cluster-${derived(clusterArn(id, region), 26).toUpperCase()}`,
      'Endpoint.Address': host(id, 'cluster', region),
      'Endpoint.Port': text(Port) || String(text(Engine).startsWith('aurora') ? 3306 : portOf(text(Engine))),
      'ReadEndpoint.Address': host(id, 'cluster-ro', region),
    }),
    requires: (properties, around) => {
      const longest = isAurora(text(properties.Engine)) ? 63 : 52
      requireIdentifier(around, 'DBClusterIdentifier', properties.DBClusterIdentifier, longest)
      requireGiven(around, properties, 'Engine')
      requireRetention(around, properties, 1)
      const { zones, vpc } = placesOfGroup(around, properties.DBSubnetGroupName)
      requireSecurityGroups(around, properties.VpcSecurityGroupIds, vpc)
      requireKey(around, text(properties.KmsKeyId))
      requireSettings(properties, around)
      const group = properties.DBClusterParameterGroupName
      requireParameterGroup(around, 'AWS::RDS::DBClusterParameterGroup', group, properties)
      if (isAurora(text(properties.Engine))) requireAurora(properties, around)
      else requireMultiAz(properties, zones, around)
      const id = text(properties.DBClusterIdentifier).toLowerCase()
      const mine = existing(around.cloud, around.region, type, id)
      if (!mine || !isOwn(mine, around)) return
      requireSameVersion(around, mine.properties, properties, id)
      requireUpgrade(around, mine.properties, properties)
    },
    made,
    removable: (id, around) => {
      const { cloud, region } = around
      const cluster = existing(cloud, region, type, id)
      const properties = cluster?.properties ?? {}
      requireUnprotected(around, properties, 'Cluster')
      const members = all(cloud, instanceType, region).filter((one) => one.properties.DBClusterIdentifier === id)
      if (isAurora(text(properties.Engine)) && members.length > 0) {
        const message = 'Cluster cannot be deleted, it still contains DB instances in non-deleting state.'
        throw invalid(around, message)
      }
      const global = globalOf(cloud, clusterArn(id, region))
      if (!global) return
      const { writer, readers } = membersOf(global)
      if (writer === clusterArn(id, region) && readers.length > 0) {
        throw invalid(
          around,
          'Unable to delete cluster that is a primary member of global cluster while there are other global cluster members',
        )
      }
      // The handler takes the cluster out by itself only where the template names the global cluster.
      if (text(properties.GlobalClusterIdentifier) === '') {
        const message = 'This cluster is a part of a global cluster, please remove it from globalcluster first'
        throw invalid(around, message)
      }
    },
    removed: (id, around) => {
      const { cloud, region } = around
      leave(cloud, clusterArn(id, region))
      for (const [key, one] of Object.entries(cloud.resources)) {
        const isMember = one.type === instanceType && one.region === region && one.properties.DBClusterIdentifier === id
        if (isMember) delete cloud.resources[key]
      }
      exportLogs(around, 'cluster', id, existing(cloud, region, type, id)?.properties ?? {})
      return 'gone'
    },
  }),
]
