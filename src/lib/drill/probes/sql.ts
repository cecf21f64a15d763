// Numbered rows through the RDS Data API. A global database is written where it takes writes, like its clients do, so
// that a change of the writing region shows as an interruption and not as an end.
import { named } from '../../aws/shape.ts'
import type { Sql, SqlPlace, SqlValue } from '../../aws/sql.ts'
import type { Region } from '../../core/model.ts'
import type { Ground, Probe, ProbeKind, ProbePlan } from '../drill.ts'
import type { Outcome } from '../measure/history.ts'

// The same for MySQL and PostgreSQL; a table of its own, so that no customer row is touched.
const table = `CREATE TABLE IF NOT EXISTS dr_probe (
  drill VARCHAR(64) NOT NULL, writer VARCHAR(64) NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (drill, writer, n))`
const insert = 'INSERT INTO dr_probe (drill, writer, n) VALUES (:drill, :writer, :n)'
const select = 'SELECT n FROM dr_probe WHERE drill = :drill AND writer = :writer ORDER BY n'
const remove = 'DELETE FROM dr_probe WHERE drill = :drill AND writer = :writer'

/** The API's word that the statement was not carried out. */
const refusals = [
  'AccessDenied',
  'BadRequest',
  'DatabaseNotFound',
  'DatabaseResuming',
  'DatabaseUnavailable',
  'Forbidden',
  'HttpEndpointNotEnabled',
  'InvalidResourceState',
  'InvalidSecret',
  'NotFound',
  'SecretsError',
  'Throttling',
]
/** The database was asked and then gone: the row may be there. */
const broken = /link|connect|terminat|lost|closed|timeout|timed out|crash|shut ?down/i
/** Only this drill writes these numbers: a row that is there already was put by a call whose answer was lost. */
const there = /duplicate/i

/** What an error of a writing statement proves. */
export function outcomeOf(error: unknown): Outcome {
  if (named(error, 'DatabaseError') && error instanceof Error) {
    if (there.test(error.message)) return 'ok'
    return broken.test(error.message) ? 'unknown' : 'fail'
  }
  return named(error, ...refusals) ? 'fail' : 'unknown'
}

interface Side {
  region: Region
  place: SqlPlace
}

class SqlProbe implements Probe {
  private readonly ground: Ground
  private readonly name: string
  /** Where it writes; the one that took the last write is first. */
  private sides: Side[]
  private readonly from: Side
  /** Where writes must survive. Another side would hide a loss. */
  private readonly to: Side

  constructor({ name, from, to, target }: ProbePlan, ground: Ground) {
    const { cluster = '', survivor = cluster, secret = '', database = '' } = target
    const side = (region: Region, arn: string): Side => ({
      region,
      place: { cluster: arn, secret: secretIn(arn, secret), database },
    })
    this.ground = ground
    this.name = name
    this.from = side(from, cluster)
    this.to = survivor === cluster ? this.from : side(to, survivor)
    this.sides = [...new Set([this.from, this.to])]
  }

  async prepare(): Promise<void> {
    await this.anywhere(this.sides, table)
  }

  async attempt(sequence: number, signal: AbortSignal): Promise<Outcome> {
    let outcome: Outcome = 'unknown'
    for (const side of this.sides) {
      outcome = await this.run(side, insert, { n: sequence }, signal).then(
        (): Outcome => 'ok',
        (error: unknown) => outcomeOf(error),
      )
      // What took a row is asked first, what did not answer last: else a silent region would hide the other for ever.
      const others = this.sides.filter((other) => other !== side)
      if (outcome === 'ok') this.sides = [side, ...others]
      if (outcome === 'unknown') this.sides = [...others, side]
      // Nobody knows whether it is there: it must not be written a second time.
      if (outcome !== 'fail') return outcome
    }
    return outcome
  }

  async find(side: 'from' | 'to' = 'to'): Promise<ReadonlySet<number> | undefined> {
    try {
      return new Set((await this.run(this[side], select, {})).map(([n]) => Number(n)))
    } catch {
      return undefined
    }
  }

  async remove(): Promise<void> {
    await this.anywhere(this.sides, remove)
  }

  private async run(
    { region, place }: Side,
    sql: string,
    values: Record<string, SqlValue>,
    signal?: AbortSignal,
  ): Promise<SqlValue[][]> {
    const api: Sql = await this.ground.aws.sql(region)
    const known = sql === table ? {} : { drill: this.ground.drill, writer: this.name, ...values }
    return (await api.run(place, sql, known, signal)).rows
  }

  /** On the first side that answers. Throws what the last one says. */
  private async anywhere(sides: readonly Side[], sql: string): Promise<SqlValue[][]> {
    let last: unknown
    for (const side of sides) {
      try {
        return await this.run(side, sql, {})
      } catch (error) {
        last = error
      }
    }
    throw last
  }
}

/** A secret lies under one name in every region: its ARN there, without the six characters that only AWS knows. */
function secretIn(cluster: string, name: string): string {
  const [, partition, , region, account] = cluster.split(':')
  return name.startsWith('arn:') ? name : `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}`
}

/**
 * `target`: `cluster` and, in a global database, `survivor`, ARNs of the clusters in `from` and `to`; `secret`, the name
 * of the secret with the credentials; `database`.
 */
export const sql: ProbeKind = {
  name: 'sql',
  timeout: 5_000,
  start: (plan, ground) => new SqlProbe(plan, ground),
}
