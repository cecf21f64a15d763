// What CloudFormation's handlers call for networks;
// the notation and its source: fact.ts.
import type { Facts } from '../fact.ts'

export const network: Facts = {
  'AWS::EC2::EIP': [
    [
      'ec2:@:*',
      `AllocateAddress/c ReleaseAddress/d AssociateAddress/cu DisassociateAddress/ud CreateTags/cu DeleteTags/u`,
    ],
    ['*', 'ec2:DescribeAddresses/crud'],
    ['ec2:@:*', 'AcceptAddressTransfer/c', { when: 'TransferAddress' }],
  ],
  'AWS::EC2::FlowLog': [
    ['ec2:@:*', 'CreateFlowLogs/c DeleteFlowLogs/d CreateTags/cu DeleteTags/u'],
    [
      '*',
      `ec2:DescribeFlowLogs/crud ec2:DescribeTags/c autoscaling:DescribeTags/c logs:CreateLogDelivery/c
        logs:DeleteLogDelivery/d`,
    ],
    [
      'iam::#:role/aws-service-role/*',
      `CreateServiceLinkedRole/c`,
      { when: 'LogDestinationType=firehose', linked: 'delivery.logs.amazonaws.com' },
    ],
    ['${DeliverLogsPermissionArn}', 'iam:PassRole/c', { to: 'vpc-flow-logs.amazonaws.com' }],
    ['s3:::*', 'GetBucketPolicy/c PutBucketPolicy/c', { when: 'LogDestinationType=s3' }],
  ],
  'AWS::EC2::InternetGateway': [
    ['ec2:@:*', 'CreateInternetGateway/c DeleteInternetGateway/d CreateTags/cu DeleteTags/u'],
    ['*', 'ec2:DescribeInternetGateways/crud'],
  ],
  'AWS::EC2::NatGateway': [
    ['ec2:@:*', 'CreateNatGateway/c DeleteNatGateway/d CreateTags/cu DeleteTags/u'],
    ['*', 'ec2:DescribeNatGateways/crud'],
    [
      'ec2:@:*',
      `AssignPrivateNatGatewayAddress/u UnassignPrivateNatGatewayAddress/u`,
      { when: 'SecondaryPrivateIpAddresses' },
    ],
    ['ec2:@:*', 'AssociateNatGatewayAddress/u DisassociateNatGatewayAddress/u', { when: 'SecondaryAllocationIds' }],
  ],
  'AWS::EC2::Route': [
    ['ec2:@:*', 'CreateRoute/c ReplaceRoute/u DeleteRoute/d'],
    ['*', 'ec2:DescribeRouteTables/crud ec2:DescribeNetworkInterfaces/cu'],
  ],
  'AWS::EC2::RouteTable': [
    ['ec2:@:*', 'CreateRouteTable/c DeleteRouteTable/d CreateTags/cu DeleteTags/u'],
    ['*', 'ec2:DescribeRouteTables/crud'],
  ],
  'AWS::EC2::SecurityGroup': [
    [
      'ec2:@:*',
      `CreateSecurityGroup/c DeleteSecurityGroup/d CreateTags/cu DeleteTags/u AuthorizeSecurityGroupEgress/cu
        AuthorizeSecurityGroupIngress/cu RevokeSecurityGroupEgress/cu RevokeSecurityGroupIngress/u
        UpdateSecurityGroupRuleDescriptionsEgress/u UpdateSecurityGroupRuleDescriptionsIngress/u`,
    ],
    ['*', 'ec2:DescribeSecurityGroups/crud ec2:DescribeInstances/d'],
  ],
  'AWS::EC2::SecurityGroupEgress': [
    [
      'ec2:@:*',
      `AuthorizeSecurityGroupEgress/c RevokeSecurityGroupEgress/cd UpdateSecurityGroupRuleDescriptionsEgress/u`,
    ],
    ['*', 'ec2:DescribeSecurityGroupRules/crd'],
  ],
  'AWS::EC2::SecurityGroupIngress': [
    [
      'ec2:@:*',
      `AuthorizeSecurityGroupIngress/c RevokeSecurityGroupIngress/d
        UpdateSecurityGroupRuleDescriptionsIngress/u`,
    ],
    ['*', 'ec2:DescribeSecurityGroupRules/crd ec2:DescribeSecurityGroups/r'],
  ],
  'AWS::EC2::Subnet': [
    ['ec2:@:*', 'CreateSubnet/c ModifySubnetAttribute/cu DeleteSubnet/d CreateTags/cu DeleteTags/u'],
    ['*', 'ec2:DescribeSubnets/crud ec2:DescribeNetworkAcls/r'],
    ['ec2:@:*', 'AssociateSubnetCidrBlock/u DisassociateSubnetCidrBlock/u', { when: 'Ipv6CidrBlock' }],
  ],
  'AWS::EC2::SubnetRouteTableAssociation': [
    ['ec2:@:*', 'AssociateRouteTable/c DisassociateRouteTable/d ReplaceRouteTableAssociation/c'],
    ['*', 'ec2:DescribeRouteTables/crd ec2:DescribeSubnets/cd'],
  ],
  'AWS::EC2::VPC': [
    ['ec2:@:*', 'CreateVpc/c ModifyVpcAttribute/cu DeleteVpc/d CreateTags/cu DeleteTags/u'],
    [
      '*',
      `ec2:DescribeVpcs/crd ec2:DescribeVpcAttribute/cru ec2:DescribeNetworkAcls/r ec2:DescribeSecurityGroups/r
        ec2:DescribeVpcEncryptionControls/r`,
    ],
    ['ec2:@:*', 'CreateVpcEncryptionControl/c', { when: 'VpcEncryptionControl' }],
    ['ec2:@:*', 'ModifyVpcTenancy/u', { when: 'InstanceTenancy' }],
  ],
  'AWS::EC2::VPCEndpoint': [
    ['ec2:@:*', 'CreateVpcEndpoint/c ModifyVpcEndpoint/u DeleteVpcEndpoints/d CreateTags/cud DeleteTags/cud'],
    [
      '*',
      `ec2:DescribeVpcEndpoints/crud ec2:DescribeSecurityGroups/crud ec2:DescribeSubnets/crud
        ec2:DescribeVpcs/crud`,
    ],
    ['*', 'vpc-lattice:CreateServiceNetworkVpcEndpointAssociation/cu', { when: 'ServiceNetworkArn' }],
    ['vpc-lattice:@:*', 'DescribeServiceNetworkVpcEndpointAssociation/crud', { when: 'ServiceNetworkArn' }],
    ['ec2:@:*', 'vpce:AllowMultiRegion/cud', { when: 'ServiceRegion' }],
  ],
  'AWS::EC2::VPCGatewayAttachment': [
    ['ec2:@:*', 'AttachInternetGateway/cu DetachInternetGateway/ud'],
    ['ec2:@:*', 'AttachVpnGateway/cu DetachVpnGateway/ud', { when: 'VpnGatewayId' }],
    ['*', 'ec2:DescribeInternetGateways/crud ec2:DescribeVpnGateways/crud'],
  ],
  'AWS::EC2::VPCPeeringConnection': [
    [
      'ec2:@:*',
      `CreateVpcPeeringConnection/c AcceptVpcPeeringConnection/c DeleteVpcPeeringConnection/d CreateTags/cu
        DeleteTags/u`,
    ],
    ['*', 'ec2:DescribeVpcPeeringConnections/crud'],
    ['${PeerRoleArn}', 'sts:AssumeRole/c'],
  ],
}
