// From where a drill may begin, and that what it may break is agreed to before, by words that fit it.
import { expect, test } from 'vitest'
import type { DrillPlan } from '../../src/lib/drill/drill.ts'
import type { TargetSession } from '../../src/lib/load/session.ts'
import { agreedDrill, type DrillConsent } from '../../src/lib/confirm/agreed-drill.ts'
import type { DrError } from '../../src/lib/core/errors.ts'
import { refuseUnready } from '../../src/lib/runs/drilled.ts'
import { account } from '../cloud.ts'
import { known } from '../../src/lib/status/observation.ts'
import type { Status } from '../../src/lib/status/status.ts'

interface Asked extends Partial<DrillConsent> {
  class: DrillPlan['class']
  answer?: string
  protect?: boolean
}

/** Gives the refusal, or undefined when it is agreed. */
async function asked({ class: level, answer, protect = false, ...consent }: Asked): Promise<string | undefined> {
  const target = { system: { name: 'payments' }, suffix: 'pr123' }
  const session = { target, settings: { protect } } as unknown as TargetSession
  const plan = { class: level, interruption: 'two minutes' } as unknown as DrillPlan
  const run = account().run('failover-test', { answer })
  return agreedDrill(run, session, plan, { yes: false, allowDataLoss: false, ...consent }).then(
    () => undefined,
    ({ exit, message }: { exit: number; message: string }) => `${exit}: ${message}`,
  )
}

test.each<[string, Asked]>([
  ['what only writes numbers of its own', { class: 'L1' }],
  ['what interrupts, with --yes', { class: 'L3', yes: true }],
  ['what interrupts, by its name', { class: 'L3', answer: 'payments' }],
  ['what interrupts, where dr.yaml protects from loss', { class: 'L3', yes: true, protect: true }],
  ['what may lose data, with both flags', { class: 'L4', yes: true, allowDataLoss: true }],
])('%s is drilled', async (_, how) => expect(await asked(how)).toBeUndefined())

test.each<[string, Asked, RegExp]>([
  [
    'what interrupts, where nobody can be asked',
    { class: 'L2' },
    /^3: an L2 drill interrupts the service: two minutes/,
  ],
  ['what interrupts, with another answer than its name', { class: 'L3', answer: 'yes' }, /^3: "yes" is not payments/],
  ['what may lose data, with --yes alone', { class: 'L4', yes: true }, /^3: this drill loses/],
  [
    'what may lose data, where dr.yaml protects from it',
    { class: 'L4', yes: true, allowDataLoss: true, protect: true },
    /^3: dr\.yaml protects payments · pr123/,
  ],
])('%s is refused (3)', async (_, how, words) => expect(await asked(how)).toMatch(words))

/** How a drill that finds the environment so is refused; undefined when it may begin. */
function unready(
  answer: Status['answer'],
  { harmless = false, writer = 'us-east-1', simulated = false } = {},
): unknown {
  const target = { system: { name: 'payments' }, suffix: 'pr123' }
  const roles = [{ name: 'writer', expected: 'us-east-1', actual: known({ places: [writer] }, 0) }]
  const found = { answer, verdict: 'so it stands', observation: { roles } } as unknown as Status
  try {
    return refuseUnready({ target, simulated } as unknown as TargetSession, found, harmless)
  } catch (error) {
    const { exit, hint } = error as DrError
    return simulated ? hint : exit
  }
}

test('a drill begins only from an environment that can fail over, and where all is in its place', () => {
  expect(unready('yes')).toBeUndefined()
  expect([unready('no'), unready('unknown'), unready('nothing'), unready('busy')]).toEqual([3, 3, 8, 10])
  expect(unready('yes', { writer: 'us-west-2' })).toBe(3)
})

test('a drill that injects nothing begins from any environment that is deployed and not in the middle of another', () => {
  const harmless = true
  expect(unready('no', { harmless })).toBeUndefined()
  expect(unready('yes', { harmless, writer: 'us-west-2' })).toBeUndefined()
  expect([unready('nothing', { harmless }), unready('busy', { harmless })]).toEqual([8, 10])
})

test('a refusal names a look that can be typed as it stands, on the simulator too', () => {
  expect(unready('busy', { simulated: true })).toBe('see: dr status --system payments --suffix pr123 --local')
})
