// What drills left in the artifact bucket, as status reads it: the last of each scenario, and one that nobody ended.
import { describe, expect, test } from 'vitest'
import { type DrillReport } from '../../src/lib/drill/evidence/report.ts'
import type { DrillPlan } from '../../src/lib/drill/drill.ts'
import { type Entry, type Line, type phases, nextLine, written } from '../../src/lib/drill/journal.ts'
import { planHash } from '../../src/lib/drill/plan.ts'
import { drillPrefix } from '../../src/lib/drill/record.ts'
import { status } from '../../src/lib/runs/status.ts'
import type { Account } from '../cloud.ts'
import { deployed } from './deployed.ts'
import { sample } from '../drill/sample.ts'

const system = 'transactions'
const fresh = deployed({ system })

const seen = async (it: Account) => status(await it.target({ system }))

/** Puts files of a drill where a run keeps them. */
async function put(it: Account, id: string, files: Record<string, string>): Promise<void> {
  const { aws, home, buckets } = await it.target({ system })
  for (const [name, text] of Object.entries(files))
    await aws.objects(home).put(buckets[home] ?? '', `${drillPrefix(system, 'pr123', id)}${name}`, text)
}
const report = (it: Account, id: string, changes: Partial<DrillReport>) =>
  put(it, id, { 'report.json': JSON.stringify({ ...good(it), id, ...changes }) })
/** One that met its objectives an hour ago. */
const good = (it: Account): DrillReport => {
  const { objectives, checks, ...rest } = sample()
  const passed = objectives.map((one) => ({ ...one, verdict: 'pass' as const }))
  return { ...rest, checks: checks.slice(0, 1), objectives: passed, ended: it.simulator.clock.now() - 3_600_000 }
}
const plan: DrillPlan = {
  version: 1,
  id: 'd1',
  title: 'names',
  system,
  suffix: 'pr123',
  scenario: 'dns',
  class: 'L2',
  regions: {},
  objectives: { rtoSeconds: 900, rpoSeconds: 300, source: 'system.yaml' },
  maxSeconds: 600,
  steadySeconds: 60,
  inject: [{ name: 'turn', action: 'dns-invert', region: 'us-east-1', target: { checks: 'a' } }],
  recover: [],
  probes: [],
  guards: [],
  interruption: 'none',
  notProven: [],
}
const journal = (entries: Entry[]): string =>
  written(
    entries.reduce<Line[]>((lines, entry) => [...lines, nextLine(lines, planHash(plan), lines.length, entry)], []),
  )
const done = (phase: (typeof phases)[number], step?: string): Entry[] => [
  { kind: 'begin', phase, ...(step !== undefined && { step }) },
  { kind: 'end', phase, ...(step !== undefined && { step }), outcome: 'done', note: '' },
]

describe('the drills of an environment', () => {
  test('that never were are a warning', async () => {
    const found = await seen(fresh())
    expect(found.observation.drills).toMatchObject({ value: [] })
    expect(found.findings).toContainEqual(expect.objectContaining({ rule: 'drills', level: 'warning' }))
  })

  test('are told by scenario with their age, the newest of each', async () => {
    const it = fresh()
    await report(it, 'd1', { scenario: 'dns', turnedBack: 'a guard' })
    await report(it, 'd2', { scenario: 'dns' })
    await report(it, 'd3', {})
    const found = await seen(it)
    expect(found.observation.drills).toMatchObject({
      value: [
        { scenario: 'region/ungraceful', passed: true, result: 'PASS', rtoSeconds: 96, lost: '1 of 323' },
        { scenario: 'dns/ungraceful', passed: true },
      ],
    })
    expect(found.provenRto).toMatchObject({ seconds: 96 })
    expect(found.findings.map(({ rule }) => rule)).not.toContain('drills')
  })

  test('are not hidden by whatever number of other drills came after', async () => {
    const it = fresh()
    await report(it, 'd00', {})
    for (const id of Array.from({ length: 12 }, (_, n) => `d${n + 10}`)) {
      await put(it, id, { 'plan.json': JSON.stringify({ ...plan, scenario: 'probe' }) })
      await report(it, id, { scenario: 'probe', mode: undefined, objectives: [] })
    }
    const session = await it.target({ system })
    const found = await status(session)
    expect(found.observation.drills).toMatchObject({
      value: [{ scenario: 'probe' }, { scenario: 'region/ungraceful' }],
    })
    expect(found.provenRto).toMatchObject({ seconds: 96 })
  })

  test.each([
    ['TURNED BACK', true, { turnedBack: 'left by a person', interrupted: true }],
    ['TURNED BACK', false, { turnedBack: 'a guard' }],
    ['INCONCLUSIVE', true, { objectives: [], checks: [] }],
  ])('that ended %s prove and disprove nothing: the last that measured stands', async (result, planned, changes) => {
    const it = fresh()
    await report(it, 'd1', {})
    for (const id of ['d2', 'd3']) await report(it, id, changes)
    const named = { 'plan.json': JSON.stringify({ ...plan, scenario: 'region', mode: 'ungraceful' }) }
    if (planned) for (const id of ['d1', 'd2', 'd3']) await put(it, id, named)
    const found = await seen(it)
    expect(found.observation.drills).toMatchObject({ value: [{ passed: false, result }, { passed: true }] })
    expect(found.provenRto).toMatchObject({ seconds: 96 })
    expect(found.findings.filter(({ rule }) => rule === 'drills')).toEqual([
      expect.objectContaining({ what: `the last drill region/ungraceful ended ${result}` }),
    ])
  })

  test('that failed since disprove what an earlier one proved, whatever was turned back after them', async () => {
    const it = fresh()
    await report(it, 'd1', {})
    await report(it, 'd2', { objectives: sample(96, 60).objectives })
    await report(it, 'd3', { turnedBack: 'a guard' })
    const found = await seen(it)
    expect(found.observation.drills).toMatchObject({ value: [{ result: 'TURNED BACK' }, { result: 'FAIL' }] })
    expect(found.provenRto).toBeUndefined()
    expect(found.findings.map(({ what }) => what)).not.toContain('the last drill region/ungraceful ended FAIL')
  })

  test('that measured an outage of which nobody can say whether it kept the objective are no proof', async () => {
    const it = fresh()
    await report(it, 'd1', {})
    const { objectives } = good(it)
    await report(it, 'd2', { objectives: objectives.map((one) => ({ ...one, verdict: 'inconclusive' as const })) })
    const found = await seen(it)
    expect(found.observation.drills).toMatchObject({ value: [{ result: 'INCONCLUSIVE' }] })
    expect(found.provenRto).toBeUndefined()
  })

  test.each([
    ['FAIL', { objectives: sample(96, 60).objectives }],
    ['TURNED BACK', { turnedBack: 'a guard' }],
    ['INCONCLUSIVE', { objectives: [], checks: [] }],
  ])('that ended %s are no proof', async (result, changes) => {
    const it = fresh()
    await report(it, 'd1', changes)
    const found = await seen(it)
    expect(found.findings).toContainEqual(
      expect.objectContaining({ rule: 'drills', what: `the last drill region/ungraceful ended ${result}` }),
    )
    expect(found.provenRto).toBeUndefined()
  })

  test('that were refused before anything was injected show nothing', async () => {
    const it = fresh()
    const { injected: _, ...rest } = good(it)
    const refused = { ...rest, id: 'd2', turnedBack: 'an alarm fires' }
    await report(it, 'd1', {})
    await put(it, 'd2', { 'report.json': JSON.stringify(refused) })
    expect((await seen(it)).observation.drills).toMatchObject({ value: [{ result: 'PASS' }] })
  })

  test.each(['{"version":7}', 'no JSON'])(
    'of which a report cannot be read are unknown, a warning: %s',
    async (text) => {
      const it = fresh()
      await put(it, 'd1', { 'report.json': text })
      const found = await seen(it)
      expect(found.findings).toContainEqual(expect.objectContaining({ rule: 'drills', level: 'warning' }))
      expect(found.observation.drills).toHaveProperty('unknown')
    },
  )
})

describe('a drill that nobody ended', () => {
  const begun = [...done('preflight'), ...done('inject', 'turn')]

  test('is held, and the command that ends it is given', async () => {
    const it = fresh()
    await put(it, 'd1', { 'plan.json': JSON.stringify(plan), 'journal.jsonl': journal(begun) })
    const found = await seen(it)
    expect(found).toMatchObject({ answer: 'busy', exit: 10 })
    expect(found.verdict).toContain('drill d1')
    expect(found.findings).toContainEqual(
      expect.objectContaining({ rule: 'nobody-works', level: 'blocker', mend: expect.stringContaining('--resume d1') }),
    )
  })

  test('whose report says that something is not restored is held too', async () => {
    const it = fresh()
    await put(it, 'd1', { 'plan.json': JSON.stringify(plan), 'journal.jsonl': journal(begun) })
    await report(it, 'd1', { restored: false })
    expect(await seen(it)).toMatchObject({ answer: 'busy', exit: 10 })
  })

  test('is not held any more once its journal has its end', async () => {
    const it = fresh()
    const after = ['detect', 'recover', 'verify'] as const
    const rest = ['steady-after', 'reconcile', 'disarm', 'report'] as const
    const lines = [...begun, ...done('steady-before'), ...done('arm'), ...after.flatMap((it) => done(it))]
    const all = [...lines, ...done('failback', 'turn'), ...rest.flatMap((it) => done(it))]
    await put(it, 'd1', { 'plan.json': JSON.stringify(plan), 'journal.jsonl': journal(all) })
    expect(await seen(it)).toMatchObject({ exit: 0 })
    // Not where somebody wrote into it afterwards.
    await put(it, 'd1', { 'journal.jsonl': `${journal(all)}{}\n` })
    expect(await seen(it)).toMatchObject({ answer: 'busy', exit: 10 })
  })
})
