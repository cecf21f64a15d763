// The shared conventions on the resolved templates of every system that exists, and on their sources.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadTemplate } from '../../src/lib/templates/load.ts'
import type { ResolvedResource, ResolvedTemplate } from '../../src/lib/templates/resolve.ts'
import { validate } from '../../src/lib/load/validate.ts'
import { common } from './checks/common.ts'
import { nameOf } from './names.ts'
import { builtSystems, templatesFolder, templateWorld } from './templates.ts'
import { get, goesRed } from './world.ts'

const resourcesOf = (templates: ResolvedTemplate[]): ResolvedResource[] =>
  templates.flatMap(({ resources }) => Object.values(resources))

/** Whether a stack's deletion would leave something behind. */
const survives = ({ type, deletionPolicy, updateReplacePolicy }: ResolvedResource): boolean => {
  const policies = [deletionPolicy, updateReplacePolicy]
  // Without a policy RDS keeps a snapshot, so there the policy must be written.
  const database = ['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance'].includes(type)
  return policies.some((policy) => (database ? policy !== 'Delete' : (policy ?? 'Delete') !== 'Delete'))
}

describe.each(builtSystems())('%s', (name) => {
  const world = templateWorld(name)
  const { system, templates } = world
  const files = [...new Set(templates.map(({ template }) => template.file))]
  // As loaded: without comments, in which an example may be spelled out.
  const bodies = files.map((file) => ({ file, text: JSON.stringify(loadTemplate(file).body) }))

  for (const { ids, rule, holds } of common) test(`${ids} ${rule}`, () => holds(world))
  for (const check of common) test(`broken: ${check.ids} ${check.rule}`, () => goesRed(check, world))

  test('COMMON-03 two suffixes share no name', () => {
    const names = (suffix: string) => {
      const { items } = templateWorld(name, { suffix })
      return items.map((item) => nameOf(item)).filter((it) => it !== undefined)
    }
    const [mine, other] = [names('pr123'), new Set(names('pr124'))]
    expect(mine.length).toBeGreaterThan(20)
    expect(mine.filter((it) => other.has(it))).toEqual([])
  })

  test('COMMON-03 COMMON-26 no template exports a name', () => {
    for (const { template } of templates)
      for (const [id, output] of Object.entries(template.body.Outputs ?? {}))
        expect(output, `${template.file} ${id}`).not.toHaveProperty('Export')
  })

  test('COMMON-04 COMMON-05 no policy lets a resource survive its stack', () => {
    const resources = resourcesOf(templates)
    expect(resources.filter(survives).map(({ logicalId }) => logicalId)).toEqual([])
    const [first] = resources
    expect(survives({ ...first!, deletionPolicy: 'Retain' })).toBe(true)
    expect(survives({ ...first!, deletionPolicy: 'RetainExceptOnCreate' })).toBe(true)
    expect(survives({ ...first!, updateReplacePolicy: 'Snapshot' })).toBe(true)
    expect(survives({ ...first!, type: 'AWS::RDS::DBCluster', deletionPolicy: undefined })).toBe(true)
  })

  test('COMMON-11 no account id and no partition is written down', () => {
    const literal = /(?<![0-9a-f])\d{12}(?![0-9a-f])|arn:aws[a-z-]*:/
    for (const { file, text } of bodies) expect(text, file).not.toMatch(literal)
    expect('arn:aws:s3:::documents').toMatch(literal)
    expect('topic of 123456789012').toMatch(literal)
  })

  test('COMMON-12 no region is written down', () => {
    const literal = /\b(us|eu|ap|ca|sa|me|af|il|mx|cn|us-gov)-(north|south|east|west|central)[a-z]*-\d\b/
    for (const { file, text } of bodies) expect(text, file).not.toMatch(literal)
    expect('in us-east-1 only').toMatch(literal)
  })

  test('COMMON-12 other regions than the default ones leave no trace of these', () => {
    const { failover } = system.regions
    const chosen = failover ? { primary: 'eu-west-1', failover: 'eu-central-1' } : { standalone: 'eu-west-1' }
    const elsewhere = JSON.stringify(templateWorld(name, { regions: chosen }).items)
    // Route 53 publishes its metrics in one region only, whatever the system's regions are.
    for (const region of Object.values(system.regions)) expect(elsewhere).not.toContain(region)
    expect(elsewhere).toContain('eu-west-1')
  })

  test('COMMON-21 roots only compose nested stacks and dashboards', () => {
    const roots = templates.filter(({ path }) => path.length === 0)
    const types = new Set(resourcesOf(roots).map(({ type }) => type))
    types.delete('AWS::CloudFormation::Stack')
    types.delete('AWS::CloudWatch::Dashboard')
    expect([...types]).toEqual([])
    const folders = files
      .filter((file) => !file.includes('/systems/'))
      .map((file) => /\/cfn\/([^/]+)\//.exec(file)?.[1])
    const concerns = ['network', 'data', 'cache', 'compute', 'dns', 'security', 'observability', 'recovery']
    for (const folder of folders) expect(concerns).toContain(folder)
  })

  test('COMMON-22 every template is resolved in a region of the system', () => {
    const regions = new Set(templates.map(({ region }) => region))
    expect([...regions].sort()).toEqual(Object.values(system.regions).sort())
  })

  test('COMMON-23 every template of every stage synthesises for every role', () => {
    const seen = new Set(templates.filter(({ path }) => path.length === 0).map((it) => `${it.stage}.${it.role}`))
    const wanted = system.stages.flatMap((stage) => stage.steps.flat().map((role) => `${stage.name}.${role}`))
    expect([...seen].sort()).toEqual(wanted.sort())
    for (const { resources, path } of templates) expect(Object.keys(resources), path.join('/')).not.toEqual([])
  })

  test('COMMON-23 dr validate finds no error, neither by rules nor by the schemas of AWS', async () => {
    const findings = await validate(world.target)
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  test('COMMON-25 a log group comes before its writer and a destination before its filter', () => {
    const pairs = templates.flatMap(({ resources }) =>
      Object.values(resources).flatMap((it) => needed(it.type).map((types) => ({ it, types, resources }))),
    )
    expect(pairs.length).toBeGreaterThan(0)
    for (const { it, types, resources } of pairs) {
      const before = it.dependsOn.filter((id) => types.includes(resources[id]?.type ?? ''))
      expect(before, `${it.logicalId} waits for ${types.join(' or ')}`).not.toEqual([])
    }
    expect(needed('AWS::Lambda::Function')).toEqual([['AWS::Logs::LogGroup']])
  })

  test('COMMON-26 every ARN is built from pseudo parameters or attributes', () => {
    const literal = /arn:(?!\$\{AWS::Partition\})[a-z]/
    for (const { file, text } of bodies) expect(text, file).not.toMatch(literal)
    expect('arn:aws:s3:::documents').toMatch(literal)
  })

  test('COMMON-27 the templates say that GuardDuty is enabled by hand', () => {
    const comments = templates.map(({ template }) => get(template.body as never, 'Metadata.Comment'))
    expect(comments).toContain('GuardDuty should be enabled manually at account level')
  })

  test('COMMON-28 a role for AWS Config uses service-role/AWS_ConfigRole', () => {
    const wrong = /(?<!service-role\/)AWS_?ConfigRole/
    for (const { file, text } of bodies) expect(text, file).not.toMatch(wrong)
    expect('policy/AWSConfigRole').toMatch(wrong)
    expect('policy/service-role/AWS_ConfigRole').not.toMatch(wrong)
  })

  test('COMMON-32 a database is cheap unless a requirement says otherwise', () => {
    const clusters = world.items.filter(({ type }) => type.startsWith('AWS::RDS::DB'))
    for (const it of clusters.filter((cluster) => get(cluster, 'BackupRetentionPeriod') !== undefined))
      expect(Number(get(it, 'BackupRetentionPeriod')), it.name).toBe(name === 'payments' ? 3 : 1)
    // The transactions system keeps its data in tables and buckets: the cheapest database is none.
    if (name === 'transactions') expect(clusters).toEqual([])
  })
})

/** What must exist before a resource of a type: of each list one. */
function needed(type: string): string[][] {
  const before: Record<string, string[][]> = {
    'AWS::Lambda::Function': [['AWS::Logs::LogGroup']],
    'AWS::EC2::FlowLog': [['AWS::Logs::LogGroup']],
    // A filter sends to a destination, or to a function that lets it.
    'AWS::Logs::SubscriptionFilter': [['AWS::Logs::Destination', 'AWS::Lambda::Permission']],
    'AWS::SecretsManager::RotationSchedule': [
      ['AWS::Lambda::Permission'],
      ['AWS::SecretsManager::SecretTargetAttachment'],
    ],
  }
  return before[type] ?? []
}

test('COMMON-29 functions use version 3 of the AWS SDK', () => {
  const old = /(from|require\(|import\() ?['"]aws-sdk['"/]/
  const folder = join(templatesFolder, 'functions')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  expect(sources.length).toBeGreaterThan(0)
  for (const file of sources) expect(readFileSync(join(folder, file), 'utf8'), file).not.toMatch(old)
  expect("const aws = require('aws-sdk')").toMatch(old)
  expect("import { S3 } from 'aws-sdk'").toMatch(old)
  expect("import { S3Client } from '@aws-sdk/client-s3'").not.toMatch(old)
})
