// The net as it is: connections that are kept, against a server of the tests' own.
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certificate, isPossible } from '../../cfn/functions/probes/redis.ts'
import { type Pool, realPool } from '../../src/lib/aws/net.ts'

const why = isPossible ? '' : ' (not checked: no openssl on this machine)'

describe.runIf(isPossible)(`a pool of connections${why}`, () => {
  const sockets: Socket[] = []
  let server: Server
  let pool: Pool
  beforeAll(async () => {
    const secrets = certificate()
    const known = new Set<Socket>()
    server = createServer(secrets, ({ url, socket }, response) => {
      const isReused = known.has(socket)
      known.add(socket)
      if (url === '/cut' || (url === '/closing' && isReused)) return void socket.destroy()
      response.statusCode = url === '/ill' ? 503 : 200
      response.end(url)
    })
    server.on('secureConnection', (socket: Socket) => sockets.push(socket))
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    pool = realPool({ port: (server.address() as AddressInfo).port, ca: secrets.cert })
  })
  afterAll(() => {
    pool.end()
    server.closeAllConnections()
    server.close()
  })
  const ask = (path: string) => pool.ask('localhost', path, new AbortController().signal)
  /** What a client hears of later than the server did it. */
  const until = async (holds: boolean) => {
    while (pool.holds('localhost') !== holds) await new Promise((resolve) => setImmediate(resolve))
  }

  test('asks again over the connection that it has, however ill the answer was', async () => {
    expect(pool.holds('localhost')).toBe(false)
    expect(await ask('/ready')).toEqual({ status: 200, body: '/ready' })
    await until(true)
    expect(await ask('/ill')).toEqual({ status: 503, body: '/ill' })
    await until(true)
    expect(await ask('/ready')).toMatchObject({ status: 200 })
    expect(sockets).toHaveLength(1)
    expect(pool.holds('elsewhere')).toBe(false)
  })

  test('asks again when the server closed the connection while the question was on its way, as servers do', async () => {
    await ask('/ready')
    await until(true)
    const before = sockets.length
    expect(await ask('/closing')).toMatchObject({ status: 200 })
    expect(sockets).toHaveLength(before + 1)
  })

  test('has no answer where a new connection is cut too', async () => {
    await ask('/ready')
    await until(true)
    expect(await ask('/cut')).toBeUndefined()
  })

  test('opens another when the server has closed it', async () => {
    await ask('/ready')
    await until(true)
    const before = sockets.length
    for (const socket of sockets) socket.destroy()
    await until(false)
    expect(await ask('/ready')).toMatchObject({ status: 200 })
    expect(sockets).toHaveLength(before + 1)
  })
})
