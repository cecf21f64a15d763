// Connects the emptier to AWS Backup in its own and in the other region.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  BackupClient,
  DeleteRecoveryPointCommand,
  paginateListBackupJobs,
  paginateListCopyJobs,
  paginateListRecoveryPointsByBackupVault,
  ResourceNotFoundException,
  StopBackupJobCommand,
} from '@aws-sdk/client-backup'
import { makeResource, ports } from '../answer.ts'
import { makeEmptier } from './handler.ts'

const client = new BackupClient({})

/**
 * A vault that is gone is empty. Of one that does not exist, AWS Backup may say that the caller must not see it; were
 * it there, its own deletion would fail and tell.
 */
async function unlessGone<T>(call: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await call
  } catch (error) {
    const denied = error instanceof Error && error.name === 'AccessDeniedException'
    if (denied || error instanceof ResourceNotFoundException) return otherwise
    throw error
  }
}

async function recoveryPoints(BackupVaultName: string): Promise<string[]> {
  const arns: string[] = []
  for await (const page of paginateListRecoveryPointsByBackupVault({ client }, { BackupVaultName })) {
    arns.push(...(page.RecoveryPoints ?? []).flatMap(({ RecoveryPointArn: arn }) => arn ?? []))
  }
  return arns
}

async function runningBackups(ByBackupVaultName: string): Promise<string[]> {
  const jobs: string[] = []
  for (const ByState of ['CREATED', 'PENDING', 'RUNNING'] as const) {
    for await (const page of paginateListBackupJobs({ client }, { ByBackupVaultName, ByState })) {
      jobs.push(...(page.BackupJobs ?? []).flatMap(({ BackupJobId: id }) => id ?? []))
    }
  }
  return jobs
}

async function runningCopies(ByDestinationVaultArn: string, region: string): Promise<number> {
  const peer = new BackupClient({ region, requestHandler: { connectionTimeout: 3000, requestTimeout: 5000 } })
  let count = 0
  for (const ByState of ['CREATED', 'RUNNING'] as const) {
    for await (const page of paginateListCopyJobs({ client: peer }, { ByDestinationVaultArn, ByState })) {
      count += page.CopyJobs?.length ?? 0
    }
  }
  return count
}

export const handler = makeResource(
  ports,
  makeEmptier({
    recoveryPoints: (vault) => unlessGone(recoveryPoints(vault), []),
    deleteRecoveryPoint: async (BackupVaultName, RecoveryPointArn) => {
      await client.send(new DeleteRecoveryPointCommand({ BackupVaultName, RecoveryPointArn }))
    },
    runningBackups,
    stopBackup: async (BackupJobId) => {
      await client.send(new StopBackupJobCommand({ BackupJobId }))
    },
    runningCopies,
    sleep: async (milliseconds) => sleep(milliseconds),
    report: ports.report,
  }),
)
