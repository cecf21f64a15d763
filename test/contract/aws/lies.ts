// For each rule an endpoint that breaks it: the simulator behind an answer that is bent on its way.
// A contract that stays green in front of its lie shows nothing.
import type { Choice } from './target.ts'

type Input = Record<string, unknown>
type Lie = (command: string, input: Input, ask: (input?: Input) => Promise<unknown>) => Promise<unknown>

/** Calls without this header are taken. */
const ignoring =
  (field: string): Lie =>
  (_command, { [field]: _, ...rest }, ask) =>
    ask(rest)

/** A call that should be refused is taken. */
const accepting =
  (command: string, answer: object = {}): Lie =>
  (name, _input, ask) =>
    name === `${command}Command` ? ask().catch(() => answer) : ask()

/** A call that is taken should not have been. */
const refusing =
  (command: string): Lie =>
  async (name, _input, ask) => {
    const answer = await ask()
    if (name !== `${command}Command`) return answer
    throw Object.assign(new Error('no'), {
      name: 'ValidationError',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    })
  }

/** Answers of a command are changed. */
const changing =
  (command: string, change: (answer: never) => unknown): Lie =>
  async (name, _input, ask) =>
    name === `${command}Command` ? change((await ask()) as never) : ask()

const renaming =
  (command: string): Lie =>
  (name, _input, ask) =>
    ask().catch((error: Error) => {
      throw name === `${command}Command` ? Object.assign(error, { name: 'ValidationError' }) : error
    })

let serial = 0

/** By rule. */
export const lies: Record<string, Lie> = {
  'objects/create-once': ignoring('IfNoneMatch'),
  'objects/if-match': ignoring('IfMatch'),
  'stacks/name-taken': accepting('CreateStack'),
  'stacks/null-value': accepting('CreateStack'),
  'stacks/parameter-default': (name, input, ask) => {
    const kept = { ParameterKey: 'LeftOut', UsePreviousValue: true }
    return name === 'UpdateStackCommand' ? ask({ ...input, Parameters: [...(input['Parameters'] as []), kept] }) : ask()
  },
  'stacks/no-update': accepting('UpdateStack'),
  'stacks/deleted-by-id': accepting('DescribeStacks', { Stacks: [] }),
  'stacks/delete-missing': refusing('DeleteStack'),
  'stacks/rollback-complete': accepting('UpdateStack'),
  'stacks/events-newest-first': changing('DescribeStackEvents', ({ StackEvents }: { StackEvents: [] }) => ({
    StackEvents: StackEvents.toReversed(),
  })),
  'stack-sets/execution-trust': changing(
    'DescribeStackSetOperation',
    ({ StackSetOperation }: { StackSetOperation: object }) => ({
      StackSetOperation: { ...StackSetOperation, Status: 'SUCCEEDED' },
    }),
  ),
  'stack-sets/no-echo': changing('DescribeStackSet', ({ StackSet }: { StackSet: { Parameters?: object[] } }) => ({
    StackSet: { ...StackSet, Parameters: StackSet.Parameters?.map((it) => ({ ...it, ParameterValue: 'one' })) },
  })),
  'stack-sets/not-found': renaming('DescribeStackSet'),
  'stack-sets/name-taken': accepting('CreateStackSet'),
  'stack-sets/create-token': changing('CreateStackSet', () => ({ StackSetId: `set:${(serial += 1)}` })),
  'stack-sets/operation-id': accepting('CreateStackInstances'),
  'stack-sets/not-empty': accepting('DeleteStackSet'),
  'stack-sets/deleted-by-id': changing('DescribeStackSet', ({ StackSet }: { StackSet: object }) => ({
    StackSet: { ...StackSet, Status: 'ACTIVE' },
  })),
  'stack-sets/current-passed-over': changing(
    'DescribeStackInstance',
    ({ StackInstance }: { StackInstance: object }) => ({
      StackInstance: { ...StackInstance, StackId: `another:${(serial += 1)}` },
    }),
  ),
}

/** Puts a lie between a client and its endpoint. */
export const lying = (lie: Lie): NonNullable<Choice['bend']> => {
  const middleware =
    (next: (asked: { input: Input }) => Promise<{ output: unknown }>, { commandName = '' }: { commandName?: string }) =>
    async (asked: { input: Input }) => {
      const ask = async (input = asked.input): Promise<unknown> => (await next({ ...asked, input })).output
      return { response: {}, output: await lie(commandName, asked.input, ask) }
    }
  return ({ middlewareStack }) => middlewareStack.add(middleware as never, { name: 'lie', step: 'initialize' } as never)
}
