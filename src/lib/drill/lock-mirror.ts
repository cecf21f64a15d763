// Says in the surviving region which drill is under way, where runbooks can read it: the lock itself lies in a bucket
// that they know nothing of. Who makes the parameter first has it.
import type { Region, Role } from '../core/model.ts'
import { DrError } from '../core/errors.ts'
import { drillParameter } from '../core/names.ts'
import { environmentTags } from '../plan/wanted.ts'
import type { DrillPlan, Ground } from './drill.ts'

/** What the parameter holds, as JSON. */
interface HeldDrill {
  drill: string
  who: string
  /** When the dead man acts unless he is told otherwise, as first set. ISO 8601. */
  deadline: string
  /** Set by the dead man of a drill with loss: people must decide. */
  state?: 'HELD'
}

/** Where a drill is ended from when nobody is there: the region that its fault leaves alone. */
export function survivor(regions: Partial<Record<Role, Region>>): Region {
  const region = regions.failover ?? regions.standalone ?? regions.primary
  if (region === undefined) throw new Error('a plan without a region')
  return region
}

type Named = Pick<DrillPlan, 'id' | 'system' | 'suffix' | 'regions'>

/** The drill that the parameter names; undefined when none is under way. */
export async function heldDrill({ aws }: Pick<Ground, 'aws'>, plan: Omit<Named, 'id'>): Promise<HeldDrill | undefined> {
  const parameters = await aws.parameters(survivor(plan.regions))
  const text = await parameters.get(drillParameter(plan.system, plan.suffix))
  return text === undefined ? undefined : read(text)
}

/** What nobody can read still holds: it was put there for a reason. */
function read(text: string): HeldDrill {
  try {
    const { drill = '', who = '', deadline = '', state } = JSON.parse(text) as Partial<HeldDrill>
    return { drill, who, deadline, ...(state !== undefined && { state }) }
  } catch {
    return { drill: '', who: 'somebody', deadline: '' }
  }
}

/**
 * Names this drill, unless it is named already; `deadline` in ms since the epoch.
 * Throws DrError where another drill is under way: exit 3, or 10 where it is held.
 */
export async function take({ aws, target }: Ground, plan: Named, who: string, deadline: number): Promise<void> {
  const parameters = await aws.parameters(survivor(plan.regions))
  const own: HeldDrill = { drill: plan.id, who, deadline: new Date(deadline).toISOString() }
  const name = drillParameter(plan.system, plan.suffix)
  if (await parameters.create(name, JSON.stringify(own), environmentTags(target))) return
  const other = await heldDrill({ aws }, plan)
  if (other?.drill === plan.id) return
  if (!other) return take({ aws, target } as Ground, plan, who, deadline)
  const isHeld = other.state === 'HELD'
  throw new DrError(
    isHeld ? 'DrillHeld' : 'DrillUnderWay',
    isHeld ? 10 : 3,
    `drill ${other.drill} by ${other.who} is ${isHeld ? 'held' : 'under way'} (${name} in ${survivor(plan.regions)}); nothing was changed`,
    `end it first: dr failover-test --system ${plan.system} --suffix ${plan.suffix} --resume ${other.drill}`,
  )
}

/** Takes the name of this drill away; that of another stays. */
export async function release({ aws }: Pick<Ground, 'aws'>, plan: Named): Promise<void> {
  const held = await heldDrill({ aws }, plan)
  if (held?.drill !== plan.id) return
  await (await aws.parameters(survivor(plan.regions))).remove(drillParameter(plan.system, plan.suffix))
}
