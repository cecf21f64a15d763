// The connection point: the only place where clients are made, and the only one that knows of the simulator.
import type { RetryStrategyV2 } from '@smithy/types'
import type { Clock } from '../core/clock.ts'
import type { Region } from '../core/model.ts'
import { executionRole, roleArn } from '../core/names.ts'
import type { Session } from './identity.ts'
import type { Net } from './net.ts'
import type { Caches } from './caches.ts'
import { type Calls, count, total } from './calls.ts'
import type { Alarms } from './alarms.ts'
import type { Automation } from './automation.ts'
import type { Backups } from './backups.ts'
import type { Buses } from './buses.ts'
import type { Databases } from './databases.ts'
import type { Documents } from './documents.ts'
import type { Dns } from './dns.ts'
import type { Drift } from './drift.ts'
import type { Functions } from './functions.ts'
import { Limiter } from './limiter.ts'
import type { Logs } from './logs.ts'
import type { Objects } from './objects.ts'
import type { Quotas } from './quotas.ts'
import { asksOnce, patientRetry } from './retry.ts'
import type { Parameters } from './parameters.ts'
import type { Roles } from './roles.ts'
import type { Schedules } from './schedules.ts'
import type { Secrets } from './secrets.ts'
import type { Services } from './services.ts'
import { anyOf, Silence } from './silence.ts'
import type { Sql } from './sql.ts'
import type { Stacks } from './stacks.ts'
import type { Streams } from './streams.ts'
import type { StackSets } from './stack-sets.ts'
import type { Tables } from './table.ts'
import type { Tags } from './tags.ts'

/** What the simulator needs to answer a client. */
export interface Pluggable {
  middlewareStack: { add(middleware: never, options: never): void }
  config: unknown
}

export interface Connection {
  clock: Clock
  profile?: string
  /** Answers a client's commands in AWS's place; `patience` is how long that waits for silence, ms. */
  plug?: (client: Pluggable, patience: number) => void
  /** Rather no answer than a late one: three seconds for each call, and a silent region is asked once. */
  hurried?: boolean
  /** No other region is asked: they count as silent. */
  only?: readonly Region[]
  /** Stands in for the net together with it. */
  net?: Net
}

/** AWS as one identity sees it. */
export interface Aws {
  clock: Clock
  account: string
  partition: string
  /** Who we are, as STS names it. */
  caller: string
  calls: Calls
  /** Whether the account has switched the region on. */
  isEnabled(region: Region): Promise<boolean>
  stackSets(region: Region): StackSets
  stacks(region: Region): Stacks
  /** The same in a session of the execution role, which is asked for with the first call. */
  executionStacks(region: Region): Stacks
  drift(region: Region): Promise<Drift>
  objects(region: Region): Objects
  documents(region: Region): Promise<Documents>
  tags(region: Region): Promise<Tags>
  logs(region: Region): Promise<Logs>
  roles(): Promise<Roles>
  secrets(region: Region): Promise<Secrets>
  databases(region: Region): Promise<Databases>
  functions(region: Region): Promise<Functions>
  sql(region: Region): Promise<Sql>
  automation(region: Region): Promise<Automation>
  parameters(region: Region): Promise<Parameters>
  schedules(region: Region): Promise<Schedules>
  alarms(region: Region): Promise<Alarms>
  backups(region: Region): Promise<Backups>
  quotas(region: Region): Promise<Quotas>
  streams(region: Region): Promise<Streams>
  tables(region: Region): Promise<Tables>
  buses(region: Region): Promise<Buses>
  caches(region: Region): Promise<Caches>
  services(region: Region): Promise<Services>
  dns(): Promise<Dns>
}

interface Config {
  region: Region
  retryStrategy: RetryStrategyV2
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: boolean }
  profile?: string
  credentials?: { accessKeyId: string; secretAccessKey: string } | (() => Promise<Session>)
}

/** What is special about a client: it asks once, as a probe does, or it acts in a session of the execution role. */
type Use = 'usual' | 'probes' | 'execution'

/**
 * A region that is gone must not hold a command up: three seconds to connect, `ms` to answer.
 * Without `throwOnRequestTimeout` the handler of the SDK only prints a warning and waits without end.
 */
const answeringWithin = (ms: number): Config['requestHandler'] => ({
  connectionTimeout: 3_000,
  requestTimeout: ms,
  throwOnRequestTimeout: true,
})

/**
 * Makes an adapter's client of a region. One that asks `once` does not repeat what may have had its effect, and asks a
 * region however silent it was: what it hears is what a probe measures.
 */
export type MakeClient = <C extends Pluggable>(Client: new (config: Config) => C, asks?: 'once') => C

/**
 * Makes the clients and asks STS who we are, in the first of `places` that answers, `home` unless they are given.
 * Throws what STS says: no credentials, expired ones.
 */
export async function connect(connection: Connection, home: Region, places = [home]): Promise<Aws> {
  const { clock, profile, plug, hurried = false } = connection
  const patience = hurried ? 3_000 : 10_000
  const calls: Calls = { reading: {}, mutating: {} }
  const [cloudformation, s3, { identity, isEnabled, sessionOf, unexpired }, { Stacks }, { StackSets }, { Objects }] =
    await Promise.all([
      import('@aws-sdk/client-cloudformation'),
      import('@aws-sdk/client-s3'),
      import('./identity.ts'),
      import('./stacks.ts'),
      import('./stack-sets.ts'),
      import('./objects.ts'),
    ])
  const made = new Map<string, unknown>()
  const silence = new Silence(clock, connection.only)
  const limiter = new Limiter(clock)
  const config = (region: Region): Config => ({
    region,
    retryStrategy: patientRetry(clock, Math.random, hurried),
    requestHandler: answeringWithin(patience),
    ...(profile ? { profile } : {}),
    ...(plug ? { credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' } } : {}),
  })
  const clientOf = <C extends Pluggable>(Client: new (config: Config) => C, region: Region, use: Use = 'usual'): C => {
    const key = `${Client.name} ${region} ${use}`
    const known = made.get(key) as C | undefined
    if (known) return known
    const probes = use === 'probes'
    // A code archive may take a while on a slow line; what a probe asks takes as long as its function may, 15 minutes.
    const slow = probes ? 910_000 : Client.name === 'S3Client' && !hurried ? 60_000 : patience
    const client = new Client({
      ...config(region),
      requestHandler: answeringWithin(slow),
      ...(probes && { retryStrategy: asksOnce }),
      ...(use === 'execution' && { credentials: () => sessionOf(clientOf, region, execution) }),
    })
    const counting =
      (next: (args: unknown) => Promise<unknown>, context: { commandName?: string }) => async (args: unknown) => {
        const changed = total(calls.mutating) > 0
        count(calls, context.commandName ?? '')
        try {
          if (Client.name === 'CloudFormationClient') await limiter.turn(`${region} ${context.commandName ?? ''}`)
          const service = Client.name === 'Route53Client' ? 'Route 53' : undefined
          return probes ? await next(args) : await silence.guard(region, () => next(args), service)
        } catch (error) {
          throw unexpired(error, changed)
        }
      }
    client.middlewareStack.add(counting as never, { step: 'initialize', name: 'drCalls' } as never)
    plug?.(client, patience)
    made.set(key, client)
    return client
  }
  const makes =
    (region: Region): MakeClient =>
    (Client, asks) =>
      clientOf(Client, region, asks === 'once' ? 'probes' : 'usual')
  // Loaded on use: most commands need few services.
  const perRegion =
    <A>(load: () => Promise<new (make: MakeClient) => A>) =>
    async (region: Region): Promise<A> =>
      new (await load())(makes(region))
  const buckets = new Map<Region, Objects>()
  const who = await anyOf(places, (region) => identity(clientOf, region))
  const execution = roleArn(executionRole, who.partition, who.account)
  return {
    clock,
    calls,
    ...who,
    isEnabled: (region) => isEnabled(clientOf, region),
    stackSets: (region) => new StackSets(clientOf(cloudformation.CloudFormationClient, region)),
    stacks: (region) => new Stacks(clientOf(cloudformation.CloudFormationClient, region)),
    executionStacks: (region) => new Stacks(clientOf(cloudformation.CloudFormationClient, region, 'execution')),
    drift: async (region) =>
      new (await import('./drift.ts')).Drift(clientOf(cloudformation.CloudFormationClient, region)),
    objects: (region) => {
      const objects = buckets.get(region) ?? new Objects(clientOf(s3.S3Client, region), who.account)
      buckets.set(region, objects)
      return objects
    },
    documents: async (region) => new (await import('./documents.ts')).Documents(makes(region), who.account),
    tags: perRegion(async () => (await import('./tags.ts')).Tags),
    logs: perRegion(async () => (await import('./logs.ts')).Logs),
    secrets: perRegion(async () => (await import('./secrets.ts')).Secrets),
    databases: perRegion(async () => (await import('./databases.ts')).Databases),
    functions: perRegion(async () => (await import('./functions.ts')).Functions),
    sql: perRegion(async () => (await import('./sql.ts')).Sql),
    automation: perRegion(async () => (await import('./automation.ts')).Automation),
    parameters: perRegion(async () => (await import('./parameters.ts')).Parameters),
    schedules: perRegion(async () => (await import('./schedules.ts')).Schedules),
    backups: perRegion(async () => (await import('./backups.ts')).Backups),
    quotas: perRegion(async () => (await import('./quotas.ts')).Quotas),
    alarms: perRegion(async () => (await import('./alarms.ts')).Alarms),
    streams: perRegion(async () => (await import('./streams.ts')).Streams),
    tables: perRegion(async () => (await import('./table.ts')).Tables),
    buses: perRegion(async () => (await import('./buses.ts')).Buses),
    caches: perRegion(async () => (await import('./caches.ts')).Caches),
    services: perRegion(async () => (await import('./services.ts')).Services),
    roles: async () => new (await import('./roles.ts')).Roles(makes(home)),
    // Global, but answered by its control plane in one region, whatever region the client names.
    dns: async () => new (await import('./dns.ts')).Dns(makes('us-east-1')),
  }
}
