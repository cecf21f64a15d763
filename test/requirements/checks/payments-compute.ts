// Function, events, traces and the role of recovery of the payments system.
import { expect } from 'vitest'
import { all, get, list, meant, one, output, peer, set, sides, text, texts } from '../world.ts'
import type { Check, Item, Side, World } from '../world.ts'
import { allows, statements, trust } from '../policies.ts'

export const processor = (world: World, side: Side): Item =>
  one(world, 'AWS::Lambda::Function', side, { FunctionName: `payments-processor-${world.suffix}` })
const role = (world: World, side: Side): Item => meant(world, 'AWS::IAM::Role', get(processor(world, side), 'Role'))
const bus = (world: World, side: Side): Item => one(world, 'AWS::Events::EventBus', side)
const copy = (world: World, side: Side): Item =>
  one(world, 'AWS::Events::Rule', side, { Name: `payments-copy-events-${world.suffix}` })
const endpoint = (world: World): Item => one(world, 'AWS::Events::Endpoint')
const automation = (world: World): Item =>
  one(world, 'AWS::IAM::Role', undefined, { RoleName: `payments-dr-automation-${world.suffix}` })

/** A folder in the templates, the content's hash where it is deployed; buckets differ by region. */
const code = (item: Item) => get(item, 'Code.S3Key') ?? get(item, 'Code')

export const paymentsCompute: Check[] = [
  {
    ids: 'PAY-06',
    rule: 'both regions run the same code with 1 GB behind an API',
    holds: (world) => {
      expect(code(processor(world, 'primary'))).toEqual(code(processor(world, 'failover')))
      for (const side of sides) {
        expect(Number(get(processor(world, side), 'MemorySize'))).toBe(1024)
        const api = one(world, 'AWS::ApiGatewayV2::Integration', side)
        expect(processor(world, side).is(get(api, 'IntegrationUri'))).toBe(true)
      }
    },
    breaks: (world) => set(processor(world, 'failover'), 'MemorySize', '512'),
  },
  {
    ids: 'PAY-20',
    rule: 'functions are configured alike; only role, key and the bucket of the code are those of the region',
    holds: (world) => {
      const alike = (side: Side) => {
        const { Role: _, KmsKeyArn: key, Code: __, Tags: ___, ...rest } = processor(world, side).properties
        expect(key).toBe(output(world, side, 'KeyArn'))
        return rest
      }
      expect(alike('primary')).toEqual(alike('failover'))
      const variables = get(processor(world, 'primary'), 'Environment.Variables')
      expect(Object.keys(variables as object).length).toBeGreaterThanOrEqual(4)
      for (const region of Object.values(world.regions)) expect(JSON.stringify(variables)).not.toContain(region)
    },
    breaks: (world) => set(processor(world, 'failover'), 'Environment.Variables.DATABASE_NAME', 'another'),
  },
  {
    ids: 'PAY-20',
    rule: 'its role may use the database, secret, table and bus of its own region and nothing else',
    holds: (world) => {
      for (const side of sides) {
        const at = `${world.regions[side]}:${world.account}`
        const secret = `arn:aws:secretsmanager:${at}:secret:dr/payments/${world.suffix}/database-??????`
        expect(allows(role(world, side), 'rds-data:ExecuteStatement')).toEqual([output(world, side, 'ClusterArn')])
        expect(allows(role(world, side), 'secretsmanager:GetSecretValue')).toEqual([secret])
        expect(allows(role(world, side), 'events:PutEvents')).toEqual([
          `arn:aws:events:${at}:event-bus/payments-events-${world.suffix}`,
        ])
        expect(allows(role(world, side), 'dynamodb:PutItem')).toEqual([
          `arn:aws:dynamodb:${at}:table/payments-sessions-${world.suffix}`,
        ])
        for (const action of statements(role(world, side)).flatMap((it) => texts(it, 'Action')))
          expect(action).not.toContain('*')
      }
    },
    breaks: (world) => set(role(world, 'primary'), 'Policies.0.PolicyDocument.Statement.0.Action', 'rds-data:*'),
  },
  {
    ids: 'PAY-08',
    rule: 'each region copies its own critical events to the bus of the same name in the other, and keeps what it cannot',
    holds: (world) => {
      for (const side of sides) {
        expect(get(bus(world, side), 'Name')).toBe(`payments-events-${world.suffix}`)
        expect(bus(world, side).is(output(world, side, 'EventBusArn'))).toBe(true)
        expect(get(copy(world, side), 'State')).toBe('ENABLED')
        // Without the region a copied event would be copied back.
        expect(get(copy(world, side), 'EventPattern')).toEqual({
          region: [world.regions[side]],
          detail: { critical: [true] },
        })
        const [target, ...more] = list(copy(world, side), 'Targets')
        expect(more).toEqual([])
        expect(get(target, 'Arn')).toBe(output(world, peer(side), 'EventBusArn'))
        const copier = meant(world, 'AWS::IAM::Role', get(target, 'RoleArn'))
        expect(allows(copier, 'events:PutEvents')).toEqual([output(world, peer(side), 'EventBusArn')])
        const queue = meant(world, 'AWS::SQS::Queue', get(target, 'DeadLetterConfig.Arn'), side)
        expect(get(queue, 'KmsMasterKeyId')).toBe(output(world, side, 'KeyArn'))
      }
    },
    breaks: (world) => set(copy(world, 'failover'), 'EventPattern.region', [world.regions.primary]),
  },
  {
    ids: 'PAY-08',
    rule: 'EventBridge may put into the queue what it could not copy, and use the key under which that lies',
    holds: (world) => {
      for (const side of sides) {
        const policy = one(world, 'AWS::SQS::QueuePolicy', side)
        expect(list(policy, 'PolicyDocument.Statement')).toContainEqual(
          expect.objectContaining({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } }),
        )
        const users = list(one(world, 'AWS::KMS::Key', side), 'KeyPolicy.Statement').flatMap((it) =>
          texts(it, 'Principal.Service'),
        )
        expect(users).toContain('events.amazonaws.com')
      }
    },
    breaks: (world) => set(one(world, 'AWS::SQS::QueuePolicy', 'failover'), 'PolicyDocument.Statement', []),
  },
  {
    ids: 'PAY-21',
    rule: 'one endpoint leads to the buses of both regions by the health of the primary, and replicates',
    holds: (world) => {
      expect(endpoint(world).side).toBe('primary')
      expect(list(endpoint(world), 'EventBuses').map((it) => get(it, 'EventBusArn'))).toEqual(
        sides.map((side) => output(world, side, 'EventBusArn')),
      )
      expect(get(endpoint(world), 'ReplicationConfig.State')).toBe('ENABLED')
      const config = get(endpoint(world), 'RoutingConfig.FailoverConfig')
      expect(text(config, 'Primary.HealthCheck')).toBe(
        `arn:aws:route53:::healthcheck/${world.outputs.PrimaryHealthCheckId}`,
      )
      expect(get(config, 'Secondary.Route')).toBe(world.regions.failover)
      meant(world, 'AWS::IAM::Role', get(endpoint(world), 'RoleArn'))
      expect(world.outputs.EventEndpointUrl).toMatch(/\S/)
    },
    breaks: (world) => set(endpoint(world), 'ReplicationConfig.State', 'DISABLED'),
  },
  {
    ids: 'PAY-11',
    rule: 'one role moves the writer, assumed by automation of either region and never by what faces the outside',
    holds: (world) => {
      expect(automation(world).is(world.outputs.DrAutomationRoleArn)).toBe(true)
      const [service, roles, ...more] = trust(automation(world))
      expect(more).toEqual([])
      expect(get(service, 'Principal')).toEqual({ Service: 'ssm.amazonaws.com' })
      const who = texts(roles, 'Condition.ArnEquals.aws:PrincipalArn')
      for (const region of Object.values(world.regions)) {
        expect(JSON.stringify(get(service, 'Condition'))).toContain(`:${region}:`)
        expect(who.filter((it) => it.includes(`-${region}-`)).length).toBeGreaterThanOrEqual(1)
      }
      for (const side of sides) expect(who).not.toContain(get(processor(world, side), 'Role'))
      expect(allows(automation(world), 'rds:FailoverGlobalCluster')).toContain(
        `arn:aws:rds::${world.account}:global-cluster:payments-global-${world.suffix}`,
      )
    },
    breaks: (world) =>
      set(automation(world), 'AssumeRolePolicyDocument.Statement.1.Condition', {
        ArnEquals: { 'aws:PrincipalArn': [get(processor(world, 'primary'), 'Role') ?? ''] },
      }),
  },
]

/** Optional rows: what a parameter adds. */
export const traced: Check = {
  ids: 'PAY-16',
  rule: 'requests are traced in both regions, and found as one group',
  holds: (world) => {
    for (const side of sides) {
      expect(get(processor(world, side), 'TracingConfig.Mode')).toBe('Active')
      expect(allows(role(world, side), 'xray:PutTraceSegments')).toEqual(['*'])
      expect(text(one(world, 'AWS::XRay::Group', side), 'FilterExpression')).toContain(
        `payments-processor-${world.suffix}`,
      )
    }
    expect(all(world, 'AWS::XRay::Group')).toHaveLength(2)
  },
  breaks: (world) => set(processor(world, 'failover'), 'TracingConfig.Mode', 'PassThrough'),
}
