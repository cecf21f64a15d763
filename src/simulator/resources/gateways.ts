// The ways out to the internet: internet gateways, elastic addresses, NAT gateways.
import { define, refused, serviceError } from './define.ts'
import { ec2Arn, inUse, requireEc2, requireVpc } from './ec2.ts'
import { all, existing, others, text, texts } from '../existing.ts'
import { derived, ec2Id, fresh } from '../identifiers.ts'
import { quotaOf } from '../state.ts'
import type { Around, Kind, Properties } from './kind.ts'

const [attachment, gateway, nat, eip] = [
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::EIP',
]

/** The internet gateway that is attached to a network, if any. */
export const gatewayOf = (around: Around, vpc: unknown): unknown =>
  all(around.cloud, attachment, around.region).find(({ properties }) => properties.VpcId === vpc)?.properties
    .InternetGatewayId

/** The network in which a subnet lies. */
export const vpcOf = (around: Around, subnet: unknown): unknown =>
  existing(around.cloud, around.region, 'AWS::EC2::Subnet', text(subnet))?.properties.VpcId

const allocations = ({ AllocationId, SecondaryAllocationIds }: Properties): string[] => [
  ...texts(AllocationId),
  ...texts(SecondaryAllocationIds),
]

/** A NAT gateway that fails does so after its creation was accepted; CloudFormation reports the failed state. */
const failedNat = (around: Around, message: string): Error => refused(around, message, 'NotStabilized')

function requireAddress(around: Around, properties: Properties): void {
  const ids = allocations(properties)
  if (ids.length === 0) {
    const message =
      'The request must include the AllocationId parameter. Add the required parameter and retry the request.'
    throw serviceError(around, 'Ec2', 400, message, 'InvalidRequest')
  }
  for (const id of ids) {
    if (!all(around.cloud, eip, around.region).some(({ attributes }) => attributes.AllocationId === id)) {
      throw serviceError(around, 'Ec2', 400, `The allocation ID '${id}' does not exist`, 'NotFound')
    }
    if (others(around, nat).some((other) => allocations(other.properties).includes(id))) {
      throw failedNat(around, `Elastic IP address [${id}] is already associated`)
    }
  }
}

export const gateways: Kind[] = [
  define(gateway, {
    id: 'igw',
    arn: ec2Arn('internet-gateway'),
    attributes: (_, id) => ({ InternetGatewayId: id }),
    removable: (id, around) => {
      const attached = all(around.cloud, attachment, around.region)
      if (attached.some(({ properties }) => properties.InternetGatewayId === id)) {
        throw inUse(around, 'internetGateway', id)
      }
    },
  }),
  define(attachment, {
    id: (_, { VpcId }) => `IGW|${text(VpcId)}`,
    createOnly: ['VpcId'],
    attributes: () => ({ AttachmentType: 'IGW' }),
    taken: (id) => `Network ${id.slice(4)} already has an internet gateway attached`,
    requires: ({ VpcId, InternetGatewayId }, around) => {
      requireVpc(around, VpcId)
      requireEc2(around, gateway, InternetGatewayId, 'internetGateway')
      const elsewhere = others(around, attachment).some((one) => one.properties.InternetGatewayId === InternetGatewayId)
      if (!elsewhere) return
      const message = `resource ${text(InternetGatewayId)} is already attached to another network`
      throw serviceError(around, 'Ec2', 400, message, 'InvalidRequest')
    },
    removable: (id, around) => {
      const vpc = id.slice(4)
      const mapped = all(around.cloud, nat, around.region).some(
        ({ properties }) => properties.ConnectivityType !== 'private' && vpcOf(around, properties.SubnetId) === vpc,
      )
      if (!mapped) return
      const message = `Network ${vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`
      throw serviceError(around, 'Ec2', 400, message, 'InvalidRequest')
    },
  }),
  define(eip, {
    id: (_, __, { cloud }) => {
      const digits = derived(fresh(cloud), 6)
      const part = (from: number): number => Number.parseInt(digits.slice(from, from + 2), 16)
      return `198.${18 + (part(0) % 2)}.${part(2)}.${part(4)}`
    },
    createOnly: ['Domain', 'Address', 'NetworkBorderGroup', 'TransferAddress', 'IpamPoolId'],
    arn: (id, region) => ec2Arn('elastic-ip')(ec2Id('eipalloc', id), region),
    attributes: (_, id) => ({ AllocationId: ec2Id('eipalloc', id), PublicIp: id }),
    requires: (_, around) => {
      // Quota "EC2-VPC Elastic IPs".
      if (others(around, eip).length < quotaOf(around.cloud, around.region, 'L-0263D0A3', 5)) return
      const message = 'The maximum number of addresses has been reached.'
      throw serviceError(around, 'Ec2', 400, message, 'GeneralServiceException')
    },
    removable: (id, around) => {
      const own = ec2Id('eipalloc', id)
      if (!all(around.cloud, nat, around.region).some(({ properties }) => allocations(properties).includes(own))) return
      const message = 'You do not have permission to access the specified resource.'
      throw serviceError(around, 'Ec2', 400, message, 'AccessDenied')
    },
  }),
  define(nat, {
    id: 'nat',
    createOnly: ['SubnetId', 'AllocationId', 'ConnectivityType', 'PrivateIpAddress', 'VpcId', 'AvailabilityMode'],
    arn: ec2Arn('natgateway'),
    attributes: (_, id) => ({ NatGatewayId: id, EniId: ec2Id('eni', id) }),
    requires: (properties, around) => {
      requireEc2(around, 'AWS::EC2::Subnet', properties.SubnetId, 'subnet')
      if (properties.ConnectivityType === 'private') return
      requireAddress(around, properties)
      const vpc = vpcOf(around, properties.SubnetId)
      if (gatewayOf(around, vpc) === undefined) {
        throw failedNat(around, `Network ${text(vpc)} has no Internet gateway attached`)
      }
    },
  }),
]
