// Adds up what the tests, the soak and the template gate really reported, and says it in one line. Usage: tally.mjs FOLDER
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? 'coverage/report'
const read = (name) => {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'))
  } catch {
    return undefined
  }
}
const vitest = ['vitest.json', 'soak/vitest.json'].map(read)
const gate = read('gate.json')
const sum = (each) => vitest.reduce((total, one) => total + each(one), 0)
const passed = sum((one) => one?.numPassedTests ?? 0) + (gate?.passed ?? 0)
// A report that is missing is a failure: something ended before it could say how.
const failed =
  sum((one) => (one?.numFailedTests ?? 1) + (one?.numFailedTestSuites && !one.numFailedTests ? 1 : 0)) +
  (gate?.failed ?? 1)
const skipped = sum((one) => (one?.numPendingTests ?? 0) + (one?.numTodoTests ?? 0)) + (gate?.skipped ?? 0)
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
