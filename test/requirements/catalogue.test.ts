// The catalogue is complete: nothing that was asked for is lost, nothing is invented.
import { expect, test } from 'vitest'
import { parseCatalogue, readCatalogue } from './catalogue.ts'

const sizes = { COMMON: 33, REC: 20, STR: 23, CIT: 16, PAY: 33, TXN: 67 }
const one = (fields: string) => parseCatalogue(`X: { title: x, rows: [{ id: X-01, kind: M, ${fields} }] }`, () => true)

test('the catalogue holds the 192 requirements, each once and in order', () => {
  const expected = Object.entries(sizes).flatMap(([prefix, size]) =>
    Array.from({ length: size }, (_, index) => `${prefix}-${String(index + 1).padStart(2, '0')}`),
  )
  expect(expected).toHaveLength(192)
  expect(readCatalogue().flatMap(({ rows }) => rows.map(({ id }) => id))).toEqual(expected)
})

test('the shared conventions and the transactions system exist, so their rows are owed a check', () => {
  const built = readCatalogue().filter((family) => family.built)
  expect(built.map(({ prefix }) => prefix)).toEqual(expect.arrayContaining(['COMMON', 'TXN']))
})

test('a row without a check gives its reason', () => {
  expect(() => one('text: a requirement, checks: none')).toThrow(/because/)
  expect(() => one('text: a requirement, checks: []')).toThrow()
  expect(one('text: a requirement, checks: none, because: it is only background')).toHaveLength(1)
})

test('a row that needs AWS says what is left to see there', () => {
  expect(() => one('text: a requirement, checks: [static, aws]')).toThrow(/because/)
})

test('a word that the catalogue does not know is refused', () => {
  expect(() => one('text: a requirement, checks: [static], done: true')).toThrow(/done/)
  expect(() => one('text: a requirement, checks: [guessed]')).toThrow()
})
