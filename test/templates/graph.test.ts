import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { order } from '../../src/lib/templates/graph.ts'

test('what is needed comes first, everything else keeps its place', () => {
  const needs: Record<string, string[]> = { a: ['c'], d: ['a', 'elsewhere'] }
  expect(order(['a', 'b', 'c', 'd'], (id) => needs[id] ?? [])).toEqual({ order: ['c', 'a', 'b', 'd'] })
})

test('a circle is named without what only leads to it', () => {
  const needs: Record<string, string[]> = { a: ['b'], b: ['c'], c: ['b'] }
  expect(order(['a', 'b', 'c'], (id) => needs[id] ?? [])).toEqual({ circle: ['b', 'c'] })
  expect(order(['a'], () => ['a'])).toEqual({ circle: ['a'] })
})

test('any graph gives either an order that respects the needs or a real circle', () => {
  const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 })
  fc.assert(
    fc.property(edges, (pairs) => {
      const ids = Array.from({ length: 8 }, (_, index) => String(index))
      const needs = (id: string): string[] => pairs.filter(([from]) => String(from) === id).map(([, to]) => String(to))
      const result = order(ids, needs)
      if (result.circle) {
        result.circle.forEach((id, at, all) => expect(needs(id)).toContain(all[(at + 1) % all.length]))
      } else {
        expect([...result.order].sort()).toEqual(ids)
        for (const id of ids) {
          for (const need of needs(id)) expect(result.order.indexOf(need)).toBeLessThan(result.order.indexOf(id))
        }
      }
    }),
  )
})
