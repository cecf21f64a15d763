// Two real PostgreSQL servers with streaming replication between them, and a wire between them that can be slow.
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { steadyClock } from '../../src/lib/core/clock.ts'

/** Where PostgreSQL's server programs are, or undefined. */
export function serverPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = spawnSync('ls', [debian], { encoding: 'utf8' }).stdout?.split('\n').filter(Boolean) ?? []
  const folders = [
    ...versions.toReversed().map((version) => join(debian, version, 'bin')),
    '/usr/bin',
    '/usr/local/bin',
  ]
  return folders.find((folder) => {
    const probe = spawnSync(join(folder, 'pg_ctl'), ['--version'])
    return probe.status === 0 && readdirSync(folder).includes('initdb')
  })
}

/** A wire from `from` on this host to a server's port; what the server says arrives `delay` ms late. */
async function slowWire(to: number, delay: number): Promise<{ port: number; cut(): void }> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => undefined)
  }
  const server = createServer((near) => {
    const far = keep(connect(to, '127.0.0.1'))
    keep(near).pipe(far)
    far.on('data', (bytes) => setTimeout(() => !near.destroyed && near.write(bytes), delay))
    far.on('close', () => setTimeout(() => near.destroy(), delay))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export interface Pair {
  primary: number
  standby: number
  /** The primary dies as in a power cut, and with it whatever was still on the wire. */
  kill(): void
  promote(): void
  /** The dead primary alone, started again to see what it had. */
  revive(): Promise<void>
  remove(): void
}

/**
 * Starts a primary and a standby that follows it over a wire of `delay` ms.
 * @param synchronous a commit is acknowledged only when the standby has it too
 */
export async function startPair(programs: string, delay: number, synchronous: boolean): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), 'dr-postgres-'))
  const owner = account()
  if (owner) chownSync(folder, owner.uid, owner.gid)
  const run = (program: string, ...words: string[]): void => {
    // The server must not run as root; it then runs as Debian's own account.
    execFileSync(join(programs, program), words, { cwd: folder, stdio: 'ignore', ...owner })
  }
  const [main, copy] = [join(folder, 'primary'), join(folder, 'standby')]
  const [primary, standby] = [await freePort(), await freePort()]
  const start = (data: string, port: number): void =>
    run('pg_ctl', '-D', data, '-w', '-l', `${data}.log`, '-o', `-p ${port} -k ${folder} -h 127.0.0.1`, 'start')
  run('initdb', '-D', main, '-U', 'probe', '-A', 'trust', '--no-sync')
  start(main, primary)
  run('pg_basebackup', '-h', '127.0.0.1', '-p', String(primary), '-U', 'probe', '-D', copy, '-R', '--no-sync')
  const wire = await slowWire(primary, delay)
  appendFileSync(
    join(copy, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${wire.port} user=probe application_name=standby'\n`,
  )
  start(copy, standby)
  if (synchronous) {
    appendFileSync(join(main, 'postgresql.conf'), `synchronous_standby_names = 'standby'\n`)
    run('pg_ctl', '-D', main, 'reload')
  }
  return {
    primary,
    standby,
    kill: () => {
      wire.cut()
      run('pg_ctl', '-D', main, '-W', '-m', 'immediate', 'stop')
    },
    promote: () => run('pg_ctl', '-D', copy, '-w', 'promote'),
    revive: async () => {
      for (let tries = 0; existsSync(join(main, 'postmaster.pid')) && tries < 120; tries++) await steadyClock.sleep(250)
      appendFileSync(join(main, 'postgresql.conf'), `synchronous_standby_names = ''\n`)
      start(main, primary)
    },
    remove: () => {
      wire.cut()
      for (const data of [main, copy])
        spawnSync(join(programs, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], owner)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The account that may run the server when we are root. */
function account(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
