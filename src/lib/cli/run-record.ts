// What a run did, line by line, in .dr/runs/: it survives the terminal and the process.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDataFolder } from '../core/data-folder.ts'
import type { Listener } from '../core/events.ts'
import { json } from '../views/ndjson.ts'

const folder = join('.dr', 'runs')

/** A listener that appends each event at once. A folder that cannot be written is no reason to fail a run. */
export function runRecord(id: string): { path: string; listen: Listener } {
  const path = join(folder, `${id}.jsonl`)
  let works = true
  try {
    makeDataFolder('runs')
  } catch {
    works = false
  }
  return {
    path,
    listen: (event) => {
      if (!works) return
      try {
        appendFileSync(path, `${json(event)}\n`)
      } catch {
        works = false
      }
    },
  }
}
