// A real socket that accepts connections and never answers: no call may wait for it without end.
import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../src/lib/aws/connect.ts'
import { isSilence, RegionSilent } from '../../src/lib/aws/silence.ts'
import { realClock } from '../../src/lib/core/clock.ts'

let server: Server
const sockets = new Set<Socket>()
const before = { ...process.env }

beforeAll(async () => {
  server = createServer((socket) => sockets.add(socket))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${address.port}`
  process.env['AWS_ACCESS_KEY_ID'] = 'test'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test'
})
afterAll(async () => {
  process.env = before
  for (const socket of sockets) socket.destroy()
  await new Promise((done) => server.close(done))
})

test('a region that accepts connections and never answers is reported as silent', async () => {
  const error = await connect({ clock: realClock, hurried: true }, 'us-east-1').then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(RegionSilent)
  expect(error).toMatchObject({ code: 'RegionSilent', exit: 7, message: 'us-east-1 does not answer' })
  expect(isSilence((error as RegionSilent).cause)).toBe(true)
  expect(sockets.size).toBeGreaterThan(0)
})
