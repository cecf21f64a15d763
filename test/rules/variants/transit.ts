// Broken variants for the rules about what is on its way.
import { added, database, type Variant } from './variant.ts'

const files = (policy: string): string => `
  Files:
    Type: AWS::EFS::FileSystem
    Properties:
      Encrypted: true
      KmsKeyId: k
      FileSystemTags: [{ Key: Name, Value: !Sub 'f-\${EnvironmentSuffix}' }, { Key: EnvironmentSuffix, Value: !Ref EnvironmentSuffix }]
      FileSystemPolicy: { Statement: [{ Effect: Deny, Principal: '*', Action: '*', ${policy} }] }
`
const listener = (properties: string): string => `
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: { LoadBalancerArn: b, ${properties}, DefaultActions: [{ Type: forward, TargetGroupArn: t }] }
`

export const transit: Variant[] = [
  database(
    'transit/database',
    'a database that takes clients without TLS',
    'rds.force_ssl',
    "rds.force_ssl: '1'",
    "rds.force_ssl: '0'",
  ),
  database(
    'transit/database',
    'a database with the settings of AWS',
    'has no parameter group that sets rds.force_ssl',
    '      DBParameterGroupName: !Ref DatabaseSettings\n',
    '',
  ),
  database(
    'transit/database',
    'an engine that nobody asked about',
    'runs oracle-ee',
    'Engine: postgres',
    'Engine: oracle-ee',
  ),
  added(
    'transit/files',
    'files that are open to plain text',
    'denies clients without TLS',
    files("Condition: { Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'false' } }"),
  ),
  added(
    'transit/mount',
    'a task that mounts files in the clear',
    'mounts files without TLS',
    `
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: { Family: !Sub 't-\${EnvironmentSuffix}', Volumes: [{ Name: files, EFSVolumeConfiguration: { FilesystemId: f } }] }
`,
  ),
  added('transit/listener', 'a listener in the clear', 'speaks HTTP', listener('Protocol: HTTP')),
  added(
    'transit/listener',
    'a listener with old TLS',
    'versions of TLS below 1.2',
    listener('Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-2016-08'),
  ),
]
