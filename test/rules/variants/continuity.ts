// Broken variants for the rules about what is lost or breaks.
import { added, changed, database, type Variant } from './variant.ts'

const cache = (properties: string): string => `
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      ReplicationGroupId: !Sub 'c-\${EnvironmentSuffix}'
      ReplicationGroupDescription: Sessions
      AtRestEncryptionEnabled: true
      KmsKeyId: k
      TransitEncryptionEnabled: true
      TransitEncryptionMode: required
      ${properties}
`
const schedule = (properties: string): string => `
  Schedule:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: { SecretId: s, RotationLambdaARN: f, ${properties} }
`

export const continuity: Variant[] = [
  database(
    'continuity/backups',
    'a database without backups',
    'keeps no backups',
    'BackupRetentionPeriod: 1',
    'BackupRetentionPeriod: 0',
  ),
  added(
    'continuity/backups',
    'a cache without snapshots',
    'keeps no snapshots',
    cache('AutomaticFailoverEnabled: true\n      MultiAZEnabled: true'),
  ),
  changed(
    'continuity/point-in-time',
    'a replica that cannot be brought back',
    'data/store.yaml',
    '          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }\n',
    '',
    'replica 0',
  ),
  database('continuity/zones', 'a database without standby', 'no standby', '      MultiAZ: true\n', ''),
  added(
    'continuity/zones',
    'a cache in one zone',
    'does not fail over',
    cache('AutomaticFailoverEnabled: true\n      SnapshotRetentionLimit: 1'),
  ),
  added(
    'continuity/zones',
    'a service of one task',
    'runs a single task',
    `
  Service:
    Type: AWS::ECS::Service
    Properties: { ServiceName: !Sub 's-\${EnvironmentSuffix}', DesiredCount: 1 }
`,
  ),
  database(
    'continuity/rotation',
    'credentials that nothing rotates',
    'nothing rotates',
    'MultiAZ: true',
    "MultiAZ: true\n      MasterUserPassword: '{{resolve:secretsmanager:s:SecretString:password}}'",
  ),
  added(
    'continuity/rotation',
    'a rotation once a year',
    'within 30 days',
    schedule('RotationRules: { AutomaticallyAfterDays: 365 }, RotateImmediatelyOnUpdate: false'),
  ),
  added(
    'continuity/rotation',
    'a rotation at every deploy',
    'whenever it is deployed',
    schedule('RotationRules: { AutomaticallyAfterDays: 30 }'),
  ),
]
