// EFS: file systems, a mount target in each zone, and access points.
import { define, serviceError } from './define.ts'
import { all, existing, isOwn, others, text, texts } from '../existing.ts'
import { arn, derived } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'
import { requireKey } from './kms.ts'

const systemType = 'AWS::EFS::FileSystem'
const targetType = 'AWS::EFS::MountTarget'

const fileArn = (what: string) => (id: string, region: string) => arn('elasticfilesystem', region, `${what}/${id}`)

const refused = (around: Around, message: string, status = 400, code = 'InvalidRequest'): Error =>
  serviceError(around, 'Efs', status, message, code)

const isTrue = (value: unknown): boolean => String(value) === 'true'

function requireSystem(around: Around, id: unknown): void {
  if (existing(around.cloud, around.region, systemType, text(id))) return
  throw refused(around, `File system '${text(id)}' does not exist.`, 404, 'NotFound')
}

const subnetOf = ({ cloud, region }: Around, { SubnetId }: Properties) =>
  existing(cloud, region, 'AWS::EC2::Subnet', text(SubnetId))

/** Zones in which a file system can be mounted. */
const mountZones = (around: Around, system: string): string[] =>
  all(around.cloud, targetType, around.region)
    .filter(({ properties }) => properties.FileSystemId === system)
    .map(({ properties }) => text(subnetOf(around, properties)?.attributes.AvailabilityZone))

function requirePlace(properties: Properties, around: Around): void {
  const subnet = subnetOf(around, properties)
  if (!subnet) throw refused(around, `The subnet ID '${text(properties.SubnetId)}' does not exist`, 400, 'NotFound')
  const groups = texts(properties.SecurityGroups)
  if (groups.length > 5) throw refused(around, 'A mount target can have at most 5 security groups.')
  for (const id of groups) {
    const group = existing(around.cloud, around.region, 'AWS::EC2::SecurityGroup', id)
    if (group && group.properties.VpcId === subnet.properties.VpcId) continue
    throw refused(around, `Security group '${id}' not found in the VPC of the subnet.`, 400, 'NotFound')
  }
  for (const target of others(around, targetType)) {
    if (target.properties.FileSystemId !== properties.FileSystemId || isOwn(target, around)) continue
    const its = subnetOf(around, target.properties)
    if (its?.properties.VpcId !== subnet.properties.VpcId) {
      const message = 'requested subnet for new mount target is not in the same VPC as existing mount targets'
      throw refused(around, message, 409, 'AlreadyExists')
    }
    if (its?.attributes.AvailabilityZone === subnet.attributes.AvailabilityZone) {
      throw refused(around, 'mount target already exists in this AZ', 409, 'AlreadyExists')
    }
  }
}

export const efs: Kind[] = [
  define(systemType, {
    id: 'fs',
    createOnly: ['AvailabilityZoneName', 'Encrypted', 'KmsKeyId', 'PerformanceMode'],
    arn: fileArn('file-system'),
    attributes: (_, id, { region }) => ({ Arn: fileArn('file-system')(id, region), FileSystemId: id }),
    requires: ({ Encrypted, KmsKeyId, PerformanceMode, ProvisionedThroughputInMibps, ThroughputMode }, around) => {
      if (KmsKeyId !== undefined && !isTrue(Encrypted)) {
        throw refused(around, 'KmsKeyId can be specified only when Encrypted is true.')
      }
      if ((ThroughputMode === 'provisioned') !== (ProvisionedThroughputInMibps !== undefined)) {
        throw refused(
          around,
          'ProvisionedThroughputInMibps goes with the throughput mode provisioned, and only with it.',
        )
      }
      if (ThroughputMode === 'elastic' && PerformanceMode === 'maxIO') {
        throw refused(around, 'The performance mode maxIO is not supported with elastic throughput.')
      }
      requireKey(around, text(KmsKeyId))
    },
    removable: (id, around) => {
      if (mountZones(around, id).length === 0) return
      const message = `The file system '${id}' cannot be deleted because it has mount targets.`
      throw refused(around, `${message} You must delete the mount targets, and then try again.`, 409)
    },
  }),
  define(targetType, {
    id: 'fsmt',
    createOnly: ['FileSystemId', 'IpAddress', 'IpAddressType', 'Ipv6Address', 'SubnetId'],
    attributes: (properties, id, around) => {
      const [first = '10', second = '0', third = '0'] = text(subnetOf(around, properties)?.properties.CidrBlock).split(
        '.',
      )
      const last = (parseInt(derived(id, 4), 16) % 200) + 10
      return { Id: id, IpAddress: text(properties.IpAddress) || `${first}.${second}.${third}.${last}` }
    },
    requires: (properties, around) => {
      requireSystem(around, properties.FileSystemId)
      requirePlace(properties, around)
    },
  }),
  define('AWS::EFS::AccessPoint', {
    id: 'fsap',
    createOnly: ['ClientToken', 'FileSystemId', 'PosixUser', 'RootDirectory'],
    arn: fileArn('access-point'),
    attributes: (_, id, { region }) => ({ Arn: fileArn('access-point')(id, region), AccessPointId: id }),
    requires: ({ FileSystemId }, around) => requireSystem(around, FileSystemId),
  }),
]
