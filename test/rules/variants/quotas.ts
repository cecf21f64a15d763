// Broken variants for the rules about quotas.
import { added, changed, type Variant } from './variant.ts'

const vpc = 'network/vpc.yaml'
const writer = 'compute/writer.yaml'
const note = 'data/note.yaml'

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

export const quotas: Variant[] = [
  changed(
    'quotas/template-size',
    'more than 1 MB',
    note,
    'Description: One note.',
    `Description: One note.\nMetadata: { Text: '${'x'.repeat(1_000_000)}' }`,
    'bytes',
  ),
  {
    ...changed(
      'quotas/sections',
      'more than 200 parameters',
      note,
      'Parameters:\n',
      `Parameters:\n${many(200, (i) => `  P${i}: { Type: String, Default: x }`)}\n`,
      '202 parameters',
    ),
    also: ['names/unused-parameter'],
  },
  changed(
    'quotas/sections',
    'more than 200 outputs',
    vpc,
    'Outputs:\n',
    `Outputs:\n${many(200, (i) => `  O${i}: { Value: x }`)}\n`,
    '204 outputs',
  ),
  changed(
    'quotas/sections',
    'more than 200 mappings',
    note,
    'Resources:\n',
    `Mappings:\n${many(201, (i) => `  M${i}: { a: { b: c } }`)}\nResources:\n`,
    '201 mappings',
  ),
  added(
    'quotas/resources',
    'more than 500 resources',
    '501 resources',
    `\n${many(500, (i) => `  W${i}: { Type: AWS::CloudFormation::WaitConditionHandle }`)}\n`,
  ),
  added(
    'quotas/dynamic-references',
    'more than 60 dynamic references',
    '61 dynamic references',
    `
  Long:
    Type: AWS::SSM::Parameter
    Properties: { Name: !Sub '/long-\${EnvironmentSuffix}', Type: String, Value: '${'{{resolve:ssm:x}}'.repeat(61)}' }
`,
  ),
  changed(
    'quotas/policy-size',
    'a role with too much to say',
    writer,
    "Action: ['dynamodb:PutItem'], Resource:",
    `Action: ['dynamodb:PutItem'], Sid: ${'x'.repeat(10_240)}, Resource:`,
    /has policies of \d+ characters in all, 10240 is the most/,
  ),
  changed(
    'quotas/policy-size',
    'a role that trusts too many',
    writer,
    'Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole',
    `Principal: { Service: lambda.amazonaws.com }, Sid: ${'x'.repeat(2_048)}, Action: sts:AssumeRole`,
    /has a policy of \d+ characters, 2048 is the most/,
  ),
  changed(
    'quotas/value-size',
    'a value of more than 4,096 bytes',
    'systems/ledger/notes.yaml',
    'Default: kept',
    `Default: '${'x'.repeat(4097)}'`,
    '4097 bytes',
  ),
  {
    ...changed(
      'quotas/name-length',
      'a name too long with this suffix',
      writer,
      "RoleName: !Sub 'ledger-writer-",
      "RoleName: !Sub 'ledger-writer-with-a-very-long-name-",
      /name of \d+ characters, 64 is the most/,
    ),
    suffix: 'a-suffix-of-20-chars',
  },
]
