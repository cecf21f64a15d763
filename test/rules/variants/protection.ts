// Broken variants for the rules about encryption, exposure and access.
import { added, changed, type Variant } from './variant.ts'

const vpc = 'network/vpc.yaml'
const store = 'data/store.yaml'
const writer = 'compute/writer.yaml'
const api = 'compute/api.yaml'

const role = (trust: string, policy = ''): string => `
  Other:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub 'ledger-other-\${EnvironmentSuffix}'
      PermissionsBoundary: !Ref AWS::NoValue
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: ${trust}, Action: sts:AssumeRole }]
${policy}`

export const protection: Variant[] = [
  changed(
    'encryption/customer-key',
    'a log group without key',
    writer,
    '      KmsKeyId: !Ref KeyArn\n',
    '',
    'KmsKeyId',
  ),
  changed(
    'encryption/customer-key',
    'a function whose variables have no key',
    writer,
    '      KmsKeyArn: !Ref KeyArn\n',
    '',
    'KmsKeyArn',
  ),
  changed(
    'encryption/customer-key',
    'a topic under the key of AWS',
    vpc,
    'KmsMasterKeyId: !Ref Key',
    'KmsMasterKeyId: alias/aws/sns',
    'KmsMasterKeyId',
  ),
  changed(
    'encryption/customer-key',
    'a bucket with the key of S3',
    store,
    'SSEAlgorithm: aws:kms, KMSMasterKeyID: !Ref KeyArn',
    'SSEAlgorithm: AES256',
    /KMSMasterKeyID|SSEAlgorithm/,
  ),
  changed(
    'encryption/customer-key',
    'a queue without key',
    store,
    '      KmsMasterKeyId: !Ref KeyArn\n',
    '',
    'KmsMasterKeyId',
  ),
  added(
    'encryption/customer-key',
    'a stream without key',
    'StreamEncryption.KeyId',
    `
  Stream:
    Type: AWS::Kinesis::Stream
    Properties: { Name: !Sub 'ledger-\${EnvironmentSuffix}' }
`,
  ),
  added(
    'encryption/customer-key',
    'a cluster without key',
    'KmsKeyId',
    `
  Cluster:
    Type: AWS::RDS::DBCluster
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties: { Engine: aurora-mysql, StorageEncrypted: true, DeleteAutomatedBackups: true, DBClusterIdentifier: !Sub 'ledger-\${EnvironmentSuffix}' }
`,
  ),
  added(
    'encryption/customer-key',
    'a cluster with a key that is not switched on',
    'StorageEncrypted: true',
    `
  Cluster:
    Type: AWS::RDS::DBCluster
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties: { Engine: aurora-mysql, KmsKeyId: k, DeleteAutomatedBackups: true, DBClusterIdentifier: !Sub 'ledger-\${EnvironmentSuffix}' }
`,
  ),
  changed(
    'encryption/replica-key',
    'a replica without key',
    store,
    "SSESpecification: { KMSMasterKeyId: !Sub 'alias/ledger-${EnvironmentSuffix}' }",
    'PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }',
    'replica 1',
  ),
  changed(
    'encryption/replica-key',
    'one key for two regions',
    store,
    "!Sub 'alias/ledger-${EnvironmentSuffix}'",
    '!Ref KeyArn',
    'one key in two regions',
  ),
  changed(
    'encryption/replica-key',
    'the key of DynamoDB',
    store,
    'SSEEnabled: true, SSEType: KMS',
    'SSEEnabled: true',
    'SSEType: KMS',
  ),
  changed(
    'encryption/key-rotation',
    'a key that does not rotate',
    vpc,
    'EnableKeyRotation: true',
    'EnableKeyRotation: false',
    'does not rotate',
  ),
  changed(
    'encryption/tls-policy',
    'a bucket open to plain text',
    store,
    'Condition: { Bool: { aws:SecureTransport:',
    'Condition: { Bool: { aws:ViaAWSService:',
    'without TLS',
  ),
  changed('encryption/tls-policy', 'a bucket open to old TLS', store, 's3:TlsVersion', 's3:signatureAge', 'below 1.2'),
  changed(
    'encryption/tls-policy',
    'a topic open to plain text',
    vpc,
    'Bool: { aws:SecureTransport:',
    'Bool: { aws:ViaAWSService:',
    'without TLS',
  ),
  changed(
    'encryption/tls-policy',
    'a policy for another queue',
    store,
    'Queues: [!Ref Queue]',
    'Queues: [other]',
    'without TLS',
  ),
  added(
    'encryption/tls-setting',
    'a domain with old TLS',
    'TLS_1_2',
    `
  Domain:
    Type: AWS::ApiGatewayV2::DomainName
    Properties:
      DomainName: !Sub '\${EnvironmentSuffix}.test'
      DomainNameConfigurations: [{ CertificateArn: c, SecurityPolicy: TLS_1_0 }]
`,
  ),
  added(
    'encryption/tls-setting',
    'a health check over plain text',
    'HTTPS',
    `
  Check:
    Type: AWS::Route53::HealthCheck
    Properties:
      HealthCheckConfig: { Type: HTTP }
      HealthCheckTags: [{ Key: Name, Value: !Sub 'a-\${EnvironmentSuffix}' }, { Key: EnvironmentSuffix, Value: !Ref EnvironmentSuffix }]
`,
  ),
  changed(
    'exposure/public-bucket',
    'a bucket that allows public policies',
    store,
    '        BlockPublicPolicy: true\n',
    '',
    'BlockPublicPolicy',
  ),
  changed(
    'exposure/public-bucket',
    'a bucket with access lists',
    store,
    'BucketOwnerEnforced',
    'ObjectWriter',
    'BucketOwnerEnforced',
  ),
  changed(
    'exposure/open-ingress',
    'a group open to the world',
    writer,
    'CidrIp: 10.1.0.0/16',
    'CidrIp: 0.0.0.0/0',
    'whole world',
  ),
  added(
    'exposure/open-ingress',
    'a rule of its own, open over IPv6',
    'whole world',
    `
  Ingress:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: { GroupId: g, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIpv6: '::/0' }
`,
  ),
  added(
    'exposure/public-database',
    'a database with a public address',
    'public address',
    `
  Database:
    Type: AWS::RDS::DBInstance
    Properties: { Engine: aurora-mysql, DBClusterIdentifier: c, PubliclyAccessible: true, DBInstanceIdentifier: !Sub 'ledger-\${EnvironmentSuffix}' }
`,
  ),
  changed(
    'exposure/anyone',
    'a queue for anyone',
    store,
    "Effect: Deny\n            Principal: '*'\n            Action: sqs:*\n            Resource: !GetAtt Queue.Arn\n",
    "Effect: Allow\n            Principal: '*'\n            Action: sqs:SendMessage\n            Resource: !GetAtt Queue.Arn\n          - Effect: Deny\n            Principal: '*'\n            Action: sqs:*\n            Resource: !GetAtt Queue.Arn\n",
    'allows anyone',
  ),
  changed(
    'exposure/confused-deputy',
    'a permission without source',
    api,
    /* keeps the line count */ '      SourceArn:',
    '      EventSourceToken:',
    'for anyone',
  ),
  changed(
    'exposure/open-route',
    'an open route that writes',
    api,
    'RouteKey: POST /notes, AuthorizationType: AWS_IAM',
    'RouteKey: POST /notes',
    'POST /notes',
  ),
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
]
