import { describe, expect, test } from 'vitest'

import { create, isKnown, kindOf, removable, remove, update } from '../../../src/simulator/resources/lifecycle.ts'
import { cloudAtStart, region, start } from './region.ts'

const topic = (name: string) => ({ TopicName: name })

describe('names', () => {
  test('a topic name is unique in its region, and only there', () => {
    const cloud = cloudAtStart()
    region(cloud, 'us-east-1').make('Topic', 'AWS::SNS::Topic', topic('alerts'))
    expect(() => region(cloud, 'us-east-1', 'other').make('Topic', 'AWS::SNS::Topic', topic('alerts'))).toThrow(
      /^Resource handler returned message: "Resource of type 'AWS::SNS::Topic' with identifier 'arn:aws:sns:us-east-1:000000000000:alerts' already exists\." \(RequestToken: [0-9a-f-]{36}, HandlerErrorCode: AlreadyExists\)$/,
    )
    expect(region(cloud, 'us-west-2').make('Topic', 'AWS::SNS::Topic', topic('alerts'))).toBe(
      'arn:aws:sns:us-west-2:000000000000:alerts',
    )
  })

  test.each([
    ['AWS::IAM::Role', { RoleName: 'one' }, 'Role with name one already exists.'],
    ['AWS::CloudWatch::Dashboard', { DashboardName: 'one', DashboardBody: '{}' }, 'one already exists'],
    ['AWS::S3::Bucket', { BucketName: 'one-bucket' }, 'one-bucket already exists'],
    ['AWS::IAM::ManagedPolicy', { ManagedPolicyName: 'one' }, 'A policy called one already exists.'],
  ])('%s is unique over all regions (R16)', (type, properties, message) => {
    const cloud = cloudAtStart()
    region(cloud, 'us-east-1').make('One', type, properties)
    expect(() => region(cloud, 'us-west-2').make('One', type, properties)).toThrow(message)
  })

  test('two zones may have the same name', () => {
    const cloud = cloudAtStart()
    const ids = ['A', 'B'].map((id) =>
      region(cloud, 'us-east-1').make(id, 'AWS::Route53::HostedZone', { Name: 'x.test' }),
    )
    expect(new Set(ids).size).toBe(2)
  })

  test('a log group that something else made again stops the next create', () => {
    const cloud = cloudAtStart()
    region(cloud, 'us-east-1', 'late').make('Group', 'AWS::Logs::LogGroup', { LogGroupName: '/aws/lambda/one' })
    expect(() =>
      region(cloud, 'us-east-1').make('Group', 'AWS::Logs::LogGroup', { LogGroupName: '/aws/lambda/one' }),
    ).toThrow(`identifier '{"/properties/LogGroupName":"/aws/lambda/one"}' already exists.`)
  })

  test.each([
    ['AWS::S3::Bucket', { BucketName: 'one-bucket' }, 'conflicting conditional operation', 60],
    ['AWS::SQS::Queue', { QueueName: 'one' }, 'You must wait 60 seconds', 60],
  ])('%s: a name stays blocked for a while after deletion', (type, properties, message, seconds) => {
    const cloud = cloudAtStart()
    const here = region(cloud, 'us-east-1')
    here.make('One', type, properties)
    here.drop('One')
    expect(() => here.make('One', type, properties)).toThrow(message)
    cloud.now += seconds * 1000
    expect(() => here.make('One', type, properties)).not.toThrow()
  })

  test('what the template does not name gets a name from stack and logical id, never the same twice', () => {
    const here = region(cloudAtStart(), 'us-east-1', 'app')
    const names = ['A', 'B'].map((id) => here.make(id, 'AWS::IAM::Role', {}))
    expect(names[0]).toMatch(/^app-A-[0-9A-Z]{12}$/)
    expect(names[1]).toMatch(/^app-B-[0-9A-Z]{12}$/)
  })
})

describe('ids and attributes', () => {
  test.each([
    ['AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }, /^vpc-0[0-9a-f]{16}$/],
    ['AWS::KMS::Key', {}, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/],
    ['AWS::Route53::HostedZone', { Name: 'x.test' }, /^Z[0-9A-Z]{20}$/],
    ['AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' }, /^[0-9a-z]{10}$/],
    ['AWS::SQS::Queue', { QueueName: 'q' }, /^https:\/\/sqs\.us-east-1\.amazonaws\.com\/000000000000\/q$/],
    ['AWS::EC2::EIP', {}, /^198\.1[89]\.\d+\.\d+$/],
  ])('%s has an id in the shape of AWS', (type, properties, shape) => {
    expect(region(cloudAtStart(), 'us-east-1').make('One', type, properties)).toMatch(shape)
  })

  test('ids are the same from run to run', () => {
    const ids = () => region(cloudAtStart(), 'us-east-1').make('Key', 'AWS::KMS::Key')
    expect(ids()).toBe(ids())
  })

  test('a type has the attributes that AWS documents, and no others', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    const id = here.make('Key', 'AWS::KMS::Key')
    expect(here.attributes('Key')).toEqual({ Arn: `arn:aws:kms:us-east-1:000000000000:key/${id}`, KeyId: id })
  })

  test('an unknown type is refused as CloudFormation does', () => {
    expect(isKnown('AWS::SNS::Topic')).toBe(true)
    expect(isKnown('AWS::Made::Up')).toBe(false)
    expect(() => kindOf('AWS::Made::Up')).toThrow('Unrecognized resource types: [AWS::Made::Up]')
  })
})

describe('changes', () => {
  test('equal properties change nothing', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    here.make('Topic', 'AWS::SNS::Topic', topic('alerts'))
    expect(here.change('Topic', topic('alerts'))).toBe('same')
  })

  test('other tags of the stack update what can be tagged, and nothing else', () => {
    const cloud = cloudAtStart()
    const before = region(cloud, 'us-east-1', 'app', { Owner: 'a' })
    const arn = before.make('Topic', 'AWS::SNS::Topic', topic('alerts'))
    const policy = before.make('Policy', 'AWS::SNS::TopicPolicy', {})
    const { around } = region(cloud, 'us-east-1', 'app', { Owner: 'b' })
    expect(update(around('Topic'), 'AWS::SNS::Topic', arn, topic('alerts'), topic('alerts'))).toHaveProperty(
      'attributes',
    )
    expect(cloud.resources[`us-east-1|AWS::SNS::Topic|${arn}`]?.tags['Owner']).toBe('b')
    expect(update(around('Policy'), 'AWS::SNS::TopicPolicy', policy, {}, {})).toBe('same')
  })

  test('a create-only property asks for replacement', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    here.make('Vpc', 'AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' })
    expect(here.change('Vpc', { CidrBlock: '10.1.0.0/16' })).toBe('replace')
    here.make('Check', 'AWS::Route53::HealthCheck', { HealthCheckConfig: { Type: 'HTTPS', RequestInterval: 30 } })
    expect(here.change('Check', { HealthCheckConfig: { Type: 'HTTPS', RequestInterval: 10 } })).toBe('replace')
  })

  test('a resource with a name of its own cannot be replaced under that name', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    here.make('Role', 'AWS::IAM::Role', { RoleName: 'one', Path: '/a/' })
    expect(() => here.change('Role', { RoleName: 'one', Path: '/b/' })).toThrow(
      'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename one and update the stack again.',
    )
    expect(here.change('Role', { RoleName: 'two', Path: '/b/' })).toBe('replace')
  })

  test('a change in place is kept and seen by others', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    here.make('Zone', 'AWS::Route53::HostedZone', { Name: 'x.test' })
    const servers = here.attributes('Zone')['NameServers']
    const changed = here.change('Zone', { Name: 'x.test', HostedZoneConfig: { Comment: 'new' } })
    expect(changed).toMatchObject({ attributes: { NameServers: servers } })
    expect(Object.values(here.cloud.resources)[0]?.properties).toHaveProperty('HostedZoneConfig')
  })

  test('what is gone behind CloudFormation’s back cannot be changed, but can be deleted', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    here.make('Topic', 'AWS::SNS::Topic', topic('alerts'))
    here.cloud.resources = {}
    expect(() => here.change('Topic', { ...topic('alerts'), DisplayName: 'x' })).toThrow('was not found')
    expect(here.drop('Topic')).toBe('gone')
  })
})

describe('ends', () => {
  test('a refused create leaves nothing behind', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    expect(() => here.make('Subnet', 'AWS::EC2::Subnet', { VpcId: 'vpc-none', CidrBlock: '10.0.0.0/20' })).toThrow()
    expect(here.cloud.resources).toEqual({})
  })

  test('a stack never deletes what another stack made', () => {
    const cloud = cloudAtStart()
    region(cloud, 'us-east-1').make('Topic', 'AWS::SNS::Topic', topic('alerts'))
    const stranger = region(cloud, 'us-east-1', 'other').around('Topic')
    const arn = 'arn:aws:sns:us-east-1:000000000000:alerts'
    removable(stranger, 'AWS::SNS::Topic', arn)
    remove(stranger, 'AWS::SNS::Topic', arn)
    expect(Object.keys(cloud.resources)).toHaveLength(1)
  })

  test('a deleted key waits for its window, its alias is free at once, and then it is gone (COMMON-04)', () => {
    const cloud = cloudAtStart()
    const here = region(cloud, 'us-east-1')
    const id = here.make('Key', 'AWS::KMS::Key', { PendingWindowInDays: 7 })
    here.make('Alias', 'AWS::KMS::Alias', { AliasName: 'alias/one', TargetKeyId: id })
    expect(here.drop('Alias')).toBe('gone')
    expect(here.drop('Key')).toBe('keep')
    expect(cloud.resources[`us-east-1|AWS::KMS::Key|${id}`]?.pendingUntil).toBe(start + 7 * 86_400_000)
    const again = here.make('Key2', 'AWS::KMS::Key')
    expect(here.make('Alias', 'AWS::KMS::Alias', { AliasName: 'alias/one', TargetKeyId: again })).toBe('alias/one')
    cloud.now = start + 7 * 86_400_000
    create(here.around('Later'), 'AWS::SNS::Topic', {})
    expect(cloud.resources[`us-east-1|AWS::KMS::Key|${id}`]).toBeUndefined()
  })
})
