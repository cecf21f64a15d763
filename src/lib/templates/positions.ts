// From a path in loaded YAML data back to the line and column it came from.
// js-yaml's parse events carry offsets into the text; the long form of CloudFormation tags is followed.
import { EVENT_ID, getScalarValue, type Event } from 'js-yaml'
import type { Position } from '../core/model.ts'
import { longName } from './tags.ts'

/** Keys and indexes from the root of a document down to a value, in long form. */
export type Path = readonly (string | number)[]

/** Finds where the value at a path stands; for a path that does not exist, its nearest ancestor. */
export type Locate = (path: Path) => Position

/** Index of a parsed text, built at the first question, because most files never need it. */
export function locator(file: string, text: string, events: readonly Event[]): Locate {
  let offsets: Map<string, number> | undefined
  return (path) => {
    offsets ??= indexOffsets(text, events)
    for (let length = path.length; length >= 0; length--) {
      const offset = offsets.get(keyOf(path.slice(0, length)))
      if (offset !== undefined) return positionAt(file, text, offset)
    }
    return { file, line: 1, column: 1 }
  }
}

/** Line and column, from 1, of an offset into a text. */
export function positionAt(file: string, text: string, offset: number): Position {
  const before = text.slice(0, offset)
  return { file, line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

const keyOf = (path: Path): string => JSON.stringify(path.map(String))

/** An entry of a mapping stands where its key stands, an item of a list where its value (or tag) does. */
function indexOffsets(text: string, events: readonly Event[]): Map<string, number> {
  const offsets = new Map<string, number>()
  let next = 0
  const visit = (path: Path, keyOffset?: number): void => {
    const event = events[next++]
    if (!event || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) return
    if (event.type === EVENT_ID.ALIAS) {
      offsets.set(keyOf(path), keyOffset ?? event.anchorStart)
      return
    }
    const start = event.type === EVENT_ID.SCALAR ? event.valueStart : event.start
    offsets.set(keyOf(path), keyOffset ?? (event.tagStart >= 0 ? event.tagStart : start))
    if (event.type === EVENT_ID.SCALAR) return
    const name = event.tagStart >= 0 ? longName(text.slice(event.tagStart, event.tagEnd)) : undefined
    const inner = name ? [...path, name] : path
    for (let index = 0; events[next] && events[next]?.type !== EVENT_ID.POP; index++) {
      if (event.type === EVENT_ID.SEQUENCE) visit([...inner, index])
      else {
        const key = events[next++]
        if (key?.type === EVENT_ID.SCALAR) visit([...inner, getScalarValue(text, key)], key.valueStart)
        else return // CloudFormation and our own files have no other keys.
      }
    }
    next++
  }
  while (next < events.length) {
    if (events[next]?.type === EVENT_ID.DOCUMENT) next++
    else visit([])
  }
  return offsets
}
