// Adds up what the tests and the template gate really reported, and says it in one line. Usage: tally.mjs FOLDER
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
const unit = read('vitest.json')
const gate = read('gate.json')
const passed = (unit?.numPassedTests ?? 0) + (gate?.passed ?? 0)
// A report that is missing is a failure: something ended before it could say how.
const failed =
  (unit?.numFailedTests ?? 1) + (unit?.numFailedTestSuites && !unit.numFailedTests ? 1 : 0) + (gate?.failed ?? 1)
const skipped = (unit?.numPendingTests ?? 0) + (unit?.numTodoTests ?? 0) + (gate?.skipped ?? 0)
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
