// Connects the steps to Secrets Manager and to the RDS API.
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds'
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { makeHandler, type DatabaseState, type Ports, type RotationEvent } from './handler.ts'

const identifier = process.env['DATABASE_IDENTIFIER'] ?? ''
const isCluster = process.env['DATABASE_TYPE'] === 'AWS::RDS::DBCluster'
const secrets = new SecretsManagerClient({})
const rds = new RDSClient({})

// Both PostgreSQL and MySQL take it, and it needs no escaping in a connection string. RDS takes 41 characters at most.
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const passwordLength = 32

async function observeInstance(): Promise<DatabaseState> {
  const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }))
  const instance = DBInstances?.[0]
  return {
    status: instance?.DBInstanceStatus ?? 'unknown',
    masterUsername: instance?.MasterUsername ?? '',
    passwordPending: instance?.PendingModifiedValues?.MasterUserPassword !== undefined,
  }
}

async function observeCluster(): Promise<DatabaseState> {
  const { DBClusters } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }))
  const cluster = DBClusters?.[0]
  return {
    status: cluster?.Status ?? 'unknown',
    masterUsername: cluster?.MasterUsername ?? '',
    passwordPending: cluster?.PendingModifiedValues?.MasterUserPassword !== undefined,
  }
}

const ports: Omit<Ports, 'remaining'> = {
  describe: async (SecretId) => {
    const { RotationEnabled, VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId }))
    return { rotates: RotationEnabled ?? false, stages: VersionIdsToStages ?? {} }
  },
  read: async (SecretId, VersionStage, VersionId) => {
    try {
      return (await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage, VersionId }))).SecretString
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined
      throw error
    }
  },
  store: async (SecretId, ClientRequestToken, SecretString) => {
    const VersionStages = ['AWSPENDING']
    await secrets.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages }))
  },
  promote: async (SecretId, MoveToVersionId, RemoveFromVersionId) => {
    const VersionStage = 'AWSCURRENT'
    await secrets.send(
      new UpdateSecretVersionStageCommand({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }),
    )
  },
  observe: isCluster ? observeCluster : observeInstance,
  setPassword: async (MasterUserPassword) => {
    const change = { MasterUserPassword, ApplyImmediately: true }
    await (isCluster
      ? rds.send(new ModifyDBClusterCommand({ DBClusterIdentifier: identifier, ...change }))
      : rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: identifier, ...change })))
  },
  newPassword: () => Array.from({ length: passwordLength }, () => alphabet[randomInt(alphabet.length)]).join(''),
  sleep: async (milliseconds) => sleep(milliseconds),
  report: (what) => {
    process.stdout.write(`${JSON.stringify({ database: identifier, what })}\n`)
  },
}

export const handler = (event: RotationEvent, context: { getRemainingTimeInMillis(): number }): Promise<void> =>
  makeHandler({ ...ports, remaining: () => context.getRemainingTimeInMillis() })(event)
