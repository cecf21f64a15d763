import { expect, test, vi } from 'vitest'
import type { StreamEvent } from './handler.ts'
import { makeMeter } from './metrics.ts'

/** A record as Lambda hands it over. Source: Lambda developer guide, *Using Lambda with Kinesis*, example event. */
const record = (data: string | Buffer, arrived = 1545084650.987): StreamEvent['Records'][number] => {
  const envelope = {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: '1',
      sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: arrived,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: 'shardId-000000000006:49590338271490256608559692538361571095921575989136588898',
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/dr/streaming-stream-consumer-eu-central-1-pr1',
    awsRegion: 'eu-central-1',
    eventSourceARN: 'arn:aws:kinesis:eu-central-1:000000000000:stream/streaming-views-pr1',
  }
  return envelope
}

const view = (content: Record<string, unknown>) => record(JSON.stringify(content))

interface Line extends Record<string, unknown> {
  _aws: {
    Timestamp: number
    CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[]
  }
}

async function measure(...Records: StreamEvent['Records']) {
  const text: string[] = []
  const meter = makeMeter({ system: 'streaming', suffix: 'pr1' }, (line) => void text.push(line))
  const response = await meter({ Records })
  const lines = text.map((line) => JSON.parse(line) as Line)
  return { response, lines, text: text.join('\n') }
}

const views = (lines: Line[]) =>
  Object.fromEntries(lines.filter((line) => 'Views' in line).map(({ Action, Views }) => [Action, Views]))

test('what viewers do is counted by action, under the system and its suffix (STR-05, STR-18)', async () => {
  const { lines, response } = await measure(
    view({ action: 'play' }),
    view({ action: 'play' }),
    view({ action: 'stop' }),
  )
  expect(views(lines)).toEqual({ play: 2, stop: 1 })
  expect(lines[1]?.['_aws'].CloudWatchMetrics).toEqual([
    {
      Namespace: 'dr',
      Dimensions: [['System', 'EnvironmentSuffix', 'Action']],
      Metrics: [{ Name: 'Views', Unit: 'Count' }],
    },
  ])
  expect(lines[1]).toMatchObject({ System: 'streaming', EnvironmentSuffix: 'pr1', Action: 'play' })
  expect(response).toEqual({ batchItemFailures: [] })
})

test('what a drill puts into the stream is counted nowhere', async () => {
  const probe = view({ 'dr-probe': { drill: 'd-1', probe: 'views', n: 0 } })
  const { lines } = await measure(view({ action: 'play' }), probe)
  expect(lines[0]).toMatchObject({ Records: 1, MalformedRecords: 0 })
  expect(views(lines)).toEqual({ play: 1 })
  expect((await measure(probe)).lines).toEqual([])
})

test('a metric has the time at which its newest record came, in milliseconds', async () => {
  const { lines } = await measure(record('{"action":"play"}', 1000.5), record('{"action":"play"}', 999))
  expect(lines.map((line) => line['_aws'].Timestamp)).toEqual([1_000_500, 1_000_500])
})

test('waiting for the picture is measured in milliseconds, up to 100 values a line', async () => {
  const records = Array.from({ length: 101 }, (_, index) => view({ action: 'buffer', bufferingMs: index }))
  const waits = (await measure(...records)).lines.filter((line) => 'Buffering' in line)
  expect(waits.map((line) => (line['Buffering'] as number[]).length)).toEqual([100, 1])
  expect(waits[0]?.['_aws'].CloudWatchMetrics[0]?.Metrics).toEqual([{ Name: 'Buffering', Unit: 'Milliseconds' }])
})

test('a waiting time that is none is left out, the action still counts', async () => {
  const { lines } = await measure(
    view({ action: 'buffer', bufferingMs: -1 }),
    view({ action: 'buffer', bufferingMs: 'long' }),
  )
  expect(lines.some((line) => 'Buffering' in line)).toBe(false)
  expect(views(lines)).toEqual({ buffer: 2 })
})

test('actions that clients make up count as one, so that they cannot make metrics', async () => {
  const { lines } = await measure(view({ action: 'x1' }), view({ action: 'x2' }))
  expect(views(lines)).toEqual({ other: 2 })
})

test('a record that cannot be read is counted and never blocks the stream', async () => {
  const { lines, response } = await measure(
    record('plain text'),
    record(Buffer.from([0x1f, 0x8b, 0xff])),
    record('null'),
    record('{"action":7}'),
    view({ action: 'play' }),
  )
  expect(lines[0]).toMatchObject({ Records: 5, MalformedRecords: 4 })
  expect(views(lines)).toEqual({ play: 1 })
  expect(response).toEqual({ batchItemFailures: [] })
})

test('nothing about the viewer comes into the log (STR-04)', async () => {
  const { text } = await measure(
    view({ action: 'play', viewer: 'ann@example.com', address: '192.0.2.7' }),
    record('ann'),
  )
  expect(text).not.toMatch(/ann|192\.0/)
})

test('a batch without records says nothing', async () => {
  expect((await measure()).lines).toEqual([])
})

test('in mode metrics the function writes lines that are metrics and nothing else', async () => {
  vi.stubEnv('MODE', 'metrics')
  vi.stubEnv('SYSTEM', 'streaming')
  vi.stubEnv('ENVIRONMENT_SUFFIX', 'pr1')
  vi.resetModules()
  const written: string[] = []
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  try {
    const { handler } = await import('./index.ts')
    expect(await handler({ Records: [view({ action: 'play' })] })).toEqual({ batchItemFailures: [] })
  } finally {
    spy.mockRestore()
    vi.unstubAllEnvs()
  }
  const lines = written.flatMap((text) => text.trimEnd().split('\n'))
  expect(lines.map((line) => (JSON.parse(line) as Line)['System'])).toEqual(['streaming', 'streaming'])
})
