// npm run contract: shows every contract on the target that DR_CONTRACT names, and prints what held.
// --record writes what it showed, with today's date, into docs/evidence.tsv.
import { parseArgs } from 'node:util'
import { readLedger, withShown, writeLedger } from '../test/contract/aws/ledger.ts'
import { closingLines, lineOf } from '../test/contract/aws/report.ts'
import { costOf, isGood, runContracts } from '../test/contract/aws/run.ts'
import { rules } from '../test/contract/aws/rules/index.ts'
import { chosen, openTarget } from '../test/contract/aws/target.ts'

const { values } = parseArgs({ options: { record: { type: 'boolean', default: false } } })
const say = (line: string): void => void process.stdout.write(`${line}\n`)

try {
  const target = await openTarget(chosen(process.env), costOf(rules))
  const now = new Date()
  const result = await runContracts(rules, target, now.getTime().toString(36), (one) => say(lineOf(one)))
  for (const line of closingLines(result, target)) say(line)
  target.close()
  if (values.record) {
    writeLedger(withShown(readLedger(), result.shown, target.name, now.toISOString().slice(0, 10)))
  }
  process.exitCode = isGood(result) ? 0 : 1
} catch (error) {
  say((error as Error).message)
  process.exitCode = 2
}
