// AWS Backup: what lies in a vault, and which restores of it were tried.
import { BackupClient, paginateListRecoveryPointsByBackupVault, paginateListRestoreJobs } from '@aws-sdk/client-backup'
import type { MakeClient } from './connect.ts'

export interface RecoveryPoint {
  /** ARN of what was backed up. */
  resource: string
  /** When it was complete, ms. */
  at: number
}

/** A recovery point that can be restored; PARTIAL, EXPIRED, DELETING and others cannot be relied on. */
const usable = new Set(['COMPLETED', 'AVAILABLE'])

/** The backups of one region. */
export class Backups {
  private readonly client: BackupClient
  constructor(make: MakeClient) {
    this.client = make(BackupClient)
  }

  /** What can be restored from a vault, copies from another region included. Throws where there is no such vault. */
  async points(vault: string): Promise<RecoveryPoint[]> {
    const found: RecoveryPoint[] = []
    const pages = paginateListRecoveryPointsByBackupVault({ client: this.client }, { BackupVaultName: vault })
    for await (const { RecoveryPoints = [] } of pages)
      for (const { ResourceArn = '', Status = '', CompletionDate: at } of RecoveryPoints)
        if (usable.has(Status) && at) found.push({ resource: ResourceArn, at: at.getTime() })
    return found
  }

  /** When restores from a vault ended well, ms, oldest first. AWS does not remember them for ever. */
  async restores(vault: string): Promise<number[]> {
    const found: number[] = []
    for await (const { RestoreJobs = [] } of paginateListRestoreJobs(
      { client: this.client },
      { ByStatus: 'COMPLETED' },
    ))
      for (const { BackupVaultArn = '', CompletionDate: at } of RestoreJobs)
        if (at && BackupVaultArn.endsWith(`:backup-vault:${vault}`)) found.push(at.getTime())
    return found.toSorted((a, b) => a - b)
  }
}
