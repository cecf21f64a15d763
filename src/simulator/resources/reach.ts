// Whether a function in a VPC can reach the services that its role lets it call.
import type { Around } from './kind.ts'
import { all, existing, list, record, text, texts } from '../existing.ts'
import { awsPolicies } from '../rights/policies.ts'
import { roleName } from './iam.ts'

const allowed = (document: unknown): string[] => {
  const statements = list(record(document).Statement)
  return statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => texts(Action))
}

/** All actions that the policies of a role allow now, as written (`s3:*`). */
export function actionsOf(around: Around, roleArn: string): string[] {
  const name = roleName(roleArn)
  const role = existing(around.cloud, 'global', 'AWS::IAM::Role', name)
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => all(around.cloud, type))
    .filter(
      ({ properties, physicalId }) =>
        texts(properties.Roles).includes(name) || texts(role?.properties.ManagedPolicyArns).includes(physicalId),
    )
  const separate = all(around.cloud, 'AWS::IAM::RolePolicy').filter(({ properties }) => properties.RoleName === name)
  return [
    ...list(role?.properties.Policies).flatMap(({ PolicyDocument }) => allowed(PolicyDocument)),
    ...[...attached, ...separate].flatMap(({ properties }) => allowed(properties.PolicyDocument)),
    ...texts(role?.properties.ManagedPolicyArns).flatMap((arn) => awsPolicies[roleName(arn)] ?? []),
  ]
}

/**
 * Actions that Lambda itself or another service takes on the function's behalf, outside of the VPC:
 * its logs and traces, network interfaces, keys (through the service that holds the data),
 * reading event sources, and sending failed events on; files come through a mount target, which lies inside,
 * as do caches and databases that the function connects to.
 */
const notFromInside =
  /^(logs|xray|kms|ec2):|^kinesis:(Get|List|Describe|Subscribe)|^sqs:(SendMessage|ReceiveMessage|DeleteMessage|GetQueueAttributes)$|^dynamodb:(GetRecords|GetShardIterator|DescribeStream|ListStreams)$|^elasticfilesystem:Client|^(elasticache:Connect|rds-db:connect)$/i

/** Endpoint names that differ from the prefix of the service's actions. */
const endpointNames: Record<string, string> = { kinesis: 'kinesis-streams', cloudwatch: 'monitoring' }

const hasInternet = (around: Around, vpc: string): boolean => {
  const tables = all(around.cloud, 'AWS::EC2::RouteTable', around.region).filter(
    ({ properties }) => properties.VpcId === vpc,
  )
  const routes = all(around.cloud, 'AWS::EC2::Route', around.region)
  return routes.some(
    ({ properties: { RouteTableId, DestinationCidrBlock, NatGatewayId } }) =>
      DestinationCidrBlock === '0.0.0.0/0' &&
      NatGatewayId !== undefined &&
      tables.some(({ physicalId }) => physicalId === RouteTableId),
  )
}

/** Which of these services (`sqs`, `ecr.api`) cannot be reached from inside a VPC: no endpoint, no NAT. */
export function cutOff(around: Around, vpc: string, services: readonly string[]): string[] {
  if (hasInternet(around, vpc)) return []
  const start = `com.amazonaws.${around.region}.`
  const endpoints = new Set(
    all(around.cloud, 'AWS::EC2::VPCEndpoint', around.region)
      .filter(({ properties }) => properties.VpcId === vpc)
      .map(({ properties }) => text(properties.ServiceName).replace(start, '')),
  )
  return [...new Set(services)].filter((service) => !endpoints.has(endpointNames[service] ?? service)).sort()
}

/** The services (by prefix of their actions) that the role may call and that have no way out of the VPC. */
export const unreachable = (around: Around, vpc: string, actions: readonly string[]): string[] => {
  const called = actions.filter((action) => !notFromInside.test(action)).map((action) => action.split(':')[0] ?? '')
  return cutOff(around, vpc, called)
}
