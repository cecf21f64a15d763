// What a deploy would change inside the stack instances of an environment, as data: types only.
import type { Region } from './model.ts'

/** What happens to a resource. `retained`: it leaves its stack and goes on existing. */
export type Action = 'added' | 'changed' | 'may-replace' | 'replaced' | 'removed' | 'retained'

/** One property inside a resource; absent sides do not exist. Values are texts for people: short, without account ids. */
export interface PropertyDifference {
  /** Such as `Environment.Variables.TABLE`. */
  path: string
  before?: string
  after?: string
  /** Whether this change makes CloudFormation put a new resource in the place of the old one. */
  replaces: 'no' | 'maybe' | 'yes'
}

export interface ResourceDifference {
  /** Logical ids from the root stack down. */
  path: string[]
  type: string
  action: Action
  /** Data would be gone (or could be, with `may-replace`). */
  loss: boolean
  /** Only with `replaced`: the name of its own that the new one would have too, so that CloudFormation refuses. */
  keptName?: string
  /** Only with `replaced`: the type that it has now, where the template gives it another one. CloudFormation refuses that too. */
  formerType?: string
  properties: PropertyDifference[]
  /** Rights that exist only after the change, one sentence each. */
  rights: string[]
}

/** A root parameter or a stack tag that gets another value. */
export interface ValueDifference {
  name: string
  before?: string
  after?: string
  /** Where the new value comes from: a flag, dr.yaml, a scale, the default or another stage's output. */
  source: string
}

/** What an update would change in one stack instance; all empty where it is only brought up to date. */
export interface InstanceDifferences {
  stage: string
  region: Region
  parameters: ValueDifference[]
  tags: ValueDifference[]
  resources: ResourceDifference[]
  /** Why no resources are shown, if they could not be compared. */
  unread?: string
}

/** What is deployed and no longer in system.yaml: a stage, or one region of a stage. */
export interface Orphan {
  stage: string
  regions: Region[]
  /** The whole stage left system.yaml. */
  whole: boolean
}

/** What is done about one instance before the ordinary call of its stack set. */
export type Remedy =
  /** The ordinary call does it. */
  | 'operate'
  /** Its stack still works though no operation of the set does: somebody began it directly, perhaps a run that died. */
  | 'wait'
  | 'continue-rollback'
  | 'roll-back'
  | 'delete-stack'
  /** Forget the instance; a stack that it had stays. */
  | 'detach'

/** A stuck stack instance, and what a deploy does about it before anything else. */
export interface StuckInstance {
  stage: string
  region: Region
  /** In AWS's words, the stack's status before the instance's own: `UPDATE_ROLLBACK_FAILED`, `INOPERABLE`. */
  state: string
  remedy: Exclude<Remedy, 'operate'>
  /** Why the state needs that. */
  why: string
  /** Why it is not done unless `--allow-replace stage/region` is given; absent where it is done as it stands. */
  objection?: string
}

export interface Differences {
  /** Stack instances that an update would change. */
  instances: InstanceDifferences[]
  orphans: Orphan[]
  stuck: StuckInstance[]
}
