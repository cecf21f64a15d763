// Connects the probe to its database and to the secret with the credentials.
import { setTimeout as sleep } from 'node:timers/promises'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { parsed } from '../redact.ts'
import { inSession, makePool, type Access, type Credentials } from './database.ts'
import { makeHandler, type Answer, type Request } from './handler.ts'

const secrets = new SecretsManagerClient({ requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 } })

let known: Promise<Credentials> | undefined

async function readCredentials(): Promise<Credentials> {
  const SecretId = process.env['SECRET_NAME']
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }))
  const { username, password } = parsed(SecretString) ?? {}
  if (typeof username === 'string' && typeof password === 'string') return { username, password }
  throw new Error(`The secret ${SecretId} must be a JSON object with username and password.`)
}

const access: Access = {
  place: {
    host: process.env['DATABASE_HOST'] ?? '',
    port: Number(process.env['DATABASE_PORT'] ?? 5432),
    database: process.env['DATABASE_NAME'] ?? '',
  },
  credentials: () =>
    (known ??= readCredentials().catch((error: unknown) => {
      known = undefined
      throw error
    })),
  forget: () => {
    known = undefined
  },
}

export const handler = (request: Request, context: { getRemainingTimeInMillis(): number }): Promise<Answer> =>
  makeHandler({
    inSession: (work) => inSession(access, work),
    pool: (kept) => makePool(access, kept),
    timer: {
      steady: () => performance.now(),
      wall: () => Date.now(),
      sleep: async (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
    },
    remaining: () => context.getRemainingTimeInMillis(),
    report: (what) => {
      process.stdout.write(`${JSON.stringify(what)}\n`)
    },
  })(request)
