// VPCs and what lies in them, except peering and the ways out.
import { define, serviceError } from './define.ts'
import { all, existing, list, others, text } from '../existing.ts'
import { arn, ec2Id } from '../identifiers.ts'
import { overlap } from './addresses.ts'
import { holdsGroup, holdsSubnet } from './interfaces.ts'
import { quotaOf } from '../state.ts'
import type { Around, Kind } from './kind.ts'

/** The ARN of an EC2 resource, for `arn` of a kind. */
export const ec2Arn = (what: string) => (id: string, region: string) => arn('ec2', region, `${what}/${id}`)

/** Refuses an EC2 resource that is not in the region. */
export function requireEc2(around: Around, type: string, id: unknown, what: string, region = around.region): void {
  if (id === undefined || existing(around.cloud, region, type, text(id))) return
  throw serviceError(around, 'Ec2', 400, `The ${what} ID '${text(id)}' does not exist`, 'NotFound')
}

export const requireVpc = (around: Around, id: unknown, region = around.region): void =>
  requireEc2(around, 'AWS::EC2::VPC', id, 'vpc', region)

/** EC2's sentence for what cannot be deleted yet. */
export const inUse = (around: Around, what: string, id: string): Error =>
  serviceError(around, 'Ec2', 400, `The ${what} '${id}' has dependencies and cannot be deleted.`, 'InvalidRequest')

/** A group that rules of other groups name as source or destination cannot go. */
const isNamedByRule = (around: Around, id: string): boolean => {
  const groups = all(around.cloud, 'AWS::EC2::SecurityGroup', around.region).filter((one) => one.physicalId !== id)
  const written = groups.flatMap(({ properties }) => [
    ...list(properties.SecurityGroupIngress),
    ...list(properties.SecurityGroupEgress),
  ])
  const separate = ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress']
    .flatMap((type) => all(around.cloud, type, around.region))
    .map(({ properties }) => properties)
    .filter(({ GroupId }) => GroupId !== id)
  return [...written, ...separate].some(
    ({ SourceSecurityGroupId, DestinationSecurityGroupId }) =>
      SourceSecurityGroupId === id || DestinationSecurityGroupId === id,
  )
}

const rule = (type: string, other: string): Kind =>
  define(type, {
    id: 'sgr',
    createOnly: [
      'GroupId',
      'IpProtocol',
      'FromPort',
      'ToPort',
      'CidrIp',
      'CidrIpv6',
      `${other}SecurityGroupId`,
      `${other}PrefixListId`,
    ],
    attributes: (_, id) => ({ Id: id }),
    requires: (properties, around) => {
      for (const id of [properties.GroupId, properties[`${other}SecurityGroupId`]]) {
        requireEc2(around, 'AWS::EC2::SecurityGroup', id, 'security group')
      }
    },
  })

export const ec2: Kind[] = [
  define('AWS::EC2::VPC', {
    id: 'vpc',
    createOnly: ['CidrBlock', 'Ipv4IpamPoolId', 'Ipv4NetmaskLength'],
    arn: ec2Arn('vpc'),
    attributes: ({ CidrBlock }, id) => ({
      VpcId: id,
      CidrBlock: CidrBlock ?? '',
      CidrBlockAssociations: [ec2Id('vpc-cidr-assoc', id)],
      DefaultNetworkAcl: ec2Id('acl', id),
      DefaultSecurityGroup: ec2Id('sg', id),
      Ipv6CidrBlocks: [],
    }),
    requires: (_, around) => {
      // Quota "VPCs per Region". Every region of an account has a default VPC, which counts.
      const used = others(around, 'AWS::EC2::VPC').length + 1
      if (used >= quotaOf(around.cloud, around.region, 'L-F678F1CE', 5)) {
        throw serviceError(around, 'Ec2', 400, 'The maximum number of VPCs has been reached.', 'ServiceLimitExceeded')
      }
    },
    removable: (id, around) => {
      const inside = ['Subnet', 'SecurityGroup', 'VPCEndpoint', 'RouteTable', 'VPCGatewayAttachment']
      const left = inside.map((name) => `AWS::EC2::${name}`).flatMap((type) => all(around.cloud, type, around.region))
      if (left.some(({ properties }) => properties.VpcId === id)) throw inUse(around, 'vpc', id)
    },
  }),
  define('AWS::EC2::Subnet', {
    id: 'subnet',
    createOnly: ['AvailabilityZone', 'AvailabilityZoneId', 'CidrBlock', 'VpcId', 'Ipv6Native', 'OutpostArn'],
    arn: ec2Arn('subnet'),
    attributes: ({ AvailabilityZone, CidrBlock, VpcId }, id, { region }) => ({
      SubnetId: id,
      AvailabilityZone: AvailabilityZone ?? `${region}a`,
      CidrBlock: CidrBlock ?? '',
      VpcId: VpcId ?? '',
      NetworkAclAssociationId: ec2Id('aclassoc', id),
      Ipv6CidrBlocks: [],
      OutpostArn: '',
    }),
    requires: ({ VpcId, CidrBlock }, around) => {
      requireVpc(around, VpcId)
      const clash = others(around, 'AWS::EC2::Subnet').find(
        ({ properties }) => properties.VpcId === VpcId && overlap(text(properties.CidrBlock), text(CidrBlock)),
      )
      if (clash) {
        const message = `The CIDR '${text(CidrBlock)}' conflicts with another subnet`
        throw serviceError(around, 'Ec2', 400, message, 'InvalidRequest')
      }
    },
    removable: (id, around) => {
      if (holdsSubnet(around, id)) throw inUse(around, 'subnet', id)
    },
  }),
  define('AWS::EC2::SecurityGroup', {
    id: 'sg',
    customName: 'GroupName',
    createOnly: ['GroupName', 'GroupDescription', 'VpcId'],
    arn: ec2Arn('security-group'),
    attributes: ({ VpcId }, id) => ({ GroupId: id, Id: id, VpcId: VpcId ?? '' }),
    requires: ({ VpcId, GroupName }, around) => {
      requireVpc(around, VpcId)
      const clash = others(around, 'AWS::EC2::SecurityGroup').find(
        ({ properties }) => properties.GroupName === GroupName && properties.VpcId === VpcId,
      )
      if (clash && GroupName !== undefined) {
        const message = `The security group '${text(GroupName)}' already exists for VPC '${text(VpcId)}'`
        throw serviceError(around, 'Ec2', 400, message, 'AlreadyExists')
      }
    },
    removable: (id, around) => {
      if (holdsGroup(around, id) || isNamedByRule(around, id)) {
        throw serviceError(around, 'Ec2', 400, `resource ${id} has a dependent object`, 'InvalidRequest')
      }
    },
  }),
  rule('AWS::EC2::SecurityGroupIngress', 'Source'),
  rule('AWS::EC2::SecurityGroupEgress', 'Destination'),
  define('AWS::EC2::FlowLog', {
    id: 'fl',
    createOnly: [
      'ResourceId',
      'ResourceType',
      'TrafficType',
      'LogGroupName',
      'LogDestination',
      'LogDestinationType',
      'DeliverLogsPermissionArn',
      'LogFormat',
      'MaxAggregationInterval',
      'DestinationOptions',
    ],
    arn: ec2Arn('vpc-flow-log'),
    attributes: (_, id) => ({ Id: id }),
    requires: ({ ResourceId, ResourceType }, around) => {
      if (ResourceType === 'VPC') requireVpc(around, ResourceId)
    },
  }),
]
