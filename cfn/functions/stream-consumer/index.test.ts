// The real SDK client, before a server of this test that answers as CloudWatch Logs does.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { BatchResponse, StreamEvent } from './handler.ts'

const calls: string[] = []
const streams = new Set<string>()

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const call = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const { logStreamName } = JSON.parse(Buffer.concat(chunks).toString()) as { logStreamName: string }
    calls.push(call)
    const missing = call === 'PutLogEvents' && !streams.has(logStreamName)
    if (call === 'CreateLogStream') streams.add(logStreamName)
    response.writeHead(missing ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(missing ? { __type: 'ResourceNotFoundException' } : {}))
  })
})

let handler: (event: StreamEvent) => Promise<BatchResponse>

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  vi.stubEnv('AWS_REGION', 'region-b')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'key')
  vi.stubEnv('ARCHIVE_LOG_GROUP', '/dr/archive-pr1')
  ;({ handler } = await import('./index.ts'))
})

afterAll(() => {
  vi.unstubAllEnvs()
  server.close()
})

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
