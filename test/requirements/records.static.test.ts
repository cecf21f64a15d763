// Requirements of the student records system on its resolved templates.
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import type { Value } from '../../src/lib/core/model.ts'
import { templateSchema } from '../../src/lib/templates/tags.ts'
import { packageSystem } from '../../src/lib/templates/package.ts'
import { database, portsOf, zonesOf } from './checks/postgres.ts'
import { keysOfRecords, records } from './checks/records.ts'
import { templateWorld } from './templates.ts'
import { all, get, goesRed, one } from './world.ts'

const world = templateWorld('records')
const { system, templates } = world
const files = [...new Set(templates.map(({ template }) => template.file))]

for (const { ids, rule, holds } of records) test(`${ids} ${rule}`, () => holds(world))

describe('a check goes red when a template breaks its rule', () => {
  for (const check of records) test(`broken: ${check.ids} ${check.rule}`, () => goesRed(check, world))
})

test('REC-01 every packaged template is a plain CloudFormation template', async () => {
  const { artifacts, stages } = await packageSystem(system)
  expect(Object.keys(stages)).toEqual(['data'])
  const packaged = artifacts.filter(({ key }) => key.startsWith('cfn/'))
  expect(packaged.map(({ source }) => source)).toEqual(expect.arrayContaining(files))
  for (const { bytes, source } of packaged) {
    const body: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    expect(body, source).toMatchObject({ AWSTemplateFormatVersion: '2010-09-09', Resources: expect.any(Object) })
    expect(body, 'no macro').not.toHaveProperty('Transform')
  }
})

test('REC-02 every source is YAML, and not JSON that YAML takes as well', () => {
  for (const file of files) {
    expect(file).toMatch(/\.yaml$/)
    const source = readFileSync(file, 'utf8')
    expect(load(source, { schema: templateSchema }), file).toHaveProperty('Resources')
    expect(() => JSON.parse(source) as unknown, file).toThrow()
  }
})

test('REC-03 the system runs in ca-central-1 and nowhere else', () => {
  expect(system.regions).toEqual({ standalone: 'ca-central-1' })
  for (const stage of system.stages) expect(stage.steps, stage.name).toEqual([['standalone']])
})

test('REC-05 a drill has an objective to be measured by', () => {
  expect(system.objectives).toEqual({ rtoSeconds: 15 * 60, rpoSeconds: 5 * 60 })
})

test('REC-06 campuses that are named reach database and cache, each by the port of the tier', () => {
  const campuses = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24']
  const open = templateWorld('records', { parameters: { CampusCidrs: campuses.join(',') } })
  for (const cidr of campuses) {
    const ports = portsOf(open).flatMap((rule) => (rule.cidr === cidr ? rule.port : []))
    expect(ports.sort(), cidr).toEqual([5432, 6379])
  }
})

test('REC-06 a list of campuses that lets the world in, or is none, is refused', () => {
  const root = templates.find(({ path }) => path.length === 0)?.template.body
  const pattern = get(root?.Parameters?.['CampusCidrs'] as Value, 'AllowedPattern')
  expect(pattern).toBeTypeOf('string')
  const isAllowed = (value: string) => new RegExp(pattern as string).test(value)
  for (const good of ['', '192.0.2.0/24', '192.0.2.0/24,10.0.0.0/8']) expect(isAllowed(good), good).toBe(true)
  for (const bad of ['0.0.0.0/0', '192.0.2.0/24,0.0.0.0/0', 'campus', '192.0.2.0/24,'])
    expect(isAllowed(bad), bad).toBe(false)
})

test('REC-07 two standbys take reads, and the large scale is larger in every respect', () => {
  const [small, large] = [database(world), database(templateWorld('records', { scale: 'large' }))]
  for (const property of ['AllocatedStorage', 'Iops'])
    expect(Number(get(large, property)), property).toBeGreaterThan(Number(get(small, property)))
  expect(get(large, 'DBClusterInstanceClass')).not.toBe(get(small, 'DBClusterInstanceClass'))
  expect(all(world, 'AWS::CloudWatch::Alarm').length).toBeGreaterThan(10)
})

test('REC-11 for cheap runs the database is a Multi-AZ instance instead, never both and never neither', () => {
  const cheap = templateWorld('records', {
    parameters: { DatabaseTopology: 'instance', InstanceClass: 'db.t4g.medium' },
  })
  expect(all(cheap, 'AWS::RDS::DBCluster')).toEqual([])
  expect(get(one(cheap, 'AWS::RDS::DBInstance'), 'MultiAZ')).toBe(true)
  expect(new Set(zonesOf(cheap)).size).toBeGreaterThanOrEqual(2)
})

test('COMMON-25 the log group of the database is made before it and deleted after it', () => {
  const nested = templates.find(({ path }) => path.join('/') === 'Database')
  expect(nested?.resources['Cluster']?.dependsOn).toContain('LogGroup')
})

test('REC-09 the outputs have the promised keys', () => {
  expect(system.stages.flatMap((stage) => stage.outputs.map(({ key }) => key)).sort()).toEqual(
    [...keysOfRecords].sort(),
  )
})
