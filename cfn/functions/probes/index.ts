// Connects the probe to what its environment names: a database with its secret, a cache, a mounted file system.
import { setTimeout as sleep } from 'node:timers/promises'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { parsed } from '../redact.ts'
import { makeCache } from './cache.ts'
import { inSession, sqlWays, type Access, type Credentials } from './database.ts'
import { makeFiles } from './files.ts'
import { makeHandler, type Answer, type Request, type Store } from './handler.ts'
import { pools } from './pool.ts'
import { cacheToken } from './token.ts'

const secrets = new SecretsManagerClient({ requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 } })

let known: Promise<Credentials> | undefined

async function readCredentials(): Promise<Credentials> {
  const SecretId = process.env['SECRET_NAME']
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }))
  const { username, password } = parsed(SecretString) ?? {}
  if (typeof username === 'string' && typeof password === 'string') return { username, password }
  throw new Error(`The secret ${SecretId} must be a JSON object with username and password.`)
}

const { env } = process

const databaseAt = (host: string): Store => {
  const access: Access = {
    place: { host, port: Number(env['DATABASE_PORT'] ?? 5432), database: env['DATABASE_NAME'] ?? '' },
    credentials: () =>
      (known ??= readCredentials().catch((error: unknown) => {
        known = undefined
        throw error
      })),
    forget: () => {
      known = undefined
    },
  }
  return {
    inSession: (work) => inSession(access, work),
    ...pools(sqlWays(access)),
  }
}

const cacheAt = (host: string): Store => {
  const who = { group: env['CACHE_GROUP'] ?? '', user: env['CACHE_USER'] ?? '', region: env['AWS_REGION'] ?? '' }
  const keys = () => ({
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    ...(env['AWS_SESSION_TOKEN'] !== undefined && { sessionToken: env['AWS_SESSION_TOKEN'] }),
  })
  const password = (): string => cacheToken(who, keys(), Date.now())
  return makeCache({ host, port: Number(env['CACHE_PORT'] ?? 6379), user: who.user, password })
}

const { DATABASE_HOST: database, CACHE_HOST: cache, PROBE_FOLDER: folder } = env

const stores = {
  ...(database !== undefined && { database: databaseAt(database) }),
  ...(cache !== undefined && { cache: cacheAt(cache) }),
  ...(folder !== undefined && { files: makeFiles(folder) }),
}

export const handler = (request: Request, context: { getRemainingTimeInMillis(): number }): Promise<Answer> =>
  makeHandler({
    stores,
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
