// Broken variants for the rules about wiring.
import { added, changed, type Variant } from './variant.ts'

const vpc = 'network/vpc.yaml'
const base = 'systems/ledger/base.yaml'
const system = 'systems/ledger/system.yaml'
const note = 'data/note.yaml'

export const wiring: Variant[] = [
  changed(
    'wiring/evaluates',
    'a reference to nothing',
    note,
    '!Ref Text',
    "!Sub '${Text}${Lost}'",
    /note\.yaml|\[Lost\]/,
  ),
  changed(
    'wiring/evaluates',
    'an index that no list has',
    vpc,
    '!Select [0, !Cidr',
    '!Select [5, !Cidr',
    'cannot select item 5',
  ),
  changed(
    'wiring/evaluates',
    'a condition that nobody declares',
    vpc,
    '!If [Bounded,',
    '!If [Limited,',
    'no condition Limited',
  ),
  changed(
    'wiring/evaluates',
    'a scale value that is not allowed',
    system,
    'small: {}',
    "small: { app.Memory: '1' }",
    'at least 128',
  ),
  changed(
    'wiring/output',
    'an output that the nested stack lacks',
    base,
    'Network.Outputs.VpcId',
    'Network.Outputs.NetworkId',
    'no output NetworkId',
  ),
  changed(
    'wiring/output',
    'an input from an output that does not exist',
    system,
    'base.primary.KeyArn',
    'base.primary.Key',
    'no output Key',
  ),
  changed(
    'wiring/parameter',
    'a nested parameter that is not declared',
    base,
    '        Cidr:',
    '        Colour: red\n        Cidr:',
    'no parameter Colour',
  ),
  changed(
    'wiring/parameter',
    'a nested parameter that is not given',
    base,
    '        TopicArn: !GetAtt Network.Outputs.TopicArn\n',
    '',
    'no value for the parameter TopicArn',
  ),
  changed(
    'wiring/parameter',
    'a root parameter that nobody gives',
    'systems/ledger/notes.yaml',
    'Text: { Type: String, Default: kept }',
    'Text: { Type: String }',
    'no value for its parameter Text',
  ),
  changed(
    'wiring/parameter',
    'an input that is not declared',
    system,
    'inputs: { KeyArn:',
    'inputs: { Colour: base.primary.KeyArn, KeyArn:',
    'no parameter Colour',
  ),
  added(
    'wiring/circle',
    'two resources that wait for each other',
    'One → Two → One',
    `
  One: { Type: AWS::SSM::Parameter, Properties: { Name: !Sub '/one-\${EnvironmentSuffix}', Type: String, Value: !GetAtt Two.Value } }
  Two: { Type: AWS::SSM::Parameter, Properties: { Name: !Sub '/two-\${EnvironmentSuffix}', Type: String, Value: !GetAtt One.Value } }
`,
  ),
  added(
    'wiring/order',
    'a function before its log group',
    'does not wait for Group',
    `
  Group:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Sub '/aws/lambda/early-\${EnvironmentSuffix}', RetentionInDays: 7, KmsKeyId: k }
  Early:
    Type: AWS::Lambda::Function
    Properties: { FunctionName: !Sub 'early-\${EnvironmentSuffix}', KmsKeyArn: k, Role: r, Code: ../functions/writer }
`,
  ),
  added(
    'wiring/order',
    'a filter before the permission',
    'does not wait for Allow',
    `
  Allow:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: f, Action: lambda:InvokeFunction, Principal: logs.amazonaws.com, SourceAccount: !Ref AWS::AccountId }
  Filter:
    Type: AWS::Logs::SubscriptionFilter
    Properties: { FilterName: !Sub 'f-\${EnvironmentSuffix}', LogGroupName: g, FilterPattern: '', DestinationArn: f }
`,
  ),
  added(
    'wiring/order',
    'a rotation before the permission',
    'does not wait for Allow',
    `
  Allow:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: f, Action: lambda:InvokeFunction, Principal: secretsmanager.amazonaws.com, SourceAccount: !Ref AWS::AccountId }
  Schedule:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: { SecretId: s, RotationLambdaARN: f, RotationRules: { AutomaticallyAfterDays: 30 }, RotateImmediatelyOnUpdate: false }
`,
  ),
  added(
    'wiring/order',
    'a service before its listener',
    'does not wait for Listener',
    `
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: { LoadBalancerArn: b, Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06, DefaultActions: [{ Type: forward, TargetGroupArn: t }] }
  Service:
    Type: AWS::ECS::Service
    Properties: { ServiceName: !Sub 's-\${EnvironmentSuffix}', DesiredCount: 2, LoadBalancers: [{ TargetGroupArn: t }] }
`,
  ),
  added(
    'wiring/order',
    'a route before its gateway is attached',
    'does not wait for Attachment',
    `
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: { VpcId: v, InternetGatewayId: i }
  Route:
    Type: AWS::EC2::Route
    Properties: { RouteTableId: r, DestinationCidrBlock: 0.0.0.0/0, GatewayId: i }
`,
  ),
  changed(
    'wiring/root',
    'a resource in a root',
    'systems/ledger/notes.yaml',
    'Resources:\n',
    "Resources:\n  Direct:\n    Type: AWS::SSM::Parameter\n    Properties: { Name: !Sub '/direct-${EnvironmentSuffix}', Type: String, Value: x }\n",
    'in the root template of notes',
  ),
  changed(
    'wiring/alarm-dimensions',
    'an alarm about nothing',
    'data/store.yaml',
    "Dimensions: [{ Name: TableName, Value: !Sub 'ledger-${EnvironmentSuffix}' }]",
    "Dimensions: [{ Name: TableName, Value: '' }]",
    'empty dimension TableName',
  ),
]
