// Every way of a deployed document, executed: it must go as its document says, and end with a world that is in order.
import { expect } from 'vitest'
import { contentOf, documentBy } from '../../../src/simulator/automation/start.ts'
import { all } from '../../../src/simulator/existing.ts'
import type { Cloud } from '../../../src/simulator/state.ts'
import type { Content } from '../documents.ts'
import { changes, type Way } from '../graph.ts'
import { drill, ofRewind } from './acts.ts'
import { mayBeLost, rest, walk, type Failing } from './drive.ts'
import { along, possible, taken } from './edges.ts'
import { expectTold, isKnown, statusOf } from './ends.ts'
import { hasDatabase, inverted, placeOf, reserved, told, writers, type Place } from './place.ts'
import { worlds, type Goes } from './worlds.ts'

export interface Deployed {
  cloud: Cloud
  outputs: Record<string, string>
}

export interface Document {
  /** `promote` of `payments-promote-pr123`. */
  kind: string
  name: string
  region: string
  content: Content
}

/** Every automation document of the deployed system. */
export const documents = ({ cloud, outputs }: Deployed): Document[] =>
  all(cloud, 'AWS::SSM::Document').map(({ physicalId: name, region }) => {
    const found = documentBy(cloud, region, name)
    const kind = name.slice(`${outputs['System']}-`.length, -'-pr123'.length)
    return { kind, name, region, content: contentOf(found as never) as unknown as Content }
  })

const describeWay = ({ taken }: Way): string => taken.map(({ step, event }) => `${step.name}:${event}`).join(' → ')

/** Two members, one of which writes. */
const whole = { members: 2, regions: [expect.any(String)] }

/** What runbooks change, as it is now. */
const state = (place: Place, region: string): string =>
  JSON.stringify([
    inverted(place),
    reserved(place),
    drill(place, region),
    ofRewind(place),
    hasDatabase(place) && writers(place).regions,
  ])

/** What the parameters that the document does not know by itself are given. */
export const askedOf = ({ value }: Place, { parameters }: Content): Record<string, string[]> =>
  Object.fromEntries(
    ['HostedZoneId', 'RecordName', 'PrimaryHealthCheckId', 'FailoverHealthCheckId']
      .filter((name) => parameters[name])
      .map((name) => [name, [value(name)]]),
  )

/** Goes one way through a document; gives the edges that were taken. Throws when anything is not as it must be then. */
export function rehearse(deployed: Deployed, document: Document, way: Way, failing?: Failing): string[] {
  const { kind, region, content } = document
  const world = worlds[kind]
  if (!world) throw new Error(`test/recovery/paths knows no world for the document ${document.name}`)
  const place = placeOf(deployed.cloud, deployed.outputs)
  const goes: Goes = (step, event) =>
    way.taken.some((one) => one.step.name === step && (event === undefined || one.event === event))
  const given = { ...askedOf(place, content), ...world.before?.(place, region, goes) }
  const before = state(place, region)
  const execution = walk(place, document, given, way, world.acts?.(region, goes) ?? {}, failing)
  expect(execution.status).toBe(statusOf(way))
  if (hasDatabase(place)) expect(writers(place)).toMatchObject(whole)
  rest(place)
  expectTold(content, way, told(place))
  if (hasDatabase(place)) expect(writers(place)).toMatchObject({ ...whole, status: 'available' })
  const isDone = world.done(place, region, goes)
  if (execution.status === 'Success') expect(isDone, 'a success without what it was for').toBe(true)
  const isInOrder = state(place, region) === before || isDone || world.restored?.(place) === true
  const begun = way.taken.some(({ step, event }) => changes(step) && event !== 'cancel')
  expect(isInOrder || isKnown(way) || !begun, 'a change is left behind, and nobody knows').toBe(true)
  return taken(execution)
}

/**
 * Goes the ways through a document that one execution can go: all of them, or as many as take every edge. Gives the edges
 * that were taken, and fails with each way on which something was wrong.
 */
export function rehearseAll(deployed: Deployed, document: Document, which: 'ways' | 'edges' = 'ways'): Set<string> {
  const seen = new Set<string>()
  const wrong: string[] = []
  for (const way of possible(document.content)) {
    // A wait in vain leads where one that fails leads: it is waited for once.
    const isLike = which === 'edges' || way.taken.some(({ event }) => event === 'timeout')
    if (isLike && along(way).every((edge) => seen.has(edge))) continue
    const isLossy = way.taken.some(({ step, event }) => event === 'failure' && mayBeLost(step))
    for (const failing of isLossy ? (['denied', 'lost-answer'] as const) : (['denied'] as const)) {
      try {
        for (const edge of rehearse(deployed, document, way, failing)) seen.add(edge)
      } catch (error) {
        wrong.push(`${describeWay(way)} (${failing}): ${(error as Error).message}`)
      }
    }
  }
  expect(wrong).toEqual([])
  return seen
}
