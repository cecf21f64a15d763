// While a drill runs or is held, what it breaks is no news, and only its own way on is told.
import { describe, expect, test } from 'vitest'
import { known, type Observation, type Work } from '../../src/lib/status/observation.ts'
import { judge } from '../../src/lib/status/verdict.ts'
import { but, east, minutes, now, role, well, west } from './sample.ts'

const drill: Work = { verb: 'failover-test', by: 'drill d-1 of ann', since: now - 4 * minutes, dead: false }
const held: Work = { ...drill, dead: true, drill: 'd-1' }
const works = (work: Work | undefined) => known(work, now)
const rulesOf = (it: Observation, work: Work | undefined): string[] => [
  ...new Set(judge({ ...it, work: works(work) }).findings.map(({ rule }) => rule)),
]

const broken: Record<string, Observation> = {
  'role-ill': but({ roles: role('dns', { ill: `${east} is unhealthy` }) }),
  'role-state': but({ roles: role('writer', { good: false, state: 'failing-over', moving: 'failing-over' }) }),
  'roles-together': but({ roles: role('bus', { places: [west] }) }),
  'roles-home': but({
    roles: well.roles.map((it) => ({ ...it, actual: known({ places: [west], state: 'available', good: true }, now) })),
  }),
  'one-place': but({ roles: role('dns', { places: [] }) }),
  'standby-usable': but({
    standbys: well.standbys.map((it) => ({ ...it, now: known({ state: 'not there', usable: false }, now) })),
  }),
  alarms: but({
    regions: well.regions.map((it) => ({ ...it, alarms: known({ firing: ['errors'], total: 14 }, now) })),
  }),
}

describe.each(Object.entries(broken))('what %s finds', (rule, it) => {
  test('is no finding while a drill runs', () => {
    expect(rulesOf(it, drill)).toEqual([])
    expect(judge({ ...it, work: works(drill) })).toMatchObject({ answer: 'busy', exit: 10 })
  })

  test('leaves the way on of a drill that is held alone', () => {
    expect(rulesOf(it, held)).toEqual(['nobody-works'])
  })

  test('is told where nobody works, and while somebody deploys', () => {
    expect(rulesOf(it, undefined)).toContain(rule)
    expect(rulesOf(it, { ...drill, verb: 'deploy', by: 'ann on laptop' })).toContain(rule)
  })
})

describe('a drill hides nothing', () => {
  test('of two places that write at once', () => {
    const both = but({ roles: role('writer', { places: [east, west] }) })
    for (const work of [drill, held]) expect(rulesOf(both, work)).toContain('one-place')
  })

  test('of what nobody knows', () => {
    const dark = but({ standbys: well.standbys.map((it) => ({ ...it, now: { unknown: 'denied', looked: true } })) })
    expect(rulesOf(dark, drill)).toEqual(['standby-usable'])
  })

  test('of what it does not touch', () => {
    const late = but({ drift: known({ stacks: 58, drifted: ['data/Aurora'], unchecked: [] }, now) })
    expect(rulesOf(late, drill)).toEqual(['drift'])
  })
})
