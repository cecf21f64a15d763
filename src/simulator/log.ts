// Calls kept as calls: a line each beside the state, done again by whoever loads it, until the next whole state is saved.
// So the thousands of small writes of a drill need not each rewrite everything.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

import type { Region } from '../lib/core/model.ts'
import type { Cloud } from './state.ts'

/** What is enough to do a call again; without a name the call never reached its service. */
export interface Entry {
  /** Virtual ms. */
  at: number
  region: Region
  /** Something came due before it: what did by then happens first. */
  due?: true
  name?: string
  input?: unknown
  /** When a call that takes time began, virtual ms. */
  since?: number
  /** How the faults stood after it, where there are any. */
  faults?: Cloud['faults']
  /** From then on virtual time counts from here. */
  anchor?: Anchor
}

/** Where virtual time stood at a moment of the wall clock, and how fast it runs since. */
export interface Anchor {
  virtual: number
  wall: number
  speed: number
}

/** Bytes of a log above which the whole state is saved instead, and of one line. */
const largest = { log: 4_000_000, line: 64_000 }

/** The logs in a folder; each belongs to one saved state, known by its generation. */
export class CallLog {
  private readonly folder: string
  constructor(folder: string) {
    this.folder = folder
  }

  /** Entries from byte `from` on, and where they end. A line that a killed process left half written is none. */
  read(generation: number, from: number): { entries: Entry[]; end: number } {
    const fd = opened(this.file(generation), constants.O_RDONLY)
    if (fd === undefined) return { entries: [], end: from }
    try {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - from))
      readSync(fd, bytes, 0, bytes.length, from)
      const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1)
      const lines = whole.toString('utf8').split('\n').slice(0, -1)
      return { entries: lines.map((line) => JSON.parse(line, revive) as Entry), end: from + whole.length }
    } finally {
      closeSync(fd)
    }
  }

  /** Adds a line at byte `end` and gives the new end; undefined where it does not fit and all must be saved. */
  append(generation: number, end: number, entry: Entry): number | undefined {
    const text = written(entry)
    if (text === undefined) return undefined
    const line = Buffer.from(`${text}\n`)
    if (line.length > largest.line || end + line.length > largest.log) return undefined
    const fd = openSync(this.file(generation), constants.O_RDWR | constants.O_CREAT)
    try {
      // What a killed process left half written goes.
      if (fstatSync(fd).size > end) ftruncateSync(fd, end)
      writeSync(fd, line, 0, line.length, end)
      return end + line.length
    } finally {
      closeSync(fd)
    }
  }

  /** Removes all logs but one. */
  sweep(generation: number): void {
    for (const name of readdirSync(this.folder)) {
      if (/^calls-\d+\.jsonl$/.test(name) && name !== nameOf(generation))
        rmSync(join(this.folder, name), { force: true })
    }
  }

  /** Removes the log of a state that is replaced. */
  remove(generation: number): void {
    rmSync(this.file(generation), { force: true })
  }

  private file(generation: number): string {
    return join(this.folder, nameOf(generation))
  }
}

const nameOf = (generation: number): string => `calls-${generation}.jsonl`

function opened(file: string, flags: number): number | undefined {
  try {
    return openSync(file, flags)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const bytesKey = '$bytes'
const dateKey = '$date'

/** The entry as JSON with its bytes and dates; undefined where it holds what JSON cannot, such as a stream. */
function written(entry: Entry): string | undefined {
  let isPlain = true
  const text = JSON.stringify(entry, function (this: Record<string, unknown>, key: string, value: unknown) {
    const raw = this[key]
    if (raw instanceof Uint8Array) return { [bytesKey]: Buffer.from(raw).toString('base64') }
    if (raw instanceof Date) return { [dateKey]: raw.getTime() }
    if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) {
      const prototype: unknown = Object.getPrototypeOf(raw)
      isPlain &&= prototype === Object.prototype || prototype === null
    }
    return value
  })
  return isPlain ? text : undefined
}

function revive(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { [bytesKey]: bytes, [dateKey]: date } = value as Record<string, unknown>
  if (typeof bytes === 'string') return new Uint8Array(Buffer.from(bytes, 'base64'))
  return typeof date === 'number' ? new Date(date) : value
}
