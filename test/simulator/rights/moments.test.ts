// A right is asked at the moment of the act: whoever lacks it cannot make the resource, or is not served.
import { beforeAll, describe, expect, test } from 'vitest'
import {
  BackupClient,
  DescribeBackupJobCommand,
  DescribeCopyJobCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
} from '@aws-sdk/client-backup'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { list, record, text, texts } from '../../../src/simulator/existing.ts'
import { ask } from '../../../src/simulator/endpoints.ts'
import { take } from '../../../src/simulator/data/buses.ts'
import { answers } from '../../../src/simulator/services/index.ts'
import { kindOf } from '../../../src/simulator/resources/lifecycle.ts'
import { roleName } from '../../../src/simulator/resources/iam.ts'
import type { Cloud, Resource } from '../../../src/simulator/state.ts'
import { client } from '../services/clients.ts'
import { systems, withEverything } from './deployed.ts'
import { usesOf, type Use } from './uses.ts'
import { withPolicies } from './without.ts'

const deployed: Record<string, Cloud> = {}
beforeAll(async () => {
  for (const system of systems) deployed[system] = await withEverything(system)
}, 300_000)
const cloudOf = (system: string): Cloud => deployed[system] ?? expect.unreachable(system)

/** The account in which the role of a use lacks its action. */
function without(cloud: Cloud, { role, action }: Pick<Use, 'role' | 'action'>): Cloud {
  const name = roleName(role)
  const found = Object.values(cloud.resources).find((one) => one.physicalId === name) ?? expect.unreachable(name)
  const Policies = list(structuredClone(found.properties.Policies))
  for (const policy of Policies)
    for (const statement of list(record(policy.PolicyDocument).Statement))
      statement.Action = texts(statement.Action).filter((one) => one !== action)
  return withPolicies(cloud, name, Policies)
}

/** Makes a resource once more where it is. */
const make = (cloud: Cloud, { type, region, properties, stackId = '', tags }: Resource): void => {
  const stack = cloud.stacks[stackId] ?? expect.unreachable(stackId)
  const logicalId = tags['aws:cloudformation:logical-id'] ?? ''
  kindOf(type).requires?.(properties, { cloud, region, stack, logicalId, tags })
}

/** Acts that the making of a resource waits for, by its type. */
const atCreation: Record<string, RegExp> = {
  'AWS::Backup::BackupSelection': /make a selection/,
  'AWS::Logs::Destination': /./,
  'AWS::Events::Endpoint': /./,
  'AWS::StepFunctions::StateMachine': /deliver logs/,
  'AWS::ECS::Service': /./,
  'AWS::Lambda::Function': /join a network/,
  'AWS::Lambda::EventSourceMapping': /./,
  'Custom::VaultEmptier': /./,
  'Custom::ReaderRemover': /./,
  'Custom::SecureParameter': /./,
}

/** The uses of a resource that its making waits for; a service starts the tasks of its definition. */
function asked(cloud: Cloud, one: Resource): Use[] {
  const named = text(one.properties.TaskDefinition)
  const acting = named === '' ? one : Object.values(cloud.resources).find(({ physicalId }) => physicalId === named)
  return acting ? usesOf(cloud, acting).filter(({ act }) => atCreation[one.type]?.test(act)) : []
}

describe.each(systems)('in %s', (system) => {
  test('nothing is made whose role lacks a right that is tried then', () => {
    const cloud = cloudOf(system)
    const made = Object.values(cloud.resources).filter(({ type }) => atCreation[type])
    const passed = made.flatMap((one) => {
      make(cloud, one)
      return asked(cloud, one).filter((use) => {
        try {
          make(without(cloud, use), one)
          return true
        } catch {
          return false
        }
      })
    })
    expect(made.flatMap((one) => asked(cloud, one)).length).toBeGreaterThan(0)
    expect(passed.map(({ role, act, action }) => `${roleName(role)}: ${act}: ${action}`)).toEqual([])
  })
})

const functionIn = (cloud: Cloud, name: RegExp): Resource =>
  Object.values(cloud.resources).find(
    ({ type, physicalId }) => type === 'AWS::Lambda::Function' && name.test(physicalId),
  ) ?? expect.unreachable(String(name))

describe('a processor without', () => {
  const ready = (cloud: Cloud, one: Resource): number | undefined => {
    const api = Object.values(cloud.resources).find(
      ({ type, region }) => type === 'AWS::ApiGatewayV2::Api' && region === one.region,
    )
    const host = text(api?.attributes.ApiEndpoint).replace('https://', '')
    return ask({ cloud, faults: [] }, host, '/ready')?.statusCode
  }
  test.each([
    ['transactions', 'dynamodb:PutItem'],
    ['transactions', 's3:PutObject'],
    ['transactions', 'kms:Decrypt'],
    ['payments', 'rds-data:ExecuteStatement'],
    ['payments', 'secretsmanager:GetSecretValue'],
    ['payments', 'ssm:GetParameter'],
    ['payments', 'events:PutEvents'],
  ])('a right of %s, %s, is not ready', (system, action) => {
    const cloud = cloudOf(system)
    const one = functionIn(cloud, /processor/)
    expect(ready(cloud, one)).toBe(200)
    expect(ready(without(cloud, { role: text(one.properties.Role), action }), one)).toBe(503)
  })
})

describe('a probe without', () => {
  const invoke = async (cloud: Cloud, one: Resource) => {
    const lambda = client(LambdaClient, structuredClone(cloud), answers, one.region)
    const Payload = new TextEncoder().encode(
      JSON.stringify({ action: 'read', store: 'files', drill: 'd', writer: 'w' }),
    )
    const { FunctionError, Payload: said } = await lambda.send(
      new InvokeCommand({ FunctionName: one.physicalId, Payload }),
    )
    return FunctionError === undefined ? 'read' : new TextDecoder().decode(said)
  }
  test.each([
    [
      'elasticfilesystem:ClientMount',
      /EFSMountFailureException|not authorized to perform: elasticfilesystem:ClientMount/,
    ],
    ['elasticfilesystem:ClientWrite', /not authorized to perform: elasticfilesystem:ClientWrite/],
    ['kms:Decrypt', /unable to decrypt the environment variables because KMS access was denied/],
    ['secretsmanager:GetSecretValue', /not authorized to perform: secretsmanager:GetSecretValue/],
  ])('%s writes and reads nothing', async (action, said) => {
    const cloud = cloudOf('citizen')
    const one = functionIn(cloud, /probe/)
    expect(await invoke(cloud, one)).toBe('read')
    const less = without(cloud, { role: text(one.properties.Role), action })
    const answer = await invoke(less, one).catch((error: unknown) => String(error))
    expect(answer).toMatch(said)
  })
})

test('a bus whose role may not put events keeps them, and tells nobody', () => {
  const cloud = structuredClone(cloudOf('payments'))
  const bus = cloud.resources['us-east-1|AWS::Events::EventBus|payments-events-pr123'] ?? expect.unreachable('bus')
  const event = {
    id: '1',
    source: 'dr.probe',
    'detail-type': 'probe',
    account: '000000000000',
    region: 'us-east-1',
    time: '2026-01-01T00:00:00Z',
    resources: [],
    detail: { critical: true },
  }
  const arrived = (one: Cloud): number => one.logs?.['us-west-2|/dr/payments-arrived-events-pr123']?.length ?? 0
  const role = 'arn:aws:iam::000000000000:role/dr/payments-copy-events-us-east-1-pr123'
  const mute = structuredClone(without(cloud, { role, action: 'events:PutEvents' }))
  take(mute, bus, event, mute.now)
  expect(arrived(mute)).toBe(0)
  take(cloud, bus, event, cloud.now)
  expect(arrived(cloud)).toBe(1)
})

describe('a backup', () => {
  const vault = 'payments-pr123'
  const IamRoleArn = 'arn:aws:iam::000000000000:role/dr/payments-backup-us-east-1-pr123'
  const sources = [
    'arn:aws:rds:us-east-1:000000000000:cluster:payments-primary-pr123',
    'arn:aws:dynamodb:us-east-1:000000000000:table/payments-sessions-pr123',
  ]
  /** Backs up and copies; gives how both jobs went. */
  async function backUp(cloud: Cloud, ResourceArn: string) {
    const backup = client(BackupClient, structuredClone(cloud), answers, 'us-east-1')
    const started = new StartBackupJobCommand({ BackupVaultName: vault, ResourceArn, IamRoleArn })
    const { BackupJobId, RecoveryPointArn } = await backup.send(started)
    const made = await backup.send(new DescribeBackupJobCommand({ BackupJobId }))
    if (made.State === 'FAILED') return { state: 'not made', why: made.StatusMessage }
    const DestinationBackupVaultArn = `arn:aws:backup:us-west-2:000000000000:backup-vault:${vault}`
    const copy = { SourceBackupVaultName: vault, RecoveryPointArn, DestinationBackupVaultArn, IamRoleArn }
    const { CopyJobId } = await backup.send(new StartCopyJobCommand(copy))
    const { CopyJob } = await backup.send(new DescribeCopyJobCommand({ CopyJobId }))
    return { state: CopyJob?.State === 'FAILED' ? 'not copied' : 'copied', why: CopyJob?.StatusMessage }
  }

  test.each(sources)('of %s is made and copied', async (source) => {
    expect(await backUp(cloudOf('payments'), source)).toEqual({ state: 'copied', why: undefined })
  })

  test.each(sources)('of %s fails without any of the rights that its jobs use', async (source) => {
    const cloud = cloudOf('payments')
    const selection = Object.values(cloud.resources).find(({ type }) => type === 'AWS::Backup::BackupSelection')
    const service = source.includes(':rds:') ? /^(rds|backup|kms):/ : /^(dynamodb|backup|kms):/
    const used = usesOf(cloud, selection ?? expect.unreachable('selection')).filter(
      ({ act, action }) => /: (back up|copy)$/.test(act) && service.test(action),
    )
    const own = new Set(used.map(({ action }) => action))
    if (source.includes(':rds:'))
      for (const other of ['backup:TagResource', 'kms:Decrypt', 'kms:GenerateDataKey']) own.delete(other)
    expect(own.size).toBeGreaterThan(8)
    for (const action of own) {
      const { state, why } = await backUp(without(cloud, { role: IamRoleArn, action }), source)
      expect(state, action).toMatch(/^not (made|copied)$/)
      expect(why).toContain(`is not authorized to perform: ${action}`)
    }
  })
})
