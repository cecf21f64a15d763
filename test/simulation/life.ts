// One life of the dr process against a simulated account: it counts what it changes, and it may die at any of it.
import type { Clock } from '../../src/lib/core/clock.ts'
import type { Connection } from '../../src/lib/aws/connect.ts'
import { isReading } from '../../src/lib/aws/calls.ts'
import { patientRetry } from '../../src/lib/aws/retry.ts'
import { readSettings, type SettingFlags } from '../../src/lib/load/config.ts'
import type { Event, Listener, Report, Verb } from '../../src/lib/core/events.ts'
import { hasChanges } from '../../src/lib/plan/plan.ts'
import { type Run, startRun } from '../../src/lib/core/run.ts'
import { openSession, targeted, type TargetSession } from '../../src/lib/load/session.ts'
import type { Simulator } from '../../src/simulator/index.ts'
import { bootstrap } from '../../src/lib/runs/bootstrap.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { failoverTest } from '../../src/lib/runs/failover-test.ts'
import { planned } from '../../src/lib/runs/planned.ts'
import { status } from '../../src/lib/runs/status.ts'
import { shortened } from './wire.ts'

export type Work = Extract<Verb, 'bootstrap' | 'plan' | 'deploy' | 'destroy' | 'failover-test' | 'status'>

export interface Death {
  /** The n-th mutating call of the life, from 1. */
  at: number
  when: 'before' | 'after'
}

export interface Birth {
  death?: Death | undefined
  signal?: AbortSignal
  /** Which drill, or the one that is gone on with. */
  drill?: { scenario: string; mode?: string | undefined; resume?: string }
  /** Hears of each event of the run. */
  listen?: Listener
  /** Done when the life is so old, virtual ms: what happens to it from outside. */
  appointments?: { after: number; keep(): void }[]
  /** Jitter of retries. */
  random?: () => number
  /** Told of each change right before it. */
  onChange?: (call: string) => void
  /** Goes through all layers of the SDK instead of the few that matter here. */
  wholeSdk?: boolean
}

/** How a life ended: with a report, with an error, or by death. */
export type End = { report: Pick<Report, 'exit' | 'verdict'> & Partial<Report> } | { error: Error } | 'died'

export interface Life {
  /** Mutating calls that reached AWS, or would have, e.g. `PutObject us-west-2 lock/miniature/pr123.json`. */
  changes: string[]
  events: Event[]
  end: Promise<End>
}

/** A new one each time: what waits for one that everybody shares is never forgotten. */
const never = (): Promise<never> => new Promise(() => undefined)
const agreed = { yes: true, show: () => undefined }

type Does = (run: Run, session: TargetSession, birth: Birth) => Promise<Pick<Report, 'exit' | 'verdict'>>

const does: Record<Work, Does> = {
  bootstrap: (run, session) => bootstrap(run, session, { remove: false }),
  deploy: (run, session) => deploy(run, session),
  destroy: (run, session) => destroy(run, session, agreed),
  'failover-test': (run, session, { drill = { scenario: 'probe' } }) =>
    failoverTest(run, session, { mode: undefined, ...drill, yes: true, allowDataLoss: true }),
  plan: async (_run, session) => {
    const { plan } = await planned(session, { schema: false })
    return { exit: 0, verdict: hasChanges(plan) ? 'there are changes' : 'no changes' }
  },
  status: (_run, session) => status(session),
}

/** Starts a process that carries out one command. */
export function live(simulator: Simulator, verb: Work, flags: SettingFlags, birth: Birth = {}): Life {
  const life = new Mortal(simulator, birth)
  const { signal = new AbortController().signal, listen = () => undefined } = birth
  const listeners = [listen, (event: Event) => void life.events.push(event)]
  const whole = async (): Promise<End> => {
    try {
      const session = targeted(await openSession(readSettings({ suffix: 'pr123', ...flags }, {}), life.connection))
      const run = startRun(verb, life.clock, signal, listeners, async () => undefined)
      return { report: await does[verb](run, session, birth) }
    } catch (error) {
      return { error: error instanceof Error ? error : new Error(String(error)) }
    }
  }
  return { changes: life.changes, events: life.events, end: Promise.race([whole(), life.died]) }
}

/** What a process knows of the world. Dead, it is told nothing any more, so that all its work stands still for ever. */
class Mortal {
  readonly changes: string[] = []
  readonly events: Event[] = []
  readonly died: Promise<'died'>
  readonly clock: Clock
  readonly connection: Connection
  private dead = false
  private die: () => void = () => undefined

  constructor(
    { clock, plug, net }: Simulator,
    { death, random = () => 0.5, wholeSdk = false, appointments = [], onChange = () => undefined }: Birth,
  ) {
    this.died = new Promise((resolve) => {
      this.die = () => {
        this.dead = true
        resolve('died')
      }
    })
    const due = appointments.map(({ after, keep }) => ({ at: clock.now() + after, keep })).sort((a, b) => a.at - b.at)
    const keepAppointments = (): void => {
      for (let next = due[0]; next && next.at <= clock.now(); next = due[0]) due.shift()?.keep()
    }
    // Time is not slept through from outside: it would run on while the process works without calling AWS.
    const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
      const until = clock.now() + ms
      for (let next = due[0]; next && next.at <= until; next = due[0]) {
        await clock.sleep(next.at - clock.now(), signal)
        keepAppointments()
      }
      await clock.sleep(Math.max(0, until - clock.now()), signal)
    }
    this.clock = { now: clock.now, sleep: (ms, signal) => this.toldOnlyAlive(sleep(ms, signal)) }
    const guard =
      (next: (args: unknown) => Promise<unknown>, { commandName = '' }: { commandName?: string }) =>
      async (args: { input: unknown }): Promise<unknown> => {
        keepAppointments()
        if (this.dead) return never()
        if (isReading(commandName)) return this.toldOnlyAlive(next(args))
        const call = named(commandName, args.input)
        this.changes.push(call)
        onChange(call)
        const fatal = death?.at === this.changes.length ? death.when : undefined
        if (fatal === 'before') this.die()
        if (fatal === 'before') return never()
        const answer = next(args)
        if (fatal === 'after') {
          await answer.catch(() => undefined)
          this.die()
        }
        return this.toldOnlyAlive(answer)
      }
    this.connection = {
      clock: this.clock,
      net: {
        https: (host, path, signal) => this.toldOnlyAlive(net.https(host, path, signal)),
        pool: () => {
          const own = net.pool()
          return { ...own, ask: (host, path, signal) => this.toldOnlyAlive(own.ask(host, path, signal)) }
        },
        resolve: (name, nameServers) => this.toldOnlyAlive(net.resolve(name, nameServers)),
      },
      plug: (client) => {
        // Of what stands at one place, the first added is the outermost: the guard sees each attempt before the account does.
        const place = { name: 'life', step: 'deserialize', priority: 'high' }
        client.middlewareStack.add(guard as never, place as never)
        plug(client)
        Object.assign(client.config as object, { retryStrategy: async () => patientRetry(this.clock, random) })
        if (!wholeSdk) shortened(client)
      },
    }
  }

  private async toldOnlyAlive<T>(answer: Promise<T>): Promise<T> {
    try {
      const told = await answer
      return this.dead ? await never() : told
    } catch (error) {
      if (this.dead) return never()
      throw error
    }
  }
}

interface Named {
  Bucket?: string
  Key?: string
  StackSetName?: string
  StackName?: string
  Regions?: string[]
  Delete?: { Objects?: { Key?: string }[] }
}

function named(command: string, input: unknown): string {
  const { Bucket, Key, StackSetName, StackName, Regions, Delete } = input as Named
  const keys = new Set(Delete?.Objects?.map((it) => it.Key))
  const about = [StackSetName, StackName, Bucket, Key, Regions, ...keys].filter((it) => it !== undefined)
  return [command.replace(/Command$/, ''), ...about].join(' ')
}
