// The real SDK client, before a server of this test that answers as AWS Backup does.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { ResourceEvent } from '../answer.ts'

// The pauses between two looks at the vault would only make the test slow. The end of the function's time is far.
vi.mock('node:timers/promises', () => ({
  setTimeout: (_: number, __?: unknown, options?: { signal?: AbortSignal }) =>
    options?.signal ? new Promise(() => undefined) : Promise.resolve(),
}))
const log = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)

const calls: string[] = []
const answers: Record<string, unknown>[] = []
let points: string[] = []
let jobs: string[] = []
let absence = ''

function backup(method: string, url: URL): [status: number, content: unknown, type?: string] {
  const path = decodeURIComponent(url.pathname)
  calls.push(`${method} ${path}${url.searchParams.size > 0 ? ` ${url.searchParams.toString()}` : ''}`)
  if (path.endsWith('/recovery-points')) {
    if (absence) return [400, { Message: 'Insufficient privileges, or no such vault' }, absence]
    // A page at a time.
    const [first, ...others] = points
    const next = url.searchParams.get('nextToken') ? others : points.slice(0, 1)
    const more = !url.searchParams.get('nextToken') && others.length > 0 ? { NextToken: 'more' } : {}
    return [200, { RecoveryPoints: (first ? next : []).map((RecoveryPointArn) => ({ RecoveryPointArn })), ...more }]
  }
  if (method === 'DELETE') points = points.filter((arn) => !path.endsWith(arn))
  if (path === '/backup-jobs') {
    const mine = url.searchParams.get('state') === 'RUNNING' ? jobs : []
    return [200, { BackupJobs: mine.map((BackupJobId) => ({ BackupJobId })) }]
  }
  if (method === 'POST') jobs = []
  return [200, path === '/copy-jobs' ? { CopyJobs: [] } : {}]
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    if (request.url?.startsWith('/answer')) {
      answers.push(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>)
      response.end()
      return
    }
    const [status, content, type] = backup(request.method ?? '', new URL(request.url ?? '', 'http://server'))
    response.writeHead(status, { 'content-type': 'application/json', ...(type ? { 'x-amzn-errortype': type } : {}) })
    response.end(JSON.stringify(content))
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

beforeEach(() => {
  calls.length = 0
  answers.length = 0
  points = ['arn:aws:backup:region-b:1:recovery-point:1', 'arn:aws:rds:region-b:1:cluster-snapshot:awsbackup:2']
  jobs = ['job-1']
  absence = ''
})

const remove = () =>
  handler(
    {
      RequestType: 'Delete',
      ResponseURL: `${address}/answer`,
      StackId: 'arn:stack',
      RequestId: 'r',
      LogicalResourceId: 'Emptier',
      PhysicalResourceId: 'payments-pr1',
      ResourceProperties: { VaultName: 'payments-pr1', VaultArn: 'arn:vault', PeerRegion: 'region-a' },
    },
    { getRemainingTimeInMillis: () => 900_000 },
  )

test('a vault is emptied page by page, its backups are stopped and the copies into it are looked for (PAY-09)', async () => {
  await remove()
  expect(answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'payments-pr1' }])
  expect([points, jobs]).toEqual([[], []])
  expect(calls).toContain('POST /backup-jobs/job-1')
  expect(calls).toContain(
    'DELETE /backup-vaults/payments-pr1/recovery-points/arn:aws:rds:region-b:1:cluster-snapshot:awsbackup:2',
  )
  expect(calls).toContain('GET /copy-jobs destinationVaultArn=arn%3Avault&state=RUNNING')
})

test.each(['ResourceNotFoundException', 'AccessDeniedException'])(
  'a vault of which %s is said is gone',
  async (type) => {
    absence = type
    jobs = []
    await remove()
    expect(answers).toMatchObject([{ Status: 'SUCCESS' }])
  },
)

test('a vault that cannot be looked at is not taken for empty', async () => {
  absence = 'InvalidParameterValueException'
  await remove()
  expect(answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/^InvalidParameterValue/) }])
})
