// Every contract on the simulator, and the ledger that says so. Other targets: npm run contract.
import { readFileSync, readdirSync } from 'node:fs'
import { ListStackSetsCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation'
import { describe, expect, test } from 'vitest'
import { readLedger, textOf } from './ledger.ts'
import { whyOf } from './report.ts'
import { costOf, runContracts } from './run.ts'
import { rules } from './rules/index.ts'
import { openTarget } from './target.ts'
import { World, Run } from './world.ts'

/** Where the rules of the simulator are listed. */
const specification = readFileSync(new URL('../../../src/simulator/SPEC.md', import.meta.url), 'utf8')
const folder = new URL('./', import.meta.url)
const ids = rules.map(({ id }) => id).sort()
const ledger = readLedger()

const target = await openTarget({}, costOf(rules))
const { shown, left } = await runContracts(rules, target, 'test')

describe('on the simulator', () => {
  for (const { rule, outcome } of shown) {
    test(`${rule.id}: ${rule.says}`, () => {
      expect(whyOf(outcome)).toBe('')
      expect(outcome.outcome).toBe('held')
    })
  }

  test('leaves no stack and no stack set behind', async () => {
    expect(left).toEqual([])
    const { cloudformation } = new World(new Run(target, 'look'), [])
    const { StackSummaries = [] } = await cloudformation.send(new ListStacksCommand({}))
    expect(StackSummaries.length).toBeGreaterThan(rules.length / 2)
    expect(StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')).toEqual([])
    const { Summaries } = await cloudformation.send(new ListStackSetsCommand({ Status: 'ACTIVE' }))
    expect(Summaries).toEqual([])
  })

  test('names all that it makes dr-contract-<run>', async () => {
    const { cloudformation } = new World(new Run(target, 'look'), [])
    const { StackSummaries = [] } = await cloudformation.send(new ListStacksCommand({}))
    const others = StackSummaries.filter(({ StackName }) => !/^(StackSet-)?dr-contract-test-/.test(StackName ?? ''))
    expect(others).toEqual([])
  })
})

describe('the rules', () => {
  test('have ids that differ, a sentence and addresses to open', () => {
    expect(new Set(ids).size).toBe(ids.length)
    const addresses = rules.flatMap(({ sources }) => sources)
    expect(addresses.filter((address) => !/^https:\/\/(docs\.aws\.amazon\.com|github\.com)\//.test(address))).toEqual(
      [],
    )
    expect(rules.filter(({ says, sources }) => says === '' || sources.length === 0)).toEqual([])
  })

  test('are the ones that the specification of the simulator points to', () => {
    const pointed = [...specification.matchAll(/contract `([a-z-]+\/[a-z-]+)`/g)].map(([, id]) => id)
    expect([...new Set(pointed)].sort()).toEqual(ids)
  })

  test('know nothing of dr but the door of the simulator, where targets are opened', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /(?<!\.test)\.ts$/.test(path),
    )
    const knowing = files.flatMap((path) => {
      const imports = [...readFileSync(new URL(path, folder), 'utf8').matchAll(/from '([^']*\/src\/[^']*)'/g)]
      return imports.map(([, what]) => `${path} ${what?.split('/src/')[1]}`)
    })
    expect(knowing).toEqual([expect.stringMatching(/^target\.ts .*simulator\/index\.ts$/)])
  })
})

describe('the ledger', () => {
  test('says of the simulator what it shows now', () => {
    const recorded = ledger.filter(({ target }) => target === 'simulator')
    const outcomes = Object.fromEntries(recorded.map(({ rule, outcome }) => [rule, outcome]))
    expect(outcomes).toEqual(Object.fromEntries(shown.map(({ rule, outcome }) => [rule.id, outcome.outcome])))
  })

  test('names only rules that exist, once per target, with a day and a reason where one did not hold', () => {
    expect(ledger.filter(({ rule }) => !ids.includes(rule))).toEqual([])
    expect(ledger.filter(({ date }) => !/^\d{4}-\d{2}-\d{2}$/.test(date))).toEqual([])
    expect(ledger.filter(({ outcome }) => !['held', 'broken', 'not shown'].includes(outcome))).toEqual([])
    expect(ledger.filter(({ outcome, why }) => (outcome === 'held') !== (why === ''))).toEqual([])
    expect(new Set(ledger.map(({ rule, target }) => `${rule} ${target}`)).size).toBe(ledger.length)
  })

  test('is written as the command writes it', () => {
    expect(readFileSync(new URL('../../../docs/evidence.tsv', import.meta.url), 'utf8')).toBe(textOf(ledger))
  })
})
