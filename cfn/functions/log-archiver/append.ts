// Appends to a file that other functions append to as well.
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Appended, Line } from './handler.ts'
import { holding, type Waiting } from './lock.ts'

/** Bytes at the end of a file in which repeated events are looked for: repetitions follow within minutes. */
const window = 4 * 1024 * 1024

/**
 * Appends the lines that are not among the last ones of the file and waits until they are stored. A line that a killed
 * function left unfinished is removed first: its delivery is repeated.
 */
export async function append(folder: string, file: string, lines: Line[], waiting: Waiting): Promise<Appended> {
  const path = join(folder, file)
  return holding(`${path}.lock`, waiting, async () => {
    const handle = await open(path, 'a+')
    try {
      const held = await ids(handle)
      const fresh = lines.filter(({ id }) => !held.has(id) && held.add(id))
      await handle.appendFile(fresh.map(({ text }) => `${text}\n`).join(''))
      await handle.sync()
      return { file, written: fresh.length, duplicates: lines.length - fresh.length }
    } finally {
      await handle.close()
    }
  })
}

/** Ids in the last part of the file, from which an unfinished line is cut off. */
async function ids(handle: FileHandle): Promise<Set<string>> {
  const { size } = await handle.stat()
  const from = Math.max(0, size - window)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from)
  const tail = buffer.subarray(0, bytesRead)
  const end = tail.lastIndexOf('\n') + 1
  if (end < bytesRead) await handle.truncate(from + end)
  const lines = tail.subarray(0, end).toString('utf8').split('\n')
  return new Set((from > 0 ? lines.slice(1) : lines).flatMap((line) => /^\{"id":"([^"]+)"/.exec(line)?.[1] ?? []))
}
