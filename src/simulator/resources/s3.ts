// S3 buckets as CloudFormation makes them; what is in them is in `cloud.buckets`.
import { define, refused, serviceError } from './define.ts'
import { existing, isOwn, list, record, text } from '../existing.ts'
import type { Around, Kind, Properties } from './kind.ts'
import { requireKey } from './kms.ts'
import { arrivedBy } from '../replicas.ts'

const type = 'AWS::S3::Bucket'

const invalid = (around: Around, message: string): Error => serviceError(around, 'S3', 400, message, 'InvalidRequest')

const isVersioned = ({ VersioningConfiguration }: Properties): boolean =>
  record(VersioningConfiguration).Status === 'Enabled'

const tagsOf = (around: Around, name: string): Record<string, string> =>
  existing(around.cloud, around.region, type, name)?.tags ?? {}

function requireReplication(properties: Properties, around: Around): void {
  const rules = list(record(properties.ReplicationConfiguration).Rules)
  if (rules.length === 0) return
  if (!isVersioned(properties)) {
    throw invalid(around, "Versioning must be 'Enabled' on the bucket to apply a replication configuration")
  }
  for (const rule of rules) {
    if (rule.Filter !== undefined && (rule.Priority === undefined || rule.DeleteMarkerReplication === undefined)) {
      throw invalid(around, 'The XML you provided was not well-formed or did not validate against our published schema')
    }
    const destination = record(rule.Destination)
    const bucket = around.cloud.buckets[text(destination.Bucket).replace(/^arn:aws:s3:::/, '')]
    if (!bucket) throw invalid(around, 'Destination bucket must exist.')
    if (bucket.versioning !== 'Enabled') throw invalid(around, 'Destination bucket must have versioning enabled.')
    requireKey(around, text(record(destination.EncryptionConfiguration).ReplicaKmsKeyID), bucket.region)
  }
}

/** S3 takes a wrong key without a word and fails later, so the simulator is stricter here. */
function requireBucketKey({ BucketEncryption }: Properties, around: Around): void {
  for (const rule of list(record(BucketEncryption).ServerSideEncryptionConfiguration)) {
    requireKey(around, text(record(rule.ServerSideEncryptionByDefault).KMSMasterKeyID))
  }
}

export const s3: Kind[] = [
  define(type, {
    name: 'BucketName',
    limit: 63,
    id: (name) => name.toLowerCase(),
    arn: (name) => `arn:aws:s3:::${name}`,
    taken: (name) => `${name} already exists`,
    // How long is not documented; the error is.
    cooling: {
      seconds: 60,
      message: 'A conflicting conditional operation is currently in progress against this resource. Please try again.',
    },
    attributes: (_, name, { region }) => ({
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
    }),
    requires: (properties, around) => {
      const name = text(properties.BucketName)
      const mine = existing(around.cloud, around.region, type, name)
      if (around.cloud.buckets[name] && !(mine && isOwn(mine, around))) {
        throw refused(around, `${name} already exists`, 'AlreadyExists')
      }
      if (name !== '' && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
        throw refused(around, 'The specified bucket is not valid.', 'InvalidRequest')
      }
      requireBucketKey(properties, around)
      requireReplication(properties, around)
    },
    made: (properties, name, around) => {
      const { cloud, region } = around
      const { VersioningConfiguration } = properties
      const old = cloud.buckets[name]
      const off = old && old.versioning !== 'Off' ? 'Suspended' : 'Off'
      cloud.buckets[name] = {
        name,
        region,
        createdAt: old?.createdAt ?? cloud.now,
        versioning: isVersioned(properties) ? 'Enabled' : record(VersioningConfiguration).Status ? 'Suspended' : off,
        tags: tagsOf(around, name),
        versions: old?.versions ?? [],
        uploads: old?.uploads ?? [],
      }
    },
    removable: (name, around) => {
      const bucket = around.cloud.buckets[name]
      if (!bucket || arrivedBy(bucket, around.cloud.now).length === 0) return
      const message =
        bucket.versioning === 'Off'
          ? 'The bucket you tried to delete is not empty'
          : 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
      throw serviceError(around, 'S3', 409, message, 'InvalidRequest')
    },
    removed: (name, { cloud }) => {
      delete cloud.buckets[name]
      return 'gone'
    },
  }),
  define('AWS::S3::BucketPolicy', {
    id: (_, { Bucket }) => text(Bucket),
    createOnly: ['Bucket'],
    taken: (bucket) => `The bucket policy already exists on bucket ${bucket}.`,
    requires: ({ Bucket }, around) => {
      if (around.cloud.buckets[text(Bucket)]) return
      throw serviceError(around, 'S3', 404, 'The specified bucket does not exist', 'NotFound')
    },
  }),
]
