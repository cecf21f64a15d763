import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
  StopReplicationToReplicaCommand,
} from '@aws-sdk/client-secrets-manager'
import { expect, test } from 'vitest'

import { answers } from '../../../src/simulator/services/secretsmanager.ts'
import { cloudAtStart } from '../resources/region.ts'
import { client } from './clients.ts'
import { secretOf, secretValue } from '../../../src/simulator/secrets.ts'

const id = 'dr/records/pr123/database'
const ClientRequestToken = '0d9f1c1e-0000-4000-8000-000000000001'
const setUp = () => {
  const cloud = cloudAtStart()
  return {
    cloud,
    east: client(SecretsManagerClient, cloud, answers, 'us-east-1'),
    west: client(SecretsManagerClient, cloud, answers, 'us-west-2'),
  }
}
const create = (more: object = {}): CreateSecretCommand =>
  new CreateSecretCommand({ Name: id, SecretString: '{"a":"b"}', ClientRequestToken, ...more })

test('a secret is made once; the same request again is the same secret, another one is refused', async () => {
  const { cloud, east, west } = setUp()
  const { ARN } = await east.send(create())
  expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:dr\/records\/pr123\/database-\w{6}$/)
  expect((await east.send(create())).ARN).toBe(ARN)
  await expect(east.send(create({ SecretString: '{}' }))).rejects.toBeInstanceOf(ResourceExistsException)
  await expect(east.send(create({ ClientRequestToken: `${ClientRequestToken.slice(0, -1)}2` }))).rejects.toBeInstanceOf(
    ResourceExistsException,
  )
  expect((await east.send(new GetSecretValueCommand({ SecretId: ARN }))).SecretString).toBe('{"a":"b"}')
  await expect(west.send(new DescribeSecretCommand({ SecretId: id }))).rejects.toBeInstanceOf(ResourceNotFoundException)
  expect(secretValue(cloud, 'us-east-1', id)).toBe('{"a":"b"}')
  expect(secretValue(cloud, 'us-west-2', id)).toBeUndefined()
})

test('a replica is there after a while, reads the same, and can be changed only where the secret was made', async () => {
  const { cloud, east, west } = setUp()
  const { ReplicationStatus } = await east.send(create({ AddReplicaRegions: [{ Region: 'us-west-2' }] }))
  expect(ReplicationStatus?.[0]).toMatchObject({ Region: 'us-west-2', Status: 'InProgress' })
  expect(secretOf(cloud, 'us-west-2', id)).toBeUndefined()
  cloud.now += 10_000
  const seen = await west.send(new DescribeSecretCommand({ SecretId: id }))
  expect(seen).toMatchObject({ PrimaryRegion: 'us-east-1', ReplicationStatus: [{ Status: 'InSync' }] })
  expect(seen.ARN).toMatch(/^arn:aws:secretsmanager:us-west-2:/)
  expect(secretValue(cloud, 'us-west-2', seen.ARN ?? '')).toBe('{"a":"b"}')
  await expect(west.send(new DeleteSecretCommand({ SecretId: id }))).rejects.toThrow(
    /not permitted on a replica secret/,
  )
  await expect(east.send(new DeleteSecretCommand({ SecretId: id }))).rejects.toThrow(
    /still has replica regions \[us-west-2\]/,
  )
  await east.send(new RemoveRegionsFromReplicationCommand({ SecretId: id, RemoveReplicaRegions: ['us-west-2'] }))
  await expect(west.send(new DescribeSecretCommand({ SecretId: id }))).rejects.toBeInstanceOf(ResourceNotFoundException)
})

test('a replica that is cut off is a secret of its own region, which its old home may overwrite again', async () => {
  const { cloud, east, west } = setUp()
  await east.send(create({ AddReplicaRegions: [{ Region: 'us-west-2' }] }))
  cloud.now += 10_000
  const cut = new StopReplicationToReplicaCommand({ SecretId: id })
  expect((await west.send(cut)).ARN).toMatch(/^arn:aws:secretsmanager:us-west-2:/)
  expect((await east.send(new DescribeSecretCommand({ SecretId: id }))).ReplicationStatus).toEqual([])
  expect(secretValue(cloud, 'us-west-2', id)).toBe('{"a":"b"}')
  expect((await west.send(new DescribeSecretCommand({ SecretId: id }))).PrimaryRegion).toBeUndefined()
  await expect(west.send(cut)).rejects.toBeInstanceOf(InvalidRequestException)
  const again = { SecretId: id, AddReplicaRegions: [{ Region: 'us-west-2' }], ForceOverwriteReplicaSecret: true }
  await east.send(new ReplicateSecretToRegionsCommand(again))
  cloud.now += 10_000
  expect((await west.send(new DescribeSecretCommand({ SecretId: id }))).PrimaryRegion).toBe('us-east-1')
})

test('a replica fails where another secret has its name', async () => {
  const { east, west } = setUp()
  await west.send(create())
  await east.send(create())
  await east.send(new ReplicateSecretToRegionsCommand({ SecretId: id, AddReplicaRegions: [{ Region: 'us-west-2' }] }))
  const { ReplicationStatus } = await east.send(new DescribeSecretCommand({ SecretId: id }))
  expect(ReplicationStatus).toMatchObject([{ Status: 'Failed' }])
})

test('a deleted secret cannot be read and keeps its name: for weeks, or for moments when forced', async () => {
  const { cloud, east } = setUp()
  await east.send(create())
  await east.send(new DeleteSecretCommand({ SecretId: id, RecoveryWindowInDays: 7 }))
  expect((await east.send(new DescribeSecretCommand({ SecretId: id }))).DeletedDate).toBeInstanceOf(Date)
  await expect(east.send(new GetSecretValueCommand({ SecretId: id }))).rejects.toBeInstanceOf(InvalidRequestException)
  await expect(east.send(create())).rejects.toThrow(/already scheduled for deletion/)
  expect(secretValue(cloud, 'us-east-1', id)).toBeUndefined()
  cloud.now += 6 * 86_400_000
  await expect(east.send(create())).rejects.toBeInstanceOf(InvalidRequestException)
  await east.send(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true }))
  await expect(east.send(create())).rejects.toBeInstanceOf(InvalidRequestException)
  cloud.now += 60_000
  await expect(east.send(new DescribeSecretCommand({ SecretId: id }))).rejects.toBeInstanceOf(ResourceNotFoundException)
  await east.send(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true }))
  await expect(east.send(new DeleteSecretCommand({ SecretId: id }))).rejects.toBeInstanceOf(ResourceNotFoundException)
  await expect(east.send(create())).resolves.toBeDefined()
  const both = new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true, RecoveryWindowInDays: 7 })
  await expect(east.send(both)).rejects.toBeInstanceOf(InvalidParameterException)
})
