// What every system with one region is asked after a deploy, from its outputs file alone.
import { expect } from 'vitest'
import { stackSetName } from '../../src/lib/core/names.ts'
import { deployed, type Deployed } from './deployed.ts'

/** The deployed system, and the rules that hold for any system with one region. */
export async function standing(system: string, stages: string[]): Promise<Deployed> {
  const found = await deployed(system)
  const { rule, onAws, get, aws, claimed } = found
  const instances = async () => {
    const sets = stages.map((stage) => stackSetName(system, stage, get('EnvironmentSuffix')))
    return (await Promise.all(sets.map((set) => aws.stackSets(get('PrimaryRegion')).instances(set)))).flat()
  }

  rule('COMMON-14 every stage is current in its region', async () => {
    const seen = await instances()
    expect(seen.map(({ region, status }) => [region, status])).toEqual(
      stages.map(() => [get('PrimaryRegion'), 'CURRENT']),
    )
  })

  rule('COMMON-14 the stacks still say what the file says', async () => {
    const seen: Record<string, string> = {}
    for (const { region, stackId } of await instances())
      Object.assign(seen, (await aws.stacks(region).describe(stackId ?? ''))?.outputs)
    for (const [key, value] of claimed(10)) expect(seen[key], key).toBe(value)
  })

  rule('COMMON-14 the resources carry the tag of the environment', async () => {
    const tags = await aws.tags(get('PrimaryRegion'))
    const tagged = await tags.resources({ EnvironmentSuffix: get('EnvironmentSuffix'), System: system })
    const arns = tagged.map(({ arn }) => arn)
    for (const key of ['KeyArn', 'AlertTopicArn']) expect(arns, key).toContain(get(key))
    expect(arns.some((arn) => arn.endsWith(`:function:${get('RotationFunctionName')}`))).toBe(true)
  })

  rule('COMMON-19 the log of the database has its group', async () => {
    const logs = await aws.logs(get('PrimaryRegion'))
    expect(await logs.groups(get('DatabaseLogGroup'))).toEqual([get('DatabaseLogGroup')])
  })

  rule('COMMON-09 the secret of the database is there, and no stack made it', async () => {
    const secret = await (await aws.secrets(get('PrimaryRegion'))).describe(get('DatabaseSecretName'))
    expect(secret).toMatchObject({ name: get('DatabaseSecretName') })
    expect(Object.keys(secret?.tags ?? {}).filter((key) => key.startsWith('aws:cloudformation:'))).toEqual([])
  })

  onAws('the password of the database changes every 30 days', async () => {
    const { DescribeSecretCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
    const client = new SecretsManagerClient({ region: get('PrimaryRegion') })
    const secret = await client.send(new DescribeSecretCommand({ SecretId: get('DatabaseSecretName') }))
    expect(secret).toMatchObject({ RotationEnabled: true, RotationRules: { AutomaticallyAfterDays: 30 } })
    expect(secret.RotationLambdaARN).toContain(`:function:${get('RotationFunctionName')}`)
  })

  onAws('the settings by which the database refuses plain text are in effect', async () => {
    const { DescribeDBInstancesCommand, RDSClient } = await import('@aws-sdk/client-rds')
    const client = new RDSClient({ region: get('PrimaryRegion') })
    const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({}))
    const members = DBInstances.filter(({ DBInstanceIdentifier: id, DBClusterIdentifier: cluster }) =>
      [id, cluster].includes(get('DatabaseIdentifier')),
    )
    expect(members).not.toEqual([])
    for (const { DBParameterGroups = [], PubliclyAccessible, StorageEncrypted, KmsKeyId } of members) {
      for (const group of DBParameterGroups) expect(group.ParameterApplyStatus).toBe('in-sync')
      expect({ PubliclyAccessible, StorageEncrypted, KmsKeyId }).toEqual({
        PubliclyAccessible: false,
        StorageEncrypted: true,
        KmsKeyId: get('KeyArn'),
      })
    }
  })

  return found
}
