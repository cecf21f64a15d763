// Numbered files on a shared file system, which Lambda mounts: one file per number, kept when the server has it.
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session, Store } from './handler.ts'
import type { Connection, Pool, Row } from './window.ts'

/** The file was not made, and the server said so. */
class NotMade extends Error {}

/** Words by which a server refuses; anything else may have come too late to tell. */
const refusals = new Set(['EACCES', 'EDQUOT', 'EEXIST', 'ENOSPC', 'EPERM', 'EROFS'])

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code)

/** Files below `folder`, where the file system is mounted. */
export function makeFiles(folder: string): Store {
  const root = join(folder, 'dr-probe')
  const place = (...parts: string[]): string => join(root, ...parts)

  /** What a folder holds. A client trusts its own picture of it for up to a minute, unless it changes it itself. */
  async function names(path: string): Promise<string[]> {
    try {
      const look = join(path, `.look-${process.pid}-${Date.now()}`)
      await (await open(look, 'wx')).close()
      await rm(look)
      return await readdir(path)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return []
      throw error
    }
  }

  const session: Session = {
    prepare: async (drill) => {
      await mkdir(place(drill ?? ''), { recursive: true })
    },
    read: async (drill, writer) =>
      (await names(place(drill, writer)))
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .toSorted((a, b) => a - b),
    clean: async (drill) => {
      const writers = drill === undefined ? [] : await names(place(drill))
      const files = await Promise.all(writers.map((writer) => names(place(drill ?? '', writer))))
      await rm(place(drill ?? ''), { recursive: true, force: true })
      return files.flat().length
    },
  }
  // A file system has no connection to keep.
  const pool: Pool = {
    take: async () => new FileConnection(place),
    give: () => undefined,
    isCertain: (error) => error instanceof NotMade,
    end: () => undefined,
  }
  return { inSession: (work) => work(session), fresh: pool, pooled: pool }
}

class FileConnection implements Connection {
  readonly #place: (...parts: string[]) => string

  constructor(place: (...parts: string[]) => string) {
    this.#place = place
  }

  async insert({ drill, writer, sequence, plannedAt }: Row): Promise<undefined> {
    const file = await this.#made(drill, writer, String(sequence))
    try {
      await file.writeFile(String(plannedAt))
      // Only then the server has it.
      await file.sync()
    } finally {
      await file.close()
    }
  }

  async #made(drill: string, writer: string, name: string) {
    try {
      await mkdir(this.#place(drill, writer), { recursive: true })
      return await open(this.#place(drill, writer, name), 'wx')
    } catch (error) {
      if (refusals.has(codeOf(error))) throw new NotMade((error as Error).message)
      throw error
    }
  }

  /** A file system has no connection to cut. */
  destroy(): void {}
}
