import {
  CreateStackCommand,
  InsufficientCapabilitiesException,
  UpdateStackCommand,
  type CreateStackCommandInput,
} from '@aws-sdk/client-cloudformation'
import { expect, test } from 'vitest'
import { simulatedAccount, type Account } from './account.ts'

const topic = { Type: 'AWS::SNS::Topic' }

const create = async (
  template: unknown,
  more: Partial<CreateStackCommandInput> = {},
  it: Account = simulatedAccount(),
) => {
  const TemplateBody = typeof template === 'string' ? template : JSON.stringify(template)
  await it.client().send(new CreateStackCommand({ StackName: 's', TemplateBody, ...more }))
}

test.each([
  ['no resources', { Resources: {} }, 'Template format error: At least one Resources member must be defined.'],
  ['bad JSON', '{', 'Template format error: '],
  [
    'an unknown type',
    { Resources: { A: { Type: 'AWS::Moon::Base' } } },
    'Template format error: Unrecognized resource types: [AWS::Moon::Base]',
  ],
  [
    'a lost reference',
    { Resources: { A: { ...topic, Properties: { TopicName: { Ref: 'Nobody' } } } } },
    'Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template',
  ],
  [
    'a lost reference in an output',
    { Resources: { A: topic }, Outputs: { X: { Value: { Ref: 'Nobody' } } } },
    'Template format error: Unresolved resource dependencies [Nobody] in the Outputs block of the template',
  ],
  [
    'a lost dependency',
    { Resources: { A: { ...topic, DependsOn: 'Nobody' } } },
    'Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template',
  ],
  [
    'an attribute of nobody',
    { Resources: { A: { ...topic, Properties: { TopicName: { 'Fn::GetAtt': ['Nobody', 'Arn'] } } } } },
    'Template error: instance of Fn::GetAtt references undefined resource Nobody',
  ],
  [
    'a circle',
    { Resources: { A: { ...topic, DependsOn: 'B' }, B: { ...topic, DependsOn: 'A' } } },
    'Circular dependency between resources: [A, B]',
  ],
  [
    'a parameter without value',
    { Parameters: { P: { Type: 'String' } }, Resources: { A: topic } },
    'Parameters: [P] must have values',
  ],
  [
    'an export, which the simulator leaves out,',
    { Resources: { A: topic }, Outputs: { X: { Value: 'x', Export: { Name: 'x' } } } },
    'the simulator knows neither exports nor transforms',
  ],
  [
    'a parameter that AWS reads from Parameter Store',
    {
      Parameters: { P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a' } },
      Resources: { A: topic },
    },
    'the simulator knows no parameters that are read from Parameter Store',
  ],
  [
    'more resources than a template may have',
    { Resources: Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`A${at}`, topic])) },
    'Template format error: Number of resources, 501, is greater than maximum allowed, 500',
  ],
  ...['Parameters', 'Outputs', 'Mappings'].map((section): [string, object, string] => [
    `more ${section.toLowerCase()} than a template may have`,
    {
      [section]: Object.fromEntries(
        Array.from({ length: 201 }, (_, at) => [`A${at}`, { Type: 'String', Default: '', Value: 'x' }]),
      ),
      Resources: { A: topic },
    },
    `Template format error: Number of ${section.toLowerCase()}, 201, is greater than maximum allowed, 200`,
  ]),
  [
    'a template too large to be sent inline',
    { Resources: { A: topic }, Metadata: { Text: 'x'.repeat(51_200) } },
    'Member must have length less than or equal to 51200',
  ],
])('%s is refused before anything is made', async (_what, template, message) => {
  const it = simulatedAccount()
  await expect(create(template, {}, it)).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining(message) as string,
  })
  expect(it.simulator.inspect().stacks).toEqual({})
})

test.each([
  [
    'a parameter that the template lacks',
    [{ ParameterKey: 'Q', ParameterValue: '1' }],
    'Parameters: [Q] do not exist in the template',
  ],
  [
    'a value outside the allowed ones',
    [{ ParameterKey: 'P', ParameterValue: 'c' }],
    "Parameter 'P' must be one of AllowedValues",
  ],
])('%s is refused', async (_what, Parameters, message) => {
  const template = {
    Parameters: { P: { Type: 'String', AllowedValues: ['a', 'b'], Default: 'a' } },
    Resources: { A: topic },
  }
  await expect(create(template, { Parameters })).rejects.toThrow(message)
})

test('a rule of the template that does not hold is refused', async () => {
  const Rules = { R: { Assertions: [{ Assert: { 'Fn::Equals': ['a', 'b'] }, AssertDescription: 'a is not b' }] } }
  const it = simulatedAccount()
  await expect(create({ Rules, Resources: { A: topic } }, {}, it)).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'a is not b',
  })
  expect(it.simulator.inspect().stacks).toEqual({})
})

test('YAML with short tags is taken as it is', async () => {
  const it = simulatedAccount()
  await create(
    'Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties: { TopicName: !Sub "x-${AWS::Region}" }\n',
    {},
    it,
  )
  await it.settled('s')
  expect(Object.keys(it.simulator.inspect().resources)).toEqual([expect.stringContaining('x-us-east-1')])
})

test('identities need capabilities, named ones the stronger of them', async () => {
  const role = (more: object) => ({
    Resources: {
      R: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }, ...more },
      },
    },
  })
  const refused = create(role({ RoleName: 'r' }), { Capabilities: ['CAPABILITY_IAM'] })
  await expect(refused).rejects.toBeInstanceOf(InsufficientCapabilitiesException)
  await expect(refused).rejects.toThrow('Requires capabilities : [CAPABILITY_NAMED_IAM]')
  await expect(create(role({}))).rejects.toThrow('Requires capabilities : [CAPABILITY_IAM]')
  await create(role({ RoleName: 'r' }), { Capabilities: ['CAPABILITY_NAMED_IAM'] })
})

test('a name belongs to one living stack of a region, and has a form', async () => {
  const it = simulatedAccount()
  await create({ Resources: { A: topic } }, {}, it)
  await expect(create({ Resources: { A: topic } }, {}, it)).rejects.toMatchObject({ name: 'AlreadyExistsException' })
  await expect(create({ Resources: { A: topic } }, { StackName: '1_x' }, it)).rejects.toThrow('stackName')
  const TemplateBody = JSON.stringify({ Resources: { A: topic } })
  await it.client('us-west-2').send(new CreateStackCommand({ StackName: 's', TemplateBody }))
})

test('a resource cannot change its type, nor a busy stack its definition', async () => {
  const it = simulatedAccount()
  await create({ Resources: { A: topic } }, {}, it)
  const update = (type: string) =>
    it
      .client()
      .send(
        new UpdateStackCommand({ StackName: 's', TemplateBody: JSON.stringify({ Resources: { A: { Type: type } } }) }),
      )
  await expect(update('AWS::SQS::Queue')).rejects.toThrow('is in CREATE_IN_PROGRESS state and can not be updated')
  await it.settled('s')
  await expect(update('AWS::SQS::Queue')).rejects.toThrow('Update of resource type is not permitted')
})

test('a role for CloudFormation must exist', async () => {
  const RoleARN = 'arn:aws:iam::000000000000:role/nobody'
  await expect(create({ Resources: { A: topic } }, { RoleARN })).rejects.toThrow(
    `Role ${RoleARN} is invalid or cannot be assumed`,
  )
})
