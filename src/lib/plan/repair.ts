// Pure: states in which a stack instance is stuck, and the safe way out of each. One row per state, the first that fits
// counts. Its source is a tag of docs/sources.md.
import type { Region } from '../core/model.ts'
import type { InstanceState, StageState } from '../observe/observe.ts'
import { isStateful } from './stateful.ts'
import type { WantedStage } from './wanted.ts'
import type { Remedy } from '../core/difference.ts'

/** When a deletion must be allowed by flag: never, where the stack holds data, or always. */
type Allowed = 'without' | 'data' | 'always'

export interface Row {
  /** Instance status; absent: any. */
  instance?: string
  /** Stack status; `none` for a stack that is gone. */
  stack: RegExp
  deploy: Remedy
  allow?: Allowed
  destroy: Extract<Remedy, 'operate' | 'wait'>
  /** How often a destroy lets the stack set try before it deletes the stack itself. */
  tries: 1 | 2
  why: string
  source: string
}

/** In the order in which they are looked through. A state that no row names is left to the ordinary call. */
export const table: Row[] = [
  {
    stack: /^UPDATE_(ROLLBACK_)?COMPLETE_CLEANUP_IN_PROGRESS$/,
    deploy: 'operate',
    destroy: 'operate',
    tries: 2,
    why: 'usable already; the actions wait for the end of a clean-up themselves',
    source: '[UG23:troubleshooting]',
  },
  {
    stack: /^REVIEW_IN_PROGRESS$/,
    deploy: 'delete-stack',
    allow: 'without',
    destroy: 'operate',
    tries: 2,
    why: 'an abandoned change set left a stack without resources, which can only be deleted',
    source: '[CDK]',
  },
  {
    stack: /_IN_PROGRESS$/,
    deploy: 'wait',
    destroy: 'wait',
    tries: 2,
    why: 'a stack that works refuses every other change',
    source: '[UG:troubleshooting]; a run that died during a repair',
  },
  {
    instance: 'INOPERABLE',
    stack: /^none$/,
    deploy: 'detach',
    destroy: 'operate',
    tries: 1,
    why: 'updates pass the instance over; there is nothing left that could be lost by forgetting it',
    source: '[M:StackInstance]',
  },
  {
    instance: 'CURRENT',
    stack: /^none$/,
    deploy: 'detach',
    destroy: 'operate',
    tries: 2,
    why: 'its stack was deleted outside of its set; operations retry OUTDATED instances only, so none would make it again',
    source: '[M:CreateStackInstances]',
  },
  {
    stack: /^none$/,
    deploy: 'operate',
    destroy: 'operate',
    tries: 2,
    why: 'a failed create leaves a deleted stack; the next operation makes a new one',
    source: '[UG:stacksets-troubleshooting]',
  },
  {
    stack: /^DELETE_FAILED$/,
    deploy: 'delete-stack',
    allow: 'always',
    destroy: 'operate',
    tries: 1,
    why: 'half deleted: it cannot be updated, only deleted',
    source: '[M:DeleteStack]',
  },
  {
    instance: 'INOPERABLE',
    stack: /./,
    deploy: 'delete-stack',
    allow: 'always',
    destroy: 'operate',
    tries: 1,
    why: 'its deletion failed; updates pass it over for good',
    source: '[UG:stacksets-troubleshooting]',
  },
  {
    stack: /^(ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED)$/,
    deploy: 'delete-stack',
    allow: 'data',
    destroy: 'operate',
    tries: 2,
    why: 'a creation that failed cannot be updated, and holds names that its successor needs',
    source: '[UG:troubleshooting]',
  },
  {
    stack: /^UPDATE_ROLLBACK_FAILED$/,
    deploy: 'continue-rollback',
    destroy: 'operate',
    tries: 2,
    why: 'nothing else is possible before the rollback is through; only the root may be asked',
    source: '[M:ContinueUpdateRollback]',
  },
  {
    stack: /^UPDATE_FAILED$/,
    deploy: 'roll-back',
    destroy: 'operate',
    tries: 2,
    why: 'an update with rollback disabled stays paused until it is rolled back',
    source: '[M:RollbackStack]',
  },
]

const rowOf = ({ status, stack }: InstanceState): Row | undefined =>
  table.find((row) => (row.instance ?? status) === status && row.stack.test(stack?.status ?? 'none'))

export interface Repair {
  region: Region
  instance: InstanceState
  remedy: Exclude<Remedy, 'operate'>
  allow: Allowed
  why: string
}

/** What has to be repaired in a stage before it can be deployed; empty while an operation runs, which may do it. */
export function repairs(wanted: WantedStage, { instances, running }: StageState): Repair[] {
  const regions = new Set(wanted.steps.flatMap((step) => step.regions))
  if (running.length > 0) return []
  return instances.flatMap((instance): Repair[] => {
    const row = rowOf(instance)
    if (!row || row.deploy === 'operate' || instance.unseen || !regions.has(instance.region)) return []
    const { deploy: remedy, allow = 'without', why } = row
    return [{ region: instance.region, instance, remedy, allow, why }]
  })
}

/** Whether another stack is created there after it. */
export const makesAnew = ({ remedy }: Repair): boolean => remedy === 'delete-stack' || remedy === 'detach'

/** The instances whose stacks still work although no operation of the set does. */
export const working = ({ instances, running }: StageState): InstanceState[] =>
  running.length > 0 ? [] : instances.filter((it) => !it.unseen && rowOf(it)?.destroy === 'wait')

/** How often a destroy tries these regions through the stack set before it goes to the stacks themselves. */
export const tries = ({ instances }: StageState, regions: Region[]): number =>
  Math.min(2, ...instances.filter((it) => regions.includes(it.region)).map((it) => rowOf(it)?.tries ?? 2))

/** Whether the flags `--allow-replace` name this stage, or it in this region. */
export const isAllowed = (allowReplace: string[], stage: string, region: Region): boolean =>
  allowReplace.includes(stage) || allowReplace.includes(`${stage}/${region}`)

/** The resources among these that hold data. */
export const dataIn = (held: { type: string; path: string[] }[]): string[] =>
  held.filter(({ type }) => isStateful(type)).map(({ type, path }) => `${path.join('/')} (${type})`)

/** Why a stack is not deleted for a repair without the flag; undefined when it may be. */
export function objection({ instance, allow, why, region }: Repair, stage: string, data: string[]): string | undefined {
  if (allow === 'without' || (allow === 'data' && data.length === 0)) return undefined
  const { stack, status } = instance
  const loses = data.length > 0 ? `; with it ${data.slice(0, 5).join(', ')} would be lost` : ''
  return `the stack of ${stage} in ${region} is stuck (${status}, ${stack?.status ?? 'none'}): ${why}${loses}`
}
