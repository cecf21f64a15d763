// The states of both regions and the answer to each, as drawn up by hand in test/golden/status/states.md. No run of the
// tests rewrites that table.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { known, notLookedAt, type Observation } from '../../src/lib/status/observation.ts'
import { judge } from '../../src/lib/status/verdict.ts'
import { east, hours, minutes, now, role, silent, well, west } from './sample.ts'

const denied = { unknown: 'access denied', looked: true }
const quiet = (region: string) => ({ unknown: `${region} does not answer`, looked: true, silent: region })
type Change = (it: Observation) => Partial<Observation>

const unhealthy = (it: Observation, region: string): Observation['roles'] =>
  it.roles.map((one) =>
    one.kind === 'dns' && 'value' in one.actual
      ? { ...one, actual: known({ ...one.actual.value, ill: `${region} is unhealthy`, unhealthy: true as const }, now) }
      : one,
  )

/** How us-east-1 is, by the word of the table. Who writes, us-west-2 tells too. */
const primary: Record<string, Change> = {
  healthy: () => ({}),
  ill: (it) => ({ roles: unhealthy(it, east) }),
  silent: ({ lags, roles }) => ({ ...silent(), lags, roles }),
}

const failover: Record<string, Change> = {
  healthy: () => ({}),
  ill: () => ({
    standbys: [{ name: 'aurora cluster', place: west, now: known({ state: 'stopped', usable: false }, now) }],
  }),
  silent: (it) => ({
    regions: it.regions.map((one) => (one.region === west ? { ...one, answered: false } : one)),
    standbys: it.standbys.map((one) => ({ ...one, now: quiet(west) })),
  }),
}

const fresh = known({ seconds: 0.9 }, now)
const late = known({ seconds: 900 }, now)
const lag = (...all: Observation['lags'][number]['lag'][]): Observation['lags'] =>
  all.map((one, at) => ({ name: at === 0 ? 'aurora rpo lag' : 'dynamodb sessions', lag: one }))
const lags: Record<string, Observation['lags']> = {
  '0.9 s': lag(fresh),
  '900 s': lag(late),
  stopped: lag({ unknown: 'no recent metric', looked: true, stopped: true, last: known({ seconds: 2 }, now - hours) }),
  '900 s, another unknown': lag(late, quiet(east)),
  '0.9 s, another unknown': lag(fresh, quiet(east)),
  denied: lag(denied),
  'not looked at': lag(notLookedAt),
  silent: lag(quiet(west)),
}

const incomplete = (it: Observation, ...regions: string[]): Pick<Observation, 'instances'> => ({
  instances: it.instances.map((one) =>
    one.stage === 'app' && regions.includes(one.region) ? { ...one, status: 'OUTDATED', good: false } : one,
  ),
})
const operation = {
  operations: [{ stage: 'app', id: 'dr-1', action: 'UPDATE', status: 'RUNNING', since: now - 20 * minutes }],
}
const deploys = (since: number, dead = false): Pick<Observation, 'work'> => ({
  work: known({ verb: 'deploy', by: 'ann on ci', since: now - since, dead }, now),
})
const changed = (it: Observation, kind: string, value: object): Partial<Observation> => ({
  roles: it.roles.map((one) =>
    one.kind === kind && 'value' in one.actual
      ? { ...one, actual: known({ ...one.actual.value, ...value }, now) }
      : one,
  ),
})
const secret =
  (region: string, found: Observation['secrets'][number]['now']): Change =>
  (it) => ({
    secrets: [...it.secrets.filter((one) => one.region !== region), { name: 'database', region, now: found }],
  })
const fault = known({ state: 'Failed', fault: 'the secret cannot be read', mend: 'aws secretsmanager' }, now)
const usedUp =
  (region: string): Change =>
  (it) => ({
    regions: it.regions.map((one) =>
      one.region === region ? { ...one, quotas: known([{ name: 'lambda', headroom: 0 }], now) } : one,
    ),
  })

const besides: Record<string, Change> = {
  '': () => ({}),
  'a stack of us-east-1 is not complete': (it) => incomplete(it, east),
  'a stack of us-west-2 is not complete': (it) => incomplete(it, west),
  'a deploy died half-way in us-east-1': (it) => ({ ...incomplete(it, east), ...deploys(20 * minutes, true) }),
  'a deploy died half-way in us-west-2': (it) => ({ ...incomplete(it, west), ...deploys(20 * minutes, true) }),
  'an operation runs': () => operation,
  'an operation hangs in us-east-1': (it) => ({ ...incomplete(it, east), ...operation }),
  'an operation hangs in both regions': (it) => ({ ...incomplete(it, east, west), ...operation }),
  'a deploy has run for 2 min': () => deploys(2 * minutes),
  'a deploy has run for 40 min': () => deploys(40 * minutes),
  'the bus does not replicate': (it) => changed(it, 'bus', { state: 'does not replicate', good: false }),
  'the global database is modifying': (it) => changed(it, 'writer', { state: 'modifying', good: false }),
  'the name is in us-west-2': (it) => changed(it, 'dns', { places: [west] }),
  'the health of us-east-1 is not looked at': (it) => ({
    roles: it.roles.map((one) => (one.kind === 'dns' ? { ...one, actual: notLookedAt } : one)),
  }),
  'who writes is not known': (it) => ({
    roles: it.roles.map((one) => (one.kind === 'writer' ? { ...one, actual: denied } : one)),
  }),
  'the secret of us-east-1 has a fault': secret(east, fault),
  'the secret of us-west-2 has a fault': secret(west, fault),
  'the secret of us-east-1 is not known': secret(east, denied),
  'the quota of us-east-1 is used up': usedUp(east),
  'the quota of us-west-2 is used up': usedUp(west),
}

/** In the order of the table: a later one finds what the earlier ones made. */
function world(inEast: string, inWest: string, behind: string, more: string): Observation {
  const start: Observation = { ...well, lags: lags[behind] ?? [], roles: role('', {}) }
  const changes = [primary[inEast], failover[inWest], besides[more]]
  return changes.reduce<Observation>((it, change) => {
    if (!change) throw new Error(`the table names a state that there is not: ${inEast}, ${inWest}, ${more}`)
    return { ...it, ...change(it) }
  }, start)
}

const rows = readFileSync('test/golden/status/states.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| us-'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )

/** The first command of the screen, which shows none where the answer is no. */
function first(it: Observation): string {
  const { answer, command } = judge(it)
  if (!['yes', 'unknown'].includes(answer)) return 'none'
  return /document-name payments-(\w+)-/.exec(command)?.[1] ?? command
}

function lossOf(it: Observation): string {
  const { loss } = judge(it)
  return loss ? `${loss.least ? 'at least ' : ''}${loss.seconds} s` : 'not known'
}

test.each(rows)(
  'status with us-east-1 %s, us-west-2 %s, lag %s, %s answers %s',
  (inEast = '', inWest = '', behind = '', more = '', ...expected) => {
    const it = world(inEast, inWest, behind, more)
    const { answer, exit, mode } = judge(it)
    expect([`${answer} ${exit}`, mode, lossOf(it), first(it)]).toEqual(expected)
  },
)

test('the table asks for every state that the test can make', () => {
  const column = (at: number): string[] => [...new Set(rows.map((cells) => cells[at] ?? ''))].toSorted()
  expect([0, 1, 2, 3].map(column)).toEqual(
    [primary, failover, lags, besides].map((states) => Object.keys(states).toSorted()),
  )
})

test('with swapped roles the region that writes is the one whose faults are the cost', () => {
  const swapped: Observation = {
    ...well,
    roles: well.roles.map((one) => ({
      ...one,
      actual: known(
        { places: [west], state: 'available', good: true, ...(one.kind === 'dns' && { unhealthy: true as const }) },
        now,
      ),
    })),
    standbys: well.standbys.map((one) => ({ ...one, place: east })),
    lags: lag(late),
    commands: { [east]: 'promote east' },
    handovers: { [east]: 'fail back' },
  }
  const ill = { ...swapped, ...incomplete(swapped, west) }
  expect(judge(ill)).toMatchObject({ answer: 'yes', to: east, mode: 'ungraceful only', command: 'promote east' })
  expect(judge({ ...ill, ...incomplete(ill, east) })).toMatchObject({ answer: 'no', exit: 9 })
})
