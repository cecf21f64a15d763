// The edges of a document, and those that its executions took.
import { expect } from 'vitest'
import type { Execution } from '../../../src/simulator/automation/execution.ts'
import type { Content } from '../documents.ts'
import { successors, ways, type Event, type Way } from '../graph.ts'

const edge = (from: string, event: Event, to: string): string => `${from} ${event} → ${to}`

/** Each step with each event and where that leads; an end is an end, however the execution is called then. */
export const edges = ({ mainSteps }: Content): string[] =>
  mainSteps.flatMap((step) =>
    successors(mainSteps, step).map(({ event, next }) =>
      edge(step.name, event, typeof next === 'string' ? 'end' : next.name),
    ),
  )

/** The edges of one way. */
export const along = ({ taken }: Way): string[] =>
  taken.map(({ step, event }, index) => edge(step.name, event, taken[index + 1]?.step.name ?? 'end'))

const events: Record<string, Event> = {
  Success: 'success',
  Failed: 'failure',
  TimedOut: 'timeout',
  Cancelled: 'cancel',
}

/** As the execution went, whatever its document says. */
export const taken = ({ runs }: Execution): string[] =>
  runs.map(({ name, status }, index) => edge(name, events[status] ?? 'failure', runs[index + 1]?.name ?? 'end'))

/** Those ways that one execution can go: it is cancelled once, and from then on two minutes are too few for a wait to end. */
export const possible = (content: Content): Way[] =>
  ways(content).filter(({ taken }) => {
    const [first, ...more] = taken.flatMap(({ event }, index) => (event === 'cancel' ? index : []))
    return more.length === 0 && !taken.some(({ event }, index) => event === 'timeout' && index > (first ?? Infinity))
  })

/**
 * Edges that no world lets an execution take, as `promote: wait timeout → tellFailed`, each with its reason. None so far:
 * a step whose exit nobody can take is better left out of its document.
 */
const untakable: Record<string, string> = {}

/** Fails by the name of each edge that nobody took, and of each that is listed as untakable and was taken. */
export function expectAllTaken(kind: string, content: Content, seen: ReadonlySet<string>, listed = untakable): void {
  const named = (some: Iterable<string>): string[] => [...new Set(some)].map((one) => `${kind}: ${one}`)
  const [all, went] = [named(edges(content)), named(seen)]
  expect(went.filter((one) => !all.includes(one) || one in listed)).toEqual([])
  expect(all.filter((one) => !went.includes(one) && !(one in listed))).toEqual([])
}
