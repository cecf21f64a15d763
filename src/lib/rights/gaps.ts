// What the resources of an environment need and the execution role is not granted.
import type { Position } from '../core/model.ts'
import { placeholderAccount, type ResolvedTemplate } from '../templates/resolve.ts'
import { unnamed } from './grants.ts'
import { allows } from './granted.ts'
import { needsOf, type Need } from './needs.ts'
import type { Statement } from './statements.ts'

/** One resource whose handlers would be refused. */
export interface Gap {
  kind: 'missing'
  position: Position
  /** `Database/Cluster`. */
  path: string
  type: string
  needed: number
  missing: Need[]
}

/** A resource of whose type nothing is known: what it needs is not checked. */
export interface Unchecked {
  kind: 'unknown'
  position: Position
  path: string
  type: string
}

/** What is known only after creation could be any text. */
const open = (text: string): string => text.replaceAll(/«[^«»]*»/g, '*')

function withoutTokens(need: Need): Need {
  const context = Object.entries(need.context).map(([key, value]) => [key, open(value)] as const)
  return { ...need, on: open(need.on), context: Object.fromEntries(context) }
}

/** Every gap in the templates of a target, and every resource that could not be looked at. */
export function gaps(templates: ResolvedTemplate[], granted: Statement[]): (Gap | Unchecked)[] {
  return templates.flatMap((template) =>
    Object.values(template.resources).flatMap(({ logicalId, type, properties, position }): (Gap | Unchecked)[] => {
      const place = { partition: 'aws', region: template.region, account: placeholderAccount, unnamed }
      const needs = needsOf({ type, properties }, place)?.map(withoutTokens)
      const path = [...template.path, logicalId].join('/')
      if (!needs) return [{ kind: 'unknown', position, path, type }]
      const missing = needs.filter((need) => !allows(granted, need))
      return missing.length === 0 ? [] : [{ kind: 'missing', position, path, type, needed: needs.length, missing }]
    }),
  )
}

/** A gap as a sentence: how many actions, which one first, and why it is needed. */
export function sentenceOf({ path, type, needed, missing }: Gap): string {
  const [first] = missing
  if (!first) return ''
  const because = first.because === undefined ? '' : ` because property ${first.because} is set`
  const more = missing.length > 1 ? `, and ${missing.length - 1} more` : ''
  const handlers = first.handlers.join(', ')
  return `${path} needs ${needed} actions, granted ${needed - missing.length}, missing ${first.action} on ${first.on} for ${type} (${handlers})${because}${more}`
}
