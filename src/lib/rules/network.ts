// Rules: networks are private, do not overlap, and let functions reach what they call.
import { type Block, formatBlock, overlap, parseBlock } from '../templates/cidr.ts'
import { grants } from './policies.ts'
import {
  each,
  nameOf,
  refOf,
  resources,
  textsOf,
  type Context,
  type Found,
  type Rule,
  type Violation,
  text,
} from './rule.ts'

const find = (context: Context, type: string, ref: unknown): Found | undefined =>
  resources(context, type).find((found) => refOf(found) === ref)

/**
 * Actions taken for a function by Lambda or by the service that holds the data, outside of its network:
 * logs, traces, network interfaces, keys, and reading event sources. File systems and caches lie inside of the network: for
 * them a right is no call.
 */
const fromOutside =
  /^(logs|xray|ec2|kms):|^kinesis:(Get|List|Describe|Subscribe)|^dynamodb:(GetRecords|GetShardIterator)$|^elasticfilesystem:Client|^elasticache:Connect$/

/** Services whose endpoint has another name than the prefix of their actions. */
const endpointNames: Record<string, string> = { kinesis: 'kinesis-streams', cloudwatch: 'monitoring' }

/** Whether a VPC has a way out, or an endpoint of the service. */
function reaches(context: Context, vpc: Found, service: string): boolean {
  const inside = (found: Found): boolean => found.properties['VpcId'] === refOf(vpc)
  const subnets = new Set(resources(context, 'AWS::EC2::Subnet').filter(inside).map(refOf))
  const nat = resources(context, 'AWS::EC2::NatGateway').some(({ properties }) =>
    subnets.has(text(properties['SubnetId'])),
  )
  return (
    nat ||
    resources(context, 'AWS::EC2::VPCEndpoint')
      .filter(inside)
      .some(({ properties }) => text(properties['ServiceName']).endsWith(`.${endpointNames[service] ?? service}`))
  )
}

/** Where the user gave one of the blocks: the parameter, and a block of its size that is free. */
function otherBlock(context: Context, sides: { vpc: Found; block: Block }[]): { way?: string } {
  for (const { block } of sides) {
    const given = Object.entries(context.target.parameters).find(([, value]) => {
      const parsed = parseBlock(value)
      return parsed && formatBlock(parsed) === formatBlock(block)
    })
    if (!given) continue
    const size = 2 ** (32 - block.bits)
    const last = Math.max(...sides.map((it) => it.block.start + 2 ** (32 - it.block.bits)))
    const free = formatBlock({ start: Math.ceil(last / size) * size, bits: block.bits })
    return { way: `give another block, such as --parameter ${given[0]}=${free}` }
  }
  return {}
}

export const network: Rule[] = [
  {
    id: 'network/one-nat',
    title: 'A network has one NAT gateway at most, unless the system is large or somebody asks for more',
    requirements: ['COMMON-33'],
    fix: 'share one NAT gateway, or use endpoints',
    check: (context) => {
      const { scale, parameters } = context.target
      const asked = Object.entries(parameters).some(([name, value]) => /(^|\.)Nat$/.test(name) && value === 'per-zone')
      if (scale === 'large' || asked) return []
      const seen = new Set<unknown>()
      return resources(context, 'AWS::EC2::NatGateway').flatMap((found) => {
        const vpc = find(context, 'AWS::EC2::Subnet', found.properties['SubnetId'])?.properties['VpcId']
        const second = seen.has(vpc)
        seen.add(vpc)
        return second
          ? [{ position: found.resource.position, message: `${nameOf(found)} is the second of its network` }]
          : []
      })
    },
  },
  {
    id: 'network/gateway-endpoints',
    title: 'Every network has the gateway endpoints of S3 and DynamoDB, which cost nothing',
    requirements: ['COMMON-33'],
    fix: 'add an AWS::EC2::VPCEndpoint of type Gateway for each',
    check: each(['AWS::EC2::VPC'], (vpc, context) => {
      const own = resources(context, 'AWS::EC2::VPCEndpoint').filter(
        ({ properties }) => properties['VpcId'] === refOf(vpc),
      )
      const missing = ['s3', 'dynamodb'].filter(
        (service) => !own.some(({ properties }) => text(properties['ServiceName']).endsWith(`.${service}`)),
      )
      return missing.length ? `has no gateway endpoint of ${missing.join(' and ')}` : undefined
    }),
  },
  {
    id: 'network/overlap',
    title: 'Peered networks do not overlap',
    requirements: ['TXN-61'],
    fix: 'choose other CIDRs for one of them',
    check: (context) =>
      resources(context, 'AWS::EC2::VPCPeeringConnection').flatMap((peering): Violation[] => {
        const sides = ['VpcId', 'PeerVpcId'].flatMap((side) => {
          const vpc = find(context, 'AWS::EC2::VPC', peering.properties[side])
          const block = parseBlock(text(vpc?.properties['CidrBlock']))
          return vpc && block ? [{ vpc, block }] : []
        })
        const [own, peer] = sides
        if (!own || !peer || !overlap(own.block, peer.block)) return []
        const blocks = sides.map(({ vpc, block }) => `${formatBlock(block)} in ${vpc.template.region}`)
        const message = `${nameOf(peering)} peers networks that overlap: ${blocks.join(' and ')}`
        return [{ position: peering.resource.position, message, ...otherBlock(context, sides) }]
      }),
  },
  {
    id: 'network/reachability',
    title: 'A function in a network reaches every service that its role may call',
    requirements: ['COMMON-25', 'COMMON-33'],
    fix: 'add an endpoint, take the function out of the network, or take the right away',
    check: (context) => {
      const allGrants = grants(context)
      return resources(context, 'AWS::Lambda::Function').flatMap((found) => {
        const { VpcConfig: config, Role: role } = found.properties
        const subnets = textsOf((config as Record<string, never> | undefined)?.['SubnetIds'])
        const subnet = subnets.map((ref) => find(context, 'AWS::EC2::Subnet', ref)).find(Boolean)
        const vpc = subnet && find(context, 'AWS::EC2::VPC', subnet.properties['VpcId'])
        if (!vpc) return []
        const called = allGrants
          .filter((grant) => text(role).endsWith(`/${text(grant.found.properties['RoleName'])}`))
          .flatMap(({ statement }) => textsOf(statement['Action']))
          .filter((action) => action !== '*' && !fromOutside.test(action))
          .map((action) => action.split(':')[0] ?? '')
        const lost = [...new Set(called)].filter((service) => !reaches(context, vpc, service))
        const why = `cannot reach ${lost.join(', ')} from its network, which has neither an endpoint nor a NAT gateway for it`
        return lost.length ? [{ position: found.at('VpcConfig'), message: `${nameOf(found)} ${why}` }] : []
      })
    },
  },
]
