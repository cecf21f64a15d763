// AWS Backup: jobs that somebody starts, which back up one resource or copy one recovery point with a role. They are over
// at once; one whose role lacks a right has failed, and whoever started it reads that in the job.
import {
  type DescribeBackupJobCommandInput,
  type DescribeCopyJobCommandInput,
  ResourceNotFoundException,
  type StartBackupJobCommandInput,
  type StartCopyJobCommandInput,
} from '@aws-sdk/client-backup'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { existing, text } from '../existing.ts'
import { fresh, parseArn, uuid } from '../identifiers.ts'
import type { Properties } from '../resources/kind.ts'
import { recoveryPointType, vaultArn } from '../resources/backup.ts'
import { isTrusted } from '../resources/iam.ts'
import { acts } from '../rights/acts.ts'
import { keyArn, notAuthorized } from '../rights/ask.ts'
import { lacking, type Row, type Values } from '../rights/row.ts'
import { said } from '../said.ts'
import { account, type Cloud, type Resource } from '../state.ts'

const principal = 'backup.amazonaws.com'
const rights = acts[principal]
const [backupType, copyType] = ['AWS::Backup::BackupJob', 'AWS::Backup::CopyJob']

/** What AWS Backup needs to know of a vault to ask for the rights of a role. */
export function vaultValues(cloud: Cloud, region: string, name: string): Values & { vault: string } {
  const found = existing(cloud, region, 'AWS::Backup::BackupVault', name)
  return { region, vault: vaultArn(name, region), key: keyArn(cloud, region, text(found?.properties.EncryptionKeyArn)) }
}

const isTable = (resource: string): boolean => parseArn(resource)?.service === 'dynamodb'

/** The ARN of a recovery point: a snapshot of a cluster is one of RDS, what a table gives is one of AWS Backup. */
export const pointArn = (of: string, region: string, id: string): string =>
  isTable(of)
    ? `arn:aws:backup:${region}:${account}:recovery-point:${id}`
    : `arn:aws:rds:${region}:${account}:cluster-snapshot:awsbackup:job-${id}`

/** The same of a resource that is backed up. */
export const sourceValues = (of: string): Values => ({ [isTable(of) ? 'table' : 'cluster']: of })

export const backUpRows = (of: string): Row[] => rights[isTable(of) ? 'back up a table' : 'back up a cluster']
export const copyRows = (of: string): Row[] =>
  rights[isTable(of) ? 'copy the backup of a table' : 'copy the backup of a cluster']

function requireVault({ cloud, region }: Call, name: string): void {
  if (existing(cloud, region, 'AWS::Backup::BackupVault', name)) return
  const words = said(`Backup vault ${name} not found`)
  throw new ResourceNotFoundException({ ...words, Message: words.message })
}

/** Does the job if its role may, and writes down how it went. */
function job(call: Call, type: string, role: string, rows: Row[], values: Values, point: Resource): string {
  const { cloud, region, now } = call
  if (!isTrusted({ cloud }, role, principal))
    throw new Refusal('InvalidParameterValueException', `IAM Role ${role} cannot be assumed by AWS Backup`)
  const id = uuid(fresh(cloud))
  const missing = lacking(cloud, role, rows, values)
  if (!missing) cloud.resources[`${point.region}|${recoveryPointType}|${point.physicalId}`] = point
  const properties: Properties = missing
    ? { State: 'FAILED', StatusMessage: notAuthorized(role, missing) }
    : { State: 'COMPLETED', RecoveryPointArn: point.physicalId }
  const made = { type, physicalId: id, region, properties, attributes: {}, tags: {}, createdAt: now }
  cloud.resources[`${region}|${type}|${id}`] = made
  return id
}

const pointIn = (vault: string, of: string, region: string, id: string, now: number): Resource => ({
  type: recoveryPointType,
  physicalId: pointArn(of, region, id),
  region,
  properties: { BackupVaultName: vault, ResourceArn: of },
  attributes: {},
  tags: {},
  createdAt: now,
})

function ended({ cloud, region }: Call, type: string, id = ''): Resource {
  const found = existing(cloud, region, type, id)
  if (found) return found
  const words = said(`Cannot find job ${id}`)
  throw new ResourceNotFoundException({ ...words, Message: words.message })
}

/** Starting and reading jobs, by command. */
export const answers: Answers = {
  StartBackupJobCommand: (input: StartBackupJobCommandInput, call: Call) => {
    const { BackupVaultName: vault = '', ResourceArn: of = '', IamRoleArn: role = '' } = input
    requireVault(call, vault)
    const point = pointIn(vault, of, call.region, uuid(fresh(call.cloud)), call.now)
    const values = { ...vaultValues(call.cloud, call.region, vault), ...sourceValues(of), point: point.physicalId }
    const BackupJobId = job(call, backupType, role, backUpRows(of), values, point)
    return { BackupJobId, RecoveryPointArn: point.physicalId, CreationDate: new Date(call.now) }
  },
  StartCopyJobCommand: (input: StartCopyJobCommandInput, call: Call) => {
    const { cloud, region, now } = call
    const { SourceBackupVaultName: vault = '', RecoveryPointArn: from = '', IamRoleArn: role = '' } = input
    requireVault(call, vault)
    const to = parseArn(input.DestinationBackupVaultArn ?? '')
    const there = to?.resource.replace('backup-vault:', '') ?? ''
    const peer = to?.region ?? region
    requireVault({ ...call, region: peer }, there)
    const of = text(existing(cloud, region, recoveryPointType, from)?.properties.ResourceArn)
    if (of === '') throw new Refusal('InvalidParameterValueException', `Recovery point ${from} does not exist.`)
    const copy = pointIn(there, of, peer, uuid(fresh(cloud)), now)
    const { vault: peerVault, key: peerKey } = vaultValues(cloud, peer, there)
    const values = { region, point: from, copy: copy.physicalId, peerVault, peerKey }
    return { CopyJobId: job(call, copyType, role, copyRows(of), values, copy), CreationDate: new Date(now) }
  },
  DescribeBackupJobCommand: ({ BackupJobId }: DescribeBackupJobCommandInput, call: Call) => ({
    BackupJobId,
    ...ended(call, backupType, BackupJobId).properties,
  }),
  DescribeCopyJobCommand: ({ CopyJobId }: DescribeCopyJobCommandInput, call: Call) => ({
    CopyJob: { CopyJobId, ...ended(call, copyType, CopyJobId).properties },
  }),
}
