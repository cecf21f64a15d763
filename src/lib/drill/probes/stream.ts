// Numbered records in a stream, read back shard by shard. Kinesis replicates nothing to other regions, and it delivers at
// least once: so records that came twice are counted beside those that are gone.
import type { Streams } from '../../aws/streams.ts'
import { named } from '../../aws/shape.ts'
import { DrError } from '../../core/errors.ts'
import type { Ground, Probe, ProbeKind, ProbePlan } from '../drill.ts'
import type { Outcome } from '../measure/history.ts'

/** Kinesis' word that the record was not taken. */
const refusals = [
  'AccessDenied',
  'InvalidArgument',
  'KMSAccessDenied',
  'KMSDisabled',
  'KMSInvalidState',
  'KMSNotFound',
  'KMSThrottling',
  'ProvisionedThroughputExceeded',
  'ResourceNotFound',
  'Throttling',
  'UnrecognizedClient',
  'Validation',
]

/** Our clock and that of the stream may be so far apart, ms. */
const margin = 300_000

class StreamProbe implements Probe {
  private readonly ground: Ground
  private readonly plan: ProbePlan
  private readonly since: number
  private readonly twice = new Set<number>()

  constructor(plan: ProbePlan, ground: Ground) {
    this.plan = plan
    this.ground = ground
    this.since = ground.aws.clock.now() - margin
  }

  private get stream(): string {
    return this.plan.target['stream'] ?? ''
  }

  private streams(): Promise<Streams> {
    return this.ground.aws.streams(this.plan.from)
  }

  async prepare(): Promise<void> {
    const status = await (await this.streams()).status(this.stream)
    if (status === 'ACTIVE' || status === 'UPDATING') return
    const what = status === undefined ? 'there is no' : `it is ${status}, the`
    throw new DrError('NoTarget', 3, `${what} stream ${this.stream} in ${this.plan.from}`, 'see: dr status')
  }

  async attempt(sequence: number, signal: AbortSignal): Promise<Outcome> {
    const { drill } = this.ground
    // The reader of the stream passes over what has this name. A key for each number, so that every shard is tried.
    const text = JSON.stringify({ 'dr-probe': { drill, probe: this.plan.name, n: sequence } })
    try {
      await (await this.streams()).put(this.stream, `dr-probe-${drill}-${sequence}`, text, signal)
      return 'ok'
    } catch (error) {
      return named(error, ...refusals) ? 'fail' : 'unknown'
    }
  }

  async find(): Promise<ReadonlySet<number> | undefined> {
    try {
      const found = new Set<number>()
      this.twice.clear()
      for (const { text } of await (await this.streams()).records(this.stream, this.since)) {
        const number = this.numberOf(text)
        if (number !== undefined && found.has(number)) this.twice.add(number)
        if (number !== undefined) found.add(number)
      }
      return found
    } catch {
      return undefined
    }
  }

  /** The number of a record of this probe; undefined of all others, which are what the stream is there for. */
  private numberOf(text: string): number | undefined {
    if (!text.startsWith('{"dr-probe":')) return undefined
    const { 'dr-probe': own } = JSON.parse(text) as { 'dr-probe': { drill: string; probe: string; n: number } }
    return own.drill === this.ground.drill && own.probe === this.plan.name ? own.n : undefined
  }

  repeated(): ReadonlySet<number> {
    return this.twice
  }

  /** Nothing can be removed from a stream: it drops its records after its retention. */
  async remove(): Promise<void> {
    this.twice.clear()
  }
}

/** `target`: `stream`, its name in `from`. Looking reads all that anybody put since the drill began. */
export const stream: ProbeKind = {
  name: 'stream',
  timeout: 5_000,
  start: (plan, ground) => new StreamProbe(plan, ground),
}
