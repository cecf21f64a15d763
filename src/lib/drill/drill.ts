// The nouns of a drill: its plan as data, and what an action and a probe must be able to do.
import type { Aws } from '../aws/connect.ts'
import type { Role, Region, Target } from '../core/model.ts'
import type { Net } from '../aws/net.ts'
import type { DrillClass } from './evidence/report.ts'
import type { Interval, Outcome } from './measure/history.ts'

/** From the harmless one on. */
export const scenarios = ['probe', 'az', 'database', 'dns', 'region'] as const
export const modes = ['graceful', 'ungraceful'] as const
export type Scenario = (typeof scenarios)[number]
export type Mode = (typeof modes)[number]

/** A name in braces, as drill files write it. */
export const placeholder = /\{([\w.]+)\}/g

/**
 * What a probe proves; several may measure one objective, the worst counts. A probe of the `switch` fails while the
 * name still leads to where it did: it tells when it moved and is no recovery time.
 */
export type Measures = 'RTO' | 'RPO' | 'switch'

/** One act of a drill: an action of the table in `actions/`, where, and on what. */
export interface Step {
  name: string
  action: string
  region: Region
  /** The resolved resource and settings, by the names that the action asks for; never empty. */
  target: Record<string, string>
}

/** One probe of a drill: a kind of the table in `probes/`, and what it needs, resolved from the outputs. */
export interface ProbePlan {
  name: string
  kind: string
  /** ms between operations. */
  interval: number
  measures: readonly Measures[]
  /**
   * Writes are looked for at the moment of injection instead of after the recovery: where the side that is given up
   * goes on copying, that moment shows what its loss would have cost.
   */
  exposure?: boolean
  /**
   * The probe that does the same over fresh connections; this one keeps its own, as clients with a pool do. What it is
   * out longer than that one is the clients' doing: told beside the recovery time, and no part of it.
   */
  beside?: string
  /** Where it writes, and where its writes must survive. */
  from: Region
  to: Region
  target: Record<string, string>
}

/** Everything that a drill will do, decided before anything is touched. Its hash begins the journal. */
export interface DrillPlan {
  version: 1
  id: string
  title: string
  system: string
  suffix: string
  scenario: Scenario
  mode?: Mode
  class: DrillClass
  regions: Partial<Record<Role, Region>>
  objectives: { rtoSeconds: number; rpoSeconds: number; source: string }
  /** After so long the dead man fails back, s. */
  maxSeconds: number
  /** The service must have been well for so long before and after, s. */
  steadySeconds: number
  inject: readonly Step[]
  /** What people or runbooks do; empty where the system recovers by itself. */
  recover: readonly Step[]
  probes: readonly ProbePlan[]
  /** Names of the alarms that stop the drill, by region. */
  guards: readonly { region: Region; alarm: string }[]
  /** Expected interruption in words, for the dry run and the question. */
  interruption: string
  notProven: readonly string[]
  /** Who approved it and when that was said, ms since the epoch: part of the plan, so that nobody adds it later. */
  approved?: { by: string; at: number }
}

/** What actions and probes work with. Its net is simulated with the account. */
export interface Ground extends Net {
  aws: Aws
  target: Target
  /** Flat outputs of the environment. */
  outputs: Readonly<Record<string, string>>
  /** The drill's id: marks whatever it writes, and makes calls repeatable. */
  drill: string
  signal: AbortSignal
  /** Said when the call that injects has returned, where an act goes on for longer: recovery is counted from there. */
  began?(): void
}

/** How an injected thing stands, as seen in the world and not remembered. */
export type Condition = 'normal' | 'injected' | 'unknown'

/** A kind of act. A new one is one file and one line in the table. */
export interface Action {
  name: string
  class: DrillClass
  /** One line for the dry run: what is called, on what. */
  describe(step: Step): string
  /** The calls it makes, in order, for the dry run. */
  calls: readonly string[]
  /** Adds to a planned step what only the world knows, before the plan is shown: who writes now. Looks alone. */
  complete?(step: Step, ground: Ground): Promise<Step>
  /** Looks; changes nothing. Throws DrError when its target does not exist: an empty target is a failure. */
  observe(step: Step, ground: Ground): Promise<Condition>
  /** Does it; called once, after its intent is in the journal. Gives what happened in words. */
  inject(step: Step, ground: Ground): Promise<string>
  /** Brings back what was, looking first: it may never have been done, or be undone already. */
  restore(step: Step, ground: Ground): Promise<string>
}

/** A running probe's means. */
export interface Probe {
  /** Makes what it needs (a table's partition, a prefix); before the first operation. */
  prepare(): Promise<void>
  /** One numbered operation. */
  attempt(sequence: number, signal: AbortSignal): Promise<Outcome>
  /**
   * Sequences that are there now, on the surviving side (`to`) alone or after a failback on the side it came from;
   * undefined when nobody could look. Absent where it writes nothing.
   */
  find?(side?: 'from' | 'to'): Promise<ReadonlySet<number> | undefined>
  /** What came to the other side more than once: no loss, but consumers must bear it. */
  repeated?(): ReadonlySet<number>
  /** How long each write took to the other side, as far as it was seen there, ms. */
  lags?(): ReadonlyMap<number, Interval>
  /** Removes what it wrote. */
  remove(): Promise<void>
}

/** A kind of probe. A new one is one file and one line in the table. */
export interface ProbeKind {
  name: string
  /** ms without an answer after which an operation is unknown. */
  timeout: number
  /** It can keep its connections, so that a drill file may ask for it `pooled`. */
  pools?: true
  start(plan: ProbePlan, ground: Ground): Probe
}
