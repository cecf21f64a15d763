// A drill of made-up steps in a world whose truth is known: what is in effect, who writes, what the alarms say.
import { concluded } from '../../src/lib/drill/conclude.ts'
import type { Action, Condition, DrillPlan, Ground, ProbeKind, Step } from '../../src/lib/drill/drill.ts'
import { type DrillReport, drillExit } from '../../src/lib/drill/evidence/report.ts'
import type { Entry } from '../../src/lib/drill/journal.ts'
import type { Standing } from '../../src/lib/drill/next.ts'
import { type Archive, DrillRecord } from '../../src/lib/drill/record.ts'
import { runDrill } from '../../src/lib/drill/run.ts'
import { type Running, Turn, type World } from '../../src/lib/drill/running.ts'
import { Watching } from '../../src/lib/drill/watching.ts'
import type { Fault } from '../../src/simulator/index.ts'
import { type Account, account } from '../cloud.ts'

const [east, west] = ['us-east-1', 'us-west-2']
const bucket = 'journals'

type Alarm = Awaited<ReturnType<World['alarms']>>[number]

/** What may be different from a drill in which all goes well. */
export interface Script {
  inject?: string[]
  recover?: string[]
  /** The service is back so long after it was cut, ms; by itself after a minute. */
  outage?: number
  plan?: Partial<DrillPlan>
  /** Called right before each act; what it throws, the act throws. */
  happens?(act: string, it: MadeUp): void | Promise<void>
  /** The journal of a run that died. */
  past?: Entry[]
}

export interface Ended {
  standing: Standing
  report: DrillReport
  exit: number
}

export class MadeUp {
  readonly account: Account
  readonly faults: Fault[] = []
  /** Steps that are in effect. */
  readonly on = new Set<string>()
  /** What was done, in order. */
  readonly acts: string[] = []
  readonly told: string[] = []
  readonly turn = new Turn()
  obstacles: string[] = []
  writers: string[] | undefined = [east]
  alarms: Alarm[] = [{ region: east, alarm: 'errors', state: 'ok' }]
  /** How a step looks whatever is in effect. */
  looks: Partial<Record<string, Condition>> = {}
  /** The service fails, injected or not. */
  ill = false
  /** No answer comes. */
  silent = false
  /** So many operations fail next. */
  failing = 0
  /** How far the other side is behind, ms. */
  behind = 0
  /** The dead man acts then, ms; undefined while there is none. */
  deadline: number | undefined
  private cutAt = 0
  private readonly script: Script

  constructor(script: Script = {}) {
    this.script = script
    this.account = account({ faults: this.faults })
  }

  get now(): number {
    return this.account.simulator.clock.now()
  }

  /** The journal as the bucket has it. */
  get kept(): string {
    const all = this.account.simulator.inspect().buckets[bucket]?.versions ?? []
    return all.findLast(({ key }) => key.endsWith('journal.jsonl'))?.body ?? ''
  }

  /** Where its journal is kept. */
  async archive(): Promise<Archive> {
    const { aws } = await this.account.open()
    return { objects: aws.objects(west), bucket }
  }

  private async does(act: string): Promise<void> {
    await this.script.happens?.(act, this)
    this.acts.push(act)
  }

  private get serves(): boolean {
    const { outage = 60_000 } = this.script
    return !this.ill && (!this.on.has('cut') || this.now - this.cutAt >= outage)
  }

  private action(): Action {
    const { on } = this
    return {
      name: 'made-up',
      class: 'L3',
      describe: ({ name }) => name,
      calls: [],
      observe: async ({ name }) => this.looks[name] ?? (on.has(name) ? 'injected' : 'normal'),
      inject: async ({ name }) => {
        await this.does(`inject ${name}`)
        on.add(name)
        if (name === 'cut') this.cutAt = this.now
        await this.script.happens?.(`injected ${name}`, this)
        return `${name} is on`
      },
      restore: async ({ name }) => {
        await this.does(`restore ${name}`)
        on.delete(name)
        return `${name} is off`
      },
    }
  }

  private kind(): ProbeKind {
    const written = new Map<number, number>()
    return {
      name: 'made-up',
      timeout: 2_000,
      start: () => ({
        prepare: async () => undefined,
        attempt: async (sequence) => {
          if (this.silent) await new Promise(() => undefined)
          if (!this.serves || this.failing-- > 0) return 'fail'
          written.set(sequence, this.now)
          return 'ok'
        },
        find: async () => new Set([...written].flatMap(([at, when]) => (when <= this.now - this.behind ? at : []))),
        remove: () => this.does('remove'),
      }),
    }
  }

  async run(): Promise<Ended> {
    const { script, account } = this
    const { aws } = await account.open()
    account.simulator.change((cloud) => {
      const empty = { versions: [], uploads: [], tags: {} }
      cloud.buckets[bucket] ??= { name: bucket, region: west, createdAt: cloud.now, versioning: 'Enabled', ...empty }
    })
    const plan = this.plan()
    const archive = await this.archive()
    const clock = account.simulator.clock
    const trouble = (message: string): void => void this.told.push(message)
    const record = new DrillRecord(plan, [], { archive, now: () => this.now, trouble })
    await record.begin()
    for (const entry of script.past ?? []) await record.add(entry, false)
    if (script.past) await clock.sleep(60_000)
    const ground = { aws, drill: plan.id, outputs: {}, signal: new AbortController().signal } as unknown as Ground
    const it: Running = {
      plan,
      record,
      ground,
      watching: new Watching(plan.probes, ground, { 'made-up': this.kind() }, clock),
      clock,
      actions: { 'made-up': this.action() },
      world: {
        obstacles: async () => this.obstacles,
        writers: async () => this.writers,
        alarms: async () => structuredClone(this.alarms),
        keep: async () => script.happens?.('keep', this),
      },
      safety: {
        arm: async (at) => {
          await this.does('arm')
          this.deadline = at
          return 'armed'
        },
        move: async (at) => {
          await script.happens?.('move', this)
          this.deadline = at
        },
        disarm: async () => {
          await this.does('disarm')
          this.deadline = undefined
          return 'disarmed'
        },
      },
      turn: this.turn,
      guards: [],
    }
    const standing = await runDrill(it, { begun: () => undefined, ended: () => undefined })
    const head = { simulated: true, account: '****', software: '0', release: '', by: 'ann', started: 0 }
    const report = concluded(it, standing, { ...head, ended: this.now })
    return { standing, report, exit: drillExit(report) }
  }

  private plan(): DrillPlan {
    const { inject = ['cut'], recover = [], plan } = this.script
    const step = (name: string): Step => ({ name, action: 'made-up', region: east, target: {} })
    const probe = { kind: 'made-up', interval: 1_000, from: east, to: west, target: {} }
    return {
      version: 1,
      id: 'd-1',
      title: 'a drill',
      system: 'made-up',
      suffix: 'pr123',
      scenario: 'region',
      class: 'L3',
      regions: { primary: east, failover: west },
      objectives: { rtoSeconds: 900, rpoSeconds: 300, source: 'test' },
      maxSeconds: 3_600,
      steadySeconds: 60,
      inject: inject.map(step),
      recover: recover.map(step),
      probes: [{ ...probe, name: 'service', measures: ['RTO', 'RPO'] }],
      guards: this.alarms.map(({ region, alarm }) => ({ region, alarm })),
      interruption: 'none',
      notProven: [],
      ...plan,
    }
  }
}
