// The search for a cause goes on where AWS tells it late, in part, or not at all.
import { beforeAll, describe, expect, test } from 'vitest'
import { diagnose } from '../../src/lib/execute/actions/diagnose.ts'
import { Watch } from '../../src/lib/observe/watch.ts'
import { seenOperation } from '../../src/lib/aws/stack-set-views.ts'
import type { StackEventView, Stacks } from '../../src/lib/aws/stacks.ts'
import { readSettings } from '../../src/lib/load/config.ts'
import type { Cause } from '../../src/lib/core/events.ts'
import { openSession, targeted } from '../../src/lib/load/session.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { live } from '../simulation/life.ts'
import { miniature, prepared } from '../simulation/scenarios.ts'

type Summaries = { Summaries: Record<string, unknown>[] }

let failed: Account

beforeAll(async () => {
  inEmptyFolder()
  const reason = 'the bucket was refused'
  failed = copyOf(await prepared(miniature), [
    { kind: 'resource-fails', stage: 'base', region: 'us-east-1', logicalId: 'Bucket', reason },
  ])
  await live(failed.simulator, 'deploy', miniature.flags).end
})

/** Diagnoses the failed creation while AWS's answer about an operation's results is another; counts the questions. */
async function diagnosed(
  results: (told: Summaries, nth: number) => Summaries,
): Promise<{ causes: Cause[]; asked: number }> {
  const { simulator } = copyOf(failed)
  let asked = 0
  const bend =
    (next: (args: unknown) => Promise<{ output: Summaries }>, context: { commandName?: string }) =>
    async (args: unknown) => {
      const answer = await next(args)
      if (context.commandName !== 'ListStackSetOperationResultsCommand') return answer
      return { ...answer, output: results(answer.output, ++asked) }
    }
  const plug: typeof simulator.plug = (client) => {
    simulator.plug(client)
    client.middlewareStack.add(bend as never, { step: 'initialize', name: 'bend' } as never)
  }
  const settings = readSettings({ suffix: 'pr123', ...miniature.flags }, {})
  const { aws, home, target } = targeted(await openSession(settings, { clock: simulator.clock, plug }))
  const quiet = async (): Promise<void> => undefined
  const context = {
    aws,
    home,
    target,
    stopOnLeaving: false,
    patienceMs: 0,
    signal: new AbortController().signal,
    hold: quiet,
    keep: quiet,
  }
  const set = Object.values(simulator.inspect().stackSets).find(({ name }) => name === 'dr-miniature-base-pr123')
  const last = set?.operations.at(-1)
  const operation = seenOperation({
    OperationId: last?.id,
    Status: 'FAILED',
    CreationTimestamp: new Date(last?.createdAt ?? 0),
    StatusDetails: { FailedStackInstancesCount: 1 },
  })
  return { causes: await diagnose(context, { stage: 'base', set: set?.name ?? '', operation, watches: [] }), asked }
}

describe('the search for the cause of a failed operation', () => {
  test('reads the results again that tell fewer failures than the operation counts', async () => {
    const { causes, asked } = await diagnosed((told, nth) => (nth === 1 ? { Summaries: [] } : told))
    expect(asked).toBe(2)
    expect(causes).toMatchObject([{ region: 'us-east-1', path: ['Store', 'Bucket'], reason: 'the bucket was refused' }])
  })

  test('finds it in the stacks where nobody may read the results', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } })
    const { causes } = await diagnosed(() => {
      throw denied
    })
    expect(causes).toMatchObject([{ region: 'us-east-1', reason: 'the bucket was refused' }])
  })

  test('says that AWS counts a failure and names none, where every result is good', async () => {
    const { causes } = await diagnosed((told) => ({
      Summaries: told.Summaries.map((it) => ({ ...it, Status: 'SUCCEEDED' })),
    }))
    expect(causes).toMatchObject([{ reason: 'AWS counts 1 failed stack instances and does not say which' }])
  })
})

test('a stack that has ended is read once more: last reasons arrive late', async () => {
  const event = (id: string, logicalId: string, status: string, physicalId = ''): StackEventView => ({
    id,
    at: Number(id),
    stackId: 'stack',
    logicalId,
    physicalId,
    type: 'AWS::S3::Bucket',
    status,
    reason: '',
  })
  const pages = [
    [event('1', 'It', 'ROLLBACK_COMPLETE', 'stack')],
    [event('2', 'Bucket', 'CREATE_FAILED')],
    [event('3', 'Key', 'CREATE_FAILED')],
  ]
  const watch = new Watch({ events: async () => pages.shift() ?? [] } as unknown as Stacks, 'stack', 0)
  for (let read = 0; read < 3; read++) await watch.read()
  expect(watch.events.map(({ logicalId }) => logicalId)).toEqual(['Bucket'])
})
