// The status screen in the situations that count, from observations; `npx vitest run -u` rewrites the files.
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { known, notLookedAt, type Observation } from '../../src/lib/status/observation.ts'
import { judge } from '../../src/lib/status/verdict.ts'
import { paint } from '../../src/lib/views/paint.ts'
import { readinessText } from '../../src/lib/views/readiness.ts'
import { but, days, east, hours, minutes, now, role, silent, well, west } from './sample.ts'

const folder = resolve('test/golden/status')
const swapped = well.roles.map((it) => ({
  ...it,
  actual: known({ places: [west], state: 'available', good: true }, now),
}))
const zone = (name: string): string => `${east}${name}`

const gone = { unknown: `${west} does not answer`, looked: true, silent: west }

const screens: Record<string, Observation> = {
  'all-well': well,
  'one-warning': but({
    regions: well.regions.map((it) =>
      it.region === west ? { ...it, quotas: known([{ name: 'lambda', headroom: 12 }], now) } : it,
    ),
  }),
  blocker: but({ lags: [{ name: 'aurora rpo lag', lag: known({ seconds: 412, p99: 500 }, now - 41_000) }] }),
  'primary-silent': silent(),
  'primary-silent-late': {
    ...silent(),
    lags: [{ name: 'aurora rpo lag', lag: known({ seconds: 912, p99: 912 }, now - 41_000) }],
  },
  'primary-ill': but({
    roles: role('dns', { state: `unhealthy, ${west} waits`, ill: `${east} is unhealthy`, unhealthy: true }),
    instances: well.instances.map((it) =>
      it.stage === 'app' && it.region === east
        ? { ...it, status: 'OUTDATED', stack: 'UPDATE_IN_PROGRESS', good: false }
        : it,
    ),
    operations: [
      { stage: 'app', id: 'dr-123456789abc-2', action: 'UPDATE', status: 'RUNNING', since: now - 40 * minutes },
    ],
  }),
  'primary-ill-lag-stopped': but({
    roles: role('dns', { state: `unhealthy, ${west} waits`, ill: `${east} is unhealthy`, unhealthy: true }),
    lags: [
      {
        name: 'aurora rpo lag',
        lag: {
          unknown: `${west} has no recent AuroraGlobalDBReplicationLag`,
          looked: true,
          stopped: true,
          last: known({ seconds: 1.4 }, now - 40 * minutes),
        },
      },
    ],
  }),
  'roles-swapped': but({
    roles: swapped,
    standbys: well.standbys.map((it) => ({ ...it, place: east })),
    commands: { [east]: well.commands[west]?.replace(west, east) ?? '' },
    handovers: { [east]: well.handovers?.[west]?.replace(east, west).replace('switchover', 'failback') ?? '' },
  }),
  'drill-running': but({
    work: known({ verb: 'failover-test', by: 'ann on laptop', since: now - 4 * minutes, dead: false }, now),
  }),
  'drill-held': but({
    work: known({ verb: 'failover-test', by: 'ann on laptop', since: now - 90 * minutes, dead: true }, now),
  }),
  'drill-to-resume': but({
    work: known(
      {
        verb: 'failover-test',
        by: 'drill d-2026-11-20T01-42-44Z of ann',
        since: now - 90 * minutes,
        dead: true,
        drill: 'd-2026-11-20T01-42-44Z',
      },
      now,
    ),
    leftovers: known([{ what: 'the function payments-processor-pr123 in us-east-1 switched off', mend: 'aws' }], now),
  }),
  fresh: but({
    drift: known({ stacks: 56, drifted: [], unchecked: Array.from({ length: 56 }, () => 'data') }, now),
    backup: known({ taken: now - 5 * minutes, lacking: ['vault payments-pr123'], copies: true }, now),
    drills: known([], now),
  }),
  drifted: but({
    drift: known(
      { stacks: 56, drifted: ['data/Aurora in us-east-1', 'app/Api/Processor in us-west-2'], unchecked: [] },
      now - 3 * hours,
    ),
    troubles: ['drift of dns in us-west-2: access denied'],
  }),
  'administration-silent': but({
    regions: well.regions.map((it) =>
      it.region === west ? { ...it, answered: false, alarms: gone, quotas: gone } : it,
    ),
    instances: well.instances.filter(({ region }) => region === east),
    standbys: well.standbys.map((it) => ({ ...it, now: gone })),
    lags: well.lags.map((it) => (it.name.startsWith('aurora') ? { ...it, lag: gone } : it)),
    secrets: well.secrets.map((it) => (it.region === west ? { ...it, now: gone } : it)),
    drift: gone,
    drills: gone,
    work: gone,
  }),
  idle: but({
    lags: well.lags.map((it) =>
      it.name.startsWith('dynamodb') ? { ...it, lag: known({ seconds: 0, idle: true }, now) } : it,
    ),
  }),
  nothing: but({ deployed: false }),
  incomplete: but({
    instances: well.instances.map((it) =>
      it.stage === 'app' && it.region === east
        ? { ...it, status: 'OUTDATED', stack: 'UPDATE_ROLLBACK_COMPLETE', good: false }
        : it,
    ),
    operations: [
      { stage: 'app', id: 'dr-123456789abc-2', action: 'UPDATE', status: 'RUNNING', since: now - 3 * minutes },
    ],
  }),
  'four-secrets': but({
    secrets: ['database', 'api-keys'].flatMap((name) => well.secrets.map((it) => ({ ...it, name }))),
  }),
  'drills-of-all-ends': but({
    drills: known(
      [
        { scenario: 'region/ungraceful', result: 'NOT RESTORED', rtoSeconds: 1301, lost: '14 of 2,413' },
        { scenario: 'region/graceful', result: 'TURNED BACK', lost: '0 of 96' },
        { scenario: 'dns', result: 'INCONCLUSIVE', rtoSeconds: 899, lost: '0 of 2,413' },
        { scenario: 'probe', result: 'PASS' },
      ].map((one, at) => ({ ...one, passed: one.result === 'PASS', at: now - (at + 3) * days })),
      now,
    ),
  }),
  'two-writers': but({ roles: role('writer', { places: [east, west] }) }),
  'not-looked-at': but({
    roles: well.roles.map((it) => (it.kind === 'writer' ? it : { ...it, actual: notLookedAt })),
    lags: well.lags.map((it) => ({ ...it, lag: notLookedAt })),
    regions: well.regions.map((it) => ({ ...it, alarms: notLookedAt, quotas: notLookedAt })),
    drift: notLookedAt,
    backup: notLookedAt,
    drills: notLookedAt,
    leftovers: notLookedAt,
  }),
  'one-region': but({
    system: 'citizen',
    regions: well.regions.slice(0, 1),
    instances: [{ stage: 'data', region: east, status: 'CURRENT', stack: 'CREATE_COMPLETE', good: true }],
    roles: [
      {
        kind: 'writer',
        name: 'database writer',
        actual: known({ places: [zone('a')], state: 'available', good: true }, now),
      },
    ],
    standbys: [{ name: 'database standby', place: zone('b'), now: known({ state: 'available', usable: true }, now) }],
    lags: [],
    secrets: well.secrets.slice(0, 1),
    drills: known([], now),
    commands: {
      [zone('b')]:
        'aws rds reboot-db-instance --region us-east-1 --db-instance-identifier citizen-pr123 --force-failover',
    },
  }),
}

describe('the status screen', () => {
  test.each(Object.entries(screens))('of %s', async (name, it) => {
    const text = readinessText(it, judge(it), paint(false), 80)
    await expect(`${text}\n`).toMatchFileSnapshot(join(folder, `${name}.txt`))
    const lines = text.split('\n')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(lines.length).toBeLessThan(45)
    expect(lines[0]).toMatch(/^FAILOVER NOW\? {2}(YES|NO|UNKNOWN|RUNNING|NOTHING) /)
  })

  test('says the same without colours', () => {
    // oxlint-disable-next-line no-control-regex -- Colour codes are what is taken away.
    const bare = (text: string): string => text.replace(/\u001b\[\d+m/g, '')
    for (const it of Object.values(screens))
      expect(bare(readinessText(it, judge(it), paint(true), 80))).toBe(readinessText(it, judge(it), paint(false), 80))
  })
})
