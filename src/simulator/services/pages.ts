// Cutting a list into pages, as AWS's list calls do.

/** One page of `items` and the token of the next; the token is the place of the next page's first item. */
export function page<T>(items: T[], size: number, token: string | undefined): { items: T[]; next?: string } {
  const start = token === undefined ? 0 : Number(token)
  const end = start + size
  return { items: items.slice(start, end), ...(end < items.length && { next: String(end) }) }
}
