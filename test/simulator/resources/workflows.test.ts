import { describe, expect, test } from 'vitest'

import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { cloudAtStart, region, roleFor, withNetwork } from './region.ts'

const here = () => region(cloudAtStart(), 'us-west-2')

describe('state machines', () => {
  const type = 'AWS::StepFunctions::StateMachine'
  const definition = { StartAt: 'Promote', States: { Promote: { Type: 'Succeed' } } }
  const machine = (it: ReturnType<typeof here>, more: Properties = {}): Properties => ({
    StateMachineName: 'promote',
    RoleArn: it.attributes('Role')['Arn'] ?? '',
    DefinitionString: JSON.stringify(definition),
    ...more,
  })
  const withRole = (service: string, ...actions: string[]) => {
    const it = here()
    it.make('Role', 'AWS::IAM::Role', roleFor(service, ...actions))
    return it
  }

  test('the role must trust Step Functions, of the region or of all', () => {
    const refused = 'Neither the global service principal states.amazonaws.com, nor the regional one is authorized'
    const other = withRole('lambda.amazonaws.com')
    expect(() => other.make('M', type, machine(other))).toThrow(refused)
    for (const service of ['states.amazonaws.com', 'states.us-west-2.amazonaws.com']) {
      const it = withRole(service)
      expect(it.make('M', type, machine(it))).toBe('arn:aws:states:us-west-2:000000000000:stateMachine:promote')
      expect(() => it.make('N', type, machine(it))).toThrow('State Machine Already Exists')
    }
  })

  test('the definition starts with one of its states, as text or as an object', () => {
    const it = withRole('states.amazonaws.com')
    for (const DefinitionString of ['{', '{}', '{"StartAt":"None","States":{}}']) {
      expect(() => it.make('M', type, machine(it, { DefinitionString }))).toThrow('Invalid State Machine Definition')
    }
    const { DefinitionString: _, ...rest } = machine(it)
    expect(() => it.make('M', type, { ...rest, Definition: definition })).not.toThrow()
  })

  test('its log group exists, and its role may set up the delivery', () => {
    const LogGroupArn = 'arn:aws:logs:us-west-2:000000000000:log-group:/aws/vendedlogs/dr/payments-a/promote:*'
    const LoggingConfiguration = { Level: 'ALL', Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn } }] }
    const refused = 'The state machine IAM Role is not authorized to access the Log Destination'
    const it = withRole('states.amazonaws.com', 'logs:*')
    expect(() => it.make('M', type, machine(it, { LoggingConfiguration }))).toThrow(refused)
    it.make('Group', 'AWS::Logs::LogGroup', { LogGroupName: '/aws/vendedlogs/dr/payments-a/promote' })
    const bare = LogGroupArn.replace(/:\*$/, '')
    const unstarred = { Level: 'ALL', Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: bare } }] }
    expect(() => it.make('M', type, machine(it, { LoggingConfiguration: unstarred }))).toThrow(refused)
    expect(() => it.make('M', type, machine(it, { LoggingConfiguration }))).not.toThrow()
    const without = withRole('states.amazonaws.com', 'logs:CreateLogDelivery')
    without.make('Group', 'AWS::Logs::LogGroup', { LogGroupName: '/aws/vendedlogs/dr/payments-a/promote' })
    expect(() => without.make('M', type, machine(without, { LoggingConfiguration }))).toThrow(refused)
  })
})

test('a schedule needs a role that Scheduler may take on, and its group', () => {
  const it = here()
  const type = 'AWS::Scheduler::Schedule'
  it.make('Role', 'AWS::IAM::Role', roleFor('scheduler.amazonaws.com'))
  it.make('Other', 'AWS::IAM::Role', roleFor('events.amazonaws.com'))
  const schedule = (role: string): Properties => ({ Name: 's', Target: { RoleArn: it.attributes(role)['Arn'] ?? '' } })
  expect(() => it.make('S', type, schedule('Other'))).toThrow('must allow AWS EventBridge Scheduler to assume the role')
  expect(() => it.make('S', type, { ...schedule('Role'), GroupName: 'g' })).toThrow('Schedule group g does not exist.')
  it.make('G', 'AWS::Scheduler::ScheduleGroup', { Name: 'g' })
  it.make('S', type, { ...schedule('Role'), GroupName: 'g' })
  expect(it.attributes('S')['Arn']).toBe('arn:aws:scheduler:us-west-2:000000000000:schedule/g/s')
  it.drop('G')
  expect(Object.values(it.cloud.resources).filter((one) => one.type === type)).toEqual([])
})

test('a managed Config rule needs a recorder in its region; one that asks a function does not', () => {
  const it = here()
  const type = 'AWS::Config::ConfigRule'
  const rule = { ConfigRuleName: 'r', Source: { Owner: 'AWS', SourceIdentifier: 'RDS_MULTI_AZ_SUPPORT' } }
  expect(() => it.make('R', type, rule)).toThrow('You must create a configuration recorder before you can create')
  expect(() => it.make('C', type, { ConfigRuleName: 'c', Source: { Owner: 'CUSTOM_LAMBDA' } })).not.toThrow()
  const recorder = { type: 'AWS::Config::ConfigurationRecorder', physicalId: 'default', region: 'us-west-2' }
  it.cloud.resources['recorder'] = { ...recorder, properties: {}, attributes: {}, tags: {}, createdAt: 0 }
  expect(() => it.make('R', type, rule)).not.toThrow()
})

test('an X-Ray group has its name to itself', () => {
  const it = here()
  expect(it.make('A', 'AWS::XRay::Group', { GroupName: 'g' })).toMatch(/^arn:aws:xray:us-west-2:.*:group\/g\//)
  expect(() => it.make('B', 'AWS::XRay::Group', { GroupName: 'g' })).toThrow('A group with name g already exists.')
})

test('a function mounts an access point that exists, and has a mount target in each of its zones (CIT)', () => {
  const it = withNetwork(cloudAtStart(), 'eu-central-2')
  const zone = { VpcId: it.vpc, CidrBlock: '10.0.32.0/20', AvailabilityZone: 'eu-central-2b' }
  const second = it.make('Second', 'AWS::EC2::Subnet', zone)
  it.make('Role', 'AWS::IAM::Role', roleFor('lambda.amazonaws.com', 'ec2:*'))
  const plant = (type: string, physicalId: string, properties: Properties): void => {
    const resource = { type, physicalId, region: 'eu-central-2', properties, attributes: {}, tags: {}, createdAt: 0 }
    it.cloud.resources[`eu-central-2|${type}|${physicalId}`] = resource
  }
  const Arn = 'arn:aws:elasticfilesystem:eu-central-2:000000000000:access-point/fsap-1'
  const mounting =
    (SubnetIds: string[], LocalMountPath = '/mnt/logs') =>
    () =>
      it.make('F', 'AWS::Lambda::Function', {
        FunctionName: 'f',
        Role: it.attributes('Role')['Arn'] ?? '',
        VpcConfig: { SubnetIds, SecurityGroupIds: [it.group] },
        FileSystemConfigs: [{ Arn, LocalMountPath }],
      })
  expect(mounting([it.subnet])).toThrow(`The access point ${Arn} does not exist`)
  plant('AWS::EFS::AccessPoint', 'fsap-1', { FileSystemId: 'fs-1' })
  plant('AWS::EFS::MountTarget', 'fsmt-1', { FileSystemId: 'fs-1', SubnetId: it.subnet })
  expect(mounting([it.subnet], '/logs')).toThrow('LocalMountPath must be below /mnt/')
  expect(mounting([it.subnet, second])).toThrow('not all are in the available life cycle state yet')
  expect(mounting([it.subnet])).not.toThrow()
})
