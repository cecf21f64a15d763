// A drill whose process dies, or that somebody leaves: the next run ends it with everything restored, or in exit 6.
import { rmSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Phase } from '../../src/lib/drill/journal.ts'
import type { Report } from '../../src/lib/core/events.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { bury } from '../simulation/crash.ts'
import { type Birth, type Life, live } from '../simulation/life.ts'
import { firstLife } from '../systems/lifetime.ts'
import { hasty } from './hasty.ts'

/** One drill of each class; `every` line of its journal is one that its run dies at. */
const drills = [
  { system: 'payments', scale: 'small', scenario: 'region', mode: 'ungraceful', drillClass: 'L4', every: 1 },
  { system: 'payments', scale: 'small', scenario: 'region', mode: 'graceful', drillClass: 'L3', every: 1 },
  { system: 'transactions', scale: 'small', scenario: 'region', mode: undefined, drillClass: 'L3', every: 5 },
  { system: 'records', scale: 'small', scenario: 'az', mode: undefined, drillClass: 'L2', every: 1 },
  { system: 'records', scale: 'small', scenario: 'probe', mode: undefined, drillClass: 'L1', every: 1 },
] as const

describe.each(drills)(
  'the $drillClass drill of $system $scenario $mode',
  ({ system, scale, scenario, mode, drillClass, every }) => {
    let deployed: Account
    let templates: string
    beforeAll(async () => {
      templates = hasty([system])
      deployed = await firstLife(system, { scale, templates })
    })

    const begin = (it: Account, birth: Birth = {}): Life =>
      live(it.simulator, 'failover-test', { system, templates }, { drill: { scenario, mode }, ...birth })
    const ended = async ({ end }: Life): Promise<Partial<Report>> => {
      const how = await end
      if (how === 'died' || 'error' in how) return expect.unreachable(how === 'died' ? how : how.error.message)
      return how.report
    }
    const idOf = ({ events }: Life): string =>
      events.flatMap((event) => (event.kind === 'drill-planned' ? event.drill : []))[0] ??
      expect.unreachable('no drill')
    /** What a drill leaves behind is seen by anybody who looks. */
    const asBefore = async (it: Account): Promise<void> => {
      const seen = await ended(live(it.simulator, 'status', { system, templates }))
      expect(seen.verdict).toMatch(/can fail over/)
    }
    const isLine = (change: string): boolean => /^PutObject .*drills\/.*journal\.jsonl/.test(change)

    test('survives the death of its run at every line of the journal, on this machine and on another', async () => {
      inEmptyFolder()
      const whole = begin(copyOf(deployed))
      expect((await ended(whole)).exit).toBe(0)
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
        const report = await ended(begin(it, { drill: { scenario, mode, resume: idOf(first) } }))
        expect([0, 3, 5, 7], `line ${index + 1}: ${report.verdict}`).toContain(report.exit)
        expect(report.drill?.restored, `line ${index + 1}`).toBe(true)
        ends[String(report.exit)] = (ends[String(report.exit)] ?? 0) + 1
        await asBefore(it)
      }
      process.stdout.write(`${Math.ceil(lines.length / every)} deaths survived; exit codes: ${JSON.stringify(ends)}\n`)
    })

    const left: Phase[] = ['steady-before', 'arm', 'inject', 'detect', 'recover', 'verify', 'failback', 'steady-after']
    test.each(left)('fails back when it is left in the phase %s', async (phase) => {
      inEmptyFolder()
      const it = copyOf(deployed)
      const leaving = new AbortController()
      const listen: Birth['listen'] = (event) => {
        if (event.kind === 'phase-started' && event.phase === phase) leaving.abort(new Error('left'))
      }
      const report = await ended(begin(it, { signal: leaving.signal, listen }))
      expect(report.drill?.restored).toBe(true)
      // From the failback on it goes its way: there is nothing to turn back any more. What injects nothing has no such
      // phase, so that its last look is its end.
      const gone = ['failback', 'steady-after', ...(drillClass === 'L1' ? ['inject', 'verify'] : [])]
      expect(report.exit).toBe(gone.includes(phase) ? 0 : 5)
      await asBefore(it)
    })
  },
)
