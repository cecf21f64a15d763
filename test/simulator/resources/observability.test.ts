import { describe, expect, test } from 'vitest'

import { cloudAtStart, region, roleFor } from './region.ts'

/** A log group and a role in one region, a stream in the other. */
function setUp(service = 'logs.us-east-1.amazonaws.com') {
  const cloud = cloudAtStart()
  const here = region(cloud, 'us-east-1')
  region(cloud, 'us-west-2').make('Stream', 'AWS::Kinesis::Stream', { Name: 'logs' })
  here.make('Group', 'AWS::Logs::LogGroup', { LogGroupName: '/one' })
  here.make('Role', 'AWS::IAM::Role', roleFor(service, 'kinesis:PutRecord'))
  const RoleArn = here.attributes('Role')['Arn'] ?? ''
  const destination = {
    DestinationName: 'peer',
    TargetArn: 'arn:aws:kinesis:us-west-2:000000000000:stream/logs',
    RoleArn,
  }
  return { ...here, cloud, destination, RoleArn }
}
const undeliverable = 'Could not deliver test message to specified destination.'

describe('logs across regions (TXN-38)', () => {
  test('a destination needs its stream in the other region and a role that logs may take on', () => {
    const { make, destination } = setUp()
    const type = 'AWS::Logs::Destination'
    const noStream = { ...destination, TargetArn: 'arn:aws:kinesis:us-west-2:000000000000:stream/none' }
    expect(() => make('D', type, noStream)).toThrow(undeliverable)
    expect(() => make('D', type, { ...destination, RoleArn: 'arn:aws:iam::000000000000:role/none' })).toThrow(
      undeliverable,
    )
    expect(() => make('D', type, destination)).not.toThrow()
    const untrusted = setUp('s3.amazonaws.com')
    expect(() => untrusted.make('D', type, untrusted.destination)).toThrow(undeliverable)
  })

  test('a filter needs its log group and its destination, both in its own region', () => {
    const { make, destination, attributes } = setUp()
    const type = 'AWS::Logs::SubscriptionFilter'
    const target = (region: string) => `arn:aws:logs:${region}:000000000000:destination:peer`
    const filter = { LogGroupName: '/one', FilterPattern: '', DestinationArn: target('us-east-1') }
    expect(() => make('F', type, filter)).toThrow('The specified destination does not exist.')
    make('D', 'AWS::Logs::Destination', destination)
    expect(attributes('D')['Arn']).toBe(target('us-east-1'))
    expect(() => make('F', type, { ...filter, LogGroupName: '/none' })).toThrow(
      'The specified log group does not exist.',
    )
    expect(() => make('F', type, { ...filter, DestinationArn: target('us-west-2') })).toThrow(undeliverable)
    expect(() => make('F', type, filter)).not.toThrow()
  })

  test('a log group has two subscription filters at most', () => {
    const { make, destination } = setUp()
    make('D', 'AWS::Logs::Destination', destination)
    const filter = (name: string) => ({
      LogGroupName: '/one',
      FilterName: name,
      DestinationArn: 'arn:aws:logs:us-east-1:000000000000:destination:peer',
    })
    for (const name of ['a', 'b']) make(name, 'AWS::Logs::SubscriptionFilter', filter(name))
    expect(() => make('c', 'AWS::Logs::SubscriptionFilter', filter('c'))).toThrow('Resource limit exceeded.')
  })

  test('a filter to a stream needs stream and role; one to a function needs the permission first (COMMON-25)', () => {
    const { make, cloud, RoleArn } = setUp()
    const type = 'AWS::Logs::SubscriptionFilter'
    const stream = 'arn:aws:kinesis:us-east-1:000000000000:stream/near'
    const toStream = { LogGroupName: '/one', FilterName: 's', DestinationArn: stream, RoleArn }
    expect(() => make('S', type, toStream)).toThrow(undeliverable)
    make('Near', 'AWS::Kinesis::Stream', { Name: 'near' })
    expect(() => make('S', type, { ...toStream, RoleArn: '' })).toThrow(undeliverable)
    expect(() => make('S', type, toStream)).not.toThrow()

    const toFunction = {
      LogGroupName: '/one',
      FilterName: 'f',
      DestinationArn: 'arn:aws:lambda:us-east-1:000000000000:function:archive',
    }
    expect(() => make('F', type, toFunction)).toThrow('Could not execute the lambda function.')
    make('Runner', 'AWS::IAM::Role', roleFor('lambda.amazonaws.com'))
    const Role = region(cloud, 'us-east-1').around('x').cloud.resources
    const runner = Object.values(Role).find(({ physicalId }) => physicalId.includes('Runner'))
    make('Archive', 'AWS::Lambda::Function', {
      FunctionName: 'archive',
      Role: runner?.attributes['Arn'] ?? '',
      Code: {},
    })
    make('P', 'AWS::Lambda::Permission', { FunctionName: 'archive', Principal: 'logs.amazonaws.com' })
    expect(() => make('F', type, toFunction)).not.toThrow()
  })

  test('a metric filter needs its log group', () => {
    const { make } = setUp()
    expect(() => make('M', 'AWS::Logs::MetricFilter', { LogGroupName: '/none' })).toThrow('log group does not exist')
  })
})

test('a dashboard’s body is JSON', () => {
  const { make } = setUp()
  const type = 'AWS::CloudWatch::Dashboard'
  expect(() => make('D', type, { DashboardName: 'd', DashboardBody: '{' })).toThrow('must be a valid JSON object')
})

describe('Route 53 (TXN-18 to TXN-22)', () => {
  const records = (HostedZoneId: string, SetIdentifier: string, more = {}) => ({
    HostedZoneId,
    Name: 'api.x.test',
    Type: 'CNAME',
    SetIdentifier,
    ...more,
  })
  const zone = () => {
    const here = region(cloudAtStart(), 'us-east-1')
    return { ...here, id: here.make('Zone', 'AWS::Route53::HostedZone', { Name: 'x.test' }) }
  }
  const type = 'AWS::Route53::RecordSet'

  test('two failover records share one name', () => {
    const { make, drop, cloud, id } = zone()
    expect(make('A', type, records(id, 'primary'))).toBe('api.x.test')
    expect(make('B', type, records(id, 'failover'))).toBe('api.x.test')
    drop('A')
    const left = Object.values(cloud.resources).filter((one) => one.type === type)
    expect(left.map(({ properties }) => properties['SetIdentifier'])).toEqual(['failover'])
  })

  test('a record needs its zone, a name in it, its health check, and a place of its own', () => {
    const { make, id } = zone()
    expect(() => make('A', type, records('Z0', 'a'))).toThrow('No hosted zone found with ID: Z0')
    expect(() => make('A', type, records(id, 'a', { Name: 'api.y.test' }))).toThrow(
      '[RRSet with DNS name api.y.test. is not permitted in zone x.test.]',
    )
    expect(() => make('A', type, records(id, 'a', { HealthCheckId: 'none' }))).toThrow(
      'health check none does not exist',
    )
    make('A', type, records(id, 'a'))
    expect(() => make('B', type, records(id, 'a', { Name: 'api.x.test.' }))).toThrow(
      "[Tried to create resource record set [name='api.x.test.', type='CNAME', set identifier='a'] but it already exists]",
    )
  })

  test('a record keeps its place when its set identifier changes', () => {
    const { make, change, drop, cloud, id } = zone()
    make('A', type, records(id, 'old'))
    change('A', records(id, 'new'))
    expect(Object.keys(cloud.resources)).toContain(`global|${type}|api.x.test|new`)
    drop('A')
    expect(Object.values(cloud.resources).map((one) => one.type)).toEqual(['AWS::Route53::HostedZone'])
  })

  test('a zone goes only when foreign records are gone', () => {
    const { make, drop, id } = zone()
    make('A', type, records(id, 'a'))
    expect(() => drop('Zone')).toThrow('contains non-required resource record sets and so cannot be deleted.')
    drop('A')
    expect(drop('Zone')).toBe('gone')
  })

  test('example.com is reserved', () => {
    expect(() => zone().make('Z', 'AWS::Route53::HostedZone', { Name: 'pr1.example.com' })).toThrow(
      'is reserved by AWS!',
    )
  })

  test('a health check asks every 10 or 30 seconds', () => {
    const check = { HealthCheckConfig: { Type: 'HTTPS', RequestInterval: 20 } }
    expect(() => zone().make('C', 'AWS::Route53::HealthCheck', check)).toThrow('Invalid health check configuration')
  })
})

describe('events and messages', () => {
  const here = () => region(cloudAtStart(), 'us-east-1')

  test('a rule needs its bus and something to wait for, and holds its bus', () => {
    const { make, drop } = here()
    const rule = { Name: 'r', EventBusName: 'bus', EventPattern: {} }
    expect(() => make('R', 'AWS::Events::Rule', rule)).toThrow('Event bus bus does not exist.')
    expect(() => make('P', 'AWS::Events::EventBusPolicy', { EventBusName: 'bus' })).toThrow('does not exist')
    make('Bus', 'AWS::Events::EventBus', { Name: 'bus' })
    expect(() => make('R', 'AWS::Events::Rule', { Name: 'r' })).toThrow('EventPattern or ScheduleExpression')
    expect(make('R', 'AWS::Events::Rule', rule)).toBe('bus|r')
    expect(() => drop('Bus')).toThrow("can't be deleted since it has rules.")
    drop('R')
    expect(drop('Bus')).toBe('gone')
  })

  test('a subscription needs its topic, a queue policy its queue', () => {
    const { make } = here()
    const topic = 'arn:aws:sns:us-east-1:000000000000:none'
    expect(() => make('S', 'AWS::SNS::Subscription', { TopicArn: topic, Protocol: 'email' })).toThrow(
      'Topic does not exist',
    )
    expect(() => make('Q', 'AWS::SQS::QueuePolicy', { Queues: ['none'] })).toThrow('queue does not exist')
  })

  test('CloudFormation cannot make a SecureString', () => {
    expect(() => here().make('P', 'AWS::SSM::Parameter', { Type: 'SecureString', Value: 'x' })).toThrow('not supported')
  })
})
