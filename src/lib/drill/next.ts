// What a drill does next, from its journal alone. Pure: running on, resuming after a crash and turning back on a
// signal are the same question.
import { phases, type Entry, type Line, type Phase } from './journal.ts'

/** One act of a drill: a phase, or one step of the phases that have several. */
export interface Task {
  phase: Phase
  step?: string
}

/** The names of a drill's steps: what is injected, in order, and what people or runbooks do to recover. */
export interface Steps {
  inject: readonly string[]
  recover: readonly string[]
}

export interface Standing {
  /** What comes next; undefined when nothing is left to do. */
  next?: Task
  /** Steps that may have taken effect and are not undone, latest first. */
  open: string[]
  /** Steps whose undoing failed since the last turn back: a human is needed. */
  stuck: string[]
  turnedBack: boolean
  /** Why it ended, whatever was left to do. */
  closed?: string
  /** Something begun whose end is not in the journal: a run died here, or it is going on now. */
  underWay?: Task
}

const beforeFailback = new Set<Phase>(phases.slice(0, phases.indexOf('failback')))
const afterFailback = new Set<Phase>(phases.slice(phases.indexOf('failback') + 1))
const same = (a: Task, b: Task): boolean => a.phase === b.phase && a.step === b.step

/** How a drill stands. */
export function standing(steps: Steps, lines: readonly Line[]): Standing {
  const entries = lines.map(({ entry }) => entry)
  const lastTurn = entries.findLastIndex(({ kind }) => kind === 'turn-back')
  const turnedBack = lastTurn >= 0
  const last = entries.at(-1)
  if (last?.kind === 'closed') return { open: [], stuck: [], turnedBack, closed: last.note }
  // A step that is undone stays undone; but a look at the world counts only if it was taken since the last turn.
  const done = (task: Task): boolean =>
    entries.some((entry, at) => (at > lastTurn || !afterFailback.has(task.phase)) && ended(entry, task) === 'done')
  const failed = (task: Task): boolean => entries.some((entry, at) => at > lastTurn && ended(entry, task) === 'failed')
  const begun = (task: Task): boolean => entries.some((entry) => entry.kind === 'begin' && same(entry, task))

  const acts = [...stepTasks('inject', steps.inject), ...stepTasks('recover', steps.recover)]
  const undo = acts
    .filter(begun)
    .map(({ step = '' }): Task => ({ phase: 'failback', step }))
    .reverse()
  const open = undo.filter((task) => !done(task))
  const stuck = open.filter(failed)
  const order = phases.flatMap((phase): Task[] => {
    if (turnedBack && beforeFailback.has(phase)) return []
    if (phase === 'failback') return undo
    if (phase === 'inject') return stepTasks(phase, steps.inject)
    if (phase === 'recover') return steps.recover.length > 0 ? stepTasks(phase, steps.recover) : [{ phase }]
    // While something is not restored, or was not seen to be well, the drill is not disarmed: the dead man stays.
    const isUnsure = stuck.length > 0 || failed({ phase: 'steady-after' })
    return phase === 'disarm' && isUnsure ? [] : [{ phase }]
  })
  const next = order.find((task) => !done(task) && !failed(task))
  const underWay = [...order, ...acts].find(
    (task) => begun(task) && !entries.some((entry, at) => at > lastBegin(entries, task) && ended(entry, task)),
  )
  const names = (tasks: Task[]): string[] => tasks.map(({ step = '' }) => step)
  return {
    ...(next && { next }),
    open: names(open),
    stuck: names(stuck),
    turnedBack,
    ...(underWay && { underWay }),
  }
}

const stepTasks = (phase: Phase, names: readonly string[]): Task[] => names.map((step) => ({ phase, step }))

const ended = (entry: Entry, task: Task): 'done' | 'failed' | undefined =>
  entry.kind === 'end' && same(entry, task) ? entry.outcome : undefined

const lastBegin = (entries: readonly Entry[], task: Task): number =>
  entries.findLastIndex((entry) => entry.kind === 'begin' && same(entry, task))
