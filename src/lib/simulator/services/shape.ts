// Inputs and outputs in the SDK's shapes: pages, pairs and dates.
import type { Refusal } from '../answer.ts'
import { invalid } from '../stacks/template.ts'

export type Pairs = Record<string, string>

/** A record as the SDK's list of pairs, e.g. `{ Key, Value }`. */
export const listed = <K extends string, V extends string>(pairs: Pairs, key: K, value: V): Record<K | V, string>[] =>
  Object.entries(pairs).map(([name, content]) => ({ [key]: name, [value]: content }) as Record<K | V, string>)

/** The SDK's `{ Key, Value }` tags as a record; undefined when the call has none. */
export const tagsOf = (tags: { Key?: string; Value?: string }[] | undefined): Pairs | undefined =>
  tags && Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']))

export const date = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at))

/** One page of a list; the token is the place where the next one starts. Throws ValidationError for a foreign token. */
export function page<T>(all: readonly T[], size: number, token: string | undefined): { items: T[]; next?: string } {
  const start = token === undefined ? 0 : Number(token)
  if (!Number.isInteger(start)) throw badToken()
  const end = start + size
  return { items: all.slice(start, end), ...(end < all.length ? { next: String(end) } : {}) }
}

const badToken = (): Refusal => invalid('The specified token is not valid')
