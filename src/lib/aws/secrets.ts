// Secrets Manager: what a secret is, never what it says. Values are looked at here and go no further.
import { createHash, randomUUID } from 'node:crypto'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { MakeClient } from './connect.ts'
import type { Region } from '../core/model.ts'
import { absent, named, record } from './shape.ts'

/** A secret as one region sees it. */
export interface SecretView {
  name: string
  tags: Record<string, string>
  /** ISO date since when it is scheduled for deletion. */
  deletedAt?: string
  /** Where it is made and changed, if it is replicated; a replica names another region than its own. */
  primaryRegion?: Region
  /** A rotation has begun and not ended: the next value may be the database's already, and is not yet the secret's. */
  isRotating: boolean
  /** Its replicas and how they stand in AWS's words: InSync, InProgress, Failed. */
  replicas: Record<Region, string>
}

/** What can be told of a value without telling it. */
export interface SecretContent {
  /** Keys of its JSON text; undefined when it is no JSON object. */
  keys: string[] | undefined
  /** Keys whose value a rule does not accept. */
  bad: string[]
  /** Equal values have equal digests. */
  digest: string
}

/** The secrets of one region. */
export class Secrets {
  private readonly client: SecretsManagerClient
  constructor(make: MakeClient) {
    this.client = make(SecretsManagerClient)
  }

  /** Undefined when there is none of that name. */
  async describe(name: string): Promise<SecretView | undefined> {
    const it = await absent(this.client.send(new DescribeSecretCommand({ SecretId: name })), 'ResourceNotFound')
    if (!it) return undefined
    const replicas = (it.ReplicationStatus ?? []).map((one) => [one.Region ?? '', one.Status ?? ''] as const)
    return {
      name: it.Name ?? name,
      tags: record(it.Tags, 'Key', 'Value'),
      ...(it.DeletedDate ? { deletedAt: it.DeletedDate.toISOString().slice(0, 10) } : {}),
      ...(it.PrimaryRegion ? { primaryRegion: it.PrimaryRegion } : {}),
      isRotating: Object.values(it.VersionIdsToStages ?? {}).some(
        (stages) => stages.includes('AWSPENDING') && !stages.includes('AWSCURRENT'),
      ),
      replicas: Object.fromEntries(replicas),
    }
  }

  /**
   * What its value holds. Undefined where whoever asks may not read it, which is good practice for those who deploy.
   * @param rules what the value of a key must look like
   */
  async content(name: string, rules: Record<string, RegExp>): Promise<SecretContent | undefined> {
    try {
      const { SecretString: text = '' } = await this.client.send(new GetSecretValueCommand({ SecretId: name }))
      const value = parsed(text)
      const bad = Object.entries(rules).filter(([key, rule]) => value?.[key] !== undefined && !fits(value[key], rule))
      return {
        keys: value && Object.keys(value),
        bad: bad.map(([key]) => key),
        digest: createHash('sha256').update(text).digest('hex'),
      }
    } catch (error) {
      if (named(error, 'AccessDenied')) return undefined
      throw error
    }
  }

  /** Makes a secret and its replicas. A call whose answer got lost is repeated with its token, so it is made once. */
  async create(name: string, value: Record<string, string>, tags: Record<string, string>, to: Region[]): Promise<void> {
    await this.client.send(
      new CreateSecretCommand({
        Name: name,
        ClientRequestToken: randomUUID(),
        Description: 'Made by dr; destroying the environment removes it.',
        SecretString: JSON.stringify(value),
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        ...(to.length > 0 ? { AddReplicaRegions: to.map((Region) => ({ Region })) } : {}),
      }),
    )
  }

  async replicate(name: string, to: Region[]): Promise<void> {
    const AddReplicaRegions = to.map((Region) => ({ Region }))
    await this.client.send(new ReplicateSecretToRegionsCommand({ SecretId: name, AddReplicaRegions }))
  }

  /** Deletes its replicas, which go at once. */
  async dropReplicas(name: string, regions: Region[]): Promise<void> {
    await this.client.send(new RemoveRegionsFromReplicationCommand({ SecretId: name, RemoveReplicaRegions: regions }))
  }

  /** Deletes it for good. Without that its name would stay taken for a week or more. */
  async delete(name: string): Promise<void> {
    const command = new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true })
    await absent(this.client.send(command), 'ResourceNotFound')
  }
}

const fits = (value: unknown, rule: RegExp): boolean => typeof value === 'string' && rule.test(value)

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
