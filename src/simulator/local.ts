// The simulated cloud in a folder: shared by processes, saved after each change, alive while no process runs.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { realClock, scaledClock, type Clock } from '../lib/core/clock.ts'
import { DrError } from '../lib/core/errors.ts'
import { blobs } from './blobs.ts'
import { isAlive, lock, LockLost, stillHeld, unlock } from './lock.ts'
import { type Anchor, CallLog, type Entry } from './log.ts'
import type { Cloud } from './state.ts'
import { emptyCloud, type Keep, type Store } from './store.ts'

interface Saved {
  version: 1
  anchor: Anchor
  cloud: Cloud
  /** Generation of the log of calls that goes on from here; grows with each save. */
  log: number
}

/** Does a call again that was kept in place of the cloud. */
type Redo = (cloud: Cloud, entry: Entry) => void

const usualSpeed = 30

/** How often an even process takes its turn, and how long time goes on without one, ms of the wall clock. */
const even = { every: 5, without: 12 }

const virtualNow = ({ virtual, wall, speed }: Anchor, now = Date.now()): number =>
  virtual + Math.max(0, now - wall) * speed

/**
 * Opens the cloud in `folder`, or begins a new one. A `speed` other than that of the folder holds from now on.
 * Throws DrError (exit 2) for a folder whose state this version cannot read; it is never overwritten.
 */
export function localStore(folder: string, redo: Redo, speed?: number): { store: Store; clock: Clock } {
  const file = join(folder, 'state.json')
  const lockFile = join(folder, 'state.lock')
  const texts = blobs(join(folder, 'blobs'))
  const log = new CallLog(folder)
  /** The state in memory: of which file, and up to which byte of its log. */
  let known: { stamp: string; saved: Saved; end: number } | undefined

  const load = (): Saved => {
    const present = stampOf(file)
    if (present === undefined) {
      const wall = Date.now()
      return {
        version: 1,
        anchor: { virtual: wall, wall, speed: speed ?? usualSpeed },
        cloud: emptyCloud(wall),
        log: 0,
      }
    }
    if (known?.stamp !== present) known = { stamp: present, saved: read(folder, file, texts.restore), end: 0 }
    const { entries, end } = unbroken(folder, () => log.read(known?.saved.log ?? 0, known?.end ?? 0))
    for (const entry of entries) {
      known.saved.anchor = entry.anchor ?? known.saved.anchor
      redo(known.saved.cloud, entry)
    }
    known.end = end
    return known.saved
  }
  const save = (saved: Saved): void => {
    const temporary = `${file}.${process.pid}`
    const before = saved.log
    saved.log += 1
    writeFileSync(temporary, JSON.stringify({ ...saved, cloud: texts.extract(saved.cloud) }))
    stillHeld(lockFile)
    renameSync(temporary, file)
    log.remove(before)
    known = { stamp: stampOf(file) ?? '', saved, end: 0 }
  }
  const note = (saved: Saved, entry: Entry): void => {
    stillHeld(lockFile)
    const end = known?.saved === saved ? log.append(saved.log, known.end, entry) : undefined
    if (known && end !== undefined) known.end = end
    else save(saved)
  }
  const once = <T>(work: (saved: Saved, keep: Keep) => T): T => {
    let isChanged = false
    let call: Entry | undefined
    lock(lockFile)
    try {
      const saved = load()
      const result = work(saved, (entry) => {
        // Two things to keep are no longer one call.
        isChanged ||= entry === undefined || call !== undefined
        call = entry
      })
      if (isChanged) save(saved)
      else if (call) note(saved, call)
      return result
    } catch (error) {
      known = undefined // The copy in memory may be half changed.
      throw error
    } finally {
      unlock(lockFile)
    }
  }
  const transact = <T>(work: (saved: Saved, keep: Keep) => T): T => {
    for (;;) {
      try {
        mkdirSync(folder, { recursive: true })
        return once(work)
      } catch (error) {
        if (error instanceof LockLost) continue
        throw isOfFiles(error) ? unreadable(folder, error) : error
      }
    }
  }
  let anchor = transact((saved, keep) => {
    sweep(folder)
    log.sweep(saved.log)
    const wanted = speed ?? saved.anchor.speed
    if (wanted !== saved.anchor.speed) {
      saved.anchor = { virtual: virtualNow(saved.anchor), wall: Date.now(), speed: wanted }
    }
    keep()
    return saved.anchor
  })
  const store: Store = {
    transact: (work) =>
      transact((saved, keep) => {
        anchor = saved.anchor
        return work(saved.cloud, keep)
      }),
  }
  /** When this process had its last turn, ms of the wall clock; only while time waits for it. */
  let turn: number | undefined
  const now = (): number =>
    virtualNow(anchor, turn === undefined ? Date.now() : Math.min(Date.now(), turn + even.without))
  const { sleep } = scaledClock(anchor.speed, now)
  /** A timer keeps the wall's time, which does not wait. */
  const isEarly = (due: number): boolean => turn !== undefined && now() < due
  const takeTurn = (last: number): void => {
    const wall = Date.now()
    const late = wall - last - even.without
    if (late > 0)
      transact((saved, keep) => {
        saved.anchor = { ...saved.anchor, wall: saved.anchor.wall + late }
        keep({ at: saved.cloud.now, region: 'global', anchor: saved.anchor })
        anchor = saved.anchor
      })
    turn = wall
  }
  const clock: Clock = {
    now,
    sleep: async (ms, signal) => {
      const due = now() + ms
      do await sleep(due - now(), signal)
      while (isEarly(due))
    },
    evenly: (until) => {
      if (turn !== undefined) return
      turn = Date.now()
      const turns = async (): Promise<void> => {
        while (!until.aborted) {
          await realClock.sleep(even.every, until).catch(() => undefined)
          takeTurn(turn ?? Date.now())
        }
        turn = undefined
      }
      void turns()
    },
  }
  return { store, clock }
}

/** Removes what processes left half written when they were killed: their files end in their number. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const pid = /\.(\d+)(\.dead)?$/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(pid)) rmSync(join(folder, name), { force: true })
  }
}

/** Tells one saved state from another: each is a new file. */
function stampOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found && `${found.ino} ${found.mtimeNs} ${found.size}`
}

function read(folder: string, file: string, restore: (cloud: Cloud) => void): Saved {
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Partial<Saved>
    const { version, anchor, cloud } = saved
    if (version !== 1 || cloud?.version !== 1) throw new Error(`version ${String(version)} is not version 1`)
    if (typeof anchor?.speed !== 'number' || typeof cloud.now !== 'number') throw new Error('parts are missing')
    cloud.secrets ??= {} // A cloud from before there were any.
    saved.log ??= 0
    restore(cloud)
    return saved as Saved
  } catch (error) {
    throw unreadable(folder, error)
  }
}

function unbroken<T>(folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw unreadable(folder, error)
  }
}

const isOfFiles = (error: unknown): boolean => error instanceof Error && 'syscall' in error

function unreadable(folder: string, error: unknown): DrError {
  const why = error instanceof Error ? error.message : String(error)
  return new DrError(
    'BadLocalState',
    2,
    `the simulated account in ${folder} cannot be used: ${why}`,
    `remove the folder ${folder} to start anew; what was deployed there is then forgotten`,
    { cause: error },
  )
}
