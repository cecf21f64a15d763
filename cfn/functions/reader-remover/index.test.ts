// The real SDK client, before a server of this test that answers as RDS does.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ResourceEvent } from '../answer.ts'

// The pauses between two looks at the cluster would only make the test slow. The end of the function's time is far.
vi.mock('node:timers/promises', () => ({
  setTimeout: (_: number, __?: unknown, options?: { signal?: AbortSignal }) =>
    options?.signal ? new Promise(() => undefined) : Promise.resolve(),
}))
const log = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)

let instances = ['streaming-standalone-1-pr1', 'application-autoscaling-1', 'application-autoscaling-2']
const calls: string[] = []
const answers: unknown[] = []

/** RDS speaks forms and XML; it gives the instances in pages, here of two. */
function rds(form: URLSearchParams): string {
  const action = form.get('Action') ?? ''
  const name = form.get('DBInstanceIdentifier') ?? ''
  calls.push([action, name || form.get('Filters.Filter.1.Values.Value.1')].join(' '))
  if (action === 'DeleteDBInstance') {
    instances = instances.filter((one) => one !== name)
    return '<DeleteDBInstanceResponse><DeleteDBInstanceResult/></DeleteDBInstanceResponse>'
  }
  const from = Number(form.get('Marker') ?? 0)
  const page = instances.slice(from, from + 2)
  const list = page.map((one) => `<DBInstance><DBInstanceIdentifier>${one}</DBInstanceIdentifier></DBInstance>`)
  const marker = from + 2 < instances.length ? `<Marker>${from + 2}</Marker>` : ''
  const result = `<DBInstances>${list.join('')}</DBInstances>${marker}`
  return `<DescribeDBInstancesResponse><DescribeDBInstancesResult>${result}</DescribeDBInstancesResult></DescribeDBInstancesResponse>`
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    if (request.url?.startsWith('/answer')) {
      answers.push(JSON.parse(body))
      response.end()
      return
    }
    response.writeHead(200, { 'content-type': 'text/xml' })
    response.end(rds(new URLSearchParams(body)))
  })
})

let handler: (event: ResourceEvent, context: { getRemainingTimeInMillis(): number }) => Promise<void>
let address = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  vi.stubEnv('AWS_ENDPOINT_URL', address)
  for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'region-b')
  ;({ handler } = await import('./index.ts'))
})

afterAll(() => {
  log.mockRestore()
  vi.unstubAllEnvs()
  server.close()
})

test('all pages of the cluster are looked at, what scaling added is deleted, and CloudFormation is told', async () => {
  const event: ResourceEvent = {
    RequestType: 'Delete',
    ResponseURL: `${address}/answer`,
    StackId: 's',
    RequestId: 'r',
    LogicalResourceId: 'Remover',
    PhysicalResourceId: 'streaming-standalone-pr1',
    ResourceProperties: { ClusterIdentifier: 'streaming-standalone-pr1' },
  }
  await handler(event, { getRemainingTimeInMillis: () => 900_000 })
  expect(instances).toEqual(['streaming-standalone-1-pr1'])
  expect(calls.slice(0, 4)).toEqual([
    'DescribeDBInstances streaming-standalone-pr1',
    'DescribeDBInstances streaming-standalone-pr1',
    'DeleteDBInstance application-autoscaling-1',
    'DeleteDBInstance application-autoscaling-2',
  ])
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', LogicalResourceId: 'Remover' })])
})
