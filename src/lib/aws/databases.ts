// RDS: which instance classes a region offers, how databases stand, and their failovers.
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeEventsCommand,
  DescribeGlobalClustersCommand,
  FailoverDBClusterCommand,
  FailoverGlobalClusterCommand,
  RDSClient,
  RebootDBInstanceCommand,
  RemoveFromGlobalClusterCommand,
  SwitchoverGlobalClusterCommand,
  paginateDescribeOrderableDBInstanceOptions,
} from '@aws-sdk/client-rds'
import type { MakeClient } from './connect.ts'
import {
  clusterView,
  eventView,
  globalView,
  instanceView,
  type ClusterView,
  type EventView,
  type GlobalView,
  type InstanceView,
} from './database-views.ts'
import { absent, named } from './shape.ts'

/** What an event is about; those of a global cluster are about its members. */
type EventSource = 'db-instance' | 'db-cluster'

export interface ClassQuestion {
  engine: string
  instanceClass: string
}

/** What a class is good for with a version. */
export interface Offer {
  /** Major and minor: a region that has withdrawn one does not list it. */
  version: string
  /** In a Multi-AZ cluster, which is not Aurora's. */
  clusters: boolean
  /** In a cluster of an Aurora global database. */
  globalDatabases: boolean
}

/** The databases of one region. */
export class Databases {
  private readonly client: RDSClient
  constructor(make: MakeClient) {
    this.client = make(RDSClient)
  }

  /**
   * Offers of a class, version by version; none where the region does not have it. Undefined where whoever asks may not
   * know. Asked without a version, since RDS answers one that is withdrawn with an error, and one call shows the others.
   */
  async offers({ engine, instanceClass }: ClassQuestion): Promise<Offer[] | undefined> {
    const question = { Engine: engine, DBInstanceClass: instanceClass, Vpc: true, MaxRecords: 1000 }
    const offers: Offer[] = []
    try {
      for await (const page of paginateDescribeOrderableDBInstanceOptions({ client: this.client }, question))
        offers.push(
          ...(page.OrderableDBInstanceOptions ?? []).map((it) => ({
            version: it.EngineVersion ?? '',
            clusters: it.SupportsClusters ?? false,
            globalDatabases: it.SupportsGlobalDatabases ?? false,
          })),
        )
      return offers
    } catch (error) {
      if (named(error, 'AccessDenied')) return undefined
      throw error
    }
  }

  /** An instance by name; undefined when there is none. */
  async instance(id: string): Promise<InstanceView | undefined> {
    const answer = this.client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
    const [one] = (await absent(answer, 'DBInstanceNotFound', 'DBInstanceNotFoundFault'))?.DBInstances ?? []
    return one && instanceView(one)
  }

  /** A cluster by name or ARN; undefined when there is none. */
  async cluster(id: string): Promise<ClusterView | undefined> {
    const answer = this.client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: id }))
    const [one] = (await absent(answer, 'DBClusterNotFoundFault'))?.DBClusters ?? []
    return one && clusterView(one)
  }

  /** A global cluster by name, as this region sees it; undefined when there is none. */
  async global(id: string): Promise<GlobalView | undefined> {
    const answer = this.client.send(new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: id }))
    const [one] = (await absent(answer, 'GlobalClusterNotFoundFault'))?.GlobalClusters ?? []
    return one && globalView(one)
  }

  /** What RDS told since a moment (ms since the epoch, at most 14 days back), oldest first. */
  async events(sourceType: EventSource, source: string, since: number): Promise<EventView[]> {
    const input = { SourceType: sourceType, SourceIdentifier: source, StartTime: new Date(since) }
    const answer = await this.client.send(new DescribeEventsCommand(input))
    return (answer.Events ?? []).map(eventView).toSorted((a, b) => a.at - b.at)
  }

  /** Reboots a Multi-AZ instance into its standby. RDS may abandon it and say so in an event only (RDS-EVENT-0034). */
  async failOverInstance(id: string): Promise<void> {
    await this.client.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: id, ForceFailover: true }))
  }

  /** Lets another instance of a cluster write; the one with the best tier where `target` is left out. */
  async failOverCluster(id: string, target?: string): Promise<void> {
    const to = target === undefined ? {} : { TargetDBInstanceIdentifier: target }
    await this.client.send(new FailoverDBClusterCommand({ DBClusterIdentifier: id, ...to }))
  }

  /** Lets another region write without a loss; to be asked of the region that writes now. `target` is a cluster's ARN. */
  async switchOver(globalId: string, target: string): Promise<void> {
    const input = { GlobalClusterIdentifier: globalId, TargetDbClusterIdentifier: target }
    await this.client.send(new SwitchoverGlobalClusterCommand(input))
  }

  /** Takes a follower out of a global cluster, which makes it a cluster of its own; `cluster` is an ARN of this region. */
  async leaveGlobal(globalId: string, cluster: string): Promise<void> {
    const input = { GlobalClusterIdentifier: globalId, DbClusterIdentifier: cluster }
    await this.client.send(new RemoveFromGlobalClusterCommand(input))
  }

  /** Lets this region write at once and loses what it did not have yet; `target` is the ARN of its cluster. */
  async failOverLosingData(globalId: string, target: string): Promise<void> {
    const input = { GlobalClusterIdentifier: globalId, TargetDbClusterIdentifier: target, AllowDataLoss: true }
    await this.client.send(new FailoverGlobalClusterCommand(input))
  }
}
