// RDS Data API: SQL on an Aurora cluster over https, without a driver or a way into its network.
import { ExecuteStatementCommand, type Field, RDSDataClient, type SqlParameter } from '@aws-sdk/client-rds-data'
import type { MakeClient } from './connect.ts'

export type SqlValue = string | number | boolean | null

/** Where statements go: ARNs of a cluster and of the secret with its credentials, both of the client's region. */
export interface SqlPlace {
  cluster: string
  secret: string
  database: string
}

/** SQL in one region. Asked once: whoever needs patience repeats by himself. */
export class Sql {
  private readonly client: RDSDataClient
  constructor(make: MakeClient) {
    this.client = make(RDSDataClient, 'once')
  }

  /** Runs one statement, committed by itself. Throws what the API says. */
  async run(
    { cluster, secret, database }: SqlPlace,
    sql: string,
    values: Record<string, SqlValue> = {},
    signal?: AbortSignal,
  ): Promise<{ rows: SqlValue[][]; updated: number }> {
    const input = { resourceArn: cluster, secretArn: secret, database, sql, parameters: parameters(values) }
    const options = signal ? { abortSignal: signal } : {}
    const { records = [], numberOfRecordsUpdated = 0 } = await this.client.send(
      new ExecuteStatementCommand(input),
      options,
    )
    return { rows: records.map((row) => row.map(valueOf)), updated: numberOfRecordsUpdated }
  }
}

const parameters = (values: Record<string, SqlValue>): SqlParameter[] =>
  Object.entries(values).map(([name, value]) => ({ name, value: fieldOf(value) }))

function fieldOf(value: SqlValue): Field {
  if (value === null) return { isNull: true }
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { booleanValue: value }
  return Number.isInteger(value) ? { longValue: value } : { doubleValue: value }
}

const valueOf = (field: Field): SqlValue =>
  field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null
