// How traffic leaves a subnet: route tables, endpoints, peering; gateways are beside.
import { define, refused, serviceError } from './define.ts'
import { ec2Arn, inUse, requireEc2, requireVpc } from './ec2.ts'
import { all, existing, text, texts } from '../existing.ts'
import { overlap } from './addresses.ts'
import { gatewayOf } from './gateways.ts'
import { derived, ec2Id } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'

const requireRouteTable = (around: Around, id: unknown): void =>
  requireEc2(around, 'AWS::EC2::RouteTable', id, 'routeTable')

/** Targets of a route that the simulator can make, by property. */
const targets: Record<string, [type: string, what: string]> = {
  VpcPeeringConnectionId: ['AWS::EC2::VPCPeeringConnection', 'vpcPeeringConnection'],
  GatewayId: ['AWS::EC2::InternetGateway', 'internetGateway'],
  NatGatewayId: ['AWS::EC2::NatGateway', 'NatGateway'],
}

/** A peering is seen from both of its regions. */
const isPeering = (around: Around, id: string): boolean =>
  Object.values(around.cloud.resources).some(
    ({ type, physicalId, region, properties }) =>
      type === 'AWS::EC2::VPCPeeringConnection' &&
      physicalId === id &&
      [region, properties.PeerRegion].includes(around.region),
  )

/** An internet gateway is a target only once it is attached to the table's network. */
function requireAttachment(around: Around, { RouteTableId, GatewayId }: Properties): void {
  if (GatewayId === undefined) return
  const table = existing(around.cloud, around.region, 'AWS::EC2::RouteTable', text(RouteTableId))
  if (gatewayOf(around, table?.properties.VpcId) === GatewayId) return
  const message = `route table ${text(RouteTableId)} and network gateway ${text(GatewayId)} belong to different networks`
  throw serviceError(around, 'Ec2', 400, message, 'InvalidRequest')
}

export const routing: Kind[] = [
  define('AWS::EC2::RouteTable', {
    id: 'rtb',
    createOnly: ['VpcId'],
    arn: ec2Arn('route-table'),
    attributes: (_, id) => ({ RouteTableId: id }),
    requires: ({ VpcId }, around) => requireVpc(around, VpcId),
    removable: (id, around) => {
      const associations = all(around.cloud, 'AWS::EC2::SubnetRouteTableAssociation', around.region)
      if (associations.some(({ properties }) => properties.RouteTableId === id)) throw inUse(around, 'routeTable', id)
    },
  }),
  define('AWS::EC2::Route', {
    id: (_, { RouteTableId, DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId }) =>
      `${text(RouteTableId)}|${text(DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? DestinationPrefixListId)}`,
    createOnly: ['RouteTableId', 'DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId'],
    attributes: ({ DestinationCidrBlock }) => ({ CidrBlock: DestinationCidrBlock ?? '' }),
    taken: (id) => `The route identified by ${id.slice(id.indexOf('|') + 1)} already exists.`,
    requires: (properties, around) => {
      requireRouteTable(around, properties.RouteTableId)
      for (const [property, [type, what]] of Object.entries(targets)) {
        const id = properties[property]
        if (property === 'VpcPeeringConnectionId' && id !== undefined && isPeering(around, text(id))) continue
        requireEc2(around, type, id, what)
      }
      requireAttachment(around, properties)
    },
  }),
  define('AWS::EC2::SubnetRouteTableAssociation', {
    id: 'rtbassoc',
    createOnly: ['SubnetId', 'RouteTableId'],
    attributes: (_, id) => ({ Id: id }),
    requires: ({ SubnetId, RouteTableId }, around) => {
      requireEc2(around, 'AWS::EC2::Subnet', SubnetId, 'subnet')
      requireRouteTable(around, RouteTableId)
    },
  }),
  define('AWS::EC2::VPCEndpoint', {
    id: 'vpce',
    createOnly: ['ServiceName', 'ServiceRegion', 'VpcEndpointType', 'VpcId'],
    arn: ec2Arn('vpc-endpoint'),
    attributes: ({ SubnetIds, ServiceName }, id, { cloud }) => ({
      Id: id,
      CreationTimestamp: new Date(cloud.now).toISOString(),
      DnsEntries: texts(SubnetIds).map(
        () => `Z${derived(id, 13)}:${id}.${text(ServiceName).split('.').reverse().join('.')}`,
      ),
      NetworkInterfaceIds: texts(SubnetIds).map((subnet) => ec2Id('eni', id + subnet)),
    }),
    requires: ({ VpcId, SubnetIds, SecurityGroupIds, RouteTableIds, ServiceName }, around) => {
      requireVpc(around, VpcId)
      if (!text(ServiceName).includes(`.${around.region}.`)) {
        const message = `The Vpc Endpoint Service '${text(ServiceName)}' does not exist`
        throw serviceError(around, 'Ec2', 400, message, 'InvalidRequest')
      }
      for (const id of texts(SubnetIds)) requireEc2(around, 'AWS::EC2::Subnet', id, 'subnet')
      for (const id of texts(SecurityGroupIds)) requireEc2(around, 'AWS::EC2::SecurityGroup', id, 'security group')
      for (const id of texts(RouteTableIds)) requireRouteTable(around, id)
    },
  }),
  define('AWS::EC2::VPCPeeringConnection', {
    id: 'pcx',
    createOnly: ['VpcId', 'PeerVpcId', 'PeerRegion', 'PeerOwnerId', 'PeerRoleArn'],
    arn: ec2Arn('vpc-peering-connection'),
    attributes: (_, id) => ({ Id: id }),
    requires: ({ VpcId, PeerVpcId, PeerRegion }, around) => {
      const peerRegion = PeerRegion === undefined ? around.region : text(PeerRegion)
      requireVpc(around, VpcId)
      requireVpc(around, PeerVpcId, peerRegion)
      const cidr = (region: string, id: unknown): string =>
        text(existing(around.cloud, region, 'AWS::EC2::VPC', text(id))?.properties.CidrBlock)
      // EC2 accepts the request and then fails the connection; CloudFormation reports the failed state.
      if (overlap(cidr(around.region, VpcId), cidr(peerRegion, PeerVpcId))) {
        throw refused(
          around,
          'VpcPeeringConnection failed to stabilize: failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range',
          'NotStabilized',
        )
      }
    },
  }),
]
