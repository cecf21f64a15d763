// Small writes are kept as calls beside the state: cheap, shared by processes, and safe from a kill like everything else.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localSimulator, type Fault, type Simulator } from '../../src/simulator/index.ts'
import { child, said } from './child.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dr-calls-'))
  localSimulator({ folder }).change((cloud) => {
    const empty = { region: 'us-east-1', createdAt: 0, versioning: 'Off' as const, tags: {}, versions: [], uploads: [] }
    cloud.buckets['b'] = { name: 'b', ...empty }
  })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const state = (): string => readFileSync(join(folder, 'state.json'), 'utf8')
const logs = (): string[] => readdirSync(folder).filter((name) => name.startsWith('calls-'))
const keys = (simulator = localSimulator({ folder })): string[] =>
  simulator.inspect().buckets['b']?.versions.map(({ key }) => key) ?? []

function put(simulator: Simulator, Key: string, Body: string | Uint8Array = `body of ${Key}`): Promise<unknown> {
  const client = new S3Client({ region: 'us-east-1', credentials: { accessKeyId: 's', secretAccessKey: 's' } })
  simulator.plug(client)
  return client.send(new PutObjectCommand({ Bucket: 'b', Key, Body }))
}

const putter = (...args: string[]) => child('putter.ts', folder, ...args)

test('a small write leaves the state file alone, and the next process knows it all the same', async () => {
  const simulator = localSimulator({ folder })
  const before = state()
  await put(simulator, 'one')
  await put(simulator, 'two', new Uint8Array([1, 2, 255]))
  expect(state()).toBe(before)
  expect(logs()).toHaveLength(1)
  const again = localSimulator({ folder })
  expect(again.inspect().buckets).toEqual(simulator.inspect().buckets)
  expect(again.inspect().serial).toBe(simulator.inspect().serial)
})

test('two open processes see each other’s small writes without a save', async () => {
  const [one, other] = [localSimulator({ folder }), localSimulator({ folder })]
  await put(one, 'a')
  await put(other, 'b')
  await put(one, 'c')
  expect(keys(one)).toEqual(['a', 'b', 'c'])
  expect(keys(other)).toEqual(['a', 'b', 'c'])
})

test('the next whole state takes the calls in, each once, and their log goes', async () => {
  const simulator = localSimulator({ folder })
  await put(simulator, 'a')
  simulator.change((cloud) => void (cloud.serial += 1))
  expect(logs()).toEqual([])
  expect(keys()).toEqual(['a'])
})

test('what comes due amid small writes is done again by the next process, and does not save the whole state', async () => {
  const simulator = localSimulator({ folder })
  const key = 'us-east-1|AWS::Scheduler::Schedule|default/x'
  simulator.change((cloud) => {
    const at = cloud.now
    // A schedule whose role is gone: it comes due, fails and is tried again.
    cloud.resources[key] = {
      type: 'AWS::Scheduler::Schedule',
      physicalId: 'x',
      region: 'us-east-1',
      properties: {},
      attributes: {},
      state: { at, tries: 0 },
      tags: {},
      createdAt: at,
    }
    cloud.tasks.push({ at, serial: 0, kind: 'schedule-due', key, named: at })
  })
  const before = state()
  await put(simulator, 'a')
  expect(state()).toBe(before)
  expect(simulator.inspect().resources[key]?.state).toMatchObject({ tries: 1 })
  const again = localSimulator({ folder }).inspect()
  expect(again.resources[key]).toEqual(simulator.inspect().resources[key])
  expect(again.tasks).toEqual(simulator.inspect().tasks)
  expect(keys()).toEqual(['a'])
})

test('a log that a killed process left behind after its state was saved is not done twice', async () => {
  const simulator = localSimulator({ folder })
  await put(simulator, 'a')
  const [name = ''] = logs()
  const left = readFileSync(join(folder, name))
  simulator.change((cloud) => void (cloud.serial += 1))
  writeFileSync(join(folder, name), left)
  expect(keys()).toEqual(['a'])
  expect(logs()).toEqual([])
})

test('a line half written by a killed process is none, and the next write takes its place', async () => {
  const simulator = localSimulator({ folder })
  await put(simulator, 'a')
  appendFileSync(join(folder, logs()[0] ?? ''), '{"at":1,"region":"us-east-1","name":"PutObj')
  await put(simulator, 'b')
  expect(keys(simulator)).toEqual(['a', 'b'])
  expect(keys()).toEqual(['a', 'b'])
})

test('a call too large for a line is saved with the whole state', async () => {
  const simulator = localSimulator({ folder })
  await put(simulator, 'large', 'x'.repeat(100_000))
  expect(logs()).toEqual([])
  expect(keys()).toEqual(['large'])
})

test('faults count on through small writes: a new process does not begin again', async () => {
  const faults: Fault[] = [{ kind: 'denied', command: 'PutObject', times: 1 }]
  await expect(put(localSimulator({ folder, faults }), 'a')).rejects.toThrow(/not authorized/)
  await put(localSimulator({ folder, faults }), 'b')
  expect(keys()).toEqual(['b'])
})

test('a process killed amid small writes loses nothing that it had said', async () => {
  for (const count of [1, 20, 200]) {
    const running = putter()
    const lines = await said(running, count)
    running.kill('SIGKILL')
    await once(running, 'exit')
    expect(keys()).toEqual(expect.arrayContaining(lines))
  }
})

test('processes that write small things at the same time lose nothing of each other', async () => {
  const lines = (await Promise.all([said(putter('60')), said(putter('60'))])).flat()
  expect(lines).toHaveLength(120)
  expect(keys().sort()).toEqual(lines.sort())
})
