// Observations to judge and to draw: a payments system with all well, and whatever a test changes in it.
import { known, type Observation } from '../../src/lib/status/observation.ts'

export const now = Date.UTC(2026, 10, 20, 3, 12, 44)
export const seconds = 1000
export const minutes = 60_000
export const hours = 3_600_000
export const days = 24 * hours

export const east = 'us-east-1'
export const west = 'us-west-2'

const region = (name: string) => ({
  region: name,
  answered: true,
  alarms: known({ firing: [], total: 14 }, now),
  quotas: known([{ name: 'lambda', headroom: 71 }], now),
})

/** Everything known and as it should be. */
export const well: Observation = {
  at: now,
  system: 'payments',
  suffix: 'pr123',
  objectives: { rtoSeconds: 900, rpoSeconds: 300 },
  regions: [region(east), region(west)],
  deployed: true,
  instances: ['foundation', 'data', 'app', 'dns'].flatMap((stage) =>
    [east, west].map((it) => ({ stage, region: it, status: 'CURRENT', stack: 'UPDATE_COMPLETE', good: true })),
  ),
  operations: [],
  drift: known({ stacks: 58, drifted: [], unchecked: [] }, now - 6 * hours),
  roles: [
    {
      kind: 'writer',
      name: 'aurora writer',
      expected: east,
      actual: known({ places: [east], state: 'available', good: true }, now),
    },
    {
      kind: 'dns',
      name: 'dns active',
      expected: east,
      actual: known({ places: [east], state: 'healthy', good: true }, now),
    },
    {
      kind: 'bus',
      name: 'event bus',
      expected: east,
      actual: known({ places: [east], state: 'replicates', good: true }, now),
    },
  ],
  standbys: [{ name: 'aurora cluster', place: west, now: known({ state: 'available', usable: true }, now) }],
  lags: [
    { name: 'aurora rpo lag', lag: known({ seconds: 0.9, p99: 2.1 }, now - 41 * seconds) },
    { name: 'dynamodb sessions', lag: known({ seconds: 0.6, p99: 1.4 }, now - 41 * seconds) },
  ],
  secrets: [east, west].map((it) => ({ name: 'database', region: it, now: known({ state: 'InSync' }, now) })),
  backup: known(
    {
      taken: now - 72 * 60 * seconds,
      lacking: [],
      copies: true,
      copied: now - 63 * 60 * seconds,
      tested: now - 3 * days,
    },
    now,
  ),
  drills: known(
    [
      {
        scenario: 'region/graceful',
        passed: true,
        result: 'PASS',
        at: now - 23 * days,
        rtoSeconds: 401,
        lost: '0 of 2,413',
      },
      { scenario: 'dns', passed: true, result: 'PASS', at: now - 29 * days, rtoSeconds: 129 },
    ],
    now,
  ),
  leftovers: known([], now),
  work: known(undefined, now),
  commands: {
    [west]: 'aws ssm start-automation-execution --region us-west-2 --document-name payments-promote-pr123',
  },
  handovers: {
    [west]: 'aws ssm start-automation-execution --region us-east-1 --document-name payments-switchover-pr123',
  },
}

/** The same with some of it otherwise. */
export const but = (changes: Partial<Observation>): Observation => ({ ...well, ...changes })

/** The role of a kind found elsewhere or otherwise. */
export const role = (
  kind: string,
  value: Partial<{ places: string[]; state: string; good: boolean; moving: string; ill: string; unhealthy: true }>,
): Observation['roles'] =>
  well.roles.map((it) =>
    it.kind === kind && 'value' in it.actual ? { ...it, actual: known({ ...it.actual.value, ...value }, now) } : it,
  )

/** The primary region gives no answer: what it said before is left, so many seconds old. */
export const silent = (age = 78): Observation => {
  const before = <T>(
    fact: { value: T } | object,
  ): { unknown: string; looked: true; silent: string; last?: { value: T; at: number } } => ({
    unknown: `${east} does not answer`,
    looked: true,
    silent: east,
    ...('value' in fact && { last: { value: fact.value, at: now - age * seconds } }),
  })
  return but({
    regions: well.regions.map((it) =>
      it.region === east ? { ...it, answered: false, alarms: before(it.alarms), quotas: before(it.quotas) } : it,
    ),
    instances: well.instances.map((it) => (it.region === east ? { ...it, status: 'CURRENT', stack: 'no answer' } : it)),
    lags: well.lags.map((it) => ({ ...it, lag: before(it.lag) })),
    roles: well.roles.map((it) => (it.kind === 'writer' ? { ...it, actual: before(it.actual) } : it)),
    secrets: well.secrets.map((it) => (it.region === east ? { ...it, now: before(it.now) } : it)),
  })
}
