// What drills have proven, from the evidence that they leave in the artifact bucket, and which of them was never ended:
// its journal stands there without its end.
import { z } from 'zod'
import type { Aws } from '../aws/connect.ts'
import type { DrillPlan } from '../drill/drill.ts'
import { type DrillReport, drillExit } from '../drill/evidence/report.ts'
import { readJournal } from '../drill/journal.ts'
import { standing } from '../drill/next.ts'
import { planHash } from '../drill/plan.ts'
import { drillPrefix } from '../drill/record.ts'
import type { TargetSession } from '../load/session.ts'
import { asked } from './asked.ts'
import { type DrillFact, type Fact, isKnown, known, type Work } from './observation.ts'

const verdict = z.enum(['pass', 'fail', 'inconclusive', 'not-tested'])
/** As much of a report as status needs. */
const form = z.looseObject({
  scenario: z.string(),
  mode: z.string().optional(),
  injected: z.number().optional(),
  ended: z.number(),
  objectives: z.array(
    z.looseObject({ name: z.string(), verdict, bounds: z.looseObject({ to: z.number().nullable() }).optional() }),
  ),
  checks: z.array(z.looseObject({ verdict })),
  probes: z.array(
    z.looseObject({ loss: z.looseObject({ acknowledged: z.number(), lost: z.array(z.unknown()) }).optional() }),
  ),
  restored: z.boolean(),
  turnedBack: z.string().optional(),
})

const steps = z.array(z.looseObject({ name: z.string() }))
/** As much of a plan. */
const planForm = z.looseObject({ scenario: z.string(), mode: z.string().optional(), inject: steps, recover: steps })

interface DrillFacts {
  drills: Fact<DrillFact[]>
  /** A drill that nobody ended. */
  open: Fact<Work | undefined>
}

/** Nobody looks further back than so many drills: some seconds' worth of reading, years of weekly ones. */
const most = 1_000

/** Scenarios by id: plans never change, and `--watch` looks again and again. */
const watched = new WeakMap<Aws, Map<string, string>>()

function namesOf(aws: Aws): Map<string, string> {
  const names = watched.get(aws) ?? new Map<string, string>()
  watched.set(aws, names)
  return names
}

type Read = (id: string, name: string) => Promise<string | undefined>

/** The last drills of each scenario, and one that was begun and never ended. */
export async function drillFacts({ aws, home, buckets, target }: TargetSession): Promise<DrillFacts> {
  const { now } = aws.clock
  const bucket = buckets[home]
  if (bucket === undefined) return { drills: known([], now()), open: known(undefined, now()) }
  const objects = aws.objects(home)
  const prefix = drillPrefix(target.system.name, target.suffix)
  const read: Read = async (id, name) => (await objects.get(bucket, `${prefix}${id}/${name}`))?.text
  const listed = await asked(now, async () => objects.keys(bucket, prefix))
  if (!isKnown(listed)) return { drills: listed, open: listed }
  const having = (name: string): string[] =>
    listed.value
      .flatMap((key) => (key.endsWith(`/${name}`) ? key.slice(prefix.length, -name.length - 1) : []))
      .toSorted()
      .toReversed()
  const reported = having('report.json')
  const shown = await asked(now, async () => lastOfEach(reported, read, namesOf(aws)))
  // Of a report that cannot be read nobody knows whether all was restored: the journals tell.
  const doubtful = isKnown(shown) ? shown.value.flatMap(({ id, restored }) => (restored ? [] : id)) : reported
  const begun = having('journal.jsonl').filter((id) => !reported.includes(id) || doubtful.includes(id))
  const open = await asked(now, async () => {
    const found = await Promise.all(begun.map((id) => openDrill(id, read)))
    return found.find((it) => it !== undefined)
  })
  return {
    drills: isKnown(shown)
      ? known(
          shown.value.map(({ fact }) => fact),
          shown.at,
        )
      : shown,
    open,
  }
}

interface Shown {
  id: string
  restored: boolean
  measured: boolean
  fact: DrillFact
}

/**
 * Of each scenario and mode the newest that shows something, and the newest that measured, newest first. A report holds
 * every operation of every probe, so the plans, which are short, tell which reports to read.
 */
async function lastOfEach(ids: string[], read: Read, names: Map<string, string>): Promise<Shown[]> {
  const name = async (id: string): Promise<string> => {
    const scenario = names.get(id) ?? nameOf(await read(id, 'plan.json'))
    if (scenario !== undefined) names.set(id, scenario)
    return scenario ?? id
  }
  const named = await Promise.all(ids.slice(0, most).map(async (id) => ({ id, scenario: await name(id) })))
  const scenarios = [...new Set(named.map(({ scenario }) => scenario))]
  const last = await Promise.all(
    scenarios.map((scenario) =>
      newestShown(
        named.filter((it) => it.scenario === scenario),
        read,
      ),
    ),
  )
  const newest = last.flat().toSorted((a, b) => (a.id < b.id ? 1 : -1))
  return newest.filter((it) => {
    const same = newest.filter(({ fact }) => fact.scenario === it.fact.scenario)
    return it === same[0] || it === same.find(({ measured }) => measured)
  })
}

/** Back to the newest that measured. One that was refused before anything was injected shows nothing. */
async function newestShown([first, ...rest]: { id: string }[], read: Read): Promise<Shown[]> {
  if (!first) return []
  const report = reportOf(await read(first.id, 'report.json'))
  const fact = report && factOf(report)
  if (!fact) return newestShown(rest, read)
  const shown = { id: first.id, restored: report.restored, measured: hasMeasured(report), fact }
  return shown.measured ? [shown] : [shown, ...(await newestShown(rest, read))]
}

/** One that was turned back, or that can tell nothing, proves nothing and disproves nothing. */
const hasMeasured = (report: DrillReport): boolean =>
  report.turnedBack === undefined && (drillExit(report) !== 7 || report.objectives.some(({ bounds }) => bounds))

const scenarioOf = ({ scenario, mode }: Pick<DrillReport, 'scenario' | 'mode'>): string =>
  [scenario, mode].filter(Boolean).join('/')

/** The scenario of a plan; undefined where there is no plan to read. */
function nameOf(plan: string | undefined): string | undefined {
  const parsed = planForm.safeParse(plan === undefined ? undefined : parse(plan))
  return parsed.success ? scenarioOf(parsed.data) : undefined
}

/** JSON, or undefined: what others wrote is no fault of dr. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reportOf(text: string | undefined): DrillReport | undefined {
  if (text === undefined) return undefined
  const parsed = form.safeParse(parse(text))
  if (!parsed.success) throw new Error('a report of a drill is not one that this version of dr wrote')
  return parsed.data as unknown as DrillReport
}

const results: Record<number, string> = { 0: 'PASS', 4: 'FAIL', 5: 'TURNED BACK', 6: 'NOT RESTORED', 7: 'INCONCLUSIVE' }

/** What status tells of a drill; undefined of one that was refused before anything was injected. */
function factOf(report: DrillReport): DrillFact | undefined {
  const result = results[drillExit(report)]
  if (result === undefined) return undefined
  const rto = report.objectives.flatMap(({ name, bounds }) => (name === 'RTO' && bounds ? bounds.to : []))
  const losses = report.probes.flatMap(({ loss }) => loss ?? [])
  const worst = losses.toSorted((a, b) => b.lost.length - a.lost.length)[0]
  const n = (value: number): string => value.toLocaleString('en-US')
  return {
    scenario: scenarioOf(report),
    passed: result === 'PASS',
    result,
    at: report.ended,
    // What never recovered is written as null.
    ...(rto.length > 0 && rto.every(Number.isFinite) && { rtoSeconds: Math.round(Math.max(...rto) / 1000) }),
    ...(worst && { lost: `${n(worst.lost.length)} of ${n(worst.acknowledged)}` }),
  }
}

/** A drill that has something left to do or to undo. Throws where it has no plan, so that nobody can tell. */
async function openDrill(id: string, read: Read): Promise<Work | undefined> {
  const [planText, journal = ''] = [await read(id, 'plan.json'), await read(id, 'journal.jsonl')]
  const plan = planText === undefined ? undefined : parse(planText)
  if (!planForm.safeParse(plan).success) throw new Error(`drill ${id} has a journal and no plan that can be read`)
  const { lines, broken } = readJournal(journal, planHash(plan as DrillPlan))
  const { inject, recover } = plan as DrillPlan
  const names = (steps: DrillPlan['inject']): string[] => steps.map(({ name }) => name)
  const { next, open } = standing({ inject: names(inject), recover: names(recover) }, lines)
  // A journal that was changed ends nothing: to resume it says what is wrong with it.
  if (broken === undefined && next === undefined && open.length === 0) return undefined
  return { verb: 'failover-test', by: `drill ${id}`, since: lines[0]?.at ?? 0, dead: true, drill: id }
}
