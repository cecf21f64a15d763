// Requirements of the streaming system on its resolved templates.
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { packageSystem } from '../../src/lib/templates/package.ts'
import { templateSchema } from '../../src/lib/templates/tags.ts'
import { scaling } from './checks/streaming-service.ts'
import { keysOfStreaming, streaming } from './checks/streaming.ts'
import { database } from './checks/postgres.ts'
import { templateWorld } from './templates.ts'
import { all, broken, get, goesRed, one, set, type World } from './world.ts'

const world = templateWorld('streaming')
const large = templateWorld('streaming', { scale: 'large' })
const { system, templates } = world
const files = [...new Set(templates.map(({ template }) => template.file))]

for (const { ids, rule, holds } of streaming) {
  test(`${ids} ${rule}`, () => holds(world))
  test(`${ids} ${rule}, also at full scale`, () => holds(large))
}

describe('a check goes red when a template breaks its rule', () => {
  for (const check of streaming) test(`broken: ${check.ids} ${check.rule}`, () => goesRed(check, world))
})

test('STR-01 every source is YAML, and every packaged template is plain CloudFormation', async () => {
  for (const file of files) {
    expect(file).toMatch(/\.yaml$/)
    const source = readFileSync(file, 'utf8')
    expect(load(source, { schema: templateSchema }), file).toHaveProperty('Resources')
    expect(() => JSON.parse(source) as unknown, file).toThrow()
  }
  const { artifacts, stages } = await packageSystem(system)
  expect(Object.keys(stages)).toEqual(['data', 'app'])
  for (const { bytes, source } of artifacts.filter(({ key }) => key.startsWith('cfn/'))) {
    const body: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    expect(body, source).toMatchObject({ AWSTemplateFormatVersion: '2010-09-09', Resources: expect.any(Object) })
    expect(body, 'no macro').not.toHaveProperty('Transform')
  }
})

test('STR-02 the system runs in eu-central-1 and nowhere else', () => {
  expect(system.regions).toEqual({ standalone: 'eu-central-1' })
  for (const stage of system.stages) expect(stage.steps, stage.name).toEqual([['standalone']])
})

/** Readers, containers and their limits can grow. */
function canGrow(it: World): void {
  for (const service of ['ecs', 'rds']) {
    const target = scaling(it, service)
    expect(Number(get(target, 'MaxCapacity')), service).toBeGreaterThan(Number(get(target, 'MinCapacity')))
    const policies = all(it, 'AWS::ApplicationAutoScaling::ScalingPolicy')
    expect(policies.some((policy) => target.is(get(policy, 'ScalingTargetId')))).toBe(true)
  }
}

test('STR-03 readers of the database and containers grow with their load', () => {
  canGrow(world)
  canGrow(large)
  const stuck = broken(world, (copy) => set(scaling(copy, 'rds'), 'MaxCapacity', 2))
  expect(() => canGrow(stuck)).toThrow(/rds/)
})

test('STR-03 at full scale everything is larger, and the quotas that it needs are said', () => {
  const maximum = (it: World, service: string) => Number(get(scaling(it, service), 'MaxCapacity'))
  for (const service of ['ecs', 'rds']) expect(maximum(large, service)).toBeGreaterThan(maximum(world, service))
  expect(maximum(large, 'rds')).toBe(15)
  const shards = (it: World) => Number(get(one(it, 'AWS::ElastiCache::ReplicationGroup'), 'NumNodeGroups'))
  expect(shards(large)).toBeGreaterThan(shards(world))
  const rate = (it: World) =>
    Number(get(one(it, 'AWS::ApiGatewayV2::Stage'), 'DefaultRouteSettings.ThrottlingRateLimit'))
  expect(rate(large)).toBeGreaterThan(rate(world))
  expect(all(large, 'AWS::EC2::NatGateway')).toHaveLength(3)
  const quotas = system.quotas.large?.join('\n') ?? ''
  for (const word of ['API Gateway', 'Fargate', 'RDS', 'ElastiCache', 'Kinesis', 'Lambda'])
    expect(quotas).toContain(word)
})

test('STR-04 every region that the system may run in is in the European Union', () => {
  const union = ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3']
  expect(system.residency?.allow).toEqual(union)
  expect(system.residency?.because).toContain('GDPR')
})

test('STR-07 small keeps both readers and a container in reserve', () => {
  expect(Number(get(scaling(world, 'rds'), 'MinCapacity'))).toBe(2)
  expect(Number(get(scaling(world, 'ecs'), 'MinCapacity'))).toBe(2)
})

test('STR-17 with an issuer of tokens the API asks for these instead of IAM', () => {
  const open = templateWorld('streaming', {
    parameters: { JwtIssuer: 'https://issuer.test', JwtAudience: 'viewers' },
  })
  const route = one(open, 'AWS::ApiGatewayV2::Route', undefined, { RouteKey: 'ANY /{proxy+}' })
  expect(get(route, 'AuthorizationType')).toBe('JWT')
  expect(get(one(open, 'AWS::ApiGatewayV2::Authorizer'), 'JwtConfiguration')).toEqual({
    Issuer: 'https://issuer.test',
    Audience: ['viewers'],
  })
})

test('STR-17 with a certificate the way behind the API is TLS as well', () => {
  const CertificateArn = 'arn:aws:acm:eu-central-1:000000000000:certificate/1'
  const closed = templateWorld('streaming', { parameters: { CertificateArn, CertificateName: 'viewers.test' } })
  expect(get(one(closed, 'AWS::ElasticLoadBalancingV2::Listener'), 'Protocol')).toBe('HTTPS')
  for (const it of all(closed, 'AWS::ApiGatewayV2::Integration'))
    expect(get(it, 'TlsConfig.ServerNameToVerify')).toBe('viewers.test')
})

test('STR-20 the objectives are 30 minutes and 5 minutes', () => {
  expect(system.objectives).toEqual({ rtoSeconds: 30 * 60, rpoSeconds: 5 * 60 })
})

test('COMMON-32 small takes Aurora Serverless, which grows with its load, and one day of backups', () => {
  for (const it of all(world, 'AWS::RDS::DBInstance')) expect(get(it, 'DBInstanceClass')).toBe('db.serverless')
  expect(Number(get(database(world), 'BackupRetentionPeriod'))).toBe(1)
})

test('the outputs have the promised keys', () => {
  expect(system.stages.flatMap((stage) => stage.outputs.map(({ key }) => key)).sort()).toEqual(
    [...keysOfStreaming].sort(),
  )
})
