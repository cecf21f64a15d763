// What the calls of StackSets tell, in our words; an unknown status stays the word that AWS used.
import type {
  StackInstance,
  StackInstanceSummary,
  StackSetDriftDetectionDetails,
  StackSetOperation,
} from '@aws-sdk/client-cloudformation'
import type { Region } from '../core/model.ts'

/** What a stack set is made of; parameters and tags are always sent whole (what is left out falls back silently). */
export interface Definition {
  templateUrl: string
  parameters: Record<string, string>
  tags: Record<string, string>
  administrationRoleArn: string
  executionRoleName: string
}

export interface SetView {
  id: string
  name: string
  template: string
  parameters: Record<string, string>
  tags: Record<string, string>
  /** Of the last look for drift at the whole set, in AWS's words; it does not reach into nested stacks. */
  drift?: { status: string; at: number }
}

/** A stack instance: one (account, region) of a stack set. */
export interface InstanceView {
  account: string
  region: Region
  status: string
  detailedStatus: string
  reason: string
  stackId: string | undefined
  lastOperationId: string | undefined
  driftStatus: string | undefined
}

export interface OperationView {
  id: string
  action: string
  status: string
  reason: string
  createdAt: number
  endedAt: number | undefined
  failedInstances: number | undefined
}

export interface OperationResultView {
  account: string
  region: Region
  status: string
  reason: string
}

/** Where an operation works. */
export interface Pairs {
  account: string
  regions: Region[]
  operationId: string
}

/** An instance as AWS describes it. */
export const seenInstance = (it: StackInstance | StackInstanceSummary): InstanceView => ({
  account: it.Account ?? '',
  region: it.Region ?? '',
  status: it.Status ?? 'UNKNOWN',
  detailedStatus: it.StackInstanceStatus?.DetailedStatus ?? 'UNKNOWN',
  reason: it.StatusReason ?? '',
  stackId: it.StackId,
  lastOperationId: it.LastOperationId,
  driftStatus: it.DriftStatus,
})

/** The last look for drift that ended; nothing where there was none. */
export const seenDrift = (it: StackSetDriftDetectionDetails | undefined): Pick<SetView, 'drift'> =>
  it?.LastDriftCheckTimestamp
    ? { drift: { status: it.DriftStatus ?? 'UNKNOWN', at: it.LastDriftCheckTimestamp.getTime() } }
    : {}

type OperationLike = Pick<
  StackSetOperation,
  'OperationId' | 'Action' | 'Status' | 'StatusReason' | 'CreationTimestamp' | 'EndTimestamp' | 'StatusDetails'
>
/** An operation as AWS describes it. */
export const seenOperation = (it: OperationLike): OperationView => ({
  id: it.OperationId ?? '',
  action: it.Action ?? 'UNKNOWN',
  status: it.Status ?? 'UNKNOWN',
  reason: it.StatusReason ?? '',
  createdAt: it.CreationTimestamp?.getTime() ?? 0,
  endedAt: it.EndTimestamp?.getTime(),
  failedInstances: it.StatusDetails?.FailedStackInstancesCount,
})
