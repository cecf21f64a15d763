// Whole drills of deployed systems in virtual time, injected, measured, failed back, written down: what requirements of
// recovery rest on.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DrillReport } from '../../src/lib/drill/evidence/report.ts'
import { readJournal } from '../../src/lib/drill/journal.ts'
import type { Report } from '../../src/lib/core/events.ts'
import { failoverTest } from '../../src/lib/runs/failover-test.ts'
import { json } from '../../src/lib/views/ndjson.ts'
import { type Account, copyOf } from '../cloud.ts'
import { line } from '../contract/ndjson.ts'
import { firstLife } from '../systems/lifetime.ts'

interface Drilled {
  report: Report
  evidence: DrillReport
  folder: string
}

async function drill(it: Account, system: string, scenario: string, named: string): Promise<Drilled> {
  const mode = named === '' ? undefined : named
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

/** Scenario, mode, what it may break, and the requirements that it is the proof of, on the simulator. */
const scenarios = {
  payments: [
    ['', 'probe', '', 'L1'],
    ['', 'az', '', 'L2'],
    ['PAY-04 ', 'database', '', 'L2'],
    ['PAY-17 ', 'dns', '', 'L2'],
    ['PAY-03 ', 'region', 'graceful', 'L3'],
    ['PAY-25 ', 'region', 'ungraceful', 'L4'],
  ],
  transactions: [
    ['', 'probe', '', 'L1'],
    ['TXN-18 ', 'dns', '', 'L2'],
    ['TXN-57 TXN-58 ', 'region', '', 'L3'],
  ],
  records: [
    ['', 'probe', '', 'L1'],
    ['REC-05 ', 'az', '', 'L2'],
    ['REC-11 ', 'database', '', 'L2'],
  ],
  citizen: [
    ['', 'probe', '', 'L1'],
    ['CIT-15 ', 'az', '', 'L2'],
    ['CIT-04 CIT-05 CIT-07 ', 'database', '', 'L2'],
  ],
  streaming: [
    ['', 'probe', '', 'L1'],
    ['STR-20 STR-22 ', 'az', '', 'L2'],
    ['', 'database', '', 'L2'],
  ],
} satisfies Record<string, [ids: string, scenario: string, mode: string, drillClass: string][]>

describe.each(Object.entries(scenarios))('%s', (system, drills) => {
  let deployed: Account
  beforeAll(async () => {
    deployed = await firstLife(system, { scale: 'large' })
  })
  beforeEach(({ task }) => {
    Object.assign(task.meta, { target: 'simulator' })
  })

  test.each(drills)(
    '%sthe drill %s %s meets its objectives, fails back and leaves its evidence',
    async (_, scenario, mode, drillClass) => {
      const it = copyOf(deployed)
      const done = await drill(it, system, scenario, mode)
      const { report, evidence, folder } = done
      expect(report.verdict, JSON.stringify(report.drill?.checks)).toMatch(
        scenario === 'dns'
          ? /it measures no objective, every check passed, all restored/
          : /every objective (that it tests is )?met, all restored/,
      )
      expect(report).toMatchObject({ exit: 0, simulated: true, drill: { class: drillClass, restored: true } })
      expect(evidence.simulated).toBe(true)
      expect(phasesOf(done).at(-1)).toBe('report')
      for (const name of ['report.md', 'report.html', 'junit.xml', 'journal.jsonl', 'manifest.sha256'])
        expect(existsSync(join(folder, name)), name).toBe(true)
      const journal = readJournal(readFileSync(join(folder, 'journal.jsonl'), 'utf8'), evidence.plan)
      expect(journal.broken).toBeUndefined()
    },
  )
})
