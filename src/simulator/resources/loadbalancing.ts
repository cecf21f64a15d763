// Load balancers with their listeners, rules and target groups.
import { define, serviceError } from './define.ts'
import { all, existing, list, others, record, text, texts } from '../existing.ts'
import { gatewayOf } from './gateways.ts'
import { arn, derived, derivedWord, fresh, parseArn } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'

const [balancer, listener, listenerRule, targetGroup] = ['LoadBalancer', 'Listener', 'ListenerRule', 'TargetGroup'].map(
  (name) => `AWS::ElasticLoadBalancingV2::${name}`,
) as [string, string, string, string]

const failed = (around: Around, message: string, code = 'InvalidRequest'): Error =>
  serviceError(around, 'ElasticLoadBalancingV2', 400, message, code)

/** What follows the kind in an ARN: `app/name/id`, with the kind itself for target groups. */
const fullName = (id: string): string => (parseArn(id)?.resource ?? '').replace(/^loadbalancer\//, '')

const nameIn = (id: string): string => fullName(id).split('/').at(-2) ?? ''

/** The ARN of a part of another resource: `listener/app/name/id/<new id>`. */
const partArn = (whole: unknown, from: string, to: string, around: Around): string =>
  `${text(whole).replace(`:${from}/`, `:${to}/`)}/${derived(fresh(around.cloud), 16)}`

function requireFreeName(around: Around, type: string, what: string, name: unknown): void {
  if (name === undefined || !others(around, type).some(({ properties }) => properties.Name === name)) return
  throw failed(
    around,
    `A ${what} with the same name '${text(name)}' exists, but with different settings`,
    'AlreadyExists',
  )
}

/** Target groups that actions forward to. */
const forwardedTo = (actions: unknown): string[] =>
  list(actions).flatMap(({ TargetGroupArn, ForwardConfig }) => [
    ...texts(TargetGroupArn),
    ...list(record(ForwardConfig).TargetGroups).flatMap((group) => texts(group.TargetGroupArn)),
  ])

/** Load balancers whose listeners or rules forward to a target group. */
export function balancersOf(around: Around, group: string): string[] {
  const listeners = all(around.cloud, listener, around.region)
  const direct = listeners.filter(({ properties }) => forwardedTo(properties.DefaultActions).includes(group))
  const ruled = all(around.cloud, listenerRule, around.region)
    .filter(({ properties }) => forwardedTo(properties.Actions).includes(group))
    .flatMap(({ properties }) => listeners.filter(({ physicalId }) => physicalId === properties.ListenerArn))
  return [...new Set([...direct, ...ruled].map(({ properties }) => text(properties.LoadBalancerArn)))]
}

function requireGroups(around: Around, actions: unknown, ofBalancer: string): void {
  for (const group of forwardedTo(actions)) {
    if (!existing(around.cloud, around.region, targetGroup, group)) {
      throw failed(around, 'One or more target groups not found', 'NotFound')
    }
    if (balancersOf(around, group).some((one) => one !== ofBalancer)) {
      const message = `The following target groups cannot be associated with more than one load balancer: ${group}`
      throw failed(around, message)
    }
  }
}

function requireNetwork({ Subnets, SubnetMappings, SecurityGroups, Scheme }: Properties, around: Around): void {
  const ids = [...texts(Subnets), ...list(SubnetMappings).map(({ SubnetId }) => text(SubnetId))]
  const subnets = ids.map((id) => {
    const found = existing(around.cloud, around.region, 'AWS::EC2::Subnet', id)
    if (!found) throw failed(around, `The subnet ID '${id}' does not exist`, 'NotFound')
    return found
  })
  const zones = new Set(subnets.map(({ attributes }) => text(attributes.AvailabilityZone)))
  if (zones.size < 2 || zones.size < subnets.length) {
    throw failed(around, 'At least two subnets in two different Availability Zones must be specified')
  }
  for (const id of texts(SecurityGroups)) {
    if (existing(around.cloud, around.region, 'AWS::EC2::SecurityGroup', id)) continue
    throw failed(around, `The security group '${id}' does not exist`, 'NotFound')
  }
  const vpc = subnets[0]?.properties.VpcId
  if (Scheme !== 'internal' && gatewayOf(around, vpc) === undefined) {
    throw failed(around, `VPC ${text(vpc)} has no internet gateway`)
  }
}

const isProtected = ({ LoadBalancerAttributes }: Properties): boolean =>
  list(LoadBalancerAttributes).some(({ Key, Value }) => Key === 'deletion_protection.enabled' && text(Value) === 'true')

export const loadbalancing: Kind[] = [
  define(balancer, {
    name: 'Name',
    limit: 32,
    createOnly: ['Type', 'Scheme'],
    id: (name, { Type }, { cloud, region }) => {
      const kind = { network: 'net', gateway: 'gwy' }[text(Type)] ?? 'app'
      return arn('elasticloadbalancing', region, `loadbalancer/${kind}/${name}/${derived(fresh(cloud), 16)}`)
    },
    arn: (id) => id,
    attributes: ({ Scheme, SecurityGroups }, id, { region }) => ({
      LoadBalancerArn: id,
      LoadBalancerName: nameIn(id),
      LoadBalancerFullName: fullName(id),
      DNSName: `${Scheme === 'internal' ? 'internal-' : ''}${nameIn(id)}-${Number.parseInt(derived(id, 7), 16)}.${region}.elb.amazonaws.com`,
      CanonicalHostedZoneID: `Z${derivedWord(`zone of load balancers in ${region}`, 13)}`,
      SecurityGroups: texts(SecurityGroups),
    }),
    requires: (properties, around) => {
      requireFreeName(around, balancer, 'load balancer', properties.Name)
      requireNetwork(properties, around)
    },
    removable: (id, around) => {
      const found = existing(around.cloud, around.region, balancer, id)
      if (!found || !isProtected(found.properties)) return
      const message = `Load balancer '${id}' cannot be deleted because deletion protection is enabled`
      throw failed(around, message)
    },
  }),
  define(listener, {
    createOnly: ['LoadBalancerArn'],
    id: (_, { LoadBalancerArn }, around) => partArn(LoadBalancerArn, 'loadbalancer', 'listener', around),
    arn: (id) => id,
    attributes: (_, id) => ({ ListenerArn: id }),
    requires: ({ LoadBalancerArn, Port, Protocol, Certificates, DefaultActions }, around) => {
      if (!existing(around.cloud, around.region, balancer, text(LoadBalancerArn))) {
        throw failed(around, 'One or more load balancers not found', 'NotFound')
      }
      const twin = others(around, listener).some(
        ({ properties }) => properties.LoadBalancerArn === LoadBalancerArn && text(properties.Port) === text(Port),
      )
      if (twin) throw failed(around, 'A listener already exists on this port for this load balancer', 'AlreadyExists')
      if (['HTTPS', 'TLS'].includes(text(Protocol)) && list(Certificates).length === 0) {
        throw failed(around, `A certificate must be specified for ${text(Protocol)} listeners`)
      }
      requireGroups(around, DefaultActions, text(LoadBalancerArn))
    },
  }),
  define(listenerRule, {
    createOnly: ['ListenerArn'],
    id: (_, { ListenerArn }, around) => partArn(ListenerArn, 'listener', 'listener-rule', around),
    arn: (id) => id,
    attributes: (_, id) => ({ RuleArn: id, IsDefault: false }),
    requires: ({ ListenerArn, Priority, Actions }, around) => {
      const above = existing(around.cloud, around.region, listener, text(ListenerArn))
      if (!above) throw failed(around, 'One or more listeners not found', 'NotFound')
      const twin = others(around, listenerRule).some(
        ({ properties }) => properties.ListenerArn === ListenerArn && text(properties.Priority) === text(Priority),
      )
      if (twin) throw failed(around, `Priority '${text(Priority)}' is currently in use`, 'AlreadyExists')
      requireGroups(around, Actions, text(above.properties.LoadBalancerArn))
    },
  }),
  define(targetGroup, {
    name: 'Name',
    limit: 32,
    createOnly: ['IpAddressType', 'Port', 'ProtocolVersion', 'VpcId', 'TargetType', 'Protocol'],
    id: (name, _, { cloud, region }) =>
      arn('elasticloadbalancing', region, `targetgroup/${name}/${derived(fresh(cloud), 16)}`),
    arn: (id) => id,
    attributes: (_, id, around) => ({
      TargetGroupArn: id,
      TargetGroupName: nameIn(id),
      TargetGroupFullName: fullName(id),
      LoadBalancerArns: balancersOf(around, id),
    }),
    requires: ({ Name, VpcId }, around) => {
      requireFreeName(around, targetGroup, 'target group', Name)
      if (VpcId === undefined || existing(around.cloud, around.region, 'AWS::EC2::VPC', text(VpcId))) return
      throw failed(around, `The VPC ID '${text(VpcId)}' is not found`, 'NotFound')
    },
    removable: (id, around) => {
      if (balancersOf(around, id).length === 0) return
      throw failed(around, `Target group '${id}' is currently in use by a listener or a rule`, 'ResourceConflict')
    },
  }),
]
