// What the streaming system promises of its containers, their files, and the API before them.
import { expect } from 'vitest'
import type { Value } from '../../../src/lib/core/model.ts'
import { allows } from '../policies.ts'
import { all, get, list, meant, one, set, text, texts, type Check, type Item, type World } from '../world.ts'
import { told } from './postgres.ts'

const containers = (world: World): Item => one(world, 'AWS::ECS::Service')
const task = (world: World): Item => meant(world, 'AWS::ECS::TaskDefinition', get(containers(world), 'TaskDefinition'))
const role = (world: World, which: 'TaskRoleArn' | 'ExecutionRoleArn'): Item =>
  meant(world, 'AWS::IAM::Role', get(task(world), which))
const container = 'ContainerDefinitions.0'
const files = (world: World): Item => one(world, 'AWS::EFS::FileSystem')

/** What scales: `ecs` or `rds`. */
export const scaling = (world: World, service: string): Item =>
  one(world, 'AWS::ApplicationAutoScaling::ScalableTarget', undefined, { ServiceNamespace: service })

const named = (values: Value[], name: string): Value | undefined => values.find((it) => get(it, 'Name') === name)

export const service: Check[] = [
  {
    ids: 'STR-07',
    rule: 'a release that does not start is taken back, and none takes containers away first',
    holds: (world) => {
      const deployment = get(containers(world), 'DeploymentConfiguration')
      expect(get(deployment, 'DeploymentCircuitBreaker')).toEqual({ Enable: true, Rollback: true })
      expect(Number(get(deployment, 'MinimumHealthyPercent'))).toBe(100)
      expect(Number(get(deployment, 'MaximumPercent'))).toBeGreaterThan(100)
    },
    breaks: (world) =>
      set(containers(world), 'DeploymentConfiguration.DeploymentCircuitBreaker', { Enable: false, Rollback: false }),
  },
  {
    ids: 'STR-11 STR-14',
    rule: 'two containers or more run on Fargate in three zones, without public addresses, each under roles of its own',
    holds: (world) => {
      expect(get(containers(world), 'LaunchType')).toBe('FARGATE')
      expect(list(task(world), 'RequiresCompatibilities')).toEqual(['FARGATE'])
      expect(get(task(world), 'NetworkMode')).toBe('awsvpc')
      const network = get(containers(world), 'NetworkConfiguration.AwsvpcConfiguration')
      expect(get(network, 'AssignPublicIp')).toBe('DISABLED')
      const subnets = texts(network, 'Subnets').map((id) => meant(world, 'AWS::EC2::Subnet', id))
      expect(new Set(subnets.map((it) => text(it, 'AvailabilityZone'))).size).toBe(3)
      for (const it of subnets) expect(get(it, 'MapPublicIpOnLaunch') ?? false, it.name).toBe(false)
      expect(role(world, 'TaskRoleArn')).not.toBe(role(world, 'ExecutionRoleArn'))
      expect(Number(get(scaling(world, 'ecs'), 'MinCapacity'))).toBeGreaterThanOrEqual(2)
      // With a count of its own, an update would undo what scaling did.
      expect(get(containers(world), 'DesiredCount')).toBeUndefined()
      expect(meant(world, 'AWS::ECS::Cluster', get(containers(world), 'Cluster')).is(told(world, 'ClusterName'))).toBe(
        true,
      )
    },
    breaks: (world) => set(containers(world), 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', 'ENABLED'),
  },
  {
    ids: 'STR-11',
    rule: 'the containers know their stores and may use these and no others',
    holds: (world) => {
      const environment = list(task(world), `${container}.Environment`)
      for (const [name, key] of [
        ['DATABASE_HOST', 'WriterEndpoint'],
        ['DATABASE_READER_HOST', 'ReaderEndpoint'],
        ['CACHE_HOST', 'CacheEndpoint'],
        ['STREAM_NAME', 'StreamName'],
      ] as const)
        expect(get(named(environment, name), 'Value'), name).toBe(told(world, key))
      const may = (action: string) => allows(role(world, 'TaskRoleArn'), action)
      expect(may('kinesis:PutRecords')).toEqual([told(world, 'StreamArn')])
      expect(may('elasticache:Connect')).toHaveLength(2)
      for (const arn of may('elasticache:Connect')) expect(arn).toMatch(/:(replicationgroup|user):streaming-/)
    },
    breaks: (world) => set(task(world), `${container}.Environment`, []),
  },
  {
    ids: 'STR-15',
    rule: 'files are shared over three zones, encrypted on disk and on the way, by one access point and IAM',
    holds: (world) => {
      expect(files(world).is(told(world, 'FileSystemId'))).toBe(true)
      expect(get(files(world), 'Encrypted')).toBe(true)
      expect(meant(world, 'AWS::KMS::Key', get(files(world), 'KmsKeyId')).is(told(world, 'KeyArn'))).toBe(true)
      // A backup would outlive the environment, in a vault of the account.
      expect(get(files(world), 'BackupPolicy.Status')).toBe('DISABLED')
      const targets = all(world, 'AWS::EFS::MountTarget')
      expect(targets).toHaveLength(3)
      for (const it of targets) expect(files(world).is(get(it, 'FileSystemId')), it.name).toBe(true)
      const [volume] = list(task(world), 'Volumes')
      const mount = get(volume, 'EFSVolumeConfiguration')
      expect(files(world).is(get(mount, 'FilesystemId'))).toBe(true)
      expect(get(mount, 'TransitEncryption')).toBe('ENABLED')
      expect(get(mount, 'AuthorizationConfig.IAM')).toBe('ENABLED')
      expect(get(mount, 'AuthorizationConfig.AccessPointId')).toBe(told(world, 'AccessPointId'))
      expect(get(list(task(world), `${container}.MountPoints`)[0], 'SourceVolume')).toBe(get(volume, 'Name'))
    },
    breaks: (world) => set(task(world), 'Volumes.0.EFSVolumeConfiguration.TransitEncryption', 'DISABLED'),
  },
  {
    ids: 'STR-16',
    rule: 'containers get the credentials from the secret, never as plain text, and may read it again',
    holds: (world) => {
      const secret = told(world, 'DatabaseSecretName')
      const at = `arn:aws:secretsmanager:${world.regions.primary}:${world.account}:secret:${secret}`
      const secrets = list(task(world), `${container}.Secrets`)
      for (const [name, key] of [
        ['DATABASE_USERNAME', 'username'],
        ['DATABASE_PASSWORD', 'password'],
      ] as const)
        expect(get(named(secrets, name), 'ValueFrom')).toBe(`${at}:${key}::`)
      const plain = list(task(world), `${container}.Environment`).map((it) => text(it, 'Name'))
      for (const name of plain) expect(name).not.toMatch(/PASSWORD|TOKEN/)
      for (const which of ['TaskRoleArn', 'ExecutionRoleArn'] as const)
        expect(allows(role(world, which), 'secretsmanager:GetSecretValue')).toEqual([`${at}-??????`])
    },
    breaks: (world) =>
      set(task(world), `${container}.Environment`, [{ Name: 'DATABASE_PASSWORD', Value: 'hunter2hunter2' }]),
  },
  {
    ids: 'STR-17',
    rule: 'an HTTP API reaches the containers by a link into the network, throttled, logged, and open for health alone',
    holds: (world) => {
      const api = one(world, 'AWS::ApiGatewayV2::Api')
      const stage = one(world, 'AWS::ApiGatewayV2::Stage')
      expect(api.is(get(stage, 'ApiId'))).toBe(true)
      expect(Number(get(stage, 'DefaultRouteSettings.ThrottlingRateLimit'))).toBeGreaterThan(0)
      expect(get(stage, 'AccessLogSettings.DestinationArn')).toBeDefined()
      const listener = one(world, 'AWS::ElasticLoadBalancingV2::Listener')
      const link = one(world, 'AWS::ApiGatewayV2::VpcLink')
      const integrations = all(world, 'AWS::ApiGatewayV2::Integration')
      expect(integrations).toHaveLength(2)
      for (const it of integrations) {
        expect(get(it, 'ConnectionType')).toBe('VPC_LINK')
        expect(link.is(get(it, 'ConnectionId'))).toBe(true)
        expect(listener.is(get(it, 'IntegrationUri'))).toBe(true)
      }
      expect(get(one(world, 'AWS::ElasticLoadBalancingV2::LoadBalancer'), 'Scheme')).toBe('internal')
      const routes = all(world, 'AWS::ApiGatewayV2::Route').map((it) => [
        get(it, 'RouteKey'),
        get(it, 'AuthorizationType'),
      ])
      expect(Object.fromEntries(routes)).toEqual({ 'GET /health': 'NONE', 'ANY /{proxy+}': 'AWS_IAM' })
      const group = one(world, 'AWS::ElasticLoadBalancingV2::TargetGroup')
      expect(group.is(get(list(listener, 'DefaultActions')[0], 'TargetGroupArn'))).toBe(true)
      expect(group.is(get(list(containers(world), 'LoadBalancers')[0], 'TargetGroupArn'))).toBe(true)
    },
    breaks: (world) => set(one(world, 'AWS::ElasticLoadBalancingV2::LoadBalancer'), 'Scheme', 'internet-facing'),
  },
]
