// RDS: what it tells of instances, clusters, global clusters and their events.
import type {
  DescribeDBClustersCommandInput,
  DescribeDBInstancesCommandInput,
  DescribeEventsCommandInput,
  DescribeGlobalClustersCommandInput,
} from '@aws-sdk/client-rds'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { arnOf, clusterOf, globalBy, instanceOf, isFollower, membersIn, types } from '../data/databases.ts'
import { all, record, text, texts } from '../existing.ts'
import { exactVersion, isAurora } from '../resources/rds-engines.ts'
import { clusterBy, globalOf, membersOf } from '../resources/rds-global.ts'
import type { Cloud, Resource } from '../state.ts'
import { date } from './shape.ts'

const statusOf = ({ state }: Resource): string => text(state?.status) || 'available'

/** A property that the cluster decides for its members. */
const shared = (cloud: Cloud, one: Resource, name: string): string =>
  text(one.properties[name]) ||
  text(clusterOf(cloud, one.region, text(one.properties.DBClusterIdentifier))?.properties[name])

export const instanceView = (cloud: Cloud, one: Resource): object => ({
  DBInstanceIdentifier: one.physicalId,
  DBInstanceArn: text(one.attributes.DBInstanceArn),
  DbiResourceId: text(one.attributes.DbiResourceId),
  DBInstanceClass: text(one.properties.DBInstanceClass),
  DBInstanceStatus: statusOf(one),
  Engine: shared(cloud, one, 'Engine'),
  EngineVersion: exactVersion(shared(cloud, one, 'Engine'), shared(cloud, one, 'EngineVersion')),
  AvailabilityZone: text(one.state?.zone),
  MultiAZ: String(one.properties.MultiAZ) === 'true',
  ...(one.state?.standby !== undefined && { SecondaryAvailabilityZone: text(one.state.standby) }),
  ...(text(one.properties.DBClusterIdentifier) !== '' && {
    DBClusterIdentifier: text(one.properties.DBClusterIdentifier).toLowerCase(),
    PromotionTier: Number(one.properties.PromotionTier ?? 1),
  }),
  Endpoint: { Address: text(one.attributes['Endpoint.Address']), Port: Number(one.attributes['Endpoint.Port']) },
  BackupRetentionPeriod: Number(shared(cloud, one, 'BackupRetentionPeriod') || 0),
  StorageEncrypted: shared(cloud, one, 'StorageEncrypted') === 'true',
  DeletionProtection: String(one.properties.DeletionProtection) === 'true',
  InstanceCreateTime: date(one.createdAt),
  // Logs are uploaded every five minutes.
  LatestRestorableTime: date(cloud.now - (cloud.now % 300_000)),
})

const clusterView = (cloud: Cloud, one: Resource): object => {
  const follows = isFollower(cloud, one)
  return {
    DBClusterIdentifier: one.physicalId,
    DBClusterArn: arnOf(one),
    DbClusterResourceId: text(one.attributes.DBClusterResourceId),
    Status: statusOf(one),
    Engine: text(one.properties.Engine),
    EngineVersion: exactVersion(text(one.properties.Engine), text(one.properties.EngineVersion)),
    MultiAZ: !isAurora(text(one.properties.Engine)) || membersIn(cloud, one).length > 1,
    HttpEndpointEnabled: String(one.properties.EnableHttpEndpoint) === 'true',
    Endpoint: text(one.attributes['Endpoint.Address']),
    ReaderEndpoint: text(one.attributes['ReadEndpoint.Address']),
    Port: Number(one.attributes['Endpoint.Port']),
    DBSubnetGroup: text(one.properties.DBSubnetGroupName),
    DBClusterParameterGroup: text(one.properties.DBClusterParameterGroupName),
    VpcSecurityGroups: texts(one.properties.VpcSecurityGroupIds).map((id) => ({
      VpcSecurityGroupId: id,
      Status: 'active',
    })),
    BackupRetentionPeriod: Number(one.properties.BackupRetentionPeriod ?? 1),
    StorageEncrypted: String(one.properties.StorageEncrypted) === 'true',
    ClusterCreateTime: date(one.createdAt),
    LatestRestorableTime: date(cloud.now),
    DBClusterMembers: membersIn(cloud, one).map((member) => ({
      DBInstanceIdentifier: member.physicalId,
      // A follower has no writer of its own [?].
      IsClusterWriter: !follows && one.state?.writer === member.physicalId,
      PromotionTier: Number(member.properties.PromotionTier ?? 1),
      DBClusterParameterGroupStatus: 'in-sync',
    })),
    ...(globalOf(cloud, arnOf(one)) && { GlobalClusterIdentifier: globalOf(cloud, arnOf(one))?.physicalId }),
  }
}

const globalView = (cloud: Cloud, one: Resource): object => {
  const { writer, readers } = membersOf(one)
  const failover = record(one.state?.failover)
  const resyncing = texts(one.state?.resyncing)
  const source = clusterBy(cloud, writer)
  const members = [writer, ...readers].filter((arn) => arn !== '')
  return {
    GlobalClusterIdentifier: one.physicalId,
    GlobalClusterArn: arnOf(one),
    Status: failover.status === undefined ? statusOf(one) : text(failover.status),
    Engine: text(source?.properties.Engine),
    EngineVersion: exactVersion(text(source?.properties.Engine), text(source?.properties.EngineVersion)),
    Endpoint: text(one.attributes['GlobalEndpoint.Address']),
    GlobalClusterMembers: members.map((arn) => ({
      DBClusterArn: arn,
      IsWriter: arn === writer,
      Readers: arn === writer ? readers : [],
      SynchronizationStatus: resyncing.includes(arn) ? 'pending-resync' : 'connected',
    })),
    ...(failover.status !== undefined && {
      FailoverState: {
        Status: failover.status,
        FromDbClusterArn: failover.from,
        ToDbClusterArn: failover.to,
        IsDataLossAllowed: failover.lossy === true,
      },
    }),
  }
}

const found = <T>(one: T | undefined, name: string, message: string): T => {
  if (one === undefined) throw new Refusal(name, message, 404)
  return one
}

/** What RDS tells, by command. */
export const views: Answers = {
  DescribeDBInstancesCommand: ({ DBInstanceIdentifier: id }: DescribeDBInstancesCommandInput, call: Call) => {
    const { cloud, region } = call
    const one = () => found(instanceOf(cloud, region, id), 'DBInstanceNotFoundFault', `DBInstance ${id} not found.`)
    const wanted = id === undefined ? all(cloud, types.instance, region) : [one()]
    return { DBInstances: wanted.map((instance) => instanceView(cloud, instance)) }
  },
  DescribeDBClustersCommand: ({ DBClusterIdentifier: id }: DescribeDBClustersCommandInput, call: Call) => {
    const { cloud, region } = call
    const one = () => found(clusterOf(cloud, region, id), 'DBClusterNotFoundFault', `DBCluster ${id} not found.`)
    const wanted = id === undefined ? all(cloud, types.cluster, region) : [one()]
    return { DBClusters: wanted.map((cluster) => clusterView(cloud, cluster)) }
  },
  DescribeGlobalClustersCommand: ({ GlobalClusterIdentifier: id }: DescribeGlobalClustersCommandInput, call: Call) => {
    const { cloud, region } = call
    const isIn = (one: Resource): boolean => {
      const { writer, readers } = membersOf(one)
      return [writer, ...readers].some((arn) => arn.split(':')[3] === region)
    }
    const one = () => found(globalBy(cloud, id), 'GlobalClusterNotFoundFault', `Global cluster ${id} not found.`)
    const wanted = id === undefined ? all(cloud, types.global).filter(isIn) : [one()]
    return { GlobalClusters: wanted.map((global) => globalView(cloud, global)) }
  },
  // CloudFormation has a command of the same name.
  'RDSClient DescribeEventsCommand': (input: DescribeEventsCommandInput, { cloud, region, now }: Call) => {
    const { SourceIdentifier, SourceType, StartTime, EndTime, Duration = 60 } = input
    const from = StartTime?.getTime() ?? now - Duration * 60_000
    const fortnight = now - 14 * 86_400_000
    return {
      Events: (cloud.databases?.events ?? [])
        .filter((event) => event.region === region && event.at >= Math.max(from, fortnight))
        .filter(({ at }) => at <= (EndTime?.getTime() ?? now))
        .filter(({ source }) => SourceIdentifier === undefined || source === SourceIdentifier.toLowerCase())
        .filter(({ sourceType }) => SourceType === undefined || sourceType === SourceType)
        .map(({ at, source, sourceType, sourceArn, message, categories }) => ({
          SourceIdentifier: source,
          SourceType: sourceType,
          SourceArn: sourceArn,
          Message: message,
          EventCategories: categories,
          Date: date(at),
        })),
    }
  },
}
