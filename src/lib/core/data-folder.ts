// The folder `.dr` beside the user's files: journals, proofs, memory and the simulated account. It is for one person and
// belongs into no repository.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Only the owner may read what dr writes: reasons of AWS, outputs and journals hold account ids and names. */
const ownerOnly = 0o077

/** Files and folders that this process makes from now on are the owner's alone. */
export const keepPrivate = (): void => void process.umask(ownerOnly)

/** Makes `.dr/<part>/…`, with a .gitignore in `.dr`. Throws what the file system says. */
export function makeDataFolder(...parts: string[]): string {
  const folder = join('.dr', ...parts)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const ignore = join('.dr', '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n')
  return folder
}
