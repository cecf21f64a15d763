// The real SDK client, before a server of this test that answers as RDS does.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { serve, type Service } from '../../../test/functions/service.ts'
import type { ResourceEvent } from '../answer.ts'

// The pauses between two looks at the cluster would only make the test slow. The end of the function's time is far.
vi.mock('node:timers/promises', () => ({
  setTimeout: (_: number, __?: unknown, options?: { signal?: AbortSignal }) =>
    options?.signal ? new Promise(() => undefined) : Promise.resolve(),
}))
const log = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)

let instances = ['streaming-standalone-1-pr1', 'application-autoscaling-1', 'application-autoscaling-2']
const calls: string[] = []

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

let handler: (event: ResourceEvent, context: { getRemainingTimeInMillis(): number }) => Promise<void>
let service: Service

beforeAll(async () => {
  service = await serve(({ body }) => ({ body: rds(new URLSearchParams(body)) }))
  ;({ handler } = await import('./index.ts'))
})

afterAll(() => {
  log.mockRestore()
  service.close()
})

test('all pages of the cluster are looked at, what scaling added is deleted, and CloudFormation is told', async () => {
  const event: ResourceEvent = {
    RequestType: 'Delete',
    ResponseURL: service.answerTo,
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
  expect(service.answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', LogicalResourceId: 'Remover' })])
})
