// A stack set for tests: one queue per region, whose name and fate the parameters decide.
import {
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DescribeStackInstanceCommand,
  ListStackInstancesCommand,
  ListStackSetOperationResultsCommand,
} from '@aws-sdk/client-cloudformation'
import type { Resource } from '../../src/simulator/state.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import { home, simulatedAccount, type Account } from './account.ts'

export const account = '000000000000'
export const both = ['us-east-1', 'us-west-2']

export const queues = {
  Parameters: { Name: { Type: 'String', Default: 'orders' }, Delay: { Type: 'String', Default: '0' } },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Name' }, DelaySeconds: { Ref: 'Delay' } } },
  },
  Outputs: { QueueName: { Value: { 'Fn::GetAtt': ['Queue', 'QueueName'] } }, Delay: { Value: { Ref: 'Delay' } } },
}

export const roles = {
  AdministrationRoleARN: `arn:aws:iam::${account}:role/dr-administration`,
  ExecutionRoleName: 'dr-execution',
}
export const set = (template: object = queues) => ({
  StackSetName: 'dr-test-data-a',
  TemplateBody: JSON.stringify(template),
  ...roles,
})
export const name = 'dr-test-data-a'
export const all = { StackSetName: name, Accounts: [account], Regions: both }

export const parameters = (values: Record<string, string>) =>
  Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }))

const trust = (Principal: object): object => ({
  AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] },
})

const may = (Action: string, Resource: string): object => ({
  Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource }] } }],
})

/** The two roles, as the prerequisites of StackSets ask for them (UserGuide/stacksets-prereqs-self-managed). */
const made: Record<string, object> = {
  'dr-administration': {
    ...trust({ Service: 'cloudformation.amazonaws.com' }),
    ...may('sts:AssumeRole', `arn:aws:iam::${account}:role/dr-execution`),
  },
  'dr-execution': { ...trust({ AWS: `arn:aws:iam::${account}:root` }), ...may('*', '*') },
}

/** An account with the two roles of stack sets. */
export function bootstrapped(faults: Fault[] = []): Account {
  const it = simulatedAccount(faults)
  it.simulator.change((cloud) => {
    for (const [physicalId, properties] of Object.entries(made)) {
      const type = 'AWS::IAM::Role'
      const role = { type, physicalId, region: 'global', properties, attributes: {}, tags: {}, createdAt: 0 }
      cloud.resources[`global|${type}|${physicalId}`] = role as Resource
    }
  })
  return it
}

/** A bootstrapped account with the set deployed to both regions. */
export async function deployed(template: object = queues, faults: Fault[] = []): Promise<Account> {
  const it = bootstrapped(faults)
  await it.client().send(new CreateStackSetCommand(set(template)))
  await it.client().send(
    new CreateStackInstancesCommand({
      ...all,
      OperationId: 'create-1',
      OperationPreferences: { RegionConcurrencyType: 'PARALLEL' },
    }),
  )
  await it.operated(name, 'create-1')
  return it
}

/** `region STATUS/DETAILED` of each instance. */
export async function instances(it: Account): Promise<string[]> {
  const { Summaries } = await it.client().send(new ListStackInstancesCommand({ StackSetName: name }))
  return (Summaries ?? []).map((one) => `${one.Region} ${one.Status}/${one.StackInstanceStatus?.DetailedStatus}`)
}

/** `region STATUS: reason` of each result. */
export async function results(it: Account, OperationId: string): Promise<string[]> {
  const { Summaries } = await it
    .client()
    .send(new ListStackSetOperationResultsCommand({ StackSetName: name, OperationId }))
  return (Summaries ?? []).map(
    ({ Region, Status, StatusReason }) => `${Region} ${Status}${StatusReason ? `: ${StatusReason}` : ''}`,
  )
}

export async function stackIdOf(it: Account, region = home): Promise<string> {
  const input = { StackSetName: name, StackInstanceAccount: account, StackInstanceRegion: region }
  const { StackInstance } = await it.client().send(new DescribeStackInstanceCommand(input))
  return StackInstance?.StackId ?? ''
}
