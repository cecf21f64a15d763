// Readiness is judged by rules; each is shown to go red by what it is there for, and to be silent when all is well.
import { describe, expect, test } from 'vitest'
import { known, notLookedAt, type Observation } from '../../src/lib/status/observation.ts'
import { findings, rules } from '../../src/lib/status/rules.ts'
import { judge } from '../../src/lib/status/verdict.ts'
import { but, days, east, hours, now, role, seconds, silent, well, west } from './sample.ts'

const broken = { unknown: 'access denied', looked: true }
const lag = (value: number, age = 41): Observation['lags'] => [
  { name: 'aurora rpo lag', lag: known({ seconds: value }, now - age * seconds) },
]
const drill = { scenario: 'region/graceful', passed: true, result: 'PASS', at: now - 23 * days, rtoSeconds: 401 }
/** All well, but for this; undefined takes a time away. */
const saved = (changes: object): Observation['backup'] => {
  const good = { taken: now, lacking: [], copies: true, copied: now, tested: now - days }
  const merged = Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined)
  return known(Object.fromEntries(merged) as typeof good, now)
}
const first = well.regions[0]

/** Rule, what makes it red, its level, the exit code, and a word of what it says. */
const red: [string, string, Observation, string, number, string][] = [
  [
    'region-silent',
    'the region that would take over is silent',
    but({ regions: well.regions.map((it) => ({ ...it, answered: it.region === east })) }),
    'unknown',
    7,
    'us-west-2 does not answer',
  ],
  ['region-silent', 'the primary is silent', silent(), 'warning', 0, 'whether us-east-1 still writes is not confirmed'],
  [
    'region-silent',
    'the only region is silent',
    but({ regions: first ? [{ ...first, answered: false }] : [] }),
    'unknown',
    7,
    'us-east-1 does not answer',
  ],
  [
    'instances-current',
    'a stack is not current',
    but({ instances: well.instances.map((it) => ({ ...it, good: it.stage !== 'app' })) }),
    'blocker',
    9,
    'not complete: app in us-east-1, app in us-west-2',
  ],
  [
    'no-operation',
    'an operation runs',
    but({ operations: [{ stage: 'app', id: 'dr-1', action: 'UPDATE', status: 'RUNNING', since: now }] }),
    'blocker',
    9,
    'being changed: app',
  ],
  [
    'outputs-known',
    'nobody tells what a silent region has',
    but({ untold: ['GlobalClusterIdentifier', 'HostedZoneId'] }),
    'unknown',
    7,
    'GlobalClusterIdentifier and 1 more',
  ],
  ['work-known', 'the lock cannot be read', but({ work: broken }), 'unknown', 7, 'access denied'],
  [
    'nobody-works',
    'a deploy holds the lock',
    but({ work: known({ verb: 'deploy', by: 'ann on ci', since: now, dead: false }, now) }),
    'blocker',
    9,
    'ann on ci runs dr deploy',
  ],
  [
    'nobody-works',
    'a deploy died',
    but({ work: known({ verb: 'deploy', by: 'ann on ci', since: now, dead: true }, now) }),
    'warning',
    0,
    'its lock is left',
  ],
  [
    'role-known',
    'nobody knows who writes',
    but({ roles: well.roles.map((it) => ({ ...it, actual: broken })) }),
    'unknown',
    7,
    'aurora writer: access denied',
  ],
  [
    'role-known',
    'nobody looked who writes',
    but({ roles: well.roles.map((it) => ({ ...it, actual: notLookedAt })) }),
    'unknown',
    7,
    'not looked at',
  ],
  [
    'one-place',
    'two regions write',
    but({ roles: role('writer', { places: [east, west] }) }),
    'blocker',
    9,
    'in us-east-1, us-west-2 at once',
  ],
  [
    'one-place',
    'nobody writes',
    but({ roles: role('writer', { places: [] }) }),
    'blocker',
    9,
    'aurora writer is nowhere',
  ],
  [
    'role-state',
    'the writer is being modified',
    but({ roles: role('writer', { state: 'modifying', good: false }) }),
    'blocker',
    9,
    'aurora writer is modifying',
  ],
  [
    'roles-together',
    'traffic goes where nothing is written',
    but({ roles: role('dns', { places: [west] }) }),
    'blocker',
    9,
    'roles are apart',
  ],
  [
    'roles-home',
    'all roles are in the failover region',
    but({
      roles: well.roles.map((it) => ({
        ...it,
        actual: known({ places: [west], state: 'available', good: true }, now),
      })),
    }),
    'warning',
    0,
    'roles are swapped: us-west-2',
  ],
  [
    'standby-usable',
    'the standby has no instance',
    but({
      standbys: [
        { name: 'aurora cluster', place: west, now: known({ state: 'without an instance', usable: false }, now) },
      ],
    }),
    'blocker',
    9,
    'without an instance',
  ],
  [
    'standby-usable',
    'nobody knows the standby',
    but({ standbys: [{ name: 'aurora cluster', place: west, now: broken }] }),
    'unknown',
    7,
    'access denied',
  ],
  [
    'roles-together',
    'the bus alone has followed the health of the primary',
    but({ roles: role('bus', { places: [west] }) }),
    'warning',
    0,
    'event bus in us-west-2',
  ],
  [
    'alarms',
    'the alarms of a region cannot be read',
    but({ regions: well.regions.map((it) => ({ ...it, alarms: broken })) }),
    'warning',
    0,
    'us-east-1 alarms: access denied',
  ],
  [
    'role-ill',
    'the region to which the name leads is ill',
    but({ roles: role('dns', { ill: 'us-east-1 is unhealthy' }) }),
    'warning',
    0,
    'dns active: us-east-1 is unhealthy',
  ],
  [
    'lag',
    'nothing is written',
    but({ lags: [{ name: 'dynamodb sessions', lag: known({ seconds: 0, idle: true }, now) }] }),
    'warning',
    0,
    'no writes to replicate',
  ],
  ['lag', 'half of the RPO is reached', but({ lags: lag(150) }), 'warning', 0, '150 s of 300 s'],
  ['lag', 'the RPO is reached', but({ lags: lag(300) }), 'blocker', 9, '300 s of 300 s'],
  [
    'lag',
    'the lag is unknown',
    but({ lags: [{ name: 'aurora rpo lag', lag: broken }] }),
    'unknown',
    7,
    'access denied',
  ],
  ['lag', 'the lag was last seen longer ago than the RPO', but({ lags: lag(1, 301) }), 'unknown', 7, 'too old'],
  [
    'secrets',
    'a secret cannot be used where it would be needed',
    but({
      secrets: [
        {
          name: 'database',
          region: west,
          now: known({ state: 'Failed', fault: 'its replica failed', mend: 'aws secretsmanager …' }, now),
        },
      ],
    }),
    'blocker',
    9,
    'its replica failed',
  ],
  [
    'secrets',
    'nobody knows a secret',
    but({ secrets: [{ name: 'database', region: west, now: broken }] }),
    'unknown',
    7,
    'access denied',
  ],
  [
    'leftovers',
    'a drill left a function without concurrency',
    but({
      leftovers: known([{ what: 'processor at concurrency 0', mend: 'aws lambda delete-function-concurrency' }], now),
    }),
    'blocker',
    9,
    'processor at concurrency 0',
  ],
  ['leftovers', 'what drills left cannot be seen', but({ leftovers: broken }), 'unknown', 7, 'access denied'],
  [
    'quotas',
    'the quotas of the region that would take over cannot be seen',
    but({ regions: well.regions.map((it) => ({ ...it, quotas: it.region === west ? broken : it.quotas })) }),
    'unknown',
    7,
    'us-west-2 quotas: access denied',
  ],
  [
    'quotas',
    'those of the region to be left cannot be seen',
    but({ regions: well.regions.map((it) => ({ ...it, quotas: it.region === east ? broken : it.quotas })) }),
    'warning',
    0,
    'us-east-1 quotas: access denied',
  ],
  [
    'quotas',
    'a quota is nearly used up',
    but({ regions: well.regions.map((it) => ({ ...it, quotas: known([{ name: 'lambda', headroom: 12 }], now) })) }),
    'warning',
    0,
    'headroom 12% < 25%',
  ],
  [
    'quotas',
    'the standby cannot grow to the load',
    but({ regions: well.regions.map((it) => ({ ...it, quotas: known([{ name: 'lambda', headroom: 0 }], now) })) }),
    'blocker',
    9,
    'headroom 0%',
  ],
  [
    'alarms',
    'an alarm fires',
    but({ regions: well.regions.map((it) => ({ ...it, alarms: known({ firing: ['errors'], total: 14 }, now) })) }),
    'warning',
    0,
    'alarm errors',
  ],
  [
    'drift',
    'a stack drifted',
    but({ drift: known({ stacks: 9, drifted: ['data'], unchecked: [] }, now) }),
    'warning',
    0,
    'drifted: data',
  ],
  [
    'drift',
    'nobody ever looked for drift',
    but({ drift: known({ stacks: 1, drifted: [], unchecked: ['data'] }, now) }),
    'warning',
    0,
    'never looked for',
  ],
  [
    'drift',
    'some stacks were not looked at',
    but({ drift: known({ stacks: 9, drifted: [], unchecked: ['data/Table in us-east-1'] }, now) }),
    'warning',
    0,
    'not looked for in data/Table',
  ],
  [
    'drift',
    'the drift cannot be seen',
    but({ drift: { unknown: 'access denied', looked: true } }),
    'warning',
    0,
    'drift: access denied',
  ],
  [
    'drift',
    'nobody looked for drift for a week',
    but({ drift: known({ stacks: 9, drifted: [], unchecked: [] }, now - 8 * days) }),
    'warning',
    0,
    'looked for 8 d ago',
  ],
  [
    'backup',
    'the last backup is old',
    but({ backup: saved({ taken: now - 50 * hours }) }),
    'warning',
    0,
    'last backup 2 d ago',
  ],
  [
    'backup',
    'the last copy is old',
    but({ backup: saved({ copied: now - 50 * hours }) }),
    'warning',
    0,
    'copied 2 d ago',
  ],
  [
    'deep',
    'a deep look fails',
    but({ troubles: ['drift of data in us-east-1: access denied'] }),
    'warning',
    0,
    'access denied',
  ],
  [
    'backup',
    'something was never backed up',
    but({ backup: saved({ lacking: ['a table'] }) }),
    'warning',
    0,
    'of a table',
  ],
  [
    'backup',
    'nothing was ever copied',
    but({ backup: saved({ copied: undefined }) }),
    'warning',
    0,
    'no backup was copied',
  ],
  ['backup', 'no restore was ever tested', but({ backup: saved({ tested: undefined }) }), 'warning', 0, 'ever tested'],
  [
    'backup',
    'a restore was tested long ago',
    but({ backup: saved({ tested: now - 91 * days }) }),
    'warning',
    0,
    'tested 91 d',
  ],
  [
    'backup',
    'backups cannot be seen',
    but({ backup: { unknown: 'access denied', looked: true } }),
    'warning',
    0,
    'backups: access',
  ],
  [
    'drills',
    'the evidence cannot be seen',
    but({ drills: { unknown: 'access denied', looked: true } }),
    'warning',
    0,
    'drills: access denied',
  ],
  ['drills', 'nothing was ever drilled', but({ drills: known([], now) }), 'warning', 0, 'nothing is proven'],
  [
    'drills',
    'the last drill failed',
    but({ drills: known([{ ...drill, passed: false, result: 'INCONCLUSIVE' }], now) }),
    'warning',
    0,
    'ended INCONCLUSIVE',
  ],
  [
    'drills',
    'the last drill is old',
    but({ drills: known([{ ...drill, at: now - 91 * days }], now) }),
    'warning',
    0,
    '91 d old',
  ],
]

describe('readiness', () => {
  test('has nothing to say when all is well', () => {
    expect(findings(well)).toEqual([])
    expect(judge(well)).toMatchObject({ answer: 'yes', exit: 0, from: east, to: west, mode: 'graceful or ungraceful' })
  })

  test.each(red)('%s goes red when %s', (rule, _when, it, level, exit, words) => {
    const found = findings(it).filter((one) => one.rule === rule)
    expect(found.map((one) => one.level)).toContain(level)
    expect(found.map(({ what }) => what).join()).toContain(words)
    for (const { mend } of found) expect(mend).not.toBe('')
    expect(judge(it).exit).toBe(exit)
  })

  test('has no rule that is not shown to go red', () => {
    expect(Object.keys(rules).filter((name) => !red.some(([rule]) => rule === name))).toEqual([])
  })
})

describe('the thresholds of lag', () => {
  test.each([
    [60, 29, undefined],
    [60, 30, 'warning'],
    [60, 60, 'blocker'],
    [3600, 300, undefined],
  ])('derive from an RPO of %i s: %i s is %s', (rpoSeconds, behind, level) => {
    const it = but({ objectives: { rtoSeconds: 900, rpoSeconds }, lags: lag(behind, 0) })
    expect(findings(it).find(({ rule }) => rule === 'lag')?.level).toBe(level)
  })
})

describe('the verdict', () => {
  test('is never yes where something that decides is unknown', () => {
    const deciding: Partial<Observation>[] = [
      { work: broken },
      { deployed: undefined },
      { lags: [{ name: 'x', lag: notLookedAt }] },
      { standbys: [{ name: 'x', place: west, now: notLookedAt }] },
      { secrets: [{ name: 'x', region: west, now: notLookedAt }] },
    ]
    for (const changes of deciding) expect(judge(but(changes))).toMatchObject({ answer: 'unknown', exit: 7 })
  })

  test('is no with a blocker, whatever else is unknown', () => {
    expect(judge(but({ lags: lag(300), work: broken }))).toMatchObject({ answer: 'no', exit: 9 })
  })

  test('of what is not deployed is 8, without a finding', () => {
    expect(judge(but({ deployed: false, work: broken }))).toMatchObject({ answer: 'nothing', exit: 8, findings: [] })
  })

  test.each([
    [
      'a drill that runs',
      but({ work: known({ verb: 'failover-test', by: 'ann', since: now, dead: false }, now) }),
      'running',
    ],
    [
      'a drill whose run is gone',
      but({ work: known({ verb: 'failover-test', by: 'ann', since: now, dead: true }, now) }),
      'held',
    ],
    ['a failover under way', but({ roles: role('writer', { moving: 'failing-over', good: false }) }), 'moving'],
  ])('of %s is 10', (_what, it, words) => {
    expect(judge(it)).toMatchObject({ answer: 'busy', exit: 10, verdict: expect.stringContaining(words) as string })
  })

  test('with the primary silent is ungraceful only, and leans on what was last seen', () => {
    expect(judge(silent())).toMatchObject({
      answer: 'yes',
      exit: 0,
      mode: 'ungraceful only',
      loss: { seconds: 0.9, at: now - 78 * seconds },
    })
  })

  test('with the primary silent for longer than the RPO is unknown', () => {
    expect(judge(silent(301))).toMatchObject({ answer: 'unknown', exit: 7 })
  })

  test('with swapped roles leads back', () => {
    const roles = well.roles.map((it) => ({
      ...it,
      actual: known({ places: [west], state: 'available', good: true }, now),
    }))
    expect(judge(but({ roles }))).toMatchObject({ answer: 'yes', from: west, to: east })
  })

  test('promises no loss while one of the lags is unknown', () => {
    expect(judge(but({ lags: [...well.lags, { name: 'x', lag: notLookedAt }] })).loss).toBeUndefined()
  })

  test('calls no recovery time proven by a drill twice as old as the policy allows', () => {
    expect(judge(but({ drills: known([{ ...drill, at: now - 181 * days }], now) })).provenRto).toBeUndefined()
    expect(judge(well).provenRto).toEqual({ seconds: 401, at: now - 23 * days })
  })

  test('of a system of one region is about the zones of its database', () => {
    const it = but({
      regions: first ? [first] : [],
      roles: [
        {
          kind: 'writer',
          name: 'writer',
          actual: known({ places: ['us-east-1a'], state: 'available', good: true }, now),
        },
      ],
      standbys: [{ name: 'standby', place: 'us-east-1b', now: known({ state: 'available', usable: true }, now) }],
    })
    expect(judge(it)).toMatchObject({ answer: 'yes', from: 'us-east-1a', to: 'us-east-1b', mode: 'between zones' })
  })
})

describe('the command of a failover', () => {
  test('hands over without a loss while both regions answer, and names the lossy one beside it', () => {
    expect(judge(well).command).toContain('--region us-east-1 --document-name payments-switchover-pr123')
    expect(judge(well).lossyCommand).toContain('--region us-west-2 --document-name payments-promote-pr123')
  })

  test('is that of the survivor where the primary is silent', () => {
    expect(judge(silent()).command).toContain('--region us-west-2 --document-name payments-promote-pr123')
    expect(judge(silent())).not.toHaveProperty('lossyCommand')
  })
})
