// What holds of a drill when nobody is there any more: its name in the surviving region, and the dead man.
import * as deadMan from './dead-man.ts'
import type { DrillPlan, Ground } from './drill.ts'
import { release, take } from './lock-mirror.ts'
import type { Safety } from './running.ts'

/** The safety of one drill; `by` is who runs it. */
export function safetyOf(ground: Ground, plan: DrillPlan, by: string): Safety {
  return {
    arm: async (at) => {
      // First the name: the dead man does nothing for a drill that is not named.
      await take(ground, plan, by, at)
      return deadMan.arm(ground, plan, at)
    },
    move: (at) => deadMan.move(ground, plan, at),
    disarm: async () => {
      const said = await deadMan.disarm(ground, plan)
      await release(ground, plan)
      return said
    },
  }
}
