// Contracts of CloudFormation stacks.
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation'
import { GetParametersCommand } from '@aws-sdk/client-ssm'
import { historyOf } from '../history.ts'
import { refusal, same, type Rule } from '../rule.ts'
import {
  begunStack,
  described,
  eventsUntil,
  madeStack,
  oneParameter,
  parameter,
  removeStack,
  settled,
} from '../stacks.ts'

const api = (page: string): string =>
  `https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_${page}.html`
const statuses = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html'
const recorded = (file: string): string =>
  `https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/cloudformation/api/${file}.snapshot.json`

export const stacks: readonly Rule[] = [
  {
    id: 'stacks/name-taken',
    says: 'CreateStack refuses the name of a living stack with AlreadyExistsException',
    sources: [api('CreateStack'), recorded('test_stacks')],
    body: async (world) => {
      const StackName = world.name('stack')
      await madeStack(world, { StackName, TemplateBody: oneParameter(world.name('parameter')) })
      const again = new CreateStackCommand({ StackName, TemplateBody: oneParameter(world.name('parameter')) })
      same('CreateStack with the name of a living stack', await refusal(world.cloudformation.send(again)), {
        name: 'AlreadyExistsException',
        message: `Stack [${StackName}] already exists`,
      })
    },
  },
  {
    id: 'stacks/null-value',
    says: 'CreateStack refuses a template in which a value is null, before anything is made',
    sources: [
      'https://github.com/aws-cloudformation/cfn-lint/issues/38',
      'https://github.com/mweagle/Sparta/blob/master/CHANGES.md',
    ],
    body: async (world) => {
      const StackName = world.name('stack')
      const Only = { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'x', Description: null } }
      const create = new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources: { Only } }) })
      same('CreateStack with a null', await refusal(world.cloudformation.send(create)), {
        name: 'ValidationError',
        message: "[/Resources/Only/Type/Description] 'null' values are not allowed in templates",
      })
    },
  },
  {
    id: 'stacks/parameter-default',
    says: 'UpdateStack takes a parameter that the call leaves out back to its default',
    sources: [api('Parameter')],
    body: async (world) => {
      const StackName = world.name('stack')
      const name = world.name('parameter')
      const TemplateBody = JSON.stringify({
        Parameters: { Given: { Type: 'String' }, LeftOut: { Type: 'String', Default: 'by default' } },
        Resources: { Only: parameter(name, { 'Fn::Sub': '${Given}, ${LeftOut}' }) },
      })
      const given = (ParameterKey: string, ParameterValue: string) => ({ ParameterKey, ParameterValue })
      await madeStack(world, { StackName, TemplateBody, Parameters: [given('Given', 'a'), given('LeftOut', 'b')] })
      const update = { StackName, UsePreviousTemplate: true, Parameters: [given('Given', 'c')] }
      await world.cloudformation.send(new UpdateStackCommand(update))
      const { StackStatus, Parameters = [] } = await settled(world, StackName, 'UPDATE_')
      same('the status after the update', StackStatus, 'UPDATE_COMPLETE')
      const values = Object.fromEntries(
        Parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
      )
      same('the parameters after the update', values, { Given: 'c', LeftOut: 'by default' })
      const read = await world.ssm.send(new GetParametersCommand({ Names: [name] }))
      same('the value of the resource', read.Parameters?.[0]?.Value, 'c, by default')
    },
  },
  {
    id: 'stacks/no-update',
    says: 'UpdateStack that would change nothing is refused with `No updates are to be performed.`',
    sources: [recorded('test_update_stack')],
    body: async (world) => {
      const input = { StackName: world.name('stack'), TemplateBody: oneParameter(world.name('parameter')) }
      await madeStack(world, input)
      same(
        'UpdateStack with the same template',
        await refusal(world.cloudformation.send(new UpdateStackCommand(input))),
        {
          name: 'ValidationError',
          message: 'No updates are to be performed.',
        },
      )
    },
  },
  {
    id: 'stacks/deleted-by-id',
    says: 'A deleted stack is found by its id alone, as DELETE_COMPLETE, and its name is unknown',
    sources: [api('DescribeStacks'), recorded('test_nested_stacks')],
    body: async (world) => {
      const StackName = world.name('stack')
      const id = await madeStack(world, { StackName, TemplateBody: oneParameter(world.name('parameter')) })
      await removeStack(world, StackName)
      const byName = world.cloudformation.send(new DescribeStacksCommand({ StackName }))
      same('DescribeStacks by the name of a deleted stack', await refusal(byName), {
        name: 'ValidationError',
        message: `Stack with id ${StackName} does not exist`,
      })
      same('the status by id', (await described(world, id)).StackStatus, 'DELETE_COMPLETE')
    },
  },
  {
    id: 'stacks/delete-missing',
    says: 'DeleteStack of a name that no stack has is no error',
    sources: [api('DeleteStack')],
    unsourced: 'the page lists no error for it, and does not state that there is none',
    body: async (world) => {
      const missing = new DeleteStackCommand({ StackName: world.name('missing') })
      same('DeleteStack of a missing stack', await refusal(world.cloudformation.send(missing)), 'accepted')
    },
  },
  {
    id: 'stacks/rollback-complete',
    says: 'A creation that fails deletes what it made and ends ROLLBACK_COMPLETE, from where no update is taken',
    sources: [statuses, recorded('test_update_stack')],
    unsourced: 'the words of the refusal are recorded for DELETE_COMPLETE only',
    body: async (world) => {
      const StackName = world.name('stack')
      const name = world.name('parameter')
      const Resources = { Sound: parameter(name, 'one'), Twin: parameter(name, 'two', { DependsOn: 'Sound' }) }
      const id = await begunStack(world, { StackName, TemplateBody: JSON.stringify({ Resources }) })
      same('the status in the end', (await settled(world, id)).StackStatus, 'ROLLBACK_COMPLETE')
      const { stack, Sound, Twin } = historyOf(await eventsUntil(world, id, 'ROLLBACK_COMPLETE'))
      same('what the stack did', stack, ['CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE'])
      same('what was made', Sound, ['CREATE_IN_PROGRESS', 'CREATE_COMPLETE', 'DELETE_IN_PROGRESS', 'DELETE_COMPLETE'])
      same('what failed', Twin?.slice(0, 2), ['CREATE_IN_PROGRESS', 'CREATE_FAILED'])
      const update = new UpdateStackCommand({ StackName, TemplateBody: oneParameter(name) })
      same('UpdateStack after the rollback', await refusal(world.cloudformation.send(update)), {
        name: 'ValidationError',
        message: `Stack:${id} is in ROLLBACK_COMPLETE state and can not be updated.`,
      })
    },
  },
  {
    id: 'stacks/events-newest-first',
    says: 'DescribeStackEvents gives the newest event first, and of a stack its beginning, its resources and its end',
    sources: [api('DescribeStackEvents'), statuses],
    body: async (world) => {
      const one = parameter(world.name('parameter'), 'one')
      const two = parameter(world.name('parameter'), 'two')
      const TemplateBody = JSON.stringify({ Resources: { One: one, Two: two } })
      const id = await madeStack(world, { StackName: world.name('stack'), TemplateBody })
      const events = await eventsUntil(world, id, 'CREATE_COMPLETE')
      const made = ['CREATE_IN_PROGRESS', 'CREATE_COMPLETE']
      same('the history', historyOf(events), { One: made, Two: made, stack: made })
      const times = events.map(({ Timestamp }) => Timestamp?.getTime() ?? 0)
      same(
        'the times of the events',
        times,
        times.toSorted((a, b) => b - a),
      )
    },
  },
]
