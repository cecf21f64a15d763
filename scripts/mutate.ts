// Breaks each guard of the engine in turn, in a copy of the tree, and shows that some test goes red.
// npm run mutate -- --only lock   (guards whose text, file or purpose holds that word)
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Guard } from '../test/guards/guard.ts'
import { guards } from '../test/guards/guards.ts'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const chosen = guards.filter((guard) => values.only === undefined || JSON.stringify(guard).includes(values.only))
const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** The files of the tree as they are now, committed or not. */
function copyOfTree(): string {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  const copy = mkdtempSync(join(tmpdir(), 'dr-mutate-'))
  for (const file of listed.trim().split('\n')) {
    if (file.startsWith('node_modules')) continue
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(file, join(copy, file), { force: true, recursive: true })
  }
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
  return copy
}

/** Whether the tests pass there. */
function green(copy: string, { tests, named }: Pick<Guard, 'tests' | 'named'>): boolean {
  const filter = named === undefined ? [] : ['-t', named]
  const { status } = spawnSync('npx', ['vitest', 'run', ...tests, ...filter, '--bail', '1'], {
    cwd: copy,
    stdio: 'ignore',
  })
  return status === 0
}

/** How a guard fares: undefined when its absence is noticed. */
function fares(copy: string, guard: Guard): string | undefined {
  const file = join(copy, guard.file)
  const before = readFileSync(file, 'utf8')
  if (before.split(guard.text).length !== 2) return 'its text does not stand exactly once in the file'
  writeFileSync(
    file,
    before.replace(guard.text, () => guard.broken),
  )
  try {
    return green(copy, guard) ? `no test notices: ${guard.tests.join(', ')}` : undefined
  } finally {
    writeFileSync(file, before)
  }
}

const copy = copyOfTree()
try {
  // Red proves nothing where red was before.
  const suites = new Map(chosen.map(({ tests, named }) => [JSON.stringify([tests, named]), { tests, named }]))
  const sick = new Set([...suites].flatMap(([key, suite]) => (green(copy, suite) ? [] : [key])))
  let bad = chosen.length === 0 ? 1 : 0
  for (const guard of chosen) {
    const red = sick.has(JSON.stringify([guard.tests, guard.named]))
    const why = red ? `its tests are red already: ${guard.tests.join(', ')}` : fares(copy, guard)
    if (why !== undefined) bad++
    say(
      `${why === undefined ? 'noticed ' : 'SURVIVES'}  ${guard.file}: against ${guard.against}${why ? `\n          ${why}` : ''}`,
    )
  }
  say(`${chosen.length - bad} of ${chosen.length} guards are held by a test`)
  process.exitCode = bad > 0 ? 1 : 0
} finally {
  rmSync(copy, { recursive: true, force: true })
}
