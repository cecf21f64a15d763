// npm run requirements: which requirement holds, by which evidence. Runs the tests, prints the matrix, writes the page.
// With the path of a JSON report of vitest as argument it reads that one instead of running the tests.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCatalogue } from '../test/requirements/catalogue.ts'
import { matrixOf } from '../test/requirements/matrix.ts'
import { page, terminalLines } from '../test/requirements/pages.ts'
import { readReport } from '../test/requirements/report.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs the requirement tests and gives the JSON report; its own output goes to stderr. */
function runTests(): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'dr-requirements-'))
  const file = join(folder, 'report.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', 'test/requirements', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`]
  try {
    const { error } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] })
    if (error) throw error
    return JSON.parse(readFileSync(file, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const given = process.argv[2]
const { claims, broken } = readReport(given === undefined ? runTests() : JSON.parse(readFileSync(given, 'utf8')))
const matrix = matrixOf(readCatalogue(), claims)
matrix.problems.push(...broken)
process.stdout.write(`${terminalLines(matrix).join('\n')}\n`)
mkdirSync(join(root, 'docs'), { recursive: true })
writeFileSync(join(root, 'docs/requirements.md'), page(matrix))
process.exitCode = matrix.problems.length > 0 ? 1 : 0
