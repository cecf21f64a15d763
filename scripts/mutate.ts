// Breaks each guard of the engine in turn, in copies of the tree, and shows that some test goes red.
// npm run mutate -- --only lock   (guards whose text, file, list or purpose holds that word)
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Guard } from '../test/guards/guard.ts'
import { lists } from '../test/guards/guards.ts'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const chosen = Object.entries(lists).flatMap(([list, guards]) =>
  guards.filter((guard) => values.only === undefined || JSON.stringify([list, guard]).includes(values.only)),
)
if (chosen.length === 0) {
  process.stderr.write(`no guard holds "${values.only}"; the lists are ${Object.keys(lists).join(', ')}\n`)
  process.exit(2)
}
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
function green(copy: string, { tests, named }: Pick<Guard, 'tests' | 'named'>): Promise<boolean> {
  const filter = named === undefined ? [] : ['-t', named]
  const child = spawn('npx', ['vitest', 'run', ...tests, ...filter, '--bail', '1', '--maxWorkers', '1'], {
    cwd: copy,
    stdio: 'ignore',
  })
  return new Promise((done) => child.on('close', (status) => done(status === 0)))
}

/** How a guard fares: undefined when its absence is noticed. */
async function fares(copy: string, guard: Guard): Promise<string | undefined> {
  const file = join(copy, guard.file)
  const before = readFileSync(file, 'utf8')
  if (before.split(guard.text).length !== 2) return 'its text does not stand exactly once in the file'
  writeFileSync(
    file,
    before.replace(guard.text, () => guard.broken),
  )
  try {
    return (await green(copy, guard)) ? `no test notices: ${guard.tests.join(', ')}` : undefined
  } finally {
    writeFileSync(file, before)
  }
}

/** Does the work for each, in as many copies side by side as there are cores. */
async function each<T>(all: T[], work: (copy: string, one: T) => Promise<void>): Promise<void> {
  const queue = [...all]
  const worker = async (copy: string): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(copy, next)
  }
  await Promise.all(copies.map(worker))
}

const copies = Array.from({ length: availableParallelism() }, copyOfTree)
try {
  // Red proves nothing where red was before.
  const keyOf = ({ tests, named }: Guard): string => JSON.stringify([tests, named])
  const sick = new Set<string>()
  await each([...new Map(chosen.map((guard) => [keyOf(guard), guard])).values()], async (copy, guard) => {
    if (!(await green(copy, guard))) sick.add(keyOf(guard))
  })
  let bad = 0
  await each(chosen, async (copy, guard) => {
    const red = sick.has(keyOf(guard))
    const why = red ? `its tests are red already: ${guard.tests.join(', ')}` : await fares(copy, guard)
    if (why !== undefined) bad++
    say(
      `${why === undefined ? 'noticed ' : 'SURVIVES'}  ${guard.file}: against ${guard.against}${why ? `\n          ${why}` : ''}`,
    )
  })
  say(`${chosen.length - bad} of ${chosen.length} guards are held by a test`)
  process.exitCode = bad > 0 ? 1 : 0
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
}
