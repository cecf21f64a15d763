// What `dr status` knows of an environment at one moment, as data. Whatever could not be seen says why; nothing here
// judges.
import type { Region } from '../core/model.ts'

export interface Known<T> {
  value: T
  /** When it was so, ms since the epoch; never the moment of printing. */
  at: number
}

export interface Unknown<T> {
  /** Why, in words that follow "unknown:". */
  unknown: string
  /** False where nobody looked, which is no fault of the environment and no good news either. */
  looked: boolean
  /** The region whose silence is the reason. */
  silent?: Region
  /** It was published, and is published no more. */
  stopped?: true
  /** The last that was seen. */
  last?: Known<T>
}

/** Something that is known with its age, or unknown with a reason. */
export type Fact<T> = Known<T> | Unknown<T>

export const isKnown = <T>(fact: Fact<T>): fact is Known<T> => 'value' in fact
export const known = <T>(value: T, at: number): Known<T> => ({ value, at })
/** A fact that no reader exists for. */
export const notLookedAt: Unknown<never> = { unknown: 'not looked at', looked: false }

/** One of the regions; a system of one region fails over between its zones. */
export interface RegionFact {
  region: Region
  answered: boolean
  /** Nobody wanted an answer. */
  unasked?: true
  alarms: Fact<{ firing: string[]; total: number }>
  /** Room that is left of what the other region needs at its peak, in per cent. */
  quotas: Fact<{ name: string; headroom: number }[]>
}

export interface InstanceFact {
  stage: string
  region: Region
  /** In AWS's words, such as CURRENT. */
  status: string
  /** Of its stack; `none` where there is none. */
  stack: string
  good: boolean
}

/** A work that one place does at a time: writing, being found by name, taking events. A place is a region or a zone. */
export interface RoleFact {
  kind: 'writer' | 'dns' | 'bus'
  name: string
  /** Undefined where any place is as good. */
  expected?: string
  /**
   * `moving` tells of a change under way, in AWS's words; `ill` what is wrong there, yet no obstacle to leaving it;
   * `unhealthy` that the health check of the place says so; `mend` what to type where it is not good.
   */
  actual: Fact<{
    places: string[]
    state: string
    good: boolean
    moving?: string
    ill?: string
    unhealthy?: true
    mend?: string
  }>
}

/** What would take over. */
export interface StandbyFact {
  name: string
  place: string
  now: Fact<{ state: string; usable: boolean; mend?: string }>
}

/** Seconds behind; `p99` of the last hour, where it was counted; `idle` where nothing is written, so nothing lags. */
export interface Lag {
  seconds: number
  p99?: number
  idle?: boolean
}

export interface LagFact {
  name: string
  lag: Fact<Lag>
}

export interface SecretFact {
  name: string
  region: Region
  /** `fault` and `mend` where it cannot be used there. */
  now: Fact<{ state: string; fault?: string; mend?: string }>
}

export interface DrillFact {
  /** Such as `region/ungraceful`. */
  scenario: string
  passed: boolean
  /** `PASS`, `FAIL`, `INCONCLUSIVE`, `TURNED BACK`, `NOT RESTORED`. */
  result: string
  /** ms since the epoch. */
  at: number
  rtoSeconds?: number
  /** `0 of 2,413`. */
  lost?: string
}

export interface Work {
  /** `deploy`, `destroy`, `failover-test`. */
  verb: string
  by: string
  /** ms since the epoch. */
  since: number
  /** Its process is gone, its lock or its journal is left. */
  dead: boolean
  /** Id of a drill that can be resumed. */
  drill?: string
}

export interface Observation {
  at: number
  system: string
  suffix: string
  /** Of the simulated account: what is to be typed says so. */
  simulated?: true
  objectives: { rtoSeconds: number; rpoSeconds: number }
  /** Primary first; one for a system of one region. */
  regions: RegionFact[]
  /** Undefined where it could not be seen. */
  deployed: boolean | undefined
  instances: InstanceFact[]
  operations: { stage: string; id: string; action: string; status: string; since: number }[]
  /** Over all stacks, nested ones too: of those looked at the oldest look counts, and every finding. */
  drift: Fact<{ stacks: number; drifted: string[]; unchecked: string[] }>
  roles: RoleFact[]
  standbys: StandbyFact[]
  lags: LagFact[]
  secrets: SecretFact[]
  /**
   * Until when all data can be brought back, when it was last copied elsewhere (`copies`: it should be), and when a
   * restore was last tried, ms since the epoch; `lacking`: what cannot be brought back.
   */
  backup: Fact<{ taken: number; lacking: string[]; copies: boolean; copied?: number; tested?: number }>
  drills: Fact<DrillFact[]>
  /** What an injection left behind. */
  leftovers: Fact<{ what: string; mend: string }[]>
  work: Fact<Work | undefined>
  /** Outputs that neither a stack nor the record tells, since a region is silent; absent where all are told. */
  untold?: string[]
  /** What `--deep` could not look at, in words; absent where it was not asked for. */
  troubles?: string[]
  /** The command that fails over, by the place that takes over; empty where traffic moves by itself. */
  commands: Record<string, string>
  /** The command that hands over without a loss while both places answer, where it is another one. */
  handovers?: Record<string, string>
}
