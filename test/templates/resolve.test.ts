import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/lib/core/model.ts'
import { loadSystem } from '../../src/lib/load/system.ts'
import { resolveSystem, type Fault, type ResolvedTemplate } from '../../src/lib/templates/resolve.ts'

const fixtures = fileURLToPath(new URL('../fixtures/templates', import.meta.url))
const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

function target(folder: string, changes: Partial<Target> = {}): Target {
  const system = loadSystem(folder, 'ledger')
  return { system, suffix: 'pr123', regions: system.regions, scale: 'small', parameters: {}, ...changes }
}
const resolved = resolveSystem(target(fixtures))
const find = (stage: string, role: string, path = '', all = resolved): ResolvedTemplate => {
  const found = all.find((t) => t.stage === stage && t.role === role && t.path.join('/') === path)
  if (!found) throw new Error(`no ${stage}.${role}/${path}`)
  return found
}

/** All faults after one change to one file of the fixture. */
function faults(file: string, from: string, to: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'dr-resolve-'))
  folders.push(folder)
  cpSync(fixtures, folder, { recursive: true })
  const path = join(folder, file)
  const before = readFileSync(path, 'utf8')
  expect(before).toContain(from)
  writeFileSync(path, before.replace(from, to))
  const found: Fault[] = []
  resolveSystem(target(folder), (fault) => found.push(fault))
  const text = ({ kind, position: { file: at, line }, message }: Fault): string =>
    `${kind} ${at.slice(folder.length + 1)}:${line}: ${message}`
  return [...new Set(found.map(text))]
}

test('each stage and role has its templates, parents before the stacks they nest', () => {
  expect(resolved.map((t) => [t.stage, t.role, t.region, t.path.join('/')].join(' ').trim())).toEqual([
    'base primary us-east-1',
    'base primary us-east-1 Network',
    'base primary us-east-1 Store',
    'base failover us-west-2',
    'base failover us-west-2 Network',
    'base failover us-west-2 Store',
    'app primary us-east-1',
    'app primary us-east-1 Writer',
    'app primary us-east-1 Api',
    'app failover us-west-2',
    'app failover us-west-2 Writer',
    'app failover us-west-2 Api',
    'link failover us-west-2',
    'link failover us-west-2 Peering',
    'link primary us-east-1',
    'link primary us-east-1 Peering',
    'notes primary us-east-1',
    'notes primary us-east-1 Note',
  ])
})

test('a region sees its own side of conditions', () => {
  expect(find('base', 'primary', 'Network').resources['Vpc']?.properties['CidrBlock']).toBe('10.0.0.0/16')
  expect(find('base', 'failover', 'Network').resources['Vpc']?.properties['CidrBlock']).toBe('10.1.0.0/16')
  expect(find('base', 'failover', 'Network').resources['SubnetA']?.properties).toMatchObject({
    CidrBlock: '10.1.0.0/24',
    AvailabilityZone: 'us-west-2a',
  })
})

test('what only creation tells says where it comes from, through nested stacks and stages', () => {
  const { outputs } = find('base', 'primary')
  expect(outputs['VpcId']).toBe('«base.primary/Network/Vpc»')
  expect(outputs['KeyArn']).toBe('«base.primary/Network/Key.Arn»')
  expect(find('link', 'failover').parameters).toMatchObject({
    PrimaryVpcId: '«base.primary/Network/Vpc»',
    FailoverVpcId: '«base.failover/Network/Vpc»',
  })
})

test('a value born inside a stage reaches only the role it is for', () => {
  expect(find('link', 'failover').parameters['PeeringConnectionId']).toBe('')
  expect(find('link', 'primary').parameters['PeeringConnectionId']).toBe('«link.failover/Peering/Peering»')
  expect(Object.keys(find('link', 'primary', 'Peering').resources)).toEqual(['Marker'])
})

test('what follows from a name is resolved truly, so that policies can be checked', () => {
  expect(find('base', 'failover').outputs['TopicArn']).toBe('arn:aws:sns:us-west-2:000000000000:ledger-alerts-pr123')
  const { resources, outputs } = find('app', 'primary', 'Writer')
  expect(outputs['FunctionArn']).toBe('arn:aws:lambda:us-east-1:000000000000:function:ledger-writer-pr123')
  expect(resources['Writer']?.properties['Role']).toBe(
    'arn:aws:iam::000000000000:role/dr/ledger-writer-us-east-1-pr123',
  )
  expect(JSON.stringify(resources['Role']?.properties['Policies'])).toContain(
    'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/ledger-writer-pr123:*',
  )
})

test('a resource carries its position and what it waits for', () => {
  const writer = find('app', 'primary', 'Writer').resources['Writer']
  expect(writer?.position).toMatchObject({ file: expect.stringMatching(/compute\/writer\.yaml$/), column: 3 })
  expect(writer?.dependsOn).toEqual(['Log', 'Role', 'Group'])
})

describe('parameters', () => {
  const memory = (changes: Partial<Target>): unknown =>
    find('app', 'primary', '', resolveSystem(target(fixtures, changes))).parameters['Memory']

  test('the user wins over the scale, the scale over the default', () => {
    expect(memory({})).toBe('512')
    expect(memory({ scale: 'large' })).toBe('1024')
    expect(memory({ scale: 'large', parameters: { Memory: '2048' } })).toBe('2048')
    expect(memory({ parameters: { Memory: '2048', 'app.Memory': '256' } })).toBe('256')
  })

  test('dr gives every root that declares them suffix, system and regions', () => {
    expect(find('base', 'failover').parameters).toMatchObject({
      EnvironmentSuffix: 'pr123',
      System: 'ledger',
      PrimaryRegion: 'us-east-1',
      FailoverRegion: 'us-west-2',
    })
    expect(find('notes', 'primary').parameters).toEqual({ EnvironmentSuffix: 'pr123', Text: 'kept' })
  })

  test.each([
    [
      'nobody declares',
      { Colour: 'red' },
      /parameter Colour: no stage declares it; there are PermissionsBoundary, app\.Memory, app\.Text, notes\.Text/,
    ],
    [
      'several stages declare',
      { Text: 'x' },
      /parameter Text: several stages have it, choose app\.Text or notes\.Text/,
    ],
    ['another stage gives', { KeyArn: 'x' }, /parameter KeyArn: it comes from another stage/],
    [
      'another stage gives, with its stage',
      { 'app.KeyArn': 'x' },
      /parameter app\.KeyArn: it comes from another stage/,
    ],
    ['the stage itself gives', { PeeringConnectionId: 'x' }, /parameter PeeringConnectionId: it comes from another/],
    ['dr gives', { EnvironmentSuffix: 'x' }, /parameter EnvironmentSuffix: dr gives it itself/],
    ['an unknown stage has', { 'shop.Text': 'x' }, /parameter shop\.Text: there is no stage shop/],
    ['that stage lacks', { 'base.Text': 'x' }, /parameter base\.Text: no stage declares it/],
  ])('a parameter that %s is refused with what there is', (_, parameters, message) => {
    const run = (): unknown => resolveSystem(target(fixtures, { parameters }))
    expect(run).toThrow(message)
    expect(run).toThrow(expect.objectContaining({ exit: 2 }))
  })
})

describe('what CloudFormation would refuse is found with file and line', () => {
  const base = 'systems/ledger/base.yaml'
  test.each([
    [
      'a reference to nothing',
      'network/vpc.yaml',
      'Value: !Ref Vpc',
      'Value: !Ref Lost',
      /^value network\/vpc\.yaml:\d+: .*\[Lost\]/,
    ],
    [
      'an absent nested output',
      base,
      'Network.Outputs.VpcId',
      'Network.Outputs.Lost',
      /^output .*base\.yaml:\d+: Network has no output Lost in us-/,
    ],
    [
      'a nested parameter too many',
      base,
      '        Cidr:',
      '        Lost: x\n        Cidr:',
      /^parameter .*base\.yaml:\d+: Network: its template has no parameter Lost/,
    ],
    [
      'a nested parameter too few',
      base,
      'Cidr: !If',
      'System: !If',
      /^parameter .*base\.yaml:\d+: Network: .*(no parameter System|gets no value for the parameter Cidr)/,
    ],
    [
      'an input without output',
      'systems/ledger/system.yaml',
      'base.primary.KeyArn',
      'base.primary.Lost',
      /^output .*system\.yaml:12: the stage base has no output Lost/,
    ],
    [
      'an input without parameter',
      'systems/ledger/system.yaml',
      'VpcId: base.primary.VpcId }',
      'Lost: base.primary.VpcId }',
      /^parameter .*(system\.yaml:12: app\.yaml has no parameter Lost|gets no value for its parameter VpcId)/,
    ],
    [
      'an output key without output',
      'systems/ledger/system.yaml',
      'primary: [TopicArn]',
      'primary: [Lost]',
      /^output .*system\.yaml:\d+: the stage base has no output Lost/,
    ],
    [
      'a root parameter without value',
      'systems/ledger/notes.yaml',
      ', Default: kept',
      '',
      /^parameter .*notes\.yaml:\d+: the stage notes gets no value for its parameter Text/,
    ],
    [
      'a forbidden value',
      'systems/ledger/system.yaml',
      'small: {}',
      "small: { app.Memory: '1' }",
      /^value .*app\.yaml:\d+: .*'Memory' must be at least 128/,
    ],
  ])('%s', (_, file, from, to, message) => {
    const found = faults(file, from, to)
    expect(found.length).toBeGreaterThan(0)
    for (const fault of found) expect(fault).toMatch(message)
  })

  test('without a listener the first fault stops', () => {
    const system = loadSystem(fixtures, 'ledger')
    const stages = system.stages.map((stage) => ({ ...stage, inputs: {} }))
    expect(() => resolveSystem(target(fixtures, { system: { ...system, stages } }))).toThrow(
      /app\.yaml:\d+:\d+: the stage app gets no value for its parameter KeyArn/,
    )
  })
})
