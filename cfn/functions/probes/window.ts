// Writes on a fixed schedule, whatever became of the writes before: a writer that waits for answers falls silent in
// the very outage it is to measure (coordinated omission).

/**
 * `ok`: committed and acknowledged. `fail`: certainly not committed. `unknown`: no answer, so it may be there or not.
 */
export type Outcome = 'ok' | 'fail' | 'unknown'

/** One row. Times are ms since the window began, by a clock that never goes backwards. */
export interface Operation {
  sequence: number
  sent: number
  ended: number
  outcome: Outcome
  /** When the server wrote the row, by the server's clock, ms since 1970. */
  committedAt?: number
  /** Why not. */
  reason?: string
}

export interface Row {
  drill: string
  writer: string
  sequence: number
  /** ms since 1970. */
  plannedAt: number
}

export interface Connection {
  /** Whether its session goes on, as far as this side has heard; absent where it is not to be used again. */
  readonly isOpen?: boolean
  /** Writes and commits; answers the server's time where it tells it. Rejects with what `isCertain` understands. */
  insert(row: Row): Promise<number | undefined>
  /** Cuts the connection, so that nothing more can be sent and nothing waits. */
  destroy(): void
}

export interface Pool {
  /** Cut short when the signal comes. */
  take(signal: AbortSignal, row: Row): Promise<Connection>
  give(connection: Connection): void
  /** Whether the server refused the row, so that it is certainly not there. */
  isCertain(error: unknown): boolean
  /** Cuts what nobody uses now. */
  end(): void
}

export interface Timer {
  /** ms that never go backwards. */
  steady(): number
  /** ms since 1970. */
  wall(): number
  /** Ends at once when the signal comes. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

export interface Window {
  drill: string
  writer: string
  /** Number of the first row. */
  first?: number
  count: number
  interval: number
  timeout: number
}

/**
 * Writes `count` rows and waits for the last answer or timeout. Rows that were due while the process itself
 * hung are left out, so that they show as not sent.
 * `drift` tells by how many ms the wall clock moved against the steady one meanwhile.
 */
export async function writeWindow(
  { drill, writer, first = 0, count, interval, timeout }: Window,
  pool: Pool,
  timer: Timer,
): Promise<{ planned: number; operations: Operation[]; startedAt: number; drift: number }> {
  const start = timer.steady()
  const startedAt = timer.wall()
  const since = (): number => timer.steady() - start
  const running: Promise<Operation>[] = []
  for (let sequence = 0; sequence < count;) {
    const row = { drill, writer, sequence: first + sequence, plannedAt: startedAt + sequence * interval }
    running.push(operation(row, pool, timer, since, timeout))
    sequence = Math.max(sequence + 1, Math.floor(since() / interval) + 1)
    if (sequence < count) await timer.sleep(Math.max(0, sequence * interval - since()))
  }
  const operations = await Promise.all(running)
  return { planned: count, operations, startedAt, drift: timer.wall() - startedAt - since() }
}

async function operation(row: Row, pool: Pool, timer: Timer, since: () => number, timeout: number): Promise<Operation> {
  const [late, done] = [new AbortController(), new AbortController()]
  const sent = since()
  const state = { asked: false }
  const answered = attempt(row, pool, late.signal, state)
  const silent = timer.sleep(timeout, done.signal).then(
    (): Attempt => ({ outcome: state.asked ? 'unknown' : 'fail', reason: `no answer in ${timeout} ms` }),
    (): Promise<Attempt> => answered,
  )
  const result = await Promise.race([answered, silent])
  const ended = since()
  late.abort()
  done.abort()
  return { sequence: row.sequence, sent, ended, ...result }
}

type Attempt = Pick<Operation, 'outcome' | 'committedAt' | 'reason'>

/** Never throws. After the signal nothing is sent any more. */
async function attempt(row: Row, pool: Pool, signal: AbortSignal, state: { asked: boolean }): Promise<Attempt> {
  let connection: Connection | undefined
  try {
    connection = await pool.take(signal, row)
    signal.throwIfAborted()
    const cut = connection.destroy.bind(connection)
    signal.addEventListener('abort', cut)
    state.asked = true
    const committedAt = await connection.insert(row)
    signal.removeEventListener('abort', cut)
    pool.give(connection)
    return { outcome: 'ok', ...(committedAt !== undefined && { committedAt }) }
  } catch (error) {
    connection?.destroy()
    const certain = !state.asked || pool.isCertain(error)
    return { outcome: certain ? 'fail' : 'unknown', reason: error instanceof Error ? error.message : String(error) }
  }
}
