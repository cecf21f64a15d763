// StackSets works only where the roles of bootstrap trust it: the trust policies are read from the simulated account.
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { knownCause } from '../../src/lib/advice/advice.ts'
import type { Report } from '../../src/lib/core/events.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { type Account, account, inEmptyFolder } from '../cloud.ts'

beforeEach(inEmptyFolder)

/** A small system in a region that accounts must switch on, as citizen is. */
const templates = mkdtempSync(join(tmpdir(), 'dr-opt-in-'))
cpSync('test/fixtures/miniature', templates, { recursive: true })
cpSync('cfn/bootstrap.yaml', join(templates, 'bootstrap.yaml'))
const flags = { system: 'miniature', templates, primary: 'eu-central-2', failover: 'eu-west-1' }

const deploying = async (it: Account): Promise<Report> => deploy(it.run('deploy'), await it.target(flags))

/** Changes the trust policy of a role, as text. */
const retrust = (it: Account, role: string, edit: (text: string) => string): void =>
  it.simulator.change(({ resources }) => {
    const { properties = {} } = resources[`global|AWS::IAM::Role|${role}`] ?? {}
    const before = JSON.stringify(properties['AssumeRolePolicyDocument'])
    expect(edit(before)).not.toBe(before)
    properties['AssumeRolePolicyDocument'] = JSON.parse(edit(before)) as never
  })

test('deploys to an opt-in region', async () => {
  expect(await deploying(account())).toMatchObject({ exit: 0, causes: [] })
}, 60_000)

test('fails there by its cause without the principal of that region, and the advice names it', async () => {
  const it = account()
  expect(await deploying(it)).toMatchObject({ exit: 0 })
  retrust(it, 'dr-administration', (text) => text.replace(',"cloudformation.eu-central-2.amazonaws.com"', ''))
  const changed = { ...flags, parameter: ['link.Retention=30'] }
  const { exit, causes } = await deploy(it.run('deploy'), await it.target(changed))
  expect(exit).toBe(4)
  expect(causes[0]).toMatchObject({
    region: 'eu-central-2',
    reason: "Account ····0000 should have 'dr-administration' role with trust relationship to CloudFormation service.",
  })
  expect(causes[0] && knownCause(causes[0])?.next).toContain('cloudformation.{region}.amazonaws.com')
}, 60_000)

test.each([
  ['the service', 'dr-administration', 'cloudformation.amazonaws.com', 'states.amazonaws.com'],
  ['its own stack sets', 'dr-administration', 'stackset/dr-*', 'stackset/other-*'],
  ['the role of stack sets', 'dr-execution', 'role/dr-administration', 'role/other'],
])(
  'fails where a role does not trust %s',
  async (_, role, from, to) => {
    const it = account()
    expect(await deploying(it)).toMatchObject({ exit: 0 })
    retrust(it, role, (text) => text.replace(from, to))
    const changed = { ...flags, parameter: ['link.Retention=30'] }
    const { exit, causes } = await deploy(it.run('deploy'), await it.target(changed))
    expect(exit).toBe(4)
    expect(causes[0]?.reason).toContain(`should have '${role}' role with trust relationship to`)
  },
  60_000,
)
