// A file that one process at a time may hold. The kernel lets go of nothing here when a process is killed,
// so the file says who holds it, and whoever finds a dead holder takes over.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

import { DrError } from '../lib/core/errors.ts'
import { uuid } from './identifiers.ts'

/** Thrown when the lock was lost while it was held: the work must be done again. */
export class LockLost extends Error {
  override name = 'LockLost'
}

const tryEvery = 2
const giveUpAfter = 15_000
const owner = `${process.pid} ${uuid(`${process.pid} ${process.hrtime.bigint()} ${Date.now()}`)}`

const readOwner = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Whether the process that wrote `<pid> …` lives, and is not this one under a number used again. */
export function isAlive(holder: string): boolean {
  const pid = Number(holder.split(' ')[0])
  if (pid === process.pid) return false // A process of this number that is not this one is gone.
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Takes the lock, at once or after its holder lets go or is found dead. Throws after 15 s of a living holder. */
export function lock(file: string): void {
  const mine = `${file}.${process.pid}`
  const wait = new Int32Array(new SharedArrayBuffer(4))
  for (const started = Date.now(); ;) {
    // A link of a complete file appears whole or not at all.
    writeFileSync(mine, owner)
    try {
      linkSync(mine, file)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(mine, { force: true })
    }
    const holder = readOwner(file)
    if (holder !== undefined && !isAlive(holder)) bury(file, holder)
    else if (Date.now() - started > giveUpAfter) throw busy(file, holder)
    else Atomics.wait(wait, 0, 0, tryEvery)
  }
}

/** Removes a dead holder's lock. Renaming takes it from others; a living one caught by mistake is put back. */
function bury(file: string, dead: string): void {
  const grave = `${file}.${process.pid}.dead`
  try {
    renameSync(file, grave)
    if (readOwner(grave) !== dead) linkSync(grave, file)
  } catch {
    // Somebody else was faster.
  }
  rmSync(grave, { force: true })
}

const busy = (file: string, holder: string | undefined): DrError =>
  new DrError(
    'LocalBusy',
    3,
    `process ${holder?.split(' ')[0] ?? 'unknown'} has held ${file} for ${giveUpAfter / 1000} s`,
    'end that process, then run the command again',
  )

/** Throws LockLost unless this process still holds the lock. */
export function stillHeld(file: string): void {
  if (readOwner(file) !== owner) throw new LockLost(file)
}

export function unlock(file: string): void {
  if (readOwner(file) === owner) rmSync(file, { force: true })
}
