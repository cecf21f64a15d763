// What happened to a stack, without what differs from run to run: times, ids, and the order of independent resources.
import type { StackEvent } from '@aws-sdk/client-cloudformation'

/** The statuses of each resource in their order, by logical id; the stack itself is `stack`. */
export type History = Record<string, string[]>

/**
 * The history in these events, newest first as AWS gives them.
 * A status that comes twice in a row counts once: AWS repeats one when it learns the physical id.
 */
export function historyOf(events: readonly StackEvent[]): History {
  const history: History = {}
  for (const { StackId, PhysicalResourceId, LogicalResourceId = '', ResourceStatus = '' } of events.toReversed()) {
    const name = PhysicalResourceId === StackId ? 'stack' : LogicalResourceId
    const statuses = (history[name] ??= [])
    if (statuses.at(-1) !== ResourceStatus) statuses.push(ResourceStatus)
  }
  // Key order is no part of what happened.
  return Object.fromEntries(Object.entries(history).sort(([a], [b]) => (a < b ? -1 : 1)))
}
