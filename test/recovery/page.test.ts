// The page for the person on call: each command on it is started on a deployed environment, as the page writes it.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Parser } from '@oclif/core'
import { beforeAll, describe, expect, test } from 'vitest'
import type Status from '../../src/commands/status.ts'
import { executionsOf } from '../../src/simulator/automation/execution.ts'
import { answers } from '../../src/simulator/services/index.ts'
import type { Cloud } from '../../src/simulator/state.ts'
import { firstLife } from '../systems/lifetime.ts'

/** Read before the tests leave for an empty folder. */
const page = readFileSync(resolve('docs/at-3am.md'), 'utf8')
const systems = ['transactions', 'payments', 'records', 'streaming', 'citizen']

/** Lines of fenced blocks and texts in backticks that begin with a command. Dots stand for the options of the first one. */
function commandsOf(text: string): string[] {
  const fenced = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'))
  const inline = [...text.replaceAll(/^```\w*\n[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
  return [...fenced, ...inline]
    .map((line) =>
      line
        .replace(/\s+#.*|\s*\|.*/, '')
        .replace('…', '--system payments --suffix live')
        .trim(),
    )
    .filter((line) => /^(aws|dr) \S/.test(line))
}

const commands = [...new Set(commandsOf(page))]
const ofAws = commands.filter((one) => one.startsWith('aws '))
const ofDr = commands.filter((one) => one.startsWith('dr '))

/** `db-cluster-identifier` as the API writes it. */
const pascal = (word: string): string =>
  word.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/^Db|(?<=[a-z])Db/, 'DB')

/** A value in the short form of the AWS CLI. */
function valueOf(name: string, written: string): unknown {
  if (name === 'Parameters') {
    const [key = '', ...value] = written.split('=')
    return { [key]: [value.join('=')] }
  }
  if (name === 'Filters') {
    const parts = Object.fromEntries(written.split(',').map((part) => part.split('='))) as Record<string, string>
    return [{ ...parts, Values: [parts['Values']] }]
  }
  return /^\d+$/.test(written) ? Number(written) : written
}

interface Asked {
  api: string
  region: string
  input: Record<string, unknown>
}

function read(command: string): Asked {
  const [, , action = '', ...words] = command.split(/\s+/)
  const input: Record<string, unknown> = {}
  let region = ''
  for (const [index, word] of words.entries()) {
    if (!word.startsWith('--')) continue
    const next = words[index + 1]
    const name = pascal(word.slice(2))
    if (name === 'Region') region = next ?? ''
    else input[name] = next === undefined || next.startsWith('--') ? true : valueOf(name, next)
  }
  return { api: pascal(action), region, input }
}

const deployed: Record<string, Cloud> = {}
beforeAll(async () => {
  for (const system of systems) deployed[system] = (await firstLife(system, { suffix: 'live' })).simulator.inspect()
}, 300_000)

const systemOf = (command: string): string =>
  systems.find((name) => command.includes(name.replace(/s$/, ''))) ?? 'payments'

/** Starts it on a copy of the environment that it is for, and gives what the service answers. */
function startIt(command: string): { answer: Record<string, unknown>; cloud: Cloud } {
  const { api, region, input } = read(command)
  const cloud = structuredClone(deployed[systemOf(command)] ?? expect.unreachable(command))
  const call = { cloud, faults: [], region, now: cloud.now }
  const ask = (name: string, what: object): Record<string, unknown> => {
    const known = answers[`${name}Command`] ?? expect.unreachable(`the simulator does not know ${name}`)
    return known(what as never, call) as Record<string, unknown>
  }
  // The page says ID where the command before has printed one.
  if (input['AutomationExecutionId'] === 'ID')
    input['AutomationExecutionId'] = ask('StartAutomationExecution', { DocumentName: 'payments-promote-live' })[
      'AutomationExecutionId'
    ]
  return { answer: ask(api, input), cloud }
}

test('the page has the commands of every system', () => {
  expect(new Set(ofAws.map(systemOf))).toEqual(new Set(systems))
  expect(ofAws.length).toBeGreaterThanOrEqual(11)
  expect(ofDr.length).toBeGreaterThanOrEqual(3)
})

test.each(ofAws)('starts %s', (command) => {
  const { answer, cloud } = startIt(command)
  expect(answer).toBeDefined()
  const id = answer['AutomationExecutionId']
  if (command.includes('start-automation-execution')) expect(executionsOf(cloud)[String(id)]?.status).toBe('InProgress')
})

test.each(ofDr)('understands %s', async (command) => {
  const [, name = '', ...argv] = command.split(/\s+/)
  const { default: Verb } = (await import(`../../src/commands/${name}.ts`)) as { default: typeof Status }
  const flags = { ...Verb.baseFlags, ...Verb.flags }
  await expect(Parser.parse(argv, { flags, strict: true })).resolves.toBeDefined()
})

describe('these tests see', () => {
  test.each([
    [
      'a document that is not there',
      'aws ssm start-automation-execution --region us-west-2 --document-name payments-move-live',
    ],
    [
      'a parameter that is missing',
      'aws ssm start-automation-execution --region us-west-2 --document-name payments-preflight-live',
    ],
    [
      'a region without the database',
      'aws rds failover-db-cluster --region us-east-1 --db-cluster-identifier records-live',
    ],
  ])('%s', (_, command) => {
    expect(() => startIt(command)).toThrow()
  })
})
