// A row of the tables of rights: one action that must be allowed on one resource, with its source.
import { account, type Cloud } from '../state.ts'
import { isAllowed } from './policies.ts'

export interface Row {
  action: string
  /** An ARN or `*`. A name in braces is a value of the act; a row with a name that has no value is not asked. */
  resource: string
  /** Condition keys that the call carries. */
  context?: Record<string, string>
  /** Address of a public document that says so. */
  source: string
}

/** What an act is about: names in braces, such as `bucket`, with their values. */
export type Values = Record<string, string | undefined>

export interface Asked {
  action: string
  resource: string
  context: Record<string, string>
}

/** The text with its values; undefined where one is missing. */
function filled(written: string, values: Values): string | undefined {
  let isWhole = true
  const text = written.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = name === 'account' ? account : values[name]
    if (value === undefined) isWhole = false
    return value ?? ''
  })
  return isWhole ? text : undefined
}

/** What the rows ask for in this case. */
export function asked(rows: readonly Row[], values: Values): Asked[] {
  return rows.flatMap(({ action, resource, context = {} }) => {
    const on = filled(resource, values)
    const keys = Object.entries(context).map(([key, written]) => [key, filled(written, values)] as const)
    if (on === undefined || keys.some(([, value]) => value === undefined)) return []
    return [{ action, resource: on, context: Object.fromEntries(keys) as Record<string, string> }]
  })
}

/** The first of the rows that a role may not do; undefined when it may do all. */
export const lacking = (cloud: Cloud, role: string, rows: readonly Row[], values: Values): Asked | undefined =>
  asked(rows, values).find(({ action, resource, context }) => !isAllowed(cloud, role, action, resource, context))
