import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Event } from '../../src/lib/core/events.ts'
import { Interrupted } from '../../src/lib/execute/operate.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { agreed, cloudOf, operationsOf, operationsTold, setOf, stacksOf, prepared } from './environment.ts'

let ready: Account
let deployed: Account

beforeAll(async () => {
  ready = await prepared()
  deployed = copyOf(ready)
  await deploy(deployed.run('deploy'), await deployed.target())
})
beforeEach(inEmptyFolder)

/** A run that somebody interrupts when `what` happens first. */
function interrupted(it: Account, verb: 'deploy' | 'destroy', what: (event: Event) => boolean) {
  const controller = new AbortController()
  const listen = (event: Event): void => {
    if (what(event)) controller.abort(new Interrupted('left on request'))
  }
  return it.run(verb, { signal: controller.signal, listen })
}

const started = (stage: string) => (event: Event) => event.kind === 'operation-started' && event.stage === stage
const locks = (it: Account): string[] =>
  Object.values(cloudOf(it).buckets).flatMap(({ versions }) => {
    const newest = new Map(versions.map((version) => [version.key, version]))
    return [...newest.values()]
      .filter(({ key, body }) => key.startsWith('lock/') && body !== undefined)
      .map(({ key }) => key)
  })

describe('an interrupted deploy', () => {
  test('ends with 5 and leaves the lock free; the next one adopts what AWS goes on with, and nothing is doubled', async () => {
    const it = copyOf(ready)
    const report = await deploy(interrupted(it, 'deploy', started('data')), await it.target())
    expect(report).toMatchObject({
      exit: 5,
      files: [],
      next: ['dr deploy --system transactions --suffix pr123 --local'],
      verdict: expect.stringContaining('the same command resumes'),
    })
    expect(report.stages.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'upload unchanged',
      'foundation succeeded',
      'data interrupted',
      'app skipped',
      'dns skipped',
    ])
    expect(operationsOf(it, 'data')).toEqual(['CREATE us-west-2 RUNNING'])
    expect(locks(it)).toEqual([])

    const again = it.run('deploy')
    expect(await deploy(again, await it.target())).toMatchObject({ exit: 0, causes: [] })
    expect(operationsTold(again.events, true)).toEqual(['data'])
    expect(operationsTold(again.events, false)).toEqual(['data', 'app', 'dns'])
    expect(operationsOf(it, 'foundation')).toEqual(['CREATE us-east-1+us-west-2 SUCCEEDED'])
    expect(operationsOf(it, 'data')).toEqual(['CREATE us-west-2 SUCCEEDED', 'CREATE us-east-1 SUCCEEDED'])
    expect(operationsOf(it, 'app')).toEqual(['CREATE us-east-1+us-west-2 SUCCEEDED'])
  })

  test('whose operation ended meanwhile is finished without doing it again', async () => {
    const it = copyOf(ready)
    await deploy(interrupted(it, 'deploy', started('data')), await it.target())
    await it.simulator.clock.sleep(3_600_000)
    const again = it.run('deploy')
    expect(await deploy(again, await it.target())).toMatchObject({ exit: 0, causes: [] })
    expect(operationsTold(again.events, true)).toEqual([])
    expect(operationsOf(it, 'data')).toEqual(['CREATE us-west-2 SUCCEEDED', 'CREATE us-east-1 SUCCEEDED'])
  })

  test('whose instances are all done waits next time for the end of the operation, which AWS has still to tell', async () => {
    const it = copyOf(ready)
    const good = new Set<string>()
    const all = (event: Event): boolean =>
      event.kind === 'instance-finished' && event.stage === 'dns' && good.add(event.region).size === 2
    expect(await deploy(interrupted(it, 'deploy', all), await it.target())).toMatchObject({ exit: 5 })
    expect(operationsOf(it, 'dns')).toEqual(['CREATE us-east-1+us-west-2 RUNNING'])
    expect(setOf(it, 'dns').instances.map(({ status }) => status)).toEqual(['CURRENT', 'CURRENT'])
    const again = it.run('deploy')
    expect(await deploy(again, await it.target())).toMatchObject({ exit: 0, causes: [] })
    expect(operationsTold(again.events, true)).toEqual(['dns'])
    expect(operationsOf(it, 'dns')).toEqual(['CREATE us-east-1+us-west-2 SUCCEEDED'])
  })

  test('that wants something else next time waits for the operation under way and then goes where it should', async () => {
    const it = copyOf(deployed)
    const run = interrupted(it, 'deploy', started('app'))
    expect(await deploy(run, await it.target({ parameter: ['MemorySize=1024'] }))).toMatchObject({ exit: 5 })
    const again = it.run('deploy')
    expect(await deploy(again, await it.target({ parameter: ['MemorySize=2048'] }))).toMatchObject({ exit: 0 })
    expect(operationsTold(again.events, true)).toEqual(['app'])
    const functions = Object.values(cloudOf(it).resources).filter(
      ({ physicalId, type }) => type === 'AWS::Lambda::Function' && physicalId === 'transaction-processor-pr123',
    )
    expect(functions.map(({ properties }) => String(properties['MemorySize']))).toEqual(['2048', '2048'])
  })

  test('in the middle of its own update back to A is not taken for up to date', async () => {
    const it = copyOf(deployed)
    const run = interrupted(it, 'deploy', started('app'))
    await deploy(run, await it.target({ parameter: ['MemorySize=1024'] }))
    const again = await deploy(it.run('deploy'), await it.target())
    expect(again).toMatchObject({ exit: 0 })
    const functions = Object.values(cloudOf(it).resources).filter(
      ({ physicalId, type }) => type === 'AWS::Lambda::Function' && physicalId === 'transaction-processor-pr123',
    )
    expect(functions.map(({ properties }) => String(properties['MemorySize']))).toEqual(['512', '512'])
  })
})

describe('an interrupted destroy', () => {
  test('ends with 5; the next one adopts the deletion under way, and nothing is left', async () => {
    const it = copyOf(deployed)
    const report = await destroy(interrupted(it, 'destroy', started('app')), await it.target(), agreed)
    expect(report).toMatchObject({ exit: 5, next: ['dr destroy --system transactions --suffix pr123 --local'] })
    expect(operationsOf(it, 'app').at(-1)).toBe('DELETE us-east-1+us-west-2 RUNNING')
    expect(locks(it)).toEqual([])

    const again = it.run('destroy')
    expect(await destroy(again, await it.target(), agreed)).toMatchObject({ exit: 0 })
    expect(operationsTold(again.events, true)).toEqual(['app'])
    const app = Object.values(cloudOf(it).stackSets).filter(({ name }) => name === 'dr-transactions-app-pr123')
    expect(app.map(({ operations }) => operations.filter(({ action }) => action === 'DELETE').length)).toEqual([1])
    expect(stacksOf(it)).toEqual([])
  })

  test('is not taken for an environment that stands: a deploy waits for the deletion and makes it whole again', async () => {
    const it = copyOf(deployed)
    expect(await destroy(interrupted(it, 'destroy', started('dns')), await it.target(), agreed)).toMatchObject({
      exit: 5,
    })
    expect(operationsOf(it, 'dns').at(-1)).toBe('DELETE us-east-1+us-west-2 RUNNING')
    const again = it.run('deploy')
    expect(await deploy(again, await it.target())).toMatchObject({ exit: 0, causes: [] })
    expect(operationsTold(again.events, true)).toEqual(['dns'])
    expect(operationsOf(it, 'dns').at(-1)).toBe('CREATE us-east-1+us-west-2 SUCCEEDED')
    const roots = stacksOf(it).filter(({ parentId }) => parentId === undefined)
    expect(roots).toHaveLength(8)
  })

  test('of what an interrupted deploy began waits for it, and nothing is left', async () => {
    const it = copyOf(ready)
    await deploy(interrupted(it, 'deploy', started('data')), await it.target())
    const end = it.run('destroy')
    expect(await destroy(end, await it.target(), agreed)).toMatchObject({ exit: 0, causes: [] })
    expect(operationsTold(end.events, true)).toEqual(['data'])
    expect(stacksOf(it)).toEqual([])
  })
})
