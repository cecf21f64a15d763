// Random drills with known truth: what really was lost and when service really came back.
import fc from 'fast-check'
import type { History, Operation, Outcome } from '../../src/lib/drill/measure/history.ts'
import { consecutive } from '../../src/lib/drill/measure/recovery.ts'

/** What really happened, ms of the true clock; the probe's clock is `skew` ahead. */
export interface Scenario {
  interval: number
  skew: number
  clockBound: number
  injected: number
  /** The service is gone from `injected + delay` until here; Infinity: it never comes back. */
  back: number
  delay: number
  /** How far replication was behind: writes committed later than `injected - lag` are lost. */
  lag: number
  /** Chance that an answer gets lost, that a write is slow, that the probe skips one. */
  dice: { lost: number; slow: number; dead: number }
  until: number
  seed: number
}

const ms = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })

export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    interval: fc.constantFrom(200, 1000, 5000),
    bound: ms(0, 40_000),
    skewShare: fc.double({ min: -1, max: 1, noNaN: true }),
    injected: ms(60_000, 180_000),
    outage: fc.oneof(ms(0, 2000), ms(0, 1_200_000), fc.constant(Number.POSITIVE_INFINITY)),
    delay: ms(0, 3000),
    lag: fc.oneof(fc.constant(0), ms(0, 5000), ms(0, 400_000)),
    lost: fc.constantFrom(0, 0, 0.01, 0.1),
    slow: fc.constantFrom(0, 0.05),
    dead: fc.constantFrom(0, 0, 0.02, 0.3),
    tail: ms(0, 400_000),
    seed: ms(1, 2 ** 31 - 1),
  })
  .map(({ bound, skewShare, outage, tail, lost, slow, dead, ...rest }) => {
    const back = rest.injected + rest.delay + outage
    return {
      ...rest,
      clockBound: bound,
      skew: bound * skewShare,
      back,
      dice: { lost, slow, dead },
      until: (Number.isFinite(back) ? back : rest.injected + 900_000) + tail,
    }
  })

/** What the probe wrote down, and which sequences are really on the surviving side. */
export interface Played {
  history: History
  survived: Set<number>
  /** Commits that were acknowledged and are really gone: sequence and time (probe's clock). */
  gone: { sequence: number; at: number }[]
}

export function play(scenario: Scenario): Played {
  const { interval, skew, injected, back, delay, lag, dice, until, clockBound } = scenario
  const chance = random(scenario.seed)
  const operations: Operation[] = []
  const survived = new Set<number>()
  const gone: { sequence: number; at: number }[] = []
  const planned = Math.floor(until / interval)
  let silent = 0
  for (let sequence = 0; sequence < planned; sequence++) {
    if (chance() < dice.dead) continue
    const sent = sequence * interval
    const took = chance() < dice.slow ? 500 + chance() * 2500 : 2 + chance() * 40
    const commit = sent + took * chance()
    const up = commit < injected + delay || commit >= back
    const drop = chance() < dice.lost && silent < consecutive - 1
    silent = drop ? silent + 1 : 0
    const outcome: Outcome = drop ? 'unknown' : up ? 'ok' : 'fail'
    operations.push({ sequence, sent: sent + skew, ended: sent + took + skew, outcome })
    if (!up) continue
    const kept = commit >= back || commit <= injected - lag
    if (kept) survived.add(sequence)
    else if (outcome === 'ok') gone.push({ sequence, at: commit + skew })
  }
  return { history: { interval, planned, operations, injected, clockBound }, survived, gone }
}

/** Mulberry32: repeatable dice from a seed. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
