// One view of two worlds, so that a requirement is written once: the resolved templates, and the account deployed to.
import { expect } from 'vitest'
import type { Region, Value } from '../../src/lib/core/model.ts'

export type Properties = Record<string, Value>
export type Side = 'primary' | 'failover'

/** One resource: as the templates ask for it, or as the account holds it. */
export interface Item {
  type: string
  /** Where the stack that makes it runs; global resources have the region of their stack as well. */
  side: Side
  /** How a reader finds it: `data.primary/Table/Table`, or its physical id. */
  name: string
  properties: Properties
  tags: Record<string, string>
  /** Whether a Ref, attribute or ARN found elsewhere means this resource. */
  is: (value: Value | undefined) => boolean
}

export interface World {
  suffix: string
  account: string
  /** A system with one region has only the first. */
  sides: Side[]
  regions: Record<Side, Region>
  /** As flat-outputs.json holds them. */
  outputs: Record<string, string>
  items: Item[]
}

/** A requirement as a rule that can be seen to hold, and seen to fail. */
export interface Check {
  ids: string
  rule: string
  holds: (world: World) => void
  /** An edit after which it must not hold: a check that cannot fail checks nothing. */
  breaks: (world: World) => void
}

export const sides = ['primary', 'failover'] as const
export const peer = (side: Side): Side => (side === 'primary' ? 'failover' : 'primary')
export const capital = (side: Side): string => (side === 'primary' ? 'Primary' : 'Failover')

/** The output of one side: `output(world, 'failover', 'KeyArn')` is FailoverKeyArn. */
export function output(world: World, side: Side, name: string): string {
  const value = world.outputs[capital(side) + name]
  expect(value, `output ${capital(side)}${name}`).toBeTypeOf('string')
  return value ?? ''
}

/** A value inside properties: `get(item, 'Rules.0.Status')`; undefined where the path ends early. */
export function get(from: Item | Value | undefined, path: string): Value | undefined {
  const start = isItem(from) ? from.properties : from
  return path
    .split('.')
    .reduce<Value | undefined>((value, key) => (value as Properties | null | undefined)?.[key], start)
}

/** A text inside properties; what is no text fails every comparison by saying so. */
export function text(from: Item | Value | undefined, path: string): string {
  const value = get(from, path)
  return typeof value === 'string' ? value : `not a text: ${JSON.stringify(value)}`
}

/** A list of texts inside properties, as `list`. */
export const texts = (from: Item | Value | undefined, path: string): string[] =>
  list(from, path).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))

/** A list inside properties; empty when there is none. A single value counts as a list of one. */
export function list(from: Item | Value | undefined, path: string): Value[] {
  const value = get(from, path)
  return value === undefined ? [] : [value].flat()
}

/** Edits a property; for `breaks` only. */
export function set(item: Item, path: string, value: Value | undefined): void {
  const keys = path.split('.')
  const last = keys.pop() as string
  const parent = keys.length > 0 ? get(item, keys.join('.')) : item.properties
  if (value === undefined) delete (parent as Properties)[last]
  else (parent as Properties)[last] = value
}

export const all = (world: World, type: string, side?: Side): Item[] =>
  world.items.filter((item) => item.type === type && (side === undefined || item.side === side))

/** The one resource of a type on a side that has these properties; fails when there is another number of them. */
export function one(world: World, type: string, side?: Side, having: Properties = {}): Item {
  const found = all(world, type, side).filter((item) =>
    Object.entries(having).every(([path, value]) => JSON.stringify(get(item, path)) === JSON.stringify(value)),
  )
  expect(found.length, `number of ${type} in ${side ?? 'both regions'} with ${JSON.stringify(having)}`).toBe(1)
  return found[0] as Item
}

/** The resource of a type that a Ref, attribute or ARN means; names are unique within one side only. */
export function meant(world: World, type: string, value: Value | undefined, side?: Side): Item {
  const found = all(world, type, side).filter((item) => item.is(value))
  expect(found.length, `number of ${type} that are ${JSON.stringify(value)}`).toBe(1)
  return found[0] as Item
}

/** Every key of an object with its value, at any depth. */
export const deep = (value: Value | undefined): [string, Value][] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]): [string, Value][] => [[key, inner], ...deep(inner)])

/** A copy after an edit; the world itself stays as it is. */
export function broken(world: World, edit: (copy: World) => void): World {
  const items = world.items.map((it) => ({ ...it, properties: structuredClone(it.properties), tags: { ...it.tags } }))
  const copy = { ...world, outputs: { ...world.outputs }, items }
  edit(copy)
  return copy
}

/** The same rules under the ids of another system, which asks for the same. */
export const asked = (checks: Check[], ids: string, by: string): Check[] => {
  const found = checks.filter((check) => check.ids.split(' ').includes(by))
  expect(found, `checks of ${by}`).not.toEqual([])
  return found.map((check) => ({ ...check, ids }))
}

/** Shows that a check can fail: after its edit it must, by an expectation and not by accident. */
export function goesRed(check: Check, world: World): void {
  const copy = broken(world, check.breaks)
  let thrown: unknown
  try {
    check.holds(copy)
  } catch (error) {
    thrown = error
  }
  expect(thrown, `the broken variant of "${check.rule}" passes`).toMatchObject({ name: 'AssertionError' })
}

/** Adds a resource that the system does not have; for `breaks` only. */
export const add = (world: World, type: string, properties: Item['properties']): void => {
  world.items.push({ type, side: 'primary', name: 'added', properties, tags: {}, is: () => false })
}

/** Takes a resource away; for `breaks` only. */
export function remove(world: World, item: Item): void {
  world.items = world.items.filter((other) => other !== item)
}

const isItem = (from: unknown): from is Item =>
  typeof from === 'object' && from !== null && 'properties' in from && 'side' in from
