// Whole drills of deployed systems in virtual time: injected, measured, failed back, written down.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { DrillReport } from '../../src/lib/drill/evidence/report.ts'
import { readJournal } from '../../src/lib/drill/journal.ts'
import type { Report } from '../../src/lib/events.ts'
import { failoverTest } from '../../src/lib/verbs/failover-test.ts'
import { json } from '../../src/lib/views/ndjson.ts'
import { type Account, copyOf } from '../cloud.ts'
import { line } from '../contract/ndjson.ts'
import { firstLife } from '../systems/lifetime.ts'

interface Drilled {
  report: Report
  evidence: DrillReport
  folder: string
}

async function drill(it: Account, system: string, scenario: string, mode?: string): Promise<Drilled> {
  const run = it.run('failover-test')
  const report = await failoverTest(run, await it.target({ system }), {
    scenario,
    mode,
    yes: true,
    allowDataLoss: true,
  })
  const last = { at: it.simulator.clock.now(), kind: 'run-finished' as const, report }
  // Whatever a drill tells keeps the published form.
  for (const event of [...run.events, last]) {
    const written = json(event)
    expect(line.safeParse(JSON.parse(written)).error?.issues ?? [], written).toEqual([])
  }
  const folder = dirname(report.files[0] ?? '')
  const evidence = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as DrillReport
  return { report, evidence, folder }
}

/** What each phase and step said, without the words that change. */
const phasesOf = ({ evidence }: Drilled): string[] => [...new Set(evidence.timeline.map(({ phase }) => phase))]

const scenarios = {
  payments: [
    ['probe', undefined, 'L1'],
    ['az', undefined, 'L2'],
    ['database', undefined, 'L2'],
    ['dns', undefined, 'L2'],
    ['region', 'graceful', 'L3'],
    ['region', 'ungraceful', 'L4'],
  ],
  transactions: [
    ['probe', undefined, 'L1'],
    ['dns', undefined, 'L2'],
    ['region', undefined, 'L3'],
  ],
  records: [
    ['probe', undefined, 'L1'],
    ['az', undefined, 'L2'],
    ['database', undefined, 'L2'],
  ],
  citizen: [
    ['probe', undefined, 'L1'],
    ['az', undefined, 'L2'],
    ['database', undefined, 'L2'],
  ],
  streaming: [
    ['probe', undefined, 'L1'],
    ['az', undefined, 'L2'],
    ['database', undefined, 'L2'],
  ],
} satisfies Record<string, [string, string | undefined, string][]>

describe.each(Object.entries(scenarios))('%s', (system, drills) => {
  let deployed: Account
  beforeAll(async () => {
    deployed = await firstLife(system, { scale: 'large' })
  })

  test.each(drills)('%s %s is drilled, fails back and leaves its evidence', async (scenario, mode, drillClass) => {
    const it = copyOf(deployed)
    const done = await drill(it, system, scenario, mode)
    const { report, evidence, folder } = done
    expect(report.verdict, JSON.stringify(report.drill?.checks)).toMatch(/every objective met, all restored/)
    expect(report).toMatchObject({ exit: 0, simulated: true, drill: { class: drillClass, restored: true } })
    expect(evidence.simulated).toBe(true)
    expect(phasesOf(done).at(-1)).toBe('report')
    for (const name of ['report.md', 'report.html', 'junit.xml', 'journal.jsonl', 'manifest.sha256'])
      expect(existsSync(join(folder, name)), name).toBe(true)
    const journal = readJournal(readFileSync(join(folder, 'journal.jsonl'), 'utf8'), evidence.plan)
    expect(journal.broken).toBeUndefined()
  })
})
