// What people see of drills: what can be drilled, what one would do, how it goes on, and how it ends, well and badly.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { actions } from '../../src/lib/drill/actions/index.ts'
import { readSettings } from '../../src/lib/load/config.ts'
import type { Event, Report } from '../../src/lib/core/events.ts'
import type { Fault } from '../../src/simulator/index.ts'
import { failoverTest, listed, previewed } from '../../src/lib/runs/failover-test.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { holdingsText } from '../../src/lib/views/holdings.ts'
import { drillList, drillPlanText } from '../../src/lib/views/drill.ts'
import { lines } from '../../src/lib/views/lines.ts'
import { paint } from '../../src/lib/views/paint.ts'
import { phasePicture } from '../../src/lib/views/phases.ts'
import { reportText } from '../../src/lib/views/report.ts'
import { type Account, copyOf } from '../cloud.ts'
import { templatesFolder } from '../requirements/templates.ts'
import { firstLife } from '../systems/lifetime.ts'
import type { Holdings } from '../../src/lib/observe/inventory.ts'

const width = 80
const plain = paint(false)
const here = resolve('test/golden/drills')
const hint = 'Ctrl-C fails back; a second one leaves, and --resume goes on'

/** Ids of executions and checks follow from the templates' content; a screen is not about them. */
const steady = (text: string): string =>
  text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '∙'.repeat(36)).replace(/ +$/gm, '')
async function golden(name: string, text: string, room = width): Promise<void> {
  expect(text.split('\n').filter((line) => line.length > room)).toEqual([])
  await expect(`${steady(text)}\n`).toMatchFileSnapshot(join(here, `${name}.txt`))
}

/** The templates with another objective for the time of recovery. */
function withRto(system: string, rto: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'dr-test-')), 'cfn')
  cpSync(templatesFolder, folder, { recursive: true })
  const file = join(folder, 'systems', system, 'system.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/objectives: \{ rto: \w+/, `objectives: { rto: ${rto}`))
  return folder
}

const begun = {
  kind: 'run-started' as const,
  verb: 'failover-test' as const,
  version: '0.0.0',
  system: 'payments',
  suffix: 'pr123',
  account: '',
  regions: [],
  simulated: true,
}

interface Drilled {
  report: Report
  events: Event[]
}

async function drill(it: Account, system: string, scenario: string, mode?: string, templates?: string): Promise<Drilled> {
  const run = it.run('failover-test')
  const session = await it.target({ system, ...(templates !== undefined && { templates }) })
  const report = await failoverTest(run, session, { scenario, mode, yes: true, allowDataLoss: true })
  return { report, events: run.events }
}

const ending = ({ report }: Drilled): string => reportText(report, plain, width)

function picture({ events }: Drilled, when: (event: Event) => boolean = () => false): string {
  const drawn = phasePicture()
  const [first] = events
  if (first) drawn.follow({ ...begun, at: first.at })
  for (const event of events) {
    drawn.follow(event)
    if (when(event)) return drawn.text(event.at + 12_000, '⠸', hint, plain, width)
  }
  return drawn.text(0, '⠸', '', plain, width)
}

function inLines({ events }: Drilled): string {
  const written: string[] = []
  const listen = lines((line) => written.push(line))
  const [first] = events
  if (first) listen({ ...begun, at: first.at })
  for (const event of events) listen(event)
  return written.join('\n')
}

describe('before a drill', () => {
  test.each(['payments', 'transactions', 'records', 'citizen', 'streaming'])('%s says what it can drill', async (system) => {
    const { files, classOf } = listed(readSettings({ system }, {}))
    await golden(`list-${system}`, drillList(files, classOf, width))
  })
})

describe('payments', () => {
  let deployed: Account
  const begin = (faults: Fault[] = []): Account => copyOf(deployed, faults)
  beforeAll(async () => {
    deployed = await firstLife('payments')
  })

  test('a dry run changes nothing and says what would be called, watched, guarded, taken back, and not proven', async () => {
    const it = begin()
    const session = await it.target({ system: 'payments' })
    const { plan, guards } = await previewed(session, { scenario: 'region', mode: 'ungraceful' })
    await golden('dry-run', drillPlanText(plan, actions, guards, width))
    expect(session.aws.calls.mutating).toEqual({})
  })

  test('a region that is lost: under way, at its end, and in lines', async () => {
    const done = await drill(begin(), 'payments', 'region', 'ungraceful')
    await golden('under-way', picture(done, (event) => event.kind === 'phase-started' && event.phase === 'recover'))
    await golden('done', `${picture(done)}\n\n${ending(done)}`)
    // Lines of a log are as long as they are.
    await golden('done-lines', inLines(done), Number.POSITIVE_INFINITY)
  })

  test('a harmless drill', async () => {
    const it = begin()
    const done = await drill(it, 'payments', 'probe')
    await golden('harmless', `${picture(done)}\n\n${ending(done)}`)
    // Whoever destroys the environment is told that the evidence stays.
    let held = ''
    const show = (it: Holdings): void => void (held = holdingsText(it, width))
    await destroy(it.run('destroy'), await it.target({ system: 'payments' }), { yes: true, show })
    await golden('then-destroyed', held)
  })

  test('an objective that is missed fails the drill, although all is as it was again (exit 4)', async () => {
    const done = await drill(begin(), 'payments', 'region', 'graceful', withRto('payments', '60s'))
    expect(done.report).toMatchObject({ exit: 4, drill: { restored: true } })
    await golden('missed', ending(done))
  })

  test('what cannot be taken back says so, names the way on, and is no success (exit 6)', async () => {
    // From the promotion on, the region that was left does not answer any more.
    const done = await drill(begin([{ kind: 'region-gone', region: 'us-east-1', after: 420 }]), 'payments', 'region', 'ungraceful')
    expect(done.report).toMatchObject({ exit: 6, drill: { restored: false } })
    // How long one waits for a silent region is left to chance, and no matter of this screen.
    const screen = `${picture(done)}\n\n${ending(done)}`
      .replaceAll(/ *\b\d+(m\d\d)?s\b/g, (time) => '∙'.padStart(time.length))
      .replaceAll(/\d+(\s+)of(\s+)\d+(\s+)were ok/g, '∙$1of$2∙$3were ok')
      .replaceAll(/\d+ without an answer/g, '∙ without an answer')
    await golden('not-restored', screen)
  })
})
