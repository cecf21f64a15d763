// The probe function of cfn/functions/probes on simulated stores: numbers into the database, the cache or the files that
// its environment names.
import { Until, type Call } from '../answer.ts'
import { storeOfProbe, type ProbeStore } from './probe-stores.ts'
import type { Resource } from '../state.ts'

/** A function that fails by itself: the invocation succeeds, and its payload tells the error. */
export class FunctionError extends Error {}

interface Window {
  drill: string
  writer: string
  count: number
  interval: number
  timeout?: number
  first?: number
  connection?: 'fresh' | 'pooled'
}

type Request = { action?: string; store?: string } & Partial<Window>

/** Answers a request of cfn/functions/probes/handler.ts. Throws FunctionError where the function itself would throw. */
export function answerProbe(call: Call, one: Resource, request: Request): unknown {
  const { now, since = now } = call
  const { action, store: name = 'database', drill, writer = '' } = request
  const store = storeOfProbe(call, one, name)
  if (!store) throw new FunctionError(`This probe has no ${name}.`)
  const clocks = { received: since, answered: now }
  const session = <T>(work: () => T): T => {
    if (!store.takesWrites(now)) throw new FunctionError(`connect ETIMEDOUT ${store.host}`)
    return work()
  }
  const named = (): string => {
    if (drill === undefined && name === 'cache')
      throw new FunctionError('In the cache each drill has a place of its own: name it.')
    return drill ?? ''
  }
  switch (action) {
    case 'prepare':
      session(() => store.prepare(named()))
      return { prepared: true, ...clocks }
    case 'role':
      return session(() => {
        if (name !== 'database') throw new FunctionError(`The ${name} tells no role.`)
        return { writer: true, address: store.zone ?? null, startedAt: 0, version: '17', now, ...clocks }
      })
    case 'read': {
      const numbers = session(() => store.read(named(), writer))
      const present = rangesOf(numbers)
      return { count: numbers.length, highest: present.at(-1)?.[1] ?? null, present, missing: [], ...clocks }
    }
    case 'clean':
      named()
      return { removed: session(() => store.clean(drill)), ...clocks }
    case 'write':
      return writeWindow(call, store, request as Window, clocks)
    default:
      throw new FunctionError(`There is no action ${String(action)}.`)
  }
}

/** How long an insert takes, and how soon a refused connection is known, ms [?]. */
const took = 12

/** One row per number at its own time; a row that is due while the store is gone gets no answer. */
function writeWindow(call: Call, store: ProbeStore, window: Window, clocks: object): unknown {
  const { now, since } = call
  const { drill, writer, count, interval, timeout = 5 * interval, first = 0, connection = 'fresh' } = window
  const start = since ?? now
  const isCut = (at: number): boolean => store.cutAt(at) !== undefined
  // A host that is gone closes no connection: the first row over a pooled one waits for an answer, the next ones open anew.
  const isStale = (at: number): boolean =>
    connection === 'pooled' && at - (store.goneSince(at) ?? Number.NEGATIVE_INFINITY) < interval
  const isBroken = (at: number): boolean => !store.takesWrites(at) && !isCut(at)
  const rows = Array.from({ length: count }, (_, index) => ({ sequence: first + index, sent: index * interval }))
  const ends = rows.map(({ sent }) => sent + (isBroken(start + sent) || isStale(start + sent) ? timeout : took))
  if (since === undefined) return new Until(call, start + Math.max(0, ...ends))
  const operations = rows.map(({ sequence, sent }, index) => {
    const ended = ends[index] ?? sent
    if (isStale(start + sent))
      return { sequence, sent, ended, outcome: 'unknown', reason: `no answer in ${timeout} ms` }
    // Nothing was asked yet when the connection did not open, so the row is certainly not there.
    if (isBroken(start + sent)) return { sequence, sent, ended, outcome: 'fail', reason: `no answer in ${timeout} ms` }
    const at = start + sent
    const unknown = { sequence, sent, ended, outcome: 'unknown', reason: 'the connection was closed' }
    if (store.cutAt(at) === 'lost') return unknown
    try {
      store.write({ drill, writer, sequence }, at)
      return isCut(at) ? unknown : { sequence, sent, ended, outcome: 'ok', committedAt: at }
    } catch (error) {
      return { sequence, sent, ended, outcome: 'fail', reason: (error as Error).message }
    }
  })
  return { planned: count, operations, startedAt: start, drift: 0, ...clocks }
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
