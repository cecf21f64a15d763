import { describe, expect, test } from 'vitest'

import { isKnown, update } from '../../../src/simulator/resources/lifecycle.ts'
import { cloudAtStart, region, roleFor } from './region.ts'

const [here, there] = ['us-east-1', 'us-west-2']
const busArn = (where: string, name = 'payments') => `arn:aws:events:${where}:000000000000:event-bus/${name}`

/** A bus in both regions, a health check and the role of replication. */
function setUp() {
  const cloud = cloudAtStart()
  const [primary, failover] = [region(cloud, here), region(cloud, there)]
  for (const side of [primary, failover]) side.make('Bus', 'AWS::Events::EventBus', { Name: 'payments' })
  const check = primary.make('Check', 'AWS::Route53::HealthCheck', { HealthCheckConfig: { Type: 'HTTPS' } })
  primary.make('Role', 'AWS::IAM::Role', roleFor('events.amazonaws.com', 'events:*', 'iam:PassRole'))
  const endpoint = {
    Name: 'payments-endpoint',
    EventBuses: [{ EventBusArn: busArn(here) }, { EventBusArn: busArn(there) }],
    RoutingConfig: {
      FailoverConfig: {
        Primary: { HealthCheck: `arn:aws:route53:::healthcheck/${check}` },
        Secondary: { Route: there },
      },
    },
    RoleArn: primary.attributes('Role')['Arn'] ?? '',
  }
  return { cloud, primary, failover, endpoint }
}

describe('global endpoints', () => {
  const type = 'AWS::Events::Endpoint'

  test('an endpoint gets a URL of its own', () => {
    const { primary, endpoint } = setUp()
    expect(primary.make('E', type, endpoint)).toBe('payments-endpoint')
    expect(primary.attributes('E')['EndpointUrl']).toMatch(/^https:\/\/[a-z0-9]+\.[a-z0-9]+\.endpoint\.events/)
  })

  test('it needs two buses of the same name in two regions, one of them its own, the other its secondary', () => {
    const { primary, failover, endpoint } = setUp()
    const other = 'of the same name in two Regions'
    const buses = (...arns: string[]) => ({ ...endpoint, EventBuses: arns.map((EventBusArn) => ({ EventBusArn })) })
    expect(() => primary.make('E', type, buses(busArn(here)))).toThrow(other)
    expect(() => primary.make('E', type, buses(busArn(here), busArn(here)))).toThrow(other)
    expect(() => primary.make('E', type, buses(busArn(here), busArn(there, 'other')))).toThrow(other)
    expect(() => primary.make('E', type, buses(busArn('eu-west-1'), busArn(there)))).toThrow('its own Region')
    failover.drop('Bus')
    expect(() => primary.make('E', type, endpoint)).toThrow('Event bus payments does not exist.')
  })

  test('it needs its health check, and for replication a role that EventBridge may take on', () => {
    const { primary, endpoint } = setUp()
    const { RoleArn: _, ...without } = endpoint
    expect(() => primary.make('E', type, without)).toThrow("cannot be assumed by principal 'events.amazonaws.com'")
    expect(() => primary.make('F', type, { ...without, ReplicationConfig: { State: 'DISABLED' } })).not.toThrow()
    primary.drop('F')
    primary.drop('Check')
    expect(() => primary.make('E', type, endpoint)).toThrow(
      /The health check arn:aws:route53:::healthcheck\/.* does not/,
    )
  })

  test('no bus of it can be deleted in either region: a managed rule stands on it', () => {
    const { primary, failover, endpoint } = setUp()
    primary.make('E', type, endpoint)
    for (const side of [primary, failover]) {
      expect(() => side.drop('Bus')).toThrow("Event bus payments can't be deleted since it has rules.")
    }
    primary.drop('E')
    for (const side of [primary, failover]) expect(side.drop('Bus')).toBe('gone')
  })

  test('some regions do not have the type', () => {
    expect(isKnown(type, 'us-east-1')).toBe(true)
    expect(isKnown(type, 'eu-central-2')).toBe(false)
    expect(isKnown(type, 'eu-south-1')).toBe(false)
    expect(isKnown(type)).toBe(true)
  })
})

describe('buses and rules', () => {
  test('a bus goes after its rules', () => {
    const { primary } = setUp()
    primary.make('Rule', 'AWS::Events::Rule', { EventBusName: busArn(here), EventPattern: { source: ['dr'] } })
    expect(() => primary.drop('Bus')).toThrow("can't be deleted since it has rules.")
    primary.drop('Rule')
    expect(primary.drop('Bus')).toBe('gone')
  })

  test('schedules run on the default bus only', () => {
    const { primary } = setUp()
    const rule = { Name: 'r', ScheduleExpression: 'rate(1 minute)' }
    expect(() => primary.make('R', 'AWS::Events::Rule', { ...rule, EventBusName: 'payments' })).toThrow(
      'supported only on the default event bus',
    )
    expect(primary.make('R', 'AWS::Events::Rule', rule)).toBe('r')
  })

  test('a target’s role is one that EventBridge may take on', () => {
    const { primary } = setUp()
    primary.make('Other', 'AWS::IAM::Role', roleFor('lambda.amazonaws.com'))
    const rule = (RoleArn: unknown) => ({
      EventPattern: { source: ['dr'] },
      Targets: [{ Id: 'copy', Arn: busArn(there), RoleArn: String(RoleArn) }],
    })
    expect(() => primary.make('R', 'AWS::Events::Rule', rule(primary.attributes('Other')['Arn']))).toThrow(
      'cannot be assumed',
    )
    expect(() => primary.make('R', 'AWS::Events::Rule', rule(primary.attributes('Role')['Arn']))).not.toThrow()
  })

  test('a policy and an archive need their bus', () => {
    const { primary } = setUp()
    expect(() => primary.make('P', 'AWS::Events::EventBusPolicy', { EventBusName: 'none', StatementId: 's' })).toThrow(
      'Event bus none does not exist.',
    )
    expect(() => primary.make('A', 'AWS::Events::Archive', { SourceArn: busArn(here, 'none') })).toThrow(
      'does not exist',
    )
  })
})

describe('documents (PAY-26)', () => {
  const type = 'AWS::SSM::Document'

  test('the content is an object or text that holds one', () => {
    const { primary } = setUp()
    expect(() => primary.make('D', type, { Content: 'nonsense' })).toThrow('Document content is not valid.')
    expect(() => primary.make('D', type, { Content: { schemaVersion: '0.3' } })).not.toThrow()
    expect(() => primary.make('E', type, { Content: '{"schemaVersion":"0.3"}' })).not.toThrow()
    expect(() => primary.make('F', type, { Content: 'schemaVersion: "0.3"\n' })).not.toThrow()
  })

  test('new content means another document, unless UpdateMethod says NewVersion', () => {
    const { primary } = setUp()
    const document = { Name: 'promote', DocumentType: 'Automation', Content: { schemaVersion: '0.3' } }
    primary.make('D', type, document)
    const after = { ...document, Content: { schemaVersion: '0.3', description: 'x' } }
    expect(() => primary.change('D', after)).toThrow('cannot update a stack when a custom-named resource')
    const versioned = { ...document, UpdateMethod: 'NewVersion' }
    expect(update(primary.around('D'), type, 'promote', versioned, { ...after, UpdateMethod: 'NewVersion' })).toEqual({
      attributes: {},
    })
  })
})
