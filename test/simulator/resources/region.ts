// A region of a simulated account, with the few moves that tests of resource types make.
import { create, removable, remove, update } from '../../../src/simulator/resources/lifecycle.ts'
import type { Around, Properties } from '../../../src/simulator/resources/kind.ts'
import type { Cloud, Stack } from '../../../src/simulator/state.ts'
import { emptyCloud } from '../../../src/simulator/store.ts'
import type { Value } from '../../../src/lib/core/model.ts'

export const start = Date.UTC(2026, 0, 1)
export const cloudAtStart = (): Cloud => emptyCloud(start)

export interface Region {
  cloud: Cloud
  /** Makes a resource and gives its physical id. */
  make: (logicalId: string, type: string, properties?: Properties) => string
  attributes: (logicalId: string) => Record<string, Value>
  change: (logicalId: string, after: Properties) => ReturnType<typeof update>
  /** Deletes as CloudFormation does: first whether it may, then for good. */
  drop: (logicalId: string) => 'gone' | 'keep'
  around: (logicalId: string) => Around
}

/** One stack in one region of the cloud. */
export function region(cloud: Cloud, name: string, stackName = 'app', tags: Record<string, string> = {}): Region {
  const id = `arn:aws:cloudformation:${name}:000000000000:stack/${stackName}/1`
  const stack: Stack = {
    id,
    name: stackName,
    region: name,
    status: 'CREATE_IN_PROGRESS',
    createdAt: cloud.now,
    template: '{}',
    parameters: {},
    tags,
    capabilities: [],
    outputs: {},
    resources: {},
    events: [],
  }
  const made: Record<string, { type: string; physicalId: string; properties: Properties; attributes: Properties }> = {}
  const get = (logicalId: string) => {
    const found = made[logicalId]
    if (!found) throw new Error(`the test did not make ${logicalId}`)
    return found
  }
  const around = (logicalId: string): Around => ({ cloud, region: name, stack, logicalId, tags })
  return {
    cloud,
    around,
    make: (logicalId, type, properties = {}) => {
      const { physicalId, attributes } = create(around(logicalId), type, properties)
      made[logicalId] = { type, physicalId, properties, attributes }
      return physicalId
    },
    attributes: (logicalId) => get(logicalId).attributes,
    change: (logicalId, after) => {
      const { type, physicalId, properties } = get(logicalId)
      return update(around(logicalId), type, physicalId, properties, after)
    },
    drop: (logicalId) => {
      const { type, physicalId } = get(logicalId)
      removable(around(logicalId), type, physicalId)
      return remove(around(logicalId), type, physicalId)
    },
  }
}

/** A role that a service may take on, with these actions. */
export const roleFor = (service: string, ...actions: string[]): Properties => ({
  AssumeRolePolicyDocument: {
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  },
  Policies: [{ PolicyName: 'may', PolicyDocument: { Statement: { Effect: 'Allow', Action: actions, Resource: '*' } } }],
})

/** A region with a VPC, a subnet and a security group. */
export function withNetwork(cloud: Cloud, name: string, cidr = '10.0.0.0/16', stackName?: string) {
  const here = region(cloud, name, stackName)
  const vpc = here.make('Vpc', 'AWS::EC2::VPC', { CidrBlock: cidr })
  const subnet = here.make('Subnet', 'AWS::EC2::Subnet', { VpcId: vpc, CidrBlock: cidr.replace('/16', '/20') })
  const group = here.make('Group', 'AWS::EC2::SecurityGroup', { VpcId: vpc, GroupDescription: 'test' })
  return { ...here, vpc, subnet, group }
}

/** A NAT gateway in a subnet of its own, with all that it needs; gives its id. */
export function withNat(here: Region, vpc: string, cidr = '10.0.240.0/24'): string {
  const InternetGatewayId = here.make('Gateway', 'AWS::EC2::InternetGateway')
  here.make('Attachment', 'AWS::EC2::VPCGatewayAttachment', { VpcId: vpc, InternetGatewayId })
  here.make('Address', 'AWS::EC2::EIP', { Domain: 'vpc' })
  const AllocationId = here.attributes('Address')['AllocationId'] ?? ''
  const SubnetId = here.make('Public', 'AWS::EC2::Subnet', { VpcId: vpc, CidrBlock: cidr })
  return here.make('Nat', 'AWS::EC2::NatGateway', { SubnetId, AllocationId })
}
