// Broken variants for the rules about names.
import { added, changed, type Variant } from './variant.ts'

const vpc = 'network/vpc.yaml'
const store = 'data/store.yaml'
const writer = 'compute/writer.yaml'
const note = 'data/note.yaml'

export const names: Variant[] = [
  changed(
    'names/suffix',
    'a queue without suffix',
    store,
    "QueueName: !Sub 'ledger-${EnvironmentSuffix}'",
    'QueueName: ledger',
    'QueueName ledger',
  ),
  changed(
    'names/suffix',
    'a network without named tag',
    vpc,
    "Tags: [{ Key: Name, Value: !Sub 'ledger-${EnvironmentSuffix}' }]",
    'Tags: []',
    'tag Name',
  ),
  changed(
    'names/suffix',
    'a parameter without suffix',
    note,
    "Name: !Sub '/ledger/note-${EnvironmentSuffix}'",
    'Name: /ledger/note\n      Description: !Ref EnvironmentSuffix',
    'Name /ledger/note',
  ),
  added(
    'names/suffix',
    'a task definition without suffix, though parameter groups may have any family',
    'Family ledger',
    `
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: { Family: ledger }
  Settings:
    Type: AWS::RDS::DBParameterGroup
    Properties: { Family: postgres17, Description: all }
`,
  ),
  changed(
    'names/own-tags',
    'a replica without tags',
    store,
    '          Tags: [{ Key: EnvironmentSuffix, Value: !Ref EnvironmentSuffix }]\n',
    '',
    'EnvironmentSuffix',
  ),
  added(
    'names/own-tags',
    'a zone without tags',
    'EnvironmentSuffix',
    `
  Zone:
    Type: AWS::Route53::HostedZone
    Properties: { Name: !Sub '\${EnvironmentSuffix}.test' }
`,
  ),
  changed('names/environment', 'a name for production', note, "'/ledger/note-${", "'/ledger/prod-note-${", '"prod-"'),
  changed('names/account', 'an account id', note, 'Value: !Ref Text', "Value: !Sub '${Text} 123456789012'", '····9012'),
  changed(
    'names/partition',
    'a literal ARN',
    note,
    'Value: !Ref Text',
    "Value: !Sub 'arn:aws:s3:::${Text}'",
    'arn:aws:',
  ),
  changed('names/region', 'a region', note, 'Value: !Ref Text', "Value: !Sub '${Text} eu-central-1'", 'eu-central-1'),
  changed(
    'names/export',
    'an export',
    vpc,
    'TopicArn: { Value: !Ref Topic }',
    "TopicArn: { Value: !Ref Topic, Export: { Name: !Sub 'topic-${EnvironmentSuffix}' } }",
    'exports the output TopicArn',
  ),
  changed(
    'names/collision',
    'a role of one name in two regions (R16)',
    writer,
    "RoleName: !Sub 'ledger-writer-${AWS::Region}-",
    "RoleName: !Sub 'ledger-writer-",
    'both claim the name ledger-writer-pr123',
  ),
  changed(
    'names/collision',
    'a bucket of one name in two regions',
    store,
    '-${AWS::AccountId}-${AWS::Region}',
    '-${AWS::AccountId}',
    'both claim the name',
  ),
  changed(
    'names/unused-parameter',
    'a parameter that nothing uses',
    note,
    'Parameters:\n',
    "Parameters:\n  Spare: { Type: String, Default: '' }\n",
    'the parameter Spare is not used',
  ),
  {
    ...changed(
      'names/classified',
      'a system that does not say what it holds',
      'systems/ledger/system.yaml',
      'tags: { DataClassification: ledger }',
      'tags: { Owner: me }',
      'ledger does not say what kind of data it holds',
    ),
  },
  added(
    'names/collision',
    'two parameters of one name in one region',
    'both claim the name',
    `
  Twin:
    Type: AWS::SSM::Parameter
    Properties: { Name: !Sub '/ledger/note-\${EnvironmentSuffix}', Type: String, Value: x }
`,
  ),
]
