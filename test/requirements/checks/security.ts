// Conventions on secrets, encryption and rights that every system keeps.
import { expect } from 'vitest'
import { databases, settingsOf } from '../databases.ts'
import { add, all, deep, get, list, set, text, texts, type Check, type Item } from '../world.ts'
import { keysOf } from '../encryption.ts'
import { statements } from '../policies.ts'

/** Actions that the service authorization reference lists without a resource. */
const withoutResource = new Set([
  'backup:ListBackupJobs',
  'backup:ListCopyJobs',
  'backup:StopBackupJob',
  'cloudwatch:PutMetricData',
  'ecr:GetAuthorizationToken',
  'route53:TestDNSAnswer',
  'tag:GetResources',
  'ec2:DescribeNetworkInterfaces',
  'logs:DescribeLogGroups',
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
])

export const security: Check[] = [
  {
    ids: 'COMMON-09',
    rule: 'no secret is created, no password is written down or left to RDS',
    holds: (world) => {
      expect(all(world, 'AWS::SecretsManager::Secret')).toEqual([])
      for (const item of world.items)
        for (const [key, value] of deep(item.properties)) {
          expect(key, item.name).not.toBe('ManageMasterUserPassword')
          if (key.endsWith('Password')) expect(value, item.name).toMatch(/^\{\{resolve:secretsmanager:/)
        }
    },
    breaks: (world) => add(world, 'AWS::SecretsManager::Secret', {}),
  },
  {
    ids: 'COMMON-16',
    rule: 'every data store is encrypted with a customer key',
    holds: (world) => {
      const stores = world.items.flatMap((item) => keysOf(world, item).map(({ key }) => ({ item, key })))
      expect(stores.length).toBeGreaterThan(0)
      for (const { item, key } of stores)
        expect(
          all(world, 'AWS::KMS::Key').some((it) => it.is(key)),
          `${item.name}: ${JSON.stringify(key)}`,
        ).toBe(true)
      for (const table of all(world, 'AWS::DynamoDB::GlobalTable'))
        expect(get(table, 'SSESpecification')).toEqual({ SSEEnabled: true, SSEType: 'KMS' })
    },
    breaks: (world) => set(all(world, 'AWS::SNS::Topic')[0]!, 'KmsMasterKeyId', 'alias/aws/sns'),
  },
  {
    ids: 'COMMON-17',
    rule: 'buckets, topics, databases, caches and files refuse plain text, and health is asked over HTTPS',
    holds: (world) => {
      const insecure = { Bool: { 'aws:SecureTransport': 'false' } }
      const refuses = (policy: Item, document = 'PolicyDocument') =>
        list(policy, `${document}.Statement`).some(
          (it) => get(it, 'Effect') === 'Deny' && JSON.stringify(get(it, 'Condition')) === JSON.stringify(insecure),
        )
      for (const bucket of all(world, 'AWS::S3::Bucket')) {
        const policies = all(world, 'AWS::S3::BucketPolicy', bucket.side).filter((it) => bucket.is(get(it, 'Bucket')))
        expect(
          policies.some((it) => refuses(it)),
          bucket.name,
        ).toBe(true)
      }
      for (const topic of all(world, 'AWS::SNS::Topic')) {
        const mine = (it: Item) => list(it, 'Topics').some((arn) => topic.is(arn))
        expect(
          all(world, 'AWS::SNS::TopicPolicy')
            .filter(mine)
            .some((it) => refuses(it)),
          topic.name,
        ).toBe(true)
      }
      for (const files of all(world, 'AWS::EFS::FileSystem'))
        expect(refuses(files, 'FileSystemPolicy'), files.name).toBe(true)
      for (const cache of all(world, 'AWS::ElastiCache::ReplicationGroup'))
        expect(get(cache, 'TransitEncryptionMode'), cache.name).toBe('required')
      for (const database of databases(world)) {
        const settings = settingsOf(world, database)
        expect([settings['rds.force_ssl'], settings['require_secure_transport']], database.name).toEqual(
          expect.arrayContaining([text(database, 'Engine').includes('mysql') ? 'ON' : '1']),
        )
      }
      for (const check of all(world, 'AWS::Route53::HealthCheck'))
        expect(get(check, 'HealthCheckConfig.Type')).toBe('HTTPS')
    },
    breaks: (world) => set(all(world, 'AWS::SNS::TopicPolicy')[0]!, 'PolicyDocument.Statement', []),
  },
  {
    ids: 'COMMON-18',
    rule: 'no role allows everything, and all resources only under a condition or where AWS knows no narrower one',
    holds: (world) => {
      for (const role of all(world, 'AWS::IAM::Role')) {
        expect(list(role, 'ManagedPolicyArns'), role.name).toEqual([])
        for (const statement of statements(role)) {
          const actions = texts(statement, 'Action')
          for (const action of actions) expect(action, role.name).toMatch(/^[a-z0-9-]+:[A-Z]\w*$/)
          if (!list(statement, 'Resource').includes('*') || get(statement, 'Condition') !== undefined) continue
          for (const action of actions) expect(withoutResource.has(action), `${role.name}: ${action} on *`).toBe(true)
        }
      }
      const roles = all(world, 'AWS::Lambda::Function').map((it) => JSON.stringify(get(it, 'Role')))
      expect(new Set(roles).size, 'each function has a role of its own').toBe(roles.length)
    },
    breaks: (world) =>
      set(all(world, 'AWS::IAM::Role')[0]!, 'Policies.0.PolicyDocument.Statement.0', {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: '*',
      }),
  },
]
