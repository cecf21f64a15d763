// Secrets Manager: secrets with their replicas in other regions, and names that stay taken while a deletion waits.
import {
  type CreateSecretCommandInput,
  type DeleteSecretCommandInput,
  type DescribeSecretCommandInput,
  type GetSecretValueCommandInput,
  InvalidParameterException,
  InvalidRequestException,
  type RemoveRegionsFromReplicationCommandInput,
  type ReplicateSecretToRegionsCommandInput,
  type ReplicaRegionType,
  ResourceExistsException,
  ResourceNotFoundException,
  type StopReplicationToReplicaCommandInput,
} from '@aws-sdk/client-secrets-manager'

import type { Answers, Call } from '../answer.ts'
import { arn, derived, fresh, uuid } from '../identifiers.ts'
import type { Secret } from '../state.ts'
import { said } from '../said.ts'
import { date, listed, tagsOf } from './shape.ts'
import { arnIn, isGone, isThere, secretOf } from '../secrets.ts'

/** How long a replica takes to be there [typical], ms. */
const replication = 4_000
/** A forced deletion happens in the background "typically quickly" (API reference of DeleteSecret), ms. */
const forced = 10_000
const day = 86_400_000

const marked = "You can't perform this operation on the secret because it was marked for deletion."
const replica = "Operation not permitted on a replica secret. Call must be made in primary secret's region."
const noReplica = 'Operation only permitted on a replica secret.'
const taken = "You can't create this secret because a secret with this name is already scheduled for deletion."

function required(call: Call, id = ''): Secret {
  const secret = secretOf(call.cloud, call.region, id)
  if (!secret) throw new ResourceNotFoundException(said("Secrets Manager can't find the specified secret."))
  return secret
}

/** The secret where it was made and may be changed. */
function primary(call: Call, id?: string): Secret {
  const secret = required(call, id)
  if (secret.region !== call.region) throw new InvalidParameterException(said(replica))
  if (secret.deletion) throw new InvalidRequestException(said(marked))
  return secret
}

const stagesOf = ({ versionId, pendingId }: Secret): Record<string, string[]> => ({
  [versionId]: ['AWSCURRENT'],
  ...(pendingId !== undefined && { [pendingId]: ['AWSPENDING'] }),
})

const statusOf = ({ cloud }: Call, secret: Secret): object[] =>
  Object.entries(secret.replicas).map(([Region, { failed, kmsKeyId }]) => ({
    Region,
    KmsKeyId: kmsKeyId ?? 'alias/aws/secretsmanager',
    Status: failed ? 'Failed' : isThere(cloud, secret, Region) ? 'InSync' : 'InProgress',
    ...(failed && { StatusMessage: 'A secret with the same name already exists in this Region.' }),
  }))

function replicate({ cloud, now, region }: Call, secret: Secret, regions: ReplicaRegionType[], force = false): void {
  for (const { Region: to = '', KmsKeyId: kmsKeyId } of regions) {
    if (to === region) {
      throw new InvalidParameterException(said('You cannot replicate a secret to the region that it is in.'))
    }
    const other = Object.values(cloud.secrets).find(
      (it) => it !== secret && it.name === secret.name && !isGone(cloud, it) && (it.region === to || it.replicas[to]),
    )
    if (other && force && other.region === to) delete cloud.secrets[`${to}|${other.name}`]
    const failed = other !== undefined && !force
    const key = kmsKeyId === undefined ? {} : { kmsKeyId }
    secret.replicas[to] = { readyAt: now + replication, ...key, ...(failed && { failed }) }
  }
}

/** Secrets Manager, by command. */
export const answers: Answers = {
  CreateSecretCommand: (input: CreateSecretCommandInput, call: Call) => {
    const { Name: name = '', SecretString: value = '', ClientRequestToken: token, Description, KmsKeyId } = input
    const { cloud, region, now } = call
    if (!/^[\w/+=.@-]{1,512}$/.test(name)) {
      const message = 'Invalid name. Must be a valid name containing alphanumeric characters, or any of: -/_+=.@!'
      throw new InvalidParameterException(said(message))
    }
    const there = secretOf(cloud, region, name)
    if (there?.deletion) throw new InvalidRequestException(said(taken))
    // The same request again, as when its answer was lost, is no second one.
    if (there && !(there.versionId === token && there.value === value)) {
      throw new ResourceExistsException(said(`The operation failed because the secret ${name} already exists.`))
    }
    const secret: Secret = there ?? {
      name,
      region,
      arn: arn('secretsmanager', region, `secret:${name}-${derived(fresh(cloud), 6)}`),
      createdAt: now,
      value,
      versionId: token ?? uuid(fresh(cloud)),
      tags: tagsOf(input.Tags) ?? {},
      ...(Description !== undefined && { description: Description }),
      ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
      replicas: {},
    }
    if (!there) {
      cloud.secrets[`${region}|${name}`] = secret
      replicate(call, secret, input.AddReplicaRegions ?? [], input.ForceOverwriteReplicaSecret)
    }
    return { ARN: secret.arn, Name: name, VersionId: secret.versionId, ReplicationStatus: statusOf(call, secret) }
  },
  DescribeSecretCommand: ({ SecretId }: DescribeSecretCommandInput, call: Call) => {
    const secret = required(call, SecretId)
    const { name, description, kmsKeyId, rotation, tags, createdAt, deletion, region, replicas } = secret
    return {
      ARN: arnIn(secret, call.region),
      Name: name,
      Description: description,
      KmsKeyId: region === call.region ? kmsKeyId : replicas[call.region]?.kmsKeyId,
      RotationEnabled: rotation !== undefined,
      ...(rotation && {
        RotationLambdaARN: rotation.functionArn,
        RotationRules: { AutomaticallyAfterDays: rotation.afterDays },
      }),
      Tags: listed(tags, 'Key', 'Value'),
      VersionIdsToStages: stagesOf(secret),
      CreatedDate: date(createdAt),
      DeletedDate: date(deletion?.at),
      ...(Object.keys(replicas).length > 0 && { PrimaryRegion: region }),
      ReplicationStatus: statusOf(call, secret),
    }
  },
  GetSecretValueCommand: (input: GetSecretValueCommandInput, call: Call) => {
    const secret = required(call, input.SecretId)
    if (secret.deletion) throw new InvalidRequestException(said(marked))
    const { name, versionId, value, createdAt } = secret
    const { VersionId = versionId, VersionStage = 'AWSCURRENT' } = input
    if (VersionId !== versionId || VersionStage !== 'AWSCURRENT') {
      const which = VersionId === versionId ? `staging label: ${VersionStage}` : `VersionId: ${VersionId}`
      const message = `Secrets Manager can't find the specified secret value for ${which}`
      throw new ResourceNotFoundException(said(message))
    }
    return {
      ARN: arnIn(secret, call.region),
      Name: name,
      VersionId: versionId,
      SecretString: value,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: date(createdAt),
    }
  },
  DeleteSecretCommand: (input: DeleteSecretCommandInput, call: Call) => {
    const { SecretId = '', ForceDeleteWithoutRecovery: force, RecoveryWindowInDays: days } = input
    const { cloud, region, now } = call
    if (force && days !== undefined) {
      const message = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
      throw new InvalidParameterException(said(message))
    }
    // A forced deletion of what is not there, or deleted already, is no error (API reference).
    if (force && !secretOf(cloud, region, SecretId)) return { Name: SecretId, DeletionDate: date(now) }
    const secret = force ? required(call, SecretId) : primary(call, SecretId)
    if (secret.region !== region) throw new InvalidParameterException(said(replica))
    const regions = Object.keys(secret.replicas).join(', ')
    if (regions) {
      const message = `You can't delete secret ${secret.arn} that still has replica regions [${regions}].`
      throw new InvalidParameterException(said(message))
    }
    const goneAt = force ? Math.min(secret.deletion?.goneAt ?? Infinity, now + forced) : now + (days ?? 30) * day
    secret.deletion = { at: now, goneAt }
    return { ARN: secret.arn, Name: secret.name, DeletionDate: date(goneAt) }
  },
  ReplicateSecretToRegionsCommand: (input: ReplicateSecretToRegionsCommandInput, call: Call) => {
    const secret = primary(call, input.SecretId)
    replicate(call, secret, input.AddReplicaRegions ?? [], input.ForceOverwriteReplicaSecret)
    return { ARN: secret.arn, ReplicationStatus: statusOf(call, secret) }
  },
  RemoveRegionsFromReplicationCommand: (input: RemoveRegionsFromReplicationCommandInput, call: Call) => {
    const secret = primary(call, input.SecretId)
    for (const region of input.RemoveReplicaRegions ?? []) delete secret.replicas[region]
    return { ARN: secret.arn, ReplicationStatus: statusOf(call, secret) }
  },
  StopReplicationToReplicaCommand: ({ SecretId }: StopReplicationToReplicaCommandInput, call: Call) => {
    const secret = required(call, SecretId)
    const { cloud, region, now } = call
    if (secret.region === region) throw new InvalidRequestException(said(noReplica))
    const { kmsKeyId } = secret.replicas[region] ?? {}
    delete secret.replicas[region]
    const { kmsKeyId: _, ...copy } = structuredClone(secret)
    const own: Secret = { ...copy, region, arn: arnIn(secret, region), createdAt: now, replicas: {} }
    // It keeps the key under which the replica lay.
    if (kmsKeyId !== undefined) own.kmsKeyId = kmsKeyId
    cloud.secrets[`${region}|${secret.name}`] = own
    return { ARN: own.arn }
  },
}
