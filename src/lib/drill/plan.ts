// Pure: a drill file and an environment become the plan of a drill, in which nothing is left open.
import { createHash } from 'node:crypto'
import { DrError } from '../core/errors.ts'
import type { Region, Role, Target } from '../core/model.ts'
import { type Action, type DrillPlan, placeholder, type ProbePlan, type Step } from './drill.ts'
import type { DrillClass } from './evidence/report.ts'
import { type Drill, type DrillStep, pooledName } from './file.ts'

const classes: DrillClass[] = ['L0', 'L1', 'L2', 'L3', 'L4']

/** The greater of what its steps may break; a drill that only writes numbers of its own is L1. */
export const classOf = (steps: readonly { action: string }[], actions: Readonly<Record<string, Action>>): DrillClass =>
  classes[Math.max(1, ...steps.map(({ action }) => classes.indexOf(actions[action]?.class ?? 'L4')))] ?? 'L4'

/** Hash of a plan: the journal begins with it, the report names it. */
export const planHash = (plan: DrillPlan): string => createHash('sha256').update(JSON.stringify(plan)).digest('hex')

/** The same over pooled connections: their writes must survive as well, but how long they were out is the clients' own. */
const besides = (fresh: ProbePlan): ProbePlan => ({
  ...fresh,
  name: pooledName(fresh.name),
  measures: fresh.measures.filter((it) => it !== 'RTO'),
  beside: fresh.name,
})

export interface Place {
  id: string
  target: Target
  /** What stands in braces in drill files: flat outputs and names of secrets. */
  values: Readonly<Record<string, string>>
}

/**
 * Fills a drill file in.
 * @throws DrError exit 8 where the environment lacks what the drill works on: a target that is empty is no target
 */
export function planDrill(file: Drill, { id, target, values }: Place, actions: Record<string, Action>): DrillPlan {
  const { system, suffix, regions } = target
  const known: Record<string, string> = { ...values, ...regions, system: system.name, suffix }
  const filled = (text: string, where: string): string =>
    text.replace(placeholder, (_, name: string) => {
      const value = known[name]
      if (value !== undefined && value !== '' && value !== 'none') return value
      const message = `${where} needs ${name}, which this environment does not have`
      throw new DrError(
        'NoTarget',
        8,
        message,
        `see what can be drilled: dr failover-test --system ${system.name} --list`,
      )
    })
  const isThere = (text: string): boolean =>
    [...text.matchAll(placeholder)].every(([, name = '']) => !['', 'none', undefined].includes(known[name]))
  // A key with a question mark is left out where the environment has nothing to fill in.
  const all = (texts: Record<string, string>, where: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(texts).flatMap(([key, text]) =>
        key.endsWith('?') && !isThere(text) ? [] : [[key.replace(/\?$/, ''), filled(text, `${where} (${key})`)]],
      ),
    )
  const region = (role: Role, where: string): Region => {
    const found = regions[role]
    if (found !== undefined) return found
    throw new DrError(
      'NoRegion',
      2,
      `${where} is in the ${role} region, which ${system.name} does not have`,
      `see: dr failover-test --system ${system.name} --list`,
    )
  }
  const step = ({ name, action, in: role, target: texts }: DrillStep): Step => ({
    name,
    action,
    region: region(role, name),
    target: all(texts, name),
  })
  const probe = ({
    name,
    kind,
    every,
    measures,
    exposure,
    from,
    to,
    target: texts,
  }: Drill['probes'][number]): ProbePlan => ({
    name,
    kind,
    interval: every * 1000,
    measures,
    ...(exposure && { exposure }),
    from: region(from, name),
    to: region(to, name),
    target: all(texts, name),
  })
  return {
    version: 1,
    id,
    title: file.title,
    system: system.name,
    suffix,
    scenario: file.scenario,
    ...(file.mode && { mode: file.mode }),
    class: classOf([...file.inject, ...file.recover], actions),
    regions,
    objectives: { ...system.objectives, source: `systems/${system.name}/system.yaml` },
    maxSeconds: file.maxDuration,
    steadySeconds: file.steady,
    inject: file.inject.map(step),
    recover: file.recover.map(step),
    probes: file.probes.flatMap((one) => (one.pooled ? [probe(one), besides(probe(one))] : [probe(one)])),
    guards: file.guards.map((it) => ({ region: region(it.in, it.alarm), alarm: filled(it.alarm, 'a guard') })),
    interruption: file.interruption,
    notProven: file.notProven,
  }
}
