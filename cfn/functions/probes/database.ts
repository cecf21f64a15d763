// The probe's PostgreSQL sessions: always over TLS with the server's certificate checked.
import { Client, DatabaseError } from 'pg'
import type { Role, Session } from './handler.ts'
import type { Ways } from './pool.ts'
import type { Connection, Row } from './window.ts'

export interface Place {
  host: string
  port: number
  database: string
  /** Authorities beside those that the process knows, PEM. */
  ca?: string
}

export interface Credentials {
  username: string
  password: string
}

export interface Access {
  place: Place
  /** Read again after `forget`, because a rotation changes them. */
  credentials(): Promise<Credentials>
  forget(): void
}

const schema = 'dr_probe'

/** Class 28: the server does not accept these credentials. */
const isUnauthorized = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.code ?? '').startsWith('28')

async function open({ place, credentials, forget }: Access, signal?: AbortSignal): Promise<Client> {
  const { username, password } = await credentials()
  signal?.throwIfAborted()
  const { host, port, database, ca } = place
  const client = new Client({ host, port, database, user: username, password, ssl: { rejectUnauthorized: true, ca } })
  // Told by the pending call as well; unheard, it would end the process.
  client.on('error', () => undefined)
  const cut = (): void => destroy(client)
  signal?.addEventListener('abort', cut)
  try {
    await client.connect()
    return client
  } catch (error) {
    if (isUnauthorized(error)) forget()
    destroy(client)
    throw error
  } finally {
    signal?.removeEventListener('abort', cut)
  }
}

/** A polite end waits for a server that may be gone. */
function destroy(client: Client): void {
  ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
}

/** Runs one piece of work in a session of its own. */
export async function inSession<T>(access: Access, work: (session: Session) => Promise<T>): Promise<T> {
  const client = await open(access)
  try {
    return await work(sessionOf(client))
  } finally {
    destroy(client)
  }
}

const sessionOf = (client: Client): Session => ({
  prepare: async () => {
    // `IF NOT EXISTS` still fails when two sessions do it at the same moment.
    await client.query(`
      BEGIN;
      SELECT pg_advisory_xact_lock(hashtext('${schema}'));
      CREATE SCHEMA IF NOT EXISTS ${schema};
      CREATE TABLE IF NOT EXISTS ${schema}.write (
        drill text NOT NULL,
        writer text NOT NULL,
        sequence integer NOT NULL,
        planned_at timestamptz NOT NULL,
        written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        server inet DEFAULT inet_server_addr(),
        PRIMARY KEY (drill, writer, sequence)
      );
      COMMIT`)
  },
  role: async () => {
    const { rows } = await client.query<Role>(`
      SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS writer,
             host(inet_server_addr()) AS address,
             extract(epoch FROM pg_postmaster_start_time())::float8 * 1000 AS "startedAt",
             current_setting('server_version') AS version,
             extract(epoch FROM clock_timestamp())::float8 * 1000 AS now`)
    return rows[0] as Role
  },
  read: async (drill, writer) => {
    const text = `SELECT sequence FROM ${schema}.write WHERE drill = $1 AND writer = $2 ORDER BY sequence`
    const { rows } = await client.query<{ sequence: number }>(text, [drill, writer])
    return rows.map(({ sequence }) => sequence)
  },
  clean: async (drill) => {
    const { rows } = await client.query<{ there: boolean }>(
      `SELECT to_regclass('${schema}.write') IS NOT NULL AS there`,
    )
    if (!rows[0]?.there) return 0
    const where = drill === undefined ? '' : 'WHERE drill = $1'
    const { rowCount } = await client.query(`DELETE FROM ${schema}.write ${where}`, drill === undefined ? [] : [drill])
    if (drill === undefined) await client.query(`DROP SCHEMA ${schema} CASCADE`)
    return rowCount ?? 0
  },
})

/** The ways of a pool of connections for writing. */
export const sqlWays = (access: Access): Ways => ({
  open: async (signal) => new SqlConnection(await open(access, signal)),
  isCertain,
})

class SqlConnection implements Connection {
  readonly #client: Client
  isOpen = true

  constructor(client: Client) {
    this.#client = client
    client.once('end', () => {
      this.isOpen = false
    })
  }

  async insert({ drill, writer, sequence, plannedAt }: Row): Promise<number> {
    const text = `INSERT INTO ${schema}.write (drill, writer, sequence, planned_at) VALUES ($1, $2, $3, $4)
      RETURNING extract(epoch FROM written_at)::float8 * 1000 AS at`
    const { rows } = await this.#client.query<{ at: number }>(text, [drill, writer, sequence, new Date(plannedAt)])
    return rows[0]?.at ?? 0
  }

  destroy(): void {
    destroy(this.#client)
  }
}

/**
 * An error of the severity ERROR rolls its statement back. One that ends the session (FATAL, PANIC) may come after the
 * commit, as may the loss of the connection; and 40003 says itself that it does not know.
 * Source: PostgreSQL manual, "Reporting Errors and Messages" and appendix A.
 */
function isCertain(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === 'ERROR' && error.code !== '40003'
}
