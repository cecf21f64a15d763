// What a drill may ask of the probe. Everything lies in places of its own (the schema dr_probe, keys and a folder called
// dr-probe); nothing of a customer is touched.
import { missing, ranges, type Range } from './sequence.ts'
import { writeWindow, type Operation, type Pool, type Timer } from './window.ts'

/** Where numbers go. */
export type StoreName = 'database' | 'cache' | 'files'

/** About the database where no store is named. */
export type Request = { store?: StoreName } & (
  | /** Makes schema and table, or what else they go to, where it is missing. */
    { action: 'prepare'; drill?: string }
  /** One row per sequence number, on a fixed schedule. */
  | WriteRequest
  /** What is there now of one writer. */
  | { action: 'read'; drill: string; writer: string; expected?: number }
  /** Which server answers, and whether it takes writes; of a database alone. */
  | { action: 'role' }
  /** Removes the rows of one drill, or without a drill the schema. */
  | { action: 'clean'; drill?: string }
)

export interface WriteRequest {
  action: 'write'
  drill: string
  /** Unique per window: windows overlap, because a function ends after 15 minutes. */
  writer: string
  /** Number of the first row; 0 when left out. Who writes row by row tells each its number, to read them all at once. */
  first?: number
  /** Rows to write. */
  count: number
  /** Milliseconds between them. */
  interval: number
  /** Milliseconds to wait for an answer; 5 intervals when left out. */
  timeout?: number
  /**
   * `fresh` opens a connection per row; `pooled` keeps it for the next, also from one request to the next within a minute,
   * as long as Lambda keeps the process: the gap between both is the client's own.
   */
  connection?: 'fresh' | 'pooled'
}

export interface Role {
  /** Not a standby, and not set to read only. */
  writer: boolean
  /** Address of the server, by which a zone is known. */
  address: string | null
  /** When it began to serve, ms since 1970. */
  startedAt: number
  version: string
  /** The server's own clock, ms since 1970. */
  now: number
}

/** One session; every call of it rejects when the server refuses or is gone. */
export interface Session {
  prepare(drill: string | undefined): Promise<void>
  role?(): Promise<Role>
  /** Sequence numbers in ascending order. */
  read(drill: string, writer: string): Promise<number[]>
  /** Rows removed. */
  clean(drill: string | undefined): Promise<number>
}

export interface Store {
  /** Runs one piece of work in a session of its own, which it ends whatever happens. */
  inSession<T>(work: (session: Session) => Promise<T>): Promise<T>
  fresh: Pool
  /** Outlives the request, until somebody cleans up. */
  pooled: Pool
}

export interface Ports {
  /** What this probe was given. */
  stores: Partial<Record<StoreName, Store>>
  timer: Timer
  /** Milliseconds that the function may still run. */
  remaining(): number
  report(what: Record<string, unknown>): void
}

/** What every answer tells of the function's clocks, so that the caller can bound the difference to its own. */
interface Clocks {
  /** ms since 1970 when the request came and when the answer left. */
  received: number
  answered: number
}

export type Answer = Clocks &
  (
    | { prepared: true }
    | { planned: number; operations: Operation[]; startedAt: number; drift: number }
    | { count: number; highest: number | null; present: Range[]; missing: Range[] }
    | Role
    | { removed: number }
  )

const namePattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/
const reserve = 15_000

/** Makes the handler. It throws with the reason when a request is malformed or the database refuses it. */
export function makeHandler(ports: Ports): (request: Request) => Promise<Answer> {
  return async (request) => {
    const received = ports.timer.wall()
    const result = await answer(ports, request)
    return { ...result, received, answered: ports.timer.wall() } as Answer
  }
}

function answer(ports: Ports, request: Request): Promise<object> {
  const name = request.store ?? 'database'
  const store = Object.hasOwn(ports.stores, name) ? ports.stores[name] : undefined
  if (!store) throw new Error(`This probe has no ${name}.`)
  switch (request.action) {
    case 'prepare':
      if (request.drill !== undefined) demandName('drill', request.drill)
      return store.inSession(async (session) => {
        await session.prepare(request.drill)
        return { prepared: true }
      })
    case 'write':
      return write(ports, store, request)
    case 'read':
      return read(store, request)
    case 'role':
      return store.inSession((session) => {
        if (session.role) return session.role()
        throw new Error(`The ${name} tells no role.`)
      })
    case 'clean':
      if (request.drill !== undefined) demandName('drill', request.drill)
      store.pooled.end()
      return store.inSession(async (session) => ({ removed: await session.clean(request.drill) }))
    default:
      throw new Error(`There is no action ${String((request as { action?: unknown }).action)}.`)
  }
}

async function write(ports: Ports, store: Store, request: WriteRequest): Promise<object> {
  const { drill, writer, first = 0, count, interval, timeout = 5 * interval, connection = 'fresh' } = request
  demandName('drill', drill)
  demandName('writer', writer)
  demandNumber('first', first, 0)
  demandNumber('count', count)
  demandNumber('interval', interval)
  demandNumber('timeout', timeout)
  if (!['fresh', 'pooled'].includes(connection))
    throw new Error(`connection must be fresh or pooled, and is ${connection}.`)
  const length = (count - 1) * interval + timeout + reserve
  if (length > ports.remaining()) {
    throw new Error(`${count} rows every ${interval} ms take ${length} ms, and the function has ${ports.remaining()}.`)
  }
  const window = await writeWindow({ drill, writer, first, count, interval, timeout }, store[connection], ports.timer)
  const not = window.operations.filter(({ outcome }) => outcome !== 'ok')
  ports.report({ drill, writer, planned: window.planned, acknowledged: window.operations.length - not.length, not })
  return window
}

function read(store: Store, request: { drill: string; writer: string; expected?: number }): Promise<object> {
  demandName('drill', request.drill)
  demandName('writer', request.writer)
  return store.inSession(async (session) => {
    const present = ranges(await session.read(request.drill, request.writer))
    const highest = present.at(-1)?.[1] ?? null
    const count = present.reduce((sum, [from, to]) => sum + to - from + 1, 0)
    const until = request.expected === undefined ? highest : request.expected - 1
    return { count, highest, present, missing: until === null ? [] : missing(present, until) }
  })
}

function demandName(what: string, value: unknown): void {
  if (typeof value !== 'string' || !namePattern.test(value)) {
    throw new Error(`${what} must be 1 to 64 letters, digits or hyphens, and is ${JSON.stringify(value)}.`)
  }
}

function demandNumber(what: string, value: unknown, least = 1): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least) {
    throw new Error(`${what} must be a whole number above ${least - 1}, and is ${JSON.stringify(value)}.`)
  }
}
