// Which resources have network interfaces: while one stands, its subnets and security groups cannot be deleted.
import { all, at, texts } from '../existing.ts'
import type { Around } from './kind.ts'

/** Where a type names the subnets and the groups of its interfaces. */
const holders: Record<string, { subnets?: string; groups?: string }> = {
  'AWS::ApiGatewayV2::VpcLink': { subnets: 'SubnetIds', groups: 'SecurityGroupIds' },
  'AWS::EC2::NatGateway': { subnets: 'SubnetId' },
  'AWS::EC2::VPCEndpoint': { subnets: 'SubnetIds', groups: 'SecurityGroupIds' },
  'AWS::ECS::Service': {
    subnets: 'NetworkConfiguration/AwsvpcConfiguration/Subnets',
    groups: 'NetworkConfiguration/AwsvpcConfiguration/SecurityGroups',
  },
  'AWS::EFS::MountTarget': { subnets: 'SubnetId', groups: 'SecurityGroups' },
  'AWS::ElastiCache::ReplicationGroup': { groups: 'SecurityGroupIds' },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': { subnets: 'Subnets', groups: 'SecurityGroups' },
  'AWS::Lambda::Function': { subnets: 'VpcConfig/SubnetIds', groups: 'VpcConfig/SecurityGroupIds' },
  'AWS::RDS::DBCluster': { groups: 'VpcSecurityGroupIds' },
  'AWS::RDS::DBInstance': { groups: 'VPCSecurityGroups' },
}

const isHeld = (around: Around, by: 'subnets' | 'groups', id: string): boolean =>
  Object.entries(holders).some(([type, paths]) => {
    const path = paths[by]
    if (path === undefined) return false
    return all(around.cloud, type, around.region).some(({ properties }) => texts(at(properties, path)).includes(id))
  })

/** A network interface lies in the subnet. */
export const holdsSubnet = (around: Around, id: string): boolean => isHeld(around, 'subnets', id)

/** A network interface belongs to the security group. */
export const holdsGroup = (around: Around, id: string): boolean => isHeld(around, 'groups', id)
