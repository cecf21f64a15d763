// Numbers through the probe function, which stands inside the network of what cannot be reached from outside. Each
// number is an invocation over a fresh connection or a pooled one, so that all times are those of one clock, ours.
import { named } from '../../aws/shape.ts'
import type { Ground, Probe, ProbeKind, ProbePlan } from '../drill.ts'
import type { Outcome } from '../measure/history.ts'

/** ms that the function waits for the store; less than we wait for the function. */
const patience = 5_000

/** Lambda's word that the function did not run. */
const refusals = ['AccessDenied', 'ResourceNotFound', 'ResourceConflict', 'TooManyRequests', 'InvalidRequestContent']

interface Written {
  operations?: { outcome?: Outcome }[]
}

class FunctionProbe implements Probe {
  private readonly ground: Ground
  private readonly plan: ProbePlan
  private readonly store: string
  constructor(plan: ProbePlan, ground: Ground, store: string) {
    this.plan = plan
    this.ground = ground
    this.store = store
  }

  async prepare(): Promise<void> {
    await this.ask({ action: 'prepare' })
  }

  async attempt(sequence: number, signal: AbortSignal): Promise<Outcome> {
    const connection = this.plan.beside === undefined ? 'fresh' : 'pooled'
    const window = { first: sequence, count: 1, interval: this.plan.interval, timeout: patience, connection }
    try {
      const answer = (await this.ask({ action: 'write', writer: this.plan.name, ...window }, signal)) as Written | null
      return answer?.operations?.[0]?.outcome ?? 'unknown'
    } catch (error) {
      return named(error, ...refusals) ? 'fail' : 'unknown'
    }
  }

  async find(): Promise<ReadonlySet<number> | undefined> {
    try {
      const answer = await this.ask({ action: 'read', writer: this.plan.name })
      const { present } = answer as { present: [number, number][] }
      return new Set(present.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at)))
    } catch {
      return undefined
    }
  }

  async remove(): Promise<void> {
    await this.ask({ action: 'clean' })
  }

  private async ask(request: { action: string } & Record<string, unknown>, signal?: AbortSignal): Promise<unknown> {
    const functions = await this.ground.aws.functions(this.plan.from)
    const about = { drill: this.ground.drill, store: this.store }
    return functions.invoke(this.plan.target['function'] ?? '', { ...about, ...request }, signal)
  }
}

/**
 * A kind of probe that writes to one store of the function. `target`: `function`, the name of the probe function in
 * `from`. Its name and the drill's id: letters, digits, hyphens.
 */
export const throughFunction = (name: string, store: 'database' | 'cache' | 'files'): ProbeKind => ({
  name,
  timeout: patience + 5_000,
  // Files have no connection.
  ...(store !== 'files' && { pools: true }),
  start: (plan, ground) => new FunctionProbe(plan, ground, store),
})
