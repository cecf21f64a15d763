// Chance that a seed determines, and what it may bring upon a run.
import type { Fault } from '../../src/simulator/index.ts'

export interface Dice {
  /** From 0 up to but not including 1. */
  random(): number
  /** A whole number, both ends included. */
  between(low: number, high: number): number
  pick<T>(from: readonly T[]): T
  /** True with this probability. */
  chance(probability: number): boolean
}

/** Mulberry32: small, and the same everywhere. */
export function dice(seed: number): Dice {
  let state = seed >>> 0
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1))
  return {
    random,
    between,
    pick: (from) => from[between(0, from.length - 1)]!,
    chance: (probability) => random() < probability,
  }
}

const reads = ['DescribeStackSet', 'DescribeStackSetOperation', 'ListStackInstances', 'DescribeStacks', 'GetObject']
const writes = [
  'CreateStackSet',
  'CreateStackInstances',
  'UpdateStackSet',
  'DeleteStackInstances',
  'DeleteStackSet',
  'PutObject',
]
/** Only lists are eventually consistent: AWS says so of these, and of no description. */
const lists = ['ListStackInstances', 'ListStackSetOperations', 'ListStackSetOperationResults']

/** Where something can go wrong. */
interface Places {
  regions: string[]
  /** Resource types. */
  types: string[]
}

/** One thing that goes wrong. Nothing of it lasts for ever: what AWS never ends, no run can. */
export function misfortune({ between, pick, chance, random }: Dice, { regions, types }: Places): Fault {
  const region = pick(regions)
  const command = chance(0.5) ? { command: pick([...reads, ...writes]) } : {}
  const where = { ...command, ...(chance(0.3) ? { region } : {}) }
  const now = { ...(chance(0.5) ? { after: between(0, 120) } : {}), times: between(1, 12) }
  const often = { every: between(1, 6) }
  const kinds: (() => Fault)[] = [
    () => ({ kind: 'throttle', ...where, ...often, ...now }),
    () => ({ kind: 'server-error', ...where, ...often, ...now }),
    () => ({ kind: 'reset', ...where, ...often, ...now }),
    () => ({ kind: 'lost-answer', ...where, ...often, ...now }),
    () => ({ kind: 'lost-answer', command: pick(writes), times: between(1, 9) }),
    () => ({ kind: 'stale', command: pick(lists), seconds: between(1, 20) }),
    () => ({ kind: 'slow', factor: between(2, 20), region, ...(chance(0.5) ? { type: pick(types) } : {}) }),
    () => ({ kind: 'resource-fails', reason: 'it was refused', region, type: pick(types), times: between(1, 3) }),
    () => ({ kind: 'resource-fails', reason: 'it is in use', type: pick(types), action: 'delete', times: 1 }),
    () => ({ kind: 'denied', command: pick([...reads, ...writes]), times: between(1, 2), after: between(0, 200) }),
    () => ({ kind: 'region-gone', region, after: between(0, 200), for: between(30, 600) }),
    () => ({ kind: 'queued', seconds: between(5, 90) }),
    () => ({ kind: 'expired-credentials', after: Math.round(random() * 300) }),
  ]
  return pick(kinds)()
}
