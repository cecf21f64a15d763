// What decides whether a failover goes well, and could not be seen, is never counted as good.
import { beforeEach, describe, expect, test } from 'vitest'
import type { Fault } from '../../src/simulator/index.ts'
import { drillPrefix } from '../../src/lib/drill/record.ts'
import { status } from '../../src/lib/runs/status.ts'
import { type Account, accountOf, copyOf, inEmptyFolder } from '../cloud.ts'
import { deployed } from './deployed.ts'

const system = 'payments'
const [east, west] = ['us-east-1', 'us-west-2']
const fresh = deployed({ system, 'create-secret': true }, 300_000)

// What status remembers lies in the folder.
beforeEach(inEmptyFolder)

const seen = async (it: Account) => status(await it.target({ system }, true))
const denied = (command: string): Fault[] => [{ kind: 'denied', command }]
const unknowns = ({ findings }: Awaited<ReturnType<typeof seen>>) =>
  findings.flatMap(({ level, rule }) => (level === 'unknown' ? rule : []))
/** The records of releases are gone, as when a deploy died before it wrote one. */
async function forget(it: Account): Promise<void> {
  const { aws, buckets } = await it.target({ system })
  for (const [region, bucket] of Object.entries(buckets)) {
    const objects = aws.objects(region)
    await objects.deleteVersions(bucket, await objects.versions(bucket, `env/${system}/pr123/releases/`))
  }
}

/** CloudWatch answers 200 and says of each metric that it could not look. */
function withoutMetrics(it: Account): Account {
  const blind =
    (next: (args: unknown) => Promise<{ output: object }>, { commandName }: { commandName?: string }) =>
    async (args: unknown) => {
      const answer = await next(args)
      if (commandName !== 'GetMetricDataCommand') return answer
      const result = { Id: 'm', StatusCode: 'InternalError', Timestamps: [], Values: [] }
      return { ...answer, output: { ...answer.output, MetricDataResults: [result] } }
    }
  const plug: Account['simulator']['plug'] = (client, patience) => {
    it.simulator.plug(client, patience)
    client.middlewareStack.add(blind as never, { step: 'initialize', name: 'bend' } as never)
  }
  return accountOf({ ...it.simulator, plug })
}

describe('status is unknown', () => {
  test('where CloudWatch could not look, which is not the same as that nothing was written', async () => {
    const found = await seen(withoutMetrics(fresh()))
    expect(found).toMatchObject({ answer: 'unknown', exit: 7 })
    expect(unknowns(found)).toContain('lag')
    expect(found.loss).toBeUndefined()
    expect(found.verdict).toContain('dynamodb sessions: CloudWatch could not tell')
  })

  test('where a region is silent and no record tells what its stacks are named', async () => {
    const it = fresh()
    await forget(it)
    expect(await seen(copyOf(it))).toMatchObject({ answer: 'yes' })
    inEmptyFolder()
    const found = await seen(copyOf(it, [{ kind: 'region-gone', region: east }]))
    expect(found).toMatchObject({ answer: 'unknown', exit: 7 })
    expect(unknowns(found)).toEqual(['outputs-known'])
    expect(found.verdict).toContain('no release is recorded')
  })

  test('where nobody may see whether a drill is held', async () => {
    const found = await seen(fresh(denied('GetParameters')))
    expect(found).toMatchObject({ answer: 'unknown', exit: 7 })
    expect(unknowns(found)).toEqual(['work-known'])
  })

  test('where nobody may see whether a drill left a function switched off', async () => {
    const found = await seen(fresh(denied('GetFunctionConcurrency')))
    expect(found).toMatchObject({ answer: 'unknown', exit: 7 })
    expect(unknowns(found)).toEqual(['leftovers'])
  })

  test('where nobody may see what else runs in the region that would take over, told once for each region', async () => {
    const found = await seen(fresh(denied('GetAccountSettings')))
    expect(found).toMatchObject({ answer: 'unknown', exit: 7 })
    expect(found.findings.filter(({ rule }) => rule === 'quotas').map(({ level }) => level)).toEqual([
      'unknown',
      'warning',
    ])
  })

  test('where nobody may see how busy the region is that takes over, though the other one is silent', async () => {
    const found = await seen(fresh([{ kind: 'region-gone', region: east }, ...denied('GetMetricData')]))
    expect(found).toMatchObject({ answer: 'unknown', exit: 7 })
    expect(unknowns(found)).toContain('quotas')
  })

  test('where a drill has a journal and no plan that can be read', async () => {
    for (const files of [{ 'plan.json': '{', 'journal.jsonl': '' }, { 'journal.jsonl': '' }]) {
      const it = fresh()
      const { aws, home, buckets } = await it.target({ system })
      for (const [name, text] of Object.entries(files))
        await aws.objects(home).put(buckets[home] ?? '', `${drillPrefix(system, 'pr123', 'd1')}${name}`, text)
      const found = await seen(it)
      expect(found).toMatchObject({ answer: 'unknown', exit: 7 })
      expect(found.verdict).toContain('drill d1 has a journal and no plan')
    }
  })
})

test('a stack that is gone from the region that would take over is missed without the stack sets too', async () => {
  const it = fresh()
  const { aws } = await it.target({ system })
  const found = await (await aws.databases(west)).global('payments-global-pr123')
  const target = found?.members.find(({ region }) => region === west)?.arn ?? ''
  await (await aws.databases(east)).switchOver('payments-global-pr123', target)
  await it.simulator.clock.sleep(600_000)
  expect(await seen(copyOf(it, [{ kind: 'region-gone', region: west }]))).toMatchObject({ exit: 0, to: east })
  it.simulator.change((cloud) => {
    for (const one of Object.values(cloud.stacks))
      if (one.region === east && one.name.includes('-app-')) one.status = 'DELETE_COMPLETE'
  })
  inEmptyFolder()
  const later = await seen(copyOf(it, [{ kind: 'region-gone', region: west }]))
  expect(later).toMatchObject({ answer: 'no', exit: 9 })
  expect(later.verdict).toContain('app in us-east-1')
})
