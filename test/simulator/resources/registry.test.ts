// AWS publishes what each type's properties and attributes are; the tables of kinds are held against it.
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import { describe, expect, test } from 'vitest'

import { kinds } from '../../../src/simulator/resources/kinds.ts'
import { cloudAtStart, region } from './region.ts'

const registry = loadAwsServiceSpecSync()
const published = (type: string) => registry.lookup('resource', 'cloudFormationType', 'equals', type)[0]

/** What replaces a resource of AWS and no template of ours sets or changes. */
const unused: Record<string, string[]> = {
  'AWS::EC2::FlowLog': ['DeliverCrossAccountRole', 'TagFieldSpecifications'],
  'AWS::EC2::SecurityGroupIngress': ['GroupName', 'SourceSecurityGroupName', 'SourceSecurityGroupOwnerId'],
  'AWS::EC2::Subnet': ['Ipv4IpamPoolId', 'Ipv4NetmaskLength', 'Ipv6IpamPoolId', 'Ipv6NetmaskLength'],
  'AWS::EC2::VPC': ['VpcEncryptionControl'],
  'AWS::EC2::VPCEndpoint': ['ResourceConfigurationArn', 'ServiceNetworkArn'],
  'AWS::EC2::VPCPeeringConnection': ['AssumeRoleRegion'],
  'AWS::Lambda::EventSourceMapping': [
    'AmazonManagedKafkaEventSourceConfig',
    'SelfManagedEventSource',
    'SelfManagedKafkaEventSourceConfig',
  ],
  'AWS::Lambda::Function': ['TenancyConfig'],
  'AWS::Lambda::Permission': ['FunctionUrlAuthType', 'InvokedViaFunctionUrl'],
  'AWS::Lambda::Version': ['ProvisionedConcurrencyConfig', 'RuntimePolicy'],
  'AWS::RDS::DBInstance': ['Port'],
  'AWS::S3::Bucket': ['BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled'],
}

/** The registry says more than the service does: these change in place. */
const inPlace: Record<string, string[]> = {
  // An engine can be upgraded from Redis OSS to Valkey.
  'AWS::ElastiCache::ReplicationGroup': ['Engine'],
  'AWS::ElastiCache::User': ['Engine'],
  'AWS::ElastiCache::UserGroup': ['Engine'],
}

/** Attributes in the template reference, under another name than in the registry, which lists their parents only. */
const documented: Record<string, string[]> = {
  'AWS::ElastiCache::ReplicationGroup': ['ReadEndPoint.Addresses.List', 'ReadEndPoint.Ports.List'],
  'AWS::RDS::GlobalCluster': ['GlobalEndpoint.Address'],
}

/** Final snapshots: no template of ours makes one, and for two of them CloudFormation has no type at all. */
const ofTemplates = kinds.filter(({ type }) => !type.endsWith('Snapshot'))

describe.each(ofTemplates.map((kind) => [kind.type, kind] as const))('%s', (type, kind) => {
  const known = published(type)

  test('is in AWS’s registry', () => {
    expect(known).toBeDefined()
  })

  test('what replaces it on AWS replaces it here', () => {
    const replaces = Object.entries(known?.properties ?? {}).filter(([, it]) => it.causesReplacement === 'yes')
    const own = new Set(kind.createOnly.map((path) => path.split('/')[0]))
    const lost = replaces.map(([name]) => name).filter((name) => !own.has(name))
    expect(lost.sort()).toEqual([...(unused[type] ?? []), ...(inPlace[type] ?? [])].sort())
  })

  test('it has no attribute that AWS does not know', () => {
    const around = region(cloudAtStart(), 'us-east-1').around('It')
    const own = Object.keys(kind.attributes({}, 'arn:aws:any:us-east-1:000000000000:any/app/name/1', around))
    const invented = own.filter((name) => !Object.hasOwn(known?.attributes ?? {}, name))
    expect(invented).toEqual(documented[type] ?? [])
  })
})
