// AWS Backup: what lies in vaults. Jobs do not run by themselves here: tests and drills put points and restores there.
import {
  type ListRecoveryPointsByBackupVaultCommandInput,
  type ListRestoreJobsCommandInput,
  ResourceNotFoundException,
} from '@aws-sdk/client-backup'

import type { Answers } from '../answer.ts'
import { recoveryPointType, restoreJobType, vaultArn } from '../resources/backup.ts'
import { all, existing, text } from '../existing.ts'
import { page } from './pages.ts'
import { said } from '../said.ts'

/** AWS Backup, by command. */
export const answers: Answers = {
  ListRecoveryPointsByBackupVaultCommand: (
    { BackupVaultName: vault = '', MaxResults = 1000, NextToken }: ListRecoveryPointsByBackupVaultCommandInput,
    { cloud, region },
  ) => {
    if (!existing(cloud, region, 'AWS::Backup::BackupVault', vault)) {
      const words = said(`Backup vault ${vault} not found`)
      throw new ResourceNotFoundException({ ...words, Message: words.message })
    }
    const points = all(cloud, recoveryPointType, region).filter(
      ({ properties }) => properties.BackupVaultName === vault,
    )
    const { items, next } = page(points, MaxResults, NextToken)
    return {
      RecoveryPoints: items.map(({ physicalId, properties, createdAt }) => ({
        RecoveryPointArn: physicalId,
        BackupVaultName: vault,
        BackupVaultArn: vaultArn(vault, region),
        ResourceArn: text(properties.ResourceArn),
        Status: text(properties.Status) || 'COMPLETED',
        CreationDate: new Date(createdAt),
        CompletionDate: new Date(createdAt),
      })),
      NextToken: next,
    }
  },
  ListRestoreJobsCommand: (
    { ByStatus, MaxResults = 1000, NextToken }: ListRestoreJobsCommandInput,
    { cloud, region },
  ) => {
    const jobs = all(cloud, restoreJobType, region)
      .map(({ physicalId, properties, createdAt }) => ({
        RestoreJobId: physicalId,
        BackupVaultArn: vaultArn(text(properties.BackupVaultName), region),
        Status: text(properties.Status) || 'COMPLETED',
        CreationDate: new Date(createdAt),
        CompletionDate: new Date(createdAt),
      }))
      .filter(({ Status }) => ByStatus === undefined || Status === ByStatus)
    const { items, next } = page(jobs, MaxResults, NextToken)
    return { RestoreJobs: items, NextToken: next }
  },
}
