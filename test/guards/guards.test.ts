import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { guards, lists } from './guards.ts'

test('every guard that `npm run mutate` breaks stands where the list says, once', () => {
  const lost = guards.filter(({ file, text }) => readFileSync(file, 'utf8').split(text).length !== 2)
  expect(lost.map(({ file, text }) => `${file}: ${text}`)).toEqual([])
})

test('every guard is broken by another text than its own, and against something else than the others', () => {
  expect(guards.filter(({ text, broken }) => text === broken)).toEqual([])
  expect(new Set(guards.map(({ against }) => against)).size).toBe(guards.length)
})

test('breaking only what no guard holds is refused, and the lists are named', () => {
  const mutate = ['--import', 'tsx', 'scripts/mutate.ts', '--only', 'no guard says this']
  const { status, stdout, stderr } = spawnSync(process.execPath, mutate, { encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toBe(`no guard holds "no guard says this"; the lists are ${Object.keys(lists).join(', ')}\n`)
})
