// Broken variants for the rules about encryption.
import { added, changed, database, type Variant } from './variant.ts'

const vpc = 'network/vpc.yaml'
const store = 'data/store.yaml'
const writer = 'compute/writer.yaml'

export const encryption: Variant[] = [
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
  database(
    'encryption/customer-key',
    'a database without key',
    'KmsKeyId',
    '      KmsKeyId: k\n      Backup',
    '      Backup',
  ),
  database(
    'encryption/customer-key',
    'a database with a key that is not switched on',
    'StorageEncrypted: true',
    '      StorageEncrypted: true\n',
    '',
  ),
  changed(
    'encryption/key-region',
    'a function under the key of the other region',
    'systems/ledger/app.yaml',
    '!If [IsPrimary, !Ref KeyArn, !Ref FailoverKeyArn]',
    '!If [IsPrimary, !Ref FailoverKeyArn, !Ref KeyArn]',
    'uses the key of the failover region in us-east-1',
  ),
  changed(
    'encryption/replica-key',
    'a replica without key',
    store,
    "SSESpecification: { KMSMasterKeyId: !Sub 'alias/ledger-${EnvironmentSuffix}' }",
    'ContributorInsightsSpecification: { Enabled: false }',
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
]
