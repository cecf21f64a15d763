// Numbered objects in a bucket that replicates to another region, where they are looked for. They are put in one region
// alone: replication runs one way, and what the survivor wrote itself would hide a loss.
import type { Documents } from '../../aws/documents.ts'
import { named } from '../../aws/shape.ts'
import { DrError } from '../../core/errors.ts'
import type { Ground, Probe, ProbeKind, ProbePlan } from '../drill.ts'
import type { Interval, Outcome } from '../measure/history.ts'

/** S3's word that nothing was written. */
const refusals = [
  'AccessDenied',
  'InvalidAccessKeyId',
  'KMS.DisabledException',
  'NoSuchBucket',
  'PermanentRedirect',
  'ServiceUnavailable',
  'SlowDown',
  'Throttling',
]

/** What was put is given so long to arrive before it is removed, and is looked for so often, ms. */
const patience = 120_000
const pause = 5_000

class ObjectProbe implements Probe {
  private readonly ground: Ground
  private readonly plan: ProbePlan
  private readonly put = new Map<number, Interval>()
  private readonly seen = new Map<number, Interval>()
  /** When the last look that ended began, and the one that has not ended. */
  private lastLook = 0
  private looking: Promise<unknown> | undefined

  constructor(plan: ProbePlan, ground: Ground) {
    this.plan = plan
    this.ground = ground
  }

  private get prefix(): string {
    return `dr-probe/${this.ground.drill}/${this.plan.name}/`
  }

  private side(side: 'from' | 'to'): { bucket: string; documents: Promise<Documents> } {
    const { bucket = '', replica = '' } = this.plan.target
    return { bucket: side === 'from' ? bucket : replica, documents: this.ground.aws.documents(this.plan[side]) }
  }

  async prepare(): Promise<void> {
    for (const one of ['from', 'to'] as const) {
      const { bucket, documents } = this.side(one)
      if (bucket !== '' && (await (await documents).exists(bucket))) continue
      throw new DrError('NoTarget', 3, `there is no bucket ${bucket} in ${this.plan[one]}`, 'see: dr status')
    }
  }

  async attempt(sequence: number, signal: AbortSignal): Promise<Outcome> {
    const { bucket, documents } = this.side('from')
    const { clock } = this.ground.aws
    this.watch()
    try {
      // In the order of their numbers, as S3 sorts keys.
      const key = this.prefix + String(sequence).padStart(8, '0')
      const sent = clock.now()
      await (await documents).put(bucket, key, `${this.ground.drill} ${sequence}`, signal)
      this.put.set(sequence, { from: sent, to: clock.now() })
      return 'ok'
    } catch (error) {
      return named(error, ...refusals) ? 'fail' : 'unknown'
    }
  }

  async find(side: 'from' | 'to' = 'to'): Promise<ReadonlySet<number> | undefined> {
    try {
      return await this.present(side)
    } catch {
      return undefined
    }
  }

  lags(): ReadonlyMap<number, Interval> {
    return this.seen
  }

  /** Looks beside the writing, one look at a time: whoever looks seldom knows of a lag only that it is shorter. */
  private watch(): void {
    this.looking ??= this.find('to').finally(() => (this.looking = undefined))
  }

  /** What is in a bucket now; on the other side a number that is new there arrived since the look before. */
  private async present(side: 'from' | 'to'): Promise<Set<number>> {
    const { bucket, documents } = this.side(side)
    const { clock } = this.ground.aws
    const began = clock.now()
    const keys = await (await documents).keys(bucket, this.prefix)
    const found = new Set(keys.map((key) => Number(key.slice(this.prefix.length))))
    if (side === 'from') return found
    for (const number of found) {
      const put = this.put.get(number)
      if (!put || this.seen.has(number)) continue
      this.seen.set(number, { from: Math.max(0, this.lastLook - put.to), to: clock.now() - put.from })
    }
    this.lastLook = Math.max(this.lastLook, began)
    return found
  }

  async remove(): Promise<void> {
    const { clock } = this.ground.aws
    const until = clock.now() + patience
    const isLate = async (): Promise<boolean> => {
      const [put, there] = [await this.find('from'), await this.find('to')]
      return put !== undefined && there !== undefined && [...put].some((number) => !there.has(number))
    }
    // A replica that arrives later would stay: deleted versions are not replicated.
    while (clock.now() < until && (await isLate())) await clock.sleep(pause)
    const gone = (['from', 'to'] as const).map(async (one) => {
      const { bucket, documents } = this.side(one)
      const api = await documents
      await api.remove(bucket, await api.versions(bucket, this.prefix))
    })
    // One region that does not answer keeps nobody from tidying the other.
    for (const one of await Promise.allSettled(gone)) if (one.status === 'rejected') throw one.reason
  }
}

/** `target`: `bucket` in `from`, and `replica`, the bucket in `to` that it replicates to. */
export const s3: ProbeKind = {
  name: 's3',
  timeout: 5_000,
  start: (plan, ground) => new ObjectProbe(plan, ground),
}
