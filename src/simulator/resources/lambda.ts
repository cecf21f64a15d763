// Lambda functions and what calls them.
import { define, refused, serviceError } from './define.ts'
import { all, existing, isOwn, list, others, record, text, texts } from '../existing.ts'
import { hasRole, isTrusted } from './iam.ts'
import { arn, fresh, parseArn, uuid } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'
import { tooMuchReserved } from '../data/functions.ts'
import { acts } from '../rights/acts.ts'
import { keyArn } from '../rights/ask.ts'
import { lacking, type Values } from '../rights/row.ts'
import { requireKey } from './kms.ts'
import { hasStream } from './logs.ts'
import { actionsOf, unreachable } from './reach.ts'

const type = 'AWS::Lambda::Function'
const principal = 'lambda.amazonaws.com'
const functionArn = (name: string, region: string): string => arn('lambda', region, `function:${name}`)

const invalid = (around: Around, message: string): Error =>
  serviceError(around, 'Lambda', 400, message, 'InvalidRequest')

/** A function's name, given by name, ARN, or either with a qualifier. */
const nameOf = (reference: unknown): string =>
  (text(reference).startsWith('arn:') ? text(reference).split(':').slice(6) : text(reference).split(':'))[0] ?? ''

function requireFunction(around: Around, reference: unknown): void {
  const name = nameOf(reference)
  if (existing(around.cloud, around.region, type, name)) return
  throw serviceError(around, 'Lambda', 404, `Function not found: ${functionArn(name, around.region)}`, 'NotFound')
}

/** The code must lie in a bucket of the function's own region. */
function requireCode({ Code }: Properties, around: Around): void {
  const { S3Bucket, S3Key } = record(Code)
  if (S3Bucket === undefined) return
  const bucket = around.cloud.buckets[text(S3Bucket)]
  const failed = (code: string, message: string): Error =>
    invalid(around, `Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`)
  if (!bucket) throw failed('NoSuchBucket', 'The specified bucket does not exist')
  if (bucket.region !== around.region) {
    const message = `The bucket is in this region: ${bucket.region}. Please use this region to retry the request`
    throw failed('PermanentRedirect', message)
  }
  const newest = bucket.versions.findLast(({ key }) => key === S3Key)
  if (newest?.body === undefined) throw failed('NoSuchKey', 'The specified key does not exist.')
}

/** Subnets and groups of one VPC, the right to make network interfaces, and a way to every service the role names. */
function requireNetwork({ VpcConfig, Role }: Properties, around: Around): void {
  const { SubnetIds, SecurityGroupIds } = record(VpcConfig)
  const vpcs = new Set<string>()
  const look = (kind: string, ids: unknown, what: string): void => {
    for (const id of texts(ids)) {
      const found = existing(around.cloud, around.region, kind, id)
      if (!found) throw invalid(around, `The ${what} '${id}' does not exist`)
      vpcs.add(text(found.properties.VpcId))
    }
  }
  look('AWS::EC2::Subnet', SubnetIds, 'subnet ID')
  look('AWS::EC2::SecurityGroup', SecurityGroupIds, 'security group')
  const [vpc] = vpcs
  if (vpc === undefined) return
  if (vpcs.size > 1) throw invalid(around, 'Security Groups are required to be in the same VPC.')
  const actions = actionsOf(around, text(Role))
  const missing = lacking(around.cloud, text(Role), acts[principal]['join a network'], {})
  if (missing) {
    const call = missing.action.replace('ec2:', '')
    throw invalid(around, `The provided execution role does not have permissions to call ${call} on EC2`)
  }
  const cut = unreachable(around, vpc, actions)
  if (cut.length > 0) {
    const message = `simulator rule: the function runs in ${vpc}, which has no endpoint and no NAT to reach ${cut.join(', ')}`
    throw refused(around, message, 'InvalidRequest')
  }
}

/** A function mounts a file system through an access point, and needs a mount target in each of its zones. */
function requireFiles({ FileSystemConfigs, VpcConfig }: Properties, around: Around): void {
  const zoneOf = (subnet: string): string =>
    text(existing(around.cloud, around.region, 'AWS::EC2::Subnet', subnet)?.attributes.AvailabilityZone)
  for (const { Arn, LocalMountPath } of list(FileSystemConfigs)) {
    const id = text(Arn).slice(text(Arn).lastIndexOf('/') + 1)
    const point = existing(around.cloud, around.region, 'AWS::EFS::AccessPoint', id)
    if (!point) throw invalid(around, `The access point ${text(Arn)} does not exist`)
    if (!/^\/mnt\/[\w.-]+$/.test(text(LocalMountPath))) throw invalid(around, 'LocalMountPath must be below /mnt/')
    const system = text(point.properties.FileSystemId)
    const targets = all(around.cloud, 'AWS::EFS::MountTarget', around.region).filter(
      ({ properties }) => properties.FileSystemId === system,
    )
    const zones = new Set(targets.map(({ properties }) => zoneOf(text(properties.SubnetId))))
    if (texts(record(VpcConfig).SubnetIds).every((subnet) => zones.has(zoneOf(subnet)))) continue
    const message =
      `EFS file system ${system} referenced by access point ${text(Arn)} has mount targets created in all availability zones ` +
      'the function will execute in, but not all are in the available life cycle state yet. ' +
      'Please wait for them to become available and try the request again.'
    throw invalid(around, message)
  }
}

function requireConcurrency({ ReservedConcurrentExecutions }: Properties, around: Around): void {
  const problem = tooMuchReserved(around, others(around, type), Number(ReservedConcurrentExecutions ?? 0))
  if (problem !== undefined) throw invalid(around, problem)
}

export const lambda: Kind[] = [
  define(type, {
    name: 'FunctionName',
    limit: 64,
    createOnly: ['PackageType'],
    arn: functionArn,
    taken: (name) => `Function already exist: ${name}`,
    attributes: (_, name, { region }) => ({
      Arn: functionArn(name, region),
      'SnapStartResponse.ApplyOn': 'None',
      'SnapStartResponse.OptimizationStatus': 'Off',
    }),
    requires: (properties, around) => {
      const role = text(properties.Role)
      if (!hasRole(around, role) || !isTrusted(around, role, 'lambda.amazonaws.com')) {
        throw invalid(around, 'The role defined for the function cannot be assumed by Lambda.')
      }
      requireCode(properties, around)
      requireKey(around, text(properties.KmsKeyArn))
      requireNetwork(properties, around)
      requireFiles(properties, around)
      requireConcurrency(properties, around)
    },
  }),
  define('AWS::Lambda::Permission', {
    createOnly: [
      'FunctionName',
      'Action',
      'Principal',
      'SourceArn',
      'SourceAccount',
      'EventSourceToken',
      'PrincipalOrgID',
    ],
    attributes: (_, id) => ({ Id: id }),
    requires: ({ FunctionName }, around) => requireFunction(around, FunctionName),
  }),
  define('AWS::Lambda::Version', {
    id: (_, { FunctionName }, around) => {
      const made = all(around.cloud, 'AWS::Lambda::Version', around.region)
      const own = made.filter(({ properties }) => nameOf(properties.FunctionName) === nameOf(FunctionName))
      const newest = Math.max(0, ...own.map(({ physicalId }) => Number(physicalId.split(':').at(-1))))
      return `${functionArn(nameOf(FunctionName), around.region)}:${newest + 1}`
    },
    createOnly: ['FunctionName', 'Description', 'CodeSha256'],
    attributes: (_, id) => ({ FunctionArn: id, Version: id.split(':').at(-1) ?? '' }),
    requires: ({ FunctionName }, around) => requireFunction(around, FunctionName),
  }),
  define('AWS::Lambda::Alias', {
    createOnly: ['Name', 'FunctionName'],
    id: (_, { FunctionName, Name }, { region }) => `${functionArn(nameOf(FunctionName), region)}:${text(Name)}`,
    taken: (id) => `Alias already exists: ${id}`,
    attributes: (_, id) => ({ AliasArn: id }),
    requires: ({ FunctionName }, around) => requireFunction(around, FunctionName),
  }),
  define('AWS::Lambda::EventInvokeConfig', {
    createOnly: ['FunctionName', 'Qualifier'],
    requires: ({ FunctionName }, around) => requireFunction(around, FunctionName),
  }),
  define('AWS::Lambda::EventSourceMapping', {
    id: (_, __, { cloud }) => uuid(fresh(cloud)),
    createOnly: ['EventSourceArn', 'StartingPosition', 'StartingPositionTimestamp'],
    attributes: (_, id, { region }) => ({
      Id: id,
      EventSourceMappingArn: arn('lambda', region, `event-source-mapping:${id}`),
    }),
    requires: ({ FunctionName, EventSourceArn, DestinationConfig }, around) => {
      requireFunction(around, FunctionName)
      const source = text(EventSourceArn)
      if (parseArn(source)?.service === 'kinesis' && !hasStream(around, source)) {
        throw invalid(around, `Stream not found: ${source}`)
      }
      requireReader(around, nameOf(FunctionName), source, DestinationConfig)
      const twin = all(around.cloud, 'AWS::Lambda::EventSourceMapping', around.region).find(
        (mapping) =>
          !isOwn(mapping, around) &&
          mapping.properties.EventSourceArn === source &&
          nameOf(mapping.properties.FunctionName) === nameOf(FunctionName),
      )
      if (!twin) return
      const message = `The event source arn ("${source}") and function ("${nameOf(FunctionName)}") provided mapping already exists.`
      throw serviceError(around, 'Lambda', 409, message, 'AlreadyExists')
    },
  }),
]

/** What Lambda needs to know of a stream, and of a topic for failures, to ask for the rights of the function's role. */
export function sourceValues(
  { cloud, region }: Pick<Around, 'cloud' | 'region'>,
  arn: string,
  destination: unknown,
): Values {
  const isConsumer = arn.includes('/consumer/')
  const stream = arn.replace(/\/consumer\/.*/, '')
  const name = stream.slice(stream.lastIndexOf('/') + 1)
  const { StreamEncryption } = existing(cloud, region, 'AWS::Kinesis::Stream', name)?.properties ?? {}
  const failureTopic = text(record(record(destination).OnFailure).Destination)
  const topic = existing(cloud, region, 'AWS::SNS::Topic', failureTopic)
  return {
    region,
    stream,
    streamKey: keyArn(cloud, region, text(record(StreamEncryption).KeyId)),
    ...(isConsumer && { consumer: arn }),
    ...(topic && {
      failureTopic,
      failureTopicKey: keyArn(cloud, region, text(topic.properties.KmsMasterKeyId)),
    }),
  }
}

/** The poller reads the stream with the function's role. */
function requireReader(around: Around, name: string, source: string, destination: unknown): void {
  if (parseArn(source)?.service !== 'kinesis') return
  const role = text(existing(around.cloud, around.region, type, name)?.properties.Role)
  const values = sourceValues(around, source, destination)
  const missing = lacking(around.cloud, role, acts[principal]['read a stream'], values)
  if (!missing) return
  if (missing.action === 'sns:Publish')
    throw invalid(around, 'The provided execution role does not have permissions to call Publish on SNS')
  throw invalid(
    around,
    `Cannot access stream ${source}. Please ensure the role can perform the GetRecords, GetShardIterator, ` +
      'DescribeStream, ListShards, and ListStreams Actions on your stream in IAM.',
  )
}
