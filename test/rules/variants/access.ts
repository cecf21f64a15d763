// Broken variants for the rules about access.
import { added, changed, type Variant } from './variant.ts'

const vpc = 'network/vpc.yaml'
const writer = 'compute/writer.yaml'
const role = (trust: string, policy = ''): string => `
  Other:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub 'ledger-other-\${EnvironmentSuffix}'
      PermissionsBoundary: !Ref AWS::NoValue
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: ${trust}, Action: sts:AssumeRole }]
${policy}`

export const access: Variant[] = [
  changed('access/all-actions', 'all actions', writer, "Action: ['dynamodb:PutItem']", "Action: '*'", 'all actions'),
  changed(
    'access/all-actions',
    'all of a service on everything',
    vpc,
    "Action: logs:DescribeLogGroups, Resource: '*'",
    "Action: 'route53:*', Resource: '*'",
    'route53:*',
  ),
  changed(
    'access/all-actions',
    'all but some actions',
    writer,
    "Action: ['dynamodb:PutItem']",
    'NotAction: iam:PassRole',
    'NotAction',
  ),
  changed(
    'access/all-resources',
    'a narrow action on everything',
    vpc,
    'Action: logs:DescribeLogGroups',
    'Action: [logs:DescribeLogGroups, logs:GetLogEvents]',
    'logs:GetLogEvents',
  ),
  added(
    'access/trust',
    'a trust in a role of another stack',
    'role/ledger-app',
    role("{ AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/ledger-app' }"),
  ),
  added(
    'access/backup-role',
    'a backup selection whose role may look for nothing',
    'may not call tag:GetResources',
    `${role(
      '{ Service: backup.amazonaws.com }',
      "      Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Action: 'rds:ListTagsForResource', Resource: r }] } }]\n",
    )}  Selection:
    Type: AWS::Backup::BackupSelection
    Properties:
      BackupPlanId: p
      BackupSelection: { SelectionName: !Sub 'ledger-\${EnvironmentSuffix}', IamRoleArn: !GetAtt Other.Arn, Resources: [r] }
`,
  ),
  added(
    'access/boundary',
    'a role without boundary',
    'PermissionsBoundary',
    role('{ Service: lambda.amazonaws.com }').replace(/ {6}PermissionsBoundary.*\n/, ''),
  ),
  changed(
    'access/own-role',
    'two functions with one role',
    writer,
    '  Writer:\n',
    `  Second:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Sub 'ledger-second-\${EnvironmentSuffix}'
      LoggingConfig: { LogGroup: !Ref Log }
      KmsKeyArn: !Ref KeyArn
      Role: !GetAtt Role.Arn
      Code: ../functions/writer
  Writer:
`,
    'shares its role',
  ),
  added(
    'access/secrets',
    'a secret',
    'creates a secret',
    `
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties: { Name: !Sub 'ledger-\${EnvironmentSuffix}' }
`,
  ),
  added(
    'access/secrets',
    'a literal password',
    'MasterUserPassword',
    `
  Database:
    Type: AWS::RDS::DBInstance
    Properties: { Engine: aurora-mysql, DBClusterIdentifier: c, MasterUserPassword: hunter2, DBInstanceIdentifier: !Sub 'ledger-\${EnvironmentSuffix}' }
`,
  ),
  changed(
    'access/reason',
    'a right on everything that nobody explains',
    'network/vpc.yaml',
    ' # The call knows no resources.',
    '',
    'does not say why',
  ),
  added(
    'access/visible-secret',
    'a secret in a parameter that everybody reads',
    'shows a secret in Value',
    `
  Key:
    Type: AWS::SSM::Parameter
    Properties: { Name: !Sub '/ledger/key-\${EnvironmentSuffix}', Type: String, Value: '{{resolve:secretsmanager:s:SecretString:key}}' }
`,
  ),
  changed(
    'access/visible-secret',
    'a secret in a variable of a function',
    'compute/writer.yaml',
    'Variables: { TEXT: !Ref Text }',
    'Variables: { TEXT: !Ref Text, API_KEY: abc }',
    'has a secret in the variable API_KEY',
  ),
  {
    ...changed(
      'access/visible-secret',
      'a secret as a default',
      'data/note.yaml',
      'Text: { Type: String }',
      'Text: { Type: String }\n  WriterPassword: { Type: String, Default: hunter2 }',
      'WriterPassword has a secret as its default',
    ),
    also: ['names/unused-parameter'],
  },
]
