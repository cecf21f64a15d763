// Contracts of self-managed stack sets.
import {
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackCommand,
  DeleteStackSetCommand,
  DescribeStackSetCommand,
  ListStackSetOperationResultsCommand,
  ListStackSetOperationsCommand,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation'
import { refusal, same, type Rule } from '../rule.ts'
import {
  deleteSet,
  instanceIn,
  madeSet,
  operated,
  strangerRole,
  wantedSet,
  withInstance,
  withoutInstances,
} from '../sets.ts'
import { settled } from '../stacks.ts'

const api = (page: string): string =>
  `https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_${page}.html`
const recorded =
  'https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/cloudformation/resources/test_stack_sets.py'
const guide =
  'https://github.com/awsdocs/aws-cloudformation-user-guide/blob/395383fd2c3cb2897bcb4f42bba83ad41afa8f26/doc_source/stacksets-delete.md'
/** AWS's own resource type for stack sets, which says what it found. */
const handler =
  'https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-cloudformation/blob/0d362a3c9ddcf43d4671bca26b5f41f1f850a130/aws-cloudformation-stackset/src/main/java/software/amazon/cloudformation/stackset/BaseHandlerStd.java'

/** No source gives the words of these refusals, so only their names are compared. */
async function nameOf(call: Promise<unknown>): Promise<string> {
  const refused = await refusal(call)
  return refused === 'accepted' ? refused : refused.name
}

export const stackSets: readonly Rule[] = [
  {
    id: 'stack-sets/execution-trust',
    says: 'An operation fails with a reason that names both roles where the execution role does not trust the other',
    sources: [
      'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html',
      'https://github.com/hashicorp/terraform-provider-aws/issues/15165',
    ],
    body: async (world) => {
      const { cloudformation, target } = world
      const ExecutionRoleName = await strangerRole(world)
      const good = await wantedSet(world)
      const { StackSetName } = good
      await cloudformation.send(new CreateStackSetCommand({ ...good, ExecutionRoleName }))
      const all = { StackSetName, Accounts: [target.account], Regions: [target.region] }
      const { OperationId = '' } = await cloudformation.send(new CreateStackInstancesCommand(all))
      const status = await operated(world, StackSetName, OperationId)
      const results = await cloudformation.send(new ListStackSetOperationResultsCommand({ StackSetName, OperationId }))
      // With the right role the set can be taken away again.
      const { OperationId: after = '' } = await cloudformation.send(new UpdateStackSetCommand(good))
      await operated(world, StackSetName, after)
      same('the operation with a role that does not trust', status, 'FAILED')
      const administration = good.AdministrationRoleARN.split('/').at(-1)
      const reason = `Account ${target.account} should have '${ExecutionRoleName}' role with trust relationship to Role '${administration}'.`
      same('its reason', results.Summaries?.[0]?.StatusReason, reason)
    },
  },
  {
    id: 'stack-sets/no-echo',
    says: 'DescribeStackSet shows the value of a parameter with NoEcho as ****',
    sources: [
      'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html',
      'https://github.com/hashicorp/terraform-provider-aws/issues/46748',
    ],
    body: async (world) => {
      const { cloudformation } = world
      const set = await wantedSet(world)
      const template = JSON.parse(set.TemplateBody ?? '') as object
      const Parameters = { Hidden: { Type: 'String', NoEcho: true }, Seen: { Type: 'String' } }
      const values = [
        { ParameterKey: 'Hidden', ParameterValue: 'one' },
        { ParameterKey: 'Seen', ParameterValue: 'two' },
      ]
      const TemplateBody = JSON.stringify({ ...template, Parameters })
      await cloudformation.send(new CreateStackSetCommand({ ...set, TemplateBody, Parameters: values }))
      const { StackSetName } = set
      const { StackSet } = await cloudformation.send(new DescribeStackSetCommand({ StackSetName }))
      const shown = StackSet?.Parameters?.map((it) => `${it.ParameterKey} ${it.ParameterValue}`).toSorted()
      same('the parameters of the set', shown, ['Hidden ****', 'Seen two'])
    },
  },
  {
    id: 'stack-sets/not-found',
    says: 'Calls on an unknown set are refused with StackSetNotFoundException; deleting it is no error',
    sources: [api('DescribeStackSet'), api('CreateStackInstances'), recorded],
    body: async (world) => {
      const { cloudformation, target } = world
      const StackSetName = world.name('missing')
      const describe = cloudformation.send(new DescribeStackSetCommand({ StackSetName }))
      same('DescribeStackSet of an unknown set', await nameOf(describe), 'StackSetNotFoundException')
      const all = { StackSetName, Accounts: [target.account], Regions: [target.region] }
      same(
        'CreateStackInstances of an unknown set',
        await refusal(cloudformation.send(new CreateStackInstancesCommand(all))),
        {
          name: 'StackSetNotFoundException',
          message: `StackSet ${StackSetName} not found`,
        },
      )
      const remove = cloudformation.send(new DeleteStackSetCommand({ StackSetName }))
      same('DeleteStackSet of an unknown set', await refusal(remove), 'accepted')
    },
  },
  {
    id: 'stack-sets/name-taken',
    says: 'CreateStackSet refuses the name of an active set with NameAlreadyExistsException',
    sources: [api('CreateStackSet')],
    body: async (world) => {
      const { id: _, ...input } = await madeSet(world)
      const other = { ...input, Description: 'another one', ClientRequestToken: world.name('token') }
      const again = world.cloudformation.send(new CreateStackSetCommand(other))
      same('CreateStackSet with the name of an active set', await nameOf(again), 'NameAlreadyExistsException')
    },
  },
  {
    id: 'stack-sets/create-token',
    says: 'CreateStackSet that is repeated with its ClientRequestToken gives the same set',
    sources: [api('CreateStackSet')],
    body: async (world) => {
      const input = { ...(await wantedSet(world)), ClientRequestToken: world.name('token') }
      const { StackSetId } = await world.cloudformation.send(new CreateStackSetCommand(input))
      const again = await world.cloudformation.send(new CreateStackSetCommand(input))
      same('whether the repeated call gives the same id', again.StackSetId === StackSetId, true)
    },
  },
  {
    id: 'stack-sets/operation-id',
    says: 'An OperationId belongs to one operation: the call that is repeated with it runs once, another call is refused',
    sources: [api('UpdateStackSet'), api('CreateStackInstances')],
    body: async (world) => {
      const { cloudformation, target } = world
      const { id: _, ...input } = await madeSet(world)
      const { StackSetName } = input
      const OperationId = world.name('operation')
      const update = () => cloudformation.send(new UpdateStackSetCommand({ ...input, OperationId }))
      await update()
      same('the end of the operation', await operated(world, StackSetName, OperationId), 'SUCCEEDED')
      // Sources leave open whether the repeated call is answered or refused; it runs once in both readings.
      await nameOf(update())
      const { Summaries } = await world.until(
        'the list of operations',
        () => cloudformation.send(new ListStackSetOperationsCommand({ StackSetName })),
        ({ Summaries = [] }) => Summaries.length > 0,
      )
      same(
        'the operations of the set',
        Summaries?.map((one) => one.OperationId),
        [OperationId],
      )
      const all = { StackSetName, Accounts: [target.account], Regions: [target.region], OperationId }
      const other = cloudformation.send(new CreateStackInstancesCommand(all))
      same('another call with that OperationId', await nameOf(other), 'OperationIdAlreadyExistsException')
    },
  },
  {
    id: 'stack-sets/not-empty',
    says: 'DeleteStackSet refuses a set with instances with StackSetNotEmptyException, and takes one whose instances are gone',
    sources: [api('DeleteStackSet')],
    body: async (world) => {
      const { StackSetName } = await madeSet(world)
      await withInstance(world, StackSetName)
      const remove = () => world.cloudformation.send(new DeleteStackSetCommand({ StackSetName }))
      same('DeleteStackSet of a set with an instance', await nameOf(remove()), 'StackSetNotEmptyException')
      same('the deletion of the instance', await withoutInstances(world, StackSetName), 'SUCCEEDED')
      await deleteSet(world, StackSetName)
      const describe = world.cloudformation.send(new DescribeStackSetCommand({ StackSetName }))
      same('DescribeStackSet after the deletion', await nameOf(describe), 'StackSetNotFoundException')
    },
  },
  {
    id: 'stack-sets/deleted-by-id',
    says: 'A deleted set is described by its id, as DELETED, and its name is free',
    sources: [guide, handler],
    body: async (world) => {
      const { id, ...input } = await madeSet(world)
      const { StackSetName } = input
      await deleteSet(world, StackSetName)
      const byName = world.cloudformation.send(new DescribeStackSetCommand({ StackSetName }))
      same('DescribeStackSet by the name of a deleted set', await nameOf(byName), 'StackSetNotFoundException')
      const { StackSet } = await world.cloudformation.send(new DescribeStackSetCommand({ StackSetName: id }))
      same('the status by id', StackSet?.Status, 'DELETED')
      const again = world.cloudformation.send(new CreateStackSetCommand(input))
      same('CreateStackSet with the name that is free', await refusal(again), 'accepted')
    },
  },
  {
    id: 'stack-sets/current-passed-over',
    says: 'CreateStackInstances makes no new stack for an instance that is CURRENT and whose stack was deleted',
    sources: [api('CreateStackInstances'), api('UpdateStackInstances')],
    unsourced: 'that a CURRENT instance is passed over: the reference says that OUTDATED ones are retried',
    body: async (world) => {
      const { StackSetName } = await madeSet(world)
      await withInstance(world, StackSetName)
      const before = await instanceIn(world, StackSetName)
      same('the instance before', before.Status, 'CURRENT')
      await world.cloudformation.send(new DeleteStackCommand({ StackName: before.StackId }))
      await settled(world, before.StackId ?? '', 'DELETE_')
      const { account, region } = world.target
      const all = { StackSetName, Accounts: [account], Regions: [region] }
      const { OperationId = '' } = await world.cloudformation.send(new CreateStackInstancesCommand(all))
      await operated(world, StackSetName, OperationId)
      const { Status, StackId } = await instanceIn(world, StackSetName)
      // Without a stack there is nothing to delete: the set lets go of the instance before it is taken away.
      if (StackId === before.StackId) await withoutInstances(world, StackSetName, true)
      same('the instance after', [Status, StackId === before.StackId], ['CURRENT', true])
    },
  },
]
