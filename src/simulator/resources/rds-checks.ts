// What RDS checks alike in instances and clusters: names, zones, groups, passwords, classes.
import { refused, serviceError } from './define.ts'
import { existing, text, texts } from '../existing.ts'
import type { Around, Properties } from './kind.ts'
import { placesOf } from './places.ts'
import { compareVersions, exactVersion, familyOf, isOffered, majorOf, type Topology } from './rds-engines.ts'

export const subnetGroupType = 'AWS::RDS::DBSubnetGroup'

/** RDS's answer to what cannot be. */
export const invalid = (around: Around, message: string): Error =>
  serviceError(around, 'Rds', 400, message, 'InvalidRequest')

/** RDS's answer to a name that nothing has. */
export const missing = (around: Around, message: string): Error => serviceError(around, 'Rds', 404, message, 'NotFound')

/** Letters, digits and single hyphens; nothing is said of a name that CloudFormation makes up. */
export function requireIdentifier(around: Around, parameter: string, name: unknown, longest = 63): void {
  const given = text(name)
  if (given.length > longest) {
    const message = `The parameter ${parameter} is not a valid identifier because it is longer than ${longest} characters.`
    throw invalid(around, message)
  }
  if (given === '' || /^[a-z](-?[a-z0-9])*$/i.test(given)) return
  throw invalid(
    around,
    `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; ` +
      'must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
  )
}

/** A property without which RDS makes nothing. */
export function requireGiven(around: Around, properties: Properties, ...names: string[]): void {
  for (const name of names) {
    if (text(properties[name]) !== '') continue
    throw invalid(around, `The parameter ${name} must be provided and must not be ${blank(name)}.`)
  }
}

const blank = (name: string): string => (/Storage$|Iops/.test(name) ? 'null' : 'blank')

/** Where a database with this subnet group may stand. Throws for a group that is not there. */
export function placesOfGroup(around: Around, name: unknown): { zones: string[]; vpc: string } {
  const id = text(name).toLowerCase()
  if (id === '') throw invalid(around, 'No default subnet detected in VPC. Please contact AWS Support to recreate it.')
  const group = existing(around.cloud, around.region, subnetGroupType, id)
  if (!group) throw missing(around, `DB subnet group '${id}' does not exist.`)
  return placesOf(around, group.properties.SubnetIds)
}

/** The groups of a database, all in the database's VPC. */
export function requireSecurityGroups(around: Around, ids: unknown, vpc: string): void {
  for (const id of texts(ids)) {
    const group = existing(around.cloud, around.region, 'AWS::EC2::SecurityGroup', id)
    if (!group) throw invalid(around, `Invalid security group , groupId= ${id}, groupName=.`)
    const other = text(group.properties.VpcId)
    if (other === vpc) continue
    throw invalid(
      around,
      'The DB instance and EC2 security group are in different VPCs. ' +
        `The DB instance is in ${vpc} and the EC2 security group is in ${other}`,
    )
  }
}

/** A parameter group of the engine's own family; the default ones always exist. */
export function requireParameterGroup(
  around: Around,
  type: 'AWS::RDS::DBParameterGroup' | 'AWS::RDS::DBClusterParameterGroup',
  name: unknown,
  { Engine, EngineVersion }: Properties,
): void {
  const id = text(name).toLowerCase()
  if (id === '' || id.startsWith('default.')) return
  const what = type === 'AWS::RDS::DBParameterGroup' ? 'DBParameterGroup' : 'DBClusterParameterGroup'
  const group = existing(around.cloud, around.region, type, id)
  if (!group) throw missing(around, `${what} not found: ${id}`)
  const family = text(group.properties.Family)
  const wanted = familyOf(text(Engine), text(EngineVersion))
  if (text(EngineVersion) === '' || family === wanted) return
  throw invalid(
    around,
    `The parameter group ${id} with DBParameterGroupFamily ${family} can't be used for this instance. ` +
      `Use a parameter group with DBParameterGroupFamily ${wanted}.`,
  )
}

/** Names that an engine keeps for itself. */
const reserved: Record<string, string[]> = {
  postgres: ['admin', 'rdsadmin', 'rds_superuser'],
  mysql: ['rdsadmin', 'root'],
}

/** Who may do everything, and how they prove it: with a password in the template, or one that RDS makes. */
export function requireMaster(around: Around, properties: Properties, what: 'instance' | 'cluster'): void {
  requireGiven(around, properties, 'MasterUsername')
  const name = text(properties.MasterUsername)
  const engine = text(properties.Engine).includes('mysql') ? 'mysql' : 'postgres'
  if (!(what === 'cluster' ? /^[a-z][a-z0-9]{0,15}$/i : /^[a-z]\w{0,15}$/i).test(name)) {
    const others = what === 'cluster' ? '' : ' or underscores'
    const message = `The parameter MasterUsername must begin with a letter and be 1 to 16 alphanumeric characters${others}.`
    throw invalid(around, message)
  }
  if (reserved[engine]?.includes(name.toLowerCase())) {
    throw invalid(around, `MasterUsername ${name} cannot be used as it is a reserved word used by the engine`)
  }
  if (engine === 'postgres' && name.startsWith('pg_')) {
    const message = `MasterUsername ${name} cannot be used because role names starting with "pg_" are reserved by the PostgreSQL engine`
    throw invalid(around, message)
  }
  if (String(properties.ManageMasterUserPassword) === 'true') return
  requireGiven(around, properties, 'MasterUserPassword')
  const password = text(properties.MasterUserPassword)
  if (password.length < 8) {
    throw invalid(
      around,
      'The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.',
    )
  }
  const longest = what === 'cluster' || engine === 'mysql' ? 41 : 128
  if (password.length > longest) {
    const message = `The parameter MasterUserPassword is not a valid password because it is longer than ${longest} characters.`
    throw invalid(around, message)
  }
  if (/[/@" ]|[^\x20-\x7e]/.test(password)) {
    throw invalid(
      around,
      'The parameter MasterUserPassword is not a valid password. ' +
        `Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`,
    )
  }
}

/** A class that the region offers for such a database. */
export function requireClass(around: Around, topology: Topology, instanceClass: string, properties: Properties): void {
  if (isOffered(around.region, topology, instanceClass)) return
  const { Engine, EngineVersion } = properties
  const license = text(Engine).includes('mysql') ? 'general-public-license' : 'postgresql-license'
  throw invalid(
    around,
    'RDS does not support creating a DB instance with the following combination: ' +
      `DBInstanceClass=${instanceClass}, Engine=${text(Engine)}, EngineVersion=${text(EngineVersion)}, LicenseModel=${license}. ` +
      'For supported combinations of instance class and database engine version, see the documentation.',
  )
}

/** What a changed version may be: newer, and another major one only when that is said. */
export function requireUpgrade(around: Around, before: Properties, after: Properties): void {
  const engine = text(after.Engine)
  const [from, to] = [exactVersion(engine, text(before.EngineVersion)), text(after.EngineVersion)]
  // A major version alone raises an older minor version to the default one, and leaves a newer one.
  if (from === '' || to === '' || from === to || to === majorOf(engine, from)) return
  if (compareVersions(to, from) < 0) throw invalid(around, `Cannot upgrade ${engine} from ${from} to ${to}`)
  if (majorOf(engine, from) === majorOf(engine, to) || String(after.AllowMajorVersionUpgrade) === 'true') return
  throw invalid(around, 'The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.')
}

/** Days of backups: Aurora and Multi-AZ clusters keep one at least. */
export function requireRetention(around: Around, { BackupRetentionPeriod: days }: Properties, least: number): void {
  if (days === undefined || (Number(days) >= least && Number(days) <= 35)) return
  throw invalid(around, `Invalid backup retention period: ${text(days)}. Must be between ${least} and 35.`)
}

/** A protected database stays. */
export function requireUnprotected(around: Around, properties: Properties, what: string): void {
  if (String(properties.DeletionProtection) !== 'true') return
  throw refused(
    around,
    `Cannot delete protected ${what}, please disable deletion protection and try again.`,
    'InvalidRequest',
  )
}
