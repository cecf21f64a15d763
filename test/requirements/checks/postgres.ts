// What both systems with RDS PostgreSQL promise: who may know the password, what is logged, who hears of a failover.
import { expect } from 'vitest'
import { databases, logGroupsOf, settingsOf } from '../databases.ts'
import { all, get, list, meant, one, set, text, texts, type Check, type Item, type World } from '../world.ts'

/** The one database of the system. */
export function database(world: World): Item {
  const found = databases(world)
  expect(found.length, 'number of databases').toBe(1)
  return found[0] as Item
}

/** An output of a system with one region. */
export function told(world: World, key: string): string {
  const value = world.outputs[key]
  expect(value, `output ${key}`).toMatch(/\S/)
  return value ?? ''
}

/** The subnets that the database may be in. */
export const subnetsOf = (world: World): Item[] =>
  texts(meant(world, 'AWS::RDS::DBSubnetGroup', get(database(world), 'DBSubnetGroupName')), 'SubnetIds').map((id) =>
    meant(world, 'AWS::EC2::Subnet', id),
  )

export const zonesOf = (world: World): string[] => subnetsOf(world).map((subnet) => text(subnet, 'AvailabilityZone'))

const schedule = (world: World): Item => one(world, 'AWS::SecretsManager::RotationSchedule')

export const rotates = (ids: string): Check => ({
  ids,
  rule: 'a function changes the password every 30 days, through the RDS API and in the attached secret',
  holds: (world) => {
    const secret = told(world, 'DatabaseSecretName')
    expect(get(schedule(world), 'SecretId')).toBe(secret)
    expect(Number(get(schedule(world), 'RotationRules.AutomaticallyAfterDays'))).toBe(30)
    const rotation = meant(world, 'AWS::Lambda::Function', get(schedule(world), 'RotationLambdaARN'))
    expect(rotation.is(told(world, 'RotationFunctionName'))).toBe(true)
    const permissions = all(world, 'AWS::Lambda::Permission').filter((it) => rotation.is(get(it, 'FunctionName')))
    expect(permissions.map((it) => get(it, 'Principal'))).toEqual(['secretsmanager.amazonaws.com'])
    const attachment = one(world, 'AWS::SecretsManager::SecretTargetAttachment')
    expect(get(attachment, 'SecretId')).toBe(secret)
    expect(get(attachment, 'TargetType')).toBe(database(world).type)
    expect(database(world).is(get(attachment, 'TargetId'))).toBe(true)
  },
  breaks: (world) => set(schedule(world), 'RotationRules.AutomaticallyAfterDays', '90'),
})

export const readsSecret = (ids: string): Check => ({
  ids,
  rule: 'user and password come from an existing secret of this system and environment',
  holds: (world) => {
    const secret = told(world, 'DatabaseSecretName')
    expect(secret).toContain(`/${world.suffix}/`)
    const reference = (key: string) => `{{resolve:secretsmanager:${secret}:SecretString:${key}}}`
    expect(get(database(world), 'MasterUsername')).toBe(reference('username'))
    expect(get(database(world), 'MasterUserPassword')).toBe(reference('password'))
    expect(all(world, 'AWS::SecretsManager::Secret')).toEqual([])
  },
  breaks: (world) => set(database(world), 'MasterUserPassword', 'hunter2'),
})

export const encrypted = (ids: string): Check => ({
  ids,
  rule: 'the database is encrypted with the key of the environment and speaks TLS only',
  holds: (world) => {
    expect(get(database(world), 'StorageEncrypted')).toBe(true)
    expect(meant(world, 'AWS::KMS::Key', get(database(world), 'KmsKeyId')).is(told(world, 'KeyArn'))).toBe(true)
    expect(get(one(world, 'AWS::KMS::Key'), 'EnableKeyRotation')).toBe(true)
    expect(settingsOf(world, database(world))['rds.force_ssl']).toBe('1')
  },
  breaks: (world) => set(database(world), 'StorageEncrypted', false),
})

/** @param days how long the log is kept */
export const audited = (ids: string, days: number): Check => ({
  ids,
  rule: `connections and changes are logged, encrypted, and kept for ${days} days`,
  holds: (world) => {
    expect(settingsOf(world, database(world))).toMatchObject({
      log_statement: 'mod',
      log_connections: '1',
      log_disconnections: '1',
    })
    expect(logGroupsOf(database(world))).toEqual([told(world, 'DatabaseLogGroup')])
    const groups = all(world, 'AWS::Logs::LogGroup')
    expect(groups.some((it) => it.is(told(world, 'DatabaseLogGroup')))).toBe(true)
    for (const group of groups) {
      expect(Number(get(group, 'RetentionInDays')), group.name).toBe(days)
      expect(meant(world, 'AWS::KMS::Key', get(group, 'KmsKeyId')).is(told(world, 'KeyArn'))).toBe(true)
    }
  },
  breaks: (world) => set(database(world), 'EnableCloudwatchLogsExports', []),
})

export const backedUp = (ids: string): Check => ({
  ids,
  rule: 'the database is backed up all day, so that any moment until five minutes ago can be restored',
  holds: (world) => {
    expect(Number(get(database(world), 'BackupRetentionPeriod'))).toBeGreaterThanOrEqual(1)
    expect(text(database(world), 'PreferredBackupWindow')).toMatch(/^\d\d:\d\d-\d\d:\d\d$/)
    expect(get(database(world), 'CopyTagsToSnapshot')).toBe(true)
  },
  breaks: (world) => set(database(world), 'BackupRetentionPeriod', 0),
})

export const tellsFailovers = (ids: string): Check => ({
  ids,
  rule: 'a failover is told to the alert topic, which lets RDS in',
  holds: (world) => {
    const events = one(world, 'AWS::RDS::EventSubscription')
    expect(get(events, 'SourceType')).toBe(database(world).type.endsWith('Cluster') ? 'db-cluster' : 'db-instance')
    expect(list(events, 'SourceIds').some((id) => database(world).is(id))).toBe(true)
    expect(list(events, 'EventCategories')).toEqual(expect.arrayContaining(['failover', 'failure']))
    expect(get(events, 'SnsTopicArn')).toBe(told(world, 'AlertTopicArn'))
    const lets = (statements: unknown) => JSON.stringify(statements).includes('"events.rds.amazonaws.com"')
    expect(lets(get(one(world, 'AWS::SNS::TopicPolicy'), 'PolicyDocument'))).toBe(true)
    expect(lets(get(one(world, 'AWS::KMS::Key'), 'KeyPolicy'))).toBe(true)
  },
  breaks: (world) => set(one(world, 'AWS::RDS::EventSubscription'), 'EventCategories', ['maintenance']),
})

/** Ports that the world, a network or another group may reach, by security group. */
export const portsOf = (world: World): { group: Item; port: number; cidr: string | undefined }[] =>
  all(world, 'AWS::EC2::SecurityGroup').flatMap((group) => {
    const own = all(world, 'AWS::EC2::SecurityGroupIngress').filter((it) => group.is(get(it, 'GroupId')))
    return [...list(group, 'SecurityGroupIngress'), ...own.map(({ properties }) => properties)].map((rule) => {
      const [from, to] = [Number(get(rule, 'FromPort')), Number(get(rule, 'ToPort'))]
      const cidr = get(rule, 'CidrIp')
      return { group, port: from === to ? from : Number.NaN, cidr: typeof cidr === 'string' ? cidr : undefined }
    })
  })

/** Alarms on a metric, whether on it alone or on the worst of several members. */
export const alarmsOn = (world: World, namespace: string, metric: string): Item[] =>
  all(world, 'AWS::CloudWatch::Alarm').filter(({ properties }) =>
    [properties, ...list(properties, 'Metrics').map((it) => get(it, 'MetricStat.Metric'))].some(
      (it) => get(it, 'Namespace') === namespace && get(it, 'MetricName') === metric,
    ),
  )
