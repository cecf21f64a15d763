// Databases in whole stacks: what stays of them, and in which order they go.
import { CreateStackCommand, DeleteStackCommand } from '@aws-sdk/client-cloudformation'
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api'
import { describe, expect, test } from 'vitest'
import { simulatedAccount } from './account.ts'
import { putSecret } from './resources/secrets.ts'

type Resources = Record<string, { Type: string; [part: string]: unknown }>

const network: Resources = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
  ...Object.fromEntries(
    [0, 1, 2].map((index) => [
      `Subnet${index}`,
      {
        Type: 'AWS::EC2::Subnet',
        Properties: {
          VpcId: { Ref: 'Vpc' },
          CidrBlock: `10.0.${index * 16}.0/20`,
          AvailabilityZone: { 'Fn::Select': [index, { 'Fn::GetAZs': '' }] },
        },
      },
    ]),
  ),
  Subnets: {
    Type: 'AWS::RDS::DBSubnetGroup',
    Properties: {
      DBSubnetGroupName: 'app',
      DBSubnetGroupDescription: 'test',
      SubnetIds: [{ Ref: 'Subnet0' }, { Ref: 'Subnet1' }, { Ref: 'Subnet2' }],
    },
  },
}

const aurora = (name: string, more: object = {}): Resources => ({
  Cluster: {
    Type: 'AWS::RDS::DBCluster',
    DeletionPolicy: 'Delete',
    Properties: {
      DBClusterIdentifier: name,
      Engine: 'aurora-mysql',
      EngineVersion: '8.0.mysql_aurora.3.10.1',
      DBSubnetGroupName: { Ref: 'Subnets' },
      ...more,
    },
  },
  Instance: {
    Type: 'AWS::RDS::DBInstance',
    DeletionPolicy: 'Delete',
    Properties: {
      DBInstanceIdentifier: `${name}-1`,
      DBClusterIdentifier: { Ref: 'Cluster' },
      Engine: 'aurora-mysql',
      DBInstanceClass: 'db.r6g.large',
    },
  },
})

const credentials = {
  MasterUsername: '{{resolve:secretsmanager:database:SecretString:username}}',
  MasterUserPassword: '{{resolve:secretsmanager:database:SecretString:password}}',
}

function withSecret(value: unknown = { username: 'application', password: 'not-a-real-password' }) {
  const account = simulatedAccount()
  account.simulator.change((cloud) => putSecret(cloud, 'us-east-1', 'database', value))
  const create = async (StackName: string, Resources: Resources, region = 'us-east-1') => {
    const TemplateBody = JSON.stringify({ Resources: { ...network, ...Resources } })
    const Tags = [{ Key: 'System', Value: 'app' }]
    const { StackId } = await account
      .client(region)
      .send(new CreateStackCommand({ StackName, TemplateBody, Tags, OnFailure: 'DELETE' }))
    return { id: StackId ?? '', stack: await account.settled(StackId ?? '', region) }
  }
  const remove = async (id: string, region = 'us-east-1') => {
    await account.client(region).send(new DeleteStackCommand({ StackName: id }))
    return (await account.settled(id, region)).StackStatus
  }
  const of = (type: string) => Object.values(account.simulator.inspect().resources).filter((one) => one.type === type)
  return { ...account, create, remove, of }
}

describe('a secret that is not as the template needs it', () => {
  test.each([
    ['plain', 'Could not parse SecretString JSON'],
    [{ username: 'application' }, 'Could not find a value associated with JSONKey in SecretString'],
  ])('%j stops the database with the words of CloudFormation', async (value, reason) => {
    const { create, story } = withSecret(value)
    const { id, stack } = await create('app', aurora('app', credentials))
    expect(stack.StackStatus).toBe('DELETE_COMPLETE')
    expect(await story(id)).toContainEqual(`Cluster CREATE_FAILED: ${reason}`)
  })
})

describe('what stays of a database', () => {
  const alone = (policy: object, more: object = {}): Resources => ({
    Database: {
      Type: 'AWS::RDS::DBInstance',
      ...policy,
      Properties: {
        DBInstanceIdentifier: 'app',
        Engine: 'postgres',
        EngineVersion: '17.9',
        DBInstanceClass: 'db.t4g.small',
        AllocatedStorage: '20',
        DBSubnetGroupName: { Ref: 'Subnets' },
        ...credentials,
        ...more,
      },
    },
  })

  test.each([
    ['nothing is said', {}, 1],
    ['a snapshot is asked for', { DeletionPolicy: 'Snapshot' }, 1],
    ['it is to be deleted', { DeletionPolicy: 'Delete' }, 0],
  ])('when %s', async (_, policy, count) => {
    const { create, remove, of } = withSecret()
    const { id } = await create('app', alone(policy))
    expect(await remove(id)).toBe('DELETE_COMPLETE')
    expect(of('AWS::RDS::DBInstance')).toEqual([])
    expect(of('AWS::RDS::DBSnapshot')).toHaveLength(count)
  })

  test('a snapshot is found by its tags where the database copies them', async () => {
    const { create, remove, simulator } = withSecret()
    const { id } = await create('app', alone({}, { CopyTagsToSnapshot: true }))
    await remove(id)
    const tagging = new ResourceGroupsTaggingAPIClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
    })
    simulator.plug(tagging)
    const { ResourceTagMappingList } = await tagging.send(
      new GetResourcesCommand({ TagFilters: [{ Key: 'System', Values: ['app'] }] }),
    )
    // What was deleted is listed for a while too.
    const arns = ResourceTagMappingList?.map(({ ResourceARN = '' }) => ResourceARN)
    expect(arns?.filter((arn) => arn.includes(':snapshot:'))).toEqual([
      expect.stringMatching(/^arn:aws:rds:us-east-1:000000000000:snapshot:app-snapshot-database-/),
    ])
  })

  test('a log group that goes before its writer comes back, and stops the next deployment', async () => {
    const { create, remove, story } = withSecret()
    const LogGroupName = '/aws/rds/instance/app/postgresql'
    const careless: Resources = {
      ...alone({ DeletionPolicy: 'Delete' }, { EnableCloudwatchLogsExports: ['postgresql'] }),
      Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName } },
    }
    const first = await create('app', careless)
    expect(first.stack.StackStatus).toBe('CREATE_COMPLETE')
    await remove(first.id)
    const second = await create('app', careless)
    expect(second.stack.StackStatus).toBe('DELETE_COMPLETE')
    expect((await story(second.id)).join('\n')).toContain(
      `"/properties/LogGroupName":"${LogGroupName}"}' already exists`,
    )
  })
})

describe('a global database in two regions (PAY)', () => {
  const primary: Resources = {
    ...aurora('primary', credentials),
    Global: {
      Type: 'AWS::RDS::GlobalCluster',
      Properties: { GlobalClusterIdentifier: 'global', SourceDBClusterIdentifier: { Ref: 'Cluster' } },
    },
  }
  const failover = aurora('failover', { GlobalClusterIdentifier: 'global' })

  test('goes follower first; the other way round the primary stays, and says why', async () => {
    const { create, remove, story, of } = withSecret()
    const one = await create('app', primary)
    const two = await create('app', failover, 'us-west-2')
    expect([one.stack.StackStatus, two.stack.StackStatus]).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE'])
    expect(await remove(one.id)).toBe('DELETE_FAILED')
    const said = (await story(one.id)).join('\n')
    expect(said).toContain(
      'Instance DELETE_FAILED: Resource handler returned message: "Cannot delete the last instance',
    )
    expect(said).toContain('global-cluster:global is not empty')
    expect(await remove(two.id, 'us-west-2')).toBe('DELETE_COMPLETE')
    expect(await remove(one.id)).toBe('DELETE_COMPLETE')
    expect(['DBCluster', 'DBInstance', 'GlobalCluster'].flatMap((name) => of(`AWS::RDS::${name}`))).toEqual([])
  })

  test('the follower fails when the global database is not there, and leaves nothing', async () => {
    const { create, of } = withSecret()
    const { stack } = await create('app', failover, 'us-west-2')
    expect(stack.StackStatus).toBe('DELETE_COMPLETE')
    expect(of('AWS::RDS::DBCluster')).toEqual([])
  })
})
