// Bootstrap finds out what is missing, and makes that and no more.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { keepEnvironment } from '../../src/lib/load/environment.ts'
import type { Report } from '../../src/lib/core/events.ts'
import { bootstrap } from '../../src/lib/runs/bootstrap.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { type Account, account, copyOf, inEmptyFolder } from '../cloud.ts'
import { cloudOf, substance } from './environment.ts'

beforeEach(inEmptyFolder)

const bootstrapping = async (it: Account): Promise<Report> =>
  bootstrap(it.run('bootstrap'), await it.target(), { remove: false })

test('twice has nothing to do', async () => {
  const it = account()
  expect(await bootstrapping(it)).toMatchObject({ exit: 0, verdict: 'bootstrap is complete' })
  expect(await bootstrapping(it)).toMatchObject({ exit: 0, stages: [] })
})

test.each(['dr-execution', 'dr-administration'])(
  'makes the role %s again that was removed outside of its stack',
  async (role) => {
    const it = account()
    await bootstrapping(it)
    const key = `global|AWS::IAM::Role|${role}`
    expect(cloudOf(it).resources).toHaveProperty([key])
    it.simulator.change(({ resources }) => delete resources[key])
    expect(await bootstrapping(it)).toMatchObject({ exit: 0, verdict: 'bootstrap is complete' })
    expect(cloudOf(it).resources).toHaveProperty([key])
    expect(await bootstrapping(it)).toMatchObject({ exit: 0, stages: [] })
  },
)

test('of several systems at once leaves one set of roles, a bucket in each region and the rights of each', async () => {
  const it = account()
  const systems = ['transactions', 'payments', 'records', 'citizen', 'streaming']
  const sessions = await Promise.all(systems.map((system) => it.target({ system })))
  const reports = await Promise.all(
    sessions.map((session) => bootstrap(it.run('bootstrap'), session, { remove: false })),
  )
  expect(reports.map(({ verdict }) => verdict)).toEqual(systems.map(() => 'bootstrap is complete'))
  const all = Object.values(cloudOf(it).stacks).filter(({ deletedAt }) => deletedAt === undefined)
  const stacks = all.filter(({ name }) => name === 'dr-bootstrap')
  const roles = stacks.find(({ parameters }) => parameters['CreateRoles'] === 'true')
  const rights = all.filter(({ name }) => name.startsWith('dr-rights-'))
  expect(rights.map(({ name, region }) => `${name} ${region}`).sort()).toEqual(
    systems.map((system) => `dr-rights-${system} ${roles?.region}`).sort(),
  )
  expect(stacks.map(({ region }) => region).sort()).toEqual(
    ['ca-central-1', 'eu-central-1', 'eu-central-2', 'us-east-1', 'us-west-2'].sort(),
  )
  expect(stacks.filter(({ parameters }) => parameters['CreateRoles'] === 'true')).toHaveLength(1)
  for (const session of sessions) {
    expect(await bootstrap(it.run('bootstrap'), session, { remove: false })).toMatchObject({ exit: 0, stages: [] })
  }
})

describe('the roles', () => {
  const preparing = async (it: Account, system: string, options: object = {}): Promise<Report> =>
    bootstrap(it.run('bootstrap'), await it.target({ system }), { remove: false, ...options })
  const parameters = (it: Account): Record<string, string> | undefined =>
    Object.values(cloudOf(it).stacks).find(({ parameters: { CreateRoles } }) => CreateRoles === 'true')?.parameters
  const trust = (it: Account, role: string): string =>
    JSON.stringify(cloudOf(it).resources[`global|AWS::IAM::Role|${role}`]?.properties['AssumeRolePolicyDocument'])

  test('trust the principal of an opt-in region, which citizen is in', async () => {
    const it = account()
    await preparing(it, 'citizen')
    const principals = ['cloudformation.amazonaws.com', 'cloudformation.eu-central-2.amazonaws.com']
    expect(parameters(it)?.['StackSetPrincipals']?.split(',')).toEqual(principals)
    for (const principal of principals) expect(trust(it, 'dr-administration')).toContain(`"${principal}"`)
  })

  test('learn of an opt-in region that is prepared later, in the stack of the region that made them', async () => {
    const it = account()
    await preparing(it, 'transactions')
    expect(parameters(it)?.['StackSetPrincipals']).toBe('cloudformation.amazonaws.com')
    expect(await preparing(it, 'citizen')).toMatchObject({ exit: 0, verdict: 'bootstrap is complete' })
    expect(trust(it, 'dr-administration')).toContain('"cloudformation.eu-central-2.amazonaws.com"')
    expect(await preparing(it, 'citizen')).toMatchObject({ exit: 0, stages: [] })
    expect(await preparing(it, 'transactions')).toMatchObject({ exit: 0, stages: [] })
  })

  test('keep principals that somebody added by hand', async () => {
    const it = account()
    await preparing(it, 'transactions')
    it.simulator.change(({ stacks }) => {
      for (const { parameters: own } of Object.values(stacks))
        if (own['CreateRoles'] === 'true') own['StackSetPrincipals'] += ',cloudformation.me-south-1.amazonaws.com'
    })
    await preparing(it, 'citizen')
    expect(parameters(it)?.['StackSetPrincipals']).toContain('cloudformation.me-south-1.amazonaws.com')
  })

  test('keep their boundary until another is given', async () => {
    const it = account()
    const [one, two] = ['one', 'two'].map((name) => `arn:aws:iam::000000000000:policy/${name}`)
    const bounds = (): unknown[] =>
      ['dr-administration', 'dr-execution'].map(
        (role) => cloudOf(it).resources[`global|AWS::IAM::Role|${role}`]?.properties['PermissionsBoundary'],
      )
    await preparing(it, 'transactions', { boundary: one })
    expect(bounds()).toEqual([one, one])
    await preparing(it, 'citizen')
    expect(bounds()).toEqual([one, one])
    await preparing(it, 'citizen', { boundary: two })
    expect(bounds()).toEqual([two, two])
    await preparing(it, 'citizen', { boundary: '' })
    expect(bounds()).toEqual([undefined, undefined])
  })

  test('let whoever bootstraps repair stacks, and whom they name', async () => {
    const it = account()
    const breakGlass = 'arn:aws:iam::000000000000:role/break-glass'
    await preparing(it, 'transactions')
    expect(parameters(it)?.['DirectCallers']).toBe('arn:aws:iam::000000000000:user/simulated')
    await preparing(it, 'transactions', { callers: [breakGlass] })
    await preparing(it, 'citizen')
    expect(parameters(it)?.['DirectCallers']?.split(',')).toEqual([
      breakGlass,
      'arn:aws:iam::000000000000:user/simulated',
    ])
  })

  test.each([
    [{ boundary: 'dr-boundary' }, 'IllegalBoundary'],
    [{ callers: ['arn:aws:iam::000000000000:root'] }, 'IllegalCaller'],
    [{ callers: ['arn:aws:iam::000000000000:role/*'] }, 'IllegalCaller'],
    [{ callers: ['*'] }, 'IllegalCaller'],
  ])('are refused %j, and nothing is made', async (options, code) => {
    const it = account()
    await expect(preparing(it, 'transactions', options)).rejects.toMatchObject({ code, exit: 2 })
    expect(cloudOf(it).stacks).toEqual({})
  })
})

describe('the rights of a system', () => {
  const preparing = async (it: Account, system: string, options: object = {}): Promise<Report> =>
    bootstrap(it.run('bootstrap'), await it.target({ system }), { remove: false, ...options })
  const policies = (it: Account): string[] =>
    Object.values(cloudOf(it).resources)
      .filter(({ type }) => type === 'AWS::IAM::ManagedPolicy')
      .map(({ physicalId }) => physicalId.replace(/.*\/dr-rights-/, ''))
      .sort()

  test('are added by its own bootstrap, beside those of others', async () => {
    const it = account()
    await preparing(it, 'transactions')
    expect(policies(it)).toEqual(['transactions-1', 'transactions-2'])
    await preparing(it, 'records')
    expect(policies(it)).toEqual(['records-1', 'transactions-1', 'transactions-2'])
  })

  test('follow the templates: a grant that was taken away by hand comes back', async () => {
    const it = account()
    await preparing(it, 'transactions')
    it.simulator.change(({ stacks }) => {
      for (const stack of Object.values(stacks))
        if (stack.name === 'dr-rights-transactions')
          stack.template = stack.template.replace('sns:CreateTopic', 'sns:Publish')
    })
    expect(await preparing(it, 'transactions')).toMatchObject({ exit: 0, verdict: 'bootstrap is complete' })
    const stack = Object.values(cloudOf(it).stacks).find(({ name }) => name === 'dr-rights-transactions')
    expect(stack?.template).toContain('sns:CreateTopic')
    expect(await preparing(it, 'transactions')).toMatchObject({ exit: 0, stages: [] })
  })

  test('of every system demand the boundary that is given, whichever system it is given with', async () => {
    const it = account()
    const boundary = 'arn:aws:iam::000000000000:policy/limit'
    await preparing(it, 'transactions')
    await preparing(it, 'records', { boundary })
    const demanding = Object.values(cloudOf(it).resources).filter(
      ({ type, properties }) =>
        type === 'AWS::IAM::ManagedPolicy' &&
        JSON.stringify(properties).includes(`"iam:PermissionsBoundary":"${boundary}"`),
    )
    expect(demanding.map(({ physicalId }) => physicalId.replace(/.*\/dr-rights-(\w+)-.*/, '$1')).sort()).toEqual([
      'records',
      'transactions',
    ])
  })

  test('that are missing are made by the first deploy on the simulator, and asked for on AWS', async () => {
    const it = account()
    await preparing(it, 'transactions')
    const session = { ...(await it.target({ system: 'payments', 'create-secret': true })), simulated: false }
    await expect(deploy(it.run('deploy'), session)).rejects.toMatchObject({
      code: 'NotBootstrapped',
      exit: 3,
      message: expect.stringContaining('it lacks the rights of payments (stack dr-rights-payments)'),
      hint: 'run once: dr bootstrap --system payments',
    })
    expect(policies(it)).toEqual(['transactions-1', 'transactions-2'])
  })

  test('are no stack where a system needs none', async () => {
    const templates = mkdtempSync(join(tmpdir(), 'dr-empty-'))
    const folder = join(templates, 'systems/empty')
    mkdirSync(folder, { recursive: true })
    const lines = [
      'name: empty',
      'title: Empty',
      'regions: { standalone: us-east-1 }',
      'objectives: { rto: 15m, rpo: 1m }',
    ]
    writeFileSync(
      join(folder, 'system.yaml'),
      [...lines, 'stages:', '  - { name: app, steps: [[standalone]] }'].join('\n'),
    )
    writeFileSync(
      join(folder, 'app.yaml'),
      'Parameters: { EnvironmentSuffix: { Type: String } }\nResources: { Handle: { Type: AWS::CloudFormation::WaitConditionHandle } }\n',
    )
    const it = account()
    const flags = { system: 'empty', templates }
    expect(await bootstrap(it.run('bootstrap'), await it.target(flags), { remove: false })).toMatchObject({ exit: 0 })
    expect(policies(it)).toEqual([])
  })

  test('are refused to go while an environment of the system is there', async () => {
    const it = account()
    await preparing(it, 'transactions')
    await preparing(it, 'records')
    const elsewhere = await it.target({ system: 'records' })
    const regions = { standalone: 'us-east-1' }
    const record = { version: 1, system: 'records', suffix: 'pr123', account: elsewhere.aws.account, regions } as const
    await keepEnvironment(
      elsewhere.aws,
      elsewhere.buckets,
      { ...elsewhere.target, regions },
      { ...record, createdAt: '2026-01-01T00:00:00Z' },
    )
    await expect(
      bootstrap(it.run('bootstrap'), await it.target({ system: 'records', suffix: 'none' }), { remove: true }),
    ).rejects.toMatchObject({
      code: 'EnvironmentsLeft',
      message: expect.stringContaining('still needs the rights of records'),
    })
  })
})

describe('--remove', () => {
  const removing = async (it: Account, system: string): Promise<Report> =>
    bootstrap(it.run('bootstrap'), await it.target({ system }), { remove: true })
  const prepared = async (...systems: string[]): Promise<Account> => {
    const it = account()
    for (const system of systems) await bootstrap(it.run('bootstrap'), await it.target({ system }), { remove: false })
    return it
  }
  /** As a deploy begins: with a record in each region. */
  const recorded = async (it: Account, system: string): Promise<void> => {
    const { aws, buckets, target } = await it.target({ system })
    const record = { version: 1, system, suffix: 'pr123', account: aws.account, regions: target.regions } as const
    await keepEnvironment(aws, buckets, target, { ...record, createdAt: '2026-01-01T00:00:00Z' })
  }
  const standing = (it: Account): string[] =>
    Object.values(cloudOf(it).stacks).flatMap(({ name, region, deletedAt }) =>
      deletedAt === undefined ? [name === 'dr-bootstrap' ? region : name] : [],
    )

  test('leaves neither stacks, nor roles, nor buckets', async () => {
    const it = await prepared('transactions')
    expect(await removing(it, 'transactions')).toMatchObject({ exit: 0, verdict: 'bootstrap is removed' })
    const { resources, buckets } = cloudOf(it)
    expect([standing(it), Object.keys(buckets)]).toEqual([[], []])
    expect(Object.keys(resources).filter((key) => key.includes('AWS::IAM::Role|dr-'))).toEqual([])
  })

  test('is refused while an environment is recorded in its regions, whose records would go', async () => {
    const it = await prepared('transactions')
    await recorded(it, 'transactions')
    const before = substance(it)
    await expect(removing(it, 'transactions')).rejects.toMatchObject({
      code: 'EnvironmentsLeft',
      exit: 3,
      message: 'transactions · pr123 in us-east-1 and us-west-2 still needs it; nothing was changed',
      hint: 'first: dr destroy --system transactions --suffix pr123 --local',
    })
    expect(substance(it)).toEqual(before)
  })

  test('is refused where it would take the roles away from another system', async () => {
    const it = await prepared('transactions', 'records')
    await recorded(it, 'records')
    const before = substance(it)
    await expect(removing(it, 'transactions')).rejects.toMatchObject({
      code: 'EnvironmentsLeft',
      exit: 3,
      message: 'records · pr123 in ca-central-1 still needs the roles of us-west-2; nothing was changed',
    })
    expect(substance(it)).toEqual(before)
  })

  test('leaves alone what another system needs', async () => {
    const it = await prepared('transactions', 'records')
    await recorded(it, 'transactions')
    expect(await removing(it, 'records')).toMatchObject({ exit: 0 })
    expect(standing(it).sort()).toEqual(['dr-rights-transactions', 'us-east-1', 'us-west-2'])
  })

  test('is refused while a region does not answer, whose records nobody has seen', async () => {
    const it = copyOf(await prepared('transactions', 'records'), [{ kind: 'region-gone', region: 'ca-central-1' }])
    await expect(removing(it, 'transactions')).rejects.toMatchObject({ code: 'RegionSilent', exit: 7 })
    expect(standing(it).sort()).toEqual([
      'ca-central-1',
      'dr-rights-records',
      'dr-rights-transactions',
      'us-east-1',
      'us-west-2',
    ])
  })

  test('that took the roles along is made good by the next bootstrap of another region', async () => {
    const it = await prepared('transactions', 'records')
    await removing(it, 'transactions')
    expect(
      await bootstrap(it.run('bootstrap'), await it.target({ system: 'records' }), { remove: false }),
    ).toMatchObject({ exit: 0, verdict: 'bootstrap is complete' })
    expect(cloudOf(it).resources).toHaveProperty(['global|AWS::IAM::Role|dr-execution'])
  })
})
