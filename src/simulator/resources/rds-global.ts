// Aurora global databases: one cluster writes, clusters in other regions follow it.
import { account, type Cloud, type Resource } from '../state.ts'
import { define, refused } from './define.ts'
import { all, existing, isOwn, text, texts } from '../existing.ts'
import { arn, derived, parseArn } from '../identifiers.ts'
import type { Around, Kind } from './kind.ts'
import { invalid, missing, requireIdentifier } from './rds-checks.ts'
import { isAurora } from './rds-engines.ts'

export const globalType = 'AWS::RDS::GlobalCluster'
const clusterType = 'AWS::RDS::DBCluster'

/** The ARN of a cluster, by which its global cluster knows it. */
export const clusterArn = (id: string, region: string): string => arn('rds', region, `cluster:${id}`)

const globalArn = (id: string): string => `arn:aws:rds::${account}:global-cluster:${id}`

/** Who writes and who follows: ARNs of clusters. */
export const membersOf = (global: Resource | undefined): { writer: string; readers: string[] } => ({
  writer: text(global?.state?.writer),
  readers: texts(global?.state?.readers),
})

/** The global cluster that a cluster belongs to, whatever the templates say. */
export const globalOf = (cloud: Cloud, member: string): Resource | undefined =>
  all(cloud, globalType, 'global').find((one) => {
    const { writer, readers } = membersOf(one)
    return writer === member || readers.includes(member)
  })

/** A cluster by its ARN, in its region. */
export function clusterBy(cloud: Cloud, member: string): Resource | undefined {
  const { region = '', resource = '' } = parseArn(member) ?? {}
  return existing(cloud, region, clusterType, resource.replace('cluster:', ''))
}

/** Adds a cluster: the first one writes. Being there already is fine. */
export function join(global: Resource, member: string): void {
  const { writer, readers } = membersOf(global)
  if (writer === member || readers.includes(member)) return
  global.state = writer === '' ? { writer: member, readers } : { writer, readers: [...readers, member] }
}

/** Takes a cluster out of the global cluster it is in, if any; it becomes one of its own. */
export function leave(cloud: Cloud, member: string): void {
  const global = globalOf(cloud, member)
  if (!global) return
  const { writer, readers } = membersOf(global)
  global.state = {
    ...(writer !== '' && writer !== member ? { writer } : {}),
    readers: readers.filter((one) => one !== member),
  }
}

/** Rewinding cannot be had together with followers in other regions. */
export function requireNoBacktrack(around: Around, window: unknown): void {
  if (Number(window ?? 0) === 0) return
  throw invalid(around, 'Backtrack is not supported for clusters that are part of a global database.')
}

const sourceArn = (source: string, { region }: Around): string =>
  source.startsWith('arn:') ? source : clusterArn(source.toLowerCase(), region)

function requireSource(around: Around, source: string): void {
  const cluster = clusterBy(around.cloud, sourceArn(source, around))
  if (!cluster) throw missing(around, `DBCluster ${source} not found.`)
  if (!isAurora(text(cluster.properties.Engine))) {
    throw invalid(around, `The engine ${text(cluster.properties.Engine)} does not support global clusters.`)
  }
  requireNoBacktrack(around, cluster.properties.BacktrackWindow)
  const other = globalOf(around.cloud, sourceArn(source, around))
  if (other && !isOwn(other, around)) {
    throw invalid(around, `The DB cluster ${source} is already a member of the global cluster ${other.physicalId}.`)
  }
}

const inherited: Record<string, string> = {
  Engine: 'engineName',
  EngineVersion: 'engineVersion',
  StorageEncrypted: 'storageEncrypted',
}

export const rdsGlobal: Kind[] = [
  define(globalType, {
    scope: 'global',
    name: 'GlobalClusterIdentifier',
    limit: 63,
    id: (name) => name.toLowerCase(),
    createOnly: ['SourceDBClusterIdentifier', 'StorageEncrypted', 'Engine'],
    arn: globalArn,
    taken: (id) => `Global cluster with identifier ${id} already exists`,
    attributes: (_, id) => ({
      'GlobalEndpoint.Address': `${id}.global-${derived('global endpoint', 12)}.global.rds.amazonaws.com`,
    }),
    requires: (properties, around) => {
      requireIdentifier(around, 'GlobalClusterIdentifier', properties.GlobalClusterIdentifier)
      const source = text(properties.SourceDBClusterIdentifier)
      if (source === '') {
        if (isAurora(text(properties.Engine))) return
        throw invalid(around, 'The parameter Engine must be provided and must not be blank.')
      }
      for (const [property, word] of Object.entries(inherited)) {
        if (properties[property] === undefined) continue
        throw invalid(
          around,
          `When creating global cluster from existing db cluster, value for ${word} should not be specified ` +
            'since it will be inherited from source cluster',
        )
      }
      requireSource(around, source)
    },
    made: ({ SourceDBClusterIdentifier }, id, around) => {
      const global = existing(around.cloud, 'global', globalType, id)
      if (!global) return
      global.state ??= { readers: [] }
      const source = text(SourceDBClusterIdentifier)
      const isNew = membersOf(global).writer === '' && membersOf(global).readers.length === 0
      if (source !== '' && isNew) join(global, sourceArn(source, around))
    },
    removable: (id, around) => {
      const global = existing(around.cloud, 'global', globalType, id)
      if (String(global?.properties.DeletionProtection) === 'true') {
        const message = 'Cannot delete protected Global Cluster, please disable deletion protection and try again.'
        throw refused(around, message, 'InvalidRequest')
      }
      // The handler takes out a sole member by itself.
      const { writer, readers } = membersOf(global)
      if ([writer, ...readers].filter(Boolean).length > 1) {
        throw refused(around, `Global Cluster ${globalArn(id)} is not empty`, 'InvalidRequest')
      }
    },
  }),
]
