// The harness itself: contracts can fail, an endpoint that lacks a call breaks nothing, and no account is touched unasked.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ListStacksCommand } from '@aws-sdk/client-cloudformation'
import { afterEach, describe, expect, test } from 'vitest'
import { historyOf } from './history.ts'
import { lies, lying } from './lies.ts'
import { closingLines, lineOf } from './report.ts'
import { Broken, NotShown, same, type Rule } from './rule.ts'
import { costOf, isGood, runContracts, show } from './run.ts'
import { rules } from './rules/index.ts'
import { madeStack, oneParameter } from './stacks.ts'
import { openTarget, type Choice } from './target.ts'
import { Run } from './world.ts'

const open = (choice: Choice = {}) => openTarget(choice, costOf(rules))

const rule = (id: string, body: Rule['body'] = async () => undefined): Rule => ({ id, says: '', sources: [], body })
const known = (id: string): Rule => rules.find((one) => one.id === id) ?? rule(id)

describe('a contract', () => {
  test.each(rules.map((one) => [one.id, one] as const))(
    '%s is broken by an endpoint that does otherwise',
    async (_, one) => {
      const lie = lies[one.id]
      if (!lie) throw new Error(`${one.id} has no lie in lies.ts: nothing shows that it can fail`)
      const run = new Run(await open({ bend: lying(lie) }), 'lie')
      const outcome = await show(one, run)
      await run.end()
      expect(outcome).toMatchObject({ outcome: 'broken' })
    },
  )

  test('says what was expected and what was seen when it is broken', async () => {
    const lie = lies['stacks/no-update'] ?? (async () => undefined)
    const run = new Run(await open({ bend: lying(lie) }), 'lie')
    const one = known('stacks/no-update')
    expect(lineOf({ rule: one, outcome: await show(one, run) })).toBe(
      'broken     stacks/no-update\n' +
        '           UpdateStack with the same template: ' +
        'expected {"name":"ValidationError","message":"No updates are to be performed."}, seen accepted',
    )
  })

  test('takes away what it made when it fails, and says what it could not take away', async () => {
    const target = await open()
    const failing = rule('a/failing', async (world) => {
      await madeStack(world, { StackName: world.name('stack'), TemplateBody: oneParameter(world.name('parameter')) })
      world.cleanup('a stack that stays', async () => {
        throw new Error('out of reach')
      })
      same('a value', 2, 1)
    })
    const result = await runContracts([failing, rule('a/holding')], target, 'test')
    expect(result.left).toEqual(['a stack that stays (out of reach)'])
    expect(closingLines(result, target)).toEqual([
      'simulator: 2 rules, 1 held, 1 broken, 0 not shown',
      'LEFT BEHIND: a stack that stays (out of reach)',
    ])
    const { StackSummaries } = await new Run(target, 'look').inWorld(({ cloudformation }) =>
      cloudformation.send(new ListStacksCommand({})),
    )
    expect(StackSummaries?.map(({ StackStatus }) => StackStatus)).toEqual(['DELETE_COMPLETE'])
  })

  test('ends the run and still takes away what it made when it is itself at fault', async () => {
    const taken: string[] = []
    const faulty = rule('a/faulty', async (world) => {
      world.cleanup('a thing', async () => void taken.push('a thing'))
      await world.shared('bucket', async (common) =>
        common.cleanup('a bucket', async () => void taken.push('a bucket')),
      )
      throw new TypeError('undefined is not a function')
    })
    await expect(runContracts([faulty], await open(), 'test')).rejects.toThrow('undefined is not a function')
    expect(taken).toEqual(['a thing', 'a bucket'])
  })

  test.each([
    ['all that is shown holds and something does', [true, undefined], [], true],
    ['nothing was shown', [undefined], [], false],
    ['a rule is broken', [true, false], [], false],
    ['something is left', [true], ['a stack'], false],
  ])('makes a run good or not: %s', (_, outcomes, left, good) => {
    const shown = outcomes.map((held) => {
      if (held === undefined) return { rule: rule('a/b'), outcome: { outcome: 'not shown' as const, because: '' } }
      const broken = { outcome: 'broken' as const, what: '', expected: '', seen: '' }
      return { rule: rule('a/b'), outcome: held ? { outcome: 'held' as const } : broken }
    })
    expect(isGood({ shown, left })).toBe(good)
  })
})

describe('a history', () => {
  const id = 'arn:aws:cloudformation:us-east-1:000000000000:stack/one/1'
  const event = (LogicalResourceId: string, ResourceStatus: 'CREATE_IN_PROGRESS' | 'CREATE_COMPLETE', at: number) => ({
    EventId: `${LogicalResourceId}-${at}`,
    StackId: id,
    StackName: 'one',
    PhysicalResourceId: LogicalResourceId === 'one' ? id : undefined,
    LogicalResourceId,
    ResourceStatus,
    Timestamp: new Date(at),
  })

  test('is the same whatever the times and whichever independent resource was first', () => {
    const first = [
      event('A', 'CREATE_COMPLETE', 3),
      event('B', 'CREATE_IN_PROGRESS', 2),
      event('A', 'CREATE_IN_PROGRESS', 1),
    ]
    const second = [
      event('B', 'CREATE_IN_PROGRESS', 90),
      event('A', 'CREATE_COMPLETE', 80),
      event('A', 'CREATE_IN_PROGRESS', 70),
    ]
    expect(historyOf(first)).toEqual(historyOf(second))
  })

  test('differs where a resource did things in another order, or something else happened', () => {
    const made = [event('A', 'CREATE_COMPLETE', 2), event('A', 'CREATE_IN_PROGRESS', 1)]
    expect(historyOf(made.toReversed())).not.toEqual(historyOf(made))
    expect(historyOf(made.slice(1))).not.toEqual(historyOf(made))
  })
})

describe('over HTTP', () => {
  const servers: Server[] = []
  afterEach(() => servers.splice(0).forEach((server) => server.close().closeAllConnections()))

  /** An endpoint that answers every call so; gives its address and the calls that it got. */
  async function endpoint(answer: (action: string) => [status: number, body: string]) {
    const calls: string[] = []
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      let text = ''
      request.on('data', (chunk: Buffer) => (text += chunk.toString()))
      request.on('end', () => {
        const action = new URLSearchParams(text).get('Action') ?? `${request.method} ${request.url}`
        calls.push(action)
        const [status, body] = answer(action)
        response.writeHead(status, { 'content-type': 'text/xml' }).end(body)
      })
    })
    servers.push(server)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    return { calls, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }

  const error = (code: string): string =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`
  const caller =
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
    '<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'
  const config = { maxAttempts: 1 }
  const notFound = known('stack-sets/not-found')

  test.each([
    ['501', [501, '']],
    ['UnknownOperation', [404, error('UnknownOperation')]],
    ['InvalidAction', [400, error('InvalidAction')]],
  ] as [string, [number, string]][])('shows no rule and breaks none when an endpoint answers %s', async (_, answer) => {
    const { address } = await endpoint(() => answer)
    const target = await open({ target: address, config })
    const { shown } = await runContracts(rules, target, 'test')
    expect(shown.filter(({ outcome }) => outcome.outcome !== 'not shown')).toEqual([])
    expect(lineOf(shown[shown.length - 1] ?? { rule: notFound, outcome: { outcome: 'held' } })).toMatch(
      /could not be prepared/,
    )
    target.close()
  })

  test('shows no rule and breaks none when an endpoint fails itself', async () => {
    const { address } = await endpoint(() => [500, '<html>trace</html>'])
    const { shown } = await runContracts([notFound], await open({ target: address, config }), 'test')
    expect(shown[0]?.outcome).toMatchObject({
      outcome: 'not shown',
      because: expect.stringContaining('failed itself (500)'),
    })
  })

  test('shows no rule and breaks none when no endpoint answers', async () => {
    const { shown } = await runContracts([notFound], await open({ target: 'http://127.0.0.1:1', config }), 'test')
    expect(shown[0]?.outcome).toMatchObject({ outcome: 'not shown', because: expect.stringContaining('no answer') })
  })

  test('is broken when an endpoint refuses with another error than the rule says', async () => {
    const { address } = await endpoint(() => [400, error('ValidationError')])
    const { shown } = await runContracts([notFound], await open({ target: address, config }), 'test')
    expect(shown[0]?.outcome).toEqual({
      outcome: 'broken',
      what: 'DescribeStackSet of an unknown set',
      expected: 'StackSetNotFoundException',
      seen: 'ValidationError',
    })
  })

  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }

  test.each([undefined, '000000000001'])(
    'changes nothing on a real account when its owner agreed to %s',
    async (consent) => {
      const { address, calls } = await endpoint(() => [200, caller])
      const opening = open({ target: 'aws', consent, config: { ...config, endpoint: address, credentials } })
      const { message } = await opening.then(
        () => new Error('opened'),
        (refused: Error) => refused,
      )
      expect(message).toMatch(/^Nothing was changed\..*account \*+9012, region us-east-1.*USD.*DR_CONTRACT_CONSENT/)
      expect(message).not.toContain('123456789012')
      expect(calls).toEqual(['GetCallerIdentity'])
    },
  )

  test('opens a real account when its owner agreed to it', async () => {
    const { address } = await endpoint(() => [200, caller])
    const consent = '123456789012'
    const target = await open({ target: 'aws', consent, config: { ...config, endpoint: address, credentials } })
    expect(target).toMatchObject({ kind: 'aws', name: 'aws', account: consent })
  })

  test('asks for credentials when there are none', async () => {
    const { address, calls } = await endpoint(() => [200, caller])
    const none = async (): Promise<never> => {
      throw Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      })
    }
    const opening = open({ target: 'aws', config: { ...config, endpoint: address, credentials: none } })
    await expect(opening).rejects.toThrow(/needs credentials of an account.*Could not load credentials/)
    expect(calls).toEqual([])
  })

  test('rejects a target that is neither a name nor an address', async () => {
    await expect(open({ target: 'asw' })).rejects.toThrow("DR_CONTRACT is 'asw'")
  })
})

test('a rule that could not be prepared is no rule that is broken', async () => {
  const run = new Run(await open(), 'test')
  const because = 'a bucket could not be prepared'
  const unprepared = rule('a/b', async () => {
    throw new NotShown(because)
  })
  const broken = rule('a/b', async () => {
    throw new Broken('a value', 'one', { two: 2 })
  })
  expect(await show(unprepared, run)).toEqual({ outcome: 'not shown', because })
  expect(await show(broken, run)).toEqual({
    outcome: 'broken',
    what: 'a value',
    expected: 'one',
    seen: '{"two":2}',
  })
})
