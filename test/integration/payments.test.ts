// End to end on a deployed payments system; run after `dr deploy`, on the simulator or on AWS.
import { expect } from 'vitest'
import { pair, sides } from './pair.ts'

// Data planes are not simulated: only AWS can answer a request, copy an event or follow a database.
const { rule, onAws, get, aws } = await pair('payments')

rule('COMMON-09 both secrets are there with a replica in the failover region, and no stack made them', async () => {
  const secrets = await aws.secrets(get('PrimaryRegion'))
  for (const what of ['database', 'api-keys']) {
    const secret = await secrets.describe(`dr/payments/${get('EnvironmentSuffix')}/${what}`)
    expect(Object.keys(secret?.replicas ?? {}), what).toContain(get('FailoverRegion'))
    expect(Object.keys(secret?.tags ?? {}).filter((key) => key.startsWith('aws:cloudformation:'))).toEqual([])
  }
})

rule('COMMON-19 the log of each function has its group', async () => {
  for (const side of sides) {
    const logs = await aws.logs(get(`${side}Region`))
    expect(await logs.groups(get(`${side}LogGroupName`)), side).toEqual([get(`${side}LogGroupName`)])
  }
})

rule('COMMON-14 names that clients use are the same in both regions', () => {
  for (const name of ['FunctionName', 'EventBusName', 'SessionTableName', 'ParameterPrefix', 'BackupVaultName'])
    expect(get(`Failover${name}`), name).toBe(get(`Primary${name}`))
})

onAws('COMMON-14 both APIs live, and only the primary accepts commits', async () => {
  for (const side of sides) expect((await fetch(`https://${get(`${side}ApiHost`)}/health`)).status, side).toBe(200)
  expect((await fetch(`https://${get('PrimaryApiHost')}/ready`)).status).toBe(200)
  expect((await fetch(`https://${get('FailoverApiHost')}/ready`)).status).toBe(503)
})

onAws('COMMON-14 a stranger cannot pay', async () => {
  for (const side of sides) {
    const answer = await fetch(`https://${get(`${side}ApiHost`)}/payments`, { method: 'POST', body: '{}' })
    expect(answer.status, side).toBe(403)
  }
})

onAws('PAY-04 the global database has one writer, in the primary region, and a follower that keeps up', async () => {
  const { DescribeGlobalClustersCommand, RDSClient } = await import('@aws-sdk/client-rds')
  const client = new RDSClient({ region: get('PrimaryRegion') })
  const GlobalClusterIdentifier = get('GlobalClusterIdentifier')
  const { GlobalClusters: [found] = [] } = await client.send(
    new DescribeGlobalClustersCommand({ GlobalClusterIdentifier }),
  )
  const members = found?.GlobalClusterMembers ?? []
  expect(members.filter(({ IsWriter }) => IsWriter).map(({ DBClusterArn }) => DBClusterArn)).toEqual([
    get('PrimaryClusterArn'),
  ])
  const follower = members.find(({ IsWriter }) => !IsWriter)
  expect(follower).toMatchObject({ DBClusterArn: get('FailoverClusterArn'), SynchronizationStatus: 'connected' })
})

onAws('PAY-05 a session written in the primary region is readable in the other', async () => {
  const { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } = await import('@aws-sdk/client-dynamodb')
  const at = (side: (typeof sides)[number]) => new DynamoDBClient({ region: get(`${side}Region`) })
  const TableName = get('PrimarySessionTableName')
  const Key = { id: { S: `integration-test-${Date.now()}` } }
  const expiresAt = { N: String(Math.floor(Date.now() / 1000) + 3600) }
  await at('Primary').send(new PutItemCommand({ TableName, Item: { ...Key, expiresAt } }))
  await expect
    .poll(async () => (await at('Failover').send(new GetItemCommand({ TableName, Key }))).Item?.['id'], {
      timeout: 60_000,
      interval: 1000,
    })
    .toEqual(Key.id)
  await at('Primary').send(new DeleteItemCommand({ TableName, Key }))
})

onAws('PAY-12 PAY-24 parameters have the same names in both regions, and API keys are secure strings', async () => {
  const { GetParametersByPathCommand, SSMClient } = await import('@aws-sdk/client-ssm')
  const read = async (side: (typeof sides)[number]) => {
    const client = new SSMClient({ region: get(`${side}Region`) })
    const { Parameters = [] } = await client.send(
      new GetParametersByPathCommand({ Path: get(`${side}ParameterPrefix`), Recursive: true }),
    )
    return Object.fromEntries(Parameters.map(({ Name, Type }) => [Name, Type]))
  }
  const primary = await read('Primary')
  expect(primary[`${get('PrimaryParameterPrefix')}/api-keys`]).toBe('SecureString')
  expect(await read('Failover')).toEqual(primary)
})
