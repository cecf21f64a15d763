// Breaks each guarded line in turn, in copies of the tree, and expects that its test fails: npm run guards.
// npm run guards -- --only lock   (guards in which that word occurs)
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Guard, guards } from '../test/guards.ts'

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const words = (it: Guard): string => [it.prevents, it.file, it.line, it.test, it.named].join(' ')
const chosen = guards.filter((it) => words(it).includes(values.only))
if (chosen.length === 0) {
  process.stderr.write(`no guard has "${values.only}" in it\n`)
  process.exit(2)
}

/** The files of the tree as they are now, committed or not. */
function copyOfTree(): string {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  const copy = mkdtempSync(join(tmpdir(), 'dr-guards-'))
  for (const file of listed.trim().split('\n')) {
    // A file may be deleted and still be in the index.
    if (file.startsWith('node_modules') || !existsSync(file)) continue
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(file, join(copy, file), { recursive: true })
  }
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
  return copy
}

/** What happened to the tests that ran: file, name and status of each. */
type Ran = { file: string; name: string; status: string }[]

/** Runs the tests of these files whose names match, until one fails. */
async function run(copy: string, files: string[], named: string): Promise<Ran> {
  const report = join(copy, 'ran.json')
  rmSync(report, { force: true })
  // Long, so that a busy machine makes no test look failed.
  const patience = ['--testTimeout', '600000', '--hookTimeout', '600000']
  const vitest = ['vitest', 'run', ...files, '-t', named, '--bail', '1', '--maxWorkers', '1', ...patience]
  const child = spawn('npx', [...vitest, '--reporter', 'json', '--outputFile', report], { cwd: copy, stdio: 'ignore' })
  await new Promise((done) => child.on('close', done))
  if (!existsSync(report)) return []
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[]
  }
  return testResults.flatMap(({ name: path, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({ file: relative(copy, path), name: fullName, status })),
  )
}

/** Why a guard is bad; undefined when a test that passes with the line fails without it. */
async function fault(copy: string, guard: Guard, unbroken: Ran): Promise<string | undefined> {
  const path = join(copy, guard.file)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const found = before.match(new RegExp(guard.line, 'g'))?.length ?? 0
  if (found !== 1) return `its line matches ${found} times: ${String(guard.line)}`
  const own = unbroken.filter(({ file, name }) => file === guard.test && guard.named.test(name))
  if (!own.some(({ status }) => status === 'passed') || own.some(({ status }) => status === 'failed'))
    return `unbroken, its test does not pass: ${guard.test} ${String(guard.named)}`
  writeFileSync(
    path,
    before.replace(guard.line, () => guard.broken),
  )
  const ran = await run(copy, [guard.test], guard.named.source)
  writeFileSync(path, before)
  if (ran.some(({ status }) => status === 'failed')) return undefined
  return ran.some(({ status }) => status === 'passed')
    ? `no test fails without it: ${guard.test}`
    : `broken, it lets no test begin, which shows nothing: ${guard.test}`
}

const copies = Array.from({ length: Math.min(2, availableParallelism()) }, copyOfTree)
try {
  const files = [...new Set(chosen.map((it) => it.test))]
  const unbroken = await run(copies[0] ?? '', files, chosen.map((it) => it.named.source).join('|'))
  const queue = [...chosen]
  let bad = 0
  const worker = async (copy: string): Promise<void> => {
    for (let guard = queue.shift(); guard !== undefined; guard = queue.shift()) {
      const why = await fault(copy, guard, unbroken)
      if (why !== undefined) bad++
      process.stdout.write(`${why === undefined ? 'held' : 'RED '}  ${guard.file}: ${guard.prevents}\n`)
      if (why !== undefined) process.stdout.write(`      ${why}\n`)
    }
  }
  await Promise.all(copies.map(worker))
  process.stdout.write(`${chosen.length - bad} of ${chosen.length} guards are held by a test\n`)
  process.exitCode = bad > 0 ? 1 : 0
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
}
