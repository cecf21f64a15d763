// Connects the remover to RDS.
import { setTimeout as sleep } from 'node:timers/promises'
import { DeleteDBInstanceCommand, paginateDescribeDBInstances, RDSClient } from '@aws-sdk/client-rds'
import { makeResource, ports } from '../answer.ts'
import { makeRemover } from './handler.ts'

const client = new RDSClient({})

export const handler = makeResource(
  ports,
  makeRemover({
    // A filter by a cluster that is gone finds nothing.
    members: async (cluster) => {
      const names: string[] = []
      const Filters = [{ Name: 'db-cluster-id', Values: [cluster] }]
      for await (const page of paginateDescribeDBInstances({ client }, { Filters })) {
        names.push(...(page.DBInstances ?? []).flatMap(({ DBInstanceIdentifier: name }) => name ?? []))
      }
      return names
    },
    remove: async (DBInstanceIdentifier) => {
      await client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }))
    },
    sleep: async (milliseconds) => sleep(milliseconds),
    report: ports.report,
  }),
)
