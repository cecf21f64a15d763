// End to end on a deployed citizen data system; run after `dr deploy`, on the simulator or on AWS.
import { expect } from 'vitest'
import { standing } from './standalone.ts'

const { rule, onAws, get, aws } = await standing('citizen', ['data'])

rule('COMMON-14 the database and its standby have two zones of the region to be in', () => {
  const zones = [get('PrimaryZone'), get('StandbyZone')]
  expect(new Set(zones).size).toBe(2)
  for (const zone of zones) expect(zone.startsWith(get('PrimaryRegion'))).toBe(true)
})

rule('COMMON-14 the function that archives the log is there', async () => {
  const tags = await aws.tags(get('PrimaryRegion'))
  const tagged = await tags.resources({ EnvironmentSuffix: get('EnvironmentSuffix'), System: 'citizen' })
  expect(tagged.some(({ arn }) => arn.endsWith(`:function:${get('ArchiverFunctionName')}`))).toBe(true)
})

onAws('COMMON-14 writer and standby are in the two zones, and the last hour can be restored', async () => {
  const { DescribeDBInstancesCommand, RDSClient } = await import('@aws-sdk/client-rds')
  const client = new RDSClient({ region: get('PrimaryRegion') })
  const asked = new DescribeDBInstancesCommand({ DBInstanceIdentifier: get('DatabaseIdentifier') })
  const { DBInstances: [database] = [] } = await client.send(asked)
  expect(database).toMatchObject({ MultiAZ: true, IAMDatabaseAuthenticationEnabled: true })
  expect(new Set([database?.AvailabilityZone, database?.SecondaryAvailabilityZone])).toEqual(
    new Set([get('PrimaryZone'), get('StandbyZone')]),
  )
  expect(Date.now() - (database?.LatestRestorableTime?.getTime() ?? 0)).toBeLessThan(60 * 60_000)
})

onAws('COMMON-14 the log archive takes what it is given, without an error in the last hour', async () => {
  const { CloudWatchClient, GetMetricStatisticsCommand } = await import('@aws-sdk/client-cloudwatch')
  const client = new CloudWatchClient({ region: get('PrimaryRegion') })
  const sum = async (metric: string): Promise<number> => {
    const { Datapoints = [] } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Lambda',
        MetricName: metric,
        Dimensions: [{ Name: 'FunctionName', Value: get('ArchiverFunctionName') }],
        StartTime: new Date(Date.now() - 60 * 60_000),
        EndTime: new Date(),
        Period: 3600,
        Statistics: ['Sum'],
      }),
    )
    return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0)
  }
  expect(await sum('Invocations')).toBeGreaterThan(0)
  expect(await sum('Errors')).toBe(0)
})
