import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { DrError } from '../../src/lib/core/errors.ts'
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'

const fixtures = fileURLToPath(new URL('../fixtures/templates', import.meta.url))

/** What loadSystem says once `from` in system.yaml reads `to`; without the folder. */
function refusal(from: string | RegExp, to: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dr-system-'))
  cpSync(fixtures, folder, { recursive: true })
  const file = join(folder, 'systems/ledger/system.yaml')
  const before = readFileSync(file, 'utf8')
  const after = before.replace(from, to)
  expect(after).not.toBe(before)
  writeFileSync(file, after)
  try {
    loadSystem(folder, 'ledger')
  } catch (error) {
    if (!(error instanceof DrError)) throw error
    expect(error.exit).toBe(2)
    return error.message.replaceAll(join(folder, 'systems/ledger/'), '')
  } finally {
    rmSync(folder, { recursive: true })
  }
  throw new Error('the system was accepted')
}

test('a system is read with durations in seconds and stages in the order of their needs', () => {
  const system = loadSystem(fixtures, 'ledger')
  expect(system).toMatchObject({
    name: 'ledger',
    regions: { primary: 'us-east-1', failover: 'us-west-2' },
    objectives: { rtoSeconds: 900, rpoSeconds: 30 },
    scales: { small: {}, large: { 'app.Memory': '1024' } },
  })
  expect(system.stages.map((stage) => [stage.name, stage.needs])).toEqual([
    ['base', []],
    ['app', ['base']],
    ['link', ['base']],
    ['notes', ['link']],
  ])
  const link = system.stages[2]
  expect(link?.steps).toEqual([['failover'], ['primary']])
  expect(link?.inputs['FailoverVpcId']).toEqual({ stage: 'base', role: 'failover', output: 'VpcId' })
  expect(link?.overrides).toEqual({
    primary: { PeeringConnectionId: { stage: 'link', role: 'failover', output: 'PeeringConnectionId' } },
  })
})

test('outputs of each region carry the role in their key, those of one role do not', () => {
  const base = loadSystem(fixtures, 'ledger').stages[0]
  expect(base?.outputs.map((output) => output.key)).toEqual([
    'PrimaryVpcId',
    'PrimaryKeyArn',
    'FailoverVpcId',
    'FailoverKeyArn',
    'TopicArn',
  ])
  expect(base?.outputs.at(-1)?.from).toEqual({ stage: 'base', role: 'primary', output: 'TopicArn' })
})

test('a system says where its data may be, which secrets it reads and what an account needs for it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dr-system-'))
  cpSync(fixtures, folder, { recursive: true })
  const file = join(folder, 'systems/ledger/system.yaml')
  expect(loadSystem(folder, 'ledger')).toMatchObject({ secrets: [], quotas: {} })
  expect(loadSystem(folder, 'ledger').residency).toBeUndefined()
  const more = {
    residency: { allow: ['us-*', 'ca-central-1'], because: 'the books stay in America' },
    secrets: [{ name: 'database', parameter: 'DatabaseSecretName', keys: ['username', 'password'] }],
    quotas: { large: ['1,000 concurrent executions'] },
  }
  const text = Object.entries(more).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
  writeFileSync(file, readFileSync(file, 'utf8') + text.join(''))
  expect(loadSystem(folder, 'ledger')).toMatchObject(more)
})

test('an unknown system is refused with the list of the known ones', () => {
  expect(systemNames(fixtures)).toEqual(['ledger'])
  expect(systemNames(join(fixtures, 'absent'))).toEqual([])
  expect(() => loadSystem(fixtures, 'nothing')).toThrow('there is no system "nothing"')
  try {
    loadSystem(fixtures, 'nothing')
  } catch (error) {
    expect(error).toMatchObject({ exit: 2, hint: 'pick one of: ledger' })
  }
})

test.each([
  ['an unknown key', 'needs: [link]', 'wants: [link]', /^system.yaml:24:5: unknown key "stages.3.wants"$/],
  ['a wrong type', 'title: Ledger', 'title: 7', /^system.yaml:2:1: "title": .*expected string/],
  ['a missing key', 'title: Ledger', '', /^system.yaml:1:1: "title" is missing$/],
  ['bad YAML', 'title: Ledger', 'title: [', /^system.yaml:\d+:\d+: /],
  ['a bad duration', 'rto: 15m', 'rto: soon', /^system.yaml:4:15: "objectives.rto": must be a duration/],
  ['regions that are neither form', 'failover: us-west-2 }', '}', /^system.yaml:3:1: "regions": must be either/],
  ['a number as scale value', "'1024'", '1024', /^system.yaml:8:12: .*must be a string: put quotes around it/],
  ['an unknown stage', 'base.primary.KeyArn', 'core.primary.KeyArn', /^system.yaml:12:15: .* unknown stage "core"$/],
  ['an unknown role', 'base.primary.KeyArn', 'base.standalone.KeyArn', /^system.yaml:12:15: .* does not have$/],
  ['a malformed reference', 'base.primary.KeyArn', 'base.KeyArn', /must have the form <stage>.<role>.<Output>$/],
  ['an unknown need', 'needs: [link]', 'needs: [chain]', /^system.yaml:24:13: "chain" is not a stage/],
  [
    'a circle',
    'steps: [[primary, failover]]\n    outputs',
    'steps: [[primary, failover]]\n    needs: [notes]\n    outputs',
    /^system.yaml:14:5: the stages base → notes → link → base need each other$/,
  ],
  ['a stage without template', 'name: notes', 'name: absent', /^system.yaml:22:5: the root template absent.yaml does/],
  ['two stages of one name', 'name: notes', 'name: base', /^system.yaml:22:5: there are two stages "base"/],
  ['a role in two steps', '[[failover], [primary]]', '[[failover], [failover]]', /"failover" stands in two steps/],
  ['a role without region', '[[failover], [primary]]', '[[failover], [standalone]]', /"standalone" has no region/],
  [
    'outputs of a foreign role',
    'primary: [TopicArn]',
    'standalone: [TopicArn]',
    /"standalone" is not a role of "base"/,
  ],
  ['an override from elsewhere', 'link.failover.Peer', 'base.failover.Peer', /must come from "link" itself/],
  [
    'an override from a later step',
    '[[failover], [primary]]',
    '[[primary], [failover]]',
    /"failover" is not deployed before/,
  ],
  ['an input from itself', 'base.failover.VpcId', 'link.failover.VpcId', /belongs under overrides/],
  [
    'a residency without a reason',
    'title: Ledger',
    "title: Ledger\nresidency: { allow: ['eu-*'] }",
    /^system.yaml:3:1: "residency.because" is missing$/,
  ],
  [
    'a residency that is no region',
    'title: Ledger',
    "title: Ledger\nresidency: { allow: ['*-1'], because: x }",
    /^system.yaml:3:23: .* must be a region such as/,
  ],
  [
    'two secrets of one name',
    'title: Ledger',
    'title: Ledger\nsecrets: [{ name: a, parameter: A, keys: [k] }, { name: a, parameter: B, keys: [k] }]',
    /^system.yaml:3:\d+: there are two secrets with the name "a"$/,
  ],
  [
    'another name than its folder',
    'name: ledger',
    'name: books',
    /^system.yaml:1:1: "name" is "books", but its folder/,
  ],
])('system.yaml with %s is refused with its position', (_, from, to, message) => {
  expect(refusal(from, to)).toMatch(message)
})
