// RDS Data API: SQL on Aurora clusters. Only the cluster that writes answers; a follower does once it is promoted.
import type { ExecuteStatementCommandInput, Field } from '@aws-sdk/client-rds-data'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { clusterOf, cutAt, isFollower, storeOf, takesWrites } from '../databases.ts'
import { execute, type Result, SqlError, type SqlValue } from '../sql.ts'
import { secretValue } from './secretsmanager.ts'

const valueOf = (field: Field | undefined): SqlValue =>
  field?.stringValue ?? field?.longValue ?? field?.doubleValue ?? field?.booleanValue ?? null

function fieldOf(value: SqlValue): object {
  if (value === null) return { isNull: true }
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { booleanValue: value }
  return Number.isInteger(value) ? { longValue: value } : { doubleValue: value }
}

/** A secret by its ARN, which may lack the six characters at the end. */
const canRead = ({ cloud, region }: Call, arn: string): boolean => {
  const name = arn.split(':').slice(6).join(':')
  const value = secretValue(cloud, region, arn) ?? secretValue(cloud, region, name)
  return value !== undefined
}

/** One statement on a cluster, as the Data API does it. Throws what the API says. */
export function runStatement(
  call: Call,
  clusterArn: string,
  sql: string,
  parameters: Record<string, SqlValue>,
): Result {
  const { cloud, region, now } = call
  const cluster = clusterArn.split(':')[3] === region ? clusterOf(cloud, region, clusterArn) : undefined
  if (!cluster) throw new Refusal('BadRequestException', `Cluster ${clusterArn} is not found in this Region.`)
  if (String(cluster.properties.EnableHttpEndpoint) !== 'true') {
    throw new Refusal('HttpEndpointNotEnabledException', `HttpEndpoint is not enabled for resource ${clusterArn}`)
  }
  if (isFollower(cloud, cluster)) {
    // Aurora User Guide, limitations of the Data API: no calls to secondary clusters. Its words are not known [?].
    throw new Refusal('BadRequestException', `HttpEndpoint is not available on the secondary cluster ${clusterArn}`)
  }
  const cut = cutAt(cloud, cluster, now)
  if (!cut && !takesWrites(cloud, cluster, now)) {
    throw new Refusal('DatabaseUnavailableException', 'The writer instance in the DB cluster is not available.', 504)
  }
  const broken = (): Refusal =>
    new Refusal('InternalServerErrorException', 'The connection was closed before there was an answer.', 500)
  if (cut === 'lost') throw broken()
  const result = carriedOut(() => execute(storeOf(cloud, cluster), sql, parameters, now))
  if (cut) throw broken()
  return result
}

function carriedOut<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof SqlError) throw new Refusal('DatabaseErrorException', `Database error: ${error.message}`)
    throw error
  }
}

/** RDS Data API, by command. */
export const answers: Answers = {
  ExecuteStatementCommand: (input: ExecuteStatementCommandInput, call: Call) => {
    const { resourceArn = '', secretArn = '', sql = '', parameters = [] } = input
    if (!canRead(call, secretArn)) {
      throw new Refusal('BadRequestException', "Secrets Manager can't find the specified secret.")
    }
    const values = Object.fromEntries(parameters.map(({ name = '', value }) => [name, valueOf(value)]))
    const { records, updated } = runStatement(call, resourceArn, sql, values)
    return { numberOfRecordsUpdated: updated, records: records.map((row) => row.map(fieldOf)) }
  },
}
