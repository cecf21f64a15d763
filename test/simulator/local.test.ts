import { CreateStackCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation'
import { DescribeEventsCommand, RDSClient } from '@aws-sdk/client-rds'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DrError } from '../../src/lib/core/errors.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import { localSimulator } from '../../src/simulator/index.ts'
import { simulatedAccount } from './account.ts'
import { child, said } from './child.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'dr-local-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Above the highest number that a process can have. */
const deadProcess = 99_999_999

const state = () => join(folder, 'state.json')
const topic = { Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 't' } } } }
const create = new CreateStackCommand({ StackName: 's', TemplateBody: JSON.stringify(topic) })

const writer = (...args: string[]) => child('writer.ts', folder, ...args)

const written = (): string[] =>
  localSimulator({ folder })
    .inspect()
    .buckets['b']?.versions.map(({ key }) => key) ?? []

test('what one process did is there for the next, at the time that it has become', async () => {
  const first = localSimulator({ folder, speed: 30 })
  await simulatedAccount([], first).client().send(create)
  expect(Object.values(first.inspect().stacks)[0]?.status).toBe('CREATE_IN_PROGRESS')
  // As if that had been a minute ago on the wall.
  const saved = JSON.parse(readFileSync(state(), 'utf8')) as { anchor: { wall: number } }
  saved.anchor.wall -= 60_000
  writeFileSync(state(), JSON.stringify(saved))
  const second = localSimulator({ folder })
  const [stack] = Object.values(second.inspect().stacks)
  expect(stack?.status).toBe('CREATE_COMPLETE')
  // At 30 times the speed of the wall, seconds of virtual time passed, not half an hour.
  expect((stack?.events.at(-1)?.at ?? 0) - (stack?.createdAt ?? 0)).toBeLessThan(60_000)
  expect(second.clock.now() - first.clock.now()).toBeGreaterThanOrEqual(60_000 * 29)
})

test('another speed holds from now on, without a jump', () => {
  const slow = localSimulator({ folder, speed: 1 })
  const before = slow.clock.now()
  const fast = localSimulator({ folder, speed: 1000 })
  expect(fast.clock.now() - before).toBeLessThan(60_000 * 1000)
  expect((JSON.parse(readFileSync(state(), 'utf8')) as { anchor: object }).anchor).toMatchObject({ speed: 1000 })
  expect(localSimulator({ folder }).clock.now()).toBeGreaterThanOrEqual(before)
})

test('a process killed in the middle of writing loses nothing that it had said', async () => {
  for (const count of [1, 7, 25]) {
    const running = writer()
    const lines = await said(running, count)
    running.kill('SIGKILL')
    await once(running, 'exit')
    expect(written()).toEqual(expect.arrayContaining(lines))
    localSimulator({ folder }).change((cloud) => void (cloud.serial += 1))
  }
  expect(readdirSync(folder).sort()).toEqual(['blobs', 'state.json'])
  const { versions = [] } = localSimulator({ folder }).inspect().buckets['b'] ?? {}
  for (const { key, body } of versions) expect(body?.startsWith(key.replace('/', ' '))).toBe(true)
})

test('processes that write at the same time lose nothing of each other', async () => {
  const lines = (await Promise.all([said(writer('40')), said(writer('40')), said(writer('40'))])).flat()
  expect(lines).toHaveLength(120)
  expect(written().sort()).toEqual(lines.sort())
})

test('a lock whose owner is dead is taken over at once, and no trace of it stays', () => {
  writeFileSync(join(folder, 'state.lock'), `${deadProcess} gone`)
  writeFileSync(join(folder, `state.json.${deadProcess}`), 'half')
  localSimulator({ folder }).change((cloud) => void (cloud.serial += 1))
  expect(readdirSync(folder)).toEqual(['state.json'])
})

test.each([
  ['is cut short', (text: string) => text.slice(0, text.length / 2)],
  ['is empty', () => ''],
  ['is of another version', (text: string) => text.replaceAll('"version":1', '"version":9')],
  ['lacks parts', () => '{"version":1}'],
])('a state that %s is refused with exit 2, and stays as it is', (_what, broken) => {
  localSimulator({ folder })
  const text = broken(readFileSync(state(), 'utf8'))
  writeFileSync(state(), text)
  const open = (): unknown => localSimulator({ folder })
  expect(open).toThrow(DrError)
  expect(open).toThrow(folder)
  try {
    open()
  } catch (error) {
    expect(error).toMatchObject({
      code: 'BadLocalState',
      exit: 2,
      hint: expect.stringContaining('to start anew') as string,
    })
  }
  expect(readFileSync(state(), 'utf8')).toBe(text)
})

test('a state whose texts are gone is refused; removing the folder starts anew', () => {
  simulatedAccount([], localSimulator({ folder })).upload('large', { text: 'x'.repeat(5_000) })
  rmSync(join(folder, 'blobs'), { recursive: true })
  expect(() => localSimulator({ folder })).toThrow(DrError)
  rmSync(folder, { recursive: true })
  expect(localSimulator({ folder }).inspect().stacks).toEqual({})
  expect(existsSync(state())).toBe(true)
})

test('a folder that cannot be made is refused with exit 2', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => localSimulator({ folder: join(folder, 'file', 'local') })).toThrow(DrError)
})

test('a read in which nothing was due leaves the file alone', () => {
  const simulator = localSimulator({ folder })
  const before = readFileSync(state(), 'utf8')
  simulator.inspect()
  expect(readFileSync(state(), 'utf8')).toBe(before)
})

test('so does one whose name another service has as well', async () => {
  const simulator = localSimulator({ folder })
  const client = new RDSClient({ region: 'us-east-1', credentials: { accessKeyId: 's', secretAccessKey: 's' } })
  simulator.plug(client)
  const before = readFileSync(state(), 'utf8')
  expect(await client.send(new DescribeEventsCommand({}))).toMatchObject({ Events: [] })
  expect(readFileSync(state(), 'utf8')).toBe(before)
})

test('a fault counts in the account: a new process does not begin again', async () => {
  const faults: Fault[] = [{ kind: 'denied', times: 1 }]
  const ask = (): Promise<unknown> =>
    simulatedAccount([], localSimulator({ folder, faults })).client().send(new ListStacksCommand({}))
  await expect(ask()).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(ask()).resolves.toBeDefined()
})

test('while a drill measures, time stands still for everybody when this machine gives the process no turn', async () => {
  vi.useFakeTimers()
  const drill = new AbortController()
  try {
    const [one, other] = [localSimulator({ folder, speed: 30 }), localSimulator({ folder, speed: 30 })]
    one.clock.evenly?.(drill.signal)
    const start = one.clock.now()
    let isOver = false
    void one.clock.sleep(3000).then(() => (isOver = true))
    // The wall goes on by 10 s, and no timer fires.
    vi.setSystemTime(Date.now() + 10_000)
    const stalled = one.clock.now()
    expect(stalled - start).toBeLessThan(500)
    await vi.advanceTimersByTimeAsync(10)
    expect(one.clock.now() - stalled).toBeLessThan(500)
    expect(isOver).toBe(false)
    other.inspect()
    expect(other.clock.now()).toBe(one.clock.now())
    expect(localSimulator({ folder }).clock.now()).toBe(one.clock.now())
    await vi.advanceTimersByTimeAsync(100)
    expect(isOver).toBe(true)
  } finally {
    drill.abort()
    vi.useRealTimers()
  }
})
