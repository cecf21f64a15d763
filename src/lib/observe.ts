// The only reader of the world: what stands at AWS, as one snapshot that planners can decide on.
import type { Aws } from './aws/connect.ts'
import type { InstanceView, OperationView, SetView } from './aws/stack-set-views.ts'
import type { StackView } from './aws/stacks.ts'
import type { Region, Role, Stage, Target } from './model.ts'
import { stackSetName } from './names.ts'
import type { StageOutputs } from './plan/wanted.ts'

export interface InstanceState extends InstanceView {
  overrides: Record<string, string>
  /** The stack itself; undefined when it does not exist (any more). */
  stack: StackView | undefined
}

export interface StageState {
  set: SetView | undefined
  instances: InstanceState[]
  /** Operations that have not ended, newest first. */
  running: OperationView[]
}

/** Everything that is known of one environment at one moment. */
export interface Snapshot {
  at: number
  stages: Record<string, StageState>
}

/** AWS's texts disagree on QUEUED; waiting is right in both readings. */
const underWay = new Set(['RUNNING', 'QUEUED', 'STOPPING'])
/** Statuses with which an operation is over for good. */
export const terminal = new Set(['SUCCEEDED', 'FAILED', 'STOPPED'])

/** The operation goes on. A status that we do not know is over only when AWS gives the time of its end. */
export const unended = ({ status, endedAt }: Pick<OperationView, 'status' | 'endedAt'>): boolean =>
  underWay.has(status) || (!terminal.has(status) && endedAt === undefined)

const empty: StageState = { set: undefined, instances: [], running: [] }

/** Reads one stage: set, instances with their stacks, operations under way. */
export async function observeStage(aws: Aws, home: Region, target: Target, stage: Stage): Promise<StageState> {
  const name = stackSetName(target.system.name, stage.name, target.suffix)
  const sets = aws.stackSets(home)
  const set = await sets.describe(name)
  if (!set) return empty
  const [instances, operations] = await Promise.all([sets.instances(name), sets.operations(name)])
  const overridden = Object.keys(stage.overrides).length > 0
  const states = instances.map(async (it): Promise<InstanceState> => {
    const [overrides, stack] = await Promise.all([
      overridden ? sets.overrides(name, it.account, it.region) : {},
      it.stackId ? aws.stacks(it.region).describe(it.stackId) : undefined,
    ])
    // "A stack instance can exist without a stack": its id may point to a deleted one.
    return { ...it, overrides, stack: stack?.status === 'DELETE_COMPLETE' ? undefined : stack }
  })
  return { set, instances: await Promise.all(states), running: operations.filter((it) => unended(it)) }
}

/** Reads all stages at once. */
export async function observe(aws: Aws, home: Region, target: Target): Promise<Snapshot> {
  const stages = target.system.stages.map(
    async (stage) => [stage.name, await observeStage(aws, home, target, stage)] as const,
  )
  return { at: aws.clock.now(), stages: Object.fromEntries(await Promise.all(stages)) }
}

/** Outputs of the root stacks, by stage and role. */
export function stageOutputs(target: Target, stages: Record<string, StageState>): StageOutputs {
  const roleOf = new Map(Object.entries(target.regions).map(([role, region]) => [region, role as Role]))
  const outputs: StageOutputs = {}
  for (const [name, state] of Object.entries(stages))
    for (const { region, stack } of state.instances) {
      const role = roleOf.get(region)
      if (role && stack) outputs[name] = { ...outputs[name], [role]: stack.outputs }
    }
  return outputs
}
