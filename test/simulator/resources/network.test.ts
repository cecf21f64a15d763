import { describe, expect, test } from 'vitest'

import { overlap } from '../../../src/simulator/resources/addresses.ts'
import { cloudAtStart, region, withNetwork } from './region.ts'

describe('within a VPC', () => {
  test.each([
    ['AWS::EC2::Subnet', { CidrBlock: '10.0.0.0/20' }],
    ['AWS::EC2::RouteTable', {}],
    ['AWS::EC2::SecurityGroup', { GroupDescription: 'x' }],
    ['AWS::EC2::VPCEndpoint', { ServiceName: 'com.amazonaws.us-east-1.s3' }],
    ['AWS::EC2::FlowLog', { ResourceType: 'VPC', ResourceId: 'vpc-none' }],
    ['AWS::EC2::VPCGatewayAttachment', {}],
  ])('%s needs its VPC', (type, properties) => {
    const here = region(cloudAtStart(), 'us-east-1')
    expect(() => here.make('One', type, { VpcId: 'vpc-none', ...properties })).toThrow(
      "The vpc ID 'vpc-none' does not exist",
    )
  })

  test('subnets of one VPC must not overlap', () => {
    const here = withNetwork(cloudAtStart(), 'us-east-1')
    expect(() => here.make('Two', 'AWS::EC2::Subnet', { VpcId: here.vpc, CidrBlock: '10.0.8.0/24' })).toThrow(
      "The CIDR '10.0.8.0/24' conflicts with another subnet",
    )
    expect(() => here.make('Three', 'AWS::EC2::Subnet', { VpcId: here.vpc, CidrBlock: '10.0.16.0/20' })).not.toThrow()
  })

  test('a security group name is unique in its VPC', () => {
    const here = withNetwork(cloudAtStart(), 'us-east-1')
    const named = { VpcId: here.vpc, GroupName: 'web', GroupDescription: 'x' }
    here.make('One', 'AWS::EC2::SecurityGroup', named)
    expect(() => here.make('Two', 'AWS::EC2::SecurityGroup', named)).toThrow(
      `The security group 'web' already exists for VPC '${here.vpc}'`,
    )
  })

  test('rules need their group, associations their subnet and table', () => {
    const here = withNetwork(cloudAtStart(), 'us-east-1')
    const table = here.make('Table', 'AWS::EC2::RouteTable', { VpcId: here.vpc })
    const ingress = { GroupId: 'sg-none', IpProtocol: 'tcp' }
    expect(() => here.make('Rule', 'AWS::EC2::SecurityGroupIngress', ingress)).toThrow("'sg-none' does not exist")
    const association = 'AWS::EC2::SubnetRouteTableAssociation'
    expect(() => here.make('A', association, { SubnetId: 'subnet-none', RouteTableId: table })).toThrow('subnet-none')
    expect(() => here.make('A', association, { SubnetId: here.subnet, RouteTableId: 'rtb-none' })).toThrow('rtb-none')
    expect(() => here.make('A', association, { SubnetId: here.subnet, RouteTableId: table })).not.toThrow()
  })

  test('a region holds five VPCs, of which the default one is there already', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    for (const id of ['A', 'B', 'C', 'D']) here.make(id, 'AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' })
    expect(() => here.make('F', 'AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' })).toThrow(
      'The maximum number of VPCs has been reached.',
    )
  })

  test('an endpoint belongs to a service of its own region', () => {
    const here = withNetwork(cloudAtStart(), 'us-east-1')
    const foreign = { VpcId: here.vpc, ServiceName: 'com.amazonaws.us-west-2.s3' }
    expect(() => here.make('One', 'AWS::EC2::VPCEndpoint', foreign)).toThrow('does not exist')
  })

  test('what is used cannot be deleted: VPC, subnet', () => {
    const here = withNetwork(cloudAtStart(), 'us-east-1')
    expect(() => here.drop('Vpc')).toThrow(`The vpc '${here.vpc}' has dependencies and cannot be deleted.`)
    const endpoint = { VpcId: here.vpc, SubnetIds: [here.subnet], ServiceName: 'com.amazonaws.us-east-1.ssm' }
    here.make('Endpoint', 'AWS::EC2::VPCEndpoint', endpoint)
    expect(() => here.drop('Subnet')).toThrow(`The subnet '${here.subnet}' has dependencies and cannot be deleted.`)
    for (const id of ['Endpoint', 'Subnet', 'Group', 'Vpc']) expect(here.drop(id)).toBe('gone')
  })
})

describe('peering (TXN-04)', () => {
  const peered = (cidr: string) => {
    const cloud = cloudAtStart()
    const there = withNetwork(cloud, 'us-east-1', cidr)
    const here = withNetwork(cloud, 'us-west-2', '10.1.0.0/16')
    const request = { VpcId: here.vpc, PeerVpcId: there.vpc, PeerRegion: 'us-east-1' }
    return { here, there, request }
  }

  test('the peer VPC must exist in the peer region', () => {
    const { here, there, request } = peered('10.0.0.0/16')
    const type = 'AWS::EC2::VPCPeeringConnection'
    expect(() => here.make('P', type, { ...request, PeerRegion: 'eu-west-1' })).toThrow(`'${there.vpc}' does not exist`)
    expect(here.make('P', type, request)).toMatch(/^pcx-0/)
  })

  test('networks with overlapping addresses cannot be peered (TXN-61)', () => {
    const { here, request } = peered('10.1.128.0/17')
    expect(() => here.make('P', 'AWS::EC2::VPCPeeringConnection', request)).toThrow('overlapping CIDR range')
  })

  test('both sides route over the one connection; nobody over one that is not there', () => {
    const { here, there, request } = peered('10.0.0.0/16')
    const VpcPeeringConnectionId = here.make('P', 'AWS::EC2::VPCPeeringConnection', request)
    for (const [side, cidr] of [
      [here, '10.0.0.0/16'],
      [there, '10.1.0.0/16'],
    ] as const) {
      const RouteTableId = side.make('Table', 'AWS::EC2::RouteTable', { VpcId: side.vpc })
      const route = { RouteTableId, DestinationCidrBlock: cidr, VpcPeeringConnectionId }
      expect(side.make('Route', 'AWS::EC2::Route', route)).toBe(`${RouteTableId}|${cidr}`)
      const lost = { ...route, DestinationCidrBlock: '10.9.0.0/16', VpcPeeringConnectionId: 'pcx-none' }
      expect(() => side.make('Lost', 'AWS::EC2::Route', lost)).toThrow("'pcx-none' does not exist")
      expect(() => side.make('Twice', 'AWS::EC2::Route', route)).toThrow('already exists')
    }
  })
})

test.each([
  ['10.0.0.0/16', '10.1.0.0/16', false],
  ['10.0.0.0/15', '10.1.0.0/16', true],
  ['10.0.0.0/16', '10.0.255.0/24', true],
  ['nonsense', '10.0.0.0/16', false],
])('%s and %s overlap: %s', (one, other, expected) => {
  expect(overlap(one, other)).toBe(expected)
})
