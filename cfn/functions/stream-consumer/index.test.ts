// The real SDK client, before a server of this test that answers as CloudWatch Logs does.
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, type Service } from '../../../test/functions/service.ts'
import type { BatchResponse, StreamEvent } from './handler.ts'

const calls: string[] = []
const streams = new Set<string>()

let service: Service
let handler: (event: StreamEvent) => Promise<BatchResponse>

beforeAll(async () => {
  service = await serve(
    ({ target, body }) => {
      const call = target.split('.')[1] ?? ''
      const { logStreamName } = JSON.parse(body) as { logStreamName: string }
      calls.push(call)
      const missing = call === 'PutLogEvents' && !streams.has(logStreamName)
      if (call === 'CreateLogStream') streams.add(logStreamName)
      return missing ? { status: 400, body: { __type: 'ResourceNotFoundException' } } : { body: {} }
    },
    { ARCHIVE_LOG_GROUP: '/dr/archive-pr1' },
  )
  ;({ handler } = await import('./index.ts'))
})

afterAll(() => service.close())

test('a log stream of the archive is made when the first event for it comes (TXN-38)', async () => {
  const content = {
    messageType: 'DATA_MESSAGE',
    logGroup: 'g',
    logStream: 's',
    logEvents: [{ timestamp: 1, message: 'a' }],
  }
  const data = gzipSync(JSON.stringify(content)).toString('base64')
  const event = { Records: [{ kinesis: { sequenceNumber: '1', data, approximateArrivalTimestamp: 1545084650.987 } }] }
  expect(await handler(event)).toEqual({ batchItemFailures: [] })
  expect(await handler(event)).toEqual({ batchItemFailures: [] })
  expect(calls).toEqual(['PutLogEvents', 'CreateLogStream', 'PutLogEvents', 'PutLogEvents'])
  expect([...streams]).toEqual(['g/s'])
})
