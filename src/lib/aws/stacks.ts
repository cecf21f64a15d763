// The stacks of one region: those of stack instances, their nested ones, and the bootstrap stack.
import {
  type CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeEventsCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  RollbackStackCommand,
  StackStatus,
  UpdateStackCommand,
  paginateListStackResources,
  paginateListStacks,
  type Capability,
  type OperationEvent,
  type Stack,
} from '@aws-sdk/client-cloudformation'
import { pairs, record } from './shape.ts'

export interface StackView {
  id: string
  name: string
  status: string
  reason: string
  outputs: Record<string, string>
  parameters: Record<string, string>
  tags: Record<string, string>
  createdAt: number
  updatedAt: number | undefined
}

export interface StackResourceView {
  logicalId: string
  physicalId: string
  type: string
  status: string
}

export interface StackEventView {
  id: string
  at: number
  stackId: string
  logicalId: string
  physicalId: string
  type: string
  status: string
  reason: string
}

/** A failure as DescribeEvents tells it: of a resource, of a hook, or of the checks before a deployment. */
export interface FailureView {
  at: number
  logicalId: string
  type: string
  reason: string
}

/** A stack to create or update; a template above 51,200 bytes is given by the URL of an object in its own region. */
export type PlainStack = {
  name: string
  parameters: Record<string, string>
  tags: Record<string, string>
} & ({ templateBody: string } | { templateUrl: string })

const seen = (it: Stack): StackView => ({
  id: it.StackId ?? '',
  name: it.StackName ?? '',
  status: it.StackStatus ?? 'UNKNOWN',
  reason: it.StackStatusReason ?? '',
  outputs: record(it.Outputs, 'OutputKey', 'OutputValue'),
  parameters: record(it.Parameters, 'ParameterKey', 'ParameterValue'),
  tags: record(it.Tags, 'Key', 'Value'),
  createdAt: it.CreationTime?.getTime() ?? 0,
  updatedAt: it.LastUpdatedTime?.getTime(),
})

/** None for what the stack says of itself: that repeats what happened in it. */
function seenFailure(it: OperationEvent, stackId: string): FailureView | undefined {
  const by = it.HookType ?? it.ValidationName
  const why = it.HookStatusReason ?? it.ValidationStatusReason ?? it.ResourceStatusReason
  if (why === undefined || it.PhysicalResourceId === stackId) return undefined
  const where = it.ValidationPath ? ` at ${it.ValidationPath}` : ''
  return {
    at: it.Timestamp?.getTime() ?? 0,
    logicalId: it.LogicalResourceId ?? '',
    type: it.ResourceType ?? '',
    reason: by ? `${why} (${by}${where})` : why,
  }
}

/** CloudFormation has no error class for an unknown stack: it is a ValidationError with this text. */
const missing = (error: unknown): boolean => error instanceof Error && /does not exist/.test(error.message)

/**
 * The stacks of one region. No call passes a role: CloudFormation would keep it for the stack, for callers too who may
 * not pass it (CloudFormation User Guide, using-iam-servicerole).
 */
export class Stacks {
  private readonly client: CloudFormationClient
  constructor(client: CloudFormationClient) {
    this.client = client
  }

  /** By name or ARN; a deleted stack is found by its ARN only. */
  async describe(stack: string): Promise<StackView | undefined> {
    try {
      const answer = await this.client.send(new DescribeStacksCommand({ StackName: stack }))
      return answer.Stacks?.[0] && seen(answer.Stacks[0])
    } catch (error) {
      if (missing(error)) return undefined
      throw error
    }
  }

  /**
   * Events newest first, down to `since` (ms) or the first one that `known` holds.
   * Reading stops there: the whole history each time would be quadratic.
   */
  async events(stackId: string, since: number, known: (eventId: string) => boolean): Promise<StackEventView[]> {
    const events: StackEventView[] = []
    let next: string | undefined
    do {
      const input = { StackName: stackId, ...(next ? { NextToken: next } : {}) }
      const page = await this.client.send(new DescribeStackEventsCommand(input))
      for (const it of page.StackEvents ?? []) {
        const at = it.Timestamp?.getTime() ?? 0
        if (at < since || known(it.EventId ?? '')) return events
        events.push({
          id: it.EventId ?? '',
          at,
          stackId: it.StackId ?? '',
          logicalId: it.LogicalResourceId ?? '',
          physicalId: it.PhysicalResourceId ?? '',
          type: it.ResourceType ?? '',
          status: it.ResourceStatus ?? '',
          reason: it.ResourceStatusReason ?? '',
        })
      }
      next = page.NextToken
    } while (next)
    return events
  }

  /**
   * Failures since `since` (ms), oldest first, of this stack alone. Hooks and the checks before a deployment tell their
   * reason here only; the stack's events name no more than the check (aws/aws-cdk-cli#1000).
   */
  async failures(stackId: string, since: number): Promise<FailureView[]> {
    const failures: FailureView[] = []
    let next: string | undefined
    do {
      const input = { StackName: stackId, Filters: { FailedEvents: true }, ...(next ? { NextToken: next } : {}) }
      const page = await this.client.send(new DescribeEventsCommand(input))
      failures.push(...(page.OperationEvents ?? []).flatMap((it) => seenFailure(it, stackId) ?? []))
      next = page.NextToken
    } while (next)
    return failures.filter((it) => it.at >= since).sort((a, b) => a.at - b.at)
  }

  /** The template as it was given; undefined when there is no such stack. */
  async template(stack: string): Promise<string | undefined> {
    try {
      const answer = await this.client.send(new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' }))
      return answer.TemplateBody
    } catch (error) {
      if (missing(error)) return undefined
      throw error
    }
  }

  async resources(stackId: string): Promise<StackResourceView[]> {
    const all: StackResourceView[] = []
    for await (const page of paginateListStackResources({ client: this.client }, { StackName: stackId }))
      for (const it of page.StackResourceSummaries ?? [])
        all.push({
          logicalId: it.LogicalResourceId ?? '',
          physicalId: it.PhysicalResourceId ?? '',
          type: it.ResourceType ?? '',
          status: it.ResourceStatus ?? '',
        })
    return all
  }

  /** False when somebody else has begun one of that name meanwhile. */
  async create(stack: PlainStack): Promise<boolean> {
    try {
      await this.client.send(new CreateStackCommand(this.input(stack)))
      return true
    } catch (error) {
      if (error instanceof Error && error.name === 'AlreadyExistsException') return false
      throw error
    }
  }

  /** False when CloudFormation says that there is nothing to update. */
  async update(stack: PlainStack): Promise<boolean> {
    try {
      await this.client.send(new UpdateStackCommand(this.input(stack)))
      return true
    } catch (error) {
      if (error instanceof Error && /No updates are to be performed/.test(error.message)) return false
      throw error
    }
  }

  /** @param retained logical ids of the root that stay; AWS takes them only where the stack is DELETE_FAILED */
  async delete(stack: string, retained: string[] = []): Promise<void> {
    const retain = retained.length > 0 ? { RetainResources: retained } : {}
    await this.client.send(new DeleteStackCommand({ StackName: stack, ...retain }))
  }

  /** Goes on with an update's rollback that failed: on a root stack only. */
  async continueRollback(stack: string): Promise<void> {
    await this.client.send(new ContinueUpdateRollbackCommand({ StackName: stack }))
  }

  /** Takes back an update that failed with rollback disabled. */
  async rollBack(stack: string): Promise<void> {
    await this.client.send(new RollbackStackCommand({ StackName: stack }))
  }

  /** Root stacks that are not deleted. AWS lists deleted ones for 90 days, so it is asked for all other states. */
  async roots(): Promise<{ id: string; name: string; status: string }[]> {
    const standing = Object.values(StackStatus).filter((it) => it !== 'DELETE_COMPLETE')
    const roots: { id: string; name: string; status: string }[] = []
    for await (const page of paginateListStacks({ client: this.client }, { StackStatusFilter: standing }))
      for (const it of page.StackSummaries ?? [])
        if (!it.ParentId) roots.push({ id: it.StackId ?? '', name: it.StackName ?? '', status: it.StackStatus ?? '' })
    return roots
  }

  private input(stack: PlainStack) {
    return {
      StackName: stack.name,
      ...('templateUrl' in stack ? { TemplateURL: stack.templateUrl } : { TemplateBody: stack.templateBody }),
      Capabilities: ['CAPABILITY_NAMED_IAM' satisfies Capability] as Capability[],
      Parameters: pairs(stack.parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
      Tags: pairs(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    }
  }
}
