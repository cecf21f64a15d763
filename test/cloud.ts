// A simulated account in memory, in virtual time, for tests that run whole verbs.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '../src/lib/core/clock.ts'
import { readSettings, type SettingFlags } from '../src/lib/load/config.ts'
import type { Event, Listener, Verb } from '../src/lib/core/events.ts'
import { startRun, type Run } from '../src/lib/core/run.ts'
import { openSession, type Session, targeted, type TargetSession } from '../src/lib/load/session.ts'
import { type Fault, memorySimulator, type Simulator } from '../src/simulator/index.ts'
import { shortened } from './simulation/wire.ts'

// dr loads these on use. Loading is real waiting, during which virtual time would jump: so they are loaded before it.
await Promise.all([
  import('@aws-sdk/client-cloudwatch'),
  import('@aws-sdk/client-dynamodb'),
  import('@aws-sdk/client-ecs'),
  import('@aws-sdk/client-elasticache'),
  import('@aws-sdk/client-eventbridge'),
  import('@aws-sdk/client-iam'),
  import('@aws-sdk/client-cloudwatch-logs'),
  import('@aws-sdk/client-kinesis'),
  import('@aws-sdk/client-lambda'),
  import('@aws-sdk/client-rds'),
  import('@aws-sdk/client-rds-data'),
  import('@aws-sdk/client-resource-groups-tagging-api'),
  import('@aws-sdk/client-route-53'),
  import('@aws-sdk/client-scheduler'),
  import('@aws-sdk/client-secrets-manager'),
  import('@aws-sdk/client-ssm'),
  import('../src/lib/aws/alarms.ts'),
  import('../src/lib/aws/automation.ts'),
  import('@aws-sdk/client-backup'),
  import('../src/lib/aws/backups.ts'),
  import('../src/lib/aws/quotas.ts'),
  import('../src/lib/aws/buses.ts'),
  import('../src/lib/aws/caches.ts'),
  import('../src/lib/aws/databases.ts'),
  import('../src/lib/aws/dns.ts'),
  import('../src/lib/aws/documents.ts'),
  import('../src/lib/aws/drift.ts'),
  import('../src/lib/aws/functions.ts'),
  import('../src/lib/aws/parameters.ts'),
  import('../src/lib/aws/roles.ts'),
  import('../src/lib/aws/schedules.ts'),
  import('../src/lib/aws/secrets.ts'),
  import('../src/lib/aws/services.ts'),
  import('../src/lib/aws/logs.ts'),
  import('../src/lib/aws/sql.ts'),
  import('../src/lib/aws/streams.ts'),
  import('../src/lib/aws/table.ts'),
  import('../src/lib/aws/tags.ts'),
])

export interface Account {
  simulator: Simulator
  open(flags?: SettingFlags, hurried?: boolean): Promise<Session>
  /** A session about an environment, `pr123` unless said otherwise; `hurried` as `dr status` asks. */
  target(flags?: SettingFlags, hurried?: boolean): Promise<TargetSession>
  /** A run whose events are kept; `answer` is what a person would type. */
  run(
    verb: Verb,
    options?: { signal?: AbortSignal; answer?: string | undefined; listen?: Listener },
  ): Run & { events: Event[] }
}

type Options = NonNullable<Parameters<typeof memorySimulator>[0]> & {
  /** Calls go through all layers of the SDK instead of the few that matter here. */
  wholeSdk?: boolean
}

/** A fresh account; faults as in `--local-faults`. */
export const account = ({ wholeSdk = false, ...options }: Options = {}): Account =>
  accountOf(memorySimulator(options), wholeSdk)

/** Another account that holds what this one holds now, at the same time: several tests can go on from one start. */
export function copyOf({ simulator }: Account, faults: Fault[] = []): Account {
  const cloud = structuredClone(simulator.inspect())
  const copy = memorySimulator({ clock: virtualClock(cloud.now), faults })
  copy.change((empty) => Object.assign(empty, cloud))
  return accountOf(copy)
}

/** Makes an empty folder the current one: dr.yaml, outputs and records of a test lie there alone. */
export const inEmptyFolder = (): void => process.chdir(mkdtempSync(join(tmpdir(), 'dr-test-')))

/** The account of a simulator that is there already. */
export function accountOf(simulator: Simulator, wholeSdk = false): Account {
  const open = (flags: SettingFlags = {}, hurried = false): Promise<Session> =>
    openSession(readSettings(flags, {}), {
      clock: simulator.clock,
      plug: (client, patience) => {
        simulator.plug(client, patience)
        if (!wholeSdk) shortened(client)
      },
      net: simulator.net,
      hurried,
      ...(hurried && flags.region && { only: flags.region }),
    })
  return {
    simulator,
    open,
    target: async (flags = {}, hurried = false) => targeted(await open({ suffix: 'pr123', ...flags }, hurried)),
    run: (verb, { signal = new AbortController().signal, answer, listen = () => undefined } = {}) => {
      const events: Event[] = []
      const listeners: Listener[] = [(event) => events.push(event), listen]
      const run = startRun(verb, simulator.clock, signal, listeners, async () => answer)
      return { ...run, events }
    },
  }
}
