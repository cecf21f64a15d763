import { describe, expect, test } from 'vitest'

import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { cloudAtStart, region } from './region.ts'

const keyIn = (cloud: ReturnType<typeof cloudAtStart>, name: string) => {
  const here = region(cloud, name, 'keys')
  const id = here.make('Key', 'AWS::KMS::Key', { PendingWindowInDays: 7 })
  return { here, id, arn: `arn:aws:kms:${name}:000000000000:key/${id}` }
}

describe('keys (COMMON-16)', () => {
  const users: [string, (key: string) => Properties][] = [
    ['AWS::SNS::Topic', (key) => ({ KmsMasterKeyId: key })],
    ['AWS::SQS::Queue', (key) => ({ KmsMasterKeyId: key })],
    ['AWS::Logs::LogGroup', (key) => ({ KmsKeyId: key })],
    ['AWS::Kinesis::Stream', (key) => ({ StreamEncryption: { KeyId: key, EncryptionType: 'KMS' } })],
    ['AWS::KMS::Alias', (key) => ({ AliasName: 'alias/x', TargetKeyId: key })],
    [
      'AWS::S3::Bucket',
      (key) => ({
        BucketName: 'a-bucket',
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: key } }],
        },
      }),
    ],
  ]

  test.each(users)('%s needs a key that is there, in its region, and not about to go', (type, using) => {
    const cloud = cloudAtStart()
    const { here, arn } = keyIn(cloud, 'us-east-1')
    const foreign = keyIn(cloud, 'us-west-2')
    const app = region(cloud, 'us-east-1')
    const none = 'arn:aws:kms:us-east-1:000000000000:key/none'
    expect(() => app.make('One', type, using(none))).toThrow(`Key '${none}' does not exist`)
    expect(() => app.make('One', type, using(foreign.arn))).toThrow('Invalid arn us-west-2')
    expect(() => app.make('One', type, using(arn))).not.toThrow()
    app.drop('One')
    cloud.cooling = {}
    here.drop('Key')
    expect(() => app.make('One', type, using(arn))).toThrow(`${arn} is pending deletion.`)
  })

  test('a key can be named by its alias; the aliases of AWS itself always exist', () => {
    const cloud = cloudAtStart()
    const { here, id } = keyIn(cloud, 'us-east-1')
    here.make('Alias', 'AWS::KMS::Alias', { AliasName: 'alias/mine', TargetKeyId: id })
    expect(() => here.make('A', 'AWS::SNS::Topic', { KmsMasterKeyId: 'alias/mine' })).not.toThrow()
    expect(() => here.make('B', 'AWS::SNS::Topic', { KmsMasterKeyId: 'alias/aws/sns' })).not.toThrow()
    expect(() => here.make('C', 'AWS::SNS::Topic', { KmsMasterKeyId: 'alias/none' })).toThrow('is not found')
  })
})

describe('buckets', () => {
  const bucket = (BucketName: string, Status = 'Enabled'): Properties => ({
    BucketName,
    ...(Status && { VersioningConfiguration: { Status } }),
  })
  const replicating = (to: string, status = 'Enabled'): Properties => ({
    ...bucket('source', status),
    ReplicationConfiguration: {
      Role: 'arn:aws:iam::000000000000:role/replication',
      Rules: [
        {
          Status: 'Enabled',
          Priority: 1,
          Filter: { Prefix: '' },
          DeleteMarkerReplication: { Status: 'Enabled' },
          Destination: { Bucket: `arn:aws:s3:::${to}` },
        },
      ],
    },
  })

  test('a bucket is in S3 exactly as long as its resource is there', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    here.make('Bucket', 'AWS::S3::Bucket', bucket('one-bucket'))
    expect(here.cloud.buckets['one-bucket']).toMatchObject({ region: 'us-east-1', versioning: 'Enabled', versions: [] })
    here.drop('Bucket')
    expect(here.cloud.buckets).toEqual({})
  })

  test('versioning once on can only be suspended', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    here.make('Bucket', 'AWS::S3::Bucket', bucket('one-bucket'))
    here.change('Bucket', { BucketName: 'one-bucket' })
    expect(here.cloud.buckets['one-bucket']?.versioning).toBe('Suspended')
  })

  test('replication needs a destination bucket that exists and keeps versions (TXN-13)', () => {
    const cloud = cloudAtStart()
    const here = region(cloud, 'us-east-1')
    const there = region(cloud, 'us-west-2')
    const type = 'AWS::S3::Bucket'
    expect(() => here.make('Source', type, replicating('target'))).toThrow('Destination bucket must exist.')
    there.make('Target', type, bucket('target', ''))
    expect(() => here.make('Source', type, replicating('target'))).toThrow('must have versioning enabled')
    there.change('Target', bucket('target'))
    expect(() => here.make('Source', type, replicating('target', 'Suspended'))).toThrow("Versioning must be 'Enabled'")
    expect(() => here.make('Source', type, replicating('target'))).not.toThrow()
  })

  test('a rule with a filter needs a priority and a word about delete markers', () => {
    const cloud = cloudAtStart()
    region(cloud, 'us-west-2').make('Target', 'AWS::S3::Bucket', bucket('target'))
    const properties = replicating('target') as { ReplicationConfiguration: { Rules: Properties[] } }
    delete properties.ReplicationConfiguration.Rules[0]?.['Priority']
    expect(() => region(cloud, 'us-east-1').make('Source', 'AWS::S3::Bucket', properties as never)).toThrow(
      'not well-formed',
    )
  })

  test('a bucket is not deleted while versions or delete markers are in it (COMMON-08)', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    here.make('Bucket', 'AWS::S3::Bucket', bucket('one-bucket'))
    const held = here.cloud.buckets['one-bucket']
    held?.versions.push({ key: 'k', versionId: '1', at: 0, etag: '' })
    expect(() => here.drop('Bucket')).toThrow(
      'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
    )
    held?.versions.pop()
    expect(here.drop('Bucket')).toBe('gone')
  })

  test('a bucket name is lower case, and a policy needs its bucket', () => {
    const here = region(cloudAtStart(), 'us-east-1')
    expect(() => here.make('B', 'AWS::S3::Bucket', bucket('Upper'))).toThrow('The specified bucket is not valid.')
    expect(() => here.make('P', 'AWS::S3::BucketPolicy', { Bucket: 'none' })).toThrow('bucket does not exist')
    here.make('B', 'AWS::S3::Bucket', bucket('one-bucket'))
    here.make('P', 'AWS::S3::BucketPolicy', { Bucket: 'one-bucket' })
    expect(() => here.make('Q', 'AWS::S3::BucketPolicy', { Bucket: 'one-bucket' })).toThrow('already exists on bucket')
  })
})

describe('global tables (TXN-08 to TXN-11)', () => {
  const type = 'AWS::DynamoDB::GlobalTable'
  const table = (keys: Record<string, string>): Properties => ({
    TableName: 'transactions',
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    Replicas: Object.entries(keys).map(([Region, key]) => ({
      Region,
      Tags: [{ Key: 'EnvironmentSuffix', Value: 'pr1' }],
      ...(key && { SSESpecification: { KMSMasterKeyId: key } }),
    })),
  })
  const setUp = () => {
    const cloud = cloudAtStart()
    const keys = { 'us-east-1': keyIn(cloud, 'us-east-1').arn, 'us-west-2': keyIn(cloud, 'us-west-2').arn }
    return { cloud, keys, here: region(cloud, 'us-east-1') }
  }

  test('a table is there in every replica region, with its tags, until its owner deletes it', () => {
    const { cloud, keys, here } = setUp()
    here.make('Table', type, table(keys))
    const found = () => Object.values(cloud.resources).filter((one) => one.type === type)
    expect(found().map((one) => [one.region, one.tags['EnvironmentSuffix'], one.attributes['Arn']])).toEqual([
      ['us-east-1', 'pr1', 'arn:aws:dynamodb:us-east-1:000000000000:table/transactions'],
      ['us-west-2', 'pr1', 'arn:aws:dynamodb:us-west-2:000000000000:table/transactions'],
    ])
    here.drop('Table')
    expect(found()).toEqual([])
  })

  test('only one region may own the table', () => {
    const { cloud, keys, here } = setUp()
    here.make('Table', type, table(keys))
    expect(() => region(cloud, 'us-west-2').make('Table', type, table(keys))).toThrow('already exist')
  })

  test('a table of that name in a replica region stands in the way', () => {
    const { cloud, keys, here } = setUp()
    region(cloud, 'us-west-2').make('Table', type, table({ 'us-west-2': keys['us-west-2'] }))
    expect(() => here.make('Table', type, table(keys))).toThrow('one or more replicas already existed as tables')
  })

  test('the owner’s region must be among the replicas, and several need a stream', () => {
    const { keys, here } = setUp()
    expect(() => here.make('T', type, table({ 'us-west-2': keys['us-west-2'] }))).toThrow(
      'The Replicas section must contain an entry for the current region',
    )
    const { StreamSpecification: _, ...streamless } = table(keys)
    expect(() => here.make('T', type, streamless)).toThrow('StreamSpecification is required')
  })

  test('every replica needs a key of its own region', () => {
    const { keys, here } = setUp()
    expect(() => here.make('T', type, table({ ...keys, 'us-west-2': '' }))).toThrow(
      'KMSMasterKeyId must be specified for each replica.',
    )
    expect(() => here.make('T', type, table({ ...keys, 'us-west-2': keys['us-east-1'] }))).toThrow(
      'Invalid arn us-east-1',
    )
  })

  test('one replica at a time comes or goes', () => {
    const { cloud, keys, here } = setUp()
    here.make('Table', type, table({ 'us-east-1': keys['us-east-1'] }))
    const more = { ...keys, 'eu-west-1': keyIn(cloud, 'eu-west-1').arn }
    expect(() => here.change('Table', table(more))).toThrow('Only one replica can be added or removed')
    expect(here.change('Table', table(keys))).toMatchObject({ attributes: {} })
    expect(cloud.resources[`us-west-2|${type}|transactions`]).toBeDefined()
    here.change('Table', table({ 'us-east-1': keys['us-east-1'] }))
    expect(cloud.resources[`us-west-2|${type}|transactions`]).toBeUndefined()
  })
})
