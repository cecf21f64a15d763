// The probes of a drill while they run: what each has seen so far, and what of it lies where.
import type { Clock } from '../core/clock.ts'
import type { Ground, Probe, ProbeKind, ProbePlan } from './drill.ts'
import type { ProbeRecord } from './evidence/report.ts'
import type { History, Operation } from './measure/history.ts'
import type { Found } from './measure/loss.ts'
import { keepSchedule } from './probe.ts'

export interface Watched {
  plan: ProbePlan
  probe: Probe
  operations: Operation[]
  /** How late writes were seen on the other side: when looked, and ms behind. */
  lags: { at: number; lag: number }[]
  found: Found
  /** When the look at `found.verify` began: what was acknowledged later is not in it. */
  verifiedAt?: number
}

/** The probes of one drill. They run from `start` to `stop`, whatever the drill does meanwhile. */
export class Watching {
  readonly probes: readonly Watched[]
  private readonly kinds: Readonly<Record<string, ProbeKind>>
  private readonly clock: Clock
  private readonly stopped = new AbortController()
  private started: number | undefined
  private running: Promise<unknown>[] = []

  constructor(plans: readonly ProbePlan[], ground: Ground, kinds: Readonly<Record<string, ProbeKind>>, clock: Clock) {
    this.kinds = kinds
    this.clock = clock
    this.probes = plans.map((plan) => {
      const kind = kinds[plan.kind]
      if (!kind) throw new Error(`there is no kind of probe "${plan.kind}"`)
      return { plan, probe: kind.start(plan, ground), operations: [], lags: [], found: {} }
    })
  }

  /** Whether this run has watched since `at`, ms: after a crash nobody has, and then there is nothing to measure. */
  hasWatchedSince(at: number): boolean {
    return this.started !== undefined && this.started <= at
  }

  get isRunning(): boolean {
    return this.started !== undefined && !this.stopped.signal.aborted
  }

  /**
   * Makes what the probes need and lets them run. Throws what a probe says that cannot begin.
   * @param since when an earlier run of this drill let them run, ms: what it wrote is still there, so these go on behind it
   */
  async start(since?: number): Promise<void> {
    for (const { probe } of this.probes) await probe.prepare()
    this.started = this.clock.now()
    this.running = this.probes.map(({ plan, probe, operations }) =>
      keepSchedule((sequence, signal) => probe.attempt(sequence, signal), {
        clock: this.clock,
        interval: plan.interval,
        first: since === undefined ? 0 : Math.floor((this.clock.now() - since) / plan.interval) + 1,
        timeout: this.kinds[plan.kind]?.timeout ?? plan.interval,
        stop: this.stopped.signal,
        seen: (operation) => operations.push(operation),
      }),
    )
  }

  /** Ends the schedules and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopped.abort()
    await Promise.all(this.running)
  }

  /** Removes what the probes wrote; gives the names of those that could not. */
  async remove(): Promise<string[]> {
    const left = await Promise.all(
      this.probes.map(({ plan, probe }) =>
        probe.remove().then(
          () => [],
          () => [plan.name],
        ),
      ),
    )
    return left.flat()
  }

  /** Looks how far the other side is behind each probe. */
  async lookForLag(): Promise<void> {
    await Promise.all(
      this.probes.map(async (one) => {
        if (one.plan.from === one.plan.to || !one.probe.find) return
        const at = this.clock.now()
        const before = one.operations.filter(({ outcome }) => outcome === 'ok')
        const there = await one.probe.find('to')
        const first = there && before.find(({ sequence }) => !there.has(sequence))
        if (there) one.lags.push({ at, lag: first ? at - first.ended : 0 })
      }),
    )
  }

  /** Looks which writes are where; `as` says what the look is for. */
  async look(as: keyof Found, side: 'from' | 'to', of: (plan: ProbePlan) => boolean = () => true): Promise<void> {
    await Promise.all(
      this.probes.map(async (one) => {
        if (!one.probe.find || !of(one.plan)) return
        const at = this.clock.now()
        const there = await one.probe.find(side)
        if (!there) return
        one.found[as] = there
        if (as === 'verify') one.verifiedAt = at
      }),
    )
  }

  /** What a probe saw until a moment, in order of sequence. */
  history({ plan, operations }: Watched, injected: number, until = this.clock.now()): History {
    const start = this.started ?? until
    return {
      interval: plan.interval,
      planned: Math.max(0, Math.floor((until - start) / plan.interval)),
      operations: operations.filter(({ sent, ended }) => sent < until && ended <= until).toSorted(bySequence),
      injected,
      // One process sends, hears and injects: one clock.
      clockBound: 0,
    }
  }

  /** What a probe has seen, for the evidence; times count from the injection, or from the first operation. */
  record({ plan, operations, lags }: Watched, injected: number | undefined): ProbeRecord {
    const zero = injected ?? this.started ?? 0
    const since = (operation: Operation): Operation => ({
      ...operation,
      sent: operation.sent - zero,
      ended: operation.ended - zero,
    })
    return {
      name: plan.name,
      ...(plan.measures.includes('switch') && { tells: 'switch' as const }),
      operations: operations.toSorted(bySequence).map(since),
      lags: lags.map(({ at, lag }) => ({ at: at - zero, lag })),
    }
  }
}

const bySequence = (a: Operation, b: Operation): number => a.sequence - b.sequence
