// Numbered events through the global endpoint, which copies them to the buses of both regions; without one, on the bus
// of a region, which sends critical ones on. Each bus notes what arrived in a log group of its own, which drills read.
import { named } from '../../aws/shape.ts'
import { DrError } from '../../core/errors.ts'
import type { Region } from '../../core/model.ts'
import type { Ground, Probe, ProbeKind, ProbePlan } from '../drill.ts'
import type { Interval, Outcome } from '../measure/history.ts'

/** EventBridge's word that it did not take the event, of the call or of the entry. */
const refusals = [
  'AccessDenied',
  'InvalidArgument',
  'MalformedDetail',
  'NotAuthorizedForDetailType',
  'NotAuthorizedForSource',
  'ResourceNotFound',
  'Throttling',
  'UnrecognizedClient',
  'Validation',
]

/** A region that did not answer is asked first again after so long, ms: what the other takes says nothing of copies. */
const probation = 15_000
/** A first event must arrive on both sides within so long, and is looked for so often, ms. */
const patience = 120_000
const pause = 5_000
/** Our clock and that of the logs may be so far apart, ms. */
const margin = 300_000
/** The number of the event that tries the way before the first operation. */
const first = -1

interface Arrival {
  /** Since when it lies in the log of the region, ms by AWS's clock; the first time where it came twice. */
  at: number
  /** When it was put, in whole seconds by AWS's clock. */
  put: number
  times: number
}

class EventProbe implements Probe {
  private readonly ground: Ground
  private readonly plan: ProbePlan
  private readonly since: number
  private readonly arrivals = { from: new Map<number, Arrival>(), to: new Map<number, Arrival>() }
  private avoided: { region: Region; until: number } | undefined

  constructor(plan: ProbePlan, ground: Ground) {
    this.plan = plan
    this.ground = ground
    this.since = ground.aws.clock.now() - margin
  }

  /** Where to put the next event: at home unless that said nothing a moment ago. */
  private get regions(): Region[] {
    const { from, to } = this.plan
    // The endpoint decides itself; only that it is not asked as a client of a region that is hurt.
    if (this.endpoint !== undefined) return [to]
    const isAvoided = this.avoided?.region === from && this.ground.aws.clock.now() < this.avoided.until
    return isAvoided ? [to, from] : [from, to]
  }

  /** Tries the whole way once: a chain that notes nothing would make every event look lost. */
  async prepare(): Promise<void> {
    const { from, to } = this.plan
    await this.put(this.endpoint === undefined ? from : to, first)
    const until = this.ground.aws.clock.now() + patience
    for (;;) {
      const [here, there] = [await this.arrived('from'), await this.arrived('to')]
      if (here.has(first) && there.has(first)) return
      if (this.ground.aws.clock.now() >= until) {
        const where = here.has(first) ? to : from
        const message = `an event put in ${from} was not noted in ${this.plan.target['group']} in ${where}`
        throw new DrError('NoTarget', 3, message, 'logs let EventBridge in since the last bootstrap? see: dr bootstrap')
      }
      await this.ground.aws.clock.sleep(pause)
    }
  }

  /** The endpoint's id, from its address. */
  private get endpoint(): string | undefined {
    return /^https:\/\/(.+)\.endpoint\.events\./.exec(this.plan.target['endpoint'] ?? '')?.[1]
  }

  private async put(region: Region, n: number, signal?: AbortSignal): Promise<void> {
    const { endpoint } = this
    // Critical ones are what rules copy to the other region; an endpoint copies all, and twice would be once too often.
    const detail = { drill: this.ground.drill, probe: this.plan.name, n, critical: endpoint === undefined }
    const buses = await this.ground.aws.buses(region)
    await buses.put(this.plan.target['bus'] ?? '', { source: 'dr.probe', type: 'Probe', detail }, signal, endpoint)
  }

  async attempt(sequence: number, signal: AbortSignal): Promise<Outcome> {
    let outcome: Outcome = 'unknown'
    for (const region of this.regions) {
      try {
        await this.put(region, sequence, signal)
        outcome = 'ok'
      } catch (error) {
        outcome = named(error, ...refusals) ? 'fail' : 'unknown'
        if (region === this.plan.from) this.avoided = { region, until: this.ground.aws.clock.now() + probation }
      }
      // Nobody knows whether it was taken: another bus's copy would hide a loss.
      if (outcome !== 'fail') return outcome
    }
    return outcome
  }

  async find(side: 'from' | 'to' = 'to'): Promise<ReadonlySet<number> | undefined> {
    try {
      const found = await this.arrived(side)
      return new Set([...found.keys()].filter((number) => number !== first))
    } catch {
      return undefined
    }
  }

  private async arrived(side: 'from' | 'to'): Promise<ReadonlyMap<number, Arrival>> {
    const { group = '' } = this.plan.target
    const logs = await this.ground.aws.logs(this.plan[side])
    const found = this.arrivals[side]
    found.clear()
    for (const { text, at } of await logs.lines(group, [this.ground.drill, this.plan.name], this.since)) {
      const { detail, time } = JSON.parse(text) as { detail: Record<string, unknown>; time: string }
      if (detail['drill'] !== this.ground.drill || detail['probe'] !== this.plan.name) continue
      const number = Number(detail['n'])
      const known = found.get(number)
      const times = (known?.times ?? 0) + 1
      found.set(number, { at: Math.min(at, known?.at ?? at), put: Date.parse(time), times })
    }
    return found
  }

  lags(): ReadonlyMap<number, Interval> {
    const lags = [...this.arrivals.to].map(([number, { at, put }]): [number, Interval] => [
      number,
      { from: Math.max(0, at - put - 1_000), to: at - put },
    ])
    return new Map(lags.filter(([number]) => number !== first))
  }

  repeated(): ReadonlySet<number> {
    const twice = [...this.arrivals.to].filter(([number, { times }]) => number !== first && times > 1)
    return new Set(twice.map(([number]) => number))
  }

  /** Lines of a log cannot be removed one by one: the group drops them after a day, and goes with its stack. */
  async remove(): Promise<void> {
    this.arrivals.to.clear()
    this.arrivals.from.clear()
  }
}

/**
 * `target`: `bus`, its name in both regions; `group`, the log group in both that notes what arrived; `endpoint`, the
 * address of the global endpoint. Without that it proves that buses take events and copies arrive, not that it switches.
 */
export const events: ProbeKind = {
  name: 'events',
  timeout: 5_000,
  start: (plan, ground) => new EventProbe(plan, ground),
}
