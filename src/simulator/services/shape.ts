// Inputs and outputs in the SDK's shapes: pairs and dates.
export type Pairs = Record<string, string>

/** A record as the SDK's list of pairs, e.g. `{ Key, Value }`. */
export const listed = <K extends string, V extends string>(pairs: Pairs, key: K, value: V): Record<K | V, string>[] =>
  Object.entries(pairs).map(([name, content]) => ({ [key]: name, [value]: content }) as Record<K | V, string>)

/** The SDK's `{ Key, Value }` tags as a record; undefined when the call has none. */
export const tagsOf = (tags: { Key?: string; Value?: string }[] | undefined): Pairs | undefined =>
  tags && Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']))

export const date = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at))
