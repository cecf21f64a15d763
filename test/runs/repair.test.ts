// Stuck states of S5, R15 and R17 (docs/scenarios.md): each is brought about in the simulated account, then met by a verb.
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudFormationClient, UpdateStackCommand } from '@aws-sdk/client-cloudformation'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DrError } from '../../src/lib/core/errors.ts'
import type { Event, Report } from '../../src/lib/core/events.ts'
import { observeLost } from '../../src/lib/observe/lost.ts'
import type { Fault } from '../../src/simulator/index.ts'
import type { Stack, StackInstance } from '../../src/simulator/state.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy, type DestroyOptions } from '../../src/lib/runs/destroy.ts'
import { type Account, account, copyOf, inEmptyFolder } from '../cloud.ts'
import { cloudOf, setOf, substance } from './environment.ts'

const templates = mkdtempSync(join(tmpdir(), 'dr-miniature-'))
cpSync('test/fixtures/miniature', templates, { recursive: true })
cpSync('cfn/bootstrap.yaml', join(templates, 'bootstrap.yaml'))
const miniature = { system: 'miniature', templates }
const more = { ...miniature, parameter: ['link.Retention=30'] }
const [east, west] = ['us-east-1', 'us-west-2']
const executionRole = 'global|AWS::IAM::Role|dr-execution'
let deployed: Account

beforeAll(async () => {
  inEmptyFolder()
  deployed = account()
  expect(await deploy(deployed.run('deploy'), await deployed.target(miniature))).toMatchObject({ exit: 0 })
})
beforeEach(inEmptyFolder)

/** The log group of stage link, or the key of stage base, in one region. */
const fails = (action: 'create' | 'update' | 'rollback' | 'delete', edit: Partial<Fault> = {}): Fault =>
  ({
    kind: 'resource-fails',
    stage: 'link',
    region: east,
    logicalId: 'Group',
    action,
    reason: `${action} refused`,
    ...edit,
  }) as Fault

interface Ran {
  report: Report
  repairs: string[]
  events: Event[]
  mutating: Record<string, number>
}
const repairs = (events: Event[]): string[] =>
  events.flatMap((it) =>
    it.kind === 'repairing' ? `${it.stage} ${it.region}: ${it.what.replace(/StackSet-\S+/, 'it')}` : [],
  )

async function deploying(it: Account, flags: object = miniature, allowReplace: string[] = []): Promise<Ran> {
  const run = it.run('deploy')
  const session = await it.target(flags)
  const report = await deploy(run, session, { yes: true, allowReplace })
  return { report, repairs: repairs(run.events), events: run.events, mutating: session.aws.calls.mutating }
}

async function destroying(it: Account, options: Partial<DestroyOptions> = {}): Promise<Ran> {
  const run = it.run('destroy')
  const session = await it.target(miniature)
  const report = await destroy(run, session, { yes: true, show: () => undefined, ...options })
  return { report, repairs: repairs(run.events), events: run.events, mutating: session.aws.calls.mutating }
}

/** The refusal, after which nothing may have changed. */
async function refused(it: Account, work: () => Promise<unknown>): Promise<DrError> {
  const before = substance(it)
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(DrError)
  expect(substance(it)).toEqual(before)
  return error as DrError
}

const instance = (it: Account, stage: string, region: string | undefined): StackInstance => {
  const found = setOf(it, stage, 'pr123', 'miniature').instances.find((one) => one.region === region)
  if (!found) throw new Error(`${stage} has no instance in ${region ?? ''}`)
  return found
}
const stack = (it: Account, stage: string, region: string | undefined): Stack => {
  const found = cloudOf(it).stacks[instance(it, stage, region).stackId ?? '']
  if (!found) throw new Error(`${stage} has no stack in ${region ?? ''}`)
  return found
}
/** What a region must keep when the other one is mended. */
const trace = (it: Account, region: string | undefined) =>
  ['base', 'link'].map((stage) => {
    const { id, status, events } = stack(it, stage, region)
    return { id, status, events: events.length }
  })
const standing = (it: Account): string[] =>
  Object.values(cloudOf(it).stacks)
    .filter(({ status, name }) => status !== 'DELETE_COMPLETE' && !/^dr-(bootstrap|rights)/.test(name))
    .map(({ name }) => name)

/** Runs a deploy that fails as these faults want, and gives the account without them. */
async function failed(from: Account, faults: Fault[], flags: object = miniature): Promise<Account> {
  const it = copyOf(from, faults)
  expect((await deploying(it, flags)).report).toMatchObject({ exit: 4 })
  return copyOf(it)
}
/** A first deploy of which stage base failed in the east; what its stack then is. */
async function stillborn(edit: (stack: Stack) => void, faults: Fault[] = []): Promise<Account> {
  const it = await failed(account(), [fails('create', { stage: 'base', logicalId: 'Bucket' }), ...faults])
  it.simulator.change(({ stacks }) => {
    const found = stacks[instance(it, 'base', east).stackId ?? '']
    if (found) edit(found)
  })
  return it
}

const stuck = () => failed(deployed, [fails('update'), fails('rollback')], more)

describe('an update that fails and whose rollback fails', () => {
  test('is continued by the next deploy, which then succeeds; the healthy region is not touched', async () => {
    const it = await stuck()
    expect(stack(it, 'link', east).status).toBe('UPDATE_ROLLBACK_FAILED')
    const [before, id] = [trace(it, west), stack(it, 'link', east).id]
    const ran = await deploying(it, more)
    expect(ran.report).toMatchObject({ exit: 0, causes: [] })
    expect(ran.repairs).toEqual([`link ${east}: continuing the rollback of it`])
    expect(ran.mutating).toMatchObject({ ContinueUpdateRollback: 1 })
    expect(ran.mutating).not.toHaveProperty('DeleteStack')
    expect(stack(it, 'link', east)).toMatchObject({ id, status: 'UPDATE_COMPLETE' })
    expect(trace(it, west)).toEqual(before)
  })

  test('is told with its cause when it fails again, and nothing is deleted', async () => {
    const it = copyOf(await stuck(), [fails('rollback')])
    const [before, stands] = [trace(it, west), standing(it)]
    const ran = await deploying(it, more)
    expect(ran.report).toMatchObject({ exit: 4, causes: [{ stage: 'link', region: east, reason: 'rollback refused' }] })
    expect([trace(it, west), standing(it)]).toEqual([before, stands])
  })

  test('is waited for when a run died while it was being continued', async () => {
    const it = await stuck()
    const { aws } = await it.target(more)
    await aws.stacks(east ?? '').continueRollback(stack(it, 'link', east).id)
    const ran = await deploying(it, more)
    expect(ran.report).toMatchObject({ exit: 0 })
    expect(ran.mutating).not.toHaveProperty('ContinueUpdateRollback')
  })

  test('is destroyed like any other', async () => {
    const it = await stuck()
    expect((await destroying(it)).report).toMatchObject({ exit: 0 })
    expect(standing(it)).toEqual([])
  })

  test('cannot be mended without the execution role: that is said with the way out (R15), and nothing else is done', async () => {
    const it = await stuck()
    it.simulator.change(({ resources }) => delete resources[executionRole])
    const { report } = await deploying(it, more)
    expect(report.exit).toBe(4)
    expect(report.stages.find(({ name }) => name === 'link')?.message).toContain('role dr-execution is missing')
    expect(report.stages.find(({ name }) => name === 'link')?.message).toContain('dr bootstrap')
    expect(stack(it, 'link', east).status).toBe('UPDATE_ROLLBACK_FAILED')
  })
})

describe('the role behind a repair', () => {
  const arn = 'arn:aws:iam::000000000000:role/dr-execution'
  /** The trust or rights of the execution role, without the statements that `drop` names. */
  const without = (it: Account, which: 'trust' | 'rights', drop: (statement: string) => boolean): void =>
    it.simulator.change(({ resources }) => {
      const properties = resources[executionRole]?.properties ?? {}
      const inline = properties['Policies'] as { PolicyDocument: object }[] | undefined
      const document = (which === 'trust' ? properties['AssumeRolePolicyDocument'] : inline?.[0]?.PolicyDocument) as {
        Statement: object[]
      }
      const left = document.Statement.filter((it) => !drop(JSON.stringify(it)))
      expect(left.length).toBe(document.Statement.length - 1)
      document.Statement = left
    })
  const keep = (it: Account): void =>
    it.simulator.change(({ stacks }) => {
      for (const one of Object.values(stacks)) if (one.name.startsWith('StackSet-')) one.roleArn = arn
    })

  test('stays with no stack', async () => {
    const it = await stuck()
    expect((await deploying(it, more)).report).toMatchObject({ exit: 0 })
    expect(Object.values(cloudOf(it).stacks).filter(({ roleArn }) => roleArn !== undefined)).toEqual([])
  })

  test('lets in nobody whom bootstrap did not name', async () => {
    const it = await stuck()
    without(it, 'trust', (text) => text.includes('RepairOfOneStack'))
    const { report } = await deploying(it, more)
    expect(report.exit).toBe(4)
    const { message } = report.stages.find(({ name }) => name === 'link') ?? {}
    expect(message).toContain('does not let you in')
    expect(message).toContain('--direct-caller')
    expect(stack(it, 'link', east).status).toBe('UPDATE_ROLLBACK_FAILED')
  })

  test('is kept by a stack of an earlier version, which is repaired, updated and destroyed all the same', async () => {
    const it = await stuck()
    keep(it)
    expect((await deploying(it, more)).report).toMatchObject({ exit: 0, causes: [] })
    expect((await destroying(it)).report).toMatchObject({ exit: 0 })
    expect(standing(it)).toEqual([])
  })

  test('passes itself to the nested stacks of such a stack, by one statement of its rights', async () => {
    const it = copyOf(deployed)
    keep(it)
    without(it, 'rights', (text) => text.includes('role/dr-execution'))
    const { report } = await destroying(it)
    expect(report.exit).not.toBe(0)
    expect(report.causes[0]?.reason).toContain('is not authorized to perform: iam:PassRole')
  })
})

test('an update paused by hand with rollback disabled is taken back, then made again', async () => {
  const it = copyOf(deployed, [fails('update', { times: 1 })])
  const { id, name, tags, parameters } = stack(it, 'link', east)
  const client = new CloudFormationClient({ region: east, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
  it.simulator.plug(client)
  await client.send(
    new UpdateStackCommand({
      StackName: name,
      UsePreviousTemplate: true,
      DisableRollback: true,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      Parameters: Object.entries({ ...parameters, Retention: '30' }).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  )
  await it.simulator.clock.sleep(600_000)
  expect(stack(it, 'link', east).status).toBe('UPDATE_FAILED')
  const ran = await deploying(it)
  expect(ran.report).toMatchObject({ exit: 0 })
  expect(ran.repairs).toEqual([`link ${east}: taking back the update of it`])
  expect(stack(it, 'link', east).id).toBe(id)
})

describe('a creation that failed', () => {
  test('is made again by the next deploy, as a stack with a new ARN', async () => {
    const it = await stillborn(() => undefined)
    const [old, healthy] = [instance(it, 'base', east).stackId, stack(it, 'base', west)]
    const ran = await deploying(it)
    expect(ran.report).toMatchObject({ exit: 0 })
    expect(ran.repairs).toEqual([])
    expect(instance(it, 'base', east).stackId).not.toBe(old)
    expect(stack(it, 'base', west)).toMatchObject({ id: healthy.id, events: healthy.events })
  })

  test.each(['ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS'])('and left %s is deleted first', async (status) => {
    const it = await stillborn((left) => Object.assign(left, { status, resources: {} }))
    const [old, healthy] = [instance(it, 'base', east).stackId ?? '', stack(it, 'base', west)]
    const ran = await deploying(it)
    expect(ran.report).toMatchObject({ exit: 0 })
    expect(ran.repairs).toEqual([`base ${east}: deleting it directly`])
    expect(cloudOf(it).stacks[old]?.status).toBe('DELETE_COMPLETE')
    expect(stack(it, 'base', east)).toMatchObject({ status: 'CREATE_COMPLETE' })
    expect(stack(it, 'base', west)).toMatchObject({ id: healthy.id, events: healthy.events })
  })

  const keyStays = fails('delete', { stage: 'base', logicalId: 'Key' })
  test.each(['ROLLBACK_FAILED', 'CREATE_FAILED', 'DELETE_FAILED'])(
    'and left %s with data is never deleted without the flag',
    async (status) => {
      const it = await stillborn((left) => Object.assign(left, { status }), [keyStays])
      const old = instance(it, 'base', east).stackId ?? ''
      const error = await refused(it, () => deploying(it))
      expect(error).toMatchObject({ code: 'Stuck', exit: 3 })
      expect(error.message).toContain('Store/Key (AWS::KMS::Key) would be lost')
      expect(error.hint).toContain(`--allow-replace base/${east ?? ''}`)
      const ran = await deploying(it, miniature, [`base/${east ?? ''}`])
      expect(ran.report).toMatchObject({ exit: 0 })
      expect(cloudOf(it).stacks[old]?.status).toBe('DELETE_COMPLETE')
    },
  )
})

test('a stack that gets stuck after the plan is not deleted without the flag either', async () => {
  const it = copyOf(deployed)
  const { id } = stack(it, 'link', east)
  const run = it.run('deploy', {
    listen: (event) => {
      if (event.kind !== 'stage-started' || event.stage !== 'link') return
      it.simulator.change(({ stacks }) => Object.assign(stacks[id] ?? {}, { status: 'DELETE_FAILED' }))
    },
  })
  const session = await it.target(more)
  const report = await deploy(run, session, { yes: true, allowReplace: [] })
  expect(report.exit).toBe(4)
  expect(report.stages.find(({ name }) => name === 'link')?.message).toContain('give --allow-replace link/us-east-1')
  expect(session.aws.calls.mutating).not.toHaveProperty('DeleteStack')
})

test('a deletion that fails once is left to its stack set for a second try: no stack is taken in hand', async () => {
  const it = copyOf(deployed, [fails('delete', { times: 1 })])
  const ran = await destroying(it)
  expect(ran.report).toMatchObject({ exit: 0, causes: [] })
  expect(ran.repairs).toEqual([])
  expect(ran.mutating).not.toHaveProperty('DeleteStack')
  expect(standing(it)).toEqual([])
})

describe('an instance that is INOPERABLE', () => {
  const inoperable = async (): Promise<Account> => {
    const it = copyOf(deployed, [fails('delete')])
    expect((await destroying(it)).report).toMatchObject({ exit: 6, causes: [{ reason: 'delete refused' }] })
    expect(instance(it, 'link', east).status).toBe('INOPERABLE')
    return it
  }

  test('in destroy is tried once more, and that suffices when its cause is gone', async () => {
    const it = copyOf(await inoperable())
    const ran = await destroying(it)
    expect(ran.report).toMatchObject({ exit: 0 })
    expect(ran.mutating).not.toHaveProperty('DeleteStack')
    expect(standing(it)).toEqual([])
  })

  test('in destroy is deleted directly when it fails again, and then forgotten by its set', async () => {
    const it = copyOf(await inoperable(), [fails('delete', { times: 1 })])
    const ran = await destroying(it)
    expect(ran.report).toMatchObject({ exit: 0 })
    expect(ran.repairs).toEqual([
      `link ${east}: deleting it directly`,
      `link ${east}: making dr-miniature-link-pr123 forget its instance, whose stack is gone`,
    ])
    expect(ran.mutating).toMatchObject({ DeleteStack: 1 })
    expect(standing(it)).toEqual([])
  })

  test('stays with its stack as long as that cannot be deleted: nothing is orphaned', async () => {
    const it = await inoperable()
    const { report } = await destroying(it)
    expect(report).toMatchObject({ exit: 6, causes: [{ path: ['Group', 'Group'], reason: 'delete refused' }] })
    expect(report.stages.find(({ name }) => name === 'link')?.message).toContain('--retain link')
    expect(stack(it, 'link', east).status).toBe('DELETE_FAILED')
  })

  test('whose resource never goes is let go of by flag only, and what is left is named', async () => {
    const it = await inoperable()
    const ran = await destroying(it, { retain: ['link'] })
    expect(ran.repairs).toContain(`link ${east}: letting go of Group, which cannot be deleted, and deleting it`)
    expect(ran.report.exit).toBe(6)
    expect(ran.report.verdict).toContain('left: Group')
    expect(Object.values(cloudOf(it).stackSets).filter(({ status }) => status === 'ACTIVE')).toEqual([])
  })

  test('in deploy is forgotten and made again when its stack is gone', async () => {
    const it = copyOf(deployed)
    const [before, old] = [trace(it, west), stack(it, 'link', east).id]
    await (await it.target(miniature)).aws.stacks(east ?? '').delete(old)
    await it.simulator.clock.sleep(600_000)
    it.simulator.change(({ stackSets }) => {
      for (const one of Object.values(stackSets).flatMap(({ instances }) => instances))
        if (one.stackId === old) one.status = 'INOPERABLE'
    })
    const ran = await deploying(it)
    expect(ran.report).toMatchObject({ exit: 0 })
    expect(ran.repairs).toHaveLength(1)
    expect(stack(it, 'link', east)).toMatchObject({ status: 'CREATE_COMPLETE' })
    expect(trace(it, west)).toEqual(before)
  })

  test('in deploy is refused while its stack stands, and made anew by flag in that region alone', async () => {
    const it = copyOf(await inoperable())
    const old = instance(it, 'link', east).stackId
    const error = await refused(it, () => deploying(it))
    expect(error).toMatchObject({ code: 'Stuck', exit: 3 })
    expect(error.message).toContain('Group/Group (AWS::Logs::LogGroup) would be lost')
    const ran = await deploying(it, miniature, ['link'])
    expect(ran.report).toMatchObject({ exit: 0 })
    expect(instance(it, 'link', east).stackId).not.toBe(old)
    expect(stack(it, 'link', east).status).toBe('CREATE_COMPLETE')
  })
})

describe('an instance that is CURRENT and whose stack was deleted by hand', () => {
  const without = async (): Promise<Account> => {
    const it = copyOf(deployed)
    await (await it.target(miniature)).aws.stacks(east ?? '').delete(stack(it, 'link', east).id)
    await it.simulator.clock.sleep(600_000)
    expect([instance(it, 'link', east).status, stack(it, 'link', east).status]).toEqual(['CURRENT', 'DELETE_COMPLETE'])
    return it
  }

  test('is forgotten and made anew by the next deploy, which says so beforehand; the healthy region is not touched', async () => {
    const it = await without()
    const [before, old] = [trace(it, west), stack(it, 'link', east).id]
    const ran = await deploying(it)
    expect(ran.report).toMatchObject({ exit: 0, causes: [] })
    const stuck = ran.events.flatMap((one) => (one.kind === 'planned' ? (one.differences?.stuck ?? []) : []))
    expect(stuck).toMatchObject([{ stage: 'link', region: east, state: 'CURRENT', remedy: 'detach' }])
    expect(ran.repairs).toEqual([
      `link ${east}: making dr-miniature-link-pr123 forget its instance, whose stack is gone`,
    ])
    expect(stack(it, 'link', east)).toMatchObject({ status: 'CREATE_COMPLETE' })
    expect(stack(it, 'link', east).id).not.toBe(old)
    expect(trace(it, west)).toEqual(before)
  })

  test('is made anew with a changed template too', async () => {
    const it = await without()
    expect((await deploying(it, more)).report).toMatchObject({ exit: 0, causes: [] })
    expect(stack(it, 'link', east)).toMatchObject({ status: 'CREATE_COMPLETE' })
  })

  test('is destroyed like any other', async () => {
    const it = await without()
    expect((await destroying(it)).report).toMatchObject({ exit: 0, causes: [] })
    expect(standing(it)).toEqual([])
  })
})

test('a destroy without the execution role says so with the way out (R15), orphans nothing, and goes on when it is back', async () => {
  const it = copyOf(deployed)
  const role = cloudOf(it).resources[executionRole]
  it.simulator.change(({ resources }) => delete resources[executionRole])
  const [first, second] = [await destroying(it), await destroying(it)]
  for (const { report, mutating } of [first, second]) {
    expect(mutating).not.toHaveProperty('DeleteStack')
    expect(report.exit).toBe(6)
    expect(report.causes[0]?.reason).toContain("should have 'dr-execution' role with trust relationship")
  }
  for (const stage of ['base', 'link'])
    for (const region of [east, west]) expect(stack(it, stage, region).status).toBe('CREATE_COMPLETE')
  it.simulator.change(({ resources }) => {
    if (role) resources[executionRole] = role
  })
  expect((await destroying(it)).report).toMatchObject({ exit: 0 })
  expect(standing(it)).toEqual([])
})

describe('a stack without instance', () => {
  /** Stage link of the east is detached by hand: its set forgets it, the stack stands. */
  const lost = async (): Promise<Account> => {
    const it = copyOf(deployed)
    const { aws, home } = await it.target(miniature)
    const at = { account: aws.account, regions: [east ?? ''], operationId: 'by-hand' }
    await aws.stackSets(home).deleteInstances('dr-miniature-link-pr123', at, true)
    await it.simulator.clock.sleep(600_000)
    return it
  }

  test('is refused by deploy, with the command that removes it', async () => {
    const it = await lost()
    const error = await refused(it, () => deploying(it))
    expect(error).toMatchObject({ code: 'LostStack', exit: 3 })
    expect(error.message).toContain('belongs to no stack set; it holds data: Group/Group')
    expect(error.hint).toMatch(
      /aws cloudformation delete-stack --region us-east-1 --stack-name StackSet-dr-miniature-link-pr123-/,
    )
  })

  test('that still works is none: it may have just begun, and its instance is not told of yet', async () => {
    const it = await lost()
    const { aws, home, target } = await it.target(miniature)
    expect(await observeLost(aws, home, target)).toMatchObject([{ stage: 'link', region: east }])
    it.simulator.change(({ stacks }) => {
      for (const one of Object.values(stacks))
        if (one.name.startsWith('StackSet-dr-miniature-link-') && one.region === east) one.status = 'CREATE_IN_PROGRESS'
    })
    expect(await observeLost(aws, home, target)).toEqual([])
  })

  test('with data is deleted by destroy only when it is named', async () => {
    const it = await lost()
    const error = await refused(it, () => destroying(it))
    expect(error).toMatchObject({
      code: 'LostStack',
      exit: 3,
      hint: expect.stringContaining('--allow-replace link/us-east-1'),
    })
    const ran = await destroying(it, { allowReplace: ['link'] })
    expect(ran.report).toMatchObject({ exit: 0 })
    expect(ran.repairs).toEqual([`lost link ${east}: deleting it directly`])
    expect(standing(it)).toEqual([])
  })

  test('is named by its stage; a flag that names no stage is refused', async () => {
    const it = await lost()
    expect(await refused(it, () => destroying(it, { allowReplace: ['lnk'], retain: ['Group'] }))).toMatchObject({
      code: 'UnknownStage',
      exit: 2,
      message: expect.stringContaining('--allow-replace lnk and --retain Group names no stage'),
    })
  })

  test('of another environment is none of ours', async () => {
    const it = await lost()
    it.simulator.change(({ stacks }) => {
      for (const one of Object.values(stacks))
        if (one.name.startsWith('StackSet-dr-miniature-link') && one.region === east) one.tags = { ManagedBy: 'dr' }
    })
    expect((await destroying(it)).mutating).not.toHaveProperty('DeleteStack')
    expect(standing(it)).not.toEqual([])
  })
})
