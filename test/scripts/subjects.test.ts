// The check of commit subjects, against a history of its own.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { commitsSince, faultOf } from '../../scripts/subjects.ts'

const long = `Explain ${'at great length '.repeat(8)}what was done`
const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.test', '-c', 'commit.gpgsign=false']
let history: string
let base: string

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', history, ...author, ...args], { encoding: 'utf8' }).trim()
const commit = (subject: string): string => git('commit', '-q', '--allow-empty', '--allow-empty-message', '-m', subject)
/** Runs the check in a folder as CI does. */
const check = (folder: string) =>
  spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), resolve('scripts/subjects.ts'), base], {
    cwd: folder,
    encoding: 'utf8',
  })

beforeAll(() => {
  history = mkdtempSync(join(tmpdir(), 'dr-subjects-'))
  git('init', '-q', '-b', 'main')
  commit(long)
  base = git('rev-parse', 'HEAD')
  git('checkout', '-q', '-b', 'side')
  commit('Add a side')
  git('checkout', '-q', 'main')
  commit('Add a main')
  git('merge', '-q', '--no-ff', '-m', `Merge branch 'side' of ${'a/long/path/'.repeat(9)}`, 'side')
})

test.each([
  ['Add a check of commit subjects', undefined],
  ['x'.repeat(72), undefined],
  ['é'.repeat(72), undefined],
  ['x'.repeat(73), 'it has 73 characters, 1 more than 72'],
  ['Add a check.', 'it ends with a period'],
  ['', 'it is empty'],
  ['  ', 'it is empty'],
])('judges the subject "%s": %s', (subject, fault) => {
  expect(faultOf(subject)).toBe(fault)
})

test('lists the commits after the base, without merges and without what was before', () => {
  expect(commitsSince(base, history).map(({ subject }) => subject)).toEqual(['Add a main', 'Add a side'])
})

test('lists what a shallow clone has when it does not reach the base', () => {
  const shallow = mkdtempSync(join(tmpdir(), 'dr-shallow-'))
  execFileSync('git', ['clone', '-q', '--depth', '1', '--branch', 'side', `file://${history}`, shallow])
  expect(commitsSince(base, shallow).map(({ subject }) => subject)).toEqual(['Add a side'])
})

test('fails when the base is unknown although the history is whole', () => {
  expect(() => commitsSince('0'.repeat(40), history)).toThrow(/Invalid revision range|bad object/)
})

test('exits with 1 and names the commit when a subject is too long or empty', () => {
  expect(check(history)).toMatchObject({ status: 0, stdout: '2 of 2 commit subjects are good\n' })
  commit(long)
  commit('')
  const { status, stdout } = check(history)
  expect(status).toBe(1)
  expect(stdout).toContain(long.trim())
  expect(stdout).toContain('it is empty')
  expect(stdout).toContain('2 of 4 commit subjects are good')
})
