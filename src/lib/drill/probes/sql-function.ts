// Numbered rows through the probe function, which stands inside the network of a database that has no Data API. Each row
// is an invocation over a fresh connection, so that all times are those of one clock, ours.
import { named } from '../../aws/shape.ts'
import type { Ground, Probe, ProbeKind, ProbePlan } from '../drill.ts'
import type { Outcome } from '../measure/history.ts'

/** ms that the function waits for the database; less than we wait for the function. */
const patience = 5_000

/** Lambda's word that the function did not run. */
const refusals = ['AccessDenied', 'ResourceNotFound', 'ResourceConflict', 'TooManyRequests', 'InvalidRequestContent']

interface Written {
  operations?: { outcome?: Outcome }[]
}

class FunctionProbe implements Probe {
  private readonly ground: Ground
  private readonly plan: ProbePlan
  constructor(plan: ProbePlan, ground: Ground) {
    this.plan = plan
    this.ground = ground
  }

  async prepare(): Promise<void> {
    await this.ask({ action: 'prepare' })
  }

  async attempt(sequence: number, signal: AbortSignal): Promise<Outcome> {
    const window = { first: sequence, count: 1, interval: this.plan.interval, timeout: patience }
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
    return functions.invoke(this.plan.target['function'] ?? '', { drill: this.ground.drill, ...request }, signal)
  }
}

/** `target`: `function`, the name of the probe function in `from`. Its name and the drill's id: letters, digits, hyphens. */
export const sqlFunction: ProbeKind = {
  name: 'sql-function',
  timeout: patience + 5_000,
  start: (plan, ground) => new FunctionProbe(plan, ground),
}
