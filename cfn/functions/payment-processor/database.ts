// The database of this region, through the RDS Data API: no driver, no network. The API refuses every call to a cluster
// that follows another region, which is how a region knows that it is not the writer (Aurora user guide, limitations).
import { ExecuteStatementCommand, type RDSDataClient, type SqlParameter } from '@aws-sdk/client-rds-data'
import type { Ports } from './handler.ts'

/** Where the statements go. */
export interface Place {
  resourceArn: string
  secretArn: string
  database: string
}

const schema = [
  `CREATE TABLE IF NOT EXISTS payments (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    digest CHAR(64) CHARACTER SET ascii NOT NULL,
    amount BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    accepted_at VARCHAR(24) NOT NULL,
    accepted_in VARCHAR(32) NOT NULL)`,
  'CREATE TABLE IF NOT EXISTS heartbeats (region VARCHAR(32) PRIMARY KEY, beaten_at VARCHAR(24) NOT NULL)',
]

/** Route 53 gives a health check two seconds for its answer, so a database that hangs must fail before. */
const patience = 1700

/** Makes the two ports that commit. The schema is made once per process, by the first call that succeeds. */
export function makeDatabase(
  client: Pick<RDSDataClient, 'send'>,
  region: string,
  find: () => Promise<Place>,
): Pick<Ports, 'commit' | 'beat'> {
  let prepared: Place | undefined
  const prepare = async (abortSignal?: AbortSignal): Promise<Place> => {
    if (prepared) return prepared
    const place = await find()
    for (const sql of schema) await client.send(new ExecuteStatementCommand({ ...place, sql }), { abortSignal })
    return (prepared = place)
  }
  const run = async (sql: string, values: Record<string, string | number>, abortSignal?: AbortSignal) => {
    const parameters = Object.entries(values).map(([name, value]): SqlParameter => ({
      name,
      value: typeof value === 'number' ? { longValue: value } : { stringValue: value },
    }))
    return client.send(new ExecuteStatementCommand({ ...(await prepare(abortSignal)), sql, parameters }), {
      abortSignal,
    })
  }
  return {
    // Without a transaction each call is committed by itself.
    commit: async ({ id, digest, amount, currency, acceptedAt, acceptedIn }) => {
      const { numberOfRecordsUpdated } = await run(
        `INSERT IGNORE INTO payments (id, digest, amount, currency, accepted_at, accepted_in)
         VALUES (:id, :digest, :amount, :currency, :acceptedAt, :acceptedIn)`,
        { id, digest, amount, currency, acceptedAt, acceptedIn },
      )
      if (numberOfRecordsUpdated === 1) return undefined
      const { records } = await run('SELECT digest FROM payments WHERE id = :id', { id })
      const held = records?.[0]?.[0]?.stringValue
      if (held === undefined) throw new Error('the payment was neither inserted nor found')
      return held
    },
    beat: async (at) => {
      await run(
        'INSERT INTO heartbeats (region, beaten_at) VALUES (:region, :at) ON DUPLICATE KEY UPDATE beaten_at = :at',
        { region, at },
        AbortSignal.timeout(patience),
      )
    },
  }
}
