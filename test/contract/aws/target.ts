// Where contracts are run: the simulator, an endpoint of others, or a real account. The only file that knows which.
import { setTimeout as pause } from 'node:timers/promises'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { memorySimulator, type Pluggable } from '../../../src/simulator/index.ts'

/** As much of an SDK client as this file touches; contracts use the clients themselves. */
interface Client extends Pluggable {
  destroy(): void
}

export interface Target {
  kind: 'simulator' | 'endpoint' | 'aws'
  /** As the ledger names it. */
  name: string
  account: string
  region: string
  /** One client of this class per region. */
  client<C extends Client>(type: new (config: never) => C, region?: string): C
  /** Waits; in virtual time on the simulator. */
  sleep(ms: number): Promise<void>
  close(): void
}

/** What settings of the environment, and tests, decide about a target. */
export interface Choice {
  /** `simulator`, `aws`, or the address of an endpoint; DR_CONTRACT. */
  target?: string | undefined
  /** How the ledger names an endpoint, as `moto 5.2.5`; DR_CONTRACT_NAME. */
  name?: string | undefined
  /** The account whose owner agrees; DR_CONTRACT_CONSENT. */
  consent?: string | undefined
  region?: string | undefined
  /** Called with every client that is made. */
  bend?: ((client: Client) => void) | undefined
  /** Tests: more configuration of every client. */
  config?: object | undefined
}

/** The choice that these variables of the environment make. */
export const chosen = (env: Record<string, string | undefined>): Choice => ({
  target: env['DR_CONTRACT'],
  name: env['DR_CONTRACT_NAME'],
  consent: env['DR_CONTRACT_CONSENT'],
  region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'],
})

/**
 * Opens a target; only reads.
 * @param cost what to say that a run makes and costs, when a real account is asked for without consent
 * Throws where the target is unknown, no account answers, or the owner of a real one has not agreed.
 */
export async function openTarget(choice: Choice, cost: string): Promise<Target> {
  const { target = 'simulator', region = 'us-east-1' } = choice
  if (target === 'simulator') return simulator(choice, region)
  if (target === 'aws') return await realAccount(choice, region, cost)
  if (!/^https?:\/\//.test(target)) {
    throw new Error(
      `DR_CONTRACT is '${target}': it must be 'simulator', 'aws' or an address such as http://127.0.0.1:5000`,
    )
  }
  return await endpoint(choice, target, region)
}

/** A pool of clients that are made with this configuration. */
function clients(region: string, config: object, bend: (client: Client) => void) {
  const made = new Map<string, Client>()
  const client = <C extends Client>(type: new (config: never) => C, there = region): C => {
    const key = `${type.name} ${there}`
    const known = made.get(key)
    if (known) return known as C
    const fresh = new type({ region: there, ...config } as never)
    bend(fresh)
    nameCalls(fresh)
    made.set(key, fresh)
    return fresh
  }
  return { client, close: (): void => made.forEach((one) => one.destroy()) }
}

/** Errors of this client say which call they end, for the report. */
function nameCalls({ middlewareStack }: Client): void {
  const middleware =
    (next: (asked: unknown) => Promise<unknown>, { commandName = '' }: { commandName?: string }) =>
    async (asked: unknown): Promise<unknown> => {
      try {
        return await next(asked)
      } catch (error) {
        throw Object.assign(error as Error, { call: commandName.replace(/Command$/, '') })
      }
    }
  middlewareStack.add(middleware as never, { name: 'call', step: 'initialize' } as never)
}

type Pool = ReturnType<typeof clients>

const accountOf = async ({ client }: Pool): Promise<string> => {
  const { Account } = await client(STSClient).send(new GetCallerIdentityCommand({}))
  return Account ?? ''
}

/** Made up, so that a mistyped address reaches no real account. */
const madeUp = { accessKeyId: 'contract', secretAccessKey: 'contract' }

async function simulator({ bend }: Choice, region: string): Promise<Target> {
  const simulated = memorySimulator()
  const pool = clients(region, { credentials: madeUp }, (client) => {
    simulated.plug(client)
    bend?.(client)
  })
  const account = await accountOf(pool)
  return { kind: 'simulator', name: 'simulator', account, region, ...pool, sleep: (ms) => simulated.clock.sleep(ms) }
}

async function endpoint({ name, bend, config }: Choice, address: string, region: string): Promise<Target> {
  const pool = clients(region, { endpoint: address, credentials: madeUp, forcePathStyle: true, ...config }, (client) =>
    bend?.(client),
  )
  // An endpoint without STS can still show rules that need no account.
  const account = await accountOf(pool).catch(() => '000000000000')
  const shortened = (ms: number): Promise<void> => pause(Math.min(ms, 1_000))
  return { kind: 'endpoint', name: name ?? new URL(address).host, account, region, ...pool, sleep: shortened }
}

async function realAccount({ consent, bend, config }: Choice, region: string, cost: string): Promise<Target> {
  const pool = clients(region, { maxAttempts: 8, ...config }, (client) => bend?.(client))
  const account = await accountOf(pool).catch((error: Error) => {
    throw new Error(`DR_CONTRACT=aws needs credentials of an account, and none were accepted: ${error.message}`)
  })
  if (consent !== account) {
    const others = consent ? ' DR_CONTRACT_CONSENT names another account.' : ''
    throw new Error(
      `Nothing was changed.${others} In account ${'*'.repeat(8)}${account.slice(-4)}, region ${region}, this run would make ${cost}. ` +
        'To agree, set DR_CONTRACT_CONSENT to the id of that account.',
    )
  }
  return { kind: 'aws', name: 'aws', account, region, ...pool, sleep: pause }
}
