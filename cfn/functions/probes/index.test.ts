// The bundle as Lambda loads it: in a process of its own, with the authorities that the environment names.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { zipFunction } from '../../../src/lib/templates/zip.ts'
import { isInstalled, makeServer, type Server } from './postgres.ts'

const why = isInstalled ? '' : ' (not checked: no PostgreSQL on this machine)'
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))

let folder = ''
let postgres: Server | undefined
let secret = ''

const secrets = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
  response.end(JSON.stringify({ SecretString: secret }))
})

/** Calls the handler of the bundle with requests one after another; answers or the words of the first error. */
async function invoke(requests: unknown[], environment: Record<string, string> = {}): Promise<unknown> {
  const script = `
    const { handler } = await import(${JSON.stringify(join(folder, 'index.mjs'))})
    const answers = []
    try {
      for (const request of ${JSON.stringify(requests)}) {
        answers.push(await handler(request, { getRemainingTimeInMillis: () => 60000 }))
      }
    } catch (error) {
      answers.push(error.message)
    }
    process.stderr.write(JSON.stringify(answers))
    process.exit(0)`
  const { stderr, stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_REGION: 'region-a',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'key',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
      SECRET_NAME: 'dr/records/pr1/database',
      DATABASE_HOST: 'localhost',
      DATABASE_PORT: String(postgres?.access.place.port ?? 1),
      DATABASE_NAME: 'postgres',
      ...environment,
    },
  })
  expect(`${stdout}${stderr}`).not.toContain('the-password')
  return JSON.parse(stderr)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  // The runtime of Lambda brings the SDK.
  symlinkSync(modules, join(folder, 'node_modules'))
  const { zip } = await zipFunction(fileURLToPath(new URL('.', import.meta.url)))
  writeFileSync(join(folder, 'index.mjs'), unzipSync(zip)['index.mjs'] ?? '')
  await new Promise<void>((resolve) => {
    secrets.listen(0, '127.0.0.1', resolve)
  })
  if (isInstalled) postgres = await makeServer('the-password')
})

afterAll(async () => {
  secrets.close()
  await postgres?.remove()
  rmSync(folder, { recursive: true })
})

describe.runIf(isInstalled)(`the bundled function${why}`, () => {
  test('writes and reads with the credentials of the secret, through a certificate that the environment names', async () => {
    secret = JSON.stringify({ username: 'owner', password: 'the-password' })
    const write = { action: 'write', drill: 'd', writer: 'w', count: 1, interval: 1000, timeout: 30_000 }
    const read = { action: 'read', drill: 'd', writer: 'w', expected: 1 }
    const trust = { NODE_EXTRA_CA_CERTS: postgres?.certificate ?? '' }
    const answers = await invoke([{ action: 'prepare' }, write, read, { action: 'role' }], trust)
    expect(answers).toMatchObject([
      { prepared: true },
      { operations: [{ outcome: 'ok' }] },
      { count: 1 },
      { writer: true },
    ])
  })

  test('talks to no server whose certificate nobody vouches for', async () => {
    secret = JSON.stringify({ username: 'owner', password: 'the-password' })
    expect(await invoke([{ action: 'role' }])).toEqual(['self-signed certificate'])
  })
})

test('a secret that cannot be read is named, and not quoted', async () => {
  secret = '{"username": "owner", "password": "the-password"'
  const message = 'The secret dr/records/pr1/database must be a JSON object with username and password.'
  expect(await invoke([{ action: 'role' }])).toEqual([message])
})

test('a database that is not there makes every row fail, and says why', async () => {
  secret = JSON.stringify({ username: 'owner', password: 'the-password' })
  const write = { action: 'write', drill: 'd', writer: 'w', count: 1, interval: 1000, timeout: 30_000 }
  const refused = { outcome: 'fail', reason: expect.stringMatching(/ECONNREFUSED|connect/) }
  expect(await invoke([write], { DATABASE_PORT: '1' })).toMatchObject([{ operations: [refused] }])
})
