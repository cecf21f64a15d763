// One writer at a time over NFS, which has no safe append of its own for several clients. Exclusive creation is the
// one step that NFS does for exactly one of them.
import { randomUUID } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'

export interface Waiting {
  /** ms since 1970. */
  now(): number
  sleep(milliseconds: number): Promise<void>
  /** Milliseconds that the function may still run. */
  remaining(): number
}

/** Milliseconds after which a holder is gone for certain: more than a function may run. */
const stale = 90_000
const pause = 50
const reserve = 5000

/**
 * Does the work while it alone holds the lock.
 * @throws Error the lock did not become free in time
 */
export async function holding<T>(lock: string, waiting: Waiting, work: () => Promise<T>): Promise<T> {
  const token = randomUUID()
  while (!(await create(lock, token))) {
    const holder = await look(lock, waiting)
    if (holder?.gone) await takeAway(lock, holder.token, waiting)
    else if (waiting.remaining() < reserve) throw new Error(`${lock} did not become free in time.`)
    else await waiting.sleep(pause)
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function create(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function look(lock: string, { now }: Waiting): Promise<{ token: string; gone: boolean } | undefined> {
  try {
    const [token, { mtimeMs }] = await Promise.all([readFile(lock, 'utf8'), stat(lock)])
    return { token, gone: now() - mtimeMs > stale }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Removes the lock of a holder that is gone. Of all who want to, one may: otherwise the second would remove the lock
 * that the first has just made. A mark left by one that was killed meanwhile is removed in turn.
 */
async function takeAway(lock: string, token: string, waiting: Waiting): Promise<void> {
  const mark = `${lock}.${token}`
  if (!(await create(mark, token))) {
    if ((await look(mark, waiting))?.gone) await rm(mark, { force: true })
    else await waiting.sleep(pause)
    return
  }
  const holder = await look(lock, waiting)
  if (holder?.gone && holder.token === token) await rm(lock, { force: true })
  await rm(mark, { force: true })
}
