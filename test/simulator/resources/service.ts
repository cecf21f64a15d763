// A containerised service as the streaming system has it, part by part.
import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { cloudAtStart, roleFor, withNat, withNetwork } from './region.ts'

export const elb = (name: string): string => `AWS::ElasticLoadBalancingV2::${name}`
export const ecs = (name: string): string => `AWS::ECS::${name}`

/** A network of two zones with a NAT gateway, an internal load balancer that forwards to a target group. */
export function withZones() {
  const here = withNetwork(cloudAtStart(), 'eu-central-1')
  const { make, vpc, subnet, group, attributes } = here
  const NatGatewayId = withNat(here, vpc)
  const RouteTableId = make('Table', 'AWS::EC2::RouteTable', { VpcId: vpc })
  make('Out', 'AWS::EC2::Route', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId })
  make('Linked', 'AWS::IAM::ServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com' })
  const zone = { VpcId: vpc, CidrBlock: '10.0.32.0/20', AvailabilityZone: 'eu-central-1b' }
  const subnets = [subnet, make('Second', 'AWS::EC2::Subnet', zone)]
  const balancer: Properties = { Name: 'web', Scheme: 'internal', Subnets: subnets, SecurityGroups: [group] }
  const target: Properties = { Name: 'web', VpcId: vpc, TargetType: 'ip', Port: 8080, Protocol: 'HTTP' }
  const network = { AwsvpcConfiguration: { Subnets: subnets, SecurityGroups: [group] } }
  return { ...here, subnets, balancer, target, network, arn: (id: string) => String(attributes(id)['Arn']) }
}

/** The same with balancer, listener, cluster, log group, role and a task definition. */
export function withTask() {
  const here = withZones()
  const { make, balancer, target, arn } = here
  const LoadBalancerArn = make('Balancer', elb('LoadBalancer'), balancer)
  const TargetGroupArn = make('Target', elb('TargetGroup'), target)
  const DefaultActions = [{ Type: 'forward', TargetGroupArn }]
  const ListenerArn = make('Listener', elb('Listener'), { LoadBalancerArn, Port: 80, Protocol: 'HTTP', DefaultActions })
  make('Cluster', ecs('Cluster'), { ClusterName: 'streaming' })
  make('Group', 'AWS::Logs::LogGroup', { LogGroupName: '/dr/streaming' })
  make('Role', 'AWS::IAM::Role', roleFor('ecs-tasks.amazonaws.com', 'ecr:*', 'logs:*', 'secretsmanager:*'))
  const container = {
    Name: 'app',
    Image: 'public.ecr.aws/nginx/nginx:stable',
    LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': '/dr/streaming' } },
  }
  const task: Properties = {
    Family: 'streaming',
    RequiresCompatibilities: ['FARGATE'],
    NetworkMode: 'awsvpc',
    Cpu: '256',
    Memory: '512',
    ExecutionRoleArn: arn('Role'),
    ContainerDefinitions: [container],
  }
  const TaskDefinition = make('Task', ecs('TaskDefinition'), task)
  const service: Properties = {
    Cluster: 'streaming',
    ServiceName: 'app',
    TaskDefinition,
    DesiredCount: 2,
    NetworkConfiguration: here.network,
    LoadBalancers: [{ TargetGroupArn, ContainerName: 'app', ContainerPort: 8080 }],
  }
  return { ...here, LoadBalancerArn, TargetGroupArn, ListenerArn, container, task, service }
}
