// Grants as few statements, and statements as policies within IAM's limits.
import type { Grant } from './grants.ts'

export interface Statement {
  actions: string[]
  resources: string[]
  /** Values by condition key; any one of them will do. */
  context: Record<string, string[]>
}

/**
 * A managed policy has at most 6,144 characters, white space left out, and a role at most ten of them
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 */
export const maxPolicyLength = 6_144
export const maxPolicies = 10

const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort()

/** Joins all that have the same key. */
function joined<T>(all: T[], keyOf: (one: T) => unknown, join: (some: T[]) => T): T[] {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const key = JSON.stringify(keyOf(one))
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].map(join)
}

const union = (some: Statement[]): Statement => {
  const keys = sorted(some.flatMap(({ context }) => Object.keys(context)))
  return {
    actions: sorted(some.flatMap(({ actions }) => actions)),
    resources: sorted(some.flatMap(({ resources }) => resources)),
    context: Object.fromEntries(keys.map((key) => [key, sorted(some.flatMap(({ context }) => context[key] ?? []))])),
  }
}

/** Whole services on patterns of several of them: an action meets no resource of another service. */
const isWhole = ({ actions }: Statement): boolean => actions.every((action) => action.endsWith(':*'))

/** The one condition key of a statement; with several, only equal conditions may be joined. */
const onlyKey = (context: Statement['context']): unknown => {
  const keys = Object.keys(context)
  return keys.length === 1 ? keys : context
}

/** Few statements, which grant neither more nor less. */
export function statementsOf(grants: Grant[]): Statement[] {
  const single = grants.map(({ action, on, context }): Statement => {
    const values = Object.entries(context).map(([key, value]) => [key, [value]])
    return { actions: [action], resources: [on], context: Object.fromEntries(values) as Record<string, string[]> }
  })
  const byResource = joined(single, ({ resources, context }) => [resources, context], union)
  const byValue = joined(byResource, ({ actions, resources, context }) => [actions, resources, onlyKey(context)], union)
  const byAction = joined(byValue, (it) => [isWhole(it) ? 'whole' : it.actions, it.context], union)
  return byAction.sort((a, b) => (a.actions.join() < b.actions.join() ? -1 : 1))
}
