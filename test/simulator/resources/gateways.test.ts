import { describe, expect, test } from 'vitest'

import { cloudAtStart, region, withNetwork } from './region.ts'

const nat = 'AWS::EC2::NatGateway'

/** A network with an attached internet gateway and one elastic address. */
function setUp() {
  const here = withNetwork(cloudAtStart(), 'eu-central-1')
  const InternetGatewayId = here.make('Gateway', 'AWS::EC2::InternetGateway')
  here.make('Attachment', 'AWS::EC2::VPCGatewayAttachment', { VpcId: here.vpc, InternetGatewayId })
  here.make('Address', 'AWS::EC2::EIP', { Domain: 'vpc' })
  const AllocationId = here.attributes('Address')['AllocationId'] ?? ''
  return { ...here, gateway: InternetGatewayId, AllocationId }
}

describe('NAT gateways (STR, PAY)', () => {
  test('a NAT gateway needs its subnet and a free elastic address', () => {
    const { make, subnet, AllocationId } = setUp()
    expect(() => make('N', nat, { SubnetId: 'subnet-none', AllocationId })).toThrow(
      "The subnet ID 'subnet-none' does not exist",
    )
    expect(() => make('N', nat, { SubnetId: subnet })).toThrow('must include the AllocationId parameter')
    expect(() => make('N', nat, { SubnetId: subnet, AllocationId: 'eipalloc-none' })).toThrow(
      "The allocation ID 'eipalloc-none' does not exist",
    )
    expect(make('N', nat, { SubnetId: subnet, AllocationId })).toMatch(/^nat-0/)
    expect(() => make('M', nat, { SubnetId: subnet, AllocationId })).toThrow('is already associated')
  })

  test('a public NAT gateway fails in a network without an internet gateway; a private one does not need it', () => {
    const { make, drop, subnet, vpc, AllocationId } = setUp()
    drop('Attachment')
    expect(() => make('N', nat, { SubnetId: subnet, AllocationId })).toThrow(
      `Network ${vpc} has no Internet gateway attached`,
    )
    expect(() => make('P', nat, { SubnetId: subnet, ConnectivityType: 'private' })).not.toThrow()
  })

  test('while a NAT gateway stands, its address, its subnet and the attachment stay', () => {
    const { make, drop, subnet, vpc, AllocationId } = setUp()
    make('N', nat, { SubnetId: subnet, AllocationId })
    expect(() => drop('Attachment')).toThrow(`Network ${vpc} has some mapped public address(es).`)
    expect(() => drop('Address')).toThrow('You do not have permission to access the specified resource.')
    expect(() => drop('Subnet')).toThrow('has dependencies and cannot be deleted.')
    for (const id of ['N', 'Address', 'Attachment', 'Gateway', 'Subnet', 'Group', 'Vpc']) expect(drop(id)).toBe('gone')
  })
})

describe('elastic addresses and internet gateways', () => {
  test('a region holds five elastic addresses, another region five of its own', () => {
    const cloud = cloudAtStart()
    const here = region(cloud, 'eu-central-1')
    for (const id of ['A', 'B', 'C', 'D', 'E']) here.make(id, 'AWS::EC2::EIP')
    expect(() => here.make('F', 'AWS::EC2::EIP')).toThrow('The maximum number of addresses has been reached.')
    expect(() => region(cloud, 'us-east-1').make('F', 'AWS::EC2::EIP')).not.toThrow()
    cloud.quotas = { 'eu-central-1|L-0263D0A3': 6 }
    expect(() => here.make('F', 'AWS::EC2::EIP')).not.toThrow()
  })

  test('a network has one internet gateway, and a gateway one network', () => {
    const { make, vpc, gateway } = setUp()
    const type = 'AWS::EC2::VPCGatewayAttachment'
    const other = make('OtherVpc', 'AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' })
    const second = make('Second', 'AWS::EC2::InternetGateway')
    expect(() => make('X', type, { VpcId: vpc, InternetGatewayId: second })).toThrow('already has an internet gateway')
    expect(() => make('X', type, { VpcId: other, InternetGatewayId: gateway })).toThrow(
      `${gateway} is already attached`,
    )
  })

  test('an attached gateway cannot be deleted, nor its network', () => {
    const { drop, gateway, vpc } = setUp()
    expect(() => drop('Gateway')).toThrow(`The internetGateway '${gateway}' has dependencies`)
    drop('Subnet')
    drop('Group')
    expect(() => drop('Vpc')).toThrow(`The vpc '${vpc}' has dependencies`)
  })

  test('a route leads to a gateway that is attached to its own network', () => {
    const { make, drop, vpc, gateway } = setUp()
    const RouteTableId = make('Table', 'AWS::EC2::RouteTable', { VpcId: vpc })
    const route = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway }
    drop('Attachment')
    expect(() => make('R', 'AWS::EC2::Route', route)).toThrow(
      `route table ${RouteTableId} and network gateway ${gateway} belong to different networks`,
    )
    make('Again', 'AWS::EC2::VPCGatewayAttachment', { VpcId: vpc, InternetGatewayId: gateway })
    expect(() => make('R', 'AWS::EC2::Route', route)).not.toThrow()
  })
})

describe('what holds a security group or a route table', () => {
  test.each(['Source', 'Destination'])('a rule of another group that names it as %s', (side) => {
    const { make, drop, vpc, group } = setUp()
    const other = make('Other', 'AWS::EC2::SecurityGroup', { VpcId: vpc, GroupDescription: 'x' })
    const type = `AWS::EC2::SecurityGroup${side === 'Source' ? 'Ingress' : 'Egress'}`
    const naming = (id: string) => ({ GroupId: other, IpProtocol: 'tcp', [`${side}SecurityGroupId`]: id })
    expect(() => make('None', type, naming('sg-none'))).toThrow("'sg-none' does not exist")
    make('Rule', type, naming(group))
    expect(() => drop('Group')).toThrow(`resource ${group} has a dependent object`)
    drop('Rule')
    expect(drop('Group')).toBe('gone')
  })

  test('a rule inside another group; its own rules do not hold it', () => {
    const { make, drop, vpc, group } = setUp()
    make('Own', 'AWS::EC2::SecurityGroupIngress', { GroupId: group, IpProtocol: '-1', SourceSecurityGroupId: group })
    const rule = { IpProtocol: 'tcp', SourceSecurityGroupId: group }
    make('Other', 'AWS::EC2::SecurityGroup', { VpcId: vpc, GroupDescription: 'x', SecurityGroupIngress: [rule] })
    expect(() => drop('Group')).toThrow('has a dependent object')
    drop('Other')
    expect(drop('Group')).toBe('gone')
  })

  test('an interface endpoint needs its group and holds it', () => {
    const { make, drop, vpc, subnet, group } = setUp()
    const endpoint = { VpcId: vpc, SubnetIds: [subnet], ServiceName: 'com.amazonaws.eu-central-1.secretsmanager' }
    const type = 'AWS::EC2::VPCEndpoint'
    expect(() => make('E', type, { ...endpoint, SecurityGroupIds: ['sg-none'] })).toThrow("'sg-none' does not exist")
    make('E', type, { ...endpoint, SecurityGroupIds: [group] })
    expect(() => drop('Group')).toThrow('has a dependent object')
  })

  test('an associated route table', () => {
    const { make, drop, vpc, subnet } = setUp()
    const table = make('Table', 'AWS::EC2::RouteTable', { VpcId: vpc })
    make('A', 'AWS::EC2::SubnetRouteTableAssociation', { SubnetId: subnet, RouteTableId: table })
    expect(() => drop('Table')).toThrow(`The routeTable '${table}' has dependencies`)
    drop('A')
    expect(drop('Table')).toBe('gone')
  })
})

describe('VPC links', () => {
  const type = 'AWS::ApiGatewayV2::VpcLink'

  test('a link needs subnets and groups that exist, and holds them', () => {
    const { make, drop, subnet, group } = setUp()
    expect(() => make('L', type, { Name: 'l', SubnetIds: ['subnet-none'] })).toThrow("'subnet-none' does not exist")
    expect(() => make('L', type, { Name: 'l', SubnetIds: [subnet], SecurityGroupIds: ['sg-none'] })).toThrow('sg-none')
    make('L', type, { Name: 'l', SubnetIds: [subnet], SecurityGroupIds: [group] })
    expect(() => drop('Subnet')).toThrow('has dependencies')
    expect(() => drop('Group')).toThrow('has a dependent object')
  })

  test('an integration needs its link; a link goes after its integrations, an integration after its routes', () => {
    const { make, drop, subnet } = setUp()
    const ApiId = make('Api', 'AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' })
    const integration = { ApiId, ConnectionType: 'VPC_LINK', ConnectionId: 'none' }
    expect(() => make('I', 'AWS::ApiGatewayV2::Integration', integration)).toThrow('VPC link none not found')
    const link = make('L', type, { Name: 'l', SubnetIds: [subnet] })
    const id = make('I', 'AWS::ApiGatewayV2::Integration', { ...integration, ConnectionId: link })
    const route = make('R', 'AWS::ApiGatewayV2::Route', { ApiId, RouteKey: '$default', Target: `integrations/${id}` })
    expect(() => drop('L')).toThrow(`Vpc link '${link}', is referenced in [${ApiId}:${id}]`)
    expect(() => drop('I')).toThrow(`referenced by the following Routes with Ids: [${route}]`)
    for (const one of ['R', 'I', 'L']) expect(drop(one)).toBe('gone')
  })
})
