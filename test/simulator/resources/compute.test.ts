import { LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda'
import { describe, expect, test } from 'vitest'

import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { answers } from '../../../src/simulator/services/lambda.ts'
import { client } from '../services/clients.ts'
import { cloudAtStart, region, roleFor, withNat, withNetwork } from './region.ts'

const type = 'AWS::Lambda::Function'

/** What Lambda does for a function in a VPC: developer guide, configuring VPC access. */
const network = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

/** A region with a network, an artifact bucket that holds code, and a role with these actions. */
function setUp(...actions: string[]) {
  const cloud = cloudAtStart()
  const here = withNetwork(cloud, 'us-east-1')
  for (const name of ['us-east-1', 'us-west-2']) {
    region(cloud, name, 'bootstrap').make('Bucket', 'AWS::S3::Bucket', { BucketName: `artifacts-${name}` })
    cloud.buckets[`artifacts-${name}`]?.versions.push({
      key: 'code.zip',
      versionId: 'null',
      at: 0,
      etag: '',
      body: 'x',
    })
  }
  here.make('Role', 'AWS::IAM::Role', roleFor('lambda.amazonaws.com', ...actions))
  const plain: Properties = {
    FunctionName: 'processor',
    Role: here.attributes('Role')['Arn'] ?? '',
    Code: { S3Bucket: 'artifacts-us-east-1', S3Key: 'code.zip' },
  }
  const inVpc: Properties = { ...plain, VpcConfig: { SubnetIds: [here.subnet], SecurityGroupIds: [here.group] } }
  return { ...here, plain, inVpc }
}

describe('functions', () => {
  test('the role must exist and trust Lambda', () => {
    const { make, plain, attributes } = setUp()
    const refused = 'The role defined for the function cannot be assumed by Lambda.'
    expect(() => make('F', type, { ...plain, Role: 'arn:aws:iam::000000000000:role/none' })).toThrow(refused)
    make('Other', 'AWS::IAM::Role', roleFor('s3.amazonaws.com'))
    expect(() => make('F', type, { ...plain, Role: attributes('Other')['Arn'] ?? '' })).toThrow(refused)
    expect(() => make('F', type, plain)).not.toThrow()
  })

  test.each([
    [{ S3Bucket: 'none', S3Key: 'code.zip' }, 'S3 Error Code: NoSuchBucket.'],
    [{ S3Bucket: 'artifacts-us-east-1', S3Key: 'none' }, 'S3 Error Code: NoSuchKey.'],
    [{ S3Bucket: 'artifacts-us-west-2', S3Key: 'code.zip' }, 'The bucket is in this region: us-west-2.'],
  ])('the code must lie in a bucket of the function’s own region: %j', (Code, message) => {
    const { make, plain } = setUp()
    expect(() => make('F', type, { ...plain, Code })).toThrow(message)
  })

  test('900 of the account’s 1,000 executions can be reserved, per region (TXN-25)', () => {
    const { make, change, plain } = setUp()
    const reserving = (FunctionName: string, ReservedConcurrentExecutions: number) => ({
      ...plain,
      FunctionName,
      ReservedConcurrentExecutions,
    })
    make('A', type, reserving('a', 850))
    const refused =
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100]."
    expect(() => make('B', type, reserving('b', 100))).toThrow(refused)
    expect(() => change('A', reserving('a', 1000))).toThrow(refused)
    expect(change('A', reserving('a', 900))).toHaveProperty('attributes')
  })

  test('a limit that is set by hand leaves 100 of what the account has as well, and none is always taken', async () => {
    const { make, plain, cloud } = setUp()
    make('A', type, { ...plain, FunctionName: 'a', ReservedConcurrentExecutions: 500 })
    make('B', type, { ...plain, FunctionName: 'b' })
    const lambda = client(LambdaClient, cloud, answers)
    const set = (ReservedConcurrentExecutions: number) =>
      lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'b', ReservedConcurrentExecutions }))
    await expect(set(401)).rejects.toThrow('below its minimum value of [100]')
    await expect(set(400)).resolves.toMatchObject({ ReservedConcurrentExecutions: 400 })
    cloud.quotas = { 'us-east-1|ConcurrentExecutions': 10 }
    await expect(set(1)).rejects.toThrow('below its minimum value of [100]')
    await expect(set(0)).resolves.toMatchObject({ ReservedConcurrentExecutions: 0 })
  })

  test('subnets and groups must be there and of one VPC', () => {
    const { make, inVpc, subnet, group } = setUp(...network)
    const inNetwork = (VpcConfig: Properties) => () => make('F', type, { ...inVpc, VpcConfig })
    expect(inNetwork({ SubnetIds: ['subnet-none'], SecurityGroupIds: [group] })).toThrow(
      "The subnet ID 'subnet-none' does not exist",
    )
    expect(inNetwork({ SubnetIds: [subnet], SecurityGroupIds: ['sg-none'] })).toThrow("'sg-none' does not exist")
    const other = make('OtherVpc', 'AWS::EC2::VPC', { CidrBlock: '10.5.0.0/16' })
    const foreign = make('OtherGroup', 'AWS::EC2::SecurityGroup', { VpcId: other, GroupDescription: 'x' })
    expect(inNetwork({ SubnetIds: [subnet], SecurityGroupIds: [foreign] })).toThrow('required to be in the same VPC')
  })

  test('a function in a VPC needs the right to make network interfaces', () => {
    const without = setUp('s3:GetObject')
    expect(() => without.make('F', type, without.inVpc)).toThrow(
      'The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
    )
    for (const one of network) {
      const half = setUp(...network.filter((other) => other !== one))
      expect(() => half.make('F', type, half.inVpc)).toThrow(`permissions to call ${one.slice(4)} on EC2`)
    }
    const { make, inVpc } = setUp(...network)
    expect(() => make('F', type, inVpc)).not.toThrow()
  })

  test('rights of a policy beside the role count as well', () => {
    const { make, inVpc, attributes } = setUp()
    const statement = { Effect: 'Allow', Action: 'ec2:*', Resource: '*' }
    const name = make('Named', 'AWS::IAM::Role', { ...roleFor('lambda.amazonaws.com'), RoleName: 'named' })
    make('Policy', 'AWS::IAM::Policy', { Roles: [name], PolicyDocument: { Statement: [statement] } })
    const named = { ...inVpc, Role: attributes('Named')['Arn'] ?? '' }
    expect(() => make('F', type, named)).not.toThrow()
  })

  test('simulator rule: a function in a VPC reaches every service its role names, by endpoint or NAT', () => {
    const actions = [
      ...network,
      'dynamodb:PutItem',
      'sqs:ListQueues',
      'logs:PutLogEvents',
      'kms:Decrypt',
      // Rights to connect to what lies in the network itself.
      'elasticfilesystem:ClientMount',
      'elasticache:Connect',
      'rds-db:connect',
    ]
    const here = setUp(...actions)
    const { make, drop, inVpc, vpc } = here
    expect(() => make('F', type, inVpc)).toThrow(/no endpoint and no NAT to reach dynamodb, sqs"/)
    make('E1', 'AWS::EC2::VPCEndpoint', { VpcId: vpc, ServiceName: 'com.amazonaws.us-east-1.dynamodb' })
    expect(() => make('F', type, inVpc)).toThrow(/to reach sqs"/)
    make('E2', 'AWS::EC2::VPCEndpoint', { VpcId: vpc, ServiceName: 'com.amazonaws.us-east-1.sqs' })
    expect(() => make('F', type, inVpc)).not.toThrow()
    for (const id of ['F', 'E1', 'E2']) drop(id)
    const NatGatewayId = withNat(here, vpc)
    const RouteTableId = make('Table', 'AWS::EC2::RouteTable', { VpcId: vpc })
    make('Out', 'AWS::EC2::Route', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId })
    expect(() => make('F', type, inVpc)).not.toThrow()
  })

  test('a function holds its subnets and groups', () => {
    const { make, drop, inVpc, subnet, group } = setUp(...network)
    make('F', type, inVpc)
    expect(() => drop('Subnet')).toThrow(`'${subnet}' has dependencies`)
    expect(() => drop('Group')).toThrow(`resource ${group} has a dependent object`)
    drop('F')
    expect(drop('Group')).toBe('gone')
  })

  test.each([
    ['AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', Principal: 'x' }],
    ['AWS::Lambda::Version', {}],
    ['AWS::Lambda::Alias', { Name: 'live', FunctionVersion: '1' }],
    ['AWS::Lambda::EventInvokeConfig', { Qualifier: '$LATEST' }],
    ['AWS::Lambda::EventSourceMapping', { EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:q' }],
  ])('%s needs its function', (kind, properties) => {
    const { make } = setUp()
    expect(() => make('X', kind, { ...properties, FunctionName: 'none' })).toThrow(
      'Function not found: arn:aws:lambda:us-east-1:000000000000:function:none',
    )
  })

  test('versions count up', () => {
    const { make, plain } = setUp()
    make('F', type, plain)
    const versions = ['V1', 'V2'].map((id) => make(id, 'AWS::Lambda::Version', { FunctionName: 'processor' }))
    expect(versions.map((arn) => arn.split(':').at(-1))).toEqual(['1', '2'])
  })

  test('a mapping needs its stream, a role that reads it, and no twin', () => {
    const { make, plain, attributes } = setUp()
    make('F', type, plain)
    make('Stream', 'AWS::Kinesis::Stream', { Name: 's' })
    const source = attributes('Stream')['Arn'] ?? ''
    const mapping = { FunctionName: 'processor', EventSourceArn: source }
    const kind = 'AWS::Lambda::EventSourceMapping'
    expect(() =>
      make('M', kind, { ...mapping, EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/none' }),
    ).toThrow('Stream not found')
    expect(() => make('M', kind, mapping)).toThrow('Cannot access stream')
    const reads = ['DescribeStream', 'DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards']
    const rights = reads.map((name) => `kinesis:${name}`)
    for (const one of rights) {
      const some = rights.filter((other) => other !== one)
      make(`Half${one}`, 'AWS::IAM::Role', roleFor('lambda.amazonaws.com', ...some))
      make(`H${one}`, type, {
        ...plain,
        FunctionName: `half-${one.slice(8)}`,
        Role: attributes(`Half${one}`)['Arn'] ?? '',
      })
      const half = { ...mapping, FunctionName: `half-${one.slice(8)}` }
      expect(() => make('M', kind, half), one).toThrow('Cannot access stream')
    }
    make('Reader', 'AWS::IAM::Role', roleFor('lambda.amazonaws.com', ...rights))
    make('G', type, { ...plain, FunctionName: 'reader', Role: attributes('Reader')['Arn'] ?? '' })
    const failures = make('Failures', 'AWS::SNS::Topic', { TopicName: 'failures' })
    const told = { ...mapping, FunctionName: 'reader', DestinationConfig: { OnFailure: { Destination: failures } } }
    expect(() => make('M', kind, told)).toThrow('does not have permissions to call Publish on SNS')
    const reading = { ...mapping, FunctionName: 'reader' }
    expect(() => make('M', kind, reading)).not.toThrow()
    expect(() => make('N', kind, reading)).toThrow('provided mapping already exists.')
  })
})

describe('roles', () => {
  test('a trust policy cannot name a role that does not exist', () => {
    const { make } = setUp()
    const trusting = (AWS: string) => ({
      AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal: { AWS } } },
    })
    const none = 'arn:aws:iam::000000000000:role/none'
    expect(() => make('R', 'AWS::IAM::Role', trusting(none))).toThrow(`Invalid principal in policy: "AWS":"${none}"`)
    expect(() => make('R', 'AWS::IAM::Role', trusting('arn:aws:iam::000000000000:root'))).not.toThrow()
  })

  const policy = (characters: number) => {
    const whole = (Resource: string) => ({ Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource } })
    return whole('x'.repeat(characters - JSON.stringify(whole('')).length))
  }

  test.each([
    [
      'a trust policy',
      'AWS::IAM::Role',
      2048,
      (size: number) => ({ AssumeRolePolicyDocument: policy(size) }),
      'ACLSizePerRole: 2048',
    ],
    [
      'a managed policy',
      'AWS::IAM::ManagedPolicy',
      6144,
      (size: number) => ({ PolicyDocument: policy(size) }),
      'PolicySize: 6144',
    ],
    [
      'the inline policies of a role together',
      'AWS::IAM::Role',
      10_240,
      (size: number) => ({ Policies: [{ PolicyDocument: policy(5_000) }, { PolicyDocument: policy(size - 5_000) }] }),
      'Maximum policy size of 10240 bytes exceeded for role',
    ],
  ] as const)('%s may be so long and no longer', (_, type, most, properties, message) => {
    const { make } = setUp()
    expect(() => make('Fits', type, properties(most))).not.toThrow()
    expect(() => make('Long', type, properties(most + 1))).toThrow(message)
  })

  test('ten managed policies are the most that a role has', () => {
    const { make } = setUp()
    const arns = (count: number) => Array.from({ length: count }, (_, at) => `arn:aws:iam::aws:policy/P${at}`)
    expect(() => make('Ten', 'AWS::IAM::Role', { ManagedPolicyArns: arns(10) })).not.toThrow()
    expect(() => make('Eleven', 'AWS::IAM::Role', { ManagedPolicyArns: arns(11) })).toThrow(
      'Cannot exceed quota for PoliciesPerRole: 10',
    )
  })

  test.each([
    ['AWS::IAM::Role', 'RoleName', 'roleName', 64],
    ['AWS::Kinesis::Stream', 'Name', 'name', 128],
  ])('the name of an %s may be so long and no longer', (type, name, called, most) => {
    const { make } = setUp()
    expect(() => make('Fits', type, { [name]: 'x'.repeat(most) })).not.toThrow()
    const long = 'x'.repeat(most + 1)
    expect(() => make('Long', type, { [name]: long })).toThrow(
      `Value '${long}' at '${called}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
    )
  })

  test('a policy needs its roles', () => {
    const { make } = setUp()
    expect(() => make('P', 'AWS::IAM::Policy', { Roles: ['none'] })).toThrow('The role with name none cannot be found.')
    expect(() => make('P', 'AWS::IAM::ManagedPolicy', { Roles: ['none'] })).toThrow('cannot be found')
    expect(() => make('P', 'AWS::IAM::RolePolicy', { RoleName: 'none', PolicyName: 'p' })).toThrow('cannot be found')
  })

  test('a service-linked role exists once in an account', () => {
    const { make } = setUp()
    const kind = 'AWS::IAM::ServiceLinkedRole'
    const properties = { AWSServiceName: 'replication.dynamodb.amazonaws.com' }
    expect(make('A', kind, properties)).toBe('AWSServiceRoleForDynamoDBReplication')
    expect(() => make('B', kind, properties)).toThrow('has been taken in this account')
    expect(() => make('C', kind, { AWSServiceName: 'nonsense' })).toThrow('is not valid')
  })
})

describe('HTTP APIs', () => {
  test.each(['Stage', 'Route', 'Integration', 'Authorizer', 'ApiMapping'])('a %s needs its API', (part) => {
    const { make } = setUp()
    expect(() => make('X', `AWS::ApiGatewayV2::${part}`, { ApiId: 'none', StageName: 's' })).toThrow(
      'Invalid API identifier specified 000000000000:none',
    )
  })

  test('every API has a stage of the same name, but one only', () => {
    const { make } = setUp()
    const stage = (ApiId: string) => ({ ApiId, StageName: '$default' })
    const [a, b] = ['A', 'B'].map((id) => make(id, 'AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' }))
    expect(make('SA', 'AWS::ApiGatewayV2::Stage', stage(a ?? ''))).toBe('$default')
    expect(make('SB', 'AWS::ApiGatewayV2::Stage', stage(b ?? ''))).toBe('$default')
    expect(() => make('SC', 'AWS::ApiGatewayV2::Stage', stage(b ?? ''))).toThrow('Stage already exists')
  })

  test('a mapping needs its domain name', () => {
    const { make } = setUp()
    const ApiId = make('A', 'AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' })
    expect(() => make('M', 'AWS::ApiGatewayV2::ApiMapping', { ApiId, DomainName: 'none' })).toThrow(
      'Invalid domain name',
    )
    make('D', 'AWS::ApiGatewayV2::DomainName', { DomainName: 'api.x.test' })
    expect(() => make('M', 'AWS::ApiGatewayV2::ApiMapping', { ApiId, DomainName: 'api.x.test' })).not.toThrow()
  })
})
