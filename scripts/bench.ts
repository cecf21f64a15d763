// Figures, never a test: start-up, rules, makespan against the critical path, calls to AWS per verb and per poll, and
// what planning and a look at the status cost.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { performance } from 'node:perf_hooks'
import { account, inEmptyFolder } from '../test/cloud.ts'
import temporary from '../test/temporary.ts'
import { followed, said } from '../test/simulation/polls.ts'
import { deployed, prepared, shipped, shippedSystems, type Subject } from '../test/simulation/scenarios.ts'
import type { Report } from '../src/lib/core/events.ts'
import type { Cloud } from '../src/simulator/index.ts'
import { loadSystem } from '../src/lib/load/system.ts'
import { deploy } from '../src/lib/runs/deploy.ts'
import { destroy } from '../src/lib/runs/destroy.ts'
import { planned } from '../src/lib/runs/planned.ts'
import { ruleFindings } from '../src/lib/load/validate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const say = (name: string, value: string): void => void process.stdout.write(`${name.padEnd(44)} ${value}\n`)
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const ms = (value: number): string => `${Math.round(value)} ms`

/** Wall time of a command, ms. */
function timed(command: string, args: string[], cwd: string): number {
  const began = performance.now()
  spawnSync(command, args, { cwd, stdio: 'ignore' })
  return performance.now() - began
}

/** An oclif program with one empty command: the floor under every start-up. */
function emptyProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dr-bench-'))
  mkdirSync(join(folder, 'bin'))
  mkdirSync(join(folder, 'commands'))
  const oclif = { bin: 'empty', commands: './commands' }
  const pjson = { name: 'empty', version: '0.0.0', type: 'module', files: ['/.oclif.manifest.json'], oclif }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(pjson))
  writeFileSync(join(folder, '.oclif.manifest.json'), JSON.stringify({ version: '0.0.0', commands: {} }))
  cpSync(join(root, 'bin', 'run.js'), join(folder, 'bin', 'run.js'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

function startUp(): void {
  const empty = emptyProgram()
  const pairs = Array.from({ length: 11 }, () => [
    timed(process.execPath, ['bin/run.js', '--version'], root),
    timed(process.execPath, ['bin/run.js', '--version'], empty),
  ])
  const [own, floor] = [0, 1].map((at) => median(pairs.map((pair) => pair[at] ?? 0)))
  const ratio = median(pairs.map(([a = 0, b = 1]) => a / b))
  say('dr --version', `${ms(own ?? 0)}, an empty oclif program ${ms(floor ?? 0)}: ratio ${ratio.toFixed(2)} (goal 1.3)`)
}

function rules(): void {
  const system = loadSystem(join(root, 'cfn'), 'transactions')
  const target = { system, suffix: 'pr123', regions: system.regions, scale: 'small' as const, parameters: {} }
  const began = performance.now()
  ruleFindings(target)
  say('own rules over cfn/, cold', `${ms(performance.now() - began)} (goal 400 ms)`)
}

/** Seconds from the first operation's begin to the last one's end, and the sum along the stages' graph. */
function makespan(cloud: Cloud): void {
  const sets = Object.values(cloud.stackSets).filter((set) => set.status === 'ACTIVE')
  const operations = sets.flatMap((set) => set.operations)
  const began = Math.min(...operations.map((it) => it.createdAt))
  const ended = Math.max(...operations.map((it) => it.endedAt ?? 0))
  const stages = loadSystem(join(root, 'cfn'), 'transactions').stages
  const path = new Map<string, number>()
  for (const stage of stages) {
    const own = sets
      .filter((set) => set.name === `dr-transactions-${stage.name}-pr123`)
      .flatMap((set) => set.operations)
    const seconds = own.reduce((sum, it) => sum + ((it.endedAt ?? 0) - it.createdAt) / 1000, 0)
    path.set(stage.name, Math.max(0, ...stage.needs.map((name) => path.get(name) ?? 0)) + seconds)
  }
  const [real, critical] = [(ended - began) / 1000, Math.max(...path.values())]
  const over = ((real / critical - 1) * 100).toFixed(1)
  say('simulated makespan', `${real.toFixed(0)} s, critical path ${critical.toFixed(0)} s: ${over} % over (goal 3 %)`)
}

const calls = (name: string, report: Report): void =>
  say(
    `AWS calls of ${name}`,
    `${report.calls.mutating} mutating, ${report.calls.reading} reading (exit ${report.exit})`,
  )

async function verbs(): Promise<void> {
  inEmptyFolder()
  const it = account({ wholeSdk: true })
  calls('a first deploy, bootstrap included', await deploy(it.run('deploy'), await it.target()))
  makespan(it.simulator.inspect())
  const began = performance.now()
  calls('a deploy without changes', await deploy(it.run('deploy'), await it.target()))
  say('a deploy without changes, in this process', ms(performance.now() - began))
  calls('a destroy', await destroy(it.run('destroy'), await it.target(), { yes: true, show: () => undefined }))
}

/** Calls per poll of one operation: two, and one for each instance in progress; none of them repeats an event. */
async function polling(): Promise<void> {
  const ready = await prepared(shipped('transactions'))
  for (const [instances, resources] of [
    [4, 3],
    [8, 3],
    [40, 3],
    [1, 100],
    [1, 400],
  ] as const)
    say('calls to follow an operation', said(await followed(ready, instances, resources)))
}

/** A plan in which everything may have changed, of each system, in this process. */
async function planning(): Promise<void> {
  for (const subject of shippedSystems()) {
    const { system } = subject.environment
    try {
      const it = await deployed(await prepared(subject), subject)
      const session = await it.target(withUpdate(subject))
      const began = performance.now()
      const { plan } = await planned(session, { schema: false })
      const resources = plan.stages.flatMap((stage) => stage.regions).reduce((sum, one) => sum + one.resources, 0)
      say(
        `a plan of ${system}, in this process`,
        `${ms(performance.now() - began)} for ${resources} resources (goal 2000 ms)`,
      )
    } catch (error) {
      say(
        `a plan of ${system}`,
        `not measured: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
      )
    }
  }
}

const withUpdate = ({ flags, changed }: Subject): Subject['flags'] => ({ ...flags, parameter: [changed] })

/** Wall time and memory of a whole `dr status` process over a deployed environment. */
function status(): void {
  const folder = mkdtempSync(join(tmpdir(), 'dr-bench-'))
  const memory = join(folder, 'memory')
  const meter = join(folder, 'meter.mjs')
  const written = `process.on('exit', () => writeFileSync(${JSON.stringify(memory)}, String(process.resourceUsage().maxRSS)))`
  writeFileSync(meter, `import { writeFileSync } from 'node:fs'\n${written}\n`)
  const run = join(root, 'bin', 'run.js')
  timed(process.execPath, [run, 'deploy', '--suffix', 'pr123', '--local', '--local-speed', '600'], folder)
  const took = timed(process.execPath, ['--import', meter, run, 'status', '--suffix', 'pr123', '--local'], folder)
  const megabytes = Number(readFileSync(memory, 'utf8')) / 1024
  say('dr status of transactions', `${ms(took)} (goal 2000 ms), ${megabytes.toFixed(0)} MB (goal 250 MB)`)
}

process.on('exit', temporary())
rules()
startUp()
inEmptyFolder()
await polling()
await planning()
status()
await verbs()
