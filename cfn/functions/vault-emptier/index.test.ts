// The real SDK client, before a server of this test that answers as AWS Backup does.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type Call, type Reply, serve, type Service } from '../../../test/functions/service.ts'
import type { ResourceEvent } from '../answer.ts'

// The pauses between two looks at the vault would only make the test slow. The end of the function's time is far.
vi.mock('node:timers/promises', () => ({
  setTimeout: (_: number, __?: unknown, options?: { signal?: AbortSignal }) =>
    options?.signal ? new Promise(() => undefined) : Promise.resolve(),
}))
const log = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)

const calls: string[] = []
let points: string[] = []
let jobs: string[] = []
let absence = ''

function backup({ method, url }: Call): Reply {
  const path = decodeURIComponent(url.pathname)
  calls.push(`${method} ${path}${url.searchParams.size > 0 ? ` ${url.searchParams.toString()}` : ''}`)
  if (path.endsWith('/recovery-points')) {
    if (absence) return { status: 400, error: absence, body: { Message: 'Insufficient privileges, or no such vault' } }
    // A page at a time.
    const [first, ...others] = points
    const next = url.searchParams.get('nextToken') ? others : points.slice(0, 1)
    const more = !url.searchParams.get('nextToken') && others.length > 0 ? { NextToken: 'more' } : {}
    return { body: { RecoveryPoints: (first ? next : []).map((RecoveryPointArn) => ({ RecoveryPointArn })), ...more } }
  }
  if (method === 'DELETE') points = points.filter((arn) => !path.endsWith(arn))
  if (path === '/backup-jobs') {
    const mine = url.searchParams.get('state') === 'RUNNING' ? jobs : []
    return { body: { BackupJobs: mine.map((BackupJobId) => ({ BackupJobId })) } }
  }
  if (method === 'POST') jobs = []
  return { body: path === '/copy-jobs' ? { CopyJobs: [] } : {} }
}

let handler: (event: ResourceEvent, context: { getRemainingTimeInMillis(): number }) => Promise<void>
let service: Service

beforeAll(async () => {
  service = await serve(backup)
  ;({ handler } = await import('./index.ts'))
})

afterAll(() => {
  log.mockRestore()
  service.close()
})

beforeEach(() => {
  calls.length = 0
  service.answers.length = 0
  points = ['arn:aws:backup:region-b:1:recovery-point:1', 'arn:aws:rds:region-b:1:cluster-snapshot:awsbackup:2']
  jobs = ['job-1']
  absence = ''
})

const remove = () =>
  handler(
    {
      RequestType: 'Delete',
      ResponseURL: service.answerTo,
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
  expect(service.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'payments-pr1' }])
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
    expect(service.answers).toMatchObject([{ Status: 'SUCCESS' }])
  },
)

test('a vault that cannot be looked at is not taken for empty', async () => {
  absence = 'InvalidParameterValueException'
  await remove()
  expect(service.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/^InvalidParameterValue/) }])
})
