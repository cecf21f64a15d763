// Stack sets in our words. What AWS calls an error but means "already so" is a value here.
import {
  type CloudFormationClient,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackInstancesCommand,
  DeleteStackSetCommand,
  DescribeStackInstanceCommand,
  DescribeStackSetCommand,
  DescribeStackSetOperationCommand,
  StopStackSetOperationCommand,
  UpdateStackInstancesCommand,
  UpdateStackSetCommand,
  paginateListStackInstances,
  paginateListStackSetOperationResults,
  paginateListStackSetOperations,
  paginateListStackSets,
  type Parameter,
} from '@aws-sdk/client-cloudformation'
import type { Region } from '../core/model.ts'
import { absent, pairs, record } from './shape.ts'
import {
  type Definition,
  type InstanceView,
  type OperationResultView,
  type OperationView,
  type Pairs,
  seenDrift,
  seenInstance,
  seenOperation,
  type SetView,
} from './stack-set-views.ts'

/** The stack sets of one administration region. */
export class StackSets {
  private readonly client: CloudFormationClient
  constructor(client: CloudFormationClient) {
    this.client = client
  }

  /** The active set of that name, or undefined. */
  async describe(name: string): Promise<SetView | undefined> {
    const answer = await absent(
      this.client.send(new DescribeStackSetCommand({ StackSetName: name })),
      'StackSetNotFound',
    )
    const set = answer?.StackSet
    if (!set || set.Status === 'DELETED') return undefined
    return {
      id: set.StackSetId ?? '',
      name,
      template: set.TemplateBody ?? '',
      parameters: record(set.Parameters, 'ParameterKey', 'ParameterValue'),
      tags: record(set.Tags, 'Key', 'Value'),
      ...seenDrift(set.StackSetDriftDetectionDetails),
    }
  }

  /** Names of active sets that begin with `prefix`. */
  async names(prefix: string): Promise<string[]> {
    const names: string[] = []
    for await (const page of paginateListStackSets({ client: this.client }, { Status: 'ACTIVE' }))
      for (const it of page.Summaries ?? []) if (it.StackSetName?.startsWith(prefix)) names.push(it.StackSetName)
    return names
  }

  /** Makes the set without instances. */
  async create(name: string, definition: Definition): Promise<void> {
    const input = { StackSetName: name, PermissionModel: 'SELF_MANAGED' as const, ...this.input(definition) }
    await this.client.send(new CreateStackSetCommand(input))
  }

  /** Stores the definition and brings the instances of `at.regions` to it, all at once. Returns when AWS accepted. */
  async update(name: string, definition: Definition, at: Pairs): Promise<void> {
    const { Accounts, Regions, ...how } = this.where(at)
    // Both or neither; a set without instances has no regions to name.
    const targets = Regions.length > 0 ? { Accounts, Regions } : {}
    const input = { StackSetName: name, ...this.input(definition), ...targets, ...how }
    await this.client.send(new UpdateStackSetCommand(input))
  }

  async createInstances(name: string, at: Pairs, overrides?: Record<string, string>): Promise<void> {
    await this.client.send(
      new CreateStackInstancesCommand({ StackSetName: name, ...this.where(at), ...this.overriding(overrides) }),
    )
  }

  async updateInstances(name: string, at: Pairs, overrides: Record<string, string>): Promise<void> {
    await this.client.send(
      // Left out, AWS keeps every override; given, it drops those that are not in the list, so an empty one drops all.
      new UpdateStackInstancesCommand({
        StackSetName: name,
        ...this.where(at),
        ParameterOverrides: this.parameters(overrides),
      }),
    )
  }

  /** `retain` forgets the instance and leaves its stack. An instance that is gone already is no error. */
  async deleteInstances(name: string, at: Pairs, retain = false): Promise<void> {
    const command = new DeleteStackInstancesCommand({ StackSetName: name, RetainStacks: retain, ...this.where(at) })
    await absent(this.client.send(command), 'StackSetNotFound', 'StackInstanceNotFound')
  }

  async delete(name: string): Promise<void> {
    await absent(this.client.send(new DeleteStackSetCommand({ StackSetName: name })), 'StackSetNotFound')
  }

  async stop(name: string, operationId: string): Promise<void> {
    await this.client.send(new StopStackSetOperationCommand({ StackSetName: name, OperationId: operationId }))
  }

  async instances(name: string): Promise<InstanceView[]> {
    const seen: InstanceView[] = []
    for await (const page of paginateListStackInstances({ client: this.client }, { StackSetName: name }))
      seen.push(...(page.Summaries ?? []).map(seenInstance))
    return seen
  }

  /** The parameter overrides of one instance; only this call tells them. */
  async overrides(name: string, account: string, region: Region): Promise<Record<string, string>> {
    const command = new DescribeStackInstanceCommand({
      StackSetName: name,
      StackInstanceAccount: account,
      StackInstanceRegion: region,
    })
    const answer = await absent(this.client.send(command), 'StackSetNotFound', 'StackInstanceNotFound')
    return record(answer?.StackInstance?.ParameterOverrides, 'ParameterKey', 'ParameterValue')
  }

  async operation(name: string, id: string): Promise<OperationView | undefined> {
    const command = new DescribeStackSetOperationCommand({ StackSetName: name, OperationId: id })
    const answer = await absent(this.client.send(command), 'OperationNotFound', 'StackSetNotFound')
    return answer?.StackSetOperation && seenOperation(answer.StackSetOperation)
  }

  /** Newest first; eventually consistent, so never the proof that an operation ended. */
  async operations(name: string, limit = 20): Promise<OperationView[]> {
    const seen: OperationView[] = []
    for await (const page of paginateListStackSetOperations(
      { client: this.client, pageSize: limit },
      { StackSetName: name },
    )) {
      seen.push(...(page.Summaries ?? []).map(seenOperation))
      if (seen.length >= limit) break
    }
    return seen
  }

  async results(name: string, id: string): Promise<OperationResultView[]> {
    const seen: OperationResultView[] = []
    const input = { StackSetName: name, OperationId: id }
    for await (const page of paginateListStackSetOperationResults({ client: this.client }, input))
      for (const it of page.Summaries ?? [])
        seen.push({
          account: it.Account ?? '',
          region: it.Region ?? '',
          status: it.Status ?? 'UNKNOWN',
          reason: it.StatusReason ?? '',
        })
    return seen
  }

  private input(definition: Definition) {
    return {
      TemplateURL: definition.templateUrl,
      Parameters: this.parameters(definition.parameters),
      Tags: pairs(definition.tags).map(([Key, Value]) => ({ Key, Value })),
      Capabilities: ['CAPABILITY_NAMED_IAM' as const],
      AdministrationRoleARN: definition.administrationRoleArn,
      ExecutionRoleName: definition.executionRoleName,
    }
  }

  private where(at: Pairs) {
    return {
      Accounts: [at.account],
      Regions: at.regions,
      OperationId: at.operationId,
      OperationPreferences: {
        RegionConcurrencyType: 'PARALLEL' as const,
        FailureToleranceCount: 0,
        MaxConcurrentCount: 1,
      },
    }
  }

  /** The whole list or none at all: a list that leaves a key out resets that key. */
  private overriding(overrides?: Record<string, string>) {
    return overrides && Object.keys(overrides).length > 0 ? { ParameterOverrides: this.parameters(overrides) } : {}
  }

  private parameters(values: Record<string, string>): Parameter[] {
    return pairs(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }))
  }
}
