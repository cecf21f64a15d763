// The template gate: dr's own rules, AWS's resource schemas, and Python's cfn-lint as a second, independent opinion.
// Prints one line per check and a tally; exits 1 when a check fails. With DR_REQUIRE_CFN_LINT its absence fails too.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { place } from '../src/lib/core/errors.ts'
import type { Scale, System, Target } from '../src/lib/core/model.ts'
import { rightsFile } from '../src/lib/load/rights.ts'
import { loadSystem, systemNames } from '../src/lib/load/system.ts'
import { type Artifact, packageSystem, packageTemplate } from '../src/lib/templates/package.ts'
import { resolveSystem } from '../src/lib/templates/resolve.ts'
import { ruleFindings, schemaFindings, type Finding } from '../src/lib/load/validate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = join(root, 'cfn')
const packaged = join(root, 'dist', 'cfn')
let passed = 0
let failed = 0
let skipped = 0

const say = (text: string): void => void process.stdout.write(`${text}\n`)

function check(name: string, faults: string[]): void {
  if (faults.length === 0) passed++
  else failed++
  say(`${faults.length === 0 ? 'pass' : 'FAIL'}  ${name}`)
  for (const fault of faults) say(`      ${fault}`)
}

const worded = ({ rule, message, position }: Finding): string => `${place(position)}: ${rule}: ${message}`

const target = (system: System, scale: Scale): Target => ({
  system,
  suffix: 'pr123',
  regions: system.regions,
  scale,
  parameters: {},
})

/** Packaged templates as the build wrote them. */
const files = (artifacts: Artifact[]): string[] =>
  artifacts.filter(({ key }) => key.endsWith('.json')).map(({ key }) => join(packaged, key))

/** What cfn-lint says of packaged templates; undefined where it is not installed. */
function cfnLint(regions: string[], artifacts: Artifact[]): Promise<string[] | undefined> {
  const options = ['--non-zero-exit-code', 'warning', '-r', ...regions, '--', ...files(artifacts)]
  const child = spawn('cfn-lint', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  return new Promise((done) => {
    child.on('error', () => done(undefined))
    child.on('close', (status) => done(status === 0 ? [] : said.trim().split('\n')))
  })
}

/** Counts and prints what cfn-lint said. */
function checkOpinion(name: string, regions: string[], faults: string[] | undefined): void {
  if (faults) return check(`${name}: cfn-lint in ${regions.join(', ')}`, faults)
  if (process.env['DR_REQUIRE_CFN_LINT'])
    return check(`${name}: cfn-lint`, ['cfn-lint is required here and is not installed'])
  skipped++
  say(`not checked  ${name}: cfn-lint is not installed`)
}

const systems = systemNames(sources).map((name) => loadSystem(sources, name))
const packages = await Promise.all(systems.map(packageSystem))
/** What bootstrap makes of an account: buckets and roles, and the rights of each system. */
const plain = [join(sources, 'bootstrap.yaml'), ...systems.map(rightsFile)]
const bootstrap = (await Promise.all(plain.map(packageTemplate))).flatMap(({ artifacts }) => artifacts)

// These are processes of their own: they work while the rules are checked here.
const everywhere = [...new Set(systems.flatMap(({ regions }) => Object.values(regions)))]
const asked = [
  ...systems.map(({ name, regions }, at) => ({ name, regions: Object.values(regions), ...packages[at]! })),
  { name: 'bootstrap', regions: everywhere, artifacts: bootstrap },
].map((it) => ({ ...it, answer: cfnLint(it.regions, it.artifacts) }))

for (const system of systems) {
  for (const scale of ['small', 'large'] as const) {
    const it = target(system, scale)
    check(`${system.name}: rules at scale ${scale}`, ruleFindings(it, resolveSystem(it)).map(worded))
  }
  check(`${system.name}: resource schemas`, (await schemaFindings(target(system, 'small'))).map(worded))
}
for (const { name, regions, answer } of asked) checkOpinion(name, regions, await answer)

// Every template file is packaged for some system, also where it is off by default: one that is not would never be checked.
const used = new Set(packages.flatMap(({ artifacts }) => artifacts.map(({ source }) => source)))

const templates = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml') && !/system\.yaml$|functions|drills/.test(file))
  .map((file) => join(sources, file))
check(
  'every template belongs to a system',
  templates.filter((file) => !used.has(file) && !plain.includes(file)),
)

say(`gate: ${passed} passed, ${failed} failed, ${skipped} skipped`)
const report = process.env['DR_TEST_REPORT']
if (report) {
  mkdirSync(report, { recursive: true })
  writeFileSync(join(report, 'gate.json'), JSON.stringify({ passed, failed, skipped }))
}
process.exitCode = failed > 0 ? 1 : 0
