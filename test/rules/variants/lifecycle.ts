// Broken variants for the rules about lifecycle, logging and names.
import { added, changed, type Variant } from './variant.ts'

const vpc = 'network/vpc.yaml'
const store = 'data/store.yaml'
const writer = 'compute/writer.yaml'
const api = 'compute/api.yaml'
const note = 'data/note.yaml'

const database = (policies: string, properties: string): string => `
  Database:
    Type: AWS::RDS::DBInstance${policies}
    Properties: { Engine: postgres, ${properties}DBInstanceIdentifier: !Sub 'ledger-\${EnvironmentSuffix}' }
`
const deleted = '\n    DeletionPolicy: Delete\n    UpdateReplacePolicy: Delete'

export const lifecycle: Variant[] = [
  changed(
    'lifecycle/kept',
    'a bucket that stays',
    store,
    '    Type: AWS::S3::Bucket\n',
    '    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n',
    'DeletionPolicy: Retain',
  ),
  changed(
    'lifecycle/kept',
    'a table that leaves a snapshot when replaced',
    store,
    '    Type: AWS::DynamoDB::GlobalTable\n',
    '    Type: AWS::DynamoDB::GlobalTable\n    UpdateReplacePolicy: Snapshot\n',
    'UpdateReplacePolicy',
  ),
  added(
    'lifecycle/explicit-delete',
    'a database with the default policy',
    'DeletionPolicy',
    database('', 'DeleteAutomatedBackups: true, '),
  ),
  added('lifecycle/explicit-delete', 'a database that keeps its backups', 'automated backups', database(deleted, '')),
  added(
    'lifecycle/protected',
    'a protected database',
    'protected',
    database(deleted, 'DeleteAutomatedBackups: true, DeletionProtection: true, '),
  ),
  changed(
    'lifecycle/protected',
    'a protected replica',
    store,
    '- Region: !Ref AWS::Region\n',
    '- Region: !Ref AWS::Region\n          DeletionProtectionEnabled: true\n',
    'protected',
  ),
  added(
    'lifecycle/protected',
    'a protected load balancer',
    'protected',
    `
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Name: !Sub 'l-\${EnvironmentSuffix}'
      LoadBalancerAttributes: [{ Key: deletion_protection.enabled, Value: 'true' }]
`,
  ),
  changed(
    'lifecycle/locked-bucket',
    'a bucket with object lock',
    store,
    '      BucketEncryption:\n',
    '      ObjectLockEnabled: true\n      BucketEncryption:\n',
    'locks its objects',
  ),
  changed(
    'lifecycle/locked-bucket',
    'a bucket that nobody may empty',
    store,
    "          - Effect: Deny\n            Principal: '*'\n            Action: s3:*",
    "          - { Effect: Deny, Principal: '*', Action: s3:DeleteObject, Resource: !Sub '${Bucket.Arn}/*' }\n          - Effect: Deny\n            Principal: '*'\n            Action: s3:*",
    'denies deletes',
  ),
  changed(
    'lifecycle/log-group-recreated',
    'a role that may create log groups',
    writer,
    '[logs:CreateLogStream, logs:PutLogEvents]',
    '[logs:CreateLogGroup, logs:PutLogEvents]',
    'log groups',
  ),
  changed(
    'lifecycle/log-group-recreated',
    'a role with the managed policy',
    writer,
    '      Policies:\n',
    "      ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']\n      Policies:\n",
    'managed policy',
  ),
  added(
    'lifecycle/once-per-account',
    'a detector',
    'GuardDuty',
    '\n  Detector: { Type: AWS::GuardDuty::Detector, Properties: { Enable: true } }\n',
  ),
  changed(
    'lifecycle/reserved-concurrency',
    'reserved concurrency',
    writer,
    '      Handler: index.handler\n',
    '      Handler: index.handler\n      ReservedConcurrentExecutions: 5\n',
    'reserves concurrency',
  ),
  changed(
    'lifecycle/sdk',
    'a source with the old SDK',
    'functions/writer/greeting.ts',
    'export',
    "import AWS from 'aws-sdk'\nexport",
    'aws-sdk',
  ),
  added(
    'lifecycle/sdk',
    'inline code with the old SDK',
    'aws-sdk',
    `
  Inline:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Sub 'ledger-inline-\${EnvironmentSuffix}'
      LoggingConfig: { LogGroup: !Sub '/aws/lambda/ledger-writer-\${EnvironmentSuffix}' }
      KmsKeyArn: k
      Role: r
      Code: { ZipFile: "const AWS = require('aws-sdk')" }
`,
  ),
  changed(
    'logging/function-group',
    'a log group of another name',
    writer,
    "LogGroupName: !Sub '/aws/lambda/ledger-writer-",
    "LogGroupName: !Sub '/aws/lambda/ledger-writers-",
    'no log group /aws/lambda/ledger-writer-',
  ),
  changed('logging/retention', 'a log group for ever', api, '      RetentionInDays: 7\n', '', 'for ever'),
  changed(
    'logging/api',
    'an API without access log',
    api,
    "      AccessLogSettings: { DestinationArn: !GetAtt Log.Arn, Format: '$context.requestId' }\n",
    '',
    'no access log',
  ),
  changed(
    'logging/flow-log',
    'a flow log of a subnet only',
    vpc,
    'ResourceId: !Ref Vpc',
    'ResourceId: !Ref SubnetA',
    'no flow log',
  ),
  changed(
    'logging/alarm-actions',
    'an alarm that tells nobody',
    store,
    '      AlarmActions: [!Ref TopicArn]\n',
    '',
    'no AlarmActions',
  ),
  changed(
    'logging/alarm-actions',
    'an alarm that does not say when it is over',
    store,
    '      OKActions: [!Ref TopicArn]\n',
    '',
    'no OKActions',
  ),
  changed(
    'logging/alarm-actions',
    'an alarm that is switched off',
    store,
    '      OKActions:',
    '      ActionsEnabled: false\n      OKActions:',
    'switched off',
  ),
  changed(
    'logging/topic-key',
    'a key that keeps alarms out',
    vpc,
    'Service: cloudwatch.amazonaws.com',
    'Service: events.amazonaws.com',
    'keeps alarms',
  ),
  changed(
    'names/suffix',
    'a table without suffix',
    store,
    "TableName: !Sub 'ledger-${EnvironmentSuffix}'",
    'TableName: ledger',
    'TableName ledger',
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
    'Name: /ledger/note',
    'Name /ledger/note',
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
  changed('names/account', 'an account id', note, 'Value: !Ref Text', "Value: '123456789012'", '····9012'),
  changed('names/partition', 'a literal ARN', note, 'Value: !Ref Text', 'Value: arn:aws:s3:::ledger', 'arn:aws:'),
  changed('names/region', 'a region', note, 'Value: !Ref Text', 'Value: eu-central-1', 'eu-central-1'),
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
