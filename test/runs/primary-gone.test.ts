import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { DrError } from '../../src/lib/core/errors.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { planned } from '../../src/lib/runs/planned.ts'
import { status } from '../../src/lib/runs/status.ts'
import { account, type Account, copyOf } from '../cloud.ts'

const survivor = 'us-west-2'
const gone = [{ kind: 'region-gone' as const, region: 'us-east-1' }]
const more = { parameter: ['MemorySize=1024'] }
let whole: Account

beforeAll(async () => {
  process.chdir(mkdtempSync(join(tmpdir(), 'dr-gone-')))
  whole = account()
  expect(await deploy(whole.run('deploy'), await whole.target())).toMatchObject({ exit: 0 })
}, 60_000)

const caught = async (work: Promise<unknown>): Promise<DrError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(DrError)
  return error as DrError
}

/** Virtual seconds that the work takes. */
async function secondsOf<T>(it: Account, work: () => Promise<T>): Promise<{ seconds: number; value: T }> {
  const began = it.simulator.clock.now()
  const value = await work()
  return { seconds: (it.simulator.clock.now() - began) / 1000, value }
}

const memory = (it: Account, region: string): unknown =>
  Object.values(it.simulator.inspect().resources).find(
    (one) =>
      one.type === 'AWS::Lambda::Function' &&
      one.region === region &&
      one.physicalId.startsWith('transaction-processor'),
  )?.properties['MemorySize']

describe('when the primary region does not answer', () => {
  test('deploy refuses within a minute, changes nothing and names the command for the survivor', async () => {
    const it = copyOf(whole, gone)
    const { seconds, value } = await secondsOf(it, async () => {
      const session = await it.target(more)
      const error = await caught(deploy(it.run('deploy'), session))
      expect(session.aws.calls.mutating).toEqual({})
      return error
    })
    expect(value).toMatchObject({ code: 'RegionSilent', exit: 3 })
    expect(value.message).toContain('us-east-1 does not answer; nothing was changed')
    expect(value.hint).toContain('--region us-west-2')
    expect(seconds).toBeLessThan(60)
  })

  test('deploy --region updates the survivor alone with what the record says of the primary', async () => {
    const it = copyOf(whole, gone)
    const outputs = readFileSync('cfn-outputs/flat-outputs.json', 'utf8')
    const report = await deploy(it.run('deploy'), await it.target({ ...more, region: [survivor] }))
    expect(report).toMatchObject({ exit: 0, causes: [] })
    expect(report.verdict).toContain('only us-west-2 was looked at, not us-east-1')
    expect(memory(it, survivor)).toBe('1024')
    expect(memory(it, 'us-east-1')).toBe('512')
    expect(readFileSync('cfn-outputs/flat-outputs.json', 'utf8')).toBe(outputs)
  })

  test('the whole is repaired by an ordinary deploy when the primary is back', async () => {
    const during = copyOf(whole, gone)
    await deploy(during.run('deploy'), await during.target({ ...more, region: [survivor] }))
    const after = copyOf(during)
    expect(await deploy(after.run('deploy'), await after.target(more))).toMatchObject({ exit: 0 })
    expect([memory(after, 'us-east-1'), memory(after, survivor)]).toEqual(['1024', '1024'])
  })

  test('plan says what it could not see, and counts it as nothing known', async () => {
    const it = copyOf(whole, gone)
    const { seconds, value } = await secondsOf(it, async () => planned(await it.target(), { schema: false }))
    const changes = value.plan.stages.flatMap((stage) =>
      stage.regions.map(({ region, change }) => `${region} ${change}`),
    )
    expect(new Set(changes)).toEqual(new Set(['us-east-1 unknown', 'us-west-2 none']))
    expect(seconds).toBeLessThan(60)
  })

  test('status tells that only a person can decide, for the survivor is seen to be ready', async () => {
    const it = copyOf(whole, gone)
    const { seconds, value } = await secondsOf(it, async () => status(await it.target()))
    expect(value).toMatchObject({ exit: 0, mode: 'ungraceful only' })
    expect(value.verdict).toContain('us-east-1 does not answer')
    expect(seconds).toBeLessThan(60)
  })

  test('destroy does not begin what it could not finish', async () => {
    const it = copyOf(whole, gone)
    const { seconds, value } = await secondsOf(it, async () => {
      const session = await it.target()
      const error = await caught(destroy(it.run('destroy'), session, { yes: true, show: () => undefined }))
      expect(session.aws.calls.mutating).toEqual({})
      return error
    })
    expect(value).toMatchObject({ code: 'CouldNotLook', exit: 6 })
    expect(seconds).toBeLessThan(60)
  })
})

describe('when an operation is stuck as well', () => {
  test('deploy --region --direct updates the stack itself, and an ordinary deploy reconciles its set', async () => {
    const it = copyOf(whole)
    it.simulator.change((cloud) => {
      const set = Object.values(cloud.stackSets).find((one) => one.name === 'dr-transactions-app-pr123')
      set?.operations.push({
        id: 'stuck',
        action: 'UPDATE',
        status: 'RUNNING',
        createdAt: cloud.now,
        parallel: true,
        results: [],
        tolerance: 0,
        request: '',
      })
    })
    const direct = await deploy(it.run('deploy'), await it.target({ ...more, region: [survivor], direct: true }))
    expect(direct).toMatchObject({ exit: 0 })
    expect([memory(it, survivor), memory(it, 'us-east-1')]).toEqual(['1024', '512'])
    it.simulator.change((cloud) => {
      for (const set of Object.values(cloud.stackSets))
        for (const operation of set.operations)
          if (operation.id === 'stuck') Object.assign(operation, { status: 'STOPPED', endedAt: cloud.now })
    })
    expect(await deploy(it.run('deploy'), await it.target(more))).toMatchObject({ exit: 0 })
    expect([memory(it, survivor), memory(it, 'us-east-1')]).toEqual(['1024', '1024'])
  })
})

describe('stacks read one by one', () => {
  const denied = [{ kind: 'denied' as const, command: 'GetTemplate' }]

  test('a deploy without --direct reads no template of a stack, so a refused GetTemplate cannot end it', async () => {
    const it = copyOf(whole, denied)
    expect(await deploy(it.run('deploy'), await it.target())).toMatchObject({ exit: 0 })
    const session = await it.target()
    await deploy(it.run('deploy'), session)
    expect(session.aws.calls.reading['GetTemplate']).toBeUndefined()
  })

  test.each(['ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED', 'PAUSED_COMPLETE'])(
    'deploy --direct fails for a stack in %s, though template and parameters are the wanted ones',
    async (status) => {
      const it = copyOf(whole)
      it.simulator.change((cloud) => {
        for (const stack of Object.values(cloud.stacks))
          if (stack.name.startsWith('StackSet-dr-transactions-app-') && stack.region === survivor && !stack.parentId)
            Object.assign(stack, { status })
      })
      const report = await deploy(it.run('deploy'), await it.target({ region: [survivor], direct: true })).catch(
        (error: unknown) => error as DrError,
      )
      expect(report.exit).not.toBe(0)
    },
  )
})

test('--region of a region that is not one of the environment is refused', async () => {
  const error = await caught(copyOf(whole).target({ region: ['eu-west-1'] }))
  expect(error).toMatchObject({ code: 'NotARegionOfIt', exit: 2 })
})
