// Every rule of the simulator has a source that a reader can open, and no file cites a document that only its author has.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  brokenLinks,
  type Document,
  missing,
  namesOf,
  rulesOf,
  undefinedTags,
  unsourced,
  unverified,
} from './sources.ts'

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
const tree = [...new Set(listed.trim().split('\n'))].filter((path) => existsSync(path))
const read = (path: string): Document => ({ path, text: readFileSync(path, 'utf8') })

const specs = tree.filter((path) => path.endsWith('SPEC.md')).map(read)
const documents = tree.filter((path) => path.endsWith('.md') && !path.startsWith('test/golden/')).map(read)
const names = namesOf(read('docs/sources.md').text)
const prose = tree
  .filter((path) => /\.(ts|mjs|md|ya?ml|sh)$/.test(path) || path === '.ci/run')
  .filter((path) => !/^test\/(golden\/|sources)/.test(path))
  .map(read)
/** Tags are cited in comments and in `source:`; elsewhere brackets are code. */
const citing = prose
  .filter(({ path }) => /^(src|test|cfn|scripts)\/.*\.(ts|mjs)$/.test(path))
  .map(({ path, text }) => ({
    path,
    text: text
      .split('\n')
      .filter((line) => /\/\/ |\*|source:/.test(line))
      .join('\n'),
  }))

describe('the repository', () => {
  test('has two lists of rules and one of the names of sources', () => {
    expect([specs.length, specs.every(({ text }) => rulesOf(text).length > 90), names.length > 40]).toEqual([
      2,
      true,
      true,
    ])
  })

  test('defines every tag that a rule or a comment cites', () => {
    const unknown = [...specs, ...citing].flatMap(({ path, text }) =>
      undefinedTags(text, names).map((found) => `${path}: ${found}`),
    )
    expect(unknown).toEqual([])
  })

  test('gives every rule a source', () => {
    expect(specs.flatMap(({ text }) => unsourced(text, names))).toEqual([])
  })

  test('cites only documents that a reader can open', () => {
    expect(prose.flatMap((file) => missing(file, tree))).toEqual([])
  })

  test('states in the README how many rules are not verified', () => {
    const [, some, all] = /(\d+)\s+of\s+the\s+(\d+)\s+rules/.exec(read('README.md').text) ?? []
    const count = (of: (text: string) => unknown[]): number => specs.reduce((sum, { text }) => sum + of(text).length, 0)
    expect([Number(some), Number(all)]).toEqual([count(unverified), count(rulesOf)])
  })

  test('links only to files that exist', () => {
    expect(documents.flatMap((file) => brokenLinks(file, tree))).toEqual([])
  })

  test('defines every scenario that a test names', () => {
    const defined = new Set(
      read('docs/scenarios.md')
        .text.match(/^\| [RS]\d+/gm)
        ?.map((row) => row.slice(2)),
    )
    const tests = prose.filter(({ path }) => /^test\/(?!requirements).*\.ts$/.test(path))
    const cited = tests.flatMap(({ text }) => [
      ...text.matchAll(/(?<=['"(]|\/\/ |, |and )(S\d|R\d\d)(?=[:')]| of | and |,)/g),
    ])
    expect(cited.length).toBeGreaterThan(10)
    expect(cited.map(([id]) => id).filter((id) => !defined.has(id))).toEqual([])
  })
})

describe('a check', () => {
  const spec = (source: string): string => `| Rule | Source |\n|---|---|\n| a bucket is there | ${source} |\n`

  test.each([['[XY:page]'], ['[S]'], ['[NN#3]']])('rejects the tag %s, which is not defined', (found) => {
    expect(undefinedTags(spec(found), names)).toEqual([found])
    expect(unsourced(spec(found), names)).toHaveLength(1)
  })

  test.each([[''], ['S §6'], ['my notes'], ['as everybody knows']])('rejects a rule whose source is "%s"', (source) => {
    expect(unsourced(spec(source), names)).toHaveLength(1)
  })

  test.each([
    ['[M:CreateStack]'],
    ['API CreateBucket'],
    ['gh aws/aws-cdk#1'],
    ['ours'],
    ['words [?]'],
    ['S3 user guide'],
  ])('accepts a rule whose source is "%s"', (source) => {
    expect([...unsourced(spec(source), names), ...undefinedTags(spec(source), names)]).toEqual([])
  })

  test.each([
    ['// Source: stacksets.md §5.1', 2],
    ['takes 20 minutes (systems.md §5)', 2],
    ['// Source: requirements.md §7.', 1],
    ['see aesthetics.md', 1],
    ['as the design notes say', 1],
    ['T §4.3; API DescribeKey', 1],
    ['see docs/sources.md and CONTRIBUTING.md', 0],
    ['writes report.md', 0],
    ['https://github.com/awsdocs/aws-cloudformation-user-guide/blob/main/doc_source/stacksets-delete.md', 0],
  ])('finds in "%s" %i citations that a reader cannot open', (text, count) => {
    expect(missing({ path: 'src/any.ts', text }, tree)).toHaveLength(count)
  })

  test('counts a rule as not verified wherever the mark is in its row', () => {
    const text =
      '| Rule | Needs | Source |\n|---|---|---|\n| a [?] | b | ours |\n| c | d | gh [?] |\n| e | f | ours |\n'
    expect([unverified(text).length, rulesOf(text).length]).toEqual([2, 3])
  })

  test('finds a broken link, relative to the document or to the root', () => {
    const text =
      '[a](sources.md) [b](/docs/sources.md) [c](../README.md) [d](gone.md) [e](/sources.md) [f](https://a.test/b)'
    expect(brokenLinks({ path: 'docs/any.md', text }, tree)).toEqual([
      'docs/any.md: gone.md',
      'docs/any.md: /sources.md',
    ])
  })
})
