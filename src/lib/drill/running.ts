// A drill under way: its plan and journal, its probes, and what may turn it back.
import type { Clock } from '../core/clock.ts'
import type { Region } from '../core/model.ts'
import type { Action, DrillPlan, Ground, Step } from './drill.ts'
import type { Guard } from './evidence/report.ts'
import type { Entry, Phase, TurnBack } from './journal.ts'
import type { DrillRecord } from './record.ts'
import type { Watching } from './watching.ts'

/** What holds when nobody is there any more. */
export interface Safety {
  /** Says who drills, for documents, and sets the dead man to act at `at`, ms since the epoch. */
  arm(at: number): Promise<string>
  /** Lets it act later. */
  move(at: number): Promise<void>
  disarm(): Promise<string>
}

/** What a drill must look at beside its steps and probes. */
export interface World {
  /** Why the drill must not begin, a sentence each. */
  obstacles(): Promise<string[]>
  /** The places that write; undefined where that cannot be seen, or where nothing is written. */
  writers(): Promise<string[] | undefined>
  /** How the guards' alarms stand. */
  alarms(): Promise<{ region: Region; alarm: string; state: 'ok' | 'firing' | 'blind' | 'missing' }[]>
  /** Keeps the lock; throws when it is lost. */
  keep(): Promise<void>
}

/** What may turn a drill back: once, for one reason. */
export class Turn {
  private readonly controller = new AbortController()
  why: TurnBack | undefined
  note = ''

  /** Aborted when the drill is to turn back: for what waits or may be broken off. */
  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** Turns the drill back; a second reason changes nothing. */
  back(why: TurnBack, note: string): void {
    if (this.why) return
    this.why = why
    this.note = note
    this.controller.abort(new Error(note))
  }
}

export interface Running {
  plan: DrillPlan
  record: DrillRecord
  ground: Ground
  watching: Watching
  /** Goes on evenly. */
  clock: Clock
  actions: Readonly<Record<string, Action>>
  world: World
  safety: Safety
  turn: Turn
  guards: Guard[]
}

/** What an act of a phase has to say; `data` is kept in the journal. */
export interface Done {
  note: string
  data?: unknown
}

/** The plan's step of that name, and what it can do. */
export function stepOf({ plan, actions }: Running, name: string): { step: Step; action: Action } {
  const step = [...plan.inject, ...plan.recover].find((it) => it.name === name)
  const action = step && actions[step.action]
  if (!action) throw new Error(`the plan has no step "${name}"`)
  return { step, action }
}

/** Ends of phases in the journal, with when they were. */
const ends = ({ record }: Pick<Running, 'record'>, phase: Phase): { at: number; entry: Entry & { kind: 'end' } }[] =>
  record.lines.flatMap(({ at, entry }) => (entry.kind === 'end' && entry.phase === phase ? [{ at, entry }] : []))

/** When the first injecting call returned, ms; undefined before. */
export function injectedAt(it: Pick<Running, 'record'>): number | undefined {
  const [first] = ends(it, 'inject')
  return first && ((first.entry.data as { began?: number } | undefined)?.began ?? first.at)
}

/** When a phase was begun first, ms. */
export const begunAt = ({ record }: Pick<Running, 'record'>, phase: Phase, step?: string): number | undefined =>
  record.lines.find(
    ({ entry }) => entry.kind === 'begin' && entry.phase === phase && (step === undefined || entry.step === step),
  )?.at

/** When a phase ended, ms. */
export const endedAt = (it: Pick<Running, 'record'>, phase: Phase): number | undefined => ends(it, phase).at(-1)?.at

/** Waits until `holds`, or for `atMost` ms. Throws when the drill is turned back meanwhile. */
export async function waitUntil(
  { clock, turn }: Running,
  atMost: number,
  holds: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const until = clock.now() + atMost
  for (;;) {
    if (await holds()) return true
    if (clock.now() >= until) return false
    await clock.sleep(Math.min(2_000, Math.max(1, until - clock.now())), turn.signal)
  }
}
