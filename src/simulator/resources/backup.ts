// AWS Backup: vaults, plans and what they select. Jobs do not run by themselves here: tests and drills put points there.
import { define, serviceError } from './define.ts'
import { all, existing, list, record, text } from '../existing.ts'
import { hasRole, isTrusted } from './iam.ts'
import { arn, fresh, parseArn, uuid } from '../identifiers.ts'
import type { Around, Kind } from './kind.ts'
import { requireKey } from './kms.ts'
import { acts } from '../rights/acts.ts'
import { lacking } from '../rights/row.ts'

const principal = 'backup.amazonaws.com'
const vaultType = 'AWS::Backup::BackupVault'
const planType = 'AWS::Backup::BackupPlan'
const selectionType = 'AWS::Backup::BackupSelection'

/** No type of CloudFormation: one copy of a resource in a vault, which its property `BackupVaultName` names. */
export const recoveryPointType = 'AWS::Backup::RecoveryPoint'
/** No type of CloudFormation either: a restore from a vault, which `BackupVaultName` names. */
export const restoreJobType = 'AWS::Backup::RestoreJob'

/** The ARN of a vault. */
export const vaultArn = (name: string, region: string): string => arn('backup', region, `backup-vault:${name}`)
const planArn = (id: string, region: string): string => arn('backup', region, `backup-plan:${id}`)

const invalid = (around: Around, message: string): Error =>
  serviceError(around, 'Backup', 400, message, 'InvalidRequest')

export const backup: Kind[] = [
  define(vaultType, {
    name: 'BackupVaultName',
    limit: 50,
    createOnly: ['EncryptionKeyArn'],
    arn: vaultArn,
    taken: (name) => `Backup vault with the same name already exists: ${name}`,
    attributes: (_, name, { region }) => ({ BackupVaultName: name, BackupVaultArn: vaultArn(name, region) }),
    requires: ({ BackupVaultName, EncryptionKeyArn }, around) => {
      if (!/^[\w-]{2,50}$/.test(text(BackupVaultName))) throw invalid(around, 'Invalid backup vault name')
      requireKey(around, text(EncryptionKeyArn))
    },
    removable: (name, around) => {
      const points = all(around.cloud, recoveryPointType, around.region)
      if (!points.some(({ properties }) => properties.BackupVaultName === name)) return
      throw invalid(around, 'Backup vault cannot be deleted because it contains recovery points.')
    },
  }),
  define(planType, {
    id: (_, __, { cloud }) => uuid(fresh(cloud)),
    arn: planArn,
    attributes: (_, id, { region, cloud }) => ({
      BackupPlanId: id,
      BackupPlanArn: planArn(id, region),
      VersionId: uuid(`${id} ${cloud.now}`),
    }),
    requires: ({ BackupPlan }, around) => {
      const rules = list(record(BackupPlan).BackupPlanRule)
      if (rules.length === 0) throw invalid(around, 'Backup plan must contain at least one rule.')
      for (const { TargetBackupVault, CopyActions } of rules) {
        if (!existing(around.cloud, around.region, vaultType, text(TargetBackupVault))) {
          const message = `Backup vault ${text(TargetBackupVault)} does not exist.`
          throw serviceError(around, 'Backup', 400, message, 'NotFound')
        }
        // Whether the other vault is there shows when the first copy is made, not before.
        for (const { DestinationBackupVaultArn: to } of list(CopyActions)) {
          if (parseArn(text(to))?.service === 'backup') continue
          throw invalid(around, `Invalid destination backup vault ARN: ${text(to)}`)
        }
      }
    },
    removable: (id, around) => {
      const selections = all(around.cloud, selectionType, around.region)
      if (!selections.some(({ properties }) => properties.BackupPlanId === id)) return
      throw invalid(around, 'Related backup plan selections must be deleted prior to backup plan deletion')
    },
  }),
  define(selectionType, {
    id: (_, { BackupPlanId }, { cloud }) => `${uuid(fresh(cloud))}_${text(BackupPlanId)}`,
    createOnly: ['BackupPlanId', 'BackupSelection'],
    attributes: ({ BackupPlanId }, id) => ({
      Id: id,
      SelectionId: id.split('_')[0] ?? '',
      BackupPlanId: BackupPlanId ?? '',
    }),
    requires: ({ BackupPlanId, BackupSelection }, around) => {
      if (!existing(around.cloud, around.region, planType, text(BackupPlanId))) {
        const message = `Cannot find Backup plan with ID ${text(BackupPlanId)}`
        throw serviceError(around, 'Backup', 400, message, 'NotFound')
      }
      const role = text(record(BackupSelection).IamRoleArn)
      if (!hasRole(around, role) || !isTrusted(around, role, principal))
        throw invalid(around, `IAM Role ${role} cannot be assumed by AWS Backup`)
      const missing = lacking(around.cloud, role, acts[principal]['make a selection'], {})
      if (missing) throw invalid(around, `IAM Role ${role} is not authorized to call ${missing.action}`)
    },
  }),
]
