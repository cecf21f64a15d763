// A PostgreSQL server of the tests' own, where the machine has one: with TLS, as RDS has it.
import { execFile, execFileSync, type ExecFileSyncOptions } from 'node:child_process'
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Access } from './database.ts'

const quiet: ExecFileSyncOptions = { stdio: 'ignore' }

const answers = (command: string, ...args: string[]): boolean => {
  try {
    execFileSync(command, args, quiet)
    return true
  } catch {
    return false
  }
}

/** Whether there is a server to start, and a way to give it a certificate. */
export const isInstalled =
  answers('pg_ctl', '--version') && answers('initdb', '--version') && answers('openssl', 'version')

/** A server does not run as root; its package brings a user for it. */
function owner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const [, , uid, gid] = execFileSync('getent', ['passwd', 'postgres'], { encoding: 'utf8' }).split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export interface Server {
  access: Access
  /** Path of the certificate by which the server is known. */
  certificate: string
  start(): Promise<void>
  /** Ends it as a crash does. */
  crash(): Promise<void>
  /** How many sessions were opened so far. */
  sessions(): number
  remove(): Promise<void>
}

/** Makes and starts a server at localhost with the user `owner`. */
export async function makeServer(password: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'probes-'))
  const user = owner()
  const port = await freePort()
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  const at = (name: string): string => join(folder, name)
  const run = async (command: string, ...args: string[]): Promise<void> => {
    await promisify(execFile)(command, args, { ...user, cwd: folder })
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-keyout', at('key.pem')]
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  await run('openssl', 'req', '-x509', '-nodes', '-days', '2', ...key, ...name, '-out', at('certificate.pem'))
  writeFileSync(at('password'), password, { mode: 0o644 })
  await run('initdb', '-D', at('data'), '-U', 'owner', '-A', 'scram-sha-256', `--pwfile=${at('password')}`, '--no-sync')
  const settings = {
    port,
    listen_addresses: 'localhost',
    unix_socket_directories: folder,
    fsync: 'off',
    ssl: 'on',
    ssl_cert_file: at('certificate.pem'),
    ssl_key_file: at('key.pem'),
    log_connections: 'on',
    lc_messages: 'C',
  }
  const options = Object.entries(settings).flatMap(([setting, value]) => ['-c', `${setting}=${value}`])
  const server: Server = {
    access: {
      place: { host: 'localhost', port, database: 'postgres', ca: readFileSync(at('certificate.pem'), 'utf8') },
      credentials: async () => ({ username: 'owner', password }),
      forget: () => undefined,
    },
    certificate: at('certificate.pem'),
    start: () => run('pg_ctl', 'start', '-w', '-D', at('data'), '-l', at('log'), '-o', options.join(' ')),
    crash: () => run('pg_ctl', 'stop', '-w', '-D', at('data'), '-m', 'immediate'),
    sessions: () => readFileSync(at('log'), 'utf8').split('connection authorized').length - 1,
    remove: async () => {
      await server.crash()
      rmSync(folder, { recursive: true })
    },
  }
  await server.start()
  return server
}
