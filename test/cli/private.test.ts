// What dr writes is for one person: journals, the simulated account and outputs.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyFolder, run } from './process.ts'

test('lets only the owner read what it writes, and keeps .dr out of the repository', async () => {
  const folder = emptyFolder()
  const { exit } = await run(folder, ['bootstrap', '--local', '--local-speed', '100000'])
  expect(exit).toBe(0)
  const written = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  expect(written.some((path) => /^\.dr\/runs\/.*\.jsonl$/.test(path))).toBe(true)
  expect(written.some((path) => path.startsWith('.dr/local/'))).toBe(true)
  const open = written.filter((path) => (statSync(join(folder, path)).mode & 0o077) !== 0)
  expect(open).toEqual([])
  expect(readFileSync(join(folder, '.dr/.gitignore'), 'utf8')).toBe('*\n')
})
