// What happens during a run, as data: views, the run record and the report all listen to these.
import type { Region, Role } from './model.ts'
import type { ExitCode } from './errors.ts'
import type { Differences } from './difference.ts'

export type Verb =
  | 'bootstrap'
  | 'deploy'
  | 'destroy'
  | 'failover-test'
  | 'outputs'
  | 'plan'
  | 'rights'
  | 'status'
  | 'validate'

/** What a plan intends for one stack instance (or bootstrap stack); unknown where its region does not answer. */
export type Change = 'none' | 'create' | 'update' | 'delete' | 'unknown'

/** Path of a resource inside a stage: logical ids from the root down. */
export type ResourcePath = string[]

/** The true first reason of a failure, and where it happened. */
export interface Cause {
  stage: string
  region: Region
  /** Masked. */
  account: string
  path: ResourcePath
  type: string
  reason: string
  /** The handler's or service's own code, such as `AlreadyExists`; empty where AWS gave none. */
  code: string
  /** Resources that only failed because of this one. */
  cancelled: number
  /** Stacks whose events could not be read, and why: the true cause may be in one of them. */
  unread: string[]
}

/** How one stage × region stands at the end. */
export interface InstanceOutcome {
  stage: string
  region: Region
  /** The stack instance's or stack's status in AWS's words. */
  state: string
  good: boolean
}

export type StageOutcome = 'succeeded' | 'unchanged' | 'failed' | 'skipped' | 'interrupted'

export interface PlannedStage {
  name: string
  title: string
  needs: string[]
  /** Per region: what will be done, and how many resources the templates hold there. */
  regions: { region: Region; role: Role | undefined; change: Change; resources: number }[]
  /** What it does outside of stacks, a line each: secrets that are made. */
  notes?: string[]
}

/** What a drill has shown, without its raw operations: those are in the evidence. */
export interface DrillOutcome {
  id: string
  title: string
  scenario: string
  mode?: string
  /** L1 writes numbers of its own, L2 interrupts, L3 moves a region, L4 may lose data. */
  class: string
  restored: boolean
  turnedBack?: string
  objectives: {
    name: 'RTO' | 'RPO'
    probe: string
    verdict: 'pass' | 'fail' | 'inconclusive' | 'not-tested'
    measured: string
    objectiveSeconds: number
    loss?: string
  }[]
  /** Of the recovery time, in order. */
  parts: { name: string; seconds: number }[]
  /** What clients with a pool add to the recovery time, in words. */
  pooled: { probe: string; beside: string; longer: string }[]
  checks: { phase: string; name: string; verdict: 'pass' | 'fail' | 'inconclusive' | 'not-tested'; detail: string }[]
  notProven: string[]
  /** What a person must do. */
  actions: string[]
}

/** The last line of `--json`, and what the exit code is read from. */
export interface Report {
  verb: Verb
  system: string
  suffix: string
  account: string
  regions: Region[]
  simulated: boolean
  exit: ExitCode
  /** One sentence. */
  verdict: string
  stages: { name: string; outcome: StageOutcome; seconds: number; message: string }[]
  instances: InstanceOutcome[]
  causes: Cause[]
  seconds: number
  usualSeconds: number
  /** Commands that people want next, most useful first. */
  next: string[]
  files: string[]
  calls: { reading: number; mutating: number }
  error?: { code: string; message: string; hint: string }
  /** Of a drill. */
  drill?: DrillOutcome
}

export type Event = { at: number } & (
  | {
      kind: 'run-started'
      verb: Verb
      system: string
      suffix: string
      account: string
      regions: Region[]
      simulated: boolean
      version: string
    }
  | { kind: 'planned'; stages: PlannedStage[]; usualSeconds: number; differences?: Differences }
  | { kind: 'stage-started'; stage: string }
  | { kind: 'operation-started'; stage: string; operation: string; action: string; regions: Region[]; adopted: boolean }
  | {
      kind: 'resource'
      stage: string
      region: Region
      path: ResourcePath
      type: string
      status: string
      reason: string
    }
  | { kind: 'progress'; stage: string; region: Region; done: number; total: number; busy: Busy[] }
  | { kind: 'instance-finished'; stage: string; region: Region; state: string; good: boolean; seconds: number }
  | { kind: 'waiting'; stage: string; what: string }
  /** Something stuck is being mended; `what` says how and on which stack. */
  | { kind: 'repairing'; stage: string; region: Region; what: string }
  | { kind: 'notice'; message: string }
  | { kind: 'drill-planned'; drill: string; title: string; scenario: string; class: string }
  /** A phase of a drill, or one step of it, begins. */
  | { kind: 'phase-started'; phase: string; step?: string }
  | { kind: 'phase-finished'; phase: string; step?: string; outcome: 'done' | 'failed'; note: string; seconds: number }
  | { kind: 'stage-finished'; stage: string; outcome: StageOutcome; message: string; seconds: number }
  | { kind: 'run-finished'; report: Report }
)

/** A resource being worked on, since when (ms). */
export interface Busy {
  path: ResourcePath
  type: string
  since: number
}

export type EventBody<E = Event> = E extends Event ? Omit<E, 'at'> : never
/** Tells the listeners; the sender does not know who listens. A listener must not throw. */
export type Tell = (event: EventBody) => void
export type Listener = (event: Event) => void
