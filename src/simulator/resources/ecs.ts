// Containers: clusters, task definitions and services, on Fargate.
import { define, refused, serviceError } from './define.ts'
import { all, existing, list, others, record, text, texts } from '../existing.ts'
import { vpcOf } from './gateways.ts'
import { hasRole, isTrusted } from './iam.ts'
import { arn } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'
import { balancersOf } from './loadbalancing.ts'
import { requireKey } from './kms.ts'
import { cutOff } from './reach.ts'
import { acts } from '../rights/acts.ts'
import { keyArn, notAuthorized } from '../rights/ask.ts'
import { lacking, type Asked, type Row, type Values } from '../rights/row.ts'
import { arnIn, secretOf } from '../secrets.ts'
import { account } from '../state.ts'

const [cluster, service, taskDefinition] = ['AWS::ECS::Cluster', 'AWS::ECS::Service', 'AWS::ECS::TaskDefinition']

const failed = (around: Around, message: string, code = 'InvalidRequest'): Error =>
  serviceError(around, 'AmazonECS', 400, message, code)

/** The name of a cluster, given by name or ARN; undefined means the default one. */
const clusterOf = (reference: unknown): string => text(reference ?? 'default').replace(/^arn:.*:cluster\//, '')

const containers = (task: Properties): Properties[] => list(task.ContainerDefinitions)

const steps = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step)

/** Memory in MiB that Fargate has for each CPU size. Source: ECS developer guide, *Task size*. */
const fargateSizes: Record<string, number[]> = {
  '256': [512, 1024, 2048],
  '512': steps(1024, 4096, 1024),
  '1024': steps(2048, 8192, 1024),
  '2048': steps(4096, 16384, 1024),
  '4096': steps(8192, 30720, 1024),
  '8192': steps(16384, 61440, 4096),
  '16384': steps(32768, 122880, 8192),
}

function requireFargate(task: Properties, around: Around): void {
  if (!texts(task.RequiresCompatibilities).includes('FARGATE')) return
  if (!fargateSizes[text(task.Cpu)]?.includes(Number(text(task.Memory)))) {
    throw failed(around, 'No Fargate configuration exists for given values.')
  }
  if (task.NetworkMode !== 'awsvpc') throw failed(around, "Fargate only supports network mode 'awsvpc'.")
  for (const { LogConfiguration, Secrets } of containers(task)) {
    if (task.ExecutionRoleArn !== undefined) continue
    const driver = text(record(LogConfiguration).LogDriver)
    const what = driver === 'awslogs' ? 'log driver awslogs' : list(Secrets).length > 0 ? 'secrets' : ''
    if (what) throw failed(around, `Fargate requires task definition to have execution role ARN to support ${what}.`)
  }
}

function requireTaskParts(task: Properties, around: Around): void {
  for (const role of texts([task.TaskRoleArn, task.ExecutionRoleArn].filter((one) => one !== undefined))) {
    if (!hasRole(around, role)) throw failed(around, 'Role is not valid')
  }
  const volumes = new Set(list(task.Volumes).map(({ Name }) => text(Name)))
  for (const { Name, MountPoints } of containers(task)) {
    const lost = list(MountPoints).find(({ SourceVolume }) => !volumes.has(text(SourceVolume)))
    if (lost) throw failed(around, `Unknown volume '${text(lost.SourceVolume)}' in container '${text(Name)}'.`)
  }
  requireFargate(task, around)
}

/** What keeps a task from starting. AWS says it in the service's events, after many tries; said at once here (ours). */
function requireStart(task: Properties, { NetworkConfiguration }: Properties, around: Around): void {
  const stopped = (message: string): Error =>
    refused(around, `simulator rule: no task can start: ${message}`, 'NotStabilized')
  for (const role of texts([task.TaskRoleArn, task.ExecutionRoleArn].filter((one) => one !== undefined))) {
    if (isTrusted(around, role, 'ecs-tasks.amazonaws.com')) continue
    throw stopped(`ECS was unable to assume the role '${role}' that was provided for this task.`)
  }
  for (const { LogConfiguration } of containers(task)) {
    const { 'awslogs-group': group } = record(record(LogConfiguration).Options)
    if (group === undefined || existing(around.cloud, around.region, 'AWS::Logs::LogGroup', text(group))) continue
    throw stopped(`ResourceInitializationError: the log group ${text(group)} does not exist`)
  }
  for (const { EFSVolumeConfiguration } of list(task.Volumes)) {
    const { FilesystemId } = record(EFSVolumeConfiguration)
    if (FilesystemId === undefined || existing(around.cloud, around.region, 'AWS::EFS::FileSystem', text(FilesystemId)))
      continue
    throw stopped(`ResourceInitializationError: the file system ${text(FilesystemId)} does not exist`)
  }
  const missing = lackingToStart(task, around)
  if (missing) throw stopped(`ResourceInitializationError: ${missing}`)
  const { Subnets, AssignPublicIp } = record(record(NetworkConfiguration).AwsvpcConfiguration)
  const vpc = text(vpcOf(around, texts(Subnets)[0]))
  if (vpc === '' || AssignPublicIp === 'ENABLED') return
  const cut = cutOff(around, vpc, containers(task).flatMap(startServices))
  if (cut.length > 0) throw stopped(`${vpc} has no endpoint and no NAT to reach ${cut.join(', ')}`)
}

const principal = acts['ecs-tasks.amazonaws.com']

/** An image of ECR's own as the repository that holds it; another registry asks no role. */
function imageValues(image: string): Values {
  const found = /^(?<owner>\d{12})\.dkr\.ecr\.(?<place>[a-z0-9-]+)\.amazonaws\.com\/(?<name>[^:@]+)/.exec(image)?.groups
  return found ? { repository: `arn:aws:ecr:${found.place}:${found.owner}:repository/${found.name}` } : {}
}

/** A secret as a container names it: its ARN without the six characters, then key, stage and version. */
function containerSecret(around: Pick<Around, 'cloud' | 'region'>, from: string): Values {
  const { cloud, region } = around
  const whole = from.split(':').slice(0, 7).join(':')
  const secret = secretOf(cloud, region, whole) ?? secretOf(cloud, region, from.split(':')[6] ?? '')
  return secret ? { region, secret: arnIn(secret, region), secretKey: keyArn(cloud, region, secret.kmsKeyId) } : {}
}

/** What ECS does with the two roles of a task before its containers run, in that order. */
export function startsOf(task: Properties, { cloud, region }: Pick<Around, 'cloud' | 'region'>): Start[] {
  const start = text(task.ExecutionRoleArn)
  const starts = containers(task).flatMap(({ Image, LogConfiguration, Secrets }): Start[] => {
    const options = record(record(LogConfiguration).Options)
    const log = { region, logGroup: text(options['awslogs-group']), logStream: 'any' }
    const image = imageValues(text(Image))
    return [
      ...(image.repository === undefined ? [] : [{ role: start, act: 'pull an image' as const, values: image }]),
      ...list(Secrets).map(({ ValueFrom }) => ({
        role: start,
        act: 'read a secret' as const,
        values: containerSecret({ cloud, region }, text(ValueFrom)),
      })),
      ...(log.logGroup === '' ? [] : [{ role: start, act: 'write its log' as const, values: log }]),
    ]
  })
  const mounts = list(task.Volumes).flatMap(({ EFSVolumeConfiguration }): Start[] => {
    const { FilesystemId, AuthorizationConfig } = record(EFSVolumeConfiguration)
    const { AccessPointId, IAM } = record(AuthorizationConfig)
    if (IAM !== 'ENABLED') return []
    const place = `arn:aws:elasticfilesystem:${region}:${account}:`
    const values = {
      fileSystem: `${place}file-system/${text(FilesystemId)}`,
      accessPoint: `${place}access-point/${text(AccessPointId)}`,
    }
    return [{ role: text(task.TaskRoleArn), act: 'mount files', values }]
  })
  return [...starts, ...mounts]
}

export interface Start {
  role: string
  act: keyof typeof principal
  values: Values
}

/** Why a task cannot start for want of a right, in IAM's words. */
function lackingToStart(task: Properties, around: Around): string | undefined {
  for (const { role, act, values } of startsOf(task, around)) {
    const rows: Row[] = principal[act]
    const missing: Asked | undefined = lacking(around.cloud, role, rows, values)
    if (missing) return notAuthorized(role, missing)
  }
  return undefined
}

/** What a container calls before it runs, by endpoint; an image from elsewhere than ECR comes over the internet. */
const startServices = ({ Image, LogConfiguration, Secrets }: Properties): string[] => [
  ...(/\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/.test(text(Image)) ? ['ecr.api', 'ecr.dkr', 's3'] : ['internet']),
  ...(record(LogConfiguration).LogDriver === 'awslogs' ? ['logs'] : []),
  ...list(Secrets).map(({ ValueFrom }) => (/:ssm:/.test(text(ValueFrom)) ? 'ssm' : 'secretsmanager')),
]

function requireBalancers({ LoadBalancers }: Properties, task: Properties, around: Around): void {
  for (const { TargetGroupArn, ContainerName } of list(LoadBalancers)) {
    const group = text(TargetGroupArn)
    const found = existing(around.cloud, around.region, 'AWS::ElasticLoadBalancingV2::TargetGroup', group)
    if (!found || balancersOf(around, group).length === 0) {
      const message = `Invalid request provided: The target group with targetGroupArn ${group} does not have an associated load balancer.`
      throw failed(around, message)
    }
    if (task.NetworkMode === 'awsvpc' && found.properties.TargetType !== 'ip') {
      const type = text(found.properties.TargetType ?? 'instance')
      throw failed(
        around,
        `The provided target group ${group} has target type ${type}, which is incompatible with the awsvpc network mode specified in the task definition.`,
      )
    }
    if (!containers(task).some(({ Name }) => Name === ContainerName)) {
      throw failed(around, `The container ${text(ContainerName)} does not exist in the task definition.`)
    }
  }
}

function requireService(properties: Properties, around: Around): void {
  if (!existing(around.cloud, around.region, cluster, clusterOf(properties.Cluster))) {
    throw failed(around, 'Cluster not found.', 'NotFound')
  }
  const task = existing(around.cloud, around.region, taskDefinition, text(properties.TaskDefinition))?.properties
  if (!task) throw failed(around, 'TaskDefinition not found.', 'NotFound')
  const { Subnets, SecurityGroups } = record(record(properties.NetworkConfiguration).AwsvpcConfiguration)
  if (task.NetworkMode === 'awsvpc' && texts(Subnets).length === 0) {
    throw failed(around, "Network Configuration must be provided when networkMode 'awsvpc' is specified.")
  }
  const look = (type: string, what: string, ids: unknown): void => {
    for (const id of texts(ids)) {
      if (!existing(around.cloud, around.region, type, id))
        throw failed(around, `The ${what} ID '${id}' does not exist`)
    }
  }
  look('AWS::EC2::Subnet', 'subnet', Subnets)
  look('AWS::EC2::SecurityGroup', 'security group', SecurityGroups)
  const name = properties.ServiceName
  const twin = others(around, service).some(
    (other) =>
      other.properties.ServiceName === name && clusterOf(other.properties.Cluster) === clusterOf(properties.Cluster),
  )
  if (name !== undefined && twin) throw failed(around, 'Creation of service was not idempotent.', 'AlreadyExists')
  requireBalancers(properties, task, around)
  requireStart(task, properties, around)
}

export const ecs: Kind[] = [
  define(cluster, {
    name: 'ClusterName',
    arn: (name, region) => arn('ecs', region, `cluster/${name}`),
    attributes: (_, name, { region }) => ({ Arn: arn('ecs', region, `cluster/${name}`) }),
    requires: ({ Configuration }, around) => {
      // The first cluster of an account makes this role and does not wait for it.
      if (!hasRole(around, 'AWSServiceRoleForECS')) {
        const message =
          'Invalid request provided: CreateCluster Invalid Request: Unable to assume the service linked role. ' +
          'Please verify that the ECS service linked role exists.'
        throw failed(around, message)
      }
      requireKey(around, text(record(record(Configuration).ExecuteCommandConfiguration).KmsKeyId))
    },
    removable: (name, around) => {
      const used = all(around.cloud, service, around.region).some(
        ({ properties }) => clusterOf(properties.Cluster) === name,
      )
      if (used) throw failed(around, 'The Cluster cannot be deleted while Services are active.', 'ResourceConflict')
    },
  }),
  define(taskDefinition, {
    // All but the tags.
    createOnly: [
      'Family',
      'ContainerDefinitions',
      'Cpu',
      'Memory',
      'NetworkMode',
      'RequiresCompatibilities',
      'ExecutionRoleArn',
      'TaskRoleArn',
      'Volumes',
      'RuntimePlatform',
      'EphemeralStorage',
      'PlacementConstraints',
      'PidMode',
      'IpcMode',
      'ProxyConfiguration',
      'InferenceAccelerators',
      'EnableFaultInjection',
    ],
    id: (name, { Family }, { cloud, region }) => {
      const prefix = arn('ecs', region, `task-definition/${text(Family) || name}:`)
      const made = all(cloud, taskDefinition, region).filter(({ physicalId }) => physicalId.startsWith(prefix))
      const newest = Math.max(0, ...made.map(({ physicalId }) => Number(physicalId.slice(prefix.length))))
      return `${prefix}${newest + 1}`
    },
    arn: (id) => id,
    attributes: (_, id) => ({ TaskDefinitionArn: id }),
    requires: requireTaskParts,
  }),
  define(service, {
    customName: 'ServiceName',
    createOnly: ['ServiceName', 'Cluster', 'DeploymentController', 'LaunchType', 'Role', 'SchedulingStrategy'],
    id: (name, { Cluster, ServiceName }, { region }) =>
      arn('ecs', region, `service/${clusterOf(Cluster)}/${text(ServiceName) || name}`),
    arn: (id) => id,
    attributes: (_, id) => ({ ServiceArn: id, Name: id.split('/').at(-1) ?? '' }),
    requires: requireService,
  }),
]
