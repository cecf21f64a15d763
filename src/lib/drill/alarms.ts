// The alarms that guard a drill, as they are now.
import type { TargetSession } from '../load/session.ts'
import type { DrillPlan } from './drill.ts'
import type { World } from './running.ts'

/** An alarm that guards a drill, as it stands. */
export type GuardState = Awaited<ReturnType<World['alarms']>>[number]

/** How the alarms stand that guard a drill. */
export async function alarmsOf({ aws }: TargetSession, plan: DrillPlan): Promise<GuardState[]> {
  const regions = [...new Set(plan.guards.map(({ region }) => region))]
  const all = regions.map(async (region) => {
    const wanted = plan.guards.filter((it) => it.region === region).map(({ alarm }) => alarm)
    const found = await (await aws.alarms(region)).named(wanted)
    return wanted.map((alarm) => {
      const state = found.find(({ name }) => name === alarm)?.state ?? ('missing' as const)
      return { region, alarm, state }
    })
  })
  return (await Promise.all(all)).flat()
}
