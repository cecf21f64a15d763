// Pure: where two property values differ, down to the smallest part that people can read.
import type { Value } from '../core/model.ts'

export interface PropertyChange {
  path: (string | number)[]
  before: Value | undefined
  after: Value | undefined
}

type Mapping = Record<string, Value>

const isMapping = (value: Value | undefined): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A tag or a variable may be called `constructor`. */
const own = (it: Mapping, key: string): Value | undefined => (Object.hasOwn(it, key) ? it[key] : undefined)

/** CloudFormation takes 512 and '512', true and 'true' for the same. */
const scalar = (value: Value): Value =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value

/** What a text holds that is a JSON document, as a dashboard's body is; undefined for any other text. */
function document(value: Value | undefined): Mapping | undefined {
  if (typeof value !== 'string' || !/^\s*\{/.test(value)) return undefined
  try {
    const parsed = JSON.parse(value) as Value
    return isMapping(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Lists are compared item by item only while they are equally long; else the whole list is the difference. */
export function propertyChanges(
  before: Value | undefined,
  after: Value | undefined,
  path: PropertyChange['path'] = [],
): PropertyChange[] {
  if (isMapping(before) && isMapping(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => propertyChanges(own(before, key), own(after, key), [...path, key]))
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((item, index) => propertyChanges(item, after[index], [...path, index]))
  const [old, now] = [document(before), document(after)]
  if (old && now) return propertyChanges(old, now, path)
  const same =
    before === undefined || after === undefined
      ? before === after
      : JSON.stringify(scalar(before)) === JSON.stringify(scalar(after))
  return same ? [] : [{ path, before, after }]
}

/** `Policies[0].PolicyDocument`. */
export const pathText = (path: PropertyChange['path']): string =>
  path.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`)).join('')
