import { describe, expect, test } from 'vitest'

import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { aurora, instance, withDatabaseNetwork } from './databases.ts'
import { cloudAtStart, region, roleFor } from './region.ts'
import { putSecret } from './secrets.ts'

const [instanceType, attachmentType, scheduleType] = [
  'AWS::RDS::DBInstance',
  'AWS::SecretsManager::SecretTargetAttachment',
  'AWS::SecretsManager::RotationSchedule',
]
const name = 'dr/citizen/pr1/database'
const ref = (key: string): string => `{{resolve:secretsmanager:${name}:SecretString:${key}}}`
const credentials = { username: 'application', password: 'not-a-real-password' }

const withSecret = (value: unknown = credentials) => {
  const cloud = cloudAtStart()
  const here = withDatabaseNetwork(cloud, 'eu-central-2')
  const secret = putSecret(cloud, 'eu-central-2', name, value)
  const database = instance(here, { MasterUsername: ref('username'), MasterUserPassword: ref('password') })
  return { ...here, secret, database }
}

describe('dynamic references (CIT, REC)', () => {
  test('are resolved when the resource is made, and kept as they are', () => {
    const here = withSecret()
    here.make('Database', instanceType, here.database)
    expect(JSON.stringify(here.cloud.resources)).not.toContain(credentials.password)
    expect(here.cloud.resources[`eu-central-2|${instanceType}|citizen-pr1`]?.properties).toMatchObject({
      MasterUserPassword: ref('password'),
    })
  })

  test('the value counts: RDS refuses a short password from a secret', () => {
    const here = withSecret({ ...credentials, password: 'short' })
    expect(() => here.make('Database', instanceType, here.database)).toThrow('shorter than 8 characters')
  })

  test('a new value alone changes nothing; another change of the resource brings it', () => {
    const here = withSecret()
    here.make('Database', instanceType, here.database)
    here.secret.value = JSON.stringify({ ...credentials, password: 'short' })
    expect(here.change('Database', here.database)).toBe('same')
    expect(() => here.change('Database', { ...here.database, BackupRetentionPeriod: 8 })).toThrow('shorter than 8')
  })

  test('a secret that is missing, or waits for its deletion, fails in the words of Secrets Manager', () => {
    const here = withSecret()
    here.secret.deletion = { at: here.cloud.now, goneAt: here.cloud.now + 1000 }
    expect(() => here.make('Database', instanceType, here.database)).toThrow('because it was marked for deletion.')
    here.cloud.secrets = {}
    expect(() => here.make('Database', instanceType, here.database)).toThrow(
      /^Secrets Manager can't find the specified secret\. \(Service: AWSSecretsManager; Status Code: 400; Error Code: ResourceNotFoundException;/,
    )
    expect(here.cloud.resources[`eu-central-2|${instanceType}|citizen-pr1`]).toBeUndefined()
  })

  test.each([
    ['a key that is missing', { username: 'application' }, 'Could not find a value associated with JSONKey'],
    ['a value that is no text', { ...credentials, password: true }, 'Could not find a value associated with JSONKey'],
    ['a secret that is no JSON', 'plain', 'Could not parse SecretString JSON'],
  ])('%s fails', (_, value, message) => {
    const here = withSecret(value)
    expect(() => here.make('Database', instanceType, here.database)).toThrow(message)
  })

  test('the whole text, an ARN and the current stage can be named; nothing else', () => {
    const here = withSecret()
    const topic = (what: string): Properties => ({ TopicName: 'topic', DisplayName: `{{resolve:${what}}}` })
    const made = (what: string): void => {
      here.make('Topic', 'AWS::SNS::Topic', topic(what))
      here.drop('Topic')
    }
    expect(() => made(`secretsmanager:${name}`)).not.toThrow()
    expect(() => made(`secretsmanager:${here.secret.arn}:SecretString:username:AWSCURRENT`)).not.toThrow()
    expect(() => made(`secretsmanager:${name}:SecretString:username:AWSPENDING`)).toThrow('current version of secrets')
    expect(() => made(`secretsmanager:${name}:SecretBinary:username`)).toThrow('Incorrect format is used')
    expect(() => made('ssm:/parameter')).toThrow('does not resolve')
  })

  test('a replica answers in its region', () => {
    const cloud = cloudAtStart()
    putSecret(cloud, 'us-east-1', name, credentials, 'us-west-2')
    const topic = { TopicName: 'topic', DisplayName: ref('username') }
    expect(() => region(cloud, 'us-west-2').make('Topic', 'AWS::SNS::Topic', topic)).not.toThrow()
    expect(() => region(cloud, 'eu-west-1').make('Topic', 'AWS::SNS::Topic', topic)).toThrow("can't find the specified")
  })

  test('a custom resource gets the reference itself', () => {
    const here = withSecret()
    const role = roleFor('lambda.amazonaws.com', 'logs:PutLogEvents')
    here.make('Role', 'AWS::IAM::Role', role)
    here.make('Function', 'AWS::Lambda::Function', { FunctionName: 'f', Role: String(here.attributes('Role')['Arn']) })
    const ServiceToken = String(here.attributes('Function')['Arn'])
    const properties = { ServiceToken, Value: '{{resolve:secretsmanager:none:SecretString:x}}' }
    expect(() => here.make('Custom', 'Custom::Anything', properties)).not.toThrow()
  })
})

describe('a secret attached to a database', () => {
  const attachment = { SecretId: name, TargetType: instanceType, TargetId: 'citizen-pr1' }

  test('gets its address, and keeps user and password', () => {
    const here = withSecret()
    here.make('Database', instanceType, here.database)
    expect(here.make('Attachment', attachmentType, attachment)).toBe(here.secret.arn)
    expect(JSON.parse(here.secret.value)).toEqual({
      ...credentials,
      engine: 'postgres',
      host: here.attributes('Database')['Endpoint.Address'],
      port: 5432,
      dbname: 'citizen',
      dbInstanceIdentifier: 'citizen-pr1',
    })
    expect(here.drop('Attachment')).toBe('gone')
  })

  test('a cluster is named as one', () => {
    const here = withSecret()
    here.make('Cluster', 'AWS::RDS::DBCluster', aurora(here))
    const cluster = { ...attachment, TargetType: 'AWS::RDS::DBCluster', TargetId: 'payments-primary-pr1' }
    here.make('Attachment', attachmentType, cluster)
    expect(JSON.parse(here.secret.value)).toMatchObject({
      engine: 'mysql',
      dbClusterIdentifier: 'payments-primary-pr1',
    })
  })

  test('needs secret and database, and is made where the secret is', () => {
    const here = withSecret()
    expect(() => here.make('A', attachmentType, attachment)).toThrow('AWS::RDS::DBInstance citizen-pr1 does not exist.')
    expect(() => here.make('A', attachmentType, { ...attachment, SecretId: 'none' })).toThrow(
      "can't find the specified",
    )
    expect(() => here.make('A', attachmentType, { ...attachment, TargetType: 'X' })).toThrow('TargetType X is not')
    const there = region(here.cloud, 'us-east-1')
    here.secret.replicas['us-east-1'] = { readyAt: here.cloud.now }
    expect(() => there.make('A', attachmentType, attachment)).toThrow('Operation not permitted on a replica secret')
    here.make('Database', instanceType, here.database)
    here.secret.deletion = { at: here.cloud.now, goneAt: here.cloud.now + 1000 }
    expect(() => here.make('A', attachmentType, attachment)).toThrow('marked for deletion')
    delete here.secret.deletion
    here.secret.value = 'plain'
    expect(() => here.make('A', attachmentType, attachment)).toThrow('must hold a JSON object')
  })
})

describe('rotation (COMMON-15)', () => {
  function withRotation() {
    const here = withSecret()
    here.make('Database', instanceType, here.database)
    here.make('Role', 'AWS::IAM::Role', roleFor('lambda.amazonaws.com', 'secretsmanager:GetSecretValue'))
    here.make('Function', 'AWS::Lambda::Function', { FunctionName: 'f', Role: String(here.attributes('Role')['Arn']) })
    const allow = (): string =>
      here.make('Permission', 'AWS::Lambda::Permission', {
        FunctionName: 'f',
        Action: 'lambda:InvokeFunction',
        Principal: 'secretsmanager.amazonaws.com',
      })
    const attach = (): string =>
      here.make('Attachment', attachmentType, { SecretId: name, TargetType: instanceType, TargetId: 'citizen-pr1' })
    const RotationLambdaARN = String(here.attributes('Function')['Arn'])
    const schedule = { SecretId: name, RotationLambdaARN, RotationRules: { AutomaticallyAfterDays: 30 } }
    return { ...here, allow, attach, schedule }
  }

  test('a schedule is on the secret as long as it is there', () => {
    const here = withRotation()
    here.allow()
    here.attach()
    expect(here.make('Schedule', scheduleType, here.schedule)).toBe(here.secret.arn)
    expect(here.secret.rotation).toEqual({ functionArn: here.schedule.RotationLambdaARN, afterDays: 30 })
    here.drop('Schedule')
    expect(here.secret.rotation).toBeUndefined()
  })

  test('it needs the permission first, and the attachment', () => {
    const here = withRotation()
    const make = () => here.make('Schedule', scheduleType, here.schedule)
    expect(make).toThrow('Secrets Manager cannot invoke the specified Lambda function.')
    here.allow()
    expect(make).toThrow('simulator rule: the secret is attached to no database')
    here.attach()
    expect(make).not.toThrow()
  })

  test('it needs a function of its region and one rule about when', () => {
    const here = withRotation()
    here.allow()
    here.attach()
    const lost = { ...here.schedule, RotationLambdaARN: here.schedule.RotationLambdaARN.replace(/f$/, 'none') }
    expect(() => here.make('Schedule', scheduleType, lost)).toThrow('does not exist')
    const rules = (more: Properties) => ({ ...here.schedule, RotationRules: { AutomaticallyAfterDays: 30, ...more } })
    const both = rules({ ScheduleExpression: 'rate(1 day)' })
    expect(() => here.make('Schedule', scheduleType, both)).toThrow("can't specify both")
    expect(() => here.make('Schedule', scheduleType, rules({ AutomaticallyAfterDays: 0 }))).toThrow('from 1 to 1000')
  })
})
