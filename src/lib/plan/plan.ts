// A plan: what will be done, as data. Planners make it, people see it, the executor runs it.
import type { PlannedStage, Verb } from '../core/events.ts'
import type { Bucket, Region, Stage, StageOutputs } from '../core/model.ts'
import type { Follower } from './followers.ts'
import type { OpenDrill } from './open-drill.ts'
import type { HeldSecret, SecretWork } from './secrets.ts'
import type { LostStack } from '../observe/lost.ts'
import type { Package } from '../templates/package.ts'
import type { Snapshot, StageState } from '../observe/observe.ts'
import type { Differences } from '../core/difference.ts'
import type { WantedStage } from './wanted.ts'

/** What a stage of a plan does. */
export type Work =
  /** `parameters` of its stack. `rolesGone`: its roles were removed outside of its stack, which has to drop them before it creates them again. */
  | { kind: 'bootstrap'; region: Region; createRoles: boolean; parameters: Record<string, string>; rolesGone: boolean }
  | { kind: 'remove-bootstrap'; region: Region }
  | {
      kind: 'rights'
      region: Region
      stack: string
      body: string
      parameters: Record<string, string>
    }
  | { kind: 'remove-rights'; region: Region; stack: string }
  | { kind: 'upload' }
  | { kind: 'apply-stage'; stage: Stage }
  | { kind: 'empty-buckets'; stage: Stage; buckets: Bucket[] }
  | { kind: 'delete-stage'; stage: Stage; order: Region[][]; only?: Region[] }
  /** Clusters that must leave their global database before it can go. */
  | { kind: 'detach-followers'; followers: Follower[] }
  | { kind: 'delete-stacks'; stage: Stage; stacks: LostStack[] }
  | { kind: 'make-secrets'; secrets: SecretWork[] }
  | { kind: 'remove-secrets'; secrets: HeldSecret[] }
  | { kind: 'forget-drill'; open: OpenDrill }
  | { kind: 'sweep' }

export type PlanStage = PlannedStage & { work: Work }

export interface Plan {
  verb: Verb
  stages: PlanStage[]
}

/** The stages as people and machines see them, without what the executor needs. */
export const shown = (plan: Plan): PlannedStage[] => plan.stages.map(({ work: _work, ...stage }) => stage)

/** The plan changes something; a stack set without instances that goes is a change as well, and so is a secret. */
export const hasChanges = (plan: Plan): boolean =>
  plan.stages.some(
    ({ work, regions }) =>
      work.kind === 'delete-stage' ||
      work.kind === 'make-secrets' ||
      regions.some((it) => it.change !== 'none' && it.change !== 'unknown'),
  )

/** A plan with all it was made from. */
export interface Planned {
  pkg: Package
  plan: Plan
  snapshot: Snapshot
  usualSeconds: number
  differences: Differences
  /** What could not be checked beforehand and why, a line each. */
  unchecked: string[]
  /** What orphan stages still hold, by stage. */
  strays: Record<string, StageState>
  /** `stage/Nested/LogicalId` of every resource that the templates have. */
  names: string[]
  wanted(stage: string, outputs: StageOutputs): WantedStage
  resources(stage: string, region: Region): number
}
