// Looks for drift, stack by stack: CloudFormation does not look into nested stacks by itself.
import {
  type CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DetectStackDriftCommand,
  paginateListStacks,
  StackStatus,
} from '@aws-sdk/client-cloudformation'

/** A stack with what the last look for drift has found. */
export interface DriftedStack {
  id: string
  name: string
  /** In AWS's words, such as UPDATE_COMPLETE. */
  status: string
  /** Of the stack that it is nested in; absent for a root. */
  parentId?: string
  rootId?: string
  /** In AWS's words; NOT_CHECKED before the first look. */
  drift: string
  /** When that look was made, ms; absent before the first. */
  checkedAt?: number
}

/** A look that was begun. `failed`: it says nothing about some resources, for the reason given. */
export interface DriftLook {
  state: 'running' | 'complete' | 'failed'
  reason?: string
}

const standing = Object.values(StackStatus).filter((it) => it !== 'DELETE_COMPLETE')

/** The drift of the stacks of one region. */
export class Drift {
  private readonly client: CloudFormationClient
  constructor(client: CloudFormationClient) {
    this.client = client
  }

  /** All stacks that are not deleted, nested ones too. */
  async stacks(): Promise<DriftedStack[]> {
    const found: DriftedStack[] = []
    for await (const page of paginateListStacks({ client: this.client }, { StackStatusFilter: standing }))
      for (const it of page.StackSummaries ?? []) {
        const checked = it.DriftInformation?.LastCheckTimestamp
        found.push({
          id: it.StackId ?? '',
          name: it.StackName ?? '',
          status: it.StackStatus ?? 'UNKNOWN',
          ...(it.ParentId !== undefined && { parentId: it.ParentId }),
          ...(it.RootId !== undefined && { rootId: it.RootId }),
          drift: it.DriftInformation?.StackDriftStatus ?? 'UNKNOWN',
          ...(checked && { checkedAt: checked.getTime() }),
        })
      }
    return found
  }

  /** Begins a look at one stack and gives its id. It reads every resource with the rights of whoever asks. */
  async begin(stackId: string): Promise<string> {
    const answer = await this.client.send(new DetectStackDriftCommand({ StackName: stackId }))
    return answer.StackDriftDetectionId ?? ''
  }

  /** How far a look is. */
  async look(id: string): Promise<DriftLook> {
    const command = new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId: id })
    const { DetectionStatus, DetectionStatusReason: reason } = await this.client.send(command)
    if (DetectionStatus === 'DETECTION_IN_PROGRESS') return { state: 'running' }
    const state = DetectionStatus === 'DETECTION_COMPLETE' ? 'complete' : 'failed'
    return { state, ...(reason !== undefined && { reason }) }
  }
}
