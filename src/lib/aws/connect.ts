// The connection point: the only place where clients are made, and the only one that knows of the simulator.
import type { Clock } from '../clock.ts'
import type { Region } from '../model.ts'
import type { Net } from '../net.ts'
import { type Calls, count, total } from './calls.ts'
import type { Alarms } from './alarms.ts'
import type { Automation } from './automation.ts'
import type { Buses } from './buses.ts'
import type { Databases } from './databases.ts'
import type { Dns } from './dns.ts'
import type { Functions } from './functions.ts'
import { Limiter } from './limiter.ts'
import type { Logs } from './logs.ts'
import type { Objects } from './objects.ts'
import { asksOnce, patientRetry } from './retry.ts'
import type { Roles } from './roles.ts'
import type { Secrets } from './secrets.ts'
import { Silence } from './silence.ts'
import type { Sql } from './sql.ts'
import type { Stacks } from './stacks.ts'
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
  /** Answers a client's commands in AWS's place. */
  plug?: (client: Pluggable) => void
  /** Stands in for the net together with it. */
  net?: Net
}

/** AWS as one identity sees it. */
export interface Aws {
  clock: Clock
  account: string
  partition: string
  calls: Calls
  /** Whether the account has switched the region on. */
  isEnabled(region: Region): Promise<boolean>
  stackSets(region: Region): StackSets
  stacks(region: Region): Stacks
  objects(region: Region): Objects
  tags(region: Region): Promise<Tags>
  logs(region: Region): Promise<Logs>
  roles(): Promise<Roles>
  secrets(region: Region): Promise<Secrets>
  databases(region: Region): Promise<Databases>
  functions(region: Region): Promise<Functions>
  sql(region: Region): Promise<Sql>
  automation(region: Region): Promise<Automation>
  alarms(region: Region): Promise<Alarms>
  tables(region: Region): Promise<Tables>
  buses(region: Region): Promise<Buses>
  dns(): Promise<Dns>
}

/** Makes the clients and asks STS who we are. Throws what STS says: no credentials, expired ones. */
export async function connect(connection: Connection, home: Region): Promise<Aws> {
  const { clock, profile, plug } = connection
  const calls: Calls = { reading: {}, mutating: {} }
  const [cloudformation, s3, { identity, isEnabled, unexpired }, { Stacks }, { StackSets }, { Objects }] =
    await Promise.all([
      import('@aws-sdk/client-cloudformation'),
      import('@aws-sdk/client-s3'),
      import('./identity.ts'),
      import('./stacks.ts'),
      import('./stack-sets.ts'),
      import('./objects.ts'),
    ])
  const made = new Map<string, unknown>()
  const silence = new Silence(clock)
  const limiter = new Limiter(clock)
  const config = (region: Region) => ({
    region,
    retryStrategy: patientRetry(clock),
    // A region that is gone must not hold a command up: three seconds to connect, ten to answer, asked twice.
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 },
    ...(profile ? { profile } : {}),
    ...(plug ? { credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' } } : {}),
  })
  type Config = ReturnType<typeof config>
  // A client for probes asks once, and asks a region however silent it was: its answers are what is measured.
  const once = <C extends Pluggable>(Client: new (config: Config) => C, region: Region, probes = false): C => {
    const key = `${Client.name} ${region}${probes ? ' probes' : ''}`
    const known = made.get(key) as C | undefined
    if (known) return known
    const client = new Client({ ...config(region), ...(probes && { retryStrategy: asksOnce }) })
    const counting =
      (next: (args: unknown) => Promise<unknown>, context: { commandName?: string }) => async (args: unknown) => {
        const changed = total(calls.mutating) > 0
        count(calls, context.commandName ?? '')
        try {
          if (Client.name === 'CloudFormationClient') await limiter.turn(`${region} ${context.commandName ?? ''}`)
          return probes ? await next(args) : await silence.guard(region, () => next(args))
        } catch (error) {
          throw unexpired(error, changed)
        }
      }
    client.middlewareStack.add(counting as never, { step: 'initialize', name: 'drCalls' } as never)
    plug?.(client)
    made.set(key, client)
    return client
  }
  const buckets = new Map<Region, Objects>()
  const who = await identity(once, home)
  return {
    clock,
    calls,
    ...who,
    isEnabled: (region) => isEnabled(once, region),
    stackSets: (region) => new StackSets(once(cloudformation.CloudFormationClient, region)),
    stacks: (region) => new Stacks(once(cloudformation.CloudFormationClient, region)),
    objects: (region) => {
      const objects = buckets.get(region) ?? new Objects(once(s3.S3Client, region), who.account)
      buckets.set(region, objects)
      return objects
    },
    tags: async (region) => {
      const [{ ResourceGroupsTaggingAPIClient }, { Tags }] = await Promise.all([
        import('@aws-sdk/client-resource-groups-tagging-api'),
        import('./tags.ts'),
      ])
      return new Tags(once(ResourceGroupsTaggingAPIClient, region))
    },
    logs: async (region) => {
      const [{ CloudWatchLogsClient }, { Logs }] = await Promise.all([
        import('@aws-sdk/client-cloudwatch-logs'),
        import('./logs.ts'),
      ])
      return new Logs(once(CloudWatchLogsClient, region))
    },
    roles: async () => {
      const [{ IAMClient }, { Roles }] = await Promise.all([import('@aws-sdk/client-iam'), import('./roles.ts')])
      return new Roles(once(IAMClient, home))
    },
    secrets: async (region) => {
      const [{ SecretsManagerClient }, { Secrets }] = await Promise.all([
        import('@aws-sdk/client-secrets-manager'),
        import('./secrets.ts'),
      ])
      return new Secrets(once(SecretsManagerClient, region))
    },
    databases: async (region) => {
      const [{ RDSClient }, { Databases }] = await Promise.all([
        import('@aws-sdk/client-rds'),
        import('./databases.ts'),
      ])
      return new Databases(once(RDSClient, region))
    },
    functions: async (region) => {
      const [{ LambdaClient }, { Functions }] = await Promise.all([
        import('@aws-sdk/client-lambda'),
        import('./functions.ts'),
      ])
      return new Functions(once(LambdaClient, region), once(LambdaClient, region, true))
    },
    sql: async (region) => {
      const [{ RDSDataClient }, { Sql }] = await Promise.all([import('@aws-sdk/client-rds-data'), import('./sql.ts')])
      return new Sql(once(RDSDataClient, region, true))
    },
    automation: async (region) => {
      const [{ SSMClient }, { Automation }] = await Promise.all([
        import('@aws-sdk/client-ssm'),
        import('./automation.ts'),
      ])
      return new Automation(once(SSMClient, region))
    },
    alarms: async (region) => {
      const [{ CloudWatchClient }, { Alarms }] = await Promise.all([
        import('@aws-sdk/client-cloudwatch'),
        import('./alarms.ts'),
      ])
      return new Alarms(once(CloudWatchClient, region))
    },
    tables: async (region) => {
      const [{ DynamoDBClient }, { Tables }] = await Promise.all([
        import('@aws-sdk/client-dynamodb'),
        import('./table.ts'),
      ])
      return new Tables(once(DynamoDBClient, region), once(DynamoDBClient, region, true))
    },
    buses: async (region) => {
      const [{ EventBridgeClient }, { Buses }] = await Promise.all([
        import('@aws-sdk/client-eventbridge'),
        import('./buses.ts'),
      ])
      return new Buses(once(EventBridgeClient, region))
    },
    // Global, but answered by its control plane in one region, whatever region the client names.
    dns: async () => {
      const [{ Route53Client }, { Dns }] = await Promise.all([import('@aws-sdk/client-route-53'), import('./dns.ts')])
      return new Dns(once(Route53Client, 'us-east-1'))
    },
  }
}
