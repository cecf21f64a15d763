// Accounts that many tests begin with are made once in a process, which many files of tests share, and given in copies.
import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Account, copyOf, inEmptyFolder } from './cloud.ts'

interface Made {
  account: Account
  /** The current folder when it was made: outputs and records lie there. */
  folder: string
}

const made = new Map<string, Promise<Made>>()

/**
 * A copy of the account that `make` gives, in an empty folder that holds what `make` left in its own.
 * @param key what the account depends on, with the content of templates that are not dr's own
 */
export async function once(key: unknown[], make: () => Promise<Account>): Promise<Account> {
  inEmptyFolder()
  const name = JSON.stringify(key)
  const known = made.get(name) ?? make().then((account) => ({ account, folder: process.cwd() }))
  made.set(name, known)
  const { account, folder } = await known
  // Whoever asked may change what lies in its folder, the first one too.
  inEmptyFolder()
  cpSync(folder, '.', { recursive: true })
  return copyOf(account)
}

/** A hash of all files of a folder of templates. */
export function contentOf(folder: string): string {
  const hash = createHash('sha256')
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isFile()) hash.update(file.slice(folder.length)).update(readFileSync(file))
  }
  return hash.digest('hex')
}
