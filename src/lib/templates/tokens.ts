// Values that exist only after creation, as text that says where they come from: `«data.failover/Bucket.Arn»`.
// A list of unknown length is one element `«…[*]»`. In a deployed or simulated stack there are none of them.

const anyToken = /«[^«»]*»/g

/** A value known only once its source exists. */
export const token = (source: string): string => `«${source}»`

/** A list known only once its source exists: Select and Join know how to treat its one element. */
export const listToken = (source: string): string[] => [token(`${source}[*]`)]

/** Whether a text holds something that is known only after creation. */
export const hasToken = (text: string): boolean => text.includes('«')

/** The source of a text that is one token and nothing else. */
export const tokenSource = (text: string): string | undefined => /^«([^«»]*)»$/.exec(text)?.[1]

/** The source of a list of unknown length. */
export const listSource = (list: readonly unknown[]): string | undefined =>
  list.length === 1 && typeof list[0] === 'string' ? /^«([^«»]*)\[\*\]»$/.exec(list[0])?.[1] : undefined

/** Splits what is known; the inside of a token is never cut, and a lone token becomes a list token. */
export function splitAroundTokens(text: string, delimiter: string): string[] {
  if (!hasToken(text)) return text.split(delimiter)
  const source = tokenSource(text)
  if (source !== undefined) return listToken(source)
  const tokens = text.match(anyToken) ?? []
  let next = 0
  return text
    .replaceAll(anyToken, '«»')
    .split(delimiter)
    .map((part) => part.replaceAll('«»', () => tokens[next++] ?? ''))
}
