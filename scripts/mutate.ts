// npm run mutate: changes modules that decide, by Stryker, and expects that a test fails.
// npm run mutate -- --only rights     takes single rights away instead; or those of one part: execution, services
import { spawnSync } from 'node:child_process'
import { judgeAll, parts, type Judged } from '../test/mutants/rights.ts'

const at = process.argv.indexOf('--only')
const only = at < 0 ? undefined : (process.argv[at + 1] ?? '')
if (only === undefined) {
  const { status } = spawnSync('npx', ['stryker', 'run', ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exit(status ?? 1)
}
const chosen = only === 'rights' ? Object.keys(parts) : Object.keys(parts).filter((name) => name === only)
if (chosen.length === 0) {
  process.stderr.write(`--only takes rights, ${Object.keys(parts).join(' or ')}, not "${only}"\n`)
  process.exit(2)
}
const print = (name: string, { killed, total, explained, survivors, idle }: Judged): void => {
  for (const { subject, why } of explained) process.stdout.write(`explained  ${subject}\n           ${why}\n`)
  for (const subject of survivors) process.stdout.write(`SURVIVED   ${subject}\n`)
  for (const reason of idle) process.stdout.write(`IDLE       no survivor has this reason: ${reason}\n`)
  const known = explained.length > 0 ? `, ${explained.length} explained` : ''
  process.stdout.write(`${name}: ${killed} of ${total} mutants killed${known}, ${survivors.length} survived\n`)
}
let isGood = true
for (const name of chosen) {
  const judged = judgeAll(...(await parts[name]!()))
  print(name, judged)
  isGood &&= judged.survivors.length === 0 && judged.idle.length === 0
}
process.exit(isGood ? 0 : 1)
