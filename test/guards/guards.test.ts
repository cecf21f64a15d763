import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { guards } from './guards.ts'

test('every guard that `npm run mutate` breaks stands where the list says, once', () => {
  const lost = guards.filter(({ file, text }) => readFileSync(file, 'utf8').split(text).length !== 2)
  expect(lost.map(({ file, text }) => `${file}: ${text}`)).toEqual([])
})

test('every guard is broken by another text than its own, and against something else than the others', () => {
  expect(guards.filter(({ text, broken }) => text === broken)).toEqual([])
  expect(new Set(guards.map(({ against }) => against)).size).toBe(guards.length)
})
