// Networks, names and dashboards of the payments system.
import { expect } from 'vitest'
import type { Value } from '../../../src/lib/core/model.ts'
import { all, get, list, meant, one, output, remove, set, sides, text } from '../world.ts'
import { asked, type Check, type Item, type Side, type World } from '../world.ts'
import { dns } from './dns.ts'
import { network } from './network.ts'
import { objectives } from './objectives.ts'
import { alarms, expectOne } from './watching.ts'

const subnets = (world: World, side: Side): Item[] =>
  output(world, side, 'PrivateSubnetIds')
    .split(',')
    .map((id) => meant(world, 'AWS::EC2::Subnet', id, side))

const dashboard = (world: World, side: Side): Item =>
  one(world, 'AWS::CloudWatch::Dashboard', side, {
    DashboardName: `payments-${world.regions[side]}-${world.suffix}`,
  })
const widgets = (world: World, side: Side): Value[] =>
  list(JSON.parse(text(dashboard(world, side), 'DashboardBody')) as Value, 'widgets')

const failoverTest = (world: World, side: Side): Item =>
  one(world, 'AWS::SSM::Document', side, { Name: world.outputs['FailoverTestDocument'] ?? '' })

export const paymentsNames: Check[] = [
  {
    ids: 'PAY-26',
    rule: 'in each region a document turns the health check round, waits for the other answer, and turns it back whatever fails',
    holds: (world) => {
      for (const side of sides) {
        const steps = list(failoverTest(world, side), 'Content.mainSteps')
        const turns = (step: Value): unknown =>
          get(step, 'inputs.Api') === 'UpdateHealthCheck' ? get(step, 'inputs.Inverted') : undefined
        const [away, back] = [true, false].map((way) => steps.findIndex((step) => turns(step) === way))
        expect(away).toBeGreaterThan(0)
        expect(back).toBeGreaterThan(away!)
        const between = steps.slice(away, back)
        for (const step of between) expect(get(step, 'onFailure')).toBe(`step:${text(steps[back!], 'name')}`)
        expect(between.map((step) => get(step, 'inputs.Api'))).toContain('TestDNSAnswer')
        expect(get(steps[back!], 'onFailure')).toBe(`step:${text(steps.at(-1), 'name')}`)
        expect(get(steps.at(-1), 'inputs.Api')).toBe('Publish')
      }
    },
    breaks: (world) => {
      const steps = list(failoverTest(world, 'failover'), 'Content.mainSteps') as Record<string, Value>[]
      const wait = steps.find(({ name }) => name === 'waitAway')
      if (wait) wait['onFailure'] = 'Abort'
    },
  },
  ...asked(dns, 'PAY-07 PAY-31', 'TXN-18'),
  ...asked(dns, 'PAY-07 PAY-17', 'TXN-19'),
  ...asked(dns, 'PAY-02 PAY-07', 'TXN-20'),
  ...asked(network, 'PAY-29', 'TXN-04').filter(({ rule }) => rule.includes('peering')),
  {
    ids: 'PAY-28',
    rule: 'each region has a VPC with three private subnets in three zones, which lead out by no internet gateway',
    holds: (world) => {
      for (const side of sides) {
        const vpc = one(world, 'AWS::EC2::VPC', side)
        const mine = subnets(world, side)
        expect(new Set(mine.map((it) => get(it, 'AvailabilityZone'))).size).toBe(3)
        for (const subnet of mine) {
          expect(vpc.is(get(subnet, 'VpcId')), subnet.name).toBe(true)
          expect(get(subnet, 'MapPublicIpOnLaunch') ?? false).toBe(false)
          const association = all(world, 'AWS::EC2::SubnetRouteTableAssociation', side).find((it) =>
            subnet.is(get(it, 'SubnetId')),
          )
          const out = all(world, 'AWS::EC2::Route', side).filter(
            (it) => get(it, 'RouteTableId') === get(association, 'RouteTableId') && get(it, 'GatewayId') !== undefined,
          )
          expect(association, subnet.name).toBeDefined()
          expect(out).toEqual([])
        }
      }
    },
    breaks: (world) =>
      set(subnets(world, 'failover')[2]!, 'AvailabilityZone', get(subnets(world, 'failover')[0], 'AvailabilityZone')),
  },
  {
    ids: 'PAY-30',
    rule: 'private subnets lead out by one NAT gateway with an address of its own',
    holds: (world) => {
      for (const side of sides) {
        const nat = one(world, 'AWS::EC2::NatGateway', side)
        const address = one(world, 'AWS::EC2::EIP', side)
        expect(text(nat, 'AllocationId')).toMatch(/\S/)
        expect(address.tags.EnvironmentSuffix).toBe(world.suffix)
        const out = one(world, 'AWS::EC2::Route', side, {
          NatGatewayId: get(routeOut(world, side), 'NatGatewayId') ?? '',
        })
        expect(nat.is(get(out, 'NatGatewayId'))).toBe(true)
        expect(get(out, 'DestinationCidrBlock')).toBe('0.0.0.0/0')
      }
    },
    breaks: (world) => remove(world, routeOut(world, 'primary')),
  },
  {
    ids: 'PAY-10',
    rule: 'each region has a dashboard of its name with database, function and table',
    holds: (world) => {
      for (const side of sides) {
        expect(output(world, side, 'DashboardName')).toBe(`payments-${world.regions[side]}-${world.suffix}`)
        const metrics = JSON.stringify(widgets(world, side))
        for (const [namespace, metric] of [
          ['AWS/RDS', 'CPUUtilization'],
          ['AWS/Lambda', 'Invocations'],
          ['AWS/DynamoDB', 'ConsumedReadCapacityUnits'],
          ['AWS/DynamoDB', 'ConsumedWriteCapacityUnits'],
        ])
          expect(metrics).toContain(`["${namespace}","${metric}"`)
      }
    },
    breaks: (world) =>
      set(
        dashboard(world, 'failover'),
        'DashboardBody',
        text(dashboard(world, 'failover'), 'DashboardBody').replaceAll('Invocations', 'Errors'),
      ),
  },
  {
    ids: 'PAY-23',
    rule: 'each dashboard shows both regions',
    holds: (world) => {
      for (const side of sides) {
        const regions = widgets(world, side).map((it) => get(it, 'properties.region'))
        expect(new Set(regions)).toEqual(new Set(Object.values(world.regions)))
      }
    },
    breaks: (world) =>
      set(
        dashboard(world, 'failover'),
        'DashboardBody',
        text(dashboard(world, 'failover'), 'DashboardBody').replaceAll(world.regions.primary, world.regions.failover),
      ),
  },
  {
    ids: 'PAY-32',
    rule: 'every alarm notifies the topic of its region, and both regions watch database, function, table and events',
    holds: (world) => {
      for (const side of sides) {
        const watched = all(world, 'AWS::CloudWatch::Alarm', side)
        const namespaces = new Set(watched.map((it) => get(it, 'Namespace')))
        for (const name of ['AWS/RDS', 'AWS/Lambda', 'AWS/DynamoDB', 'AWS/SQS', 'AWS/ApiGateway'])
          expect([...namespaces]).toContain(name)
        for (const it of watched)
          expect(list(it, 'AlarmActions'), it.name).toContain(output(world, side, 'AlertTopicArn'))
      }
    },
    breaks: (world) => set(all(world, 'AWS::CloudWatch::Alarm', 'failover')[0]!, 'AlarmActions', []),
  },
  {
    ids: 'PAY-32',
    rule: 'a region that waits for its promotion is no alarm, and its promotion is one',
    holds: (world) => {
      const promoted = expectOne(
        alarms(world, 'primary', 'HealthCheckStatus', { HealthCheckId: world.outputs.FailoverHealthCheckId ?? '' }),
        'the health of the failover region',
      )
      expect(get(promoted, 'ComparisonOperator')).toBe('GreaterThanOrEqualToThreshold')
      for (const side of sides) {
        const refused = expectOne(alarms(world, side, '5xx'), 'server errors')
        const route = Object.fromEntries(list(refused, 'Dimensions').map((it) => [text(it, 'Name'), text(it, 'Value')]))
        expect(route).toMatchObject({ Stage: '$default', Method: 'POST', Resource: '/payments' })
        const stage = one(world, 'AWS::ApiGatewayV2::Stage', side)
        expect([true, 'true']).toContain(get(stage, 'DefaultRouteSettings.DetailedMetricsEnabled'))
      }
    },
    breaks: (world) => set(expectOne(alarms(world, 'failover', '5xx'), 'server errors'), 'Dimensions', []),
  },
]

const routeOut = (world: World, side: Side): Item => {
  const found = all(world, 'AWS::EC2::Route', side).filter((it) => get(it, 'NatGatewayId') !== undefined)
  expect(found.length, `ways out of ${side}`).toBe(1)
  return found[0] as Item
}

/** What templates can promise about recovery; only a drill can show that it is kept. */
export const paymentsObjectives: Check[] = [
  ...asked(objectives, 'PAY-25', 'TXN-57'),
  {
    ids: 'PAY-03',
    rule: 'the name follows the region that accepts commits, watched from the region that would take over',
    holds: (world) => {
      for (const side of sides) {
        const ready = all(world, 'AWS::ApiGatewayV2::Route', side).find((it) => get(it, 'RouteKey') === 'GET /ready')
        expect(get(ready, 'AuthorizationType')).toBe('NONE')
      }
      const sentinel = expectOne(alarms(world, 'failover', 'PrimaryReady'), 'the primary, from outside')
      expect(get(sentinel, 'TreatMissingData')).toBe('missing')
      const trigger = one(world, 'AWS::Events::Rule', 'failover', { Name: `payments-failover-trigger-${world.suffix}` })
      expect(list(trigger, 'EventPattern.detail.alarmName')).toEqual([get(sentinel, 'AlarmName')])
      expect(text(trigger, 'Targets.0.Arn')).toContain(':automation-definition/payments-')
    },
    breaks: (world) => remove(world, expectOne(alarms(world, 'failover', 'PrimaryReady'), 'the primary')),
  },
]
