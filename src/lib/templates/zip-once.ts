// The zip of a function is made once for the same sources: systems share functions, and copies of the templates hold them.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Zipped, zipFunction } from './zip.ts'

/** What was made, with the hash of its sources, by the hash of the file that all of them begin with. */
const made = new Map<string, (Zipped & { hash: string })[]>()

/** As zipFunction, which is asked only where the sources are not those of before. */
export async function zipOnce(folder: string): Promise<Uint8Array> {
  const entry = hashOf(folder, ['index.ts'])
  const before = made.get(entry) ?? []
  const known = before.find(({ sources, hash }) => hashOf(folder, sources) === hash)
  if (known) return known.zip
  const zipped = await zipFunction(folder)
  made.set(entry, [...before, { ...zipped, hash: hashOf(folder, zipped.sources) }])
  return zipped.zip
}

function hashOf(folder: string, files: string[]): string {
  const texts = files.map((file) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : ''))
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex')
}
