// A drill of each class whose process dies, or that somebody leaves: the next run ends it with everything restored.
import { rmSync } from 'node:fs'
import { expect } from 'vitest'
import type { Report } from '../../src/lib/core/events.ts'
import type { Scale } from '../../src/lib/core/model.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { bury } from '../simulation/crash.ts'
import { type Birth, type Life, live } from '../simulation/life.ts'
import { firstLife } from '../systems/lifetime.ts'
import { hasty } from './hasty.ts'

export interface Drilled {
  system: string
  scale: Scale
  scenario: string
  mode: string | undefined
  drillClass: string
  /** Its run dies at every so manieth line of its journal: `often` in the soak, `seldom` in `npm test`. */
  often: number
  seldom: number
}

const payments = { system: 'payments', scale: 'small', scenario: 'region' } as const
const records = { system: 'records', scale: 'small', mode: undefined } as const

export const drills: Drilled[] = [
  { ...payments, mode: 'ungraceful', drillClass: 'L4', often: 1, seldom: 9 },
  { ...payments, mode: 'graceful', drillClass: 'L3', often: 1, seldom: 9 },
  {
    system: 'transactions',
    scale: 'small',
    scenario: 'region',
    mode: undefined,
    drillClass: 'L3',
    often: 5,
    seldom: 15,
  },
  { ...records, scenario: 'az', drillClass: 'L2', often: 1, seldom: 5 },
  { ...records, scenario: 'probe', drillClass: 'L1', often: 1, seldom: 5 },
]

export interface Place {
  deployed: Account
  begin(it: Account, birth?: Birth): Life
  /** What a drill leaves behind is seen by anybody who looks. */
  expectAsBefore(it: Account): Promise<void>
}

/** Where the drill takes place. */
export async function placeOf({ system, scale, scenario, mode }: Drilled): Promise<Place> {
  const templates = hasty([system])
  return {
    deployed: await firstLife(system, { scale, templates }),
    begin: (it, birth = {}) =>
      live(it.simulator, 'failover-test', { system, templates }, { drill: { scenario, mode }, ...birth }),
    expectAsBefore: async (it) => {
      const seen = await reported(live(it.simulator, 'status', { system, templates }))
      expect(seen.verdict).toMatch(/can fail over/)
    },
  }
}

/** The report of a run that neither died nor failed. */
export async function reported({ end }: Life): Promise<Partial<Report>> {
  const how = await end
  if (how === 'died' || 'error' in how) return expect.unreachable(how === 'died' ? how : how.error.message)
  return how.report
}

const idOf = ({ events }: Life): string =>
  events.flatMap((event) => (event.kind === 'drill-planned' ? event.drill : []))[0] ?? expect.unreachable('no drill')
const isLine = (change: string): boolean => /^PutObject .*drills\/.*journal\.jsonl/.test(change)

/** Lets the run die at every so manieth line of its journal, on this machine and on another in turn. */
export async function expectSurvival({ scenario, mode }: Drilled, place: Place, every: number): Promise<void> {
  const { deployed, begin, expectAsBefore } = place
  inEmptyFolder()
  const whole = begin(copyOf(deployed))
  expect((await reported(whole)).exit).toBe(0)
  const lines = whole.changes.flatMap((change, index) => (isLine(change) ? index + 1 : []))
  expect(lines.length).toBeGreaterThan(20)
  const ends: Record<string, number> = {}
  for (const [index, at] of lines.entries()) {
    if (index % every !== 0) continue
    const it = copyOf(deployed)
    // Every second death leaves a machine whose journal is a line ahead; the others leave the bucket alone.
    const elsewhere = (index / every) % 2 === 0
    const first = begin(it, { death: { at, when: elsewhere ? 'after' : 'before' } })
    expect(await first.end).toBe('died')
    bury(it.simulator)
    if (elsewhere) rmSync('.dr', { recursive: true, force: true })
    const report = await reported(begin(it, { drill: { scenario, mode, resume: idOf(first) } }))
    expect([0, 3, 5, 7], `line ${index + 1}: ${report.verdict}`).toContain(report.exit)
    expect(report.drill?.restored, `line ${index + 1}`).toBe(true)
    ends[String(report.exit)] = (ends[String(report.exit)] ?? 0) + 1
    await expectAsBefore(it)
  }
  process.stdout.write(`${Math.ceil(lines.length / every)} deaths survived; exit codes: ${JSON.stringify(ends)}\n`)
}
