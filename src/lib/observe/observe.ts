// The only reader of the world: what stands at AWS, as one snapshot that planners can decide on.
import type { Aws } from '../aws/connect.ts'
import { RegionSilent } from '../aws/silence.ts'
import type { InstanceView, OperationView, SetView } from '../aws/stack-set-views.ts'
import type { StackView } from '../aws/stacks.ts'
import type { Region, Role, Stage, StageOutputs, Target } from '../core/model.ts'
import { stackSetName } from '../core/names.ts'

export interface InstanceState extends InstanceView {
  overrides: Record<string, string>
  /** The stack itself; undefined when it does not exist (any more), or was not seen. */
  stack: StackView | undefined
  /** Its region did not answer, or was not to be asked: what stands there is unknown. */
  unseen?: boolean
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

/**
 * Reads one stage: set, instances with their stacks, operations under way.
 * @param tolerant takes a region that does not answer as unseen; otherwise its silence is thrown (RegionSilent)
 */
export async function observeStage(
  aws: Aws,
  home: Region,
  target: Target,
  stage: Stage,
  tolerant = false,
): Promise<StageState> {
  const name = stackSetName(target.system.name, stage.name, target.suffix)
  const sets = aws.stackSets(home)
  const set = await sets.describe(name)
  if (!set) return empty
  const [instances, operations] = await Promise.all([sets.instances(name), sets.operations(name)])
  const overridden = Object.keys(stage.overrides).length > 0
  const states = instances.map(async (it): Promise<InstanceState> => {
    const asked = target.only?.includes(it.region) ?? true
    const read = (): Promise<Record<string, string>> => sets.overrides(name, it.account, it.region)
    const [known, stack] = await Promise.all([
      overridden ? read() : undefined,
      asked && it.stackId ? look(aws, it.region, it.stackId, tolerant) : undefined,
    ])
    // Nothing is to be overridden here. What an earlier system.yaml did shows in the stack, which costs no call.
    const overrides = known ?? (typeof stack === 'object' && differs(stack, set) ? await read() : {})
    if (!asked || stack === 'silent') return { ...it, overrides, stack: undefined, unseen: true }
    // "A stack instance can exist without a stack": its id may point to a deleted one.
    return { ...it, overrides, stack: stack?.status === 'DELETE_COMPLETE' ? undefined : stack }
  })
  return { set, instances: await Promise.all(states), running: operations.filter((it) => unended(it)) }
}

/** Whether the stack was given other parameters than its set has: overrides, or an update that is under way. */
const differs = ({ parameters }: StackView, set: SetView): boolean =>
  Object.keys(set.parameters).some((name) => name in parameters && parameters[name] !== set.parameters[name])

async function look(
  aws: Aws,
  region: Region,
  stackId: string,
  tolerant: boolean,
): Promise<StackView | 'silent' | undefined> {
  try {
    return await aws.stacks(region).describe(stackId)
  } catch (error) {
    if (tolerant && error instanceof RegionSilent) return 'silent'
    throw error
  }
}

/** Regions of the environment in which nothing could be seen, though they were asked. */
export function silentRegions(target: Target, snapshot: Snapshot): Region[] {
  const unseen = Object.values(snapshot.stages).flatMap(({ instances }) => instances.filter((it) => it.unseen))
  return [...new Set(unseen.map((it) => it.region))].filter((region) => target.only?.includes(region) ?? true)
}

/** Reads all stages at once; a region that does not answer leaves its instances unseen. */
export async function observe(aws: Aws, home: Region, target: Target): Promise<Snapshot> {
  const stages = target.system.stages.map(
    async (stage) => [stage.name, await observeStage(aws, home, target, stage, true)] as const,
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
