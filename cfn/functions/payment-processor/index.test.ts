// The real SDK clients, before a server of this test that answers as the four services do.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type Reply, serve, type Service } from '../../../test/functions/service.ts'
import type { HttpResponse } from '../http.ts'

interface Call {
  what: string
  body: Record<string, unknown>
}

const calls: Call[] = []
/** What a service answers, by the end of the call's name; everything else is an empty success. */
const answers: Record<string, (call: Call) => Reply> = {}
const cluster = 'arn:aws:rds:region-a:000000000000:cluster:payments-primary-pr1'

let service: Service

const sql = '/Execute'
const statements = (): string[] => calls.filter(({ what }) => what === sql).map(({ body }) => String(body['sql']))

type Handler = (request: {
  requestContext: { http: { method: string; path: string } }
  body?: string
}) => Promise<HttpResponse>

let handler: Handler
const lines: string[] = []

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
  service = await serve(
    ({ target, url, body }) => {
      const call = { what: target || url.pathname, body: JSON.parse(body || '{}') as Call['body'] }
      calls.push(call)
      return answers[call.what]?.(call) ?? { body: {} }
    },
    {
      CLUSTER_ARN_PARAMETER: '/payments-pr1/database/cluster-arn',
      DATABASE_NAME: 'payments',
      DATABASE_SECRET_NAME: 'dr/payments/pr1/database',
      SESSION_TABLE_NAME: 'payments-sessions-pr1',
      EVENT_BUS_NAME: 'payments-events-pr1',
    },
  )
})

afterAll(() => {
  vi.restoreAllMocks()
  service.close()
})

beforeEach(async () => {
  calls.length = 0
  lines.length = 0
  for (const name of Object.keys(answers)) delete answers[name]
  answers['AmazonSSM.GetParameter'] = () => ({ body: { Parameter: { Value: cluster } } })
  answers[sql] = ({ body }) => ({
    body: { numberOfRecordsUpdated: String(body['sql']).startsWith('INSERT') ? 1 : 0 },
  })
  // A new process, which has made no schema yet.
  vi.resetModules()
  ;({ handler } = await import('./index.ts'))
})

const get = (path: string) => handler({ requestContext: { http: { method: 'GET', path } } })
const post = (content: unknown) =>
  handler({ requestContext: { http: { method: 'POST', path: '/payments' } }, body: JSON.stringify(content) })
const order = { id: 'a', amount: 5, currency: 'EUR' }

test('a payment goes to the database, then to the sessions, then to the bus', async () => {
  expect((await post(order)).statusCode).toBe(201)
  expect(calls.map(({ what }) => what)).toEqual([
    'AmazonSSM.GetParameter',
    sql,
    sql,
    sql,
    'DynamoDB_20120810.PutItem',
    'AWSEvents.PutEvents',
  ])
  expect(calls[3]?.body).toMatchObject({
    resourceArn: cluster,
    secretArn: 'arn:aws:secretsmanager:region-a:000000000000:secret:dr/payments/pr1/database',
    database: 'payments',
  })
  expect(calls[3]?.body['parameters']).toContainEqual({ name: 'amount', value: { longValue: 5 } })
  expect(calls[4]?.body).toMatchObject({
    TableName: 'payments-sessions-pr1',
    Item: { id: { S: 'a' }, paymentId: { S: 'a' }, expiresAt: { N: expect.stringMatching(/^\d{10}$/) as string } },
  })
  const [event] = (calls[5]?.body['Entries'] ?? []) as Record<string, string>[]
  expect(event).toMatchObject({ EventBusName: 'payments-events-pr1', Source: 'payments' })
  // What the copy rule of compute/events.yaml asks for.
  expect(JSON.parse(event?.['Detail'] ?? '')).toMatchObject({ id: 'a', critical: true })
})

test('the schema is made once per process', async () => {
  await get('/ready')
  await get('/ready')
  expect(statements().filter((it) => it.startsWith('CREATE TABLE IF NOT EXISTS'))).toHaveLength(2)
  expect(statements().filter((it) => it.startsWith('INSERT INTO heartbeats'))).toHaveLength(2)
})

test('a taken id is told apart by its digest', async () => {
  answers[sql] = ({ body }) =>
    String(body['sql']).startsWith('SELECT')
      ? { body: { records: [[{ stringValue: 'of another' }]] } }
      : { body: { numberOfRecordsUpdated: 0 } }
  expect((await post(order)).statusCode).toBe(409)
  expect(calls.some(({ what }) => what === 'AWSEvents.PutEvents')).toBe(false)
})

test('a database that follows another region refuses every call, so the region is not ready, until it is promoted', async () => {
  const promoted = answers[sql]
  const message = 'Database error code: 1290. Message: The MySQL server is running with the --read-only option'
  answers[sql] = () => ({ status: 400, error: 'DatabaseErrorException', body: { message } })
  expect((await get('/ready')).statusCode).toBe(503)
  expect((await get('/health')).statusCode).toBe(200)
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { what: 'heartbeat refused', error: 'DatabaseErrorException', code: '1290' },
  ])
  if (promoted) answers[sql] = promoted
  expect((await get('/ready')).statusCode).toBe(200)
})

test('a region that cannot look up its database is not ready', async () => {
  answers['AmazonSSM.GetParameter'] = () => ({ status: 400, error: 'ParameterNotFound', body: { message: 'gone' } })
  expect((await get('/ready')).statusCode).toBe(503)
  answers['AmazonSSM.GetParameter'] = () => ({ body: { Parameter: { Value: 'no-arn' } } })
  expect((await get('/ready')).statusCode).toBe(503)
  expect(statements()).toEqual([])
})

test('a database that hangs is denied before the health check gives up', async () => {
  const stuck = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort())
  expect((await get('/ready')).statusCode).toBe(503)
  expect(stuck.mock.calls.flat().every((milliseconds) => milliseconds < 2000)).toBe(true)
  stuck.mockRestore()
})

test('an event that the bus does not take makes the payment incomplete', async () => {
  answers['AWSEvents.PutEvents'] = () => ({
    body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'later' }] },
  })
  expect((await post(order)).statusCode).toBe(503)
  expect(lines.join('')).toContain('InternalFailure')
})

test('the log never quotes a service, whose words may hold the credentials or the request (COMMON-09)', async () => {
  const message = "Access denied for user 'admin' with password 'hunter2' while storing order-of-a-customer"
  answers[sql] = () => ({ status: 400, error: 'BadRequestException', body: { message } })
  expect((await post({ ...order, id: 'order-of-a-customer' })).statusCode).toBe(503)
  expect(lines).toHaveLength(1)
  expect(lines.join('')).toBe('{"what":"payment refused","error":"BadRequestException"}\n')
})
