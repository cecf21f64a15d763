// RDS Data API: SQL on Aurora clusters. Only the cluster that writes answers; a follower does once it is promoted.
import type { ExecuteStatementCommandInput, Field } from '@aws-sdk/client-rds-data'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { type SqlValue } from '../data/sql.ts'
import { secretValue } from '../secrets.ts'
import { runStatement } from '../data/statements.ts'

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
