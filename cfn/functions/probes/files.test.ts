import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFiles } from './files.ts'
import type { Pool } from './window.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const row = (sequence: number) => ({ drill: 'd-1', writer: 'w', sequence, plannedAt: 5 })
const taken = (pool: Pool) => pool.take(new AbortController().signal, row(0))

test('each number is a file, which is found again and removed with its drill alone', async () => {
  const files = makeFiles(folder)
  await files.inSession((session) => session.prepare('d-1'))
  const connection = await taken(files.fresh)
  for (const sequence of [11, 2, 3]) await connection.insert(row(sequence))
  writeFileSync(join(folder, 'of-a-customer'), '')
  expect(readdirSync(join(folder, 'dr-probe', 'd-1', 'w')).toSorted()).toEqual(['11', '2', '3'])
  expect(await files.inSession((session) => session.read('d-1', 'w'))).toEqual([2, 3, 11])
  expect(await files.inSession((session) => session.read('d-2', 'w'))).toEqual([])
  expect(await files.inSession((session) => session.clean('d-2'))).toBe(0)
  expect(await files.inSession((session) => session.clean('d-1'))).toBe(3)
  expect(readdirSync(join(folder, 'dr-probe'))).toEqual([])
  await files.inSession((session) => session.clean(undefined))
  expect(readdirSync(folder)).toEqual(['of-a-customer'])
})

test('a file that the server refused to make is certainly not there; of any other error nobody knows', async () => {
  const pool = makeFiles(folder).fresh
  const connection = await taken(pool)
  await connection.insert(row(1))
  const twice = await connection.insert(row(1)).catch((error: unknown) => error)
  expect(pool.isCertain(twice)).toBe(true)
  // In place of the folder lies a file: a cause that is in no list.
  writeFileSync(join(folder, 'dr-probe', 'd-2'), '')
  const other = await connection.insert({ ...row(1), drill: 'd-2' }).catch((error: unknown) => error)
  expect(other).toBeInstanceOf(Error)
  expect(pool.isCertain(other)).toBe(false)
  expect(existsSync(join(folder, 'dr-probe', 'd-1', 'w', '1'))).toBe(true)
})
