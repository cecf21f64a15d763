// Rules: nothing is open to the world that need not be.
import type { Value } from '../core/model.ts'
import { principals, resourcePolicies, statementsOf } from './policies.ts'
import { each, get, isTrue, listOf, type Rule, text } from './rule.ts'

const blocks = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets']

const isWorld = (ingress: Value): boolean =>
  get(ingress, 'CidrIp') === '0.0.0.0/0' || get(ingress, 'CidrIpv6') === '::/0'

const isAllPorts = (ingress: Value): boolean =>
  text(get(ingress, 'IpProtocol')) === '-1' ||
  (text(get(ingress, 'FromPort')) === '0' && text(get(ingress, 'ToPort')) === '65535')

/** Routes that Route 53 asks without credentials. */
const openRoutes = new Set(['GET /health', 'GET /ready'])

export const exposure: Rule[] = [
  {
    id: 'exposure/public-bucket',
    title: 'Buckets block public access and know no access lists',
    requirements: ['COMMON-18', 'TXN-60'],
    fix: 'set all four of PublicAccessBlockConfiguration, and ObjectOwnership: BucketOwnerEnforced',
    check: each(['AWS::S3::Bucket'], ({ properties }) => {
      const open = blocks.filter((name) => !isTrue(get(properties, 'PublicAccessBlockConfiguration', name)))
      if (open.length) return [{ path: ['PublicAccessBlockConfiguration'], message: `does not set ${open.join(', ')}` }]
      return get(properties, 'OwnershipControls', 'Rules', 0, 'ObjectOwnership') === 'BucketOwnerEnforced'
        ? undefined
        : [{ path: ['OwnershipControls'], message: 'must have ObjectOwnership: BucketOwnerEnforced' }]
    }),
  },
  {
    id: 'exposure/open-ingress',
    title: 'No security group lets the whole world in',
    requirements: ['COMMON-18', 'TXN-62'],
    fix: 'name the CIDR of the own or the peered network',
    check: each(['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress'], ({ resource, properties }) => {
      if (resource.type.endsWith('Ingress')) return isWorld(properties) ? 'lets the whole world in' : undefined
      return listOf(properties['SecurityGroupIngress']).flatMap((ingress, index) =>
        isWorld(ingress) ? [{ path: ['SecurityGroupIngress', index], message: 'lets the whole world in' }] : [],
      )
    }),
  },
  {
    id: 'exposure/all-ports',
    title: 'Security groups let in by port',
    requirements: ['COMMON-18', 'REC-17'],
    fix: 'name the protocol and the port of the service',
    check: each(['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress'], ({ resource, properties }) => {
      if (resource.type.endsWith('Ingress')) return isAllPorts(properties) ? 'lets in on all ports' : undefined
      return listOf(properties['SecurityGroupIngress']).flatMap((ingress, index) =>
        isAllPorts(ingress) ? [{ path: ['SecurityGroupIngress', index], message: 'lets in on all ports' }] : [],
      )
    }),
  },
  {
    id: 'exposure/public-address',
    title: 'Nothing in a network has a public address but its way out',
    requirements: ['COMMON-18', 'STR-14', 'CIT-06'],
    fix: 'set Scheme: internal, AssignPublicIp: DISABLED, MapPublicIpOnLaunch: false',
    check: (context) => [
      ...each(['AWS::ElasticLoadBalancingV2::LoadBalancer'], ({ properties }) =>
        properties['Scheme'] === 'internal' ? undefined : [{ path: ['Scheme'], message: 'faces the internet' }],
      )(context),
      ...each(['AWS::ECS::Service'], ({ properties }) =>
        get(properties, 'NetworkConfiguration', 'AwsvpcConfiguration', 'AssignPublicIp') === 'ENABLED'
          ? [{ path: ['NetworkConfiguration'], message: 'gives its tasks public addresses' }]
          : undefined,
      )(context),
      ...each(['AWS::EC2::Subnet'], ({ properties }) =>
        isTrue(properties['MapPublicIpOnLaunch'])
          ? [{ path: ['MapPublicIpOnLaunch'], message: 'gives what starts in it a public address' }]
          : undefined,
      )(context),
    ],
  },
  {
    id: 'exposure/public-database',
    title: 'No database has a public address',
    requirements: ['COMMON-18'],
    fix: 'set PubliclyAccessible: false',
    check: each(['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster'], ({ properties }) =>
      isTrue(properties['PubliclyAccessible'])
        ? [{ path: ['PubliclyAccessible'], message: 'has a public address' }]
        : undefined,
    ),
  },
  {
    id: 'exposure/anyone',
    title: 'No policy allows anyone something without a condition',
    requirements: ['COMMON-18'],
    fix: 'name who may, or add a condition on the account',
    check: (context) =>
      resourcePolicies.flatMap(([type, property]) =>
        each([type], ({ properties }) =>
          statementsOf(properties[property]).flatMap((statement, index) =>
            statement['Effect'] === 'Allow' && principals(statement)['AWS']?.includes('*') && !statement['Condition']
              ? [{ path: [property, 'Statement', index], message: 'allows anyone' }]
              : [],
          ),
        )(context),
      ),
  },
  {
    id: 'exposure/confused-deputy',
    title: 'A service may call a function only for one source',
    requirements: ['COMMON-18'],
    fix: 'add SourceArn or SourceAccount',
    check: each(['AWS::Lambda::Permission'], ({ properties }) =>
      text(properties['Principal']).includes('amazonaws.com') &&
      !properties['SourceArn'] &&
      !properties['SourceAccount']
        ? 'lets the service call for anyone'
        : undefined,
    ),
  },
  {
    id: 'exposure/open-route',
    title: 'Only the health and readiness routes are open, all others ask for IAM',
    requirements: ['COMMON-18'],
    fix: 'set AuthorizationType: AWS_IAM',
    check: each(['AWS::ApiGatewayV2::Route'], ({ properties }) => {
      const open = (properties['AuthorizationType'] ?? 'NONE') === 'NONE'
      return open && !openRoutes.has(text(properties['RouteKey']))
        ? [{ path: ['AuthorizationType'], message: `leaves the route ${text(properties['RouteKey'])} open` }]
        : undefined
    }),
  },
]
