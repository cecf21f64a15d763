// Networks of the transactions system: two VPCs that reach each other and nothing else.
import { expect } from 'vitest'
import { all, get, list, one, output, peer, remove, set, sides, type Check } from '../world.ts'

const cidr = { primary: '10.0.0.0/16', failover: '10.1.0.0/16' }

export const network: Check[] = [
  {
    ids: 'TXN-04',
    rule: 'each region has a VPC with three private subnets in three zones',
    holds: (world) => {
      for (const side of sides) {
        const vpc = one(world, 'AWS::EC2::VPC', side)
        const subnets = all(world, 'AWS::EC2::Subnet', side)
        expect(new Set(subnets.map((subnet) => get(subnet, 'AvailabilityZone'))).size).toBe(3)
        for (const subnet of subnets) {
          expect(vpc.is(get(subnet, 'VpcId')), `${subnet.name} lies in the VPC`).toBe(true)
          expect(get(subnet, 'MapPublicIpOnLaunch') ?? false).toBe(false)
        }
      }
      expect(all(world, 'AWS::EC2::InternetGateway')).toEqual([])
    },
    breaks: (world) => set(all(world, 'AWS::EC2::Subnet', 'failover')[0]!, 'MapPublicIpOnLaunch', true),
  },
  {
    ids: 'TXN-04',
    rule: 'one peering connects the regions, and both sides route into it',
    holds: (world) => {
      const peering = one(world, 'AWS::EC2::VPCPeeringConnection')
      expect(get(peering, 'PeerRegion')).toBe(world.regions[peer(peering.side)])
      expect(get(peering, 'VpcId')).toBe(output(world, peering.side, 'VpcId'))
      expect(get(peering, 'PeerVpcId')).toBe(output(world, peer(peering.side), 'VpcId'))
      for (const side of sides) {
        const there = get(one(world, 'AWS::EC2::VPC', peer(side)), 'CidrBlock') ?? ''
        const route = one(world, 'AWS::EC2::Route', side, { DestinationCidrBlock: there })
        expect(peering.is(get(route, 'VpcPeeringConnectionId')), `${route.name} goes into the peering`).toBe(true)
        expect(output(world, side, 'PeeringConnectionId')).toBe(get(route, 'VpcPeeringConnectionId'))
      }
    },
    breaks: (world) =>
      remove(
        world,
        all(world, 'AWS::EC2::Route', 'primary').find((it) => get(it, 'VpcPeeringConnectionId') !== undefined)!,
      ),
  },
  {
    ids: 'TXN-61',
    rule: 'the networks are 10.0.0.0/16 and 10.1.0.0/16',
    holds: (world) => {
      for (const side of sides) expect(get(one(world, 'AWS::EC2::VPC', side), 'CidrBlock')).toBe(cidr[side])
    },
    breaks: (world) => set(one(world, 'AWS::EC2::VPC', 'failover'), 'CidrBlock', cidr.primary),
  },
  {
    ids: 'TXN-62',
    rule: 'a security group in each region admits the network of the other, and never the world',
    holds: (world) => {
      const rulesOf = (side: 'primary' | 'failover') => [
        ...all(world, 'AWS::EC2::SecurityGroup', side).flatMap((group) => list(group, 'SecurityGroupIngress')),
        ...all(world, 'AWS::EC2::SecurityGroupIngress', side).map(({ properties }) => properties),
      ]
      for (const side of sides) {
        const sources = rulesOf(side).map((rule) => get(rule, 'CidrIp'))
        expect(sources, `sources admitted in ${side}`).toContain(cidr[peer(side)])
        expect(sources).not.toContain('0.0.0.0/0')
      }
    },
    breaks: (world) => {
      for (const group of all(world, 'AWS::EC2::SecurityGroup', 'primary')) set(group, 'SecurityGroupIngress', [])
      for (const rule of all(world, 'AWS::EC2::SecurityGroupIngress', 'primary')) remove(world, rule)
    },
  },
]
