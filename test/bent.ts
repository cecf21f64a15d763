// A simulated account whose answers about operations and instances are bent: AWS's words that the simulator never says.
import type { Pluggable } from '../src/lib/aws/connect.ts'
import type { Cloud } from '../src/simulator/state.ts'

/** What AWS says once an operation has really ended. */
export interface Bend {
  operation?: { status: string; ended: boolean; failed: number }
  /** Of the instance in us-east-1; words that are not given stay as they are. */
  instance?: { status?: string; detailedStatus?: string; stackStatus?: string }
}

type Output = Record<string, unknown>
type Item = Record<string, unknown>

/** Ids of operations that have really ended. */
const over = (cloud: Cloud): Set<string> =>
  new Set(Object.values(cloud.stackSets).flatMap((set) => set.operations.flatMap((it) => (it.endedAt ? it.id : []))))

const region = 'us-east-1'

/** Bends the answers of a client; it must be plugged to the simulator already. */
export function bend(client: Pluggable, cloud: () => Cloud, how: () => Bend): void {
  const operation = (it: Item): Item => {
    const { operation } = how()
    if (!operation || !over(cloud()).has(String(it['OperationId']))) return it
    const { EndTimestamp, ...rest } = it
    const StatusDetails = { FailedStackInstancesCount: operation.failed }
    return { ...rest, Status: operation.status, StatusDetails, ...(operation.ended ? { EndTimestamp } : {}) }
  }
  const instance = (it: Item): Item => {
    const { instance } = how()
    if (it['Region'] !== region || !over(cloud()).has(String(it['LastOperationId']))) return it
    const { status = it['Status'], detailedStatus } = instance ?? {}
    const detail = detailedStatus ? { StackInstanceStatus: { DetailedStatus: detailedStatus } } : {}
    return { ...it, Status: status, ...detail }
  }
  const result = (it: Item, at: number): Item => {
    const failed = how().operation?.failed ?? 0
    if (at >= failed) return it
    return {
      ...it,
      Status: 'FAILED',
      StatusReason:
        'ResourceLogicalId:Board, ResourceType:AWS::CloudWatch::Dashboard, ResourceStatusReason:Board was refused.',
    }
  }
  const stack = (it: Item): Item => {
    const status = how().instance?.stackStatus
    const isMine =
      String(it['StackId']).includes(`:${region}:`) && !/^dr-(bootstrap|rights)/.test(String(it['StackName']))
    return status && isMine && it['StackStatus'] === 'CREATE_COMPLETE' ? { ...it, StackStatus: status } : it
  }
  const each =
    (key: string, change: (it: Item, at: number) => Item) =>
    (output: Output): Output => ({ ...output, [key]: (output[key] as Item[]).map(change) })
  const bends: Record<string, (output: Output) => Output> = {
    DescribeStackSetOperationCommand: (it) => ({
      ...it,
      StackSetOperation: operation(it['StackSetOperation'] as Item),
    }),
    ListStackSetOperationsCommand: each('Summaries', operation),
    ListStackSetOperationResultsCommand: each('Summaries', result),
    ListStackInstancesCommand: each('Summaries', instance),
    DescribeStacksCommand: each('Stacks', stack),
  }
  const middleware =
    (next: (args: unknown) => Promise<{ output: Output }>, context: { commandName?: string }) =>
    async (args: unknown) => {
      const answer = await next(args)
      const bent = bends[context.commandName ?? '']
      return bent ? { ...answer, output: bent(answer.output) } : answer
    }
  client.middlewareStack.add(middleware as never, { step: 'initialize', name: 'bend' } as never)
}
