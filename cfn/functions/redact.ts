// Keeps secrets out of what functions say: services quote what they refuse, and parsers quote what they cannot read.

/**
 * The texts by which a secret would be known: itself and, where it is JSON, each string in it.
 * Short ones are left out, because to hide them would garble every message.
 */
export function secretTexts(text: string | undefined): string[] {
  const found: string[] = []
  const collect = (value: unknown): void => {
    if (typeof value === 'string') found.push(value)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect)
  }
  collect(text)
  collect(parsed(text))
  return found.filter(({ length }) => length > 3)
}

/** The object of a JSON text, or undefined; the parser's own errors quote the text. */
export function parsed(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** An error with the name and the words of another, but without secrets and without what else hangs on it. */
export function redacted(error: unknown, secrets: readonly string[]): Error {
  const message = error instanceof Error ? error.message : String(error)
  // The longest first, since one may be a part of another.
  const longest = secrets.toSorted((a, b) => b.length - a.length)
  const clean = new Error(longest.reduce((text, secret) => text.replaceAll(secret, '***'), message))
  if (error instanceof Error) clean.name = error.name
  return clean
}
