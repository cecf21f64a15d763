// What status says to do about a finding can be typed as it stands, and mends that.
import { describe, expect, test } from 'vitest'
import { known, type Observation } from '../../src/lib/status/observation.ts'
import { findings } from '../../src/lib/status/rules.ts'
import { judge } from '../../src/lib/status/verdict.ts'
import { but, days, east, now, role, silent, well, west } from './sample.ts'

const mend = (it: Observation, rule: string): string | undefined => findings(it).find((one) => one.rule === rule)?.mend
const promote = well.commands[west] ?? ''
const handOver = well.handovers?.[west] ?? ''
const status = 'dr status --system payments --suffix pr123'
const swapped = well.roles.map((it) => ({
  ...it,
  actual: known({ places: [west], state: 'available', good: true }, now),
}))
const standby = (state: string): Observation['standbys'] => [
  { name: 'aurora cluster', place: west, now: known({ state, usable: false }, now) },
]
const drill = { scenario: 'region/graceful', passed: true, result: 'PASS', at: now - 9 * days, rtoSeconds: 401 }

describe('a writer', () => {
  test('that is nowhere is looked at again, and a place is made the writer when it stays so; two are fenced', () => {
    expect(mend(but({ roles: role('writer', { places: [] }) }), 'one-place')).toBe(
      `look again: ${status}; if it stays so: ${handOver}`,
    )
    expect(mend(but({ roles: role('writer', { places: [east, west] }) }), 'one-place')).toContain('fence one')
  })

  test('that its name has left is followed, and follows where that does not come by itself', () => {
    const apart = role('dns', { places: [west] })
    expect(mend(but({ roles: apart }), 'roles-together')).toBe(
      `the name follows the writer within minutes: ${status}; if it stays so: ${handOver}`,
    )
    const lost = well.regions.map((it) => (it.region === east ? { ...it, answered: false } : it))
    expect(mend(but({ roles: apart, regions: lost }), 'roles-together')).toContain(promote)
  })

  test('in the other region is led home by what loses nothing; a name alone comes home by itself', () => {
    const back = { commands: { [east]: 'promote' }, handovers: { [east]: 'hand over' } }
    expect(mend(but({ roles: swapped, ...back }), 'roles-home')).toBe('hand over')
    expect(mend(but({ roles: swapped, commands: {}, handovers: {} }), 'roles-home')).toBe(
      `it goes back by itself once ${east} is well`,
    )
  })
})

describe('a standby', () => {
  test('that is missing is deployed, and one that works on itself is waited for', () => {
    expect(mend(but({ standbys: standby('not there') }), 'standby-usable')).toContain('dr deploy')
    expect(mend(but({ standbys: standby('upgrading') }), 'standby-usable')).toBe(`wait, then: ${status}`)
  })

  test('that is missing after a failover is waited for: no deploy before the writer is home', () => {
    expect(mend(but({ roles: swapped, standbys: standby('not there') }), 'standby-usable')).toBe(
      `wait, then: ${status}`,
    )
  })
})

describe('what is not complete', () => {
  const incomplete = (region: string) => ({
    instances: well.instances.map((it) => ({ ...it, good: it.stage !== 'app' || it.region !== region })),
  })

  test('where it would take over is deployed there alone while the other region is silent', () => {
    expect(mend({ ...silent(), ...incomplete(west) }, 'instances-current')).toMatch(/^dr deploy .*--region us-west-2$/)
    expect(mend(but(incomplete(west)), 'instances-current')).not.toContain('--region')
  })

  test('where one leaves is deployed only while that region is well', () => {
    expect(mend(but(incomplete(east)), 'instances-current')).toMatch(/^dr deploy /)
    expect(mend({ ...silent(), ...incomplete(east) }, 'instances-current')).toBe(
      'leave it until us-east-1 is well again',
    )
  })
})

describe('a primary that is unhealthy', () => {
  const ill = role('dns', { ill: `${east} is unhealthy`, unhealthy: true })

  test('names the switchover beside while its writes arrive, and not once they are late or unknown', () => {
    expect(mend(but({ roles: ill }), 'role-ill')).toContain(handOver)
    expect(judge(but({ roles: ill })).command).toBe(promote)
    const behind = (lag: Observation['lags'][number]['lag']) =>
      mend(but({ roles: ill, lags: [{ name: 'aurora rpo lag', lag }] }), 'role-ill')
    expect(behind(known({ seconds: 900 }, now))).toBe('a person decides whether to fail over')
    expect(behind({ unknown: 'none', looked: true, stopped: true })).toBe('a person decides whether to fail over')
  })
})

describe('a drill', () => {
  const after = (changes: object) => mend(but({ drills: known([{ ...drill, ...changes }], now) }), 'drills')

  test('that failed or is old is run again in its scenario and mode', () => {
    const again = 'dr failover-test --system payments --suffix pr123 --scenario region --mode graceful'
    expect(after({ passed: false, result: 'FAIL' })).toBe(again)
    expect(after({ at: now - 91 * days })).toBe(again)
    expect(after({ at: now - 91 * days, scenario: 'dns' })).toMatch(/--scenario dns$/)
  })

  test('that breaks nothing proves no recovery', () => {
    const it = but({ drills: known([{ ...drill, scenario: 'probe', rtoSeconds: undefined }], now) })
    expect(findings(it)).toContainEqual(
      expect.objectContaining({ rule: 'drills', what: 'no drill has ever measured a recovery: no time is proven' }),
    )
  })

  test('of a name does not stand for one of a region: the longest recovery is the proven one', () => {
    const name = { ...drill, scenario: 'dns', at: now, rtoSeconds: 129 }
    expect(judge(but({ drills: known([name, drill], now) })).provenRto).toEqual({ seconds: 401, at: drill.at })
  })
})

test('what is to be typed about a simulated environment says so, and names the environment', () => {
  const broken = { unknown: 'access denied', looked: true }
  const situations: Partial<Observation>[] = [
    { work: broken, leftovers: broken, drills: broken, backup: broken, drift: broken },
    { instances: well.instances.map((it) => ({ ...it, good: false })), standbys: standby('not there') },
    { operations: [{ stage: 'app', id: 'dr-1', action: 'UPDATE', status: 'RUNNING', since: now }] },
    { work: known({ verb: 'deploy', by: 'ann', since: now, dead: true }, now), untold: ['VpcId'] },
    { work: known({ verb: 'failover-test', by: 'ann', since: now, dead: true, drill: 'd-1' }, now) },
    { roles: role('dns', { places: [west] }), drills: known([drill, { ...drill, passed: false }], now) },
    { regions: silent().regions, roles: role('writer', { good: false, state: 'modifying' }) },
  ]
  const said = situations.flatMap((it) => findings(but({ ...it, simulated: true })).map((found) => found.mend))
  const commands = said.flatMap((text) => text.match(/\bdr [a-z-]+(?: [^;]*)?/g) ?? [])
  expect(commands.length).toBeGreaterThan(12)
  expect(commands.filter((it) => !it.includes('--system payments --suffix pr123 --local'))).toEqual([])
})
