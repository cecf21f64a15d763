// Engines, versions and instance classes of RDS, as far as they are known.
// Source: region tables of cfn-lint 1.51.0; other regions are not checked.
import type { Region } from '../../lib/core/model.ts'

/** How a database is built: one instance with or without a standby, three with local disks, or Aurora's. */
export type Topology = 'instance' | 'cluster' | 'aurora'

const everywhere = {
  instance: 'm4 m5 m5d m6g m6gd m6i m7g m7i r4 r5 r5d r6g r6gd r6i r7g r7i r8g t2 t3 t4g',
  cluster: 'm5d m6gd r5d r6gd x2iedn',
  aurora: 'r4 r5 r6g r6i r7g r7i r8g serverless t3 t4g',
}
const large = {
  instance: `${everywhere.instance} m6id m8g m8gd r5b r6id r8gd x2iedn`,
  cluster: `${everywhere.cluster} c6gd m6id m8gd r6id r8gd`,
  aurora: `${everywhere.aurora} r6gd r6id r8gd`,
}

const offered: Record<Region, Record<Topology, string>> = {
  'ca-central-1': { ...everywhere, cluster: `${everywhere.cluster} x2idn`, aurora: `${everywhere.aurora} r6gd` },
  'eu-central-1': { ...large, cluster: `${large.cluster} x2idn` },
  'eu-central-2': {
    instance: 'm5 m6g m6gd m7g r5 r6g r6gd r7g t3 t4g',
    cluster: 'm6gd r6gd',
    aurora: 'r5 r6g r6i r7g serverless t3 t4g',
  },
  'us-east-1': { ...large, cluster: `${large.cluster} m6idn r6idn`, aurora: `${large.aurora} x2g` },
  'us-west-2': { ...large, cluster: `${large.cluster} m6idn r6idn`, aurora: `${large.aurora} x2g` },
}

/** Whether a class (`db.m6gd.large`) can be had in the region; what is not known is taken for offered. */
export function isOffered(region: Region, topology: Topology, instanceClass: string): boolean {
  const [db, family = '', size = ''] = instanceClass.split('.')
  if (db !== 'db' || (size === '' && family !== 'serverless')) return false
  if (topology === 'aurora' && family.startsWith('t') && !/^(medium|large|small)$/.test(size)) return false
  const families = offered[region]?.[topology]
  return families === undefined || families.split(' ').includes(family)
}

/** Belongs to Aurora, which keeps its data in the cluster and not in the instances. */
export const isAurora = (engine: string): boolean => engine.startsWith('aurora')

/** What the major version of an engine is: the part that a parameter group's family names. */
export const majorOf = (engine: string, version: string): string =>
  /^\d+\.\d+\.mysql_aurora/.test(version) || engine.includes('mysql')
    ? version.split('.').slice(0, 2).join('.')
    : (version.split('.')[0] ?? '')

/** The oldest minor version of each major one that RDS for PostgreSQL still makes; AWS tells it in notices. */
const oldest: Record<string, number> = { '14': 20, '15': 15, '16': 11, '17': 7 }

/** A version with which nothing new can be made. Aurora has a calendar of its own, of which nothing is known. */
export function isWithdrawn(engine: string, version: string): boolean {
  const [major = '', minor] = version.split('.')
  return engine === 'postgres' && minor !== undefined && Number(minor) < (oldest[major] ?? 0)
}

/** Minor versions that stand for their major one. */
const defaults: Record<string, Record<string, string>> = {
  postgres: { '17': '17.9' },
  'aurora-postgresql': { '16': '16.11', '17': '17.7' },
}

/** Versions that the lists of offers show, besides what else is taken. */
const listed: Record<string, string[]> = {
  postgres: ['16.13', '17.7', '17.8', '17.9', '17.10'],
  'aurora-postgresql': ['16.11', '17.5', '17.6', '17.7', '17.9'],
  'aurora-mysql': ['8.0.mysql_aurora.3.08.2', '8.0.mysql_aurora.3.10.1', '8.0.mysql_aurora.3.10.4'],
}
export const listedVersions = (engine: string): string[] => listed[engine] ?? []

/** The exact version that RDS runs where a template names only a major one. */
export const exactVersion = (engine: string, version: string): string => defaults[engine]?.[version] ?? version

/** `postgres17`, `aurora-mysql8.0`: what a parameter group must be made for. */
export const familyOf = (engine: string, version: string): string => `${engine}${majorOf(engine, version)}`

/** Negative when the first version is older than the second. */
export const compareVersions = (one: string, other: string): number =>
  one.localeCompare(other, 'en', { numeric: true, sensitivity: 'base' })

/** The port where an engine listens by itself; CloudFormation's handler gives every Aurora cluster 3306. */
export const portOf = (engine: string): number => (engine === 'postgres' ? 5432 : 3306)
