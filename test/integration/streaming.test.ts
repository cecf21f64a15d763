// End to end on a deployed streaming system; run after `dr deploy`, on the simulator or on AWS.
import { expect } from 'vitest'
import { askAddresses, askCache, zonesOf } from './parts.ts'
import { standing } from './standalone.ts'

const streaming = await standing('streaming', ['data', 'app'])
const { rule, onAws, get, aws } = streaming

askAddresses(streaming, 'WriterEndpoint', 'ReaderEndpoint')
askCache(streaming, 'STR-13')

const dimensions = () => [
  { Name: 'System', Value: 'streaming' },
  { Name: 'EnvironmentSuffix', Value: get('EnvironmentSuffix') },
]

rule('COMMON-14 cache, stream, containers and their function carry the tag of the environment', async () => {
  const tags = await aws.tags(get('PrimaryRegion'))
  const tagged = await tags.resources({ EnvironmentSuffix: get('EnvironmentSuffix'), System: 'streaming' })
  const arns = tagged.map(({ arn }) => arn)
  expect(arns).toContain(get('StreamArn'))
  for (const end of [
    `:replicationgroup:${get('CacheGroupId')}`,
    `:cluster/${get('ClusterName')}`,
    `:service/${get('ClusterName')}/${get('ServiceName')}`,
    `:file-system/${get('FileSystemId')}`,
    `:function:${get('ConsumerFunctionName')}`,
  ])
    expect(
      arns.some((arn) => arn.endsWith(end)),
      end,
    ).toBe(true)
})

onAws('STR-09 a writer and two readers stand in different zones, and the last minutes can be restored', async () => {
  const zones = await zonesOf(streaming, get('ClusterIdentifier'), 5)
  expect(zones.length).toBeGreaterThanOrEqual(3)
  expect(new Set(zones).size).toBeGreaterThanOrEqual(2)
})

onAws('STR-14 STR-17 the API answers, from containers that are all there', async () => {
  const response = await fetch(`${get('ApiUrl')}/health`)
  expect(response.status).toBe(200)
  expect((await fetch(`${get('ApiUrl')}/catalogue`)).status, 'without a signature').toBe(403)
})

onAws('STR-05 what viewers did in the last hours was counted, once somebody watched', async () => {
  const { CloudWatchClient, GetMetricStatisticsCommand } = await import('@aws-sdk/client-cloudwatch')
  const client = new CloudWatchClient({ region: get('PrimaryRegion') })
  const sum = async (Namespace: string, MetricName: string, Dimensions: { Name: string; Value: string }[]) => {
    const span = { StartTime: new Date(Date.now() - 3 * 3600_000), EndTime: new Date(Date.now() - 600_000) }
    const asked = { Namespace, MetricName, Dimensions, ...span, Period: 3600, Statistics: ['Sum' as const] }
    const { Datapoints = [] } = await client.send(new GetMetricStatisticsCommand(asked))
    return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0)
  }
  const put = await sum('AWS/Kinesis', 'IncomingRecords', [{ Name: 'StreamName', Value: get('StreamName') }])
  if (put > 0) expect(await sum('dr', 'Records', dimensions())).toBeGreaterThan(0)
  expect(await sum('AWS/Lambda', 'Errors', [{ Name: 'FunctionName', Value: get('ConsumerFunctionName') }])).toBe(0)
})
