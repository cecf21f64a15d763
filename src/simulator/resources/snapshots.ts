// Final snapshots: what stays of a database or cache when its policy, or the default of its type, asks for one.
// They belong to no stack; nothing but a person removes them, and they cost.
import { define } from './define.ts'
import { existing, text } from '../existing.ts'
import { arn, derivedWord, fresh } from '../identifiers.ts'
import { type Around, Failure, type Kind, type Properties } from './kind.ts'

/** Type of what is deleted → type and ARN prefix of its snapshot. CloudFormation has no types for snapshots. */
const snapshotOf: Record<string, [type: string, service: string, what: string]> = {
  'AWS::RDS::DBInstance': ['AWS::RDS::DBSnapshot', 'rds', 'snapshot'],
  'AWS::RDS::DBCluster': ['AWS::RDS::DBClusterSnapshot', 'rds', 'cluster-snapshot'],
  'AWS::ElastiCache::ReplicationGroup': ['AWS::ElastiCache::Snapshot', 'elasticache', 'snapshot'],
}

const isMember = ({ DBClusterIdentifier }: Properties): boolean => text(DBClusterIdentifier) !== ''

/** Whether a deletion under this policy leaves a snapshot: databases do so when the template says nothing. */
export function leavesSnapshot(type: string, policy: string | undefined, properties: Properties): boolean {
  if (type === 'AWS::RDS::DBInstance' && isMember(properties)) return false
  if (snapshotOf[type] === undefined) return false
  return policy === 'Snapshot' || (policy === undefined && type.startsWith('AWS::RDS::'))
}

/** Makes the final snapshot; it carries the tags only where the database copies them. */
export function makeSnapshot(around: Around, type: string, physicalId: string): void {
  const { cloud, region, stack, logicalId } = around
  const [snapshotType, service, what] = snapshotOf[type] ?? []
  const resource = existing(cloud, region, type, physicalId)
  if (snapshotType === undefined || service === undefined || !resource) return
  const id = `${stack.name}-snapshot-${logicalId}-${derivedWord(fresh(cloud), 12)}`.toLowerCase()
  const isCopied = service === 'elasticache' || String(resource.properties.CopyTagsToSnapshot) === 'true'
  const own = Object.entries(resource.tags).filter(([key]) => !key.startsWith('aws:'))
  cloud.resources[`${region}|${snapshotType}|${id}`] = {
    type: snapshotType,
    physicalId: id,
    region,
    properties: { Source: physicalId },
    attributes: { Arn: arn(service, region, `${what}:${id}`) },
    tags: isCopied ? Object.fromEntries(own) : {},
    createdAt: cloud.now,
  }
}

export const snapshots: Kind[] = Object.values(snapshotOf).map(([type, service, what]) =>
  define(type, {
    arn: (id, region) => arn(service, region, `${what}:${id}`),
    requires: () => {
      throw new Failure(`Template format error: Unrecognized resource types: [${type}]`)
    },
  }),
)
