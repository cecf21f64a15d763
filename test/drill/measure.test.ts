import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clockBound, type History, type Operation, type Outcome } from '../../src/lib/drill/measure/history.ts'
import { measureGap } from '../../src/lib/drill/measure/gap.ts'
import { judgeLoss, judgeRecovery } from '../../src/lib/drill/measure/judge.ts'
import { measureLoss } from '../../src/lib/drill/measure/loss.ts'
import { measureRecovery } from '../../src/lib/drill/measure/recovery.ts'
import { failureRateBelow, spread } from '../../src/lib/drill/measure/spread.ts'
import { play, scenarios } from './scenario.ts'

const RTO = 900_000
const RPO = 300_000
/** A write is committed somewhere between sending and answer; times are compared as floating numbers. */
const hair = 1e-6

describe('over random drills with known truth', () => {
  it('the measured recovery time contains the true one, or is open', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { history } = play(scenario)
        const { effect, bounds } = measureRecovery(history)
        const truth = scenario.back - scenario.injected
        if (effect === undefined) return
        expect(bounds.from).toBeLessThanOrEqual(truth + hair)
        expect(bounds.to).toBeGreaterThanOrEqual(truth - hair)
      }),
      { numRuns: 2000 },
    )
  })

  it('what pooled connections add contains the truth, or is open', () => {
    fc.assert(
      fc.property(scenarios, fc.integer({ min: -600_000, max: 600_000 }), (scenario, more) => {
        const other = { ...scenario, back: Math.max(scenario.injected, scenario.back + more), seed: scenario.seed + 1 }
        const [fresh, pooled] = [scenario, other].map((it) => measureRecovery(play(it).history))
        const gap = fresh && pooled && measureGap(fresh, pooled)
        if (!gap) return
        expect(gap.from).toBeLessThanOrEqual(other.back - scenario.back + hair)
        expect(gap.to).toBeGreaterThanOrEqual(other.back - scenario.back - hair)
      }),
      { numRuns: 2000 },
    )
  })

  it('a pass is one, and a failure is one', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { history, survived, gone } = play(scenario)
        const rto = judgeRecovery(history, measureRecovery(history), RTO).verdict
        const rpo = judgeLoss(history, measureLoss(history, { verify: survived }), RPO).verdict
        const lostTime = gone[0] ? history.injected + scenario.skew - gone[0].at : 0
        if (rto === 'pass') expect(scenario.back - scenario.injected).toBeLessThanOrEqual(RTO)
        if (rto === 'fail') expect(scenario.back - scenario.injected).toBeGreaterThan(RTO)
        if (rpo === 'pass') expect(lostTime).toBeLessThanOrEqual(RPO)
        if (rpo === 'fail') expect(lostTime).toBeGreaterThan(RPO)
      }),
      { numRuns: 2000 },
    )
  })

  it('the lost writes are exactly those that are gone, and the measured time contains the true one', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { history, survived, gone } = play(scenario)
        const loss = measureLoss(history, { verify: survived })
        expect(loss?.lost).toEqual(gone.map(({ sequence }) => sequence))
        if (!loss || !gone[0]) return
        const truth = history.injected + scenario.skew - gone[0].at
        expect(loss.bounds.from).toBeLessThanOrEqual(Math.max(0, truth) + hair)
        expect(loss.bounds.to).toBeGreaterThanOrEqual(truth - hair)
      }),
      { numRuns: 2000 },
    )
  })
})

/** One letter for each second: `.` ok, `x` fail, `?` unknown, a blank was never sent. Injected at second 10. */
function written(line: string, more: Partial<History> = {}): History {
  const outcomes: Record<string, Outcome> = { '.': 'ok', x: 'fail', '?': 'unknown' }
  const operations = line.split('').flatMap((letter, sequence): Operation[] => {
    const outcome = outcomes[letter]
    return outcome ? [{ sequence, sent: sequence * 1000, ended: sequence * 1000 + 20, outcome }] : []
  })
  return { interval: 1000, planned: line.length, operations, injected: 10_000, clockBound: 0, ...more }
}

const ok = (seconds: number): string => '.'.repeat(seconds)
const set = (from: number, to: number): Set<number> => new Set(Array.from({ length: to - from }, (_, i) => from + i))

describe('recovery time', () => {
  it('runs from the injection to the end of the first success that holds', () => {
    const recovery = measureRecovery(written(`${ok(10)}xxxx${ok(80)}`))
    expect(recovery).toEqual({ effect: 0, recovered: 4020, bounds: { from: 3000, to: 4020 } })
  })

  it('does not count a success that does not hold', () => {
    const { bounds } = measureRecovery(written(`${ok(10)}xx${ok(30)}xx${ok(80)}`))
    expect(bounds).toEqual({ from: 33_000, to: 34_020 })
  })

  it('stays open while success has not held for a minute', () => {
    const history = written(`${ok(10)}xxxx${ok(59)}`)
    const recovery = measureRecovery(history)
    expect(recovery.recovered).toBeUndefined()
    expect(judgeRecovery(history, recovery, RTO)).toMatchObject({ verdict: 'inconclusive' })
    expect(judgeRecovery(history, recovery, 2000)).toMatchObject({ verdict: 'fail' })
  })

  it('of a slow probe stays open until five successes came in a row', () => {
    const slow = (successes: number): History => {
      const operations = Array.from({ length: 6 + successes }, (_, sequence): Operation => {
        const outcome = sequence < 4 || sequence > 5 ? 'ok' : 'fail'
        return { sequence, sent: sequence * 30_000, ended: sequence * 30_000 + 20, outcome }
      })
      return { interval: 30_000, planned: operations.length, operations, injected: 115_000, clockBound: 0 }
    }
    expect(measureRecovery(slow(4)).recovered).toBeUndefined()
    expect(measureRecovery(slow(5)).recovered).toBe(65_020)
  })

  it('takes a few missing answers for chance, and many in a row for an outage', () => {
    expect(measureRecovery(written(`${ok(10)}x????${ok(80)}`)).bounds.from).toBe(0)
    expect(measureRecovery(written(`${ok(10)}${'?'.repeat(9)}${ok(80)}`)).bounds.from).toBe(4000)
  })

  it('of a fault that nobody saw is inconclusive, not a pass', () => {
    const history = written(ok(100))
    expect(judgeRecovery(history, measureRecovery(history), RTO)).toMatchObject({
      verdict: 'inconclusive',
      because: 'no probe saw the fault',
    })
  })

  it.each([
    ['a probe that died', written(`${ok(10)}xx${' '.repeat(20)}${ok(80)}`), 'sent 92 of 112'],
    ['clocks too far apart', written(`${ok(10)}xx${ok(80)}`, { clockBound: RTO / 5 }), 'clocks'],
    ['a clock that nobody compared', written(`${ok(10)}xx${ok(80)}`, { clockBound: clockBound([]) }), 'unknown time'],
    ['a service that was never there', written(`${'x'.repeat(12)}${ok(80)}`), 'before the fault'],
    ['no operation at all', written(''), '0 of 0'],
  ])('with %s is inconclusive', (_, history, because) => {
    const judgement = judgeRecovery(history, measureRecovery(history), RTO)
    expect(judgement.verdict).toBe('inconclusive')
    expect(judgement.because).toContain(because)
  })
})

describe('lost writes', () => {
  const history = written(`${ok(10)}xxxx${ok(80)}`)

  it('are acknowledged and absent; the time runs back to the last write before the first gap', () => {
    const present = new Set([...set(0, 4), 6, ...set(14, 94)])
    expect(measureLoss(history, { verify: present })).toMatchObject({
      acknowledged: 90,
      lost: [4, 5, 7, 8, 9],
      prefixEnd: 3,
      lastSurvivor: 93,
      bounds: { from: 10_000 - 4020, to: 10_000 - 3000 },
    })
  })

  it('are told apart: delayed, recoverable from a snapshot, lost for good', () => {
    const verify = set(14, 94)
    const loss = measureLoss(history, { verify, failback: set(0, 3), snapshot: set(2, 6) })
    expect(loss).toMatchObject({ delayed: [0, 1, 2], recoverable: [3, 4, 5], lostForGood: [6, 7, 8, 9] })
    expect(loss?.prefixEnd).toBeUndefined()
  })

  it('never include a write without an answer, which is listed instead', () => {
    const loss = measureLoss(written(`${ok(8)}??xx${ok(80)}`), { verify: new Set([...set(0, 8), ...set(12, 92)]) })
    expect(loss).toMatchObject({ lost: [], unknown: [8, 9] })
  })

  it('without a look are no figure, and no pass', () => {
    expect(measureLoss(history, {})).toBeUndefined()
    expect(judgeLoss(history, undefined, RPO)).toMatchObject({ verdict: 'inconclusive' })
  })

  it('of zero are still measured no finer than the writes before the fault', () => {
    const loss = measureLoss(history, { verify: set(0, 94) })
    expect(loss).toMatchObject({ lost: [], bounds: { from: 0, to: 1000 } })
  })
})

describe('repeats', () => {
  it('have percentiles only from twenty on', () => {
    expect(spread([])).toBeUndefined()
    expect(spread([3, 1, 2, 10])).toEqual({ n: 4, min: 1, median: 2.5, max: 10 })
    expect(spread(Array.from({ length: 20 }, (_, i) => i + 1))?.p95).toBe(19)
  })

  it('without a failure bound the failure rate by about three over n', () => {
    expect(failureRateBelow(59)).toBeCloseTo(0.0495, 3)
    expect(failureRateBelow(0)).toBe(1)
  })
})

describe('clocks', () => {
  it('are apart by the offset seen and half the round trip', () => {
    expect(
      clockBound([
        { offset: -30, roundTrip: 40 },
        { offset: 5, roundTrip: 10 },
      ]),
    ).toBe(50)
  })
})

describe('what pooled connections add', () => {
  const seen = (from: number, to: number) => ({ effect: 0, recovered: to, bounds: { from, to } })
  const nothing = { bounds: { from: 0, to: Number.POSITIVE_INFINITY } }

  it.each([
    ['lies between both errors', seen(10, 12), seen(70, 75), { from: 58, to: 65 }],
    [
      'is open where they were not seen to be back',
      seen(10, 12),
      { ...seen(70, Infinity) },
      { from: 58, to: Infinity },
    ],
    ['is not told where fresh ones felt nothing', nothing, seen(70, 75), undefined],
    ['is not told where pooled ones felt nothing', seen(10, 12), nothing, undefined],
    ['is not told where nobody felt anything', nothing, nothing, undefined],
    ['is not told where fresh ones did not come back', { ...seen(10, Infinity) }, seen(70, 75), undefined],
  ])('%s', (_, fresh, pooled, gap) => {
    expect(measureGap(fresh, pooled)).toEqual(gap)
  })
})
