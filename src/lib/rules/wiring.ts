// Rules: values arrive where they are needed, and things are made in an order that works.
import { order } from '../templates/graph.ts'
import type { Fault } from '../templates/resolve.ts'
import { dependsOn, references } from '../templates/references.ts'
import { each, get, listOf, resources, textsOf, type Found, type Rule, type Violation, text } from './rule.ts'

const faults =
  (kind: Fault['kind']): Rule['check'] =>
  (context) =>
    context.faults.filter((fault) => fault.kind === kind).map(({ position, message }) => ({ position, message }))

/** Pairs in which AWS needs the first to exist before the second, though no property refers to it. */
const pairs: { first: string; second: string; related: (first: Found, second: Found) => boolean; why: string }[] = [
  {
    first: 'AWS::Logs::LogGroup',
    second: 'AWS::Lambda::Function',
    related: (group, { properties }) =>
      group.properties['LogGroupName'] ===
      (get(properties, 'LoggingConfig', 'LogGroup') ?? `/aws/lambda/${text(properties['FunctionName'])}`),
    why: 'an early invocation would create the log group itself',
  },
  {
    first: 'AWS::Lambda::Permission',
    second: 'AWS::Logs::SubscriptionFilter',
    related: (permission, { properties }) => permission.properties['FunctionName'] === properties['DestinationArn'],
    why: 'the filter is refused while it may not call the function',
  },
  {
    first: 'AWS::Lambda::Permission',
    second: 'AWS::SecretsManager::RotationSchedule',
    related: (permission, { properties }) => permission.properties['FunctionName'] === properties['RotationLambdaARN'],
    why: 'the schedule is refused while Secrets Manager may not call the function',
  },
  {
    first: 'AWS::ElasticLoadBalancingV2::Listener',
    second: 'AWS::ECS::Service',
    related: (listener, { properties }) =>
      listOf(properties['LoadBalancers']).some((balancer) =>
        listOf(listener.properties['DefaultActions']).some(
          (action) => get(action, 'TargetGroupArn') === get(balancer, 'TargetGroupArn'),
        ),
      ),
    why: 'the service is refused while its target group has no listener',
  },
  {
    first: 'AWS::EC2::VPCGatewayAttachment',
    second: 'AWS::EC2::Route',
    related: (attachment, { properties }) =>
      properties['GatewayId'] !== undefined && attachment.properties['InternetGatewayId'] === properties['GatewayId'],
    why: 'the route is refused while the gateway is not attached',
  },
]

export const wiring: Rule[] = [
  {
    id: 'wiring/evaluates',
    title:
      'Every template can be evaluated: names are known, functions get what they take, parameters hold allowed values',
    requirements: ['COMMON-23', 'COMMON-25', 'COMMON-26'],
    fix: 'correct the expression at this place',
    check: faults('value'),
  },
  {
    id: 'wiring/output',
    title: 'Every output that is read is given',
    requirements: ['COMMON-23', 'COMMON-25'],
    fix: 'add the output, or correct its name',
    check: faults('output'),
  },
  {
    id: 'wiring/parameter',
    title: 'Every parameter that is given is declared, and every declared one gets a value',
    requirements: ['COMMON-23', 'COMMON-25'],
    fix: 'declare it, give it, or give it a default',
    check: faults('parameter'),
  },
  {
    id: 'wiring/circle',
    title: 'No resources of a template wait for each other',
    requirements: ['COMMON-25'],
    fix: 'move one reference into a resource of its own, such as a policy or a rule',
    check: ({ templates }) => {
      const files = new Map(templates.map(({ template }) => [template.file, template]))
      return [...files.values()].flatMap(({ body, at }): Violation[] => {
        const { circle } = order(Object.keys(body.Resources), (id) => {
          const resource = body.Resources[id]
          return resource
            ? [...dependsOn(resource), ...references(resource.Properties ?? {}).map(({ name }) => name)]
            : []
        })
        if (!circle) return []
        return [
          {
            position: at(['Resources', circle[0] ?? '']),
            message: `${[...circle, circle[0]].join(' → ')} wait for each other`,
          },
        ]
      })
    },
  },
  {
    id: 'wiring/order',
    title: 'What must exist first is waited for',
    requirements: ['COMMON-25'],
    fix: 'add it to DependsOn',
    check: (context) =>
      pairs.flatMap(({ first, second, related, why }) =>
        resources(context, second).flatMap((later) =>
          resources(context, first)
            .filter((earlier) => earlier.template === later.template && related(earlier, later))
            .filter((earlier) => !waitsFor(later, earlier.resource.logicalId))
            .map((earlier) => ({
              position: later.resource.position,
              message: `${later.resource.logicalId} does not wait for ${earlier.resource.logicalId}: ${why}`,
            })),
        ),
      ),
  },
  {
    id: 'wiring/root',
    title: 'Root templates only compose: nested stacks and dashboards',
    requirements: ['COMMON-21'],
    fix: 'move it into a nested template of its concern',
    check: each([], ({ resource, template }) =>
      template.path.length > 0 || /^AWS::(CloudFormation::Stack|CloudWatch::Dashboard)$/.test(resource.type)
        ? undefined
        : `is a ${resource.type} in the root template of ${template.stage}`,
    ),
  },
  {
    id: 'wiring/alarm-dimensions',
    title: 'Dimensions of alarms are filled',
    requirements: ['COMMON-19'],
    fix: 'give the dimension a value',
    check: each(['AWS::CloudWatch::Alarm'], ({ properties }) =>
      listOf(properties['Dimensions']).flatMap((dimension, index) =>
        textsOf(get(dimension, 'Value')).some((value) => value !== '')
          ? []
          : [{ path: ['Dimensions', index], message: `has an empty dimension ${text(get(dimension, 'Name'))}` }],
      ),
    ),
  },
]

/** Directly or through others of the same template. */
function waitsFor(later: Found, logicalId: string, seen = new Set<string>()): boolean {
  return later.resource.dependsOn.some((id) => {
    if (id === logicalId) return true
    const next = later.template.resources[id]
    if (!next || seen.has(id)) return false
    seen.add(id)
    return waitsFor({ ...later, resource: next }, logicalId, seen)
  })
}
