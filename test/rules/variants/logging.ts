// Broken variants for the rules about logging.
import { added, changed, database, type Variant } from './variant.ts'

const vpc = 'network/vpc.yaml'
const store = 'data/store.yaml'
const writer = 'compute/writer.yaml'
const api = 'compute/api.yaml'

export const logging: Variant[] = [
  database(
    'logging/database',
    'a database that sends no log',
    'sends no log',
    '      EnableCloudwatchLogsExports: [postgresql]\n',
    '',
  ),
  database(
    'logging/database',
    'a database whose log group RDS would make',
    'has no log group /aws/rds/instance/ledger-pr123/upgrade',
    'EnableCloudwatchLogsExports: [postgresql]',
    'EnableCloudwatchLogsExports: [postgresql, upgrade]',
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
    'logging/retention',
    'a log group for days that CloudWatch Logs does not know',
    api,
    'RetentionInDays: 7',
    'RetentionInDays: 45',
    'cannot keep its entries for 45 days',
  ),
  changed(
    'logging/api',
    'an API without access log',
    api,
    "      AccessLogSettings: { DestinationArn: !GetAtt Log.Arn, Format: '$context.requestId' }\n",
    '',
    'no access log',
  ),
  added(
    'logging/group-arn',
    'an EventBridge target with the ARN of a log group as GetAtt gives it',
    'ends in :*, where EventBridge delivers nothing',
    `
  Arrived:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Sub '/ledger/arrived-\${EnvironmentSuffix}', RetentionInDays: 1, KmsKeyId: k }
  ArrivedRule:
    Type: AWS::Events::Rule
    Properties:
      Name: !Sub 'ledger-arrived-\${EnvironmentSuffix}'
      EventPattern: { source: [ledger] }
      Targets: [{ Id: log, Arn: !GetAtt Arrived.Arn }]
`,
  ),
  added(
    'logging/group-arn',
    'a state machine whose log group has an ARN without :*',
    'does not end in :*',
    `
  StepLog:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Sub '/ledger/steps-\${EnvironmentSuffix}', RetentionInDays: 1, KmsKeyId: k }
  Steps:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: !Sub 'ledger-steps-\${EnvironmentSuffix}'
      RoleArn: r
      DefinitionString: '{}'
      LoggingConfiguration:
        Level: ALL
        Destinations:
          - CloudWatchLogsLogGroup:
              LogGroupArn: !Sub 'arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:\${StepLog}'
`,
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
]
