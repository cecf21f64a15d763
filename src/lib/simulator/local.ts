// The simulated cloud in a folder: shared by processes, saved after each change, alive while no process runs.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { scaledClock, type Clock } from '../clock.ts'
import { DrError } from '../errors.ts'
import { blobs } from './blobs.ts'
import { isAlive, lock, LockLost, stillHeld, unlock } from './lock.ts'
import type { Cloud } from './state.ts'
import { emptyCloud, type Store } from './store.ts'

/** Where virtual time stood at a moment of the wall clock, and how fast it runs since. */
interface Anchor {
  virtual: number
  wall: number
  speed: number
}

interface Saved {
  version: 1
  anchor: Anchor
  cloud: Cloud
}

const usualSpeed = 30

const virtualNow = ({ virtual, wall, speed }: Anchor): number => virtual + Math.max(0, Date.now() - wall) * speed

/**
 * Opens the cloud in `folder`, or begins a new one. A `speed` other than that of the folder holds from now on.
 * Throws DrError (exit 2) for a folder whose state this version cannot read; it is never overwritten.
 */
export function localStore(folder: string, speed?: number): { store: Store; clock: Clock } {
  const file = join(folder, 'state.json')
  const lockFile = join(folder, 'state.lock')
  const texts = blobs(join(folder, 'blobs'))
  let known: { stamp: string; saved: Saved } | undefined

  const load = (): Saved => {
    const present = stampOf(file)
    if (present === undefined) {
      const wall = Date.now()
      return { version: 1, anchor: { virtual: wall, wall, speed: speed ?? usualSpeed }, cloud: emptyCloud(wall) }
    }
    if (known?.stamp !== present) known = { stamp: present, saved: read(folder, file, texts.restore) }
    return known.saved
  }
  const save = (saved: Saved): void => {
    const temporary = `${file}.${process.pid}`
    writeFileSync(temporary, JSON.stringify({ ...saved, cloud: texts.extract(saved.cloud) }))
    stillHeld(lockFile)
    renameSync(temporary, file)
    known = { stamp: stampOf(file) ?? '', saved }
  }
  const once = <T>(work: (saved: Saved, keep: () => void) => T): T => {
    let isChanged = false
    lock(lockFile)
    try {
      const saved = load()
      const result = work(saved, () => (isChanged = true))
      if (isChanged) save(saved)
      return result
    } catch (error) {
      known = undefined // The copy in memory may be half changed.
      throw error
    } finally {
      unlock(lockFile)
    }
  }
  const transact = <T>(work: (saved: Saved, keep: () => void) => T): T => {
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
  return { store, clock: scaledClock(anchor.speed, () => virtualNow(anchor)) }
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
    restore(cloud)
    return saved as Saved
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
