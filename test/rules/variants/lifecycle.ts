// Broken variants for the rules about lifecycle.
import { added, changed, database, type Variant } from './variant.ts'

const store = 'data/store.yaml'
const writer = 'compute/writer.yaml'

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
  database(
    'lifecycle/explicit-delete',
    'a database with the default policy',
    'DeletionPolicy',
    '    DeletionPolicy: Delete\n    UpdateReplacePolicy: Delete\n',
    '',
  ),
  database(
    'lifecycle/explicit-delete',
    'a database that keeps its backups',
    'automated backups',
    '      DeleteAutomatedBackups: true\n',
    '',
  ),
  database(
    'lifecycle/protected',
    'a protected database',
    'protected',
    'MultiAZ: true',
    'MultiAZ: true\n      DeletionProtection: true',
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
      Scheme: internal
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
]
