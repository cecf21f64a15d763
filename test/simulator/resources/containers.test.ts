import { describe, expect, test } from 'vitest'

import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { roleFor } from './region.ts'
import { ecs, elb, withTask, withZones } from './service.ts'

describe('clusters and task definitions', () => {
  test('a cluster needs the service-linked role of ECS, which its first use does not wait for', () => {
    const { make, drop } = withZones()
    drop('Linked')
    expect(() => make('C', ecs('Cluster'), { ClusterName: 'c' })).toThrow(
      'Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
    )
    make('Linked', 'AWS::IAM::ServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com' })
    expect(make('C', ecs('Cluster'), { ClusterName: 'c' })).toBe('c')
  })

  test('Fargate has certain sizes, one network mode, and needs an execution role for logs and secrets', () => {
    const { make, task, container } = withTask()
    const defined = (more: Properties) => () => make('T', ecs('TaskDefinition'), { ...task, ...more })
    expect(defined({ Memory: '1536' })).toThrow('No Fargate configuration exists for given values.')
    expect(defined({ Cpu: '300' })).toThrow('No Fargate configuration exists')
    expect(defined({ NetworkMode: 'bridge' })).toThrow("network mode 'awsvpc'")
    const { ExecutionRoleArn: _, ...without } = task
    expect(() => make('T', ecs('TaskDefinition'), without)).toThrow('to support log driver awslogs')
    const { LogConfiguration: __, ...silent } = container
    const secret = { ...silent, Secrets: [{ Name: 'P', ValueFrom: 'x' }] }
    expect(() => make('T', ecs('TaskDefinition'), { ...without, ContainerDefinitions: [secret] })).toThrow('secrets')
    expect(defined({ ExecutionRoleArn: 'arn:aws:iam::000000000000:role/none' })).toThrow('Role is not valid')
    const mounting = { ...container, MountPoints: [{ SourceVolume: 'files' }] }
    expect(defined({ ContainerDefinitions: [mounting] })).toThrow("Unknown volume 'files' in container 'app'")
    expect(defined({ Cpu: '1024', Memory: '3072' })()).toMatch(/task-definition\/streaming:2$/)
  })
})

describe('services', () => {
  test('a service needs cluster, task definition, subnets and groups', () => {
    const { make, service } = withTask()
    const made = (more: Properties) => () => make('S', ecs('Service'), { ...service, ...more })
    expect(made({ Cluster: 'none' })).toThrow('Cluster not found.')
    expect(made({ TaskDefinition: 'none' })).toThrow('TaskDefinition not found.')
    expect(made({ NetworkConfiguration: {} })).toThrow('Network Configuration must be provided')
    const inNetwork = (AwsvpcConfiguration: Properties) => made({ NetworkConfiguration: { AwsvpcConfiguration } })
    expect(inNetwork({ Subnets: ['subnet-none'] })).toThrow("The subnet ID 'subnet-none' does not exist")
    expect(made({})()).toBe('arn:aws:ecs:eu-central-1:000000000000:service/streaming/app')
    expect(() => make('Twin', ecs('Service'), service)).toThrow('Creation of service was not idempotent.')
  })

  test('its target group has a listener already, fits the network mode, and names a container of the task', () => {
    const { make, drop, service, target, container, TargetGroupArn } = withTask()
    const balanced = (more: Properties) => () =>
      make('S', ecs('Service'), { ...service, LoadBalancers: [{ TargetGroupArn, ContainerName: 'app', ...more }] })
    expect(balanced({ ContainerName: 'none' })).toThrow(`The container none does not exist in the task definition.`)
    const lone = make('Lone', elb('TargetGroup'), { ...target, Name: 'lone' })
    expect(balanced({ TargetGroupArn: lone })).toThrow(
      `The target group with targetGroupArn ${lone} does not have an associated load balancer.`,
    )
    drop('Listener')
    expect(balanced({ ContainerName: container.Name })).toThrow('does not have an associated load balancer.')
  })

  test('simulator rule: tasks that could never start fail their service at once', () => {
    const { make, drop, service, task, arn } = withTask()
    const attempt = (more: Properties) => () => {
      const TaskDefinition = make('Next', ecs('TaskDefinition'), { ...task, ...more })
      return make('S', ecs('Service'), { ...service, TaskDefinition })
    }
    make('Other', 'AWS::IAM::Role', roleFor('lambda.amazonaws.com'))
    expect(attempt({ TaskRoleArn: arn('Other') })).toThrow(`ECS was unable to assume the role '${arn('Other')}'`)
    const files = { Name: 'files', EFSVolumeConfiguration: { FilesystemId: 'fs-none' } }
    expect(attempt({ Volumes: [files] })).toThrow('the file system fs-none does not exist')
    drop('Group')
    expect(attempt({})).toThrow('the log group /dr/streaming does not exist')
  })

  test('simulator rule: a task reaches the image, its logs and its secrets by NAT or endpoints', () => {
    const { make, drop, service, task, container, vpc } = withTask()
    drop('Out')
    expect(() => make('S', ecs('Service'), service)).toThrow('has no endpoint and no NAT to reach internet, logs')
    const Image = '000000000000.dkr.ecr.eu-central-1.amazonaws.com/app:1'
    const ContainerDefinitions = [
      { ...container, Image, Secrets: [{ Name: 'P', ValueFrom: 'arn:aws:secretsmanager' }] },
    ]
    const TaskDefinition = make('Own', ecs('TaskDefinition'), { ...task, ContainerDefinitions })
    const own = () => make('S', ecs('Service'), { ...service, TaskDefinition })
    expect(own).toThrow('to reach ecr.api, ecr.dkr, logs, s3, secretsmanager')
    for (const name of ['ecr.api', 'ecr.dkr', 'logs', 's3', 'secretsmanager']) {
      make(`To ${name}`, 'AWS::EC2::VPCEndpoint', { VpcId: vpc, ServiceName: `com.amazonaws.eu-central-1.${name}` })
    }
    expect(own).not.toThrow()
  })

  test('a cluster goes after its services; a service holds its subnets', () => {
    const { make, drop, service } = withTask()
    make('S', ecs('Service'), service)
    expect(() => drop('Cluster')).toThrow('The Cluster cannot be deleted while Services are active.')
    for (const id of ['Listener', 'Balancer']) drop(id)
    expect(() => drop('Second')).toThrow('has dependencies')
    for (const id of ['S', 'Cluster', 'Second']) expect(drop(id)).toBe('gone')
  })
})

describe('scaling (STR-12)', () => {
  const [targetType, policyType] = [
    'AWS::ApplicationAutoScaling::ScalableTarget',
    'AWS::ApplicationAutoScaling::ScalingPolicy',
  ]
  const target = {
    ResourceId: 'service/streaming/app',
    ScalableDimension: 'ecs:service:DesiredCount',
    ServiceNamespace: 'ecs',
    MinCapacity: 2,
    MaxCapacity: 6,
  }

  test('what is scaled exists, and its bounds make sense', () => {
    const { make, service } = withTask()
    expect(() => make('T', targetType, target)).toThrow("ECS service doesn't exist: service/streaming/app")
    make('S', ecs('Service'), service)
    expect(() => make('T', targetType, { ...target, MaxCapacity: 1 })).toThrow('Maximum capacity cannot be less')
    expect(make('T', targetType, target)).toBe('service/streaming/app|ecs:service:DesiredCount|ecs')
    expect(() => make('U', targetType, { ...target, ResourceId: 'cluster:none' })).toThrow("DB cluster doesn't exist")
  })

  test('a target is refused to a role that could not scale it, with all that it lacks', () => {
    const { make, service, cloud, around } = withTask()
    make('S', ecs('Service'), service)
    // Rights by the Application Auto Scaling user guide, security_iam_id-based-policy-examples, on narrower resources.
    const of = (...rights: [string, string][]): object => ({
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: {
            Statement: [['application-autoscaling:*', '*'], ['iam:CreateServiceLinkedRole', '*'], ...rights].map(
              ([Action, Resource]) => ({ Effect: 'Allow', Action, Resource }),
            ),
          },
        },
      ],
    })
    const alarm = 'arn:aws:cloudwatch:*:000000000000:alarm:'
    const own: [string, string] = ['ecs:*', 'arn:aws:ecs:*:000000000000:service/streaming/app']
    const listing: [string, string] = ['cloudwatch:DescribeAlarms', '*']
    around('S').stack.actor = 'worker'
    const worker = (rights: object): void => {
      cloud.resources['global|AWS::IAM::Role|worker'] = {
        type: 'AWS::IAM::Role',
        physicalId: 'worker',
        region: 'global',
        properties: rights as never,
        attributes: {},
        tags: {},
        createdAt: 0,
      }
    }
    worker(of(own, ['cloudwatch:*', `${alarm}streaming-*`], listing))
    expect(() => make('T', targetType, target)).toThrow(
      'User is missing the following permissions: cloudwatch:PutMetricAlarm, cloudwatch:DeleteAlarms',
    )
    worker(of(own, ['cloudwatch:*', alarm], listing))
    expect(make('T', targetType, target)).toBe('service/streaming/app|ecs:service:DesiredCount|ecs')
  })

  test('a policy needs its target, and goes with it', () => {
    const { make, drop, cloud, service } = withTask()
    make('S', ecs('Service'), service)
    const policy = { PolicyName: 'cpu', PolicyType: 'TargetTrackingScaling' }
    expect(() => make('P', policyType, { ...policy, ...target })).toThrow(
      'No scalable target registered for service namespace: ecs, resource ID: service/streaming/app, scalable dimension: ecs:service:DesiredCount',
    )
    const ScalingTargetId = make('T', targetType, target)
    expect(make('P', policyType, { ...policy, ScalingTargetId })).toMatch(
      /:scalingPolicy:[0-9a-f-]{36}:resource\/ecs\/service\/streaming\/app:policyName\/cpu$/,
    )
    expect(() => make('Q', policyType, { ...policy, ScalingTargetId })).toThrow('Scaling policy cpu already exists')
    drop('T')
    expect(Object.values(cloud.resources).filter(({ type }) => type === policyType)).toEqual([])
    expect(drop('P')).toBe('gone')
  })
})
