// Requirements of the transactions system on its resolved templates, both regions.
import { relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageSystem } from '../../src/lib/templates/package.ts'
import { loadTemplate } from '../../src/lib/templates/load.ts'
import { common } from './checks/common.ts'
import { objectives } from './checks/objectives.ts'
import { transactions } from './checks/transactions.ts'
import { templatesFolder, templateWorld } from './templates.ts'
import { all, get, goesRed, list, one, type Check } from './world.ts'

const world = templateWorld('transactions')
const { system, templates } = world
const checks = [...transactions, ...objectives]
const roots = templates.filter(({ path }) => path.length === 0)

for (const { ids, rule, holds } of checks) test(`${ids} ${rule}`, () => holds(world))

describe('a check goes red when a template breaks its rule', () => {
  for (const check of checks) test(`broken: ${check.ids} ${check.rule}`, () => goesRed(check, world))
})

test('TXN-01 every packaged template is JSON of a plain CloudFormation template', async () => {
  const { artifacts, stages } = await packageSystem(system)
  expect(Object.keys(stages)).toEqual(['foundation', 'data', 'app', 'dns'])
  const packaged = artifacts.filter(({ key }) => key.startsWith('cfn/'))
  // What is off by default is packaged as well.
  const used = new Set(templates.map(({ template }) => relative(templatesFolder, template.file)))
  const sources = packaged.map(({ source }) => relative(templatesFolder, source))
  expect(sources).toEqual(expect.arrayContaining([...used]))
  for (const { key, bytes, source } of packaged) {
    expect(key).toMatch(/^cfn\/[0-9a-f]{64}\.json$/)
    const body: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    expect(body, source).toMatchObject({ AWSTemplateFormatVersion: '2010-09-09', Resources: expect.any(Object) })
    expect(body, 'no macro').not.toHaveProperty('Transform')
  }
})

test('TXN-02 the system runs in us-east-1 and us-west-2, and every stage is in both', () => {
  expect(system.regions).toEqual({ primary: 'us-east-1', failover: 'us-west-2' })
  for (const stage of system.stages) expect(stage.steps.flat().sort(), stage.name).toEqual(['failover', 'primary'])
  // Passive means: the failover region owns no table and no record, it only holds copies.
  for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::Route53::HostedZone', 'AWS::Route53::RecordSet'])
    expect(all(world, type, 'failover')).toEqual([])
})

test('TXN-07 the large scale is made for 10,000 transactions a second', () => {
  const large = templateWorld('transactions', { scale: 'large' })
  const table = one(large, 'AWS::DynamoDB::GlobalTable')
  expect(Number(get(table, 'WarmThroughput.WriteUnitsPerSecond'))).toBeGreaterThanOrEqual(10_000)
  expect(get(table, 'BillingMode')).toBe('PAY_PER_REQUEST')
  for (const stage of all(large, 'AWS::ApiGatewayV2::Stage'))
    expect(Number(get(stage, 'DefaultRouteSettings.ThrottlingRateLimit'))).toBeGreaterThanOrEqual(10_000)
  for (const it of all(large, 'AWS::Lambda::Function').filter((fn) => get(fn, 'VpcConfig') !== undefined))
    expect(Number(get(it, 'ReservedConcurrentExecutions'))).toBeGreaterThanOrEqual(500)
})

test('TXN-25 nobody can ask for fewer than 100 concurrent executions', () => {
  const app = roots.find(({ stage }) => stage === 'app')
  expect(app?.template.body.Parameters?.['ReservedConcurrency']).toMatchObject({ Default: 100, MinValue: 100 })
})

test('TXN-53 on request the table is backed up every day into both regions and kept 7 days', () => {
  expect(all(world, 'AWS::Backup::BackupVault')).toEqual([])
  const backed = templateWorld('transactions', { parameters: { EnableBackup: 'true' } })
  const rule = get(one(backed, 'AWS::Backup::BackupPlan'), 'BackupPlan.BackupPlanRule.0')
  expect(get(rule, 'ScheduleExpression')).toMatch(/^cron\(\d+ \d+ \* \* \? \*\)$/)
  expect(
    [get(rule, 'Lifecycle.DeleteAfterDays'), get(rule, 'CopyActions.0.Lifecycle.DeleteAfterDays')].map(Number),
  ).toEqual([7, 7])
  const vault = one(backed, 'AWS::Backup::BackupVault', 'failover')
  expect(vault.is(get(rule, 'CopyActions.0.DestinationBackupVaultArn'))).toBe(true)
  const table = one(backed, 'AWS::DynamoDB::GlobalTable')
  const [covered] = list(one(backed, 'AWS::Backup::BackupSelection'), 'BackupSelection.Resources')
  expect(table.is(covered)).toBe(true)
})

test('TXN-56 every stage is one stack set whose root composes nested stacks', () => {
  expect(roots).toHaveLength(system.stages.length * 2)
  for (const { stage, role, resources } of roots) {
    const nested = Object.values(resources).filter(({ type }) => type === 'AWS::CloudFormation::Stack')
    expect(nested.length, `${stage} in ${role}`).toBeGreaterThanOrEqual(1)
  }
})

test('TXN-67 stages are wired by outputs that exist, never by exports', () => {
  const outputsOf = (stage: string, role: string) => roots.find((it) => it.stage === stage && it.role === role)?.outputs
  const wired = system.stages.flatMap((stage) => [
    ...Object.values(stage.inputs),
    ...Object.values(stage.overrides).flatMap((given) => Object.values(given ?? {})),
    ...stage.outputs.map(({ from }) => from),
  ])
  expect(wired.length).toBeGreaterThan(40)
  for (const { stage, role, output } of wired)
    expect(Object.keys(outputsOf(stage, role) ?? {}), `${stage}.${role}`).toContain(output)
  for (const { template } of templates) {
    const text = JSON.stringify(loadTemplate(template.file).body)
    expect(text, template.file).not.toMatch(/Fn::ImportValue|"Export"/)
  }
})

describe('TXN-66 the eight validations of the specification', () => {
  const rulesOf = (id: string): Check[] => {
    const found = [...transactions, ...common].filter(({ ids }) => ids.split(' ').includes(id))
    expect(found, `checks of ${id}`).not.toEqual([])
    return found
  }
  const hold = (id: string) => {
    for (const { holds } of rulesOf(id)) holds(world)
  }
  const services = ['DynamoDB', 'S3', 'Route53', 'Lambda', 'KMS', 'CloudWatch', 'SNS', 'IAM', 'Logs']
  const policies = templates.flatMap((it) => Object.values(it.resources))

  test('TXN-66 1: the templates synthesise without a fault', () => {
    expect(templateWorld('transactions', { suffix: 'synthesised' }).templates.length).toBe(templates.length)
  })
  test('TXN-66 2: every service is there', () => {
    expect([...new Set(world.items.map(({ type }) => type.split('::')[1]))]).toEqual(expect.arrayContaining(services))
  })
  test('TXN-66 3: names carry the suffix', () => hold('COMMON-01'))
  test('TXN-66 4: nothing is retained', () => {
    const kept = policies.filter((it) =>
      [it.deletionPolicy, it.updateReplacePolicy].some((p) => (p ?? 'Delete') !== 'Delete'),
    )
    expect(kept).toEqual([])
  })
  test('TXN-66 5: documents replicate across regions', () => hold('TXN-13'))
  test('TXN-66 6: health checks watch both regions', () => hold('TXN-19'))
  test('TXN-66 7: roles have the least privilege', () => hold('COMMON-18'))
  test('TXN-66 8: data is encrypted with customer keys', () => hold('TXN-33'))
})
