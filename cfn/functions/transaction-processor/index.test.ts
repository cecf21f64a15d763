// The real SDK clients, before a server of this test that answers as DynamoDB and S3 do.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { serve, type Service } from '../../../test/functions/service.ts'
import type { HttpResponse } from '../http.ts'

interface Call {
  what: string
  body: string
}

const calls: Call[] = []
const answers: { database: { status: number; body: unknown }; storage: number } = {
  database: { status: 200, body: {} },
  storage: 200,
}

let service: Service
let handler: (request: {
  requestContext: { http: { method: string; path: string } }
  body?: string
}) => Promise<HttpResponse>

beforeAll(async () => {
  const environment = { TABLE_NAME: 'table-pr1', BUCKET_NAME: 'documents-pr1', REGION_ROLE: 'primary' }
  service = await serve(({ method, url, target, body }) => {
    calls.push({ what: target || `${method} ${url.pathname}`, body })
    return target ? answers.database : { status: answers.storage, body: '' }
  }, environment)
  ;({ handler } = await import('./index.ts'))
})

afterAll(() => service.close())

beforeEach(() => {
  calls.length = 0
  answers.database = { status: 200, body: {} }
  answers.storage = 200
})

const post = (content: unknown) =>
  handler({ requestContext: { http: { method: 'POST', path: '/transactions' } }, body: JSON.stringify(content) })

test('the document goes to the bucket, then the item to the table unless its id is taken', async () => {
  expect((await post({ id: 'a' })).statusCode).toBe(201)
  expect(calls.map((call) => call.what)).toEqual([
    expect.stringMatching(/^PUT \/documents-pr1\/transactions\/a\/[0-9a-f]{64}\.json$/),
    'DynamoDB_20120810.PutItem',
  ])
  expect(JSON.parse(calls[1]?.body ?? '')).toMatchObject({
    TableName: 'table-pr1',
    Item: { id: { S: 'a' }, acceptedIn: { S: 'region-a' } },
    ConditionExpression: 'attribute_not_exists(id)',
  })
})

test('a taken id is a conflict, not a failure', async () => {
  answers.database = {
    status: 400,
    body: {
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      Item: { id: { S: 'a' }, digest: { S: 'of another' } },
    },
  }
  expect((await post({ id: 'a' })).statusCode).toBe(409)
})

test('ready writes the heartbeat of this region, and is denied when the table refuses', async () => {
  const ready = () => handler({ requestContext: { http: { method: 'GET', path: '/ready' } } })
  expect((await ready()).statusCode).toBe(200)
  expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({ Item: { id: { S: 'heartbeat#region-a' } } })
  answers.database = { status: 400, body: { __type: 'com.amazonaws.dynamodb.v20120810#AccessDeniedException' } }
  expect((await ready()).statusCode).toBe(503)
})
