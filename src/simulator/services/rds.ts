// RDS: all its commands; here those about instance classes, from the table that decides whether a database can be made.
import type { DescribeOrderableDBInstanceOptionsCommandInput } from '@aws-sdk/client-rds'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { types } from '../data/databases.ts'
import { all } from '../existing.ts'
import { quotaOf } from '../state.ts'
import { exactVersion, isAurora, isOffered, isWithdrawn, listedVersions } from '../resources/rds-engines.ts'
import { failovers } from './rds-failovers.ts'
import { regions } from './rds-global.ts'
import { restores } from './rds-restores.ts'
import { views } from './rds-views.ts'

/** RDS, by command. */
export const answers: Answers = {
  ...views,
  ...failovers,
  ...regions,
  ...restores,
  DescribeAccountAttributesCommand: (_: unknown, { cloud, region }: Call) => {
    const quota = (AccountQuotaName: string, type: string, usual: number) => ({
      AccountQuotaName,
      Used: all(cloud, type, region).length,
      Max: quotaOf(cloud, region, AccountQuotaName, usual),
    })
    return { AccountQuotas: [quota('DBInstances', types.instance, 40), quota('DBClusters', types.cluster, 40)] }
  },
  DescribeOrderableDBInstanceOptionsCommand: (
    { Engine = '', EngineVersion, DBInstanceClass }: DescribeOrderableDBInstanceOptionsCommandInput,
    { region }: Call,
  ) => {
    if (DBInstanceClass === undefined) {
      throw new Refusal('InvalidParameterValue', 'the simulated RDS lists the offers of one class only')
    }
    if (EngineVersion !== undefined && isWithdrawn(Engine, EngineVersion)) {
      throw new Refusal('InvalidParameterCombination', `Cannot find version ${EngineVersion} for ${Engine}`)
    }
    const aurora = isAurora(Engine)
    const clusters = !aurora && isOffered(region, 'cluster', DBInstanceClass)
    const offered = clusters || isOffered(region, aurora ? 'aurora' : 'instance', DBInstanceClass)
    const versions = EngineVersion === undefined ? listedVersions(Engine) : [EngineVersion]
    const options = versions.map((version) => ({
      Engine,
      EngineVersion: exactVersion(Engine, version),
      DBInstanceClass,
      Vpc: true,
      SupportsClusters: clusters,
      // "Burstable classes are not supported": Aurora User Guide, Limitations of Aurora Global Database.
      SupportsGlobalDatabases: aurora && !DBInstanceClass.startsWith('db.t'),
    }))
    return { OrderableDBInstanceOptions: offered ? options : [] }
  },
}
