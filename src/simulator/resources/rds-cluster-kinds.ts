// What sets the two kinds of RDS clusters apart: Aurora, and Multi-AZ clusters of PostgreSQL or MySQL.
import { existing, isOwn, text } from '../existing.ts'
import type { Around, Properties } from './kind.ts'
import { invalid, missing, requireClass, requireGiven, requireMaster } from './rds-checks.ts'
import { compareVersions, exactVersion, isWithdrawn, majorOf } from './rds-engines.ts'
import { clusterArn, clusterBy, globalOf, globalType, membersOf, requireNoBacktrack } from './rds-global.ts'
import { parseArn } from '../identifiers.ts'
import type { Resource } from '../state.ts'

function refuseGiven(around: Around, properties: Properties, what: string, names: string[]): void {
  for (const name of names) {
    const value = properties[name]
    if (value === undefined || value === false || value === 'false') continue
    throw invalid(around, `The parameter ${name} isn't supported for ${what}.`)
  }
}

const versions: Record<string, RegExp> = {
  'aurora-mysql': /^\d+\.\d+\.mysql_aurora\.\d+\.\d+\.\d+(\.\d+)?$/,
  'aurora-postgresql': /^\d+(\.\d+)?(-limitless)?$/,
  postgres: /^\d+(\.\d+)?$/,
  mysql: /^\d+\.\d+(\.\d+)?$/,
}

/** Engines and their versions; one that runs already may be withdrawn. */
export function requireEngine(
  around: Around,
  { Engine, EngineVersion }: Properties,
  before: Properties | undefined,
): void {
  const [engine, version] = [text(Engine), text(EngineVersion)]
  const shape = versions[engine]
  if (!shape) throw invalid(around, `Invalid DB engine: ${engine}`)
  if (EngineVersion === undefined || version === text(before?.EngineVersion)) return
  if (shape.test(version) && !isWithdrawn(engine, version)) return
  throw invalid(around, `Cannot find version ${version} for ${engine}`)
}

/** A Multi-AZ cluster: three zones, a class with local disks, and storage whose rate is named. */
export function requireMultiAz(properties: Properties, zones: string[], around: Around): void {
  requireEngine(around, properties, mineOf(properties, around)?.properties)
  // A major version alone is known of instances and of Aurora only.
  if (/^\d+$/.test(text(properties.EngineVersion)) && text(properties.Engine) === 'postgres')
    throw invalid(around, `Cannot find version ${text(properties.EngineVersion)} for postgres`)
  requireGiven(around, properties, 'DBClusterInstanceClass', 'AllocatedStorage', 'StorageType', 'Iops')
  refuseGiven(around, properties, 'Multi-AZ DB clusters', [
    'AvailabilityZones',
    'BacktrackWindow',
    'EnableHttpEndpoint',
    'EnableIAMDatabaseAuthentication',
    'EngineMode',
    'GlobalClusterIdentifier',
    'ServerlessV2ScalingConfiguration',
    'SourceRegion',
  ])
  if (properties.SnapshotIdentifier === undefined) requireMaster(around, properties, 'cluster')
  if (zones.length < 3) {
    throw invalid(
      around,
      "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. " +
        `Current AZ coverage: ${zones.join(', ')}. Add subnets to cover at least 3 AZs.`,
    )
  }
  requireClass(around, 'cluster', text(properties.DBClusterInstanceClass), properties)
  if (!/^(io1|io2|gp3)$/.test(text(properties.StorageType))) {
    throw invalid(around, `Invalid storage type for Multi-AZ DB cluster: ${text(properties.StorageType)}`)
  }
  const [iops, storage] = [Number(properties.Iops), Number(properties.AllocatedStorage)]
  if (text(properties.StorageType) === 'io1' && iops > 50 * storage) {
    throw invalid(around, 'The IOPS to GiB ratio must be between 0.5 and 50')
  }
}

/** An Aurora cluster, whose instances are resources of their own. */
export function requireAurora(properties: Properties, around: Around): void {
  requireEngine(around, properties, mineOf(properties, around)?.properties)
  refuseGiven(around, properties, 'Aurora DB clusters', [
    'AllocatedStorage',
    'DBClusterInstanceClass',
    'Iops',
    'PubliclyAccessible',
  ])
  if (!/^(aurora|aurora-iopt1)?$/.test(text(properties.StorageType))) {
    throw invalid(around, `Invalid storage type for Aurora: ${text(properties.StorageType)}`)
  }
  const { Engine, EngineVersion, BacktrackWindow } = properties
  if (Number(BacktrackWindow ?? 0) > 0 && Engine !== 'aurora-mysql') {
    const what = `Aurora PostgreSQL Engine Version ${text(EngineVersion)} with mode: PROVISIONED`
    throw invalid(around, `${what} does not support Backtrack.`)
  }
  const global = globalNamed(properties, around)
  const writer = membersOf(global).writer
  const isSecondary = global !== undefined && writer !== '' && parseArn(writer)?.region !== around.region
  if (global) requireMembership(properties, around, global)
  if (isSecondary) requireSecondary(properties, around, writer)
  // What stands already keeps its user when the template stops naming it, as a cluster does that no longer follows.
  else if (properties.SnapshotIdentifier === undefined && !mineOf(properties, around))
    requireMaster(around, properties, 'cluster')
}

/** The cluster that this resource of the stack is already. */
function mineOf({ DBClusterIdentifier }: Properties, around: Around): Resource | undefined {
  const { cloud, region } = around
  const found = existing(cloud, region, 'AWS::RDS::DBCluster', text(DBClusterIdentifier).toLowerCase())
  return found && isOwn(found, around) ? found : undefined
}

/** The global cluster of the template, or the one that was made from this cluster. */
function globalNamed(properties: Properties, around: Around): Resource | undefined {
  const { cloud, region } = around
  const name = text(properties.GlobalClusterIdentifier).toLowerCase()
  if (name === '') {
    const mine = mineOf(properties, around)
    return mine ? globalOf(cloud, clusterArn(mine.physicalId, region)) : undefined
  }
  const global = existing(cloud, 'global', globalType, name)
  if (!global) throw missing(around, `Global cluster ${name} not found`)
  return global
}

function requireMembership(properties: Properties, around: Around, global: Resource): void {
  requireNoBacktrack(around, properties.BacktrackWindow)
  const { writer, readers } = membersOf(global)
  const own = clusterArn(text(properties.DBClusterIdentifier).toLowerCase(), around.region)
  for (const member of [writer, ...readers].filter((one) => one !== '' && one !== own)) {
    const { region, resource } = parseArn(member) ?? {}
    if (region === around.region) {
      const message = `Cannot create more than one cluster of the global cluster ${global.physicalId} in ${region}`
      throw invalid(around, message)
    }
    // Names of members must differ over all regions.
    if (resource === parseArn(own)?.resource) throw invalid(around, 'DB Cluster already exists')
  }
}

/** A follower takes users, databases and engine from the cluster that it follows. */
function requireSecondary(properties: Properties, around: Around, writer: string): void {
  const words = { MasterUsername: 'user name', MasterUserPassword: 'password', DatabaseName: 'database name' }
  for (const [property, word] of Object.entries(words)) {
    if (properties[property] === undefined) continue
    throw invalid(around, `Cannot specify ${word} for cross region replication cluster`)
  }
  const source = clusterBy(around.cloud, writer)
  if (!source || source.state?.writer === undefined) {
    throw invalid(around, `Source cluster: ${writer} is in a state which is not valid for physical replication`)
  }
  const isEncrypted = (one: Properties): boolean => String(one.StorageEncrypted) === 'true'
  if (isEncrypted(source.properties) !== isEncrypted(properties)) {
    throw invalid(around, 'The encryption of the secondary cluster must be that of the source cluster.')
  }
  if (isEncrypted(properties) && text(properties.KmsKeyId) === '') {
    throw invalid(around, 'KmsKeyId should be explicitly specified for an encrypted cross region replica.')
  }
  requireSameEngine(properties, source.properties, around)
}

function requireSameEngine(properties: Properties, source: Properties, around: Around): void {
  const engine = text(source.Engine)
  const [mine = '', its = ''] = [properties, source].map((one) => exactVersion(engine, text(one.EngineVersion)))
  const isSame = text(properties.Engine) === engine && (mine === '' || majorOf(engine, mine) === majorOf(engine, its))
  // A follower may be newer while an upgrade goes on, never older.
  if (isSame && (mine === '' || compareVersions(mine, its) >= 0)) return
  throw invalid(
    around,
    `The engine and version of the secondary cluster (${text(properties.Engine)} ${mine}) ` +
      `must match those of the primary cluster (${engine} ${its}).`,
  )
}
