// Whether a drill of an environment was never ended: its name is still in the region that survives.
import { unseeable } from '../aws/trouble.ts'
import { heldDrill, survivor } from '../drill/lock-mirror.ts'
import { drillParameter } from '../core/names.ts'
import type { OpenDrill } from '../plan/open-drill.ts'
import type { TargetSession } from '../load/session.ts'

/** The drill that was never ended; undefined also where the caller lacks the rights: a last look at the tags finds it then. */
export async function openDrill({ aws, target }: TargetSession): Promise<OpenDrill | undefined> {
  const { system, suffix, regions } = target
  try {
    const held = await heldDrill({ aws }, { system: system.name, suffix, regions })
    if (!held) return undefined
    const { drill, who } = held
    return { drill, who, parameter: drillParameter(system.name, suffix), region: survivor(regions) }
  } catch (error) {
    if (unseeable(error)) return undefined
    throw error
  }
}
