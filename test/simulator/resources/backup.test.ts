import { describe, expect, test } from 'vitest'

import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { recoveryPointType } from '../../../src/simulator/resources/backup.ts'
import { cloudAtStart, region, roleFor } from './region.ts'

const [vaultType, planType, selectionType] = [
  'AWS::Backup::BackupVault',
  'AWS::Backup::BackupPlan',
  'AWS::Backup::BackupSelection',
]

function withVault() {
  const cloud = cloudAtStart()
  const here = region(cloud, 'us-east-1')
  const key = `arn:aws:kms:us-east-1:000000000000:key/${here.make('Key', 'AWS::KMS::Key')}`
  const vault = { BackupVaultName: 'payments-pr1', EncryptionKeyArn: key, BackupVaultTags: { System: 'payments' } }
  here.make('Vault', vaultType, vault)
  const plan = (rule: Properties = {}): Properties => ({
    BackupPlan: {
      BackupPlanName: 'payments-pr1',
      BackupPlanRule: [{ RuleName: 'daily', TargetBackupVault: 'payments-pr1', ...rule }],
    },
  })
  here.make('Role', 'AWS::IAM::Role', roleFor('backup.amazonaws.com', 'tag:GetResources'))
  const selection = (BackupPlanId: string, IamRoleArn = String(here.attributes('Role')['Arn'])): Properties => ({
    BackupPlanId,
    BackupSelection: { SelectionName: 'all', IamRoleArn, Resources: ['arn:aws:rds:us-east-1:000000000000:cluster:x'] },
  })
  return { ...here, vault, plan, selection }
}

describe('vaults (PAY)', () => {
  test('one is named and tagged, and its name is taken', () => {
    const here = withVault()
    expect(here.attributes('Vault')).toEqual({
      BackupVaultName: 'payments-pr1',
      BackupVaultArn: 'arn:aws:backup:us-east-1:000000000000:backup-vault:payments-pr1',
    })
    expect(here.cloud.resources[`us-east-1|${vaultType}|payments-pr1`]?.tags).toMatchObject({ System: 'payments' })
    expect(() => here.make('Two', vaultType, here.vault)).toThrow('Backup vault with the same name already exists')
    expect(() => here.make('Two', vaultType, { BackupVaultName: 'with space' })).toThrow('Invalid backup vault name')
  })

  test('it goes when no recovery point is in it', () => {
    const here = withVault()
    const point = `us-east-1|${recoveryPointType}|point`
    here.cloud.resources[point] = {
      type: recoveryPointType,
      physicalId: 'point',
      region: 'us-east-1',
      properties: { BackupVaultName: 'payments-pr1' },
      attributes: {},
      tags: {},
      createdAt: here.cloud.now,
    }
    expect(() => here.drop('Vault')).toThrow('Backup vault cannot be deleted because it contains recovery points.')
    delete here.cloud.resources[point]
    expect(here.drop('Vault')).toBe('gone')
  })

  test('its key cannot be changed under its name', () => {
    const here = withVault()
    const { EncryptionKeyArn: _, ...keyless } = here.vault
    expect(() => here.change('Vault', keyless)).toThrow('requires replacing')
  })
})

describe('plans and selections (PAY)', () => {
  test('a plan needs its own vault; the vault of its copies may come later', () => {
    const here = withVault()
    expect(() => here.make('Plan', planType, here.plan({ TargetBackupVault: 'none' }))).toThrow('none does not exist')
    const wrong = here.plan({ CopyActions: [{ DestinationBackupVaultArn: 'elsewhere' }] })
    expect(() => here.make('Plan', planType, wrong)).toThrow('Invalid destination backup vault ARN: elsewhere')
    const to = 'arn:aws:backup:us-west-2:000000000000:backup-vault:payments-pr1'
    const id = here.make('Plan', planType, here.plan({ CopyActions: [{ DestinationBackupVaultArn: to }] }))
    expect(here.attributes('Plan')).toMatchObject({ BackupPlanId: id, BackupPlanArn: expect.stringContaining(id) })
    expect(here.change('Plan', here.plan({ RuleName: 'weekly' }))).toHaveProperty('attributes')
    expect(() => here.make('Empty', planType, { BackupPlan: { BackupPlanRule: [] } })).toThrow('at least one rule')
  })

  test('a selection needs its plan and a role that AWS Backup may take on, and goes before its plan', () => {
    const here = withVault()
    expect(() => here.make('S', selectionType, here.selection('none'))).toThrow('Cannot find Backup plan with ID none')
    const plan = here.make('Plan', planType, here.plan())
    here.make('Other', 'AWS::IAM::Role', roleFor('lambda.amazonaws.com'))
    const other = here.selection(plan, String(here.attributes('Other')['Arn']))
    expect(() => here.make('S', selectionType, other)).toThrow('cannot be assumed by AWS Backup')
    here.make('Blind', 'AWS::IAM::Role', roleFor('backup.amazonaws.com', 'rds:*'))
    const blind = here.selection(plan, String(here.attributes('Blind')['Arn']))
    expect(() => here.make('S', selectionType, blind)).toThrow('is not authorized to call tag:GetResources')
    here.make('S', selectionType, here.selection(plan))
    expect(here.attributes('S')).toMatchObject({ BackupPlanId: plan })
    expect(() => here.drop('Plan')).toThrow('selections must be deleted prior to backup plan deletion')
    expect(here.drop('S')).toBe('gone')
    expect(here.drop('Plan')).toBe('gone')
  })
})
