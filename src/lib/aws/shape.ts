// AWS's shapes and ours: lists of keys and values, and errors that are answers.

/** `[{ParameterKey: 'a', ParameterValue: 'b'}]` → `{a: 'b'}`. */
export function record(list: unknown[] | undefined, key: string, value: string): Record<string, string> {
  const entries = (list ?? []).map((item) => {
    const it = item as Record<string, string | undefined>
    return [it[key] ?? '', it[value] ?? ''] as const
  })
  return Object.fromEntries(entries)
}

/** Entries by key, so that equal records are sent alike. */
export const pairs = (values: Record<string, string>): [string, string][] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))

/** True when the error has one of these AWS names, with or without `Exception` at its end. */
export const named = (error: unknown, ...names: string[]): boolean =>
  error instanceof Error && names.some((name) => error.name === name || error.name === `${name}Exception`)

/** The answer, or undefined where AWS says one of these names. */
export async function absent<T>(answer: Promise<T>, ...names: string[]): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (named(error, ...names)) return undefined
    throw error
  }
}
