// Table and documents of the transactions system.
import { expect } from 'vitest'
import {
  all,
  get,
  list,
  one,
  output,
  set,
  sides,
  texts,
  type Check,
  type Item,
  type Side,
  type World,
} from '../world.ts'

/** In an account the table is in both regions; the primary's stack owns it. */
const table = (world: World): Item => one(world, 'AWS::DynamoDB::GlobalTable', 'primary')
const bucket = (world: World, side: Side): Item =>
  one(world, 'AWS::S3::Bucket', side, { BucketName: output(world, side, 'BucketName') })
const rule = 'ReplicationConfiguration.Rules.0'

export const data: Check[] = [
  {
    ids: 'TXN-08',
    rule: 'the table is billed on demand',
    holds: (world) => {
      expect(get(table(world), 'BillingMode')).toBe('PAY_PER_REQUEST')
      expect(get(table(world), 'WriteProvisionedThroughputSettings')).toBeUndefined()
    },
    breaks: (world) => set(table(world), 'BillingMode', 'PROVISIONED'),
  },
  {
    ids: 'TXN-09',
    rule: 'every replica can be restored to a point in time',
    holds: (world) => {
      for (const replica of list(table(world), 'Replicas'))
        expect(get(replica, 'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled')).toBe(true)
    },
    breaks: (world) =>
      set(table(world), 'Replicas.1.PointInTimeRecoverySpecification', { PointInTimeRecoveryEnabled: false }),
  },
  {
    ids: 'TXN-10',
    rule: 'the table has one replica in each region and the stream that replication needs',
    holds: (world) => {
      const regions = list(table(world), 'Replicas').map((replica) => get(replica, 'Region'))
      expect(regions).toEqual([world.regions.primary, world.regions.failover])
      expect(get(table(world), 'StreamSpecification.StreamViewType')).toBe('NEW_AND_OLD_IMAGES')
    },
    breaks: (world) => set(table(world), 'Replicas.1.Region', world.regions.primary),
  },
  {
    ids: 'TXN-11',
    rule: 'the table is transactions-table-<suffix>',
    holds: (world) => expect(get(table(world), 'TableName')).toBe(`transactions-table-${world.suffix}`),
    breaks: (world) => set(table(world), 'TableName', 'transactions-table'),
  },
  {
    ids: 'TXN-12',
    rule: 'each region has one bucket for documents',
    holds: (world) => {
      for (const side of sides) bucket(world, side)
      expect(all(world, 'AWS::S3::Bucket')).toHaveLength(2)
    },
    breaks: (world) => set(bucket(world, 'failover'), 'BucketName', 'another'),
  },
  {
    ids: 'TXN-13',
    rule: 'the primary bucket replicates everything to the failover bucket under its key',
    holds: (world) => {
      const source = bucket(world, 'primary')
      expect(get(source, 'ReplicationConfiguration.Role')).toBe(world.outputs.ReplicationRoleArn)
      expect(list(source, 'ReplicationConfiguration.Rules')).toHaveLength(1)
      expect(get(source, rule)).toMatchObject({
        Status: 'Enabled',
        Priority: 1,
        Filter: { Prefix: '' },
        DeleteMarkerReplication: { Status: 'Enabled' },
        SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
        Destination: {
          Bucket: `arn:aws:s3:::${output(world, 'failover', 'BucketName')}`,
          EncryptionConfiguration: { ReplicaKmsKeyID: output(world, 'failover', 'KeyArn') },
          Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
          ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
        },
      })
      expect(get(bucket(world, 'failover'), 'ReplicationConfiguration')).toBeUndefined()
    },
    breaks: (world) =>
      set(
        bucket(world, 'primary'),
        `${rule}.Destination.EncryptionConfiguration.ReplicaKmsKeyID`,
        output(world, 'primary', 'KeyArn'),
      ),
  },
  {
    ids: 'TXN-14',
    rule: 'both buckets keep versions',
    holds: (world) => {
      for (const side of sides) expect(get(bucket(world, side), 'VersioningConfiguration.Status')).toBe('Enabled')
    },
    breaks: (world) => set(bucket(world, 'failover'), 'VersioningConfiguration.Status', 'Suspended'),
  },
  {
    ids: 'TXN-15',
    rule: 'both buckets accept accelerated transfers, so their names hold no dot',
    holds: (world) => {
      for (const side of sides) {
        expect(get(bucket(world, side), 'AccelerateConfiguration.AccelerationStatus')).toBe('Enabled')
        expect(get(bucket(world, side), 'BucketName')).not.toContain('.')
      }
    },
    breaks: (world) => set(bucket(world, 'primary'), 'AccelerateConfiguration.AccelerationStatus', 'Suspended'),
  },
  {
    ids: 'TXN-16',
    rule: 'buckets are documents-<suffix>-<account>-<region>',
    holds: (world) => {
      const name = (side: Side) => `documents-${world.suffix}-${world.account}-${world.regions[side]}`
      for (const side of sides) expect(get(bucket(world, side), 'BucketName')).toBe(name(side))
    },
    breaks: (world) => {
      set(bucket(world, 'primary'), 'BucketName', `documents-${world.suffix}`)
      world.outputs.PrimaryBucketName = `documents-${world.suffix}`
    },
  },
  {
    ids: 'TXN-17',
    rule: 'buckets encrypt on the server with the key of their region',
    holds: (world) => {
      for (const side of sides)
        expect(list(bucket(world, side), 'BucketEncryption.ServerSideEncryptionConfiguration')).toEqual([
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: output(world, side, 'KeyArn'),
            },
          },
        ])
    },
    breaks: (world) =>
      set(bucket(world, 'failover'), 'BucketEncryption.ServerSideEncryptionConfiguration.0', {
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      }),
  },
  {
    ids: 'TXN-59',
    rule: 'buckets refuse plain HTTP and TLS before 1.2, whoever asks and for whatever',
    holds: (world) => {
      for (const side of sides) {
        const arn = `arn:aws:s3:::${output(world, side, 'BucketName')}`
        const policy = one(world, 'AWS::S3::BucketPolicy', side)
        expect(bucket(world, side).is(get(policy, 'Bucket'))).toBe(true)
        const denied = list(policy, 'PolicyDocument.Statement').filter((it) => get(it, 'Effect') === 'Deny')
        for (const condition of [
          { Bool: { 'aws:SecureTransport': 'false' } },
          { NumericLessThan: { 's3:TlsVersion': '1.2' } },
        ]) {
          const statement = denied.find((it) => JSON.stringify(get(it, 'Condition')) === JSON.stringify(condition))
          expect(statement, `${side} denies ${JSON.stringify(condition)}`).toMatchObject({
            Principal: '*',
            Action: 's3:*',
          })
          for (const resource of texts(statement, 'Resource'))
            expect(isBucketOrInside(resource, arn, bucket(world, side)), resource).toBe(true)
          expect(list(statement, 'Resource')).toHaveLength(2)
        }
      }
    },
    breaks: (world) => {
      const policy = one(world, 'AWS::S3::BucketPolicy', 'failover')
      const statements = list(policy, 'PolicyDocument.Statement')
      set(policy, 'PolicyDocument.Statement', statements.slice(0, 1))
    },
  },
  {
    ids: 'TXN-60',
    rule: 'buckets are closed to the public and have no access lists',
    holds: (world) => {
      for (const side of sides)
        expect(bucket(world, side).properties).toMatchObject({
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        })
    },
    breaks: (world) => set(bucket(world, 'primary'), 'PublicAccessBlockConfiguration.IgnorePublicAcls', false),
  },
]

/** In an account a policy names the bucket's ARN; in a template it may be a value known after creation. */
const isBucketOrInside = (resource: string, arn: string, bucket: Item): boolean => {
  const own = resource.replace(/\/\*$/, '')
  return own === arn || bucket.is(own)
}
