// What is too long for `npm test`: every crash point of every system, and any number of random lives of each.
// npm run soak -- --seeds 2000 --from 1 --system miniature
import { parseArgs } from 'node:util'
import { inEmptyFolder } from '../test/cloud.ts'
import { crashes, trials } from '../test/simulation/crash.ts'
import { playAll } from '../test/simulation/played.ts'
import { everySubject } from '../test/simulation/scenarios.ts'
import { ground } from '../test/simulation/seeds.ts'
import temporary from '../test/temporary.ts'

const { values } = parseArgs({
  options: {
    /** Random lives per system; fewer of a large one take as long. */
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    /** Only this system. */
    system: { type: 'string' },
    'no-crashes': { type: 'boolean', default: false },
  },
})

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const subjects = everySubject().filter(({ environment }) => [undefined, environment.system].includes(values.system))
const [from, count] = [Number(values.from), Number(values.seeds)]
const found: string[] = []
process.on('exit', temporary())
inEmptyFolder()

for (const subject of subjects) {
  for (const trial of values['no-crashes'] ? [] : await trials(subject)) {
    const { points, lost } = await crashes(trial)
    say(`crash test: ${trial.name}: all ${points} crash points, ${lost.length} not survived`)
    found.push(...lost)
  }
  const seeds = Array.from({ length: count }, (_, index) => from + index)
  if (count > 0) found.push(...(await playAll(seeds, await ground(subject))))
}
for (const line of found) say(line)
if (subjects.length === 0) say(`there is no system ${values.system ?? ''}`)
process.exitCode = found.length > 0 || subjects.length === 0 ? 1 : 0
