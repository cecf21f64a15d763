// RDS instances: databases of their own, and the members of Aurora clusters.
import { define } from './define.ts'
import { all, existing, isOwn, text } from '../existing.ts'
import { arn, derived, derivedWord } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'
import { requireKey } from './kms.ts'
import { requireEngine } from './rds-cluster-kinds.ts'
import {
  invalid,
  missing,
  placesOfGroup,
  requireClass,
  requireGiven,
  requireIdentifier,
  requireMaster,
  requireParameterGroup,
  requireRetention,
  requireSecurityGroups,
  requireUnprotected,
  requireUpgrade,
} from './rds-checks.ts'
import { isAurora, portOf } from './rds-engines.ts'
import { clusterArn, globalOf, membersOf } from './rds-global.ts'
import { exportLogs } from './rds-logs.ts'
import { requireSettings } from './rds-settings.ts'
import type { Resource } from '../state.ts'

export const instanceType = 'AWS::RDS::DBInstance'
const clusterType = 'AWS::RDS::DBCluster'

const clusterOf = ({ DBClusterIdentifier }: Properties, { cloud, region }: Around) =>
  existing(cloud, region, clusterType, text(DBClusterIdentifier).toLowerCase())

const isMember = ({ DBClusterIdentifier }: Properties): boolean => text(DBClusterIdentifier) !== ''

const memberIds = (around: Around, cluster: string): string[] =>
  all(around.cloud, instanceType, around.region)
    .filter(({ properties }) => text(properties.DBClusterIdentifier).toLowerCase() === cluster)
    .map(({ physicalId }) => physicalId)

/** What the cluster decides cannot be said of its member. */
const decidedByCluster: Record<string, string> = {
  AllocatedStorage: 'allocated storage',
  BackupRetentionPeriod: 'backup retention period',
  DBName: 'database name',
  MasterUsername: 'master user name',
  MasterUserPassword: 'master user password',
  VPCSecurityGroups: 'vpc security group',
}

function requireMember(properties: Properties, around: Around): void {
  const id = text(properties.DBClusterIdentifier)
  const cluster = clusterOf(properties, around)
  if (!cluster) throw missing(around, `DBCluster ${id} not found.`)
  const engine = text(cluster.properties.Engine)
  if (!isAurora(engine)) {
    const message = "CreateDBInstance can't be used to create a DB instance in a Multi-AZ DB cluster."
    throw invalid(around, `${message} Use CreateDBCluster instead.`)
  }
  if (text(properties.Engine) !== engine) {
    throw invalid(
      around,
      `The engine name requested for your DB instance (${text(properties.Engine)}) ` +
        `doesn't match the engine name of your DB cluster (${engine}).`,
    )
  }
  for (const [property, word] of Object.entries(decidedByCluster)) {
    if (properties[property] === undefined) continue
    throw invalid(around, `The requested DB Instance will be a member of a DB Cluster. Set ${word} for the DB Cluster.`)
  }
  if (String(properties.MultiAZ) === 'true') {
    throw invalid(around, `VPC Multi-AZ DB Instances are not available for engine: ${engine}`)
  }
  const zone = text(properties.AvailabilityZone)
  const { zones } = placesOfGroup(around, cluster.properties.DBSubnetGroupName)
  if (zone !== '' && !zones.includes(zone)) {
    throw invalid(around, `The DB subnet group has no subnet in the Availability Zone ${zone}.`)
  }
  requireClass(around, 'aurora', text(properties.DBInstanceClass), cluster.properties)
  const isServerless = properties.DBInstanceClass === 'db.serverless'
  if (isServerless && cluster.properties.ServerlessV2ScalingConfiguration === undefined) {
    const message =
      'Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.'
    throw invalid(around, message)
  }
}

/** The instance that this resource of the stack is already. */
function mineOf({ DBInstanceIdentifier }: Properties, around: Around): Resource | undefined {
  const found = existing(around.cloud, around.region, instanceType, text(DBInstanceIdentifier).toLowerCase())
  return found && isOwn(found, around) ? found : undefined
}

function requireAlone(properties: Properties, around: Around): void {
  requireEngine(around, properties, mineOf(properties, around)?.properties)
  if (isAurora(text(properties.Engine))) throw invalid(around, `Invalid DB engine: ${text(properties.Engine)}`)
  requireGiven(around, properties, 'AllocatedStorage')
  if (properties.DBSnapshotIdentifier === undefined && properties.SourceDBInstanceIdentifier === undefined) {
    requireMaster(around, properties, 'instance')
  }
  requireRetention(around, properties, 0)
  const { AllocatedStorage, AvailabilityZone, DBName, Engine, Iops, StorageThroughput, StorageType } = properties
  if (DBName !== undefined && !/^[a-z][a-z0-9_]*$/i.test(text(DBName))) {
    throw invalid(around, 'DBName must begin with a letter and contain only alphanumeric characters.')
  }
  if (String(properties.MultiAZ) === 'true' && AvailabilityZone !== undefined) {
    throw invalid(around, 'Requesting a specific availability zone is not valid for Multi-AZ instances.')
  }
  const least = text(StorageType).startsWith('io') ? 100 : 20
  if (Number(AllocatedStorage) < least) {
    const message = `Invalid storage size for engine name ${text(Engine)} and storage type ${text(StorageType) || 'gp2'}: ${text(AllocatedStorage)}`
    throw invalid(around, message)
  }
  const most = properties.MaxAllocatedStorage
  if (most !== undefined && Number(most) < 1.1 * Number(AllocatedStorage)) {
    const message = `Invalid max storage size for engine name ${text(Engine)} and storage type ${text(StorageType) || 'gp2'}: ${text(most)}`
    throw invalid(around, message)
  }
  if (text(StorageType) === 'gp3' && Number(AllocatedStorage) < 400 && (Iops ?? StorageThroughput) !== undefined) {
    const message = `You can't specify IOPS or storage throughput for engine ${text(Engine)} and a storage size less than 400.`
    throw invalid(around, message)
  }
  const { vpc } = placesOfGroup(around, properties.DBSubnetGroupName)
  requireSecurityGroups(around, properties.VPCSecurityGroups, vpc)
  requireClass(around, 'instance', text(properties.DBInstanceClass), properties)
}

/** RDS chooses any zone of the group for an instance that names none: here the worst choice, always the same one. */
function zoneFor(properties: Properties, around: Around): string {
  if (text(properties.AvailabilityZone) !== '') return text(properties.AvailabilityZone)
  const { zones } = placesOfGroup(around, (clusterOf(properties, around)?.properties ?? properties).DBSubnetGroupName)
  return zones[0] ?? ''
}

/** Where a Multi-AZ instance has its standby: in the next zone of its group. */
function standbyFor(properties: Properties, zone: string, around: Around): string | undefined {
  if (String(properties.MultiAZ) !== 'true') return undefined
  const { zones } = placesOfGroup(around, properties.DBSubnetGroupName)
  return zones[(zones.indexOf(zone) + 1) % zones.length]
}

const made: Kind['made'] = (properties, id, around) => {
  const { cloud, region } = around
  const instance = existing(cloud, region, instanceType, id)
  if (!instance) return
  const zone = text(instance.state?.zone) || zoneFor(properties, around)
  const standby = text(instance.state?.standby) || standbyFor(properties, zone, around)
  instance.state = String(properties.MultiAZ) === 'true' ? { zone, standby: standby ?? '' } : { zone }
  const cluster = clusterOf(properties, around)
  // Without a writer the first instance becomes it, but not in a cluster that follows another.
  const isFollower = cluster && isReader(around, cluster.physicalId)
  if (cluster && !isFollower) cluster.state = { writer: id, ...cluster.state }
  if (!isMember(properties)) exportLogs(around, 'instance', id, properties)
}

const isReader = ({ cloud, region }: Around, cluster: string): boolean =>
  membersOf(globalOf(cloud, clusterArn(cluster, region))).readers.includes(clusterArn(cluster, region))

export const rdsInstances: Kind[] = [
  define(instanceType, {
    name: 'DBInstanceIdentifier',
    limit: 63,
    id: (name) => name.toLowerCase(),
    createOnly: [
      'AvailabilityZone',
      'BackupTarget',
      'CharacterSetName',
      'CustomIAMInstanceProfile',
      'DBClusterIdentifier',
      'DBName',
      'DBSnapshotIdentifier',
      'DBSubnetGroupName',
      'DBSystemId',
      'Engine',
      'KmsKeyId',
      'MasterUsername',
      'NcharCharacterSetName',
      'SourceDBInstanceIdentifier',
      'SourceRegion',
      'StorageEncrypted',
      'Timezone',
    ],
    arn: (id, region) => arn('rds', region, `db:${id}`),
    taken: () => 'DB Instance already exists',
    attributes: ({ Engine, Port }, id, { region }) => ({
      DBInstanceArn: arn('rds', region, `db:${id}`),
      DbiResourceId: `db-${derivedWord(arn('rds', region, id), 26)}`,
      'Endpoint.Address': `${id}.${derived(`rds ${region}`, 12)}.${region}.rds.amazonaws.com`,
      'Endpoint.Port': text(Port) || String(portOf(text(Engine))),
      'Endpoint.HostedZoneId': `Z${derivedWord(`rds zone ${region}`, 13)}`,
    }),
    requires: (properties, around) => {
      requireIdentifier(around, 'DBInstanceIdentifier', properties.DBInstanceIdentifier)
      requireGiven(around, properties, 'Engine', 'DBInstanceClass')
      if (isMember(properties)) requireMember(properties, around)
      else requireAlone(properties, around)
      requireKey(around, text(properties.KmsKeyId))
      requireSettings(properties, around)
      const engine = isMember(properties) ? (clusterOf(properties, around)?.properties ?? {}) : properties
      requireParameterGroup(around, 'AWS::RDS::DBParameterGroup', properties.DBParameterGroupName, engine)
      const mine = mineOf(properties, around)
      if (mine) requireUpgrade(around, mine.properties, properties)
    },
    made,
    removable: (id, around) => {
      const instance = existing(around.cloud, around.region, instanceType, id)
      requireUnprotected(around, instance?.properties ?? {}, 'DB Instance')
      const cluster = instance && clusterOf(instance.properties, around)
      if (!cluster || memberIds(around, cluster.physicalId).length > 1) return
      const own = clusterArn(cluster.physicalId, around.region)
      const { writer, readers } = membersOf(globalOf(around.cloud, own))
      if (writer !== own || readers.length === 0) return
      throw invalid(
        around,
        'Cannot delete the last instance of the master cluster. ' +
          'Delete the replica cluster before deleting the last master cluster instance.',
      )
    },
    removed: (id, around) => {
      const instance = existing(around.cloud, around.region, instanceType, id)
      const properties = instance?.properties ?? {}
      const cluster = clusterOf(properties, around)
      if (cluster?.state?.writer === id) {
        const { writer: _, ...rest } = cluster.state
        const next = memberIds(around, cluster.physicalId).find((other) => other !== id)
        cluster.state = next === undefined ? rest : { ...rest, writer: next }
      }
      if (!isMember(properties)) exportLogs(around, 'instance', id, properties)
      return 'gone'
    },
  }),
]
