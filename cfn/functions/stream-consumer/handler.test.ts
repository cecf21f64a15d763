import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { inBatches } from './batches.ts'
import { makeHandler } from './handler.ts'
import type { LogEvent } from './batches.ts'

const pack = (content: unknown) => gzipSync(JSON.stringify(content)).toString('base64')
const message = (...events: LogEvent[]) =>
  pack({ messageType: 'DATA_MESSAGE', logGroup: '/aws/lambda/f', logStream: 's', logEvents: events })

async function consume(data: string[], refuses?: string) {
  const archived: [string, string[]][] = []
  const reports: string[] = []
  const handler = makeHandler({
    append: async (stream, events) => {
      if (events.some((event) => event.message === refuses)) throw new Error('archive is gone')
      archived.push([stream, events.map((event) => event.message)])
    },
    report: (what, error) => reports.push(`${what}: ${String(error)}`),
  })
  const Records = data.map((text, index) => ({
    kinesis: { sequenceNumber: String(index + 1), data: text, approximateArrivalTimestamp: 1545084650.987 },
  }))
  return { response: await handler({ Records }), archived, reports }
}

describe('the consumer of shipped logs (TXN-38)', () => {
  test('archives events under the group and stream they came from', async () => {
    const { response, archived } = await consume([
      message({ timestamp: 1, message: 'a' }, { timestamp: 2, message: 'b' }),
    ])
    expect(archived).toEqual([['/aws/lambda/f/s', ['a', 'b']]])
    expect(response).toEqual({ batchItemFailures: [] })
  })

  test('ignores the record that tests a new destination', async () => {
    const control = pack({
      messageType: 'CONTROL_MESSAGE',
      logEvents: [{ timestamp: 1, message: 'CWL CONTROL MESSAGE' }],
    })
    const { response, archived } = await consume([control])
    expect(archived).toEqual([])
    expect(response.batchItemFailures).toEqual([])
  })

  test('names the first record that fails and leaves those after it for the next try', async () => {
    const records = ['a', 'b', 'c'].map((text) => message({ timestamp: 1, message: text }))
    const { response, archived, reports } = await consume(records, 'b')
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: '2' }])
    expect(archived.map(([, texts]) => texts)).toEqual([['a']])
    expect(reports).toEqual(['record 2 not archived: Error: archive is gone'])
  })

  test('names a record that is no subscription data', async () => {
    const { response } = await consume([Buffer.from('plain text').toString('base64')])
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: '1' }])
  })
})

describe('batches for one call to the archive', () => {
  const event = (timestamp: number, text = 'x'): LogEvent => ({ timestamp, message: text })

  test('are in order of time', () => {
    expect(inBatches([event(3), event(1), event(2)]).map((batch) => batch.map((each) => each.timestamp))).toEqual([
      [1, 2, 3],
    ])
  })

  test('hold at most 10,000 events', () => {
    const batches = inBatches(Array.from({ length: 10_001 }, (_, index) => event(index)))
    expect(batches.map((batch) => batch.length)).toEqual([10_000, 1])
  })

  test('hold at most 1,048,576 bytes with 26 for each event', () => {
    const half = 'x'.repeat(1_048_576 / 2 - 26)
    expect(inBatches([event(1, half), event(2, half)])).toHaveLength(1)
    expect(inBatches([event(1, half), event(2, `${half}x`)])).toHaveLength(2)
  })

  test('span less than 24 hours', () => {
    const day = 24 * 60 * 60 * 1000
    expect(inBatches([event(0), event(day - 1)])).toHaveLength(1)
    expect(inBatches([event(0), event(day)])).toHaveLength(2)
  })

  test('of nothing are none', () => {
    expect(inBatches([])).toEqual([])
  })
})
