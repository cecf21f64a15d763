// RDS: all its commands; here those about instance classes, from the table that decides whether a database can be made.
import type { DescribeOrderableDBInstanceOptionsCommandInput } from '@aws-sdk/client-rds'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { isAurora, isOffered } from '../resources/rds-engines.ts'
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
  DescribeOrderableDBInstanceOptionsCommand: (
    { Engine = '', EngineVersion, DBInstanceClass }: DescribeOrderableDBInstanceOptionsCommandInput,
    { region }: Call,
  ) => {
    if (DBInstanceClass === undefined) {
      throw new Refusal('InvalidParameterValue', 'the simulated RDS lists the offers of one class only')
    }
    const aurora = isAurora(Engine)
    const clusters = !aurora && isOffered(region, 'cluster', DBInstanceClass)
    const offered = clusters || isOffered(region, aurora ? 'aurora' : 'instance', DBInstanceClass)
    const option = {
      Engine,
      EngineVersion,
      DBInstanceClass,
      Vpc: true,
      SupportsClusters: clusters,
      // "Burstable classes are not supported": Aurora User Guide, Limitations of Aurora Global Database.
      SupportsGlobalDatabases: aurora && !DBInstanceClass.startsWith('db.t'),
    }
    return { OrderableDBInstanceOptions: offered ? [option] : [] }
  },
}
