// Runs contracts on a target, one after the other: what held, what did not, and that nothing is left behind.
import { outcomeOf, type Outcome, type Rule } from './rule.ts'
import type { Target } from './target.ts'
import { Run, type World } from './world.ts'

export interface Shown {
  rule: Rule
  outcome: Outcome
}

export interface Result {
  shown: Shown[]
  /** What could not be taken away. */
  left: string[]
}

/** Shows one rule. Throws only what is a fault of the contract itself. */
export async function show(rule: Rule, run: Run): Promise<Outcome> {
  const body = async (world: World): Promise<Outcome> => {
    try {
      await rule.body(world)
      return { outcome: 'held' }
    } catch (error) {
      return outcomeOf(error)
    }
  }
  return run.inWorld(body)
}

/** Shows all rules; `listen` hears of each one as it ends. */
export async function runContracts(
  rules: readonly Rule[],
  target: Target,
  id: string,
  listen: (shown: Shown) => void = () => undefined,
): Promise<Result> {
  const run = new Run(target, id)
  const shown: Shown[] = []
  try {
    for (const rule of rules) {
      const one = { rule, outcome: await show(rule, run) }
      shown.push(one)
      listen(one)
    }
  } finally {
    await run.end()
  }
  return { shown, left: run.left }
}

/** A run is good where something held, nothing is broken and nothing is left. */
export const isGood = ({ shown, left }: Result): boolean =>
  shown.some(({ outcome }) => outcome.outcome === 'held') &&
  shown.every(({ outcome }) => outcome.outcome !== 'broken') &&
  left.length === 0

/** What a run of these rules makes and costs, for whoever is asked to agree. */
export function costOf(rules: readonly Rule[]): string {
  const cents = Math.max(1, Math.ceil(rules.reduce((sum, { usd = 0 }) => sum + usd, 0) * 100))
  return `stacks, stack sets, roles, parameters and a bucket named dr-contract-*, and take them away again (at most ${(cents / 100).toFixed(2)} USD)`
}
