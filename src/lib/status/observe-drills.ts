// What drills have proven, from the evidence that they leave in the artifact bucket, and which of them was never ended:
// its journal stands there without its end.
import { z } from 'zod'
import type { DrillPlan } from '../drill/drill.ts'
import { type DrillReport, drillExit } from '../drill/evidence/report.ts'
import { readJournal } from '../drill/journal.ts'
import { standing } from '../drill/next.ts'
import { planHash } from '../drill/plan.ts'
import { drillPrefix } from '../drill/record.ts'
import type { TargetSession } from '../session.ts'
import { asked } from './asked.ts'
import { type DrillFact, type Fact, isKnown, known, type Work } from './observation.ts'

/** Reports that are read, newest first: they hold every operation of every probe. */
const readable = 8

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

export interface DrillFacts {
  drills: Fact<DrillFact[]>
  /** A drill that nobody ended. */
  open: Fact<Work | undefined>
}

/** The last drill of each scenario, and one that was begun and never ended. */
export async function drillFacts({ aws, home, buckets, target }: TargetSession): Promise<DrillFacts> {
  const { now } = aws.clock
  const bucket = buckets[home]
  if (bucket === undefined) return { drills: known([], now()), open: known(undefined, now()) }
  const objects = aws.objects(home)
  const prefix = drillPrefix(target.system.name, target.suffix)
  const read = async (id: string, name: string): Promise<string | undefined> =>
    (await objects.get(bucket, `${prefix}${id}/${name}`))?.text
  const found = await asked(now, async () => {
    const keys = (await objects.keys(bucket, prefix)).map((key) => key.slice(prefix.length))
    const having = (name: string): string[] =>
      keys
        .flatMap((key) => (key.endsWith(`/${name}`) ? key.slice(0, -name.length - 1) : []))
        .toSorted()
        .toReversed()
    const reported = having('report.json')
    const reports = await Promise.all(
      reported.slice(0, readable).map(async (id) => ({ id, report: reportOf(await read(id, 'report.json')) })),
    )
    const unrestored = reports.flatMap(({ id, report }) => (report && !report.restored ? id : []))
    const begun = having('journal.jsonl').filter((id) => !reported.includes(id))
    const open = await Promise.all(
      [...begun, ...unrestored].map(async (id) =>
        openDrill(id, await read(id, 'plan.json'), await read(id, 'journal.jsonl')),
      ),
    )
    return { drills: lastOfEach(reports.flatMap(({ report }) => report ?? [])), open: open.find((it) => it) }
  })
  if (!isKnown(found)) return { drills: found, open: found }
  const { drills, open } = found.value
  return { drills: known(drills, found.at), open: known(open, found.at) }
}

function reportOf(text: string | undefined): DrillReport | undefined {
  if (text === undefined) return undefined
  const parsed = form.safeParse(JSON.parse(text))
  if (!parsed.success) throw new Error('a report of a drill is not one that this version of dr wrote')
  return parsed.data as unknown as DrillReport
}

const results: Record<number, string> = { 0: 'PASS', 4: 'FAIL', 5: 'TURNED BACK', 6: 'NOT RESTORED', 7: 'INCONCLUSIVE' }

/** By scenario and mode, newest first as given; one that was refused before anything was injected shows nothing. */
function lastOfEach(reports: DrillReport[]): DrillFact[] {
  const last = new Map<string, DrillFact>()
  for (const report of reports) {
    const scenario = [report.scenario, report.mode].filter(Boolean).join('/')
    const result = results[drillExit(report)]
    if (result === undefined || last.has(scenario)) continue
    const rto = report.objectives.flatMap(({ name, bounds }) => (name === 'RTO' && bounds ? bounds.to : []))
    const losses = report.probes.flatMap(({ loss }) => loss ?? [])
    const worst = losses.toSorted((a, b) => b.lost.length - a.lost.length)[0]
    const n = (value: number): string => value.toLocaleString('en-US')
    last.set(scenario, {
      scenario,
      passed: result === 'PASS',
      result,
      at: report.ended,
      // What never recovered is written as null.
      ...(rto.length > 0 && rto.every(Number.isFinite) && { rtoSeconds: Math.round(Math.max(...rto) / 1000) }),
      ...(worst && { lost: `${n(worst.lost.length)} of ${n(worst.acknowledged)}` }),
    })
  }
  return [...last.values()]
}

/** A drill that has something left to do or to undo. */
function openDrill(id: string, planText: string | undefined, journal: string | undefined): Work | undefined {
  if (planText === undefined || journal === undefined) return undefined
  const plan = JSON.parse(planText) as DrillPlan
  const { lines } = readJournal(journal, planHash(plan))
  const names = (steps: DrillPlan['inject']): string[] => steps.map(({ name }) => name)
  const { next, open } = standing({ inject: names(plan.inject), recover: names(plan.recover) }, lines)
  if (next === undefined && open.length === 0) return undefined
  return { verb: 'failover-test', by: `drill ${id}`, since: lines[0]?.at ?? 0, dead: true, drill: id }
}
