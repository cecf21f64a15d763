// The four steps of a rotation as Secrets Manager asks for them, each safe to repeat.
// Source: Secrets Manager User Guide, "Lambda rotation functions".
import { parsed, redacted, secretTexts } from '../redact.ts'

/** What Secrets Manager sends; the token is the version that shall become current. */
export interface RotationEvent {
  SecretId: string
  ClientRequestToken: string
  Step: string
}

/** The state of an instance or a cluster as far as a change of its password shows in it. */
export interface DatabaseState {
  /** `available` when nothing is under way. */
  status: string
  masterUsername: string
  /** A new password was accepted and is not in use yet. */
  passwordPending: boolean
}

export interface Ports {
  /** Staging labels of each version, and whether rotation is on. */
  describe(secret: string): Promise<{ rotates: boolean; stages: Record<string, string[]> }>
  /** Text of one version; undefined when the version does not exist or holds nothing yet. */
  read(secret: string, stage: Stage, version?: string): Promise<string | undefined>
  /** Stores a version under AWSPENDING; the same one again is harmless. */
  store(secret: string, version: string, text: string): Promise<void>
  /** Moves AWSCURRENT. */
  promote(secret: string, version: string, from: string | undefined): Promise<void>
  observe(): Promise<DatabaseState>
  /** Asks RDS to use the password at once. */
  setPassword(password: string): Promise<void>
  newPassword(): string
  sleep(milliseconds: number): Promise<void>
  /** Milliseconds that the function may still run. */
  remaining(): number
  report(what: string): void
}

export type Stage = 'AWSCURRENT' | 'AWSPENDING'

interface Credentials {
  username: string
  password: string
  [key: string]: unknown
}

/** States in which RDS takes a new password and serves. Source: RDS User Guide, "Viewing DB instance status". */
const serving = new Set(['available', 'storage-optimization'])
const pause = 10_000
/** How often in a row a change must be seen done: RDS shows one that it just accepted only some seconds later. */
const certain = 4
/** Time kept for the last call and the answer. */
const reserve = 20_000

const steps: Record<string, (ports: Ports, event: RotationEvent) => Promise<void>> = {
  createSecret,
  setSecret,
  testSecret,
  finishSecret,
}

/**
 * Makes the handler of Secrets Manager's calls.
 * @throws Error a rotation that is off, a version that is not pending, a secret without the keys, a database that does
 * not come to rest in time. No error holds a secret, whoever raised it.
 */
export function makeHandler(ports: Ports): (event: RotationEvent) => Promise<void> {
  return async (event) => {
    const secrets: string[] = []
    try {
      await rotate(watched(ports, secrets), event)
    } catch (error) {
      throw redacted(error, secrets)
    }
  }
}

async function rotate(ports: Ports, event: RotationEvent): Promise<void> {
  const step = steps[event.Step]
  if (!step) throw new Error(`Secrets Manager asked for the unknown step ${event.Step}.`)
  const { rotates, stages } = await ports.describe(event.SecretId)
  const labels = stages[event.ClientRequestToken]
  if (labels?.includes('AWSCURRENT')) return ports.report(`${event.Step}: the version is current already`)
  if (!rotates && event.Step !== 'testSecret') throw new Error('Rotation of this secret is switched off.')
  if (!labels?.includes('AWSPENDING')) throw new Error('The version to rotate to is not pending.')
  await step(ports, event)
  ports.report(`${event.Step}: done`)
}

/** Ports that note every secret that passes through them. */
function watched(ports: Ports, secrets: string[]): Ports {
  return {
    ...ports,
    read: async (...which) => {
      const text = await ports.read(...which)
      secrets.push(...secretTexts(text))
      return text
    },
    newPassword: () => {
      const password = ports.newPassword()
      secrets.push(password)
      return password
    },
  }
}

async function createSecret(ports: Ports, { SecretId, ClientRequestToken }: RotationEvent): Promise<void> {
  const current = credentials(await ports.read(SecretId, 'AWSCURRENT'), 'current')
  if ((await ports.read(SecretId, 'AWSPENDING', ClientRequestToken)) !== undefined) return
  const next = { ...current, password: ports.newPassword() }
  await ports.store(SecretId, ClientRequestToken, JSON.stringify(next))
}

async function setSecret(ports: Ports, { SecretId, ClientRequestToken }: RotationEvent): Promise<void> {
  const pending = credentials(await ports.read(SecretId, 'AWSPENDING', ClientRequestToken), 'pending')
  // A change that runs, such as that of an interrupted try, must end first: RDS refuses a second one.
  const { masterUsername } = await rest(ports)
  demandUser(pending, masterUsername)
  await ports.setPassword(pending.password)
  await rest(ports, certain)
}

/**
 * The RDS API cannot log in, so the test is that the database took the change and serves. Secrets Manager also calls
 * this step alone, with a pending version that holds nothing, when a schedule is set without rotating at once.
 */
async function testSecret(ports: Ports, { SecretId, ClientRequestToken }: RotationEvent): Promise<void> {
  const text = await ports.read(SecretId, 'AWSPENDING', ClientRequestToken)
  // So Secrets Manager tries a function that is to rotate later: nothing is pending, and a fresh database is still busy.
  if (text === undefined) return
  const { masterUsername } = await rest(ports)
  demandUser(credentials(text, 'pending'), masterUsername)
}

async function finishSecret(ports: Ports, { SecretId, ClientRequestToken }: RotationEvent): Promise<void> {
  await rest(ports)
  const { stages } = await ports.describe(SecretId)
  const current = Object.keys(stages).find((version) => stages[version]?.includes('AWSCURRENT'))
  if (current !== ClientRequestToken) await ports.promote(SecretId, ClientRequestToken, current)
}

/** Waits until the database serves and no password is pending, seen so many times in a row. */
async function rest(ports: Ports, times = 1): Promise<DatabaseState> {
  for (let seen = 0; ; await ports.sleep(pause)) {
    const state = await ports.observe()
    seen = serving.has(state.status) && !state.passwordPending ? seen + 1 : 0
    if (seen === times) return state
    if (ports.remaining() < pause + reserve) {
      const pending = state.passwordPending ? ' with a password pending' : ''
      throw new Error(`The database is ${state.status}${pending} and did not come to rest in time.`)
    }
  }
}

function credentials(text: string | undefined, which: string): Credentials {
  if (text === undefined) throw new Error(`The ${which} version of the secret holds no text.`)
  const value = parsed(text)
  if (typeof value?.['username'] !== 'string' || typeof value['password'] !== 'string') {
    throw new Error(`The ${which} version of the secret must be a JSON object with username and password.`)
  }
  return value as Credentials
}

/** RDS changes the master user's password only. */
function demandUser({ username }: Credentials, masterUsername: string): void {
  if (username !== masterUsername)
    throw new Error('The secret names another user than the master user of the database.')
}
