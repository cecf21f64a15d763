// The probe function of cfn/functions/probes on simulated databases: numbered rows into the instance or cluster whose
// address its environment holds.
import { Until, type Call } from './answer.ts'
import { cutAt, instanceOf, storeOf, takesWrites } from './databases.ts'
import { environmentOf } from './functions.ts'
import { all, text } from './resources/existing.ts'
import { execute } from './sql.ts'
import type { Cloud, Resource } from './state.ts'

/** A function that fails by itself: the invocation succeeds, and its payload tells the error. */
export class FunctionError extends Error {}

interface Window {
  drill: string
  writer: string
  count: number
  interval: number
  timeout?: number
  first?: number
}

const table = `CREATE TABLE IF NOT EXISTS dr_probe.write (drill text, writer text, sequence integer, written_at bigint, PRIMARY KEY (drill, writer, sequence))`

/** Answers a request of cfn/functions/probes/handler.ts. Throws FunctionError where the function itself would throw. */
export function answerProbe(call: Call, one: Resource, request: { action?: string } & Partial<Window>): unknown {
  const { cloud, region, now, since = now } = call
  const host = text(environmentOf(one).DATABASE_HOST)
  const database = databaseAt(cloud, region, host)
  const clocks = { received: since, answered: now }
  const session = <T>(work: (run: (sql: string, at?: number) => ReturnType<typeof execute>) => T): T => {
    if (!database || !takesWrites(cloud, database, now)) throw new FunctionError(`connect ETIMEDOUT ${host}`)
    return work((sql, at = now) =>
      execute(storeOf(cloud, database), sql, { drill: request.drill ?? '', writer: request.writer ?? '' }, at),
    )
  }
  switch (request.action) {
    case 'prepare':
      session((run) => run(table))
      return { prepared: true, ...clocks }
    case 'role': {
      const { zone = null } = database?.type === 'AWS::RDS::DBInstance' ? (database.state ?? {}) : {}
      return session(() => ({ writer: true, address: zone, startedAt: 0, version: '17', now, ...clocks }))
    }
    case 'read': {
      const numbers = session((run) =>
        run('SELECT sequence FROM dr_probe.write WHERE drill = :drill AND writer = :writer ORDER BY sequence'),
      )
      const present = rangesOf(numbers.records.map(([sequence]) => Number(sequence)))
      const highest = present.at(-1)?.[1] ?? null
      return { count: numbers.records.length, highest, present, missing: [], ...clocks }
    }
    case 'clean': {
      if (database && !storeOf(cloud, database).tables['dr_probe.write']) return { removed: 0, ...clocks }
      const where = request.drill === undefined ? '' : ' WHERE drill = :drill'
      const { updated } = session((run) => run(`DELETE FROM dr_probe.write${where}`))
      if (request.drill === undefined) session((run) => run('DROP SCHEMA dr_probe CASCADE'))
      return { removed: updated, ...clocks }
    }
    case 'write':
      return writeWindow(call, database, request as Window, clocks)
    default:
      throw new FunctionError(`There is no action ${String(request.action)}.`)
  }
}

/** How long an insert takes, and how soon a refused connection is known, ms [?]. */
const took = 12

/** One row per number at its own time; a row that is due while the database is gone gets no answer. */
function writeWindow(call: Call, database: Resource | undefined, window: Window, clocks: object): unknown {
  const { cloud, now, since } = call
  const { drill, writer, count, interval, timeout = 5 * interval, first = 0 } = window
  const start = since ?? now
  const isCut = (at: number): boolean => database !== undefined && cutAt(cloud, database, at) !== undefined
  const isBroken = (at: number): boolean => !database || (!takesWrites(cloud, database, at) && !isCut(at))
  const rows = Array.from({ length: count }, (_, index) => ({ sequence: first + index, sent: index * interval }))
  const ends = rows.map(({ sent }) => sent + (isBroken(start + sent) ? timeout : took))
  if (since === undefined) return new Until(call, start + Math.max(0, ...ends))
  const operations = rows.map(({ sequence, sent }, index) => {
    const ended = ends[index] ?? sent
    // Nothing was asked yet when the connection did not open, so the row is certainly not there.
    if (!database || isBroken(start + sent))
      return { sequence, sent, ended, outcome: 'fail', reason: `no answer in ${timeout} ms` }
    const at = start + sent
    const unknown = { sequence, sent, ended, outcome: 'unknown', reason: 'the connection was closed' }
    if (cutAt(cloud, database, at) === 'lost') return unknown
    try {
      const text =
        'INSERT INTO dr_probe.write (drill, writer, sequence, written_at) VALUES (:drill, :writer, :sequence, :at)'
      execute(storeOf(cloud, database), text, { drill, writer, sequence, at }, at)
      return isCut(at) ? unknown : { sequence, sent, ended, outcome: 'ok', committedAt: at }
    } catch (error) {
      return { sequence, sent, ended, outcome: 'fail', reason: (error as Error).message }
    }
  })
  return { planned: count, operations, startedAt: start, drift: 0, ...clocks }
}

/** The instance or cluster whose writer endpoint that is. */
function databaseAt(cloud: Cloud, region: string, host: string): Resource | undefined {
  const cluster = all(cloud, 'AWS::RDS::DBCluster', region).find((one) => one.attributes['Endpoint.Address'] === host)
  return cluster ?? instanceOf(cloud, region, host.split('.')[0])
}

function rangesOf(numbers: number[]): [number, number][] {
  const ranges: [number, number][] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges
}
