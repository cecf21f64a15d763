// RDS: which instance classes a region offers. Nothing is made or changed here.
import { DescribeOrderableDBInstanceOptionsCommand, type RDSClient } from '@aws-sdk/client-rds'
import { named } from './shape.ts'

export interface ClassQuestion {
  engine: string
  /** Empty for any. */
  version: string
  instanceClass: string
}

/** What a class is good for. */
export interface Offer {
  /** In a Multi-AZ cluster, which is not Aurora's. */
  clusters: boolean
  /** In a cluster of an Aurora global database. */
  globalDatabases: boolean
}

/** The databases of one region. */
export class Databases {
  private readonly client: RDSClient
  constructor(client: RDSClient) {
    this.client = client
  }

  /** Offers of a class; none where the region does not have it. Undefined where whoever asks may not know. */
  async offers({ engine, version, instanceClass }: ClassQuestion): Promise<Offer[] | undefined> {
    try {
      const answer = await this.client.send(
        new DescribeOrderableDBInstanceOptionsCommand({
          Engine: engine,
          DBInstanceClass: instanceClass,
          Vpc: true,
          MaxRecords: 100,
          ...(version ? { EngineVersion: version } : {}),
        }),
      )
      return (answer.OrderableDBInstanceOptions ?? []).map((it) => ({
        clusters: it.SupportsClusters ?? false,
        globalDatabases: it.SupportsGlobalDatabases ?? false,
      }))
    } catch (error) {
      if (named(error, 'AccessDenied')) return undefined
      throw error
    }
  }
}
