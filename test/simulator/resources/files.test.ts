import { describe, expect, test } from 'vitest'

import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { withDatabaseNetwork } from './databases.ts'
import { cloudAtStart } from './region.ts'

const [systemType, targetType, pointType] = ['AWS::EFS::FileSystem', 'AWS::EFS::MountTarget', 'AWS::EFS::AccessPoint']

function withFiles() {
  const here = withDatabaseNetwork(cloudAtStart(), 'eu-central-2')
  const encrypted: Properties = {
    Encrypted: true,
    KmsKeyId: here.key,
    FileSystemTags: [{ Key: 'Name', Value: 'files' }],
  }
  const system = here.make('Files', systemType, encrypted)
  const target = (index: number): Properties => ({
    FileSystemId: system,
    SubnetId: here.subnets[index] ?? '',
    SecurityGroups: [here.group],
  })
  return { ...here, encrypted, system, target }
}

describe('file systems (CIT, STR)', () => {
  test('one is made with a target in each zone and an access point, and goes in the reverse order', () => {
    const here = withFiles()
    expect(here.system).toMatch(/^fs-0[0-9a-f]{16}$/)
    expect(here.attributes('Files')).toEqual({
      Arn: `arn:aws:elasticfilesystem:eu-central-2:000000000000:file-system/${here.system}`,
      FileSystemId: here.system,
    })
    expect(here.cloud.resources[`eu-central-2|${systemType}|${here.system}`]?.tags).toMatchObject({ Name: 'files' })
    for (const index of [0, 2]) here.make(`T${index}`, targetType, here.target(index))
    expect(here.attributes('T2')['IpAddress']).toMatch(/^10\.0\.32\.\d+$/)
    const point = here.make('Point', pointType, { FileSystemId: here.system, PosixUser: { Uid: '1000', Gid: '1000' } })
    expect(here.attributes('Point')).toMatchObject({ AccessPointId: point, Arn: expect.stringContaining(point) })
    expect(() => here.drop('Files')).toThrow(
      `The file system '${here.system}' cannot be deleted because it has mount targets.`,
    )
    for (const id of ['Point', 'T0', 'T2', 'Files']) expect(here.drop(id)).toBe('gone')
  })

  test('a zone has one target', () => {
    const here = withFiles()
    here.make('One', targetType, here.target(0))
    expect(() => here.make('Two', targetType, here.target(0))).toThrow('mount target already exists in this AZ')
    expect(() => here.make('Three', targetType, here.target(1))).not.toThrow()
  })

  test('a target has five security groups at most', () => {
    const here = withFiles()
    const six = { ...here.target(0), SecurityGroups: Array.from({ length: 6 }, () => here.group) }
    expect(() => here.make('One', targetType, six)).toThrow('at most 5 security groups')
  })

  test('all targets are in one network', () => {
    const here = withFiles()
    here.make('One', targetType, here.target(0))
    const VpcId = here.make('Other', 'AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' })
    const zone = 'eu-central-2b'
    const SubnetId = here.make('Away', 'AWS::EC2::Subnet', { VpcId, CidrBlock: '10.9.0.0/20', AvailabilityZone: zone })
    const group = here.make('AwayGroup', 'AWS::EC2::SecurityGroup', { VpcId, GroupDescription: 'x' })
    const away = { FileSystemId: here.system, SubnetId, SecurityGroups: [group] }
    expect(() => here.make('Two', targetType, away)).toThrow('not in the same VPC as existing mount targets')
    const mixed = { ...away, SubnetId: here.subnets[1] ?? '' }
    expect(() => here.make('Two', targetType, mixed)).toThrow('not found in the VPC of the subnet')
  })

  test('targets and access points need their file system', () => {
    const here = withFiles()
    const lost = { FileSystemId: 'fs-none' }
    expect(() => here.make('T', targetType, { ...here.target(0), ...lost })).toThrow("'fs-none' does not exist.")
    expect(() => here.make('P', pointType, lost)).toThrow("'fs-none' does not exist.")
    expect(() => here.make('T', targetType, { ...here.target(0), SubnetId: 'subnet-none' })).toThrow("'subnet-none'")
  })

  const refusals: [string, Properties, string][] = [
    ['a key without encryption', { Encrypted: false }, 'only when Encrypted is true'],
    ['a throughput without its mode', { ProvisionedThroughputInMibps: 10 }, 'goes with the throughput mode'],
    ['maxIO with elastic', { ThroughputMode: 'elastic', PerformanceMode: 'maxIO' }, 'not supported with elastic'],
    ['another region’s key', { KmsKeyId: 'arn:aws:kms:us-east-1:000000000000:key/x' }, 'Invalid arn us-east-1'],
  ]
  test.each(refusals)('%s is refused', (_, more, message) => {
    const here = withFiles()
    expect(() => here.make('Two', systemType, { ...here.encrypted, ...more })).toThrow(message)
  })

  test('throughput changes in place, the key does not', () => {
    const here = withFiles()
    const elastic = { ...here.encrypted, ThroughputMode: 'elastic' }
    expect(here.change('Files', elastic)).toHaveProperty('attributes')
    const { KmsKeyId: _, ...other } = elastic as Properties
    expect(here.change('Files', other)).toBe('replace')
  })
})
